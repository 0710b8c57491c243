/* Rounds are filled greedily in the order of the texts: bits do not depend on how many go
 * together. */
#include "memory/pack.h"

#include "base/alloc.h"

#include <string.h>

const MemoryText **pack_list(const MemoryText *texts, size_t count)
{
    const MemoryText **list = alloc_zeroed(count, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = &texts[i];
    return list;
}

void pack_lay(Batch *batch, const MemoryText *const *texts, size_t count, size_t period)
{
    batch_clear(batch);
    for (size_t r = 0; r < count; r++)
        batch_add(batch, texts[r % period]->length, 0);
}

size_t pack_fill(const Batch *batch, const MemoryText *const *texts, size_t period, size_t d,
                 float *packed, int32_t *target)
{
    size_t predicted = 0;
    memset(target, -1, batch->rows * sizeof *target);
    for (size_t r = 0; r < batch->count; r++) {
        const MemoryText *text = texts[r % period];
        size_t n = text->length - 1;
        if (text->h)
            batch_gather(batch, r, packed, text->h, d);
        memcpy(target + batch->sequences[r].start, text->ids + 1, n * sizeof *target);
        predicted += n;
    }
    return predicted;
}

size_t pack_round(const MemoryText *const *texts, size_t first, size_t count)
{
    size_t next = first + 1, rows = texts[first]->length;
    while (next < count && rows + texts[next]->length <= PACK_ROUND)
        rows += texts[next++]->length;
    return next;
}
