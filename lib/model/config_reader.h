/* Fields of a config.json, each checked where it is read; after the first fault the rest are not
 * looked at. */
#ifndef DOCMEM_CONFIG_READER_H
#define DOCMEM_CONFIG_READER_H
#include "base/error.h"
#include <jansson.h>
#include <stddef.h>

/* A config.json being read: the object, its path for messages, the first error. */
typedef struct {
    const json_t *json;
    const char *path;
    bool ok;
    Error *error;
} ConfigReader;

/* The file as JSON, read as Python's json reads it (json_python_file), or NULL with the reason in
 * *error; released by the caller. */
json_t *config_load(const char *path, Error *error);

/* Whether the field is there and not null. */
bool config_given(const json_t *field);

/* Whole number within 1 … limit; `missing`, unless it is 0, where it is absent or null. */
size_t config_size(ConfigReader *reader, const char *name, size_t missing, size_t limit);
/* Positive number within float32 that is neither 0 nor infinite there. */
double config_real(ConfigReader *reader, const json_t *object, const char *name, double missing);
bool config_flag(ConfigReader *reader, const char *name, bool missing);
/* Which of the names, ended by NULL, a text is: the first where it is absent or null. Another text
 * is refused, with the names as what is supported. The object is called `of`; NULL at the top. */
size_t config_choice(ConfigReader *reader, const json_t *object, const char *of, const char *name,
                     const char *const *names);
/* An object at the top, or NULL where it is absent, null or empty. */
const json_t *config_object(ConfigReader *reader, const char *name);

#endif
