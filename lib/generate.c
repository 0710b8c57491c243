/* Greedy continuation of token sequences by a model, with a memory or without. */
#include "generate.h"

#include "gemm.h"
#include "head.h"
#include "mem.h"
#include "stack.h"

#include <stdlib.h>
#include <string.h>

/* Sequences under way: their keys and values in every block. */
typedef struct {
    const Model *model;
    const Speaker *speaker;
    size_t count;
    Tokens *sequences;
    const size_t *documents; /* (count) or NULL */
    size_t *length;          /* (count) positions in the past */
    bool *done;              /* (count) */
    Past *past;              /* (N) */
    BlockCache cache;
    MemoryCache memory_cache;
    float *logits; /* (ROW_UNIT,V) */
} Generation;

/* Room for the batch's mask; NULL where nothing is masked. */
static float *make_mask(const Generation *g, const Batch *batch)
{
    const Speaker *s = g->speaker;
    bool masks = s->memory && allocation_masks(s->allocation);
    return masks ? mem_alloc(batch->rows, s->allocation->entries * sizeof(float)) : NULL;
}

static size_t document_of(const Generation *g, size_t i)
{
    return g->documents ? g->documents[i] : 0;
}

static void begin(Generation *g, size_t tokens)
{
    const ModelConfig *c = &g->model->config;
    size_t capacity = 0, kv = c->heads.kv_heads * c->heads.size;
    g->length = mem_alloc(g->count, sizeof *g->length);
    g->done = mem_alloc(g->count, sizeof *g->done);
    g->past = mem_alloc(c->blocks, sizeof *g->past);
    g->logits = mem_scratch(ROW_UNIT, c->vocabulary * sizeof *g->logits);
    for (size_t i = 0; i < g->count; i++) {
        g->length[i] = g->sequences[i].count;
        capacity = g->length[i] > capacity ? g->length[i] : capacity;
    }
    capacity += tokens;
    for (size_t l = 0; l < c->blocks; l++)
        g->past[l] = (Past){capacity, mem_scratch(g->count * capacity, kv * sizeof(float)),
                            mem_scratch(g->count * capacity, kv * sizeof(float)), g->length};
}

static void end(Generation *g)
{
    for (size_t l = 0; l < g->model->config.blocks; l++)
        free(g->past[l].keys), free(g->past[l].values);
    free(g->past), free(g->length), free(g->done), free(g->logits);
    block_cache_free(&g->cache);
    memory_cache_free(&g->memory_cache);
}

/* Appends the most probable id after the residual row h (d) to sequence i. */
static void push_next(Generation *g, size_t i, const float *h, GenerateStop *stop, void *context)
{
    const ModelConfig *c = &g->model->config;
    float *rows = mem_alloc(ROW_UNIT, c->width * sizeof *rows);
    memcpy(rows, h, c->width * sizeof *rows);
    head_logits(g->model, g->logits, rows, ROW_UNIT);
    free(rows);
    tokens_push(&g->sequences[i], (int32_t)head_argmax(g->logits, c->vocabulary));
    g->done[i] =
        g->sequences[i].count >= c->positions || (stop && stop(context, i, &g->sequences[i]));
}

/* The given tokens, all at once; their keys and values become the past. */
static void read_prompts(Generation *g, GenerateStop *stop, void *context)
{
    const ModelConfig *c = &g->model->config;
    size_t d = c->width, kv = c->heads.kv_heads * c->heads.size;
    Batch batch = {0};
    Stack stack;
    for (size_t i = 0; i < g->count; i++)
        batch_add(&batch, g->sequences[i].count, 0);
    int32_t *ids = mem_alloc(batch.rows, sizeof *ids);
    float *embedded = mem_scratch(batch.rows, d * sizeof *embedded);
    for (size_t i = 0; i < g->count; i++)
        memcpy(ids + batch.sequences[i].start, g->sequences[i].ids, g->length[i] * sizeof *ids);
    model_embed(g->model, embedded, ids, &batch);
    float *mask = make_mask(g, &batch);
    for (size_t i = 0; mask && i < g->count; i++)
        allocation_pack(g->speaker->allocation, &batch, i, document_of(g, i), g->sequences[i].ids,
                        mask);
    stack_begin(&stack, g->model, g->speaker->memory, g->speaker->layer, 0, true);
    const float *h = stack_forward(&stack, &batch, embedded, mask);
    for (size_t i = 0; i < g->count; i++) {
        size_t start = batch.sequences[i].start, n = g->length[i];
        for (size_t l = 0; l < c->blocks; l++) {
            size_t at = i * g->past[l].capacity * kv;
            memcpy(g->past[l].keys + at, stack.cache[l].k + start * kv, n * kv * sizeof(float));
            memcpy(g->past[l].values + at, stack.cache[l].v + start * kv, n * kv * sizeof(float));
        }
        push_next(g, i, h + (start + n - 1) * d, stop, context);
    }
    stack_free(&stack);
    batch_free(&batch);
    free(ids), free(embedded), free(mask);
}

/* One more row of every sequence, each in a row unit of its own so that its
 * bits do not depend on the others; finished ones come along, unheeded. */
static void step(Generation *g, GenerateStop *stop, void *context)
{
    const ModelConfig *c = &g->model->config;
    Batch batch = {0};
    for (size_t i = 0; i < g->count; i++)
        batch_add(&batch, 1, 0);
    size_t bytes = batch.rows * c->width * sizeof(float);
    int32_t *ids = mem_alloc(batch.rows, sizeof *ids);
    float *h = mem_scratch(bytes, 1), *next = mem_scratch(bytes, 1), *mask = make_mask(g, &batch);
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
        float *swap = h;
        h = next;
        next = swap;
        if (g->speaker->memory && l == g->speaker->layer)
            memory_forward(g->speaker->memory, h, h, mask, batch.rows, &g->memory_cache);
    }
    for (size_t i = 0; i < g->count; i++)
        if (!g->done[i]) {
            g->length[i]++;
            push_next(g, i, h + batch.sequences[i].start * c->width, stop, context);
        }
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

void generate_greedy(const Speaker *speaker, Tokens *sequences, const size_t *documents,
                     size_t count, size_t tokens, GenerateStop *stop, void *context)
{
    Generation g = {.model = speaker->model,
                    .speaker = speaker,
                    .count = count,
                    .sequences = sequences,
                    .documents = documents};
    if (count == 0 || tokens == 0)
        return;
    begin(&g, tokens);
    read_prompts(&g, stop, context);
    for (size_t t = 1; t < tokens && !all_done(&g); t++)
        step(&g, stop, context);
    end(&g);
}
