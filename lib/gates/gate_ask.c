/* Prompts run through the model ROUND at a time. Pages run up to the memory's block once, and
 * training starts from there. */
#include "gates/gate_ask.h"

#include "base/alloc.h"
#include "fever/prompt.h"
#include "memory/train.h"
#include "model/head.h"
#include "tensor/gemm.h"

#include <stdlib.h>
#include <string.h>

enum { ROUND = 24 }; /* texts in one batch */

/* Packs texts' ids (count) into `batch` and embeds them: (batch->rows,d), freed by the caller. */
static float *embed(const Model *model, Batch *batch, const Tokens *ids, size_t count)
{
    batch_clear(batch);
    for (size_t i = 0; i < count; i++)
        batch_add(batch, ids[i].count, 0);
    int32_t *rows = alloc_zeroed(batch->rows, sizeof *rows);
    for (size_t i = 0; i < count; i++)
        memcpy(rows + batch->sequences[i].start, ids[i].ids, ids[i].count * sizeof *rows);
    float *h = alloc_scratch(batch->rows, model->config.width * sizeof *h);
    model_embed(model, h, rows, batch);
    free(rows);
    return h;
}

/* The logits after the last id of each text, (gemm_pad(count),V) of which `count` rows matter;
 * freed by the caller. */
static float *last_logits(const Model *model, Stack *stack, Batch *batch, const Tokens *ids,
                          size_t count)
{
    size_t d = model->config.width, rows = gemm_pad(count);
    float *h = embed(model, batch, ids, count);
    const float *end = stack_forward(stack, batch, h, NULL);
    float *last = alloc_zeroed(rows, d * sizeof *last);
    float *logits = alloc_scratch(rows, model->config.vocabulary * sizeof *logits);
    for (size_t i = 0; i < count; i++)
        memcpy(last + i * d, end + (batch->sequences[i].start + ids[i].count - 1) * d,
               d * sizeof *last);
    head_logits(model, logits, last, rows);
    free(last);
    free(h);
    return logits;
}

/* Compares the letters by the first token of each one's own; in this tokenizer it is the only
 * one. */
static void read_letters(GatePrompt *prompt, const AnswerTokens *letters, const float *logits)
{
    float value[LETTERS];
    for (int x = 0; x < LETTERS; x++) {
        value[x] = logits[answer_tokens_id(letters, x, 0)];
        if (x == 0 || value[x] > value[prompt->choice])
            prompt->choice = x;
    }
    prompt->truer = value[0] > value[1];
}

static bool ask_round(const Model *model, const Tokenizer *tokenizer, Stack *stack, Batch *batch,
                      GatePrompt *prompts, size_t count, Error *error)
{
    Tokens ids[ROUND] = {{0}};
    AnswerTokens letters[ROUND];
    size_t start, i = 0;
    while (i < count &&
           prompt_encode(tokenizer, &prompts[i].text, &ids[i], &start, &letters[i], error) &&
           model_fits(model, 0, ids[i].count, error))
        i++;
    if (i == count) {
        float *logits = last_logits(model, stack, batch, ids, count);
        for (size_t j = 0; j < count; j++)
            read_letters(&prompts[j], &letters[j], logits + j * model->config.vocabulary);
        free(logits);
    }
    for (size_t j = 0; j < count; j++)
        tokens_free(&ids[j]);
    return i == count;
}

bool gate_ask(const Model *model, const Tokenizer *tokenizer, GatePrompts *list, Error *error)
{
    Stack stack;
    Batch batch = {0};
    bool ok = true;
    stack_begin(&stack, model, NULL, model->config.blocks - 1, 0, false);
    for (size_t i = 0; ok && i < list->count; i += ROUND) {
        size_t count = list->count - i < ROUND ? list->count - i : ROUND;
        ok = ask_round(model, tokenizer, &stack, &batch, list->prompts + i, count, error);
    }
    batch_free(&batch);
    stack_free(&stack);
    return ok;
}

/* Pages' ids, and their residual stream after block `layer`, kept for training. */
typedef struct {
    MemoryText *texts; /* (count) */
    Tokens *ids;       /* (count) */
    size_t count;
} Pages;

static bool encode_pages(Pages *pages, const Tokenizer *tokenizer, const World *world,
                         GateRole role, Error *error)
{
    bool ok = true;
    size_t first = gate_role(world, role, &pages->count);
    pages->texts = alloc_zeroed(pages->count, sizeof *pages->texts);
    pages->ids = alloc_zeroed(pages->count, sizeof *pages->ids);
    for (size_t i = 0; ok && i < pages->count; i++) {
        Text text = {0};
        gate_page(&text, world, first + i);
        ok = tokenizer_encode(tokenizer, text.bytes, text.length, true, &pages->ids[i], error);
        text_free(&text);
    }
    return ok;
}

/* Computes the residual stream of page i after block `layer`. */
static void carry_page(Pages *pages, size_t i, const Model *model, size_t layer)
{
    Batch batch = {0};
    BlockCache cache = {0};
    size_t d = model->config.width, n = pages->ids[i].count;
    float *in = embed(model, &batch, &pages->ids[i], 1);
    float *out = alloc_scratch(batch.rows, d * sizeof *out);
    for (size_t block = 0; block <= layer; block++) {
        block_forward(model, block, &batch, out, in, &cache);
        memcpy(in, out, batch.rows * d * sizeof *in);
    }
    pages->texts[i] = (MemoryText){.ids = pages->ids[i].ids, .h = in, .length = n, .document = i};
    free(out);
    block_cache_free(&cache);
    batch_free(&batch);
}

static void free_pages(Pages *pages)
{
    for (size_t i = 0; i < pages->count; i++) {
        tokens_free(&pages->ids[i]);
        free((void *)pages->texts[i].h);
    }
    free(pages->ids);
    free(pages->texts);
}

static bool train_pages(Train *train, const Pages *pages, const GateMemory *settings, Error *error)
{
    double loss;
    bool ok = true;
    for (size_t epoch = 1; ok && epoch <= settings->epochs; epoch++)
        ok = train_epoch(train, pages->texts, pages->count, settings->batch, settings->seed, epoch,
                         &loss, error);
    return ok;
}

bool gate_pages(const Model *model, const Tokenizer *tokenizer, const World *world, GateRole role,
                const GateMemory *settings, double *before, double *after, Error *error)
{
    Pages pages = {0};
    Memory memory;
    Train train;
    bool ok = encode_pages(&pages, tokenizer, world, role, error);
    for (size_t i = 0; ok && i < pages.count; i++)
        carry_page(&pages, i, model, settings->layer);
    if (ok) {
        size_t steps = (pages.count + settings->batch - 1) / settings->batch * settings->epochs;
        memory_make(&memory, model->config.width, settings->entries, MEMORY_PLAIN);
        memory_draw(&memory, settings->seed);
        train_begin(&train, model, &memory, settings->layer,
                    &(TrainSettings){.lr = settings->lr,
                                     .decay = settings->decay,
                                     .clip = settings->clip,
                                     .warmup = settings->warmup,
                                     .steps = steps});
        train_score(&train, pages.texts, pages.count, true, before);
        ok = !after || train_pages(&train, &pages, settings, error);
        if (ok && after)
            train_score(&train, pages.texts, pages.count, false, after);
        train_free(&train);
        memory_free(&memory);
    }
    for (size_t i = 0; ok && i < pages.count; i++) {
        before[i] /= (double)(pages.texts[i].length - 1);
        if (after)
            after[i] /= (double)(pages.texts[i].length - 1);
    }
    free_pages(&pages);
    return ok;
}
