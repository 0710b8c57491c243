/* Gaussian vectors are made orthonormal by Gram-Schmidt, which gives a matrix drawn evenly from all
 * orthogonal ones (Haar). */
#include "tensor/orthogonal.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>

/* Makes `count` vectors of `size` numbers, count ≤ size, orthonormal by
 * Gram-Schmidt done twice, which is enough (Giraud et al. 2005). */
static void orthonormalise(double *vectors, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        double *v = vectors + i * size, norm = 0;
        for (int pass = 0; pass < 2; pass++)
            for (size_t j = 0; j < i; j++) {
                const double *u = vectors + j * size;
                double along = 0;
                for (size_t k = 0; k < size; k++)
                    along += u[k] * v[k];
                for (size_t k = 0; k < size; k++)
                    v[k] -= along * u[k];
            }
        for (size_t k = 0; k < size; k++)
            norm += v[k] * v[k];
        for (size_t k = 0; k < size; k++)
            v[k] /= sqrt(norm);
    }
}

void orthogonal_draw(float *matrix, size_t rows, size_t columns, double gain, Rng *rng)
{
    size_t count = rows < columns ? rows : columns, size = rows < columns ? columns : rows;
    double *vectors = alloc_zeroed(count, size * sizeof *vectors);
    for (size_t i = 0; i < count * size; i++)
        vectors[i] = rng_normal(rng);
    orthonormalise(vectors, count, size);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++)
            matrix[r * columns + c] =
                (float)(gain * (rows < columns ? vectors[r * size + c] : vectors[c * size + r]));
    free(vectors);
}
