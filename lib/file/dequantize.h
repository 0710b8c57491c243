/* GGUF's quantized types as float32.
 *
 * A row is stored in blocks of 32 or 256 numbers. Each holds small whole numbers q and one or two
 * scales in binary16, d and m; the types called K also a smaller scale and offset for each 16 or 32
 * of the 256 (https://github.com/ggml-org/ggml, "ggml-common.h"). Every product and difference
 * is one of float32, in the order in which the Python package gguf has it, so that the bits are the
 * same:
 *
 *   Q4_0 Q5_0 Q8_0   d·q                 Q6_K Q3_K        (d·s)·q
 *   Q4_1 Q5_1        d·q + m             Q2_K Q4_K Q5_K   (d·s)·q − m·t */
#ifndef DOCMEM_DEQUANTIZE_H
#define DOCMEM_DEQUANTIZE_H
#include "file/dtype.h"

/* `count` numbers, a multiple of dtype_block(dtype), from the blocks at `data`, of any alignment.
 * `dtype` is one of DTYPE_Q4_0 … DTYPE_Q6_K. */
void dequantize(DType dtype, const void *data, size_t count, float *out);

#endif
