/* Tables of pairs, GGUF's key or name and Hugging Face's; settings that no table has are either
 * harmless or refused here by name. */
#include "model/model_gguf.h"

#include "base/alloc.h"
#include "file/gguf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The configuration ---- */

/* A setting, which stands behind "ARCHITECTURE.", and its field of config.json. */
typedef struct {
    const char *key, *field;
    bool wanted; /* the file is not sound without it */
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

/* What is being made of what. */
typedef struct {
    const TensorFile *file;
    const Gguf *gguf;
    const char *architecture; /* and what it is: of the family Llama, and Qwen2 of it */
    bool is_llama, is_qwen2;
    json_t *config;
    Error *error;
} Teller;

/* The setting behind "ARCHITECTURE.", or NULL; its key into `full`. */
static const GgufSetting *find(const Teller *teller, const char *key, char full[KEY])
{
    snprintf(full, KEY, "%s.%s", teller->architecture, key);
    return gguf_find(teller->gguf, full);
}

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
        if (value)
            json_object_set_new(teller->config, settings[i].field, value);
    }
    return true;
}

/* Refuses a setting other than what is computed. */
static bool want(const Teller *teller, const char *key, double wanted)
{
    char full[KEY];
    double number;
    const GgufSetting *setting = find(teller, key, full);
    return !setting || (gguf_number(teller->gguf, full, &number) && number == wanted) ||
           fail(teller->error, "%s: %s is not %g, which is not supported; choose another model",
                teller->gguf->path, full, wanted);
}

/* The sizes of a head, and of what RoPE turns of it. */
static bool tell_heads(const Teller *teller)
{
    char key[KEY];
    double heads, width, rotary, size;
    bool is_llama = teller->is_llama;
    find(teller, "attention.head_count", key);
    if (!gguf_number(teller->gguf, key, &heads) || !(heads >= 1))
        return true; /* told when the configuration is read */
    find(teller, "embedding_length", key);
    gguf_number(teller->gguf, key, &width);
    find(teller, "attention.key_length", key);
    if (!gguf_number(teller->gguf, key, &size))
        size = (double)(int64_t)(width / heads);
    find(teller, "rope.dimension_count", key);
    if (!gguf_number(teller->gguf, key, &rotary))
        rotary = size;
    if (!is_llama && size > 0)
        json_object_set_new(teller->config, "rotary_pct", json_real(rotary / size));
    return want(teller, "attention.value_length", size) &&
           (!is_llama || want(teller, "rope.dimension_count", size));
}

/* The tables: rows of the embedding, and whether there is one for the output. */
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

/* Positions scaled by other means than the tensor rope_freqs.weight. */
static bool tell_scaling(const Teller *teller)
{
    char key[KEY];
    double factor = 1;
    find(teller, "rope.scaling.factor", key);
    gguf_number(teller->gguf, key, &factor);
    find(teller, "rope.scaling.type", key);
    char *type = gguf_text(teller->gguf, key);
    json_t *scaling = type && strcmp(type, "none") != 0 && factor != 1
                          ? json_pack("{s:s, s:f}", "rope_type", type, "factor", factor)
                          : NULL;
    if (scaling)
        json_object_set_new(teller->config, "rope_scaling", scaling);
    free(type);
    return want(teller, "rope.scale_linear", 1);
}

/* What config.json says in other words: a window is Mistral's or is put on, and key heads that are
 * not told are as many as heads. Biases no setting tells of: those of the first block are all's. */
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
           tell_heads(teller) && tell_tables(teller) && tell_scaling(teller);
}

json_t *model_gguf_config(const char *path, Error *error)
{
    TensorFile file;
    if (!tensors_open(&file, path, error))
        return NULL;
    const Gguf *gguf = gguf_of(&file);
    json_t *config = json_object();
    char *architecture = gguf ? gguf_text(gguf, "general.architecture") : NULL;
    bool is_qwen2 = architecture && strcmp(architecture, "qwen2") == 0;
    bool is_llama = is_qwen2 || (architecture && strcmp(architecture, "llama") == 0);
    bool ok =
        architecture
            ? tell_all(&(Teller){&file, gguf, architecture, is_llama, is_qwen2, config, error})
            : fail(error, "%s: has no general.architecture; name a model's GGUF file", path);
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

/* Without ".weight" or ".bias". */
static const Pair llama_parts[] = {
    {"attn_norm", "input_layernorm"},    {"attn_q", "self_attn.q_proj"},
    {"attn_k", "self_attn.k_proj"},      {"attn_v", "self_attn.v_proj"},
    {"attn_output", "self_attn.o_proj"}, {"ffn_norm", "post_attention_layernorm"},
    {"ffn_gate", "mlp.gate_proj"},       {"ffn_up", "mlp.up_proj"},
    {"ffn_down", "mlp.down_proj"}};
static const Pair llama_whole[] = {
    {"token_embd", "model.embed_tokens"}, {"output", "lm_head"}, {"output_norm", "model.norm"}};
static const Pair neox_parts[] = {
    {"attn_norm", "input_layernorm"},   {"attn_qkv", "attention.query_key_value"},
    {"attn_output", "attention.dense"}, {"ffn_norm", "post_attention_layernorm"},
    {"ffn_up", "mlp.dense_h_to_4h"},    {"ffn_down", "mlp.dense_4h_to_h"}};
static const Pair neox_whole[] = {{"token_embd", "gpt_neox.embed_in"},
                                  {"output", "embed_out"},
                                  {"output_norm", "gpt_neox.final_layer_norm"}};

/* The name of the part that is called `part` (length bytes) in GGUF, or NULL. */
static const char *translate(const Pair *pairs, size_t count, const char *part, size_t length)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(pairs[i].gguf) == length && memcmp(pairs[i].gguf, part, length) == 0)
            return pairs[i].name;
    return NULL;
}

/* Hugging Face's name of a tensor as a new string, or NULL. */
static char *name_of(const char *gguf, bool neox)
{
    const char *dot = strrchr(gguf, '.'), *part = gguf, *name;
    char number[24] = "", text[160];
    size_t block;
    int read = 0;
    if (!dot || (strcmp(dot, ".weight") != 0 && strcmp(dot, ".bias") != 0))
        return NULL;
    bool of_block = sscanf(gguf, "blk.%zu.%n", &block, &read) == 1 && read > 0;
    if (of_block) {
        part = gguf + read;
        snprintf(number, sizeof number, "%zu", block);
        if (part > dot || strncmp(gguf + 4, number, strlen(number)) != 0)
            return NULL; /* such as blk.00 */
    }
    size_t length = (size_t)(dot - part);
    if (neox)
        name = of_block
                   ? translate(neox_parts, sizeof neox_parts / sizeof *neox_parts, part, length)
                   : translate(neox_whole, sizeof neox_whole / sizeof *neox_whole, part, length);
    else
        name = of_block
                   ? translate(llama_parts, sizeof llama_parts / sizeof *llama_parts, part, length)
                   : translate(llama_whole, sizeof llama_whole / sizeof *llama_whole, part, length);
    if (!name)
        return NULL;
    snprintf(text, sizeof text, "%s%s%s%s%s",
             !of_block ? ""
             : neox    ? "gpt_neox.layers."
                       : "model.layers.",
             number, of_block ? "." : "", name, dot);
    return alloc_text(text);
}

/* How the rows of a tensor are stored, from its name: llama.cpp turns neighbours in llama, halves
 * in qwen2, as Hugging Face does. */
static TensorRows rows_of(const char *name, const ModelConfig *config)
{
    const Heads *heads = &config->heads;
    if (config->family == FAMILY_NEOX && strstr(name, ".query_key_value."))
        return (TensorRows){heads->heads, 3, heads->size};
    bool qwen2 = config->qkv_bias && !config->output_bias;
    if (config->family == FAMILY_LLAMA && !qwen2 &&
        (strstr(name, ".q_proj.") || strstr(name, ".k_proj.")))
        return (TensorRows){2, heads->size / 2, 1};
    return (TensorRows){0};
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const Tensor *const *)a)->name, (*(const Tensor *const *)b)->name);
}

void model_gguf_rename(TensorFile *file, const ModelConfig *config)
{
    Gguf *gguf = file->shards[0].gguf;
    for (size_t i = 0; i < file->count; i++) {
        Tensor *tensor = &file->tensors[i];
        char *name = name_of(tensor->name, config->family == FAMILY_NEOX);
        if (!name)
            continue;
        tensor->name = name;
        tensor->rows = rows_of(name, config);
        free(gguf->names[i]);
        gguf->names[i] = name;
    }
    if (file->count)
        qsort(file->by_name, file->count, sizeof *file->by_name, by_name);
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
