#include "tensor/batch.h"

#include "base/alloc.h"
#include "tensor/gemm.h"

#include <assert.h>
#include <stdbool.h>
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
    return batch_add_shared(batch, length, siblings, branch, 0);
}

void batch_single_rows(Batch *batch, size_t count)
{
    size_t end = gemm_pad(gemm_place(count));
    size_t rows = end < batch->least ? batch->least : end;
    batch_clear(batch);
    batch->sequences =
        alloc_grow(batch->sequences, &batch->capacity, count, sizeof *batch->sequences);
    batch->position =
        alloc_grow(batch->position, &batch->row_capacity, rows, sizeof *batch->position);
    for (size_t row = 0; row < rows; row++)
        batch->position[row] = -1;
    for (size_t i = 0; i < count; i++) {
        batch->sequences[i] = (Sequence){gemm_place(i), 1, 0, 1, 0};
        batch->position[gemm_place(i)] = 0;
    }
    batch->count = count, batch->rows = rows, batch->end = end, batch->longest = count > 0;
}

/* Whether the sequence appended last has so many common rows. */
static bool last_has(const Batch *batch, size_t rows)
{
    const Sequence *last = batch->count ? &batch->sequences[batch->count - 1] : NULL;
    return rows == 0 || (last && rows <= last->length - last->siblings);
}

size_t batch_add_shared(Batch *batch, size_t length, size_t siblings, size_t branch, size_t shared)
{
    assert(length >= 1 && siblings < length && branch >= 1 && siblings % branch == 0);
    size_t unit = batch->unit ? batch->unit : gemm_unit();
    size_t least = batch->least ? batch->least : gemm_least(GEMM_SMALL_WEIGHT);
    size_t start = batch->end, own = length - shared, common = length - siblings;
    size_t end = start + (own + unit - 1) / unit * unit, rows = end < least ? least : end;
    assert(shared < common && shared % unit == 0 && last_has(batch, shared));
    batch->sequences =
        alloc_grow(batch->sequences, &batch->capacity, batch->count + 1, sizeof *batch->sequences);
    batch->position =
        alloc_grow(batch->position, &batch->row_capacity, rows, sizeof *batch->position);
    batch->sequences[batch->count++] = (Sequence){start, length, siblings, branch, shared};
    for (size_t i = 0; i < rows - start; i++) {
        size_t t = shared + i;
        batch->position[start + i] =
            t >= length ? -1 : (int32_t)(t < common ? t : common + (t - common) % branch);
    }
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
    size_t own = s->length - s->shared;
    memcpy(packed + s->start * d, source + s->shared * d, own * d * sizeof *packed);
    memset(packed + (s->start + own) * d, 0, (end - s->start - own) * d * sizeof *packed);
}
