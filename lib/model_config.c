/* Reads a published model's config.json. */
#include "family.h"
#include "json_strict.h"
#include "mem.h"

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
                          "config.json of a published model?",
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
    if (!json_is_number(field) ||
        !(value >= 1e-30 && value < 1e12)) /* neither 0 nor Inf as float32 */
        reader->ok = fail(reader->error,
                          "%s: %s is not a positive number from 1e-30 to 1e12; copy the published "
                          "file again",
                          reader->path, name);
    return value;
}

static bool read_flag(ConfigReader *reader, const char *name, bool missing)
{
    const json_t *field = json_object_get(reader->json, name);
    if (!field || json_is_null(field))
        return missing;
    if (reader->ok && !json_is_boolean(field))
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

/* Where newer files keep what older ones have at the top: the rotary settings, or NULL. */
static const json_t *read_rope(ConfigReader *reader)
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
    return parameters;
}

static void read_llama_heads(ConfigReader *reader, ModelConfig *config)
{
    Heads *heads = &config->heads;
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

static void read_llama(ConfigReader *reader, ModelConfig *config)
{
    want_text(reader, reader->json, "hidden_act", "silu");
    config->norm_eps = (float)read_real(reader, reader->json, "rms_norm_eps", 1e-6);
    read_llama_heads(reader, config);
    config->rotary = config->heads.size;
    config->rope_theta = read_real(reader, read_rope(reader), "rope_theta",
                                   read_real(reader, reader->json, "rope_theta", 10000));
    bool biased = read_flag(reader, "attention_bias", false);
    biased = read_flag(reader, "mlp_bias", false) || biased;
    if (reader->ok && biased)
        reader->ok =
            fail(reader->error, "%s: biases are not supported in a Llama model; choose another",
                 reader->path);
}

/* Heads of one size, of whose columns RoPE turns this share. */
static void read_neox_heads(ConfigReader *reader, ModelConfig *config, double share)
{
    Heads *heads = &config->heads;
    if (!reader->ok)
        return;
    heads->kv_heads = heads->heads;
    heads->size = config->width / heads->heads;
    if (config->width % heads->heads != 0) {
        reader->ok = fail(reader->error,
                          "%s: a hidden_size of %zu is not %zu heads of one size; copy the "
                          "published file again",
                          reader->path, config->width, heads->heads);
        return;
    }
    config->rotary = share <= 1 ? (size_t)((double)heads->size * share) : 0;
    if (config->rotary == 0 || config->rotary % 2 != 0)
        reader->ok = fail(reader->error,
                          "%s: rotary_pct %g of heads of size %zu is no even number of columns "
                          "from 2 up to that size; copy the published file again",
                          reader->path, share, heads->size);
}

static void read_neox(ConfigReader *reader, ModelConfig *config)
{
    const json_t *json = reader->json, *rope = read_rope(reader);
    want_text(reader, json, "hidden_act", "gelu");
    config->norm_eps = (float)read_real(reader, json, "layer_norm_eps", 1e-5);
    config->parallel = read_flag(reader, "use_parallel_residual", true);
    config->rope_theta =
        read_real(reader, rope, "rope_theta", read_real(reader, json, "rotary_emb_base", 10000));
    read_neox_heads(reader, config,
                    read_real(reader, rope, "partial_rotary_factor",
                              read_real(reader, json, "rotary_pct", 0.25)));
    if (!read_flag(reader, "attention_bias", true) && reader->ok)
        reader->ok = fail(reader->error,
                          "%s: attention without biases is not supported in a GPT-NeoX model; "
                          "choose another",
                          reader->path);
}

static Family read_family(ConfigReader *reader)
{
    const json_t *field = json_object_get(reader->json, "model_type");
    const char *type = json_string_value(field);
    if (!field || json_is_null(field))
        return FAMILY_LLAMA;
    for (int family = 0; type && family < FAMILIES; family++)
        if (strcmp(type, family_rules((Family)family)->type) == 0)
            return (Family)family;
    if (reader->ok)
        reader->ok =
            fail(reader->error,
                 "%s: model_type is %s, and only \"%s\" and \"%s\" are supported; choose "
                 "another model",
                 reader->path, type ? type : "not a text", llama_rules.type, neox_rules.type);
    return FAMILY_LLAMA;
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
    else if (!(json = json_strict_file(stream, JSON_REJECT_DUPLICATES, &where)) && ferror(stream))
        fail(error, "%s: cannot be read whole (%s); check the disk", path, errno_text());
    else if (!json)
        fail(error, "%s:%d: %s; copy the model's published config.json there", path, where.line,
             where.text);
    if (stream)
        fclose(stream);
    return json;
}

bool model_config_read(ModelConfig *config, const char *path, Error *error)
{
    json_t *json = load_json(path, error);
    *config = (ModelConfig){0};
    if (!json)
        return false;
    ConfigReader reader = {json, path, true, error};
    if (!json_is_object(json))
        reader.ok = fail(error, "%s:1: not a JSON object; copy the published file again", path);
    config->family = read_family(&reader);
    config->blocks = read_size(&reader, "num_hidden_layers", 0, BLOCKS_LIMIT);
    config->width = read_size(&reader, "hidden_size", 0, SIZE_LIMIT);
    config->hidden = read_size(&reader, "intermediate_size", 0, SIZE_LIMIT);
    config->vocabulary = read_size(&reader, "vocab_size", 0, SIZE_LIMIT);
    config->positions = read_size(&reader, "max_position_embeddings", 2048, POSITIONS_LIMIT);
    config->heads.heads = read_size(&reader, "num_attention_heads", 0, SIZE_LIMIT);
    config->tied = read_flag(&reader, "tie_word_embeddings", false);
    if (config->family == FAMILY_NEOX)
        read_neox(&reader, config);
    else
        read_llama(&reader, config);
    json_decref(json);
    return reader.ok;
}
