/* What multiplies BF16: packing and inner products of one unit of the processor. gemm_bf16.c alone
 * uses this.
 *
 * Both units multiply tiles: of the left matrix 16 rows by 32 of the summed dimension, of the right
 * one 16 pairs of the summed dimension by 16 columns, 1 KiB each. Two tiles of rows, or of columns,
 * for one piece of 32 of the sum lie together, a step of 2 KiB; a panel is such steps, one after
 * another. What a matrix lacks of a tile is zero. */
#ifndef DOCMEM_BF16_UNIT_H
#define DOCMEM_BF16_UNIT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BF16_SIDE = 32,                        /* rows or columns of a panel */
    BF16_DEPTH = 32,                       /* of the summed dimension, in a step */
    BF16_STEP = BF16_SIDE * BF16_DEPTH * 2 /* bytes */
};

typedef struct {
    const char *name, *instructions;
    bool (*here)(void);  /* whether this machine has it; asks the kernel for its state */
    void (*begin)(void); /* in each thread, before products */
    void (*end)(void);   /* after them */
    /* c (32,32) of rows `stride` floats apart = (add ? c : 0) + a · b, panels of so many steps */
    void (*multiply)(float *c, size_t stride, const char *a, const char *b, size_t steps, bool add);
} Bf16Unit;

extern const Bf16Unit bf16_amx, bf16_avx512;
/* Whether the processor is Intel's. */
bool bf16_is_intel(void);

/* Of x (rows ≤ 32, depth) of rows `stride` floats apart, rounded to BF16: a panel. */
void bf16_pack_rows(char *panel, const float *x, size_t stride, size_t rows, size_t depth);
/* Of w (columns ≤ 32, depth), rows `stride` elements apart, at any address: the panel of wᵀ. */
void bf16_pack_columns(char *panel, const char *w, size_t stride, size_t columns, size_t depth);
/* Of w (depth, columns ≤ 32), rows `stride` elements apart, at any address: the panel of w. */
void bf16_pack_across(char *panel, const char *w, size_t stride, size_t columns, size_t depth);

#endif
