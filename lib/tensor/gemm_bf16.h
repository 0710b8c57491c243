/* The second engine: products with BF16 weights, for processors that multiply BF16.
 *
 * A model's BF16 weights are read where they are mapped, others are rounded once; what is
 * multiplied with them is rounded to BF16 (to nearest, ties to even), and sums are float32. So
 * results belong to a numeric tier of their own, about 2⁻⁹ of a product's largest terms away from
 * float32's. Everything else, memories, attention, norms and losses, stays with gemm.h.
 *
 * Each unit of the processor is a tier: its sums have an order of their own. That order is fixed,
 * over the summed dimension alone, so that the bits of a row depend neither on the rows beside it
 * nor on the threads: checks/unit/tensor/gemm_bf16.c holds both.
 *   bf16-amx: for each 32 of the summed dimension, two sums begin at 0, over its even and its odd
 *   elements, by fused multiply-adds; their sum is added to the result. (Intel 64 and IA-32
 *   Architectures Software Developer's Manual, TDPBF16PS.)
 *   bf16-avx512: the result takes two products after two by VDPBF16PS, in order.
 * Denormal numbers are zero to both. */
#ifndef DOCMEM_GEMM_BF16_H
#define DOCMEM_GEMM_BF16_H
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Turns the engine on, or over to another unit: "bf16-amx", "bf16-avx512", or "bf16" for the
 * quicker of those that this machine has. False where it has not, where float32 is quicker than
 * what "bf16" would take, or on another name. */
bool gemm_bf16_begin(const char *name, Error *error);
/* Turns it off; safe when it is. */
void gemm_bf16_end(void);
bool gemm_bf16_on(void);
/* The tier's name and its instructions, one line; of an engine that is on. */
const char *gemm_bf16_engine(void);

/* out (count) = in rounded to BF16, to nearest, ties to even; NaN stays one. */
void gemm_bf16_round(uint16_t *out, const float *in, size_t count);

/* y (T,N) = bf16(x) (T,K) · w (N,K)ᵀ, with w in BF16 at any address. The engine is on. */
void gemm_bf16_nt(float *y, const float *x, const void *w, size_t T, size_t N, size_t K);
/* dx (T,K) = bf16(dy) (T,N) · w (N,K), on to dx where `add`  — its gradient to the input */
void gemm_bf16_nn(float *dx, const float *dy, const void *w, size_t T, size_t K, size_t N,
                  bool add);

/* A weight that is read as it is needed, each element once a product, and rounded. */
typedef struct {
    /* out (count) = elements column … column+count-1 of that row; column is a multiple of 256.
     * Called from several threads at once. */
    void (*read)(const void *context, float *out, size_t row, size_t column, size_t count);
    const void *context;
} Bf16Source;

/* The same products, of such a weight: the same bits as of its values rounded beforehand. */
void gemm_bf16_nt_read(float *y, const float *x, const Bf16Source *w, size_t T, size_t N, size_t K);
void gemm_bf16_nn_read(float *dx, const float *dy, const Bf16Source *w, size_t T, size_t K,
                       size_t N, bool add);

#endif
