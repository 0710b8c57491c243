/* What is multiplied is rounded and packed once a product, the weight a block at a time, by each
 * thread for its own columns. A block of the weight stays in the second-level cache while all rows
 * pass by. (Packing costs an eighth of a product of 768 rows, so no packed weight is kept.) */
#include "tensor/gemm_bf16.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "tensor/bf16_unit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_PANELS = 16, /* of 32 columns, and */
    BLOCK_STEPS = 32,  /* of 32 of the summed dimension: 1 MiB of a weight */
    SPEED = 256        /* products a plain operation, as parallel_for counts them */
};

static const Bf16Unit *unit; /* set by gemm_bf16_begin; NULL: off */

/* The quicker of what is here. AVX512_BF16 does twice float32's products a cycle on AMD's
 * processors, on Intel's fewer than float32 (0.69 of its speed, checks/reports/bench-intel.org). */
static bool choose(Error *error)
{
    if (bf16_amx.here())
        unit = &bf16_amx;
    else if (!bf16_avx512.here())
        return fail(error, "engine bf16: this processor does not multiply BF16 (AVX512_BF16, AMX); "
                           "use ENGINE=float32");
    else if (bf16_is_intel())
        return fail(error, "engine bf16: this processor is quicker with float32 than with "
                           "AVX512_BF16, and has no AMX; use ENGINE=float32, or "
                           "ENGINE=bf16-avx512 for the numbers of that tier");
    else
        unit = &bf16_avx512;
    return true;
}

bool gemm_bf16_begin(const char *name, Error *error)
{
    const Bf16Unit *const units[] = {&bf16_amx, &bf16_avx512};
    if (strcmp(name, "bf16") == 0)
        return choose(error);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(name, units[i]->name) == 0) {
            if (!units[i]->here())
                return fail(error, "engine %s: this machine has no %s; use ENGINE=float32", name,
                            units[i]->instructions);
            unit = units[i];
            return true;
        }
    return fail(error, "engine %s: there is none; choose float32, bf16, bf16-amx or bf16-avx512",
                name);
}

void gemm_bf16_end(void)
{
    unit = NULL;
}

bool gemm_bf16_on(void)
{
    return unit != NULL;
}

const char *gemm_bf16_engine(void)
{
    static char text[64];
    snprintf(text, sizeof text, "%s (%s)", unit->name, unit->instructions);
    return text;
}

void gemm_bf16_round(uint16_t *restrict out, const float *restrict in, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &in[i], sizeof bits);
        uint32_t nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16, quiet = bits >> 16 | 0x40;
        out[i] = (uint16_t)((bits & 0x7fffffff) > 0x7f800000 ? quiet : nearest);
    }
}

/* c (M,N) = (add ? c : 0) + a (M,K) · b, which is w (N,K)ᵀ, or w (K,N) where `across`. */
typedef struct {
    float *c;
    const float *a;
    const char *w;            /* or, where it is NULL, */
    const Bf16Source *source; /* which gives it */
    size_t M, N, K;
    bool across, add;
    char *packed; /* a, in panels */
} Product;

/* What a thread works in: a block of w as it is read, a row of it, and the block packed. */
typedef struct {
    char *block, *packed;
    float *row;
} Room;

/* A block of w: its first element, and how many lie from a row to the next. */
typedef struct {
    const char *values;
    size_t stride;
} Block;

static size_t pieces(size_t size, size_t piece)
{
    return (size + piece - 1) / piece;
}

static size_t at_most(size_t size, size_t limit)
{
    return size < limit ? size : limit;
}

static void pack_a(const void *context, size_t first, size_t end)
{
    const Product *p = context;
    size_t steps = pieces(p->K, BF16_DEPTH);
    for (size_t i = first; i < end; i++)
        bf16_pack_rows(p->packed + i * steps * BF16_STEP, p->a + i * BF16_SIDE * p->K, p->K,
                       at_most(p->M - i * BF16_SIDE, BF16_SIDE), p->K);
}

/* The block of w that is b's columns n … n+columns-1 and k … k+depth-1 of the summed dimension. */
static Block block_of(const Product *p, size_t n, size_t columns, size_t k, size_t depth,
                      Room *room)
{
    size_t row = p->across ? k : n, rows = p->across ? depth : columns;
    size_t column = p->across ? n : k, count = p->across ? columns : depth;
    size_t width = p->across ? p->N : p->K;
    if (p->w)
        return (Block){p->w + (row * width + column) * 2, width};
    for (size_t i = 0; i < rows; i++) {
        p->source->read(p->source->context, room->row, row + i, column, count);
        gemm_bf16_round((uint16_t *)(void *)room->block + i * count, room->row, count);
    }
    return (Block){room->block, count};
}

/* The panels of the block, b's `columns`, of that depth. A weight is read by its rows: panel by
 * panel where they are columns of b, else all panels of one step after those of another. */
static void pack_b(char *out, const Product *p, Block block, size_t columns, size_t depth)
{
    size_t panel = pieces(depth, BF16_DEPTH) * BF16_STEP, piece = p->across ? BF16_DEPTH : depth;
    for (size_t k = 0; k < depth; k += piece, out += BF16_STEP)
        for (size_t i = 0; i < columns; i += BF16_SIDE) {
            char *to = out + i / BF16_SIDE * panel;
            size_t count = at_most(columns - i, BF16_SIDE), deep = at_most(depth - k, piece);
            if (p->across)
                bf16_pack_across(to, block.values + (k * block.stride + i) * 2, block.stride, count,
                                 deep);
            else
                bf16_pack_columns(to, block.values + i * block.stride * 2, block.stride, count,
                                  deep);
        }
}

/* The corner of c where fewer than 32 rows or columns are left. */
static void multiply_corner(float *c, size_t stride, size_t rows, size_t columns, const char *a,
                            const char *b, size_t steps, bool add)
{
    float whole[BF16_SIDE * BF16_SIDE] = {0};
    for (size_t i = 0; add && i < rows; i++)
        memcpy(whole + i * BF16_SIDE, c + i * stride, columns * sizeof *c);
    unit->multiply(whole, BF16_SIDE, a, b, steps, add);
    for (size_t i = 0; i < rows; i++)
        memcpy(c + i * stride, whole + i * BF16_SIDE, columns * sizeof *c);
}

/* Rows from m on and columns from n on of c, as many as it has of 32. */
static void multiply(const Product *p, size_t m, size_t n, const char *a, const char *b,
                     size_t steps, bool add)
{
    float *c = p->c + m * p->N + n;
    size_t rows = at_most(p->M - m, BF16_SIDE), columns = at_most(p->N - n, BF16_SIDE);
    if (rows == BF16_SIDE && columns == BF16_SIDE)
        unit->multiply(c, p->N, a, b, steps, add);
    else
        multiply_corner(c, p->N, rows, columns, a, b, steps, add);
}

/* All rows of c's columns n … n+columns-1, a block of b, from that step on. */
static void multiply_block(const Product *p, size_t n, size_t columns, size_t step, Room *room)
{
    size_t all = pieces(p->K, BF16_DEPTH), steps = at_most(all - step, BLOCK_STEPS);
    size_t k = step * BF16_DEPTH, depth = at_most(p->K - k, steps * BF16_DEPTH);
    Block block = block_of(p, n, columns, k, depth, room);
    pack_b(room->packed, p, block, columns, depth);
    for (size_t m = 0; m < p->M; m += BF16_SIDE)
        for (size_t i = 0; i < columns; i += BF16_SIDE)
            multiply(p, m, n + i, p->packed + (m / BF16_SIDE * all + step) * BF16_STEP,
                     room->packed + i / BF16_SIDE * steps * BF16_STEP, steps, p->add || step > 0);
}

static void multiply_columns(const void *context, size_t first, size_t end)
{
    enum { COLUMNS = BLOCK_PANELS * BF16_SIDE, DEPTH = BLOCK_STEPS * BF16_DEPTH };
    const Product *p = context;
    bool reads = !p->w;
    Room room = {alloc_scratch(reads ? DEPTH * COLUMNS : 0, 2), alloc_scratch(DEPTH * COLUMNS, 2),
                 alloc_scratch(reads ? DEPTH : 0, sizeof *room.row)};
    unit->begin();
    end = at_most(end * BF16_SIDE, p->N);
    for (size_t n = first * BF16_SIDE; n < end; n += COLUMNS)
        for (size_t step = 0; step == 0 || step * BF16_DEPTH < p->K; step += BLOCK_STEPS)
            multiply_block(p, n, at_most(end - n, COLUMNS), step, &room);
    unit->end();
    free(room.block), free(room.packed), free(room.row);
}

static void product(Product *p)
{
    size_t rows = pieces(p->M, BF16_SIDE), steps = pieces(p->K, BF16_DEPTH);
    assert(unit);
    p->packed = alloc_scratch(rows * steps, BF16_STEP);
    parallel_for(rows, 1, p->M * p->K, pack_a, p);
    parallel_for(pieces(p->N, BF16_SIDE), p->w ? 1 : BLOCK_PANELS, p->M * p->N / SPEED * p->K,
                 multiply_columns, p);
    free(p->packed);
}

void gemm_bf16_nt(float *y, const float *x, const void *w, size_t T, size_t N, size_t K)
{
    Product p = {.c = y, .a = x, .w = w, .M = T, .N = N, .K = K};
    product(&p);
}

void gemm_bf16_nn(float *dx, const float *dy, const void *w, size_t T, size_t K, size_t N, bool add)
{
    Product p = {.c = dx, .a = dy, .w = w, .M = T, .N = K, .K = N, .across = true, .add = add};
    product(&p);
}

void gemm_bf16_nt_read(float *y, const float *x, const Bf16Source *w, size_t T, size_t N, size_t K)
{
    Product p = {.c = y, .a = x, .source = w, .M = T, .N = N, .K = K};
    product(&p);
}

void gemm_bf16_nn_read(float *dx, const float *dy, const Bf16Source *w, size_t T, size_t K,
                       size_t N, bool add)
{
    Product p = {.c = dx, .a = dy, .source = w, .M = T, .N = K, .K = N, .across = true, .add = add};
    product(&p);
}
