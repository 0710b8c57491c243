/* The sizes of a published model, read from its config.json alone, before any weight is there. */
#include "shape.h"

#include <jansson.h>
#include <string.h>

/* A file being read: the object, its path for messages, whether all was well so far. */
typedef struct {
    const json_t *json;
    const char *path;
    bool ok;
    Error *error;
} Reader;

/* A whole number from 1 to 1048576; `missing`, unless 0, where there is none. */
static size_t read_size(Reader *reader, const char *name, size_t missing)
{
    enum { LIMIT = 1 << 20 };
    const json_t *field = json_object_get(reader->json, name);
    if (!reader->ok || (missing && (!field || json_is_null(field))))
        return missing;
    json_int_t value = json_integer_value(field);
    if (!json_is_integer(field) || value < 1 || value > LIMIT)
        reader->ok = fail(reader->error,
                          "%s: %s is not a whole number from 1 to %d; copy the model's published "
                          "config.json there",
                          reader->path, name, LIMIT);
    return (size_t)value;
}

static void read_family(Reader *reader, Shape *shape)
{
    const char *type = json_string_value(json_object_get(reader->json, "model_type"));
    shape->neox = type && strcmp(type, "gpt_neox") == 0;
    if (!shape->neox && (!type || strcmp(type, "llama") != 0))
        reader->ok =
            fail(reader->error, "%s: model_type is %s, not llama or gpt_neox; choose another model",
                 reader->path, type ? type : "no text");
}

/* torch_dtype, or dtype as newer files have it; float32 where neither is told. */
static void read_type(Reader *reader, Shape *shape)
{
    const json_t *field = json_object_get(reader->json, "torch_dtype");
    const char *name = json_string_value(field ? field : json_object_get(reader->json, "dtype"));
    bool wide = !name || strcmp(name, "float32") == 0;
    shape->weight_size = wide ? 4 : 2;
    if (reader->ok && !wide && strcmp(name, "float16") != 0 && strcmp(name, "bfloat16") != 0)
        reader->ok = fail(reader->error,
                          "%s: torch_dtype is %s, not float32, float16 or bfloat16; choose "
                          "another model",
                          reader->path, name);
}

bool shape_read(Shape *shape, const char *path, Error *error)
{
    json_error_t where;
    *shape = (Shape){0};
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
    if (!json && where.line < 0)
        return fail(
            error, "%s: cannot be read; name a model's config.json or a file of data/shapes", path);
    if (!json_is_object(json)) {
        json_decref(json);
        return fail(error, "%s:%d: not a JSON object; copy the model's published config.json there",
                    path, json ? 1 : where.line);
    }
    Reader reader = {json, path, true, error};
    read_family(&reader, shape);
    shape->blocks = read_size(&reader, "num_hidden_layers", 0);
    shape->width = read_size(&reader, "hidden_size", 0);
    shape->hidden = read_size(&reader, "intermediate_size", 0);
    shape->vocabulary = read_size(&reader, "vocab_size", 0);
    shape->heads = read_size(&reader, "num_attention_heads", 0);
    size_t key_heads = read_size(&reader, "num_key_value_heads", shape->heads);
    size_t size = reader.ok ? read_size(&reader, "head_dim", shape->width / shape->heads) : 0;
    shape->query = shape->heads * size;
    shape->key = shape->neox ? shape->query : key_heads * size;
    shape->tied = json_is_true(json_object_get(json, "tie_word_embeddings"));
    read_type(&reader, shape);
    json_decref(json);
    return reader.ok;
}

double shape_block(const Shape *shape)
{
    double d = (double)shape->width,
           mlp = shape->neox ? 2 : 3; /* Llama has a gate beside up, down */
    return 2 * d * (double)(shape->query + shape->key) + mlp * d * (double)shape->hidden;
}

double shape_parameters(const Shape *shape)
{
    double table = (double)shape->vocabulary * (double)shape->width;
    return (double)shape->blocks * shape_block(shape) + (shape->tied ? 1 : 2) * table;
}
