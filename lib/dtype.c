/* Element types of tensors as safetensors names them, and their exact widening. */
#include "dtype.h"

#include <assert.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "safetensors data are little-endian");

static const struct {
    const char *name;
    size_t size;
} dtypes[DTYPE_COUNT] = {
    [DTYPE_BOOL] = {"BOOL", 1},       [DTYPE_U8] = {"U8", 1},
    [DTYPE_I8] = {"I8", 1},           [DTYPE_F8_E5M2] = {"F8_E5M2", 1},
    [DTYPE_F8_E4M3] = {"F8_E4M3", 1}, [DTYPE_F8_E8M0] = {"F8_E8M0", 1},
    [DTYPE_I16] = {"I16", 2},         [DTYPE_U16] = {"U16", 2},
    [DTYPE_F16] = {"F16", 2},         [DTYPE_BF16] = {"BF16", 2},
    [DTYPE_I32] = {"I32", 4},         [DTYPE_U32] = {"U32", 4},
    [DTYPE_F32] = {"F32", 4},         [DTYPE_C64] = {"C64", 8},
    [DTYPE_F64] = {"F64", 8},         [DTYPE_I64] = {"I64", 8},
    [DTYPE_U64] = {"U64", 8},
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

bool dtype_parse(const char *name, DType *dtype)
{
    for (int i = 0; i < DTYPE_COUNT; i++)
        if (strcmp(dtypes[i].name, name) == 0) {
            *dtype = (DType)i;
            return true;
        }
    return false;
}

bool dtype_fits(DType dtype, DType wish)
{
    if (wish == DTYPE_ANY_FLOAT)
        return dtype == DTYPE_F16 || dtype == DTYPE_BF16 || dtype == DTYPE_F32 ||
               dtype == DTYPE_F64;
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

/* Reads element i of `data` into a variable called `value`, at any alignment. */
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
        assert(!"dtype_to_float reads floats");
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
