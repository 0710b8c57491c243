/* Opens a Hugging Face model folder: config.json and the tensors it promises. */
#include "mem.h"
#include "model.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Bounds on a configuration: every product of sizes below fits in 63 bits. */
enum { SIZE_LIMIT = 1 << 20, BLOCKS_LIMIT = 1024, POSITIONS_LIMIT = 1 << 17 };
enum { CONFIG_LIMIT = 1 << 20 }; /* bytes; published ones have some hundreds */

/* A config.json being read: the object, its path for messages, the first error. */
typedef struct {
    const json_t *json;
    const char *path;
    bool ok;
    Error *error;
} ConfigReader;

/* Integer field within 1 … limit; `missing` where it is absent or null. */
static size_t read_size(ConfigReader *reader, const char *name, size_t missing, size_t limit)
{
    const json_t *field = json_object_get(reader->json, name);
    if (!reader->ok || ((!field || json_is_null(field)) && missing))
        return missing;
    json_int_t value = json_integer_value(field);
    if (!json_is_integer(field) || value < 1 || (unsigned long long)value > limit)
        reader->ok = fail(reader->error,
                          "%s: %s is not a whole number from 1 to %zu; is this the "
                          "config.json of a Llama model?",
                          reader->path, name, limit);
    return (size_t)value;
}

static double read_real(ConfigReader *reader, const json_t *object, const char *name,
                        double missing)
{
    const json_t *field = json_object_get(object, name);
    if (!reader->ok || !field || json_is_null(field))
        return missing;
    double value = json_number_value(field);
    if (!json_is_number(field) || !(value > 0 && value < 1e12))
        reader->ok = fail(reader->error,
                          "%s: %s is not a positive number; copy the published file "
                          "again",
                          reader->path, name);
    return value;
}

static bool read_flag(ConfigReader *reader, const char *name)
{
    const json_t *field = json_object_get(reader->json, name);
    if (reader->ok && field && !json_is_null(field) && !json_is_boolean(field))
        reader->ok = fail(reader->error,
                          "%s: %s is neither true nor false; copy the published "
                          "file again",
                          reader->path, name);
    return json_is_true(field);
}

/* Refuses a text field that is present and differs from what is supported. */
static void want_text(ConfigReader *reader, const json_t *object, const char *name,
                      const char *wanted)
{
    const json_t *field = json_object_get(object, name);
    const char *text = json_string_value(field);
    if (reader->ok && field && !json_is_null(field) && (!text || strcmp(text, wanted) != 0))
        reader->ok = fail(reader->error,
                          "%s: %s is %s, and only \"%s\" is supported; choose "
                          "another model",
                          reader->path, name, text ? text : "not a text", wanted);
}

static void read_rope(ConfigReader *reader, ModelConfig *config)
{
    const json_t *parameters = json_object_get(reader->json, "rope_parameters");
    const json_t *scaling = json_object_get(reader->json, "rope_scaling");
    if (reader->ok && parameters && !json_is_null(parameters) && !json_is_object(parameters))
        reader->ok = fail(reader->error,
                          "%s: rope_parameters is not an object; copy the published "
                          "file again",
                          reader->path);
    want_text(reader, parameters, "rope_type", "default");
    if (reader->ok && scaling && !json_is_null(scaling))
        reader->ok = fail(reader->error, "%s: rope_scaling is not supported; choose another model",
                          reader->path);
    config->rope_theta = read_real(reader, parameters, "rope_theta",
                                   read_real(reader, reader->json, "rope_theta", 10000));
}

static void read_heads(ConfigReader *reader, ModelConfig *config)
{
    Heads *heads = &config->heads;
    heads->heads = read_size(reader, "num_attention_heads", 0, SIZE_LIMIT);
    heads->kv_heads = read_size(reader, "num_key_value_heads", heads->heads, SIZE_LIMIT);
    if (!reader->ok)
        return;
    size_t share = config->width / heads->heads;
    heads->size = read_size(reader, "head_dim", share ? share : 1, SIZE_LIMIT);
    if (!reader->ok)
        return;
    if (heads->heads % heads->kv_heads != 0 || heads->size % 2 != 0 ||
        heads->heads > SIZE_LIMIT / heads->size)
        reader->ok = fail(reader->error,
                          "%s: %zu heads over %zu key-value heads of size %zu do "
                          "not fit; copy the published file again",
                          reader->path, heads->heads, heads->kv_heads, heads->size);
}

/* The file as JSON, or NULL with the reason in *error; freed by json_decref. */
static json_t *load_json(const char *path, Error *error)
{
    struct stat status = {0};
    json_error_t where;
    json_t *json = NULL;
    FILE *stream = NULL;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        fail(error, "%s: is not a file; copy the model's published config.json there", path);
    else if (!(stream = fopen(path, "rb")))
        fail(error, "%s: cannot be read (%s); name the folder of a model", path, errno_text());
    else if (status.st_size > CONFIG_LIMIT)
        fail(error, "%s: is too large for a configuration; copy the model's published one there",
             path);
    else if (!(json = json_loadf(stream, JSON_REJECT_DUPLICATES, &where)))
        fail(error, "%s:%d: %s; copy the model's published config.json there", path, where.line,
             where.text);
    if (stream)
        fclose(stream);
    return json;
}

static bool read_config(ModelConfig *config, const char *path, Error *error)
{
    json_t *json = load_json(path, error);
    if (!json)
        return false;
    ConfigReader reader = {json, path, true, error};
    if (!json_is_object(json))
        reader.ok = fail(error, "%s:1: not a JSON object; copy the published file again", path);
    want_text(&reader, json, "model_type", "llama");
    want_text(&reader, json, "hidden_act", "silu");
    config->blocks = read_size(&reader, "num_hidden_layers", 0, BLOCKS_LIMIT);
    config->width = read_size(&reader, "hidden_size", 0, SIZE_LIMIT);
    config->hidden = read_size(&reader, "intermediate_size", 0, SIZE_LIMIT);
    config->vocabulary = read_size(&reader, "vocab_size", 0, SIZE_LIMIT);
    config->positions = read_size(&reader, "max_position_embeddings", 2048, POSITIONS_LIMIT);
    config->norm_eps = (float)read_real(&reader, json, "rms_norm_eps", 1e-6);
    config->tied = read_flag(&reader, "tie_word_embeddings");
    read_heads(&reader, config);
    read_rope(&reader, config);
    if (reader.ok && (read_flag(&reader, "attention_bias") || read_flag(&reader, "mlp_bias")))
        reader.ok =
            fail(error, "%s: biases are not supported in a Llama model; choose another", path);
    json_decref(json);
    return reader.ok;
}

/* A model whose tensors are being found; with `widen`, floats are copied to `next`. */
typedef struct {
    Model *model;
    bool widen;
    size_t next; /* elements of model->owned in use */
    Error *error;
} Binder;

/* Where float32 values of the tensor can be read: in place, or copied. NULL
 * where it is to stay in its own type. */
static float *bind_values(Binder *binder, const Tensor *tensor, bool always)
{
    if (tensor->dtype == DTYPE_F32 && tensors_aligned(tensor))
        return (float *)(uintptr_t)tensor->data; /* mapped read-only, and only read */
    if (!binder->widen && !always)
        return NULL;
    float *values = binder->model->owned + binder->next;
    binder->next += tensor->count;
    tensors_to_float(tensor, 0, tensor->count, values);
    return values;
}

static bool bind_matrix(Binder *binder, Matrix *matrix, size_t rows, size_t columns,
                        const char *name)
{
    const Tensor *tensor;
    size_t shape[2] = {rows, columns};
    if (!tensors_want(&binder->model->file, name, DTYPE_ANY_FLOAT, 2, shape, &tensor,
                      binder->error))
        return false;
    *matrix = (Matrix){bind_values(binder, tensor, false), tensor, rows, columns};
    return true;
}

static bool bind_vector(Binder *binder, float **vector, size_t size, const char *name)
{
    const Tensor *tensor;
    if (!tensors_want(&binder->model->file, name, DTYPE_ANY_FLOAT, 1, &size, &tensor,
                      binder->error))
        return false;
    *vector = bind_values(binder, tensor, true);
    return true;
}

static const char *block_name(char text[96], size_t index, const char *rest)
{
    snprintf(text, 96, "model.layers.%zu.%s.weight", index, rest);
    return text;
}

static bool bind_block(Binder *binder, size_t i)
{
    const ModelConfig *c = &binder->model->config;
    Block *b = &binder->model->block[i];
    size_t d = c->width, q = c->heads.heads * c->heads.size, kv = c->heads.kv_heads * c->heads.size;
    char n[96];
    return bind_vector(binder, &b->input_norm, d, block_name(n, i, "input_layernorm")) &&
           bind_vector(binder, &b->mlp_norm, d, block_name(n, i, "post_attention_layernorm")) &&
           bind_matrix(binder, &b->query, q, d, block_name(n, i, "self_attn.q_proj")) &&
           bind_matrix(binder, &b->key, kv, d, block_name(n, i, "self_attn.k_proj")) &&
           bind_matrix(binder, &b->value, kv, d, block_name(n, i, "self_attn.v_proj")) &&
           bind_matrix(binder, &b->output, d, q, block_name(n, i, "self_attn.o_proj")) &&
           bind_matrix(binder, &b->gate, c->hidden, d, block_name(n, i, "mlp.gate_proj")) &&
           bind_matrix(binder, &b->up, c->hidden, d, block_name(n, i, "mlp.up_proj")) &&
           bind_matrix(binder, &b->down, d, c->hidden, block_name(n, i, "mlp.down_proj"));
}

static bool bind_all(Binder *binder)
{
    Model *model = binder->model;
    const ModelConfig *c = &model->config;
    bool ok = bind_matrix(binder, &model->embedding, c->vocabulary, c->width,
                          "model.embed_tokens.weight") &&
              bind_vector(binder, &model->final_norm, c->width, "model.norm.weight");
    model->unembedding = model->embedding;
    if (ok && !c->tied)
        ok = bind_matrix(binder, &model->unembedding, c->vocabulary, c->width, "lm_head.weight");
    for (size_t i = 0; ok && i < c->blocks; i++)
        ok = bind_block(binder, i);
    return ok;
}

/* float32 elements to set aside: all that would be copied. */
static size_t owned_elements(const Model *model, bool widen)
{
    size_t total = 0;
    for (size_t i = 0; i < model->file.count; i++) {
        const Tensor *tensor = &model->file.tensors[i];
        bool in_place = tensor->dtype == DTYPE_F32 && tensors_aligned(tensor);
        if (!in_place && (widen || tensor->rank == 1))
            total += tensor->count;
    }
    return total;
}

bool model_open(Model *model, const char *folder, size_t float_budget, Error *error)
{
    *model = (Model){0};
    size_t size = strlen(folder) + 16;
    char *path = mem_alloc(size, 1);
    snprintf(path, size, "%s/config.json", folder);
    bool ok = read_config(&model->config, path, error) && tensors_open(&model->file, folder, error);
    free(path);
    if (ok) {
        bool widen = owned_elements(model, true) <= float_budget / sizeof(float);
        Binder binder = {model, widen, 0, error};
        model->owned = mem_alloc(owned_elements(model, widen), sizeof *model->owned);
        model->block = mem_alloc(model->config.blocks, sizeof *model->block);
        ok = bind_all(&binder);
    }
    if (ok)
        model_tables(model);
    else
        model_close(model);
    return ok;
}
