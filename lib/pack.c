/* Texts to memorise, packed: laid out as one batch, with what enters it and what it must predict.
 */
#include "pack.h"

#include <string.h>

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
