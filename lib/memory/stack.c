/* Each block's input stays where the gradient will want it; the backward pass ends at the memory.
 */
#include "memory/stack.h"

#include "base/alloc.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void stack_begin(Stack *stack, const Model *model, const Memory *memory, size_t layer, size_t first,
                 bool keep)
{
    size_t N = model->config.blocks;
    *stack =
        (Stack){.model = model, .memory = memory, .layer = layer, .first = first, .keep = keep};
    stack->adds = memory && !memory_tunes(memory->variant);
    assert(layer < N && first <= (memory ? memory_first(memory->variant, layer) : layer + 1));
    tuned_begin(&stack->tuned, model, memory, layer, keep);
    stack->h = alloc_zeroed(N + 1, sizeof *stack->h);
    stack->cache = alloc_zeroed(N, sizeof *stack->cache);
}

static void free_rows(Stack *stack)
{
    for (size_t i = 0; i <= stack->model->config.blocks; i++)
        free(stack->h[i]);
    free(stack->raw);
}

void stack_free(Stack *stack)
{
    free_rows(stack);
    for (size_t i = 0; i < stack->model->config.blocks; i++)
        block_cache_free(&stack->cache[i]);
    block_work_free(&stack->work);
    tuned_free(&stack->tuned);
    memory_cache_free(&stack->memory_cache);
    free(stack->h);
    free(stack->cache);
    *stack = (Stack){0};
}

static void fit(Stack *stack, size_t rows)
{
    size_t d = stack->model->config.width;
    if (rows <= stack->rows)
        return;
    free_rows(stack);
    stack->rows = rows;
    stack->raw = alloc_scratch(rows, d * sizeof *stack->raw);
    for (size_t i = 0; i <= stack->model->config.blocks; i++)
        stack->h[i] = i < stack->first ? NULL : alloc_scratch(rows, d * sizeof **stack->h);
}

/* Puts the stream after block `index - 1`, `h`, in its place, the memory added where it stands. */
static void enter(Stack *stack, const Batch *batch, size_t index, const float *h)
{
    size_t bytes = batch->rows * stack->model->config.width * sizeof *h;
    if (stack->adds && index == stack->layer + 1) {
        if (h != stack->raw)
            memcpy(stack->raw, h, bytes);
        memory_apply(stack->memory, batch, stack->h[index], stack->raw, stack->mask,
                     &stack->memory_cache);
    } else if (h != stack->h[index]) {
        memcpy(stack->h[index], h, bytes);
    }
}

const float *stack_forward(Stack *stack, const Batch *batch, const float *h, const float *mask)
{
    size_t N = stack->model->config.blocks;
    fit(stack, batch->rows);
    stack->mask = mask;
    tuned_update(&stack->tuned);
    enter(stack, batch, stack->first, h);
    for (size_t i = stack->first; i < N; i++) {
        bool memory_next = stack->adds && i == stack->layer;
        bool trained = stack->tuned.memory && i == stack->layer; /* its inputs are wanted again */
        float *out = memory_next ? stack->raw : stack->h[i + 1];
        BlockCache *cache = &stack->cache[stack->keep ? i : 0];
        cache->shared = trained ? NULL : &stack->work;
        block_forward(&stack->tuned.model, i, batch, out, stack->h[i], cache);
        if (stack->after)
            stack->after(stack->context, i, cache);
        enter(stack, batch, i + 1, out);
    }
    return stack->h[N];
}

static bool is_finite(const float *h, size_t count)
{
    bool finite = true;
    for (size_t i = 0; i < count; i++)
        finite = finite && isfinite(h[i]);
    return finite;
}

const char *stack_where(const Stack *stack, size_t rows, char words[64])
{
    size_t N = stack->model->config.blocks, count = rows * stack->model->config.width;
    for (size_t i = stack->first; i <= N; i++) {
        bool after_memory = stack->adds && i == stack->layer + 1;
        bool by_memory = after_memory && is_finite(stack->raw, count);
        if (is_finite(stack->h[i], count))
            continue;
        if (by_memory)
            return strcpy(words, "from the memory on");
        if (i == stack->first)
            return strcpy(words, "from the start on");
        snprintf(words, 64, "from block %zu on", i - 1);
        return words;
    }
    return strcpy(words, "in the head");
}

/* The rest of the way where the block's own weights are trained. */
static void tuned_backward(Stack *stack, const Batch *batch, float *dh, Memory *gradients)
{
    Tuned *tuned = &stack->tuned;
    tuned_gradients(tuned, gradients);
    block_backward(&tuned->model, &tuned->gradients, stack->layer, batch, dh,
                   stack->h[stack->layer], &stack->cache[stack->layer]);
    tuned_gather(tuned, gradients);
}

void stack_backward(Stack *stack, const Batch *batch, float *dh, Memory *gradients, float *dmask)
{
    assert(stack->keep && stack->memory);
    for (size_t i = stack->model->config.blocks; i-- > stack->layer + 1;)
        block_backward(stack->model, NULL, i, batch, dh, stack->h[i], &stack->cache[i]);
    if (!stack->adds) {
        tuned_backward(stack, batch, dh, gradients);
        return;
    }
    memory_drop_first(stack->memory, batch, dh);
    memory_backward(stack->memory, gradients, NULL, dmask, dh, stack->raw, stack->mask, batch->rows,
                    &stack->memory_cache);
}

void stack_tangent(const Stack *stack, const Batch *batch, float *dh, const float *dmask)
{
    assert(stack->keep && stack->adds);
    memory_tangent(stack->memory, dh, dmask, batch->rows, &stack->memory_cache);
    memory_drop_first(stack->memory, batch, dh);
    for (size_t i = stack->layer + 1; i < stack->model->config.blocks; i++)
        block_tangent(stack->model, i, batch, dh, stack->h[i], &stack->cache[i]);
}
