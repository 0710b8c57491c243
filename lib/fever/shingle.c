/* A set is a sorted array without repeats, so one pass over two of them compares them. */
#include "fever/shingle.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <assert.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t shingle_of(int32_t previous, int32_t id, int size)
{
    assert(size >= 1 && size <= SHINGLE_SIZES);
    uint64_t before = size == 2 ? (uint64_t)((int64_t)previous + 1) : 0;
    return before << 32 | (uint32_t)id;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

void shingle_set_make(ShingleSet *set, const int32_t *ids, size_t length, int size)
{
    size_t count = 0;
    *set = (ShingleSet){.values = alloc_zeroed(length, sizeof *set->values)};
    for (size_t t = (size_t)size; t < length; t++)
        set->values[count++] = shingle_of(ids[t - 1], ids[t], size);
    qsort(set->values, count, sizeof *set->values, by_value);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || set->values[i] != set->values[i - 1])
            set->values[set->count++] = set->values[i];
}

void shingle_set_free(ShingleSet *set)
{
    free(set->values);
    *set = (ShingleSet){0};
}

size_t shingle_common(const ShingleSet *a, const ShingleSet *b)
{
    size_t common = 0;
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        uint64_t x = a->values[i], y = b->values[j];
        common += x == y;
        i += x <= y;
        j += y <= x;
    }
    return common;
}

double shingle_jaccard(const ShingleSet *a, const ShingleSet *b)
{
    size_t common = shingle_common(a, b), either = a->count + b->count - common;
    return either ? (double)common / (double)either : 0;
}

uint64_t shingle_key(uint64_t seed, size_t band)
{
    Rng rng = rng_stream("minhash", seed, band);
    uint64_t high = rng_u32(&rng);
    return high << 32 | rng_u32(&rng);
}

uint64_t shingle_hash(uint64_t shingle, uint64_t key)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(shingle >> 8 * i);
    return XXH3_64bits_withSeed(bytes, sizeof bytes, key);
}

uint64_t shingle_minhash(const ShingleSet *set, uint64_t key)
{
    assert(set->count > 0);
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < set->count; i++) {
        uint64_t hash = shingle_hash(set->values[i], key);
        if (hash < least)
            least = hash;
    }
    return least;
}
