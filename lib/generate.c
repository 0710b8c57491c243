/* Greedy continuation of a token sequence by a model, with a memory or without. */
#include "generate.h"

#include "gemm.h"
#include "head.h"
#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* The most probable id after ids[0 … count-1]. */
static int32_t next_id(Stack *stack, const Tokens *ids)
{
    const Model *model = stack->model;
    size_t d = model->config.width, V = model->config.vocabulary, last = ids->count - 1;
    Batch batch = {0};
    batch_add(&batch, ids->count, 0);
    float *embedded = mem_scratch(batch.rows, d * sizeof *embedded);
    float *row = mem_alloc(ROW_UNIT, d * sizeof *row);
    float *logits = mem_scratch(ROW_UNIT, V * sizeof *logits);
    model_embed(model, embedded, ids->ids, &batch);
    memcpy(row, stack_forward(stack, &batch, embedded) + last * d, d * sizeof *row);
    head_logits(model, logits, row, ROW_UNIT);
    int32_t id = (int32_t)head_argmax(logits, V);
    free(embedded), free(row), free(logits);
    batch_free(&batch);
    return id;
}

void generate_greedy(Stack *stack, Tokens *ids, size_t count, int32_t end)
{
    for (size_t i = 0; i < count && ids->count < stack->model->config.positions; i++) {
        int32_t id = next_id(stack, ids);
        tokens_push(ids, id);
        if (id == end)
            break;
    }
}
