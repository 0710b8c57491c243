/* Random numbers by counter: any value of any named stream, in any order, on any machine.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011). A stream is named by purpose, run seed and index, so
 * that what one part of the program draws never shifts what another gets. */
#ifndef DOCMEM_RNG_H
#define DOCMEM_RNG_H
#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint32_t key[2], counter[4], block[4];
    unsigned used; /* words of `block` already handed out */
} Rng;

/* The stream called `purpose` of run `seed`, number `index`. */
Rng rng_stream(const char *purpose, uint64_t seed, uint64_t index);

uint32_t rng_u32(Rng *rng);
/* Uniform in 0 … bound-1, without bias; bound ≥ 1. */
uint32_t rng_below(Rng *rng, uint32_t bound);
/* Uniform in [0, 1), 53 bits. */
double rng_uniform(Rng *rng);
/* Mean 0, variance 1: the sum of twelve uniforms less six, so tails end at 6. */
double rng_normal(Rng *rng);
/* Index drawn with probability weights[i] / sum(weights). */
size_t rng_weighted(Rng *rng, const double *weights, size_t count);
/* Fisher-Yates shuffle of `count` indices. */
void rng_shuffle(Rng *rng, uint32_t *indices, size_t count);

/* The bare generator: out[4] from counter[4] and key[2]. */
void philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
