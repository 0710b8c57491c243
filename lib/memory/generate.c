/* All open sequences go a token at a time, with their keys and values kept, each in a place where
 * its bits do not depend on the others (gemm_place). */
#include "memory/generate.h"

#include "base/alloc.h"
#include "memory/tuned.h"
#include "model/head.h"
#include "tensor/gemm.h"

#include <stdlib.h>
#include <string.h>

/* Sequences under way: their keys and values in every block. */
typedef struct {
    const Model *model; /* with the speaker's own weights, where it has some */
    const Speaker *speaker;
    bool adds;           /* its memory is added after its block */
    size_t first, count; /* the group's place among all sequences */
    Tokens *sequences;
    const size_t *documents; /* (count) or NULL */
    size_t *length;          /* (count) positions in the past */
    bool *done;              /* (count) */
    Past *past;              /* (N) */
    BlockCache cache;
    MemoryCache memory_cache;
} Generation;

size_t speaker_first(const Speaker *speaker)
{
    return speaker->below ? speaker->layer : speaker->layer + 1;
}

/* Room for the batch's mask; NULL where nothing is masked. */
static float *make_mask(const Generation *g, const Batch *batch)
{
    const Speaker *s = g->speaker;
    bool masks = s->memory && allocation_masks(s->allocation);
    return masks ? alloc_zeroed(batch->rows, s->allocation->entries * sizeof(float)) : NULL;
}

static size_t document_of(const Generation *g, size_t i)
{
    return g->documents ? g->documents[i] : 0;
}

static size_t past_width(const Heads *heads)
{
    return heads->kv_heads * heads->size;
}

Past *pasts_make(const ModelConfig *config, const size_t *length, size_t count, size_t capacity)
{
    size_t row = past_width(&config->heads) * sizeof(float);
    Past *pasts = alloc_zeroed(config->blocks, sizeof *pasts);
    for (size_t l = 0; l < config->blocks; l++)
        pasts[l] = (Past){capacity, alloc_scratch(count * capacity, row),
                          alloc_scratch(count * capacity, row), length};
    return pasts;
}

void pasts_free(Past *pasts, size_t blocks)
{
    for (size_t l = 0; pasts && l < blocks; l++)
        free(pasts[l].keys), free(pasts[l].values);
    free(pasts);
}

size_t pasts_room(const ModelConfig *config, size_t capacity)
{
    const size_t budget = (size_t)2 << 30;
    size_t each = capacity * config->blocks * past_width(&config->heads) * 2 * sizeof(float);
    return each < budget ? budget / each : 1;
}

void past_take(Past *past, size_t slot, const Batch *batch, size_t index, const BlockCache *cache,
               const Heads *heads)
{
    size_t kv = past_width(heads), to = slot * past->capacity * kv;
    for (size_t t = 0; t < past->length[slot]; t++, to += kv) {
        size_t from = batch_row(batch, index, t) * kv;
        memcpy(past->keys + to, cache->k + from, kv * sizeof(float));
        memcpy(past->values + to, cache->v + from, kv * sizeof(float));
    }
}

/* `read`: the last id of each sequence has no row in the past yet. */
static void begin(Generation *g, size_t capacity, bool read)
{
    g->length = alloc_zeroed(g->count, sizeof *g->length);
    g->done = alloc_zeroed(g->count, sizeof *g->done);
    for (size_t i = 0; i < g->count; i++)
        g->length[i] = g->sequences[i].count - read;
    g->past = pasts_make(&g->model->config, g->length, g->count, capacity);
}

static void end(Generation *g)
{
    pasts_free(g->past, g->model->config.blocks);
    free(g->length), free(g->done);
    block_cache_free(&g->cache);
    memory_cache_free(&g->memory_cache);
}

static bool complete(const Generation *g, size_t i, GenerateStop *stop, void *context)
{
    return g->sequences[i].count >= g->model->config.positions ||
           (stop && stop(context, g->first + i, &g->sequences[i]));
}

/* Appends to every open sequence the most probable id after its row of h (rows,d): the one that
 * stands `ahead` (count) after its start in the batch. */
static void push_next(Generation *g, const Batch *batch, const float *h, const size_t *ahead,
                      GenerateStop *stop, void *context)
{
    const ModelConfig *c = &g->model->config;
    size_t all = gemm_pad(gemm_place(g->count)), d = c->width, open = 0;
    float *rows = alloc_zeroed(all, d * sizeof *rows);
    float *logits = alloc_scratch(all, c->vocabulary * sizeof *logits);
    for (size_t i = 0; i < g->count; i++)
        if (!g->done[i])
            memcpy(rows + gemm_place(open++) * d,
                   h + (batch->sequences[i].start + (ahead ? ahead[i] : 0)) * d, d * sizeof *rows);
    head_logits(g->model, logits, rows, gemm_pad(gemm_place(open)));
    open = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (g->done[i])
            continue;
        const float *row = logits + gemm_place(open++) * c->vocabulary;
        tokens_push(&g->sequences[i], (int32_t)head_argmax(row, c->vocabulary));
        g->done[i] = complete(g, i, stop, context);
    }
    free(rows), free(logits);
}

static void swap(float **a, float **b)
{
    float *kept = *a;
    *a = *b;
    *b = kept;
}

/* The given tokens, all at once. */
static void read_prompts(Generation *g, GenerateStop *stop, void *context)
{
    const ModelConfig *c = &g->model->config;
    const Speaker *s = g->speaker;
    Batch batch = {0};
    for (size_t i = 0; i < g->count; i++)
        batch_add(&batch, g->sequences[i].count, 0);
    size_t bytes = batch.rows * c->width * sizeof(float);
    int32_t *ids = alloc_zeroed(batch.rows, sizeof *ids);
    size_t *last = alloc_zeroed(g->count, sizeof *last);
    float *h = alloc_scratch(bytes, 1), *next = alloc_scratch(bytes, 1),
          *mask = make_mask(g, &batch);
    for (size_t i = 0; i < g->count; i++) {
        memcpy(ids + batch.sequences[i].start, g->sequences[i].ids, g->length[i] * sizeof *ids);
        last[i] = g->length[i] - 1;
        if (mask)
            allocation_pack(s->allocation, &batch, i, document_of(g, i), g->sequences[i].ids, mask);
    }
    model_embed(g->model, h, ids, &batch);
    for (size_t l = 0; l < c->blocks; l++) {
        block_forward(g->model, l, &batch, next, h, &g->cache);
        for (size_t i = 0; i < g->count; i++)
            past_take(&g->past[l], i, &batch, i, &g->cache, &c->heads);
        if (g->adds && l == s->layer) /* from `next`, after the block, into h */
            memory_apply(s->memory, &batch, h, next, mask, &g->memory_cache);
        else
            swap(&h, &next);
    }
    push_next(g, &batch, h, last, stop, context);
    batch_free(&batch);
    free(ids), free(last), free(h), free(next), free(mask);
}

/* The given tokens where they were read before: their places of another past. */
static void take_prompts(Generation *g, const Past *pasts, const size_t *slot, GenerateStop *stop,
                         void *context)
{
    size_t kv = past_width(&g->model->config.heads);
    for (size_t l = 0; l < g->model->config.blocks; l++) {
        Past *past = &g->past[l];
        for (size_t i = 0; i < g->count; i++) {
            size_t to = i * past->capacity * kv, from = slot[i] * pasts[l].capacity * kv,
                   bytes = g->length[i] * kv * sizeof(float);
            memcpy(past->keys + to, pasts[l].keys + from, bytes);
            memcpy(past->values + to, pasts[l].values + from, bytes);
        }
    }
    for (size_t i = 0; i < g->count; i++)
        g->done[i] = complete(g, i, stop, context);
}

/* Rows that a step should have: its smallest weights are keys' and the memory's. */
static size_t least_rows(const Generation *g)
{
    const ModelConfig *c = &g->model->config;
    size_t smallest = c->heads.kv_heads * c->heads.size;
    if (g->speaker->memory && g->speaker->memory->entries < smallest)
        smallest = g->speaker->memory->entries;
    return gemm_least(smallest * c->width);
}

/* One more row of every sequence; finished ones come along, unheeded. */
static void step(Generation *g, GenerateStop *stop, void *context)
{
    const ModelConfig *c = &g->model->config;
    Batch batch = {.least = least_rows(g)};
    batch_single_rows(&batch, g->count);
    size_t bytes = batch.rows * c->width * sizeof(float);
    int32_t *ids = alloc_zeroed(batch.rows, sizeof *ids);
    float *h = alloc_scratch(bytes, 1), *next = alloc_scratch(bytes, 1),
          *mask = make_mask(g, &batch);
    for (size_t i = 0; i < g->count; i++) {
        size_t row = batch.sequences[i].start, n = g->length[i];
        const int32_t *last = g->sequences[i].ids + n;
        ids[row] = *last;
        batch.position[row] = (int32_t)n;
        if (mask)
            allocation_row(g->speaker->allocation, document_of(g, i), last[-1], *last,
                           mask + row * g->speaker->allocation->entries);
    }
    model_embed(g->model, h, ids, &batch);
    for (size_t l = 0; l < c->blocks; l++) {
        block_continue(g->model, l, &batch, &g->past[l], next, h, &g->cache);
        if (g->adds && l == g->speaker->layer)
            memory_apply(g->speaker->memory, &batch, h, next, mask, &g->memory_cache);
        else
            swap(&h, &next);
    }
    for (size_t i = 0; i < g->count; i++)
        g->length[i] += !g->done[i];
    push_next(g, &batch, h, NULL, stop, context);
    batch_free(&batch);
    free(ids), free(h), free(next), free(mask);
}

static bool all_done(const Generation *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (!g->done[i])
            return false;
    return true;
}

/* pasts: what has been read; NULL where nothing has. */
static void generate(const Speaker *speaker, const Past *pasts, const size_t *slot,
                     Tokens *sequences, const size_t *documents, size_t count, size_t tokens,
                     GenerateStop *stop, void *context)
{
    size_t capacity = 0;
    for (size_t i = 0; i < count; i++)
        capacity = sequences[i].count > capacity ? sequences[i].count : capacity;
    if (count == 0 || tokens == 0)
        return;
    capacity += tokens;
    Tuned tuned;
    tuned_begin(&tuned, speaker->model, speaker->memory, speaker->layer, false);
    tuned_update(&tuned);
    for (size_t first = 0, group = pasts_room(&speaker->model->config, capacity); first < count;
         first += group) {
        Generation g = {.model = &tuned.model,
                        .speaker = speaker,
                        .adds = speaker->memory && !tuned.memory,
                        .first = first,
                        .count = count - first < group ? count - first : group,
                        .sequences = sequences + first,
                        .documents = documents ? documents + first : NULL};
        begin(&g, capacity, pasts != NULL);
        if (pasts)
            take_prompts(&g, pasts, slot + first, stop, context);
        else
            read_prompts(&g, stop, context);
        for (size_t t = 1; t < tokens && !all_done(&g); t++)
            step(&g, stop, context);
        end(&g);
    }
    tuned_free(&tuned);
}

void generate_greedy(const Speaker *speaker, Tokens *sequences, const size_t *documents,
                     size_t count, size_t tokens, GenerateStop *stop, void *context)
{
    generate(speaker, NULL, NULL, sequences, documents, count, tokens, stop, context);
}

void generate_on(const Speaker *speaker, const Past *pasts, const size_t *slot, Tokens *sequences,
                 const size_t *documents, size_t count, size_t tokens, GenerateStop *stop,
                 void *context)
{
    generate(speaker, pasts, slot, sequences, documents, count, tokens, stop, context);
}
