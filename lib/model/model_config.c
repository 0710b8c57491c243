/* A GGUF file is first turned into the fields of a config.json (model_gguf.c), so that one reader
 * checks both. Defaults of absent fields are those of transformers. */
#include "file/gguf.h"
#include "model/config_reader.h"
#include "model/family.h"
#include "model/model_gguf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Bounds on a configuration, by which every product of sizes below fits in 63 bits. A file may
 * state a context up to POSITIONS_SAID; texts up to POSITIONS_LIMIT are taken. */
enum { SIZE_LIMIT = 1 << 20, BLOCKS_LIMIT = 1024, POSITIONS_LIMIT = 1 << 17 };
enum { POSITIONS_SAID = INT32_MAX };

/* A model_type, its architectures, and the defaults of transformers for fields that its files may
 * leave out. */
typedef struct {
    const char *type, *architectures[3];
    Family family;
    size_t kv_heads, positions; /* defaults; kv_heads 0: as many as heads */
} ModelType;

static const ModelType types[] = {
    {"llama", {"LlamaForCausalLM", "LLaMAForCausalLM", NULL}, FAMILY_LLAMA, 0, 2048},
    {"mistral", {"MistralForCausalLM", NULL, NULL}, FAMILY_LLAMA, 8, 131072},
    {"qwen2", {"Qwen2ForCausalLM", NULL, NULL}, FAMILY_LLAMA, 32, 32768},
    {"gpt_neox", {"GPTNeoXForCausalLM", NULL, NULL}, FAMILY_NEOX, 0, 2048},
};
enum { TYPES = sizeof types / sizeof *types };

static bool has_architecture(const ModelType *type, const char *name)
{
    for (size_t i = 0; name && type->architectures[i]; i++)
        if (strcmp(type->architectures[i], name) == 0)
            return true;
    return false;
}

static const char *first_architecture(const ConfigReader *reader)
{
    return json_string_value(json_array_get(json_object_get(reader->json, "architectures"), 0));
}

/* The row of `types` for the file's model_type or, where it has none, for its architecture. After
 * an error: the first row. */
static const ModelType *read_type(ConfigReader *reader)
{
    const json_t *field = json_object_get(reader->json, "model_type");
    const char *type = json_string_value(field);
    for (int i = 0; i < TYPES; i++)
        if (config_given(field) ? type && strcmp(type, types[i].type) == 0
                                : has_architecture(&types[i], first_architecture(reader)))
            return &types[i];
    if (reader->ok && !config_given(field) && !first_architecture(reader))
        reader->ok = fail(reader->error,
                          "%s: has neither model_type nor architectures, which say what the model "
                          "is; copy the model's published config.json there",
                          reader->path);
    if (reader->ok && config_given(field))
        reader->ok = fail(reader->error,
                          "%s: model_type is %s, and only \"llama\", \"mistral\", \"qwen2\" and "
                          "\"gpt_neox\" are supported; choose another model",
                          reader->path, type ? type : "not a text");
    return &types[0];
}

/* Stores the first architecture in config->other where none of the list belongs to the type;
 * leftover_check refuses it. */
static void read_architectures(ConfigReader *reader, const ModelType *type, ModelConfig *config)
{
    const json_t *list = json_object_get(reader->json, "architectures"), *name;
    size_t i;
    bool ours = json_array_size(list) == 0, texts = !config_given(list) || json_is_array(list);
    json_array_foreach (list, i, name) {
        texts = texts && json_is_string(name);
        ours = ours || has_architecture(type, json_string_value(name));
    }
    if (reader->ok && !texts)
        reader->ok = fail(reader->error,
                          "%s: architectures is not a list of texts; copy the published file again",
                          reader->path);
    else if (reader->ok && !ours)
        snprintf(config->other, sizeof config->other, "%s", first_architecture(reader));
}

/* Refuses a checkpoint with quantized weights, whatever dtype config.json states. */
static void refuse_quantized(ConfigReader *reader)
{
    static const char *const names[] = {"quantization_config", "compression_config",
                                        "quantization"};
    for (int i = 0; i < 3; i++) {
        const json_t *field = json_object_get(reader->json, names[i]);
        const char *method = json_string_value(json_object_get(field, "quant_method"));
        if (reader->ok && config_given(field))
            reader->ok =
                fail(reader->error,
                     "%s: %s says that the weights are quantized%s%s%s, and only F32, F16, "
                     "BF16 and F64 are supported; take the checkpoint it was made from",
                     reader->path, names[i], method ? " (" : "", method ? method : "",
                     method ? ")" : "");
    }
}

/* A number that this kind of scaling requires. */
static double scaling_number(ConfigReader *reader, const json_t *rope, const char *name)
{
    if (reader->ok && !config_given(json_object_get(rope, name)))
        reader->ok = fail(reader->error,
                          "%s: %s is missing, which this rope_type wants; copy the published file "
                          "again",
                          reader->path, name);
    return config_real(reader, rope, name, 1);
}

/* Whether the scaling changes nothing: its factor is 1, and no setting (of "yarn") scales attention
 * itself. */
static bool scales_nothing(ConfigReader *reader, const json_t *rope, const char *type)
{
    static const char *const of_factor[] = {"linear", "llama3", "dynamic", "yarn"};
    static const char *const of_attention[] = {"attention_factor", "mscale", "mscale_all_dim"};
    bool known = false;
    for (int i = 0; i < 4; i++)
        known = known || (type && strcmp(type, of_factor[i]) == 0);
    for (int i = 0; i < 3; i++)
        known = known && !config_given(json_object_get(rope, of_attention[i]));
    return known && config_given(json_object_get(rope, "factor")) &&
           config_real(reader, rope, "factor", 1) == 1;
}

/* The context length before scaling. The order is that of transformers: the field beside the
 * scaling, the field within it, then max_position_embeddings. */
static double read_original(ConfigReader *reader, const json_t *rope)
{
    static const char name[] = "original_max_position_embeddings";
    if (config_given(json_object_get(reader->json, name)))
        return scaling_number(reader, reader->json, name);
    if (config_given(json_object_get(rope, name)))
        return scaling_number(reader, rope, name);
    return scaling_number(reader, reader->json, "max_position_embeddings");
}

/* Reads how RoPE's frequencies are scaled. `key` of object `of` names the kind. */
static void read_scaling(ConfigReader *reader, const json_t *rope, const char *of, const char *key,
                         RopeScaling *scaling)
{
    enum { DEFAULT, LINEAR, LLAMA3 };
    static const char *const kinds[] = {"default", "linear", "llama3", NULL};
    *scaling = (RopeScaling){0};
    if (scales_nothing(reader, rope, json_string_value(json_object_get(rope, key))))
        return;
    size_t kind = config_choice(reader, rope, of, key, kinds);
    if (kind == DEFAULT)
        return;
    scaling->factor = scaling_number(reader, rope, "factor");
    if (kind == LINEAR)
        return;
    scaling->low = scaling_number(reader, rope, "low_freq_factor");
    scaling->high = scaling_number(reader, rope, "high_freq_factor");
    scaling->original = read_original(reader, rope);
    if (reader->ok && scaling->high <= scaling->low)
        reader->ok = fail(reader->error,
                          "%s: high_freq_factor is not above low_freq_factor; copy the published "
                          "file again",
                          reader->path);
}

/* The RoPE settings, or NULL. rope_scaling is the older name of rope_parameters, and wins where a
 * file has both. "type" is the older name of "rope_type". */
static const json_t *read_rope(ConfigReader *reader, ModelConfig *config)
{
    const char *name;
    json_t *value;
    const json_t *scaling = config_object(reader, "rope_scaling");
    const json_t *rope = config_object(reader, "rope_parameters");
    const char *of = scaling ? "rope_scaling" : "rope_parameters";
    rope = scaling ? scaling : rope;
    json_object_foreach ((json_t *)rope, name, value)
        if (reader->ok && json_is_object(value))
            reader->ok = fail(reader->error,
                              "%s: %s has settings of its own for %s, and one for all blocks is "
                              "supported; choose another model",
                              reader->path, of, name);
    bool newer = config_given(json_object_get(rope, "rope_type"));
    read_scaling(reader, rope, of, newer ? "rope_type" : "type", &config->rope_scaling);
    return rope;
}

static void read_llama_heads(ConfigReader *reader, const ModelType *type, ModelConfig *config)
{
    Heads *heads = &config->heads;
    const json_t *field = json_object_get(reader->json, "num_key_value_heads");
    size_t missing = type->kv_heads && !field ? type->kv_heads : heads->heads;
    heads->kv_heads = config_size(reader, "num_key_value_heads", missing, SIZE_LIMIT);
    if (!reader->ok)
        return;
    size_t share = config->width / heads->heads;
    heads->size = config_size(reader, "head_dim", share ? share : 1, SIZE_LIMIT);
    if (!reader->ok)
        return;
    if (heads->heads % heads->kv_heads != 0 || heads->size % 2 != 0 ||
        heads->heads > SIZE_LIMIT / heads->size)
        reader->ok =
            fail(reader->error, "%s: %zu heads over %zu key-value heads of size %zu do not fit; %s",
                 reader->path, heads->heads, heads->kv_heads, heads->size, config_cure(reader));
}

/* Llama states by flags which projections have biases; Qwen2 always has those of queries, keys and
 * values; Mistral has none. */
static void read_biases(ConfigReader *reader, const ModelType *type, ModelConfig *config)
{
    bool llama = strcmp(type->type, "llama") == 0;
    bool attention = config_flag(reader, "attention_bias", false) && llama;
    config->qkv_bias = attention || strcmp(type->type, "qwen2") == 0;
    config->output_bias = attention;
    config->mlp_bias = config_flag(reader, "mlp_bias", false) && llama;
}

static bool lists_sliding(const json_t *kinds)
{
    size_t i;
    json_t *kind;
    json_array_foreach (kinds, i, kind)
        if (json_is_string(kind) && strcmp(json_string_value(kind), "full_attention") != 0)
            return true;
    return false;
}

/* Sets config->window to the sliding window, if any block has one. The window is taken for all
 * blocks. */
static void read_window(ConfigReader *reader, const ModelType *type, ModelConfig *config)
{
    const json_t *field = json_object_get(reader->json, "sliding_window");
    bool mistral = strcmp(type->type, "mistral") == 0, qwen = strcmp(type->type, "qwen2") == 0;
    bool qwen_on = config_flag(reader, "use_sliding_window", false) && qwen;
    const json_t *first = json_object_get(reader->json, "max_window_layers");
    bool all = json_is_integer(first) && json_integer_value(first) == 0;
    const json_t *kinds = json_object_get(reader->json, "layer_types");
    if (qwen_on && json_is_array(kinds))
        qwen_on = lists_sliding(kinds);
    else if (qwen_on && !all && !config_given(kinds))
        qwen_on = config_size(reader, "max_window_layers", 28, SIZE_LIMIT) < config->blocks;
    if ((mistral || qwen_on) && (!field || config_given(field)))
        config->window = config_size(reader, "sliding_window", 4096, POSITIONS_SAID);
}

static void read_llama(ConfigReader *reader, const ModelType *type, ModelConfig *config)
{
    static const char *const acts[] = {"silu", "swish", NULL};
    config_choice(reader, reader->json, NULL, "hidden_act", acts);
    config->norm_eps = (float)config_real(reader, reader->json, "rms_norm_eps", 1e-6);
    read_llama_heads(reader, type, config);
    const json_t *rope = read_rope(reader, config);
    config->rotary = config->heads.size;
    config->rope_theta = config_real(reader, rope, "rope_theta",
                                     config_real(reader, reader->json, "rope_theta", 10000));
    double share = config_real(reader, rope, "partial_rotary_factor", 1);
    if (reader->ok && share != 1)
        reader->ok = fail(reader->error,
                          "%s: partial_rotary_factor is %g, and a Llama model turns whole heads; "
                          "choose another model",
                          reader->path, share);
    read_biases(reader, type, config);
    read_window(reader, type, config);
}

/* Heads of equal size; RoPE rotates this share of each head's columns. */
static void read_neox_heads(ConfigReader *reader, ModelConfig *config, double share)
{
    Heads *heads = &config->heads;
    if (!reader->ok)
        return;
    heads->kv_heads = heads->heads;
    heads->size = config->width / heads->heads;
    if (config->width % heads->heads != 0) {
        reader->ok = fail(reader->error, "%s: a %s of %zu is not %zu heads of one size; %s",
                          reader->path, config_key(reader, "hidden_size"), config->width,
                          heads->heads, config_cure(reader));
        return;
    }
    size_t given = config_size(reader, "head_dim", heads->size, SIZE_LIMIT);
    if (reader->ok && given != heads->size)
        reader->ok = fail(reader->error,
                          "%s: head_dim is %zu, and %zu heads of a hidden_size of %zu have %zu; "
                          "take the config.json that belongs to the weights",
                          reader->path, given, heads->heads, config->width, heads->size);
    config->rotary = share <= 1 ? (size_t)((double)heads->size * share) : 0;
    if (!reader->ok)
        return;
    if (config->rotary == 0 || config->rotary % 2 != 0)
        reader->ok = fail(reader->error,
                          "%s: rotary_pct %g of heads of size %zu is no even number of columns "
                          "from 2 up to that size; copy the published file again",
                          reader->path, share, heads->size);
}

static void read_neox(ConfigReader *reader, ModelConfig *config)
{
    /* Names of GELU: the exact ones first, then those of the tanh approximation. */
    enum { EXACT = 2 };
    static const char *const acts[] = {"gelu",
                                       "gelu_python",
                                       "gelu_fast",
                                       "gelu_new",
                                       "gelu_pytorch_tanh",
                                       "gelu_python_tanh",
                                       "gelu_accurate",
                                       NULL};
    const json_t *json = reader->json, *rope = read_rope(reader, config);
    config->gelu_tanh = config_choice(reader, json, NULL, "hidden_act", acts) >= EXACT;
    config->norm_eps = (float)config_real(reader, json, "layer_norm_eps", 1e-5);
    config->parallel = config_flag(reader, "use_parallel_residual", true);
    config->rope_theta = config_real(reader, rope, "rope_theta",
                                     config_real(reader, json, "rotary_emb_base", 10000));
    read_neox_heads(reader, config,
                    config_real(reader, rope, "partial_rotary_factor",
                                config_real(reader, json, "rotary_pct", 0.25)));
    config->unbiased_attention = !config_flag(reader, "attention_bias", true);
}

/* The longest text: what the file states, but no more than docmem's bound and the model's window.
 */
static void read_positions(ConfigReader *reader, const ModelType *type, ModelConfig *config)
{
    config->positions =
        config_size(reader, "max_position_embeddings", type->positions, POSITIONS_SAID);
    if (config->positions > POSITIONS_LIMIT)
        config->positions = POSITIONS_LIMIT;
    if (config->window && config->window < config->positions)
        config->positions = config->window;
}

bool model_config_read(ModelConfig *config, const char *path, Error *error)
{
    json_t *json = gguf_is(path) ? model_gguf_config(path, error) : config_load(path, error);
    *config = (ModelConfig){0};
    if (!json)
        return false;
    ConfigReader reader = {json, path, true, error};
    if (!json_is_object(json))
        reader.ok = fail(error, "%s:1: not a JSON object; copy the published file again", path);
    const ModelType *type = read_type(&reader);
    config->family = type->family;
    read_architectures(&reader, type, config);
    refuse_quantized(&reader);
    config->blocks = config_size(&reader, "num_hidden_layers", 0, BLOCKS_LIMIT);
    config->width = config_size(&reader, "hidden_size", 0, SIZE_LIMIT);
    config->hidden = config_size(&reader, "intermediate_size", 0, SIZE_LIMIT);
    config->vocabulary = config_size(&reader, "vocab_size", 0, SIZE_LIMIT);
    config->heads.heads = config_size(&reader, "num_attention_heads", 0, SIZE_LIMIT);
    config->tied = config_flag(&reader, "tie_word_embeddings", false);
    if (config->family == FAMILY_NEOX)
        read_neox(&reader, config);
    else
        read_llama(&reader, type, config);
    read_positions(&reader, type, config);
    json_decref(json);
    return reader.ok;
}
