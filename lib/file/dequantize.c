/* One function for each type converts one block; the comment above it gives the block's layout. A
 * plane is one bit field of each byte in a run: neighbouring elements lie in neighbouring bytes,
 * not in neighbouring bits. `part` is the number of a sub-block. */
#include "file/dequantize.h"

#include <assert.h>
#include <string.h>

enum { SMALL = 32, LARGE = 256 };

/* The binary16 scale at `at`, of any alignment. */
static inline float scale(const uint8_t *at)
{
    return dtype_half((uint16_t)(at[0] | at[1] << 8));
}

/* ---- Blocks of 32 ---- */

static void q4_0(const uint8_t *block, float *out)
{
    float d = scale(block);
    const uint8_t *q = block + 2;
    for (int i = 0; i < 16; i++) {
        out[i] = d * (float)((q[i] & 15) - 8);
        out[16 + i] = d * (float)((q[i] >> 4) - 8);
    }
}

static void q4_1(const uint8_t *block, float *out)
{
    float d = scale(block), m = scale(block + 2);
    const uint8_t *q = block + 4;
    for (int i = 0; i < 16; i++) {
        out[i] = d * (float)(q[i] & 15) + m;
        out[16 + i] = d * (float)(q[i] >> 4) + m;
    }
}

/* Integers of five bits: q holds the low four, and bit i of `high` is the fifth of element i. */
static void five_bits(const uint8_t *high, const uint8_t *q, int number[SMALL])
{
    uint32_t bits;
    memcpy(&bits, high, sizeof bits);
    for (int i = 0; i < 16; i++) {
        number[i] = (q[i] & 15) | (int)(bits >> i & 1) << 4;
        number[16 + i] = q[i] >> 4 | (int)(bits >> (16 + i) & 1) << 4;
    }
}

static void q5_0(const uint8_t *block, float *out)
{
    float d = scale(block);
    int number[SMALL];
    five_bits(block + 2, block + 6, number);
    for (int i = 0; i < SMALL; i++)
        out[i] = d * (float)(number[i] - 16);
}

static void q5_1(const uint8_t *block, float *out)
{
    float d = scale(block), m = scale(block + 2);
    int number[SMALL];
    five_bits(block + 4, block + 8, number);
    for (int i = 0; i < SMALL; i++)
        out[i] = d * (float)number[i] + m;
}

static void q8_0(const uint8_t *block, float *out)
{
    float d = scale(block);
    const int8_t *q = (const int8_t *)block + 2;
    for (int i = 0; i < SMALL; i++)
        out[i] = d * (float)q[i];
}

/* ---- Blocks of 256 ---- */

/* 16 bytes, each with a sub-block's scale in its low and its offset in its high four bits; q (64
 * bytes), each half four planes of two bits; d; m. */
static void q2_k(const uint8_t *block, float *out)
{
    const uint8_t *scales = block, *q = block + 16;
    float d = scale(block + 80), m = scale(block + 82);
    for (int part = 0; part < 16; part++) {
        float dl = d * (float)(scales[part] & 15), ml = m * (float)(scales[part] >> 4);
        const uint8_t *from = q + part / 8 * 32 + part % 2 * 16;
        int shift = part % 8 / 2 * 2;
        for (int i = 0; i < 16; i++)
            out[part * 16 + i] = dl * (float)(from[i] >> shift & 3) - ml;
    }
}

/* The scale of sub-block `part`, six bits less 32: the low four bits are in the first 8 bytes, two
 * scales a byte, the high two bits in the other 4, four scales a byte. */
static int six_bits(const uint8_t *scales, int part)
{
    int low = scales[part % 8] >> part / 8 * 4 & 15,
        high = scales[8 + part % 4] >> part / 4 * 2 & 3;
    return (low | high << 4) - 32;
}

/* The third bit of each element (32 bytes, eight planes of one bit; where it is 0, q is 4 less); q
 * as in Q2_K; 12 bytes of scales; d. */
static void q3_k(const uint8_t *block, float *out)
{
    const uint8_t *high = block, *q = block + 32, *scales = block + 96;
    float d = scale(block + 108);
    for (int part = 0; part < 16; part++) {
        float dl = d * (float)six_bits(scales, part);
        int begin = part % 2 * 16, plane = part / 2, shift = plane % 4 * 2;
        const uint8_t *from = q + part / 8 * 32 + begin;
        for (int i = 0; i < 16; i++) {
            int four = 4 - ((high[begin + i] >> plane & 1) << 2);
            out[part * 16 + i] = dl * (float)((from[i] >> shift & 3) - four);
        }
    }
}

/* Scale s and offset t of sub-block `part`, six bits each. The first four pairs are in the low six
 * bits of bytes 0 … 7. The last four have their low four bits in bytes 8 … 11 and their high two
 * bits in the top bits of bytes 0 … 7. */
static void scale_and_offset(const uint8_t *scales, int part, int *s, int *t)
{
    if (part < 4) {
        *s = scales[part] & 63;
        *t = scales[part + 4] & 63;
    } else {
        *s = (scales[part + 4] & 15) | scales[part - 4] >> 6 << 4;
        *t = scales[part + 4] >> 4 | scales[part] >> 6 << 4;
    }
}

/* d; m; 12 bytes of scales and offsets; in Q5_K alone `high`, the fifth bit of each element (32
 * bytes, eight planes of one bit); q (128 bytes), each quarter two planes of four bits. `high` is
 * NULL for Q4_K. */
static void q45_k(const uint8_t *block, const uint8_t *high, const uint8_t *q, float *out)
{
    float d = scale(block), m = scale(block + 2);
    for (int part = 0; part < 8; part++) {
        int s, t, shift = part % 2 * 4;
        scale_and_offset(block + 4, part, &s, &t);
        float dl = d * (float)s, ml = m * (float)t;
        const uint8_t *from = q + part / 2 * 32;
        for (int i = 0; i < 32; i++) {
            int fifth = high ? (high[i] >> part & 1) << 4 : 0;
            out[part * 32 + i] = dl * (float)((from[i] >> shift & 15) | fifth) - ml;
        }
    }
}

static void q4_k(const uint8_t *block, float *out)
{
    q45_k(block, NULL, block + 16, out);
}

static void q5_k(const uint8_t *block, float *out)
{
    q45_k(block, block + 16, block + 48, out);
}

/* The low four bits of q (128 bytes), each half two planes; its high two bits (64 bytes), each half
 * four planes; 16 scales, signed bytes; d. */
static void q6_k(const uint8_t *block, float *out)
{
    const uint8_t *low = block, *high = block + 128;
    const int8_t *scales = (const int8_t *)block + 192;
    float d = scale(block + 208);
    for (int part = 0; part < 16; part++) {
        float dl = d * (float)scales[part];
        int half = part / 8, plane = part % 8 / 2, begin = part % 2 * 16;
        const uint8_t *l = low + half * 64 + plane % 2 * 32 + begin, *h = high + half * 32 + begin;
        int shift = plane / 2 * 4, above = plane * 2;
        for (int i = 0; i < 16; i++)
            out[part * 16 + i] =
                dl * (float)(((l[i] >> shift & 15) | (h[i] >> above & 3) << 4) - 32);
    }
}

void dequantize(DType dtype, const void *data, size_t count, float *out)
{
    static void (*const of_type[])(const uint8_t *, float *) = {q4_0, q4_1, q5_0, q5_1, q8_0,
                                                                q2_k, q3_k, q4_k, q5_k, q6_k};
    assert(dtype >= DTYPE_Q4_0 && dtype < DTYPE_COUNT && count % dtype_block(dtype) == 0);
    const uint8_t *block = data;
    size_t step = dtype_block(dtype), size = dtype_size(dtype);
    for (size_t i = 0; i < count; i += step, block += size)
        of_type[dtype - DTYPE_Q4_0](block, out + i);
}
