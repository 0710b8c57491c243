/* Matrix products: the one place that talks to BLAS, so that another engine can take its place.
 *
 * All matrices are dense, row-major, float32. Bits do not depend on what else
 * is in a batch as long as the number of rows T is a multiple of ROW_UNIT and
 * each sequence starts at a multiple of it: OpenBLAS chooses its inner kernels
 * by the place of a row among the rows. checks/gemm.c holds the promise. */
#ifndef DOCMEM_GEMM_H
#define DOCMEM_GEMM_H
#include <stddef.h>

enum { ROW_UNIT = 12 };

/* rows rounded up to a multiple of ROW_UNIT. */
static inline size_t gemm_pad(size_t rows)
{
    return (rows + ROW_UNIT - 1) / ROW_UNIT * ROW_UNIT;
}

/* One BLAS thread in this process, whatever the environment says; call once. */
void gemm_begin(void);
/* Name and configuration of the BLAS in use, one line. */
const char *gemm_engine(void);

/* c (T,N) = beta c + a (T,K) · b (N,K)ᵀ      — a linear layer forward */
void gemm_nt(float *c, const float *a, const float *b, size_t T, size_t N, size_t K, float beta);
/* c (T,K) = beta c + a (T,N) · b (N,K)       — its gradient to the input */
void gemm_nn(float *c, const float *a, const float *b, size_t T, size_t K, size_t N, float beta);
/* c (N,K) = beta c + a (T,N)ᵀ · b (T,K)      — its gradient to the weight */
void gemm_tn(float *c, const float *a, const float *b, size_t N, size_t K, size_t T, float beta);

/* Parts of the first two, for a weight that comes a panel of n rows at a time:
 * c[:, 0…n-1] of rows `stride` long = a (T,K) · b (n,K)ᵀ;
 * c (T,K) = beta c + a[:, 0…n-1] of rows `stride` long · b (n,K). */
void gemm_nt_part(float *c, const float *a, const float *b, size_t T, size_t n, size_t K,
                  size_t stride);
void gemm_nn_part(float *c, const float *a, const float *b, size_t T, size_t K, size_t n,
                  size_t stride, float beta);

#endif
