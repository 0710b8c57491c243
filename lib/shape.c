/* The sizes of a published model, read from its config.json alone, before any weight is there. */
#include "shape.h"

#include "model.h"

#include <jansson.h>
#include <string.h>

/* torch_dtype, or dtype as newer files have it; float32 where neither is told. */
static bool read_type(Shape *shape, const char *path, Error *error)
{
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    const json_t *field = json_object_get(json, "torch_dtype");
    const char *name = json_string_value(field ? field : json_object_get(json, "dtype"));
    bool wide = !name || strcmp(name, "float32") == 0;
    bool ok =
        wide || strcmp(name, "float16") == 0 || strcmp(name, "bfloat16") == 0 ||
        fail(error, "%s: torch_dtype is %s, not float32, float16 or bfloat16; choose another model",
             path, name);
    shape->weight_size = wide ? 4 : 2;
    json_decref(json);
    return ok;
}

bool shape_read(Shape *shape, const char *path, Error *error)
{
    ModelConfig config;
    *shape = (Shape){0};
    if (!model_config_read(&config, path, error) || !read_type(shape, path, error))
        return false;
    shape->blocks = config.blocks;
    shape->width = config.width;
    shape->hidden = config.hidden;
    shape->vocabulary = config.vocabulary;
    shape->heads = config.heads.heads;
    shape->query = config.heads.heads * config.heads.size;
    shape->key = config.heads.kv_heads * config.heads.size;
    shape->neox = config.family == FAMILY_NEOX;
    shape->tied = config.tied;
    return true;
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
