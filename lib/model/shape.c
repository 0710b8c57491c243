#include "model/shape.h"

#include "file/gguf.h"
#include "model/config_reader.h"
#include "model/model.h"

#include <jansson.h>
#include <string.h>

/* Sets weight_size and bf16 from torch_dtype, or from dtype, its newer name; float32 where neither
 * is given.
 */
static bool read_type(Shape *shape, const char *path, Error *error)
{
    json_t *json = config_load(path, error);
    if (!json)
        return false;
    const char *key = json_object_get(json, "torch_dtype") ? "torch_dtype" : "dtype";
    const char *name = json_string_value(json_object_get(json, key));
    bool wide = !name || strcmp(name, "float32") == 0;
    bool widest = name && strcmp(name, "float64") == 0;
    bool ok =
        wide || widest || strcmp(name, "float16") == 0 || strcmp(name, "bfloat16") == 0 ||
        fail(error, "%s: %s is %s, not float64, float32, float16 or bfloat16; choose another model",
             path, key, name);
    shape->weight_size = widest ? 8 : wide ? 4 : 2;
    shape->bf16 = name && strcmp(name, "bfloat16") == 0;
    json_decref(json);
    return ok;
}

/* Sets weight_size to the bytes of all tensors over their elements. */
static bool weigh(Shape *shape, const char *path, Error *error)
{
    TensorFile file;
    double bytes = 0, count = 0;
    if (!tensors_open(&file, path, error))
        return false;
    for (size_t i = 0; i < file.count; i++)
        bytes += (double)file.tensors[i].bytes, count += (double)file.tensors[i].count;
    shape->weight_size = count > 0 ? bytes / count : 0;
    tensors_close(&file);
    return true;
}

bool shape_read(Shape *shape, const char *path, Error *error)
{
    ModelConfig config;
    *shape = (Shape){0};
    if (!model_config_read(&config, path, error) ||
        !(gguf_is(path) ? weigh : read_type)(shape, path, error))
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
    double d = (double)shape->width, mlp = shape->neox ? 2 : 3; /* Llama has gate, up and down */
    return 2 * d * (double)(shape->query + shape->key) + mlp * d * (double)shape->hidden;
}

double shape_parameters(const Shape *shape)
{
    double table = (double)shape->vocabulary * (double)shape->width;
    return (double)shape->blocks * shape_block(shape) + (shape->tied ? 1 : 2) * table;
}
