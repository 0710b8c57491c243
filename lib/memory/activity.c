/* One text at a time, without a batch: nothing is carried through blocks. */
#include "memory/activity.h"

#include "base/alloc.h"
#include "fever/shingle.h"

#include <math.h>
#include <stdlib.h>

/* mask (T,m) of one text. */
static void fill_mask(const Allocation *allocation, const MemoryText *text, float *mask)
{
    for (size_t t = 0; t < text->length; t++)
        allocation_row(allocation, text->document, t ? text->ids[t - 1] : SHINGLE_NOTHING,
                       text->ids[t], mask + t * allocation->entries);
}

/* mean (m) over rows 1 … T − 1 of active (T,m), each entry times its mask, where there is one. */
static void take_mean(const float *active, const float *mask, size_t T, size_t m, double *mean)
{
    for (size_t j = 0; j < m; j++)
        mean[j] = 0;
    for (size_t i = m; i < T * m; i++)
        mean[i % m] += fabs((double)active[i] * (mask ? (double)mask[i] : 1)) / (double)(T - 1);
}

void activity_mean(const Memory *memory, const Allocation *allocation, const MemoryText *texts,
                   size_t count, double *mean)
{
    size_t d = memory->width, m = memory->entries, longest = 0;
    bool masked = allocation_masks(allocation);
    MemoryCache cache = {0};
    for (size_t i = 0; i < count; i++)
        if (texts[i].length > longest)
            longest = texts[i].length;
    float *out = alloc_scratch(longest, d * sizeof *out);
    float *mask = masked ? alloc_scratch(longest, m * sizeof *mask) : NULL;
    for (size_t i = 0; i < count; i++) {
        if (masked)
            fill_mask(allocation, &texts[i], mask);
        memory_forward(memory, out, texts[i].h, mask, texts[i].length, &cache);
        take_mean(cache.active, mask, texts[i].length, m, mean + i * m);
    }
    memory_cache_free(&cache);
    free(out), free(mask);
}
