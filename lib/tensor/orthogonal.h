/* The start of a linear layer: a random matrix with orthogonal rows or columns. */
#ifndef DOCMEM_ORTHOGONAL_H
#define DOCMEM_ORTHOGONAL_H
#include "base/rng.h"

/* matrix (rows,columns) = gain × orthonormal rows, or columns where those are fewer, in a
 * uniformly random direction (Saxe et al. 2014). */
void orthogonal_draw(float *matrix, size_t rows, size_t columns, double gain, Rng *rng);

#endif
