/* The instructions themselves, by intrinsics. Nothing here runs before a unit's `here` was true. */
#include "tensor/bf16_unit.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512bf16")))
#define TILES __attribute__((target("amx-tile,amx-bf16")))

enum { SIDE = 16, TILE = 1024 }; /* rows and columns; bytes */

/* --- packing -------------------------------------------------------------------- */

/* The lowest `count` of 32 elements. */
static inline __mmask32 lowest(size_t count)
{
    return count >= 32 ? 0xffffffff : ((__mmask32)1 << count) - 1;
}

/* 16 of the lanes of x. */
WIDE static inline __m512 lanes(const float *x, __mmask32 mask)
{
    return _mm512_maskz_loadu_ps((__mmask16)mask, x);
}

WIDE void bf16_pack_rows(char *panel, const float *x, size_t stride, size_t rows, size_t depth)
{
    for (size_t k = 0; k < depth; k += BF16_DEPTH, panel += BF16_STEP)
        for (size_t i = 0; i < BF16_SIDE; i++) {
            const float *from = x + i * stride + k;
            __mmask32 mask = i < rows ? lowest(depth - k) : 0;
            __m512 low = lanes(from, mask), high = lanes(from + SIDE, mask >> SIDE);
            _mm512_store_si512(panel + i * 64, (__m512i)_mm512_cvtne2ps_pbh(high, low));
        }
}

/* tile = the 16 rows of 16 pairs, transposed: in four rounds a pair's place in its row and its row
 * change two more bits. */
WIDE static inline void transpose(char *tile, __m512i r[SIDE])
{
    __m512i t[SIDE];
    for (int i = 0; i < 8; i++) {
        t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for (int i = 0; i < 4; i++) {
        _mm512_store_si512(tile + i * 64, _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88));
        _mm512_store_si512(tile + (i + 4) * 64, _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88));
        _mm512_store_si512(tile + (i + 8) * 64, _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd));
        _mm512_store_si512(tile + (i + 12) * 64, _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd));
    }
}

WIDE void bf16_pack_columns(char *panel, const char *w, size_t stride, size_t columns, size_t depth)
{
    for (size_t k = 0; k < depth; k += BF16_DEPTH)
        for (size_t first = 0; first < BF16_SIDE; first += SIDE, panel += TILE) {
            __m512i rows[SIDE];
            for (size_t i = 0; i < SIDE; i++) {
                __mmask32 mask = first + i < columns ? lowest(depth - k) : 0;
                rows[i] = _mm512_maskz_loadu_epi16(mask, w + ((first + i) * stride + k) * 2);
            }
            transpose(panel, rows);
        }
}

WIDE void bf16_pack_across(char *panel, const char *w, size_t stride, size_t columns, size_t depth)
{
    /* elements of two rows by turns: column 0 of the upper, of the lower one, column 1, … */
    const __m512i first =
        _mm512_add_epi16(_mm512_set1_epi32(32 << 16),
                         (__m512i)_mm512_mullo_epi32(
                             _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                             _mm512_set1_epi32(0x10001)));
    const __m512i second = _mm512_add_epi16(first, _mm512_set1_epi16(SIDE));
    const __mmask32 mask = lowest(columns);
    for (size_t k = 0; k < depth; k += BF16_DEPTH, panel += BF16_STEP)
        for (size_t i = 0; i < SIDE; i++) {
            const size_t upper = k + 2 * i, lower = upper + 1;
            __m512i a = _mm512_maskz_loadu_epi16(upper < depth ? mask : 0, w + upper * stride * 2);
            __m512i b = _mm512_maskz_loadu_epi16(lower < depth ? mask : 0, w + lower * stride * 2);
            _mm512_store_si512(panel + i * 64, _mm512_permutex2var_epi16(a, first, b));
            _mm512_store_si512(panel + TILE + i * 64, _mm512_permutex2var_epi16(a, second, b));
        }
}

/* --- AVX512_BF16 ------------------------------------------------------------------ */

bool bf16_is_intel(void)
{
    return __builtin_cpu_is("intel");
}

static bool avx512_here(void)
{
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw");
}

static void nothing(void)
{
}

/* Eight rows of c (32,32), whose a begins at row a. */
WIDE static void multiply_eight(float *c, size_t stride, const char *a, const char *b, size_t steps,
                                bool add)
{
    enum { ROWS = 8 };
    __m512 sum[ROWS][2];
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++)
        for (int i = 0; i < 2; i++)
            sum[r][i] =
                add ? _mm512_loadu_ps(c + (size_t)r * stride + i * SIDE) : _mm512_setzero_ps();
    for (; steps > 0; steps--, a += BF16_STEP, b += BF16_STEP)
        for (int pair = 0; pair < SIDE; pair++) {
            const __m512bh left = (__m512bh)_mm512_load_si512(b + pair * 64);
            const __m512bh right = (__m512bh)_mm512_load_si512(b + TILE + pair * 64);
#pragma GCC unroll 8
            for (int r = 0; r < ROWS; r++) {
                const __m512bh x =
                    (__m512bh)_mm512_set1_epi32(*(const int *)(a + r * 64 + pair * 4));
                sum[r][0] = _mm512_dpbf16_ps(sum[r][0], x, left);
                sum[r][1] = _mm512_dpbf16_ps(sum[r][1], x, right);
            }
        }
#pragma GCC unroll 8
    for (int r = 0; r < ROWS; r++)
        for (int i = 0; i < 2; i++)
            _mm512_storeu_ps(c + (size_t)r * stride + i * SIDE, sum[r][i]);
}

static void multiply_avx512(float *c, size_t stride, const char *a, const char *b, size_t steps,
                            bool add)
{
    for (size_t r = 0; r < BF16_SIDE; r += 8)
        multiply_eight(c + r * stride, stride, a + r * 64, b, steps, add);
}

const Bf16Unit bf16_avx512 = {"bf16-avx512", "AVX512_BF16", avx512_here,
                              nothing,       nothing,       multiply_avx512};

/* --- AMX ---------------------------------------------------------------------------- */

/* Linux keeps the tiles' state for programs that asked for it. */
static bool amx_here(void)
{
    enum {
        ARCH_REQ_XCOMP_PERM = 0x1023,
        XFEATURE_XTILEDATA = 18,
        BF16 = 1 << 22,
        TILE_BIT = 1 << 24
    };
    unsigned a, b, c, d;
    return avx512_here() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & BF16) &&
           (d & TILE_BIT) && syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA) == 0;
}

/* Eight tiles of 16 rows of 64 bytes. The layout is static: gcc 12 believes that _tile_loadconfig
 * reads 8 bytes of it, and drops stores of the others (findings/). */
TILES static void amx_begin(void)
{
    static const struct {
        uint8_t palette, start_row, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } layout = {.palette = 1,
                .row_bytes = {64, 64, 64, 64, 64, 64, 64, 64},
                .rows = {16, 16, 16, 16, 16, 16, 16, 16}};
    _tile_loadconfig(&layout);
}

TILES static void amx_end(void)
{
    _tile_release();
}

/* Asks for `count` lines of 64 bytes, of which some may lie behind the end of their array. */
static inline void soon(const void *address, size_t offset, size_t count)
{
    for (size_t i = 0; i < count; i++)
        _mm_prefetch((const void *)((uintptr_t)address + offset + i * 64), _MM_HINT_T0);
}

/* A tile is loaded in half of the time from the first-level cache: b of two steps ahead is asked
 * for, and, row by row, the next 32 columns of c, with which the next call will go on. */
TILES static void multiply_amx(float *c, size_t stride, const char *a, const char *b, size_t steps,
                               bool add)
{
    const size_t bytes = stride * sizeof *c;
    float *lower = c + SIDE * stride;
    if (add) {
        _tile_loadd(0, c, bytes);
        _tile_loadd(1, c + SIDE, bytes);
        _tile_loadd(2, lower, bytes);
        _tile_loadd(3, lower + SIDE, bytes);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (size_t i = 0; i < steps; i++, a += BF16_STEP, b += BF16_STEP) {
        soon(b, 2 * BF16_STEP, BF16_STEP / 64);
        soon(c, i * bytes + BF16_SIDE * sizeof *c, 2);
        _tile_loadd(4, a, 64);
        _tile_loadd(6, b, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_loadd(7, b + TILE, 64);
        _tile_dpbf16ps(1, 4, 7);
        _tile_loadd(5, a + TILE, 64);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, c, bytes);
    _tile_stored(1, c + SIDE, bytes);
    _tile_stored(2, lower, bytes);
    _tile_stored(3, lower + SIDE, bytes);
}

const Bf16Unit bf16_amx = {"bf16-amx", "AMX", amx_here, amx_begin, amx_end, multiply_amx};

#else /* another kind of processor: neither unit is ever here */
#include <assert.h>

bool bf16_is_intel(void)
{
    return false;
}

static bool absent(void)
{
    return false;
}

const Bf16Unit bf16_avx512 = {"bf16-avx512", "AVX512_BF16", absent, NULL, NULL, NULL};
const Bf16Unit bf16_amx = {"bf16-amx", "AMX", absent, NULL, NULL, NULL};

void bf16_pack_rows(char *panel, const float *x, size_t stride, size_t rows, size_t depth)
{
    (void)panel, (void)x, (void)stride, (void)rows, (void)depth;
    assert(!"a unit is here");
}

void bf16_pack_columns(char *panel, const char *w, size_t stride, size_t columns, size_t depth)
{
    (void)panel, (void)w, (void)stride, (void)columns, (void)depth;
    assert(!"a unit is here");
}

void bf16_pack_across(char *panel, const char *w, size_t stride, size_t columns, size_t depth)
{
    bf16_pack_columns(panel, w, stride, columns, depth);
}
#endif
