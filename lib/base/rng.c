/* Philox makes four words of a counter and a key. The key is the hash of purpose and seed; the
 * index is the counter's upper half, so that streams never meet. */
#include "base/rng.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

void philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

Rng rng_stream(const char *purpose, uint64_t seed, uint64_t index)
{
    uint64_t name = XXH64(purpose, strlen(purpose), seed);
    Rng rng = {.key = {(uint32_t)name, (uint32_t)(name >> 32)},
               .counter = {0, 0, (uint32_t)index, (uint32_t)(index >> 32)},
               .used = 4};
    return rng;
}

uint32_t rng_u32(Rng *rng)
{
    if (rng->used == 4) {
        philox4x32(rng->counter, rng->key, rng->block);
        if (++rng->counter[0] == 0)
            rng->counter[1]++;
        rng->used = 0;
    }
    return rng->block[rng->used++];
}

uint32_t rng_below(Rng *rng, uint32_t bound)
{
    uint32_t reject = -bound % bound; /* 2^32 mod bound */
    for (;;) {
        uint32_t word = rng_u32(rng);
        if (word >= reject)
            return word % bound;
    }
}

double rng_uniform(Rng *rng)
{
    uint64_t high = rng_u32(rng), low = rng_u32(rng);
    return (double)((high << 32 | low) >> 11) * 0x1p-53;
}

/* Sum of twelve uniforms (Irwin-Hall): mean 0, variance 1, tails cut at 6.
 * It needs no logarithm, whose last bit differs from one libm to the next. */
double rng_normal(Rng *rng)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += rng_uniform(rng);
    return sum - 6;
}

size_t rng_weighted(Rng *rng, const double *weights, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += weights[i];
    double point = rng_uniform(rng) * total;
    for (size_t i = 0; i + 1 < count; i++) {
        if (point < weights[i])
            return i;
        point -= weights[i];
    }
    return count - 1;
}

void rng_shuffle(Rng *rng, uint32_t *indices, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = rng_below(rng, (uint32_t)i);
        uint32_t swap = indices[i - 1];
        indices[i - 1] = indices[j];
        indices[j] = swap;
    }
}
