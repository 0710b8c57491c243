/* Matrix products: the one place that talks to BLAS, so that another engine can take its place.
 *
 * All matrices are dense, row-major, float32. OpenBLAS chooses its inner kernel by a row's place
 * in the batch, so a row's bits could depend on the other rows. They do not under three conditions:
 * the number of rows T is a multiple of gemm_unit(), T is at least gemm_least(), and each sequence
 * starts at a multiple of gemm_unit(). The bits do not depend on the number of threads either.
 * checks/unit/tensor/gemm.c holds both promises. */
#ifndef DOCMEM_GEMM_H
#define DOCMEM_GEMM_H
#include <stdbool.h>
#include <stddef.h>

/* The row unit: 12 for OpenBLAS's Haswell kernels, 48 for kernels that nobody tried. It is 1 for
 * SkylakeX, whose kernels treat all rows alike once a product has a million multiplications. */
size_t gemm_unit(void);
/* Where row i of rows that may stand in any order is to stand, so that its bits are the same for
 * all i: six in each of Haswell's units, one after another for SkylakeX. */
size_t gemm_place(size_t i);
/* Minimum number of rows that keeps OpenBLAS off its small-matrix kernels, for a weight of at least
 * `elements`. */
size_t gemm_least(size_t elements);
/* OpenBLAS cuts the summed dimension into pieces of this size and sums each piece by itself. Where
 * gemm_unit() is 1, it cuts the columns of the result likewise. So we may cut a product at a
 * multiple of this, with at least as many elements behind the cut, and keep its bits. */
size_t gemm_depth(void);
enum { GEMM_SMALL_WEIGHT = 1 << 14 }; /* of models and memories, but for toys */
/* In attention over a sequence of `length` rows: how many of those that it begins with have the
 * bits that they have in other such sequences that begin with them. None in the small-matrix
 * kernels, or where the summed dimension is cut. Haswell's kernels take the last columns, up to 15,
 * otherwise, and share none in a sequence that attention may take in blocks. */
size_t gemm_shares(size_t length);
/* rows rounded up to a multiple of gemm_unit(). */
size_t gemm_pad(size_t rows);

/* One BLAS thread for each of ours, whatever the environment says; call once. */
void gemm_begin(void);
/* Name and configuration of the BLAS in use, one line. */
const char *gemm_engine(void);

/* c (T,N) = beta c + a (T,K) · b (N,K)ᵀ      — a linear layer forward */
void gemm_nt(float *c, const float *a, const float *b, size_t T, size_t N, size_t K, float beta);
/* c (T,K) = beta c + a (T,N) · b (N,K)       — its gradient to the input */
void gemm_nn(float *c, const float *a, const float *b, size_t T, size_t K, size_t N, float beta);
/* c (N,K) = beta c + a (T,N)ᵀ · b (T,K)      — its gradient to the weight */
void gemm_tn(float *c, const float *a, const float *b, size_t N, size_t K, size_t T, float beta);

/* Parts of them, for a weight that comes a panel of n rows at a time, and for attention:
 * c[:, 0…n-1] of rows `stride` long = beta c + a (T,K) · b (n,K)ᵀ;
 * c (T,K) = beta c + a[:, 0…n-1] of rows `stride` long · b (n,K);
 * c (n,K) = beta c + a[:, 0…n-1]ᵀ of T rows `stride` long · b (T,K). */
void gemm_nt_part(float *c, const float *a, const float *b, size_t T, size_t n, size_t K,
                  size_t stride, float beta);
void gemm_nn_part(float *c, const float *a, const float *b, size_t T, size_t K, size_t n,
                  size_t stride, float beta);
void gemm_tn_part(float *c, const float *a, const float *b, size_t n, size_t K, size_t T,
                  size_t stride, float beta);

#endif
