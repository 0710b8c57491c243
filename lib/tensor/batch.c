#include "tensor/batch.h"

#include "base/alloc.h"
#include "tensor/gemm.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void batch_clear(Batch *batch)
{
    batch->count = batch->rows = batch->end = batch->longest = 0;
}

size_t batch_add(Batch *batch, size_t length, size_t siblings)
{
    return batch_add_branches(batch, length, siblings, 1);
}

size_t batch_add_branches(Batch *batch, size_t length, size_t siblings, size_t branch)
{
    assert(length >= 1 && siblings < length && branch >= 1 && siblings % branch == 0);
    size_t unit = batch->unit ? batch->unit : gemm_unit();
    size_t least = batch->least ? batch->least : gemm_least(GEMM_SMALL_WEIGHT);
    size_t start = batch->end, end = start + (length + unit - 1) / unit * unit;
    size_t rows = end < least ? least : end, common = length - siblings;
    batch->sequences =
        alloc_grow(batch->sequences, &batch->capacity, batch->count + 1, sizeof *batch->sequences);
    batch->position =
        alloc_grow(batch->position, &batch->row_capacity, rows, sizeof *batch->position);
    batch->sequences[batch->count++] = (Sequence){start, length, siblings, branch};
    for (size_t t = 0; t < rows - start; t++)
        batch->position[start + t] =
            t >= length ? -1 : (int32_t)(t < common ? t : common + (t - common) % branch);
    batch->end = end;
    batch->rows = rows;
    if (length > batch->longest)
        batch->longest = length;
    return start;
}

void batch_free(Batch *batch)
{
    free(batch->sequences);
    free(batch->position);
    *batch = (Batch){0};
}

void batch_gather(const Batch *batch, size_t index, float *packed, const float *source, size_t d)
{
    const Sequence *s = &batch->sequences[index];
    size_t end = index + 1 < batch->count ? batch->sequences[index + 1].start : batch->rows;
    memcpy(packed + s->start * d, source, s->length * d * sizeof *packed);
    memset(packed + (s->start + s->length) * d, 0,
           (end - s->start - s->length) * d * sizeof *packed);
}
