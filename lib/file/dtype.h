/* Element types of tensors, named as safetensors and GGUF name them, and their conversion to
 * float32 and int64. */
#ifndef DOCMEM_DTYPE_H
#define DOCMEM_DTYPE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    DTYPE_BOOL,
    DTYPE_U8,
    DTYPE_I8,
    DTYPE_F8_E5M2,
    DTYPE_F8_E4M3,
    DTYPE_F8_E8M0,
    DTYPE_I16,
    DTYPE_U16,
    DTYPE_F16,
    DTYPE_BF16,
    DTYPE_I32,
    DTYPE_U32,
    DTYPE_F32,
    DTYPE_C64,
    DTYPE_F64,
    DTYPE_I64,
    DTYPE_U64,
    DTYPE_OTHER, /* a type not listed here (F4, F6_E2M3 …); its values cannot be read */
    /* GGUF's quantized types: rows are stored in blocks of 32 or 256 elements
     * (file/dequantize.h). */
    DTYPE_Q4_0,
    DTYPE_Q4_1,
    DTYPE_Q5_0,
    DTYPE_Q5_1,
    DTYPE_Q8_0,
    DTYPE_Q2_K,
    DTYPE_Q3_K,
    DTYPE_Q4_K,
    DTYPE_Q5_K,
    DTYPE_Q6_K,
    DTYPE_COUNT,
    /* Wishes for tensors_want, no types: any type that dtype_to_float, or dtype_to_int, reads. */
    DTYPE_ANY_FLOAT,
    DTYPE_ANY_INT
} DType;

/* The published name, "F32" and so on; "of another type" for DTYPE_OTHER, "a float" and "an
 * integer" for the wishes. */
const char *dtype_name(DType dtype);
/* Bytes of one block, and elements in it: 1 except for GGUF's quantized types. DTYPE_OTHER counts
 * bytes: 1 and 1. */
size_t dtype_size(DType dtype);
size_t dtype_block(DType dtype);
/* The type that safetensors calls `name`; DTYPE_OTHER if it is not listed here. */
DType dtype_parse(const char *name);
/* Whether `dtype` is `wish`, or one of the types the wish stands for. */
bool dtype_fits(DType dtype, DType wish);

/* Converts `count` elements at `data`, which may have any alignment, to out (count). F16 and BF16
 * widen exactly, NaN payloads included; F64 rounds to nearest; a quantized type is computed as
 * dequantize.h says, and `count` is a multiple of its block. `dtype` fits DTYPE_ANY_FLOAT. */
void dtype_to_float(DType dtype, const void *data, size_t count, float *out);
/* The float32 equal to an IEEE 754 binary16. */
float dtype_half(uint16_t half);
/* Converts `count` elements at `data`, which may have any alignment, to out (count), as int64.
 * `dtype` fits DTYPE_ANY_INT: BOOL, U8, I8, I16, U16, I32, U32 or I64. */
void dtype_to_int(DType dtype, const void *data, size_t count, int64_t *out);

#endif
