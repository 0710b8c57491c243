/* The second engine: products with BF16 weights by oneDNN, for processors that multiply BF16.
 *
 * A model's BF16 weights are read where they are mapped, others are rounded once; what is
 * multiplied with them is rounded to BF16 (to nearest, ties to even), and sums are float32. So
 * results belong to a numeric tier of their own, about 2⁻⁹ of a product's largest terms away from
 * float32's. Everything else, memories, attention, norms and losses, stays with gemm.h.
 *
 * The bits of a row depend neither on the rows beside it nor on its place, and so not on the
 * threads, over which rows are split by parallel.h: checks/unit/tensor/gemm_bf16.c holds both
 * promises. oneDNN cuts its sums by the processor's caches, so another kind of processor may give
 * other bits. */
#ifndef DOCMEM_GEMM_BF16_H
#define DOCMEM_GEMM_BF16_H
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Turns the engine on. False where this build has no oneDNN, the processor no AVX512_BF16, or
 * ONEDNN_MAX_CPU_ISA names other kernels: those of AMX have bits that depend on threads and rows
 * (seen with oneDNN 2.6.3), those of AVX512_BF16 have not. */
bool gemm_bf16_begin(Error *error);
/* Turns it off; safe when it is. */
void gemm_bf16_end(void);
bool gemm_bf16_on(void);
/* Name, version and kernels of the library, one line; of an engine that is on. */
const char *gemm_bf16_engine(void);

/* out (count) = in rounded to BF16, to nearest, ties to even; NaN stays one. */
void gemm_bf16_round(uint16_t *out, const float *in, size_t count);

/* y (T,N) = bf16(x) (T,K) · w (N,K)ᵀ, with w in BF16 at any address. The engine is on. */
void gemm_bf16_nt(float *y, const float *x, const void *w, size_t T, size_t N, size_t K);
/* dx (T,K) = beta dx + bf16(dy) (T,N) · w (N,K)  — its gradient to the input */
void gemm_bf16_nn(float *dx, const float *dy, const void *w, size_t T, size_t K, size_t N,
                  float beta);

#endif
