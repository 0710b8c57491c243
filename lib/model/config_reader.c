#include "model/config_reader.h"

#include "base/text.h"
#include "file/absent.h"
#include "file/json_strict.h"
#include "file/kind.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { CONFIG_LIMIT = 1 << 20 }; /* bytes; a published one has some hundreds */

json_t *config_load(const char *path, Error *error)
{
    struct stat status = {0};
    json_error_t where;
    json_t *json = NULL;
    FILE *stream = NULL;
    bool absent = stat(path, &status) != 0;
    if (absent && absent_tell(path, ABSENT_CONFIG, error))
        return NULL;
    if (!absent && !S_ISREG(status.st_mode))
        fail(error, "%s: is not a file; copy the model's published config.json there", path);
    else if (!(stream = fopen(path, "rb")))
        fail(error, "%s: cannot be read (%s); name the folder of a model", path, errno_text());
    else if (status.st_size > CONFIG_LIMIT)
        fail(error, "%s: is too large for a configuration; copy the model's published one there",
             path);
    else if (!(json = json_python_file(stream, JSON_REJECT_DUPLICATES, &where)) && ferror(stream))
        fail(error, "%s: cannot be read whole (%s); check the disk", path, errno_text());
    else if (!json && !kind_tell_file(path, KIND_TEXT, error))
        fail(error, "%s:%d: %s; copy the model's published config.json there", path, where.line,
             where.text);
    if (stream)
        fclose(stream);
    return json;
}

const char *config_key(const ConfigReader *reader, const char *name)
{
    const char *key =
        json_string_value(json_object_get(json_object_get(reader->json, GGUF_KEYS), name));
    return key ? key : name;
}

const char *config_cure(const ConfigReader *reader)
{
    return json_object_get(reader->json, GGUF_KEYS) ? "convert the model again with llama.cpp"
                                                    : "copy the published file again";
}

bool config_given(const json_t *field)
{
    return field && !json_is_null(field);
}

size_t config_size(ConfigReader *reader, const char *name, size_t missing, size_t limit)
{
    const json_t *field = json_object_get(reader->json, name);
    if (!reader->ok || (!config_given(field) && missing))
        return missing;
    json_int_t value = json_integer_value(field);
    if (!config_given(field))
        reader->ok = fail(reader->error, "%s: %s is missing; %s", reader->path,
                          config_key(reader, name), config_cure(reader));
    else if (!json_is_integer(field) || value < 1 || (unsigned long long)value > limit)
        reader->ok = fail(reader->error, "%s: %s is not a whole number from 1 to %zu; %s",
                          reader->path, config_key(reader, name), limit,
                          json_object_get(reader->json, GGUF_KEYS)
                              ? config_cure(reader)
                              : "is this the config.json of a published model?");
    return (size_t)value;
}

double config_real(ConfigReader *reader, const json_t *object, const char *name, double missing)
{
    const json_t *field = json_object_get(object, name);
    if (!reader->ok || !config_given(field))
        return missing;
    double value = json_number_value(field);
    if (!json_is_number(field) ||
        !(value >= 1e-30 && value < 1e12)) /* neither 0 nor Inf as float32 */
        reader->ok = fail(reader->error, "%s: %s is not a positive number from 1e-30 to 1e12; %s",
                          reader->path, config_key(reader, name), config_cure(reader));
    return value;
}

bool config_flag(ConfigReader *reader, const char *name, bool missing)
{
    const json_t *field = json_object_get(reader->json, name);
    if (!config_given(field))
        return missing;
    if (reader->ok && !json_is_boolean(field))
        reader->ok = fail(reader->error, "%s: %s is neither true nor false; %s", reader->path,
                          config_key(reader, name), config_cure(reader));
    return json_is_true(field);
}

size_t config_choice(ConfigReader *reader, const json_t *object, const char *of, const char *name,
                     const char *const *names)
{
    const json_t *field = json_object_get(object, name);
    const char *text = json_string_value(field);
    size_t choice = 0;
    Text list = {0};
    if (!reader->ok || !config_given(field))
        return 0;
    while (names[choice] && (!text || strcmp(text, names[choice]) != 0)) {
        text_append(&list, choice ? ", \"" : "\"", choice ? 3 : 1);
        text_append(&list, names[choice], strlen(names[choice]));
        text_append(&list, "\"", 1);
        choice++;
    }
    if (!names[choice])
        reader->ok = fail(
            reader->error, "%s: %s%s%s is %s, and only %.*s %s supported; choose another model",
            reader->path, of ? of : "", of ? "." : "", name, text ? text : "not a text",
            (int)list.length, list.bytes, choice > 1 ? "are" : "is");
    text_free(&list);
    return names[choice] ? choice : 0;
}

const json_t *config_object(ConfigReader *reader, const char *name)
{
    const json_t *object = json_object_get(reader->json, name);
    if (reader->ok && config_given(object) && !json_is_object(object))
        reader->ok = fail(reader->error, "%s: %s is not an object; copy the published file again",
                          reader->path, name);
    return json_object_size(object) ? object : NULL;
}
