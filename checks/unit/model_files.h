/* Model folders that checks make for themselves: sound, or with one thing wrong. */
#ifndef DOCMEM_MODEL_FILES_H
#define DOCMEM_MODEL_FILES_H
#include "file/out.h"
#include "model/model.h"

#include <jansson.h>
#include <sys/stat.h>

#include "numbers.h"

static inline const char *folder(void)
{
    return scratch("model-load");
}

static void write_file(const char *name, const void *bytes, size_t count)
{
    char path[600];
    Out out;
    Error error;
    snprintf(path, sizeof path, "%s/%s", folder(), name);
    assert_true(out_open(&out, path, &error));
    out_bytes(&out, bytes, count);
    assert_true(out_commit(&out, &error));
}

static void write_text(const char *text)
{
    write_file("config.json", text, strlen(text));
}

/* Sound configurations of both families, small enough for tensors of zeroes. */
static const char *const sound[FAMILIES] = {
    [FAMILY_LLAMA] = "{\"model_type\": \"llama\", \"hidden_act\": \"silu\", \"hidden_size\": 4,"
                     "\"intermediate_size\": 6, \"num_hidden_layers\": 2, \"vocab_size\": 5,"
                     "\"num_attention_heads\": 2, \"num_key_value_heads\": 1,"
                     "\"rms_norm_eps\": 1e-5, \"max_position_embeddings\": 16}",
    [FAMILY_NEOX] = "{\"model_type\": \"gpt_neox\", \"hidden_act\": \"gelu\", \"hidden_size\": 8,"
                    "\"intermediate_size\": 6, \"num_hidden_layers\": 2, \"vocab_size\": 5,"
                    "\"num_attention_heads\": 2, \"rotary_pct\": 0.5, \"layer_norm_eps\": 1e-5,"
                    "\"rotary_emb_base\": 10000, \"max_position_embeddings\": 16,"
                    "\"use_parallel_residual\": true, \"tie_word_embeddings\": false}"};

/* The family's sound config.json, but with `field` (unless NULL) set to the JSON text `value`, or
 * without it where value is NULL. */
static inline void write_config(Family family, const char *field, const char *value)
{
    json_t *config = json_loads(sound[family], 0, NULL);
    assert_non_null(config);
    if (field && value)
        json_object_set_new(config, field, json_loads(value, JSON_DECODE_ANY, NULL));
    else if (field)
        json_object_del(config, field);
    char *text = json_dumps(config, JSON_SORT_KEYS);
    write_text(text);
    free(text);
    json_decref(config);
}

/* How one tensor of model.safetensors departs from what the configuration promises. */
typedef struct {
    const char *name;
    bool absent;
    DType dtype; /* where rank is not 0: this type, rank and shape */
    int rank;
    size_t shape[3];
} Change;

static void add_tensor(TensorWriter *writer, const Change *change, const char *name, size_t rows,
                       size_t columns)
{
    static const float zeroes[192];
    bool changed = change && strcmp(change->name, name) == 0;
    size_t shape[2] = {rows, columns};
    if (changed && change->absent)
        return;
    if (changed)
        tensor_writer_add(writer, name, change->dtype, change->rank, change->shape, zeroes);
    else
        tensor_writer_add(writer, name, DTYPE_F32, columns ? 2 : 1, shape, zeroes);
}

/* A tensor of a sound model; of every block where the name starts with a dot. */
typedef struct {
    const char *name;
    size_t rows, columns;
} Named;
enum { NAMED = 16 };

static const Named tensors[FAMILIES][NAMED] = {
    [FAMILY_LLAMA] = {{"model.embed_tokens.weight", 5, 4},
                      {"model.norm.weight", 4, 0},
                      {"lm_head.weight", 5, 4},
                      {".input_layernorm.weight", 4, 0},
                      {".post_attention_layernorm.weight", 4, 0},
                      {".self_attn.q_proj.weight", 4, 4},
                      {".self_attn.k_proj.weight", 2, 4},
                      {".self_attn.v_proj.weight", 2, 4},
                      {".self_attn.o_proj.weight", 4, 4},
                      {".mlp.gate_proj.weight", 6, 4},
                      {".mlp.up_proj.weight", 6, 4},
                      {".mlp.down_proj.weight", 4, 6}},
    [FAMILY_NEOX] = {{"gpt_neox.embed_in.weight", 5, 8},
                     {"gpt_neox.final_layer_norm.weight", 8, 0},
                     {"gpt_neox.final_layer_norm.bias", 8, 0},
                     {"embed_out.weight", 5, 8},
                     {".input_layernorm.weight", 8, 0},
                     {".input_layernorm.bias", 8, 0},
                     {".post_attention_layernorm.weight", 8, 0},
                     {".post_attention_layernorm.bias", 8, 0},
                     {".attention.query_key_value.weight", 24, 8},
                     {".attention.query_key_value.bias", 24, 0},
                     {".attention.dense.weight", 8, 8},
                     {".attention.dense.bias", 8, 0},
                     {".mlp.dense_h_to_4h.weight", 6, 8},
                     {".mlp.dense_h_to_4h.bias", 6, 0},
                     {".mlp.dense_4h_to_h.weight", 8, 6},
                     {".mlp.dense_4h_to_h.bias", 8, 0}}};

/* The full name of a tensor in block `block`, into name. */
static inline void name_tensor(Family family, const Named *tensor, int block, char name[128])
{
    if (*tensor->name != '.')
        snprintf(name, 128, "%s", tensor->name);
    else
        snprintf(name, 128, "%s.layers.%d%s", family == FAMILY_NEOX ? "gpt_neox" : "model", block,
                 tensor->name);
}

/* model.safetensors of a sound model of this family but for *change, unless NULL, and with `more`
 * (count) tensors of ones behind them. */
static inline void write_more(Family family, const Change *change, const Change *more, size_t count)
{
    static const float ones[192] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    TensorWriter writer = {0};
    Out out;
    Error error;
    char name[600];
    snprintf(name, sizeof name, "%s/model.safetensors", folder());
    assert_true(out_open(&out, name, &error));
    for (const Named *t = tensors[family]; t < tensors[family] + NAMED && t->name; t++)
        for (int block = 0; block < (*t->name == '.' ? 2 : 1); block++) {
            name_tensor(family, t, block, name);
            add_tensor(&writer, change, name, t->rows, t->columns);
        }
    for (size_t i = 0; i < count; i++)
        tensor_writer_add(&writer, more[i].name, more[i].dtype, more[i].rank, more[i].shape, ones);
    assert_true(tensor_writer_write(&writer, &out, &error));
    assert_true(out_commit(&out, &error));
}

static inline void write_tensors(Family family, const Change *change)
{
    write_more(family, change, NULL, 0);
}

static void accept(const char *why)
{
    Model model;
    Error error = {""};
    if (!model_open(&model, folder(), SIZE_MAX, &error))
        fail_msg("%s: %s", why, error.text);
    model_close(&model);
}

/* Opening fails with one line that names the file, holds `words`, and says what to do. */
static void refuse(const char *file, const char *words)
{
    for (size_t budget = 0;; budget = SIZE_MAX) {
        Model model;
        Error error = {""};
        if (model_open(&model, folder(), budget, &error))
            fail_msg("was accepted, but: %s", words);
        if (!strstr(error.text, words) || !strstr(error.text, file))
            fail_msg("'%s' does not say '%s' of %s", error.text, words, file);
        if (!strchr(error.text, ';') || strchr(error.text, '\n') || strstr(error.text, ":-1"))
            fail_msg("'%s' is no line with a place and a cure", error.text);
        assert_null(model.block);
        assert_null(model.owned);
        model_close(&model);
        if (budget)
            return;
    }
}

static inline void make_folder(Family family)
{
    write_config(family, NULL, NULL);
    write_tensors(family, NULL);
}

#endif
