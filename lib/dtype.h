/* Element types of tensors as safetensors names them, and their exact widening. */
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
    DTYPE_COUNT,
    /* Wishes, for tensors_want: what dtype_to_float, dtype_to_int can read. */
    DTYPE_ANY_FLOAT,
    DTYPE_ANY_INT
} DType;

/* The published name, "F32" and so on; "a float", "an integer" for the wishes. */
const char *dtype_name(DType dtype);
/* Bytes of one element. */
size_t dtype_size(DType dtype);
/* The type called `name`; false if there is none. */
bool dtype_parse(const char *name, DType *dtype);
/* Whether `dtype` is `wish`, or one of the types the wish stands for. */
bool dtype_fits(DType dtype, DType wish);

/* `count` elements at `data`, of any alignment, as float32. F16 and BF16 widen
 * exactly, NaN payloads included; F64 rounds to nearest. `dtype` is one of
 * F16, BF16, F32, F64. */
void dtype_to_float(DType dtype, const void *data, size_t count, float *out);
/* The same as int64, for BOOL, U8, I8, I16, U16, I32, U32 and I64. */
void dtype_to_int(DType dtype, const void *data, size_t count, int64_t *out);

#endif
