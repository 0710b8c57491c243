/* Converts GGUF's quantized types to float32.
 *
 * A row is stored in blocks of 32 or 256 elements. A block holds a small integer q for each element
 * and one or two scales in binary16, d and m. The K types also hold a small integer scale s, and
 * some an offset t, for each sub-block of 16 or 32 elements (https://github.com/ggml-org/ggml,
 * "ggml-common.h"). Every product and difference is computed in float32 and in the order of the
 * Python package gguf, so that the bits are the same as its:
 *
 *   Q4_0 Q5_0 Q8_0   d·q                 Q6_K Q3_K        (d·s)·q
 *   Q4_1 Q5_1        d·q + m             Q2_K Q4_K Q5_K   (d·s)·q − m·t */
#ifndef DOCMEM_DEQUANTIZE_H
#define DOCMEM_DEQUANTIZE_H
#include "file/dtype.h"

/* Converts `count` elements, a multiple of dtype_block(dtype), from the blocks at `data`, which may
 * have any alignment, to out (count). `dtype` is one of DTYPE_Q4_0 … DTYPE_Q6_K. */
void dequantize(DType dtype, const void *data, size_t count, float *out);

#endif
