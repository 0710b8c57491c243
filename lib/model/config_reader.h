/* Reads the fields of a config.json and checks each one. After the first error no further field is
 * checked, so a caller reads all fields and then looks at `ok` once. */
#ifndef DOCMEM_CONFIG_READER_H
#define DOCMEM_CONFIG_READER_H
#include "base/error.h"
#include <jansson.h>
#include <stddef.h>

/* A config.json being read. All pointers are borrowed. */
typedef struct {
    const json_t *json; /* the top-level object */
    const char *path;   /* for messages */
    bool ok;            /* starts as true; false after the first error, which is in *error */
    Error *error;
} ConfigReader;

/* The parsed file, freed by the caller with json_decref. It takes what Python's json module takes
 * (json_python_file). NULL, with *error set, where the file is absent, larger than 1 MiB or not
 * JSON. */
json_t *config_load(const char *path, Error *error);

/* What messages call the field `name`, and what they tell to do about a bad value. The fields of a
 * GGUF file come with an object GGUF_KEYS, which holds the setting that each was made of. */
#define GGUF_KEYS "gguf_keys"
const char *config_key(const ConfigReader *reader, const char *name);
const char *config_cure(const ConfigReader *reader);

/* Whether the field is present and not null. */
bool config_given(const json_t *field);

/* An integer from 1 to `limit`. Where the field is absent or null: `missing`, or an error if
 * `missing` is 0. */
size_t config_size(ConfigReader *reader, const char *name, size_t missing, size_t limit);
/* A field of `object`, from 1e-30 to below 1e12, so that as float32 it is neither 0 nor infinite.
 * `missing` where the field is absent or null. */
double config_real(ConfigReader *reader, const json_t *object, const char *name, double missing);
/* A boolean; `missing` where the field is absent or null. */
bool config_flag(ConfigReader *reader, const char *name, bool missing);
/* The index in `names`, a list that NULL ends, of the string in field `name` of `object`; 0 where
 * it is absent or null. Any other value is an error, which lists the names as the supported ones.
 * `of` is the name of `object` for that message; NULL for the top-level object. */
size_t config_choice(ConfigReader *reader, const json_t *object, const char *of, const char *name,
                     const char *const *names);
/* A field of the top-level object that is itself an object; NULL where it is absent, null or empty.
 */
const json_t *config_object(ConfigReader *reader, const char *name);

#endif
