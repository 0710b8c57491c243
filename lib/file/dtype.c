/* One macro makes the loop of each type: read an element at any alignment, widen it, store it. */
#include "file/dtype.h"

#include "file/dequantize.h"

#include <assert.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "safetensors data are little-endian");

static const struct {
    const char *name;
    size_t size, block; /* bytes of a block, elements in it */
} dtypes[DTYPE_COUNT] = {
    [DTYPE_BOOL] = {"BOOL", 1, 1},       [DTYPE_U8] = {"U8", 1, 1},
    [DTYPE_I8] = {"I8", 1, 1},           [DTYPE_F8_E5M2] = {"F8_E5M2", 1, 1},
    [DTYPE_F8_E4M3] = {"F8_E4M3", 1, 1}, [DTYPE_F8_E8M0] = {"F8_E8M0", 1, 1},
    [DTYPE_I16] = {"I16", 2, 1},         [DTYPE_U16] = {"U16", 2, 1},
    [DTYPE_F16] = {"F16", 2, 1},         [DTYPE_BF16] = {"BF16", 2, 1},
    [DTYPE_I32] = {"I32", 4, 1},         [DTYPE_U32] = {"U32", 4, 1},
    [DTYPE_F32] = {"F32", 4, 1},         [DTYPE_C64] = {"C64", 8, 1},
    [DTYPE_F64] = {"F64", 8, 1},         [DTYPE_I64] = {"I64", 8, 1},
    [DTYPE_U64] = {"U64", 8, 1},         [DTYPE_Q4_0] = {"Q4_0", 18, 32},
    [DTYPE_Q4_1] = {"Q4_1", 20, 32},     [DTYPE_Q5_0] = {"Q5_0", 22, 32},
    [DTYPE_Q5_1] = {"Q5_1", 24, 32},     [DTYPE_Q8_0] = {"Q8_0", 34, 32},
    [DTYPE_Q2_K] = {"Q2_K", 84, 256},    [DTYPE_Q3_K] = {"Q3_K", 110, 256},
    [DTYPE_Q4_K] = {"Q4_K", 144, 256},   [DTYPE_Q5_K] = {"Q5_K", 176, 256},
    [DTYPE_Q6_K] = {"Q6_K", 210, 256},   [DTYPE_OTHER] = {"of another type", 1, 1},
};

const char *dtype_name(DType dtype)
{
    if (dtype == DTYPE_ANY_FLOAT)
        return "a float";
    if (dtype == DTYPE_ANY_INT)
        return "an integer";
    assert(dtype < DTYPE_COUNT);
    return dtypes[dtype].name;
}

size_t dtype_size(DType dtype)
{
    assert(dtype < DTYPE_COUNT);
    return dtypes[dtype].size;
}

size_t dtype_block(DType dtype)
{
    assert(dtype < DTYPE_COUNT);
    return dtypes[dtype].block;
}

DType dtype_parse(const char *name)
{
    int i = 0;
    while (i < DTYPE_OTHER && strcmp(dtypes[i].name, name) != 0)
        i++;
    return (DType)i;
}

bool dtype_fits(DType dtype, DType wish)
{
    if (wish == DTYPE_ANY_FLOAT)
        return dtype == DTYPE_F16 || dtype == DTYPE_BF16 || dtype == DTYPE_F32 ||
               dtype == DTYPE_F64 || (dtype >= DTYPE_Q4_0 && dtype < DTYPE_COUNT);
    if (wish == DTYPE_ANY_INT)
        return dtype == DTYPE_BOOL || dtype == DTYPE_U8 || dtype == DTYPE_I8 ||
               dtype == DTYPE_I16 || dtype == DTYPE_U16 || dtype == DTYPE_I32 ||
               dtype == DTYPE_U32 || dtype == DTYPE_I64;
    return dtype == wish;
}

/* Bits of the float32 equal to the IEEE 754 binary16 `half`: exponent rebiased
 * by 112, or kept all ones; a subnormal is its fraction times 2^-24. */
static inline uint32_t widen_half(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16, rest = (uint32_t)(half & 0x7fffu) << 13;
    float tiny = (float)(half & 0x3ffu) * 0x1p-24f;
    uint32_t small;
    memcpy(&small, &tiny, sizeof small);
    uint32_t large = rest + ((half & 0x7c00u) == 0x7c00u ? 0x70000000u : 0x38000000u);
    uint32_t choose = 0u - ((half & 0x7c00u) == 0); /* a mask, so that the loop vectorizes */
    return sign | (choose & small) | (~choose & large);
}

float dtype_half(uint16_t half)
{
    uint32_t bits = widen_half(half);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* For each element i of `data`, at any alignment: reads it into `value` and runs the statement.
 * Ends the switch's case. */
#define EACH(type, statement)                                                                      \
    for (size_t i = 0; i < count; i++) {                                                           \
        type value;                                                                                \
        memcpy(&value, (const char *)data + i * sizeof value, sizeof value);                       \
        statement;                                                                                 \
    }                                                                                              \
    break

void dtype_to_float(DType dtype, const void *data, size_t count, float *out)
{
    uint32_t bits;
    switch (dtype) {
    case DTYPE_F32:
        if (count)
            memcpy(out, data, count * sizeof *out);
        break;
    case DTYPE_BF16:
        EACH(uint16_t, (bits = (uint32_t)value << 16, memcpy(out + i, &bits, sizeof bits)));
    case DTYPE_F16:
        EACH(uint16_t, (bits = widen_half(value), memcpy(out + i, &bits, sizeof bits)));
    case DTYPE_F64:
        EACH(double, out[i] = (float)value);
    default:
        assert(dtype >= DTYPE_Q4_0 && dtype < DTYPE_COUNT && "dtype_to_float reads floats");
        dequantize(dtype, data, count, out);
    }
}

void dtype_to_int(DType dtype, const void *data, size_t count, int64_t *out)
{
    switch (dtype) {
    case DTYPE_BOOL:
    case DTYPE_U8:
        EACH(uint8_t, out[i] = value);
    case DTYPE_I8:
        EACH(int8_t, out[i] = value);
    case DTYPE_I16:
        EACH(int16_t, out[i] = value);
    case DTYPE_U16:
        EACH(uint16_t, out[i] = value);
    case DTYPE_I32:
        EACH(int32_t, out[i] = value);
    case DTYPE_U32:
        EACH(uint32_t, out[i] = value);
    case DTYPE_I64:
        EACH(int64_t, out[i] = value);
    default:
        assert(!"dtype_to_int reads integers");
    }
}
