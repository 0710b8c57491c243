/* A packed batch: sequences of any lengths laid one after another, each from a multiple of
 * ROW_UNIT. */
#include "batch.h"

#include "gemm.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void batch_clear(Batch *batch)
{
    batch->count = batch->rows = batch->longest = 0;
}

size_t batch_add(Batch *batch, size_t length, size_t siblings)
{
    return batch_add_branches(batch, length, siblings, 1);
}

size_t batch_add_branches(Batch *batch, size_t length, size_t siblings, size_t branch)
{
    assert(length >= 1 && siblings < length && branch >= 1 && siblings % branch == 0);
    size_t start = batch->rows, end = start + gemm_pad(length), common = length - siblings;
    batch->sequences =
        mem_grow(batch->sequences, &batch->capacity, batch->count + 1, sizeof *batch->sequences);
    batch->position = mem_grow(batch->position, &batch->row_capacity, end, sizeof *batch->position);
    batch->sequences[batch->count++] = (Sequence){start, length, siblings, branch};
    for (size_t t = 0; t < end - start; t++)
        batch->position[start + t] =
            t >= length ? -1 : (int32_t)(t < common ? t : common + (t - common) % branch);
    batch->rows = end;
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
