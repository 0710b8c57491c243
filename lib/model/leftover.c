/* Tensors are judged by their names: known buffers by their ends, all others by the table of signs
 * below. */
#include "model/leftover.h"

#include "base/text.h"
#include "file/gguf.h"
#include "model/model_gguf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* What a substring of a tensor's name suggests about the checkpoint. The first match counts. */
typedef struct {
    const char *part, *tells;
} Sign;

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool leftover_is_buffer(const char *name)
{
    static const char *const ends[] = {"rotary_emb.inv_freq", "rotary_emb.cos_cached",
                                       "rotary_emb.sin_cached", "rotary_emb.original_inv_freq",
                                       ".attention.bias", ".attention.masked_bias",
                                       /* in GGUF; model_gguf_divisor reads the second */
                                       ".attn_rot_embd.weight", "rope_freqs.weight"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends_with(name, ends[i]))
            return true;
    return false;
}

static bool is_gguf(const Model *model)
{
    return gguf_of(&model->file) != NULL;
}

/* Whether the tensor belongs to a block; *block is that block's number, or 0. */
static bool find_block(const Model *model, const char *name, size_t *block)
{
    const char *blocks =
        is_gguf(model) ? MODEL_GGUF_BLOCKS : family_rules(model->config.family)->blocks;
    size_t length = strlen(blocks);
    bool of_block = strncmp(name, blocks, length) == 0 && name[length] == '.' &&
                    isdigit((unsigned char)name[length + 1]);
    *block = of_block ? (size_t)strtoull(name + length + 1, NULL, 10) : 0;
    return of_block;
}

static size_t block_of(const Model *model, const char *name)
{
    size_t block;
    find_block(model, name, &block);
    return block;
}

#define QUANTIZED "the weights are quantized; take the checkpoint in F32, F16 or BF16"
#define OTHER "it is of another architecture, with norms of its own; choose another model"

static const Sign signs[] = {
    {"lora_", "they are an adapter's; merge it into the model (merge_and_unload of PEFT)"},
    {".base_layer.", "an adapter is wrapped around the model; merge it (merge_and_unload of PEFT)"},
    {"_scale", QUANTIZED},
    {"scales", QUANTIZED},
    {".biases", QUANTIZED},
    {"zero", QUANTIZED},
    {"qweight", QUANTIZED},
    {"packed", QUANTIZED},
    {"absmax", QUANTIZED},
    {"quant", QUANTIZED},
    {"g_idx", QUANTIZED},
    {"SCB", QUANTIZED},
    {"weight_format", QUANTIZED},
    {"q_weight", QUANTIZED},
    {"W_q", QUANTIZED},
    {"codebook", QUANTIZED},
    {"Qidxs", QUANTIZED},
    {"trellis", QUANTIZED},
    {"v_head.", "they are a value head's, of training by rewards; save the model without it"},
    {"experts", "it is a mixture of experts, which is not supported; choose another model"},
    {"_norm", OTHER},
    {"_ln", OTHER},
    {"norm", OTHER},
};
enum { SIGNS = sizeof signs / sizeof *signs };

/* Index of the first sign that matches the name, or SIGNS. */
static size_t sign_of(const char *name)
{
    size_t i = 0;
    while (i < SIGNS && !strstr(name, signs[i].part))
        i++;
    return i;
}

/* What the leftover tensors suggest and what to do. `first` is the first of them, `sign` the lowest
 * index of a sign among them, `missing` whether the file lacks a parameter. */
static const char *tells(const Model *model, const char *first, size_t sign, bool missing)
{
    size_t block;
    bool of_block = find_block(model, first, &block), gguf = is_gguf(model);
    if (block >= model->config.blocks)
        return gguf ? "block_count tells of fewer blocks; convert the model again with llama.cpp"
                    : "config.json tells of fewer blocks; take the config.json that belongs to "
                      "them";
    if (missing && sign < SIGNS && strcmp(signs[sign].tells, OTHER) == 0)
        sign = SIGNS; /* then every name differs, so those of norms say nothing */
    if (sign < SIGNS)
        return signs[sign].tells;
    if (gguf)
        return missing
                   ? "these are not the names of its architecture; convert the model again with "
                     "llama.cpp"
                   : "docmem's model of its architecture has no such tensors; choose another "
                     "model";
    if (missing)
        return "these are not the names of its model_type; save the model again by transformers "
               "(save_pretrained), or choose another";
    return of_block && ends_with(first, ".bias")
               ? "by model_type, attention_bias and mlp_bias of config.json the model has no such "
                 "biases; take the config.json that belongs to them"
               : "the model is more than config.json tells; choose another model";
}

/* Which setting of config.json may wrongly ask for a missing parameter, and what to do; or NULL. In
 * a GGUF file tell_llama asks for biases by those of block 0. */
static const char *wanted_by(const Model *model, const char *missing)
{
    bool bias = ends_with(missing, ".bias") && !strstr(missing, "norm");
    if (is_gguf(model))
        return bias ? "and its architecture or another bias of block 0 wants it; fetch the file "
                      "again, or choose another model"
                    : NULL;
    if (strcmp(missing, family_rules(model->config.family)->unembedding) == 0)
        return "and config.json does not say tie_word_embeddings; fetch the whole file, or the "
               "config.json that belongs to it";
    return bias ? "and model_type, attention_bias or mlp_bias of config.json wants it; fetch the "
                  "whole file, or the config.json that belongs to it"
                : NULL;
}

/* Appends the name, quoted. */
static void list_name(Text *list, const char *name)
{
    text_append(list, ", '", list->length ? 3 : 0);
    text_append(list, "'", list->length ? 0 : 1);
    text_append(list, name, strlen(name));
    text_append(list, "'", 1);
}

/* The leftover tensors: how many, the lowest index of their signs, the first of them, and some of
 * their names. */
typedef struct {
    size_t count, sign;
    const char *first;
    Text names;
} Leftover;

static void find_leftover(const Model *model, const bool *taken, Leftover *left)
{
    enum { MOST = 4 }; /* names listed: the first, and more from its block only */
    size_t named = 0;
    *left = (Leftover){.sign = SIGNS};
    for (size_t i = 0; i < model->file.count; i++) {
        const char *name = model->file.tensors[i].name;
        if (taken[i] || leftover_is_buffer(name))
            continue;
        left->first = left->count++ ? left->first : name;
        size_t sign = sign_of(name);
        left->sign = sign < left->sign ? sign : left->sign;
        if (named == 0 || (named < MOST && block_of(model, name) == block_of(model, left->first)))
            list_name(&left->names, name), named++;
    }
}

bool leftover_check(const Model *model, const bool *taken, const char *missing, Error *error)
{
    const char *path = model->file.path, *other = model->config.other;
    Leftover left;
    find_leftover(model, taken, &left);
    if (*other)
        fail(error,
             "%s: config.json says that the architecture is %s, which is not supported under its "
             "model_type%s%.*s; choose another model",
             path, other, left.count ? ", and no parameter takes " : "", (int)left.names.length,
             left.count ? left.names.bytes : "");
    else if (left.count > 0)
        fail(error, "%s: %s%s%s%zu tensor%s no parameter takes: %.*s: %s", path,
             missing ? "tensor '" : "", missing ? missing : "",
             missing ? "' is missing or of another form, and " : "", left.count,
             left.count > 1 ? "s" : "", (int)left.names.length, left.names.bytes,
             tells(model, left.first, left.sign, missing != NULL));
    else if (missing && !tensors_find(&model->file, missing) && wanted_by(model, missing))
        fail(error, "%s: tensor '%s': is missing, %s", path, missing, wanted_by(model, missing));
    text_free(&left.names);
    return left.count == 0 && !*other;
}
