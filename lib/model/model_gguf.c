/* Tables map GGUF's keys and tensor names to Hugging Face's. A setting that would change the
 * computation and is in no table is checked by name, and refused if it is not the supported value.
 */
#include "model/model_gguf.h"

#include "base/alloc.h"
#include "file/gguf.h"
#include "model/config_reader.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The configuration ---- */

/* A setting, whose full key is "ARCHITECTURE.KEY", and its field of config.json. */
typedef struct {
    const char *key, *field;
    bool wanted; /* required */
} Setting;

static const Setting of_all[] = {{"block_count", "num_hidden_layers", true},
                                 {"embedding_length", "hidden_size", true},
                                 {"feed_forward_length", "intermediate_size", true},
                                 {"context_length", "max_position_embeddings", true},
                                 {"attention.head_count", "num_attention_heads", true}};
static const Setting of_llama[] = {{"attention.head_count_kv", "num_key_value_heads", false},
                                   {"attention.key_length", "head_dim", false},
                                   {"attention.layer_norm_rms_epsilon", "rms_norm_eps", true},
                                   {"attention.sliding_window", "sliding_window", false},
                                   {"rope.freq_base", "rope_theta", false}};
static const Setting of_neox[] = {{"use_parallel_residual", "use_parallel_residual", false},
                                  {"attention.layer_norm_epsilon", "layer_norm_eps", true},
                                  {"rope.freq_base", "rotary_emb_base", false}};
enum { KEY = 96 };

/* A GGUF file being turned into a config.json. */
typedef struct {
    const TensorFile *file;
    const Gguf *gguf;
    const char *architecture; /* general.architecture */
    bool is_llama, is_qwen2;  /* of the Llama family; and of that, Qwen2 */
    json_t *config;
    Error *error;
} Teller;

/* Finds the setting "ARCHITECTURE.key", or NULL; writes its full key into `full`. */
static const GgufSetting *find(const Teller *teller, const char *key, char full[KEY])
{
    snprintf(full, KEY, "%s.%s", teller->architecture, key);
    return gguf_find(teller->gguf, full);
}

/* Copies `count` settings of a table into the config. False where a required one is absent or one
 * is a list. */
static bool tell(const Teller *teller, const Setting *settings, size_t count)
{
    char key[KEY];
    for (size_t i = 0; i < count; i++) {
        const GgufSetting *setting = find(teller, settings[i].key, key);
        json_t *value = gguf_json(setting);
        if (!setting && settings[i].wanted)
            return fail(teller->error, "%s: has no %s; convert the model again with llama.cpp",
                        teller->gguf->path, key);
        if (setting && !value)
            return fail(teller->error,
                        "%s: %s is %s, and docmem has one number for all blocks; choose another "
                        "model",
                        teller->gguf->path, key, setting->is_list ? "a list" : "no number");
        if (value) {
            json_object_set_new(teller->config, settings[i].field, value);
            json_object_set_new(json_object_get(teller->config, GGUF_KEYS), settings[i].field,
                                json_string(key));
        }
    }
    return true;
}

/* Refuses a setting that has another value than `wanted`, the only one that is supported. */
static bool want(const Teller *teller, const char *key, double wanted)
{
    char full[KEY];
    double number;
    const GgufSetting *setting = find(teller, key, full);
    return !setting || (gguf_number(teller->gguf, full, &number) && number == wanted) ||
           fail(teller->error, "%s: %s is not %g, which is not supported; choose another model",
                teller->gguf->path, full, wanted);
}

/* Settings whose other values change what attention computes, in llama.cpp under any type of
 * scaling. */
static bool want_attention(const Teller *teller)
{
    char key[KEY];
    const GgufSetting *setting = find(teller, "attention.causal", key);
    if (setting && !gguf_flag(teller->gguf, key, false))
        return fail(teller->error,
                    "%s: %s is not true: its tokens attend to those after them, which is not "
                    "supported; choose another model",
                    teller->gguf->path, key);
    return want(teller, "rope.scaling.attn_factor", 1) &&
           want(teller, "rope.scaling.yarn_attn_factor", 1);
}

/* The size of a head, and how many of its columns RoPE rotates. */
static bool tell_heads(const Teller *teller)
{
    char key[KEY];
    double heads, width, rotary, size;
    bool is_llama = teller->is_llama;
    find(teller, "attention.head_count", key);
    if (!gguf_number(teller->gguf, key, &heads) || !(heads >= 1))
        return true; /* model_config_read reports it */
    find(teller, "embedding_length", key);
    gguf_number(teller->gguf, key, &width);
    find(teller, "attention.key_length", key);
    if (!is_llama || !gguf_number(teller->gguf, key, &size))
        size = (double)(int64_t)(width / heads);
    find(teller, "rope.dimension_count", key);
    if (!gguf_number(teller->gguf, key, &rotary))
        rotary = size;
    if (!is_llama && size >= 2 && (rotary < 2 || rotary > size || fmod(rotary, 2) != 0))
        return fail(teller->error,
                    "%s: %s is no even number from 2 to %g, the size of a head; convert the model "
                    "again with llama.cpp",
                    teller->gguf->path, key, size);
    if (!is_llama && size > 0)
        json_object_set_new(teller->config, "rotary_pct", json_real(rotary / size));
    return want(teller, "attention.value_length", size) &&
           want(teller, is_llama ? "rope.dimension_count" : "attention.key_length", size);
}

/* The vocabulary size, and whether the unembedding is tied to the embedding. */
static bool tell_tables(const Teller *teller)
{
    const Tensor *table = tensors_find(teller->file, "token_embd.weight");
    if (!table || table->rank != 2)
        return fail(teller->error,
                    "%s: tensor 'token_embd.weight': is missing, or no matrix; is this the file "
                    "of a language model?",
                    teller->gguf->path);
    json_object_set_new(teller->config, "vocab_size", json_integer((json_int_t)table->shape[0]));
    json_object_set_new(teller->config, "tie_word_embeddings",
                        json_boolean(!tensors_find(teller->file, "output.weight")));
    return true;
}

/* *factor = what positions are divided by; 1 where no setting says. */
static bool read_factor(const Teller *teller, double *factor)
{
    char key[KEY];
    *factor = 1;
    return !find(teller, "rope.scaling.factor", key) ||
           (gguf_number(teller->gguf, key, factor) && *factor >= 1e-30 && *factor < 1e12) ||
           fail(teller->error,
                "%s: %s is not a positive number from 1e-30 to 1e12; convert the model again with "
                "llama.cpp",
                teller->gguf->path, key);
}

/* Scaling of RoPE by settings, with llama.cpp's defaults: the type is linear, the factor 1. The
 * tensor rope_freqs.weight is read elsewhere (model_gguf_divisor). */
static bool tell_scaling(const Teller *teller)
{
    char key[KEY];
    double factor = 1;
    bool given = find(teller, "rope.scaling.type", key);
    char *text = gguf_text(teller->gguf, key);
    const char *type = text ? text : given ? "no text" : "linear";
    bool ok = strcmp(type, "none") == 0 || read_factor(teller, &factor);
    if (factor != 1 && strcmp(type, "linear") != 0)
        ok = ok && fail(teller->error,
                        "%s: %s is %s, and only none and linear are supported; choose another "
                        "model",
                        teller->gguf->path, key, type);
    else if (ok && factor != 1)
        json_object_set_new(teller->config, "rope_scaling",
                            json_pack("{s:s, s:f}", "rope_type", type, "factor", factor));
    free(text);
    return ok && want(teller, "rope.scale_linear", 1) &&
           (factor == 1 || want(teller, "rope.scaling.yarn_ext_factor", 0));
}

/* Settings that config.json expresses otherwise. A sliding window makes a Llama a Mistral, and
 * Qwen2's must be switched on. Without a number of key-value heads there are as many as heads. No
 * setting tells of biases: the tensors of block 0 show which there are. */
static void tell_llama(const Teller *teller)
{
    char key[KEY];
    const TensorFile *file = teller->file;
    bool window = find(teller, "attention.sliding_window", key);
    json_object_set_new(teller->config, "model_type",
                        json_string(teller->is_qwen2 ? "qwen2"
                                    : window         ? "mistral"
                                                     : "llama"));
    json_object_set_new(teller->config, "use_sliding_window", json_boolean(window));
    json_object_set_new(teller->config, "max_window_layers", json_integer(0));
    if (!find(teller, "attention.head_count_kv", key))
        json_object_set_new(teller->config, "num_key_value_heads", json_null());
    json_object_set_new(teller->config, "attention_bias",
                        json_boolean(tensors_find(file, "blk.0.attn_q.bias")));
    json_object_set_new(teller->config, "mlp_bias",
                        json_boolean(tensors_find(file, "blk.0.ffn_up.bias")));
}

/* Refuses a file that says it is something else than a model. */
static bool want_model(const Gguf *gguf, Error *error)
{
    static const char *const others[][2] = {
        {"adapter", "is an adapter, which changes a model; merge it into its model "
                    "(llama-export-lora) and name the result"},
        {"imatrix",
         "is an importance matrix, of help in quantizing a model; name the model's own file"}};
    char *type = gguf ? gguf_text(gguf, "general.type") : NULL;
    bool ok = true;
    for (size_t i = 0; type && i < 2; i++)
        if (strcmp(type, others[i][0]) == 0)
            ok = fail(error, "%s: %s", gguf->path, others[i][1]);
    free(type);
    return ok;
}

static bool tell_all(const Teller *teller)
{
    bool is_llama = teller->is_llama;
    if (!is_llama && strcmp(teller->architecture, "gptneox") != 0)
        return fail(teller->error,
                    "%s: its architecture is %s, and only llama, qwen2 and gptneox are supported; "
                    "choose another model",
                    teller->gguf->path, teller->architecture);
    if (is_llama)
        tell_llama(teller);
    else
        json_object_set_new(teller->config, "model_type", json_string("gpt_neox"));
    return want(teller, "expert_count", 0) &&
           tell(teller, of_all, sizeof of_all / sizeof *of_all) &&
           (is_llama ? tell(teller, of_llama, sizeof of_llama / sizeof *of_llama)
                     : tell(teller, of_neox, sizeof of_neox / sizeof *of_neox)) &&
           want_attention(teller) && tell_heads(teller) && tell_tables(teller) &&
           tell_scaling(teller);
}

json_t *model_gguf_config(const char *path, Error *error)
{
    TensorFile file;
    if (!tensors_open(&file, path, error))
        return NULL;
    const Gguf *gguf = gguf_of(&file);
    json_t *config =
        json_pack("{s:{s:s}}", GGUF_KEYS, "vocab_size", "the row count of token_embd.weight");
    char *architecture = gguf ? gguf_text(gguf, "general.architecture") : NULL;
    bool is_qwen2 = architecture && strcmp(architecture, "qwen2") == 0;
    bool is_llama = is_qwen2 || (architecture && strcmp(architecture, "llama") == 0);
    Teller teller = {&file, gguf, architecture, is_llama, is_qwen2, config, error};
    bool ok = want_model(gguf, error);
    if (ok && !architecture)
        ok = fail(error, "%s: has no general.architecture; name a model's GGUF file", path);
    ok = ok && tell_all(&teller);
    free(architecture);
    tensors_close(&file);
    if (!ok) {
        json_decref(config);
        return NULL;
    }
    return config;
}

/* ---- Names ---- */

typedef struct {
    const char *gguf, *name;
} Pair;

/* Names without ".weight" or ".bias". NULL ends a table. */
static const Pair llama_parts[] = {
    {"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
    {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
    {"attn_output", "self_attn.o_proj"}, {"ffn_norm", "post_attention_layernorm"},
    {"ffn_gate", "mlp.gate_proj"},       {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"},       {NULL, NULL}};
static const Pair llama_whole[] = {{"token_embd", "model.embed_tokens"},
                                   {"output", "lm_head"},
                                   {"output_norm", "model.norm"},
                                   {NULL, NULL}};
static const Pair neox_parts[] = {{"attn_norm", "input_layernorm"},
                                  {"attn_qkv", "attention.query_key_value"},
                                  {"attn_output", "attention.dense"},
                                  {"ffn_norm", "post_attention_layernorm"},
                                  {"ffn_up", "mlp.dense_h_to_4h"},
                                  {"ffn_down", "mlp.dense_4h_to_h"},
                                  {NULL, NULL}};
static const Pair neox_whole[] = {{"token_embd", "gpt_neox.embed_in"},
                                  {"output", "embed_out"},
                                  {"output_norm", "gpt_neox.final_layer_norm"},
                                  {NULL, NULL}};

const char *model_gguf_name(Family family, const char *name, size_t index,
                            char text[PARAMETER_NAME])
{
    bool neox = family == FAMILY_NEOX, whole = index == SIZE_MAX;
    const Pair *pairs =
        whole ? (neox ? neox_whole : llama_whole) : (neox ? neox_parts : llama_parts);
    const char *dot = strrchr(name, '.');
    size_t length = (size_t)(dot - name);
    while (pairs->name && (strlen(pairs->name) != length || memcmp(pairs->name, name, length) != 0))
        pairs++;
    assert(pairs->name && "every parameter has a name in GGUF");
    if (whole)
        snprintf(text, PARAMETER_NAME, "%s%s", pairs->gguf, dot);
    else
        snprintf(text, PARAMETER_NAME, MODEL_GGUF_BLOCKS ".%zu.%s%s", index, pairs->gguf, dot);
    return text;
}

/* The row order of a tensor, found by its name. In llama, llama.cpp pairs neighbouring columns for
 * RoPE; in qwen2 it pairs halves, as Hugging Face does, so the order is the same. */
static TensorRows rows_of(const char *name, const ModelConfig *config)
{
    const Heads *heads = &config->heads;
    if (config->family == FAMILY_NEOX && strstr(name, ".attn_qkv."))
        return (TensorRows){heads->heads, 3, heads->size};
    bool qwen2 = config->qkv_bias && !config->output_bias;
    if (config->family == FAMILY_LLAMA && !qwen2 &&
        (strstr(name, ".attn_q.") || strstr(name, ".attn_k.")))
        return (TensorRows){2, heads->size / 2, 1};
    return (TensorRows){0};
}

void model_gguf_order(TensorFile *file, const ModelConfig *config)
{
    for (size_t i = 0; i < file->count; i++)
        file->tensors[i].rows = rows_of(file->tensors[i].name, config);
}

bool model_gguf_divisor(Model *model, Error *error)
{
    size_t half = model_rotary(&model->config) / 2;
    const Tensor *tensor;
    if (!tensors_find(&model->file, "rope_freqs.weight"))
        return true;
    if (!tensors_want(&model->file, "rope_freqs.weight", DTYPE_ANY_FLOAT, 1, &half, &tensor, error))
        return false;
    float *values = alloc_zeroed(half, sizeof *values);
    bool ok = true;
    model->rope_divisor = alloc_zeroed(half, sizeof *model->rope_divisor);
    tensors_to_float(tensor, 0, half, values);
    for (size_t i = 0; ok && i < half; i++) {
        model->rope_divisor[i] = (double)values[i];
        ok = (values[i] >= 1e-6f && values[i] <= 1e6f) ||
             fail(error,
                  "%s: tensor 'rope_freqs.weight': element %zu is no factor of a frequency; fetch "
                  "the file again",
                  tensor->file, i);
    }
    free(values);
    return ok;
}
