/* A packed batch: sequences of any lengths laid one after another, each from a multiple
 * of the row unit. */
#ifndef DOCMEM_BATCH_H
#define DOCMEM_BATCH_H
#include <stddef.h>
#include <stdint.h>

/* `length` rows. The first `shared` of them are those of the sequence before it, and lie there; the
 * others lie from row `start` on. The last `siblings` are alternative continuations of the common
 * rows before them, in branches of `branch` rows each: a sibling sees the common rows and its own
 * branch up to itself, and its position counts on from the last common one. */
typedef struct {
    size_t start, length, siblings, branch, shared;
} Sequence;

/* The first row, counted from `start`, of the branch that sibling t of the sequence lies in. */
static inline size_t sequence_branch(const Sequence *s, size_t t)
{
    return t - (t - (s->length - s->siblings)) % s->branch;
}

typedef struct {
    size_t unit, least;  /* rows that belong together, rows at least; 0: what gemm.h says */
    size_t count, rows;  /* sequences; rows including padding */
    size_t end;          /* rows but for the padding at the end of the batch */
    size_t longest;      /* length of the longest sequence */
    Sequence *sequences; /* (count) */
    int32_t *position;   /* (rows) place in its sequence, −1 for padding */
    size_t capacity, row_capacity;
} Batch;

/* The row of the batch that is row t of sequence `index`. */
static inline size_t batch_row(const Batch *batch, size_t index, size_t t)
{
    while (t < batch->sequences[index].shared)
        index--;
    return batch->sequences[index].start + t - batch->sequences[index].shared;
}

/* Empties the batch, keeping its memory, unit and least; a zeroed Batch is an empty one. */
void batch_clear(Batch *batch);
/* Appends a sequence; returns its first row. 1 ≤ length, siblings < length, and siblings a multiple
 * of branch ≥ 1; batch_add makes branches of one row. */
size_t batch_add(Batch *batch, size_t length, size_t siblings);
size_t batch_add_branches(Batch *batch, size_t length, size_t siblings, size_t branch);
/* Empties the batch, and lays `count` sequences of one row, each in its number's gemm_place. */
void batch_single_rows(Batch *batch, size_t count);
/* As batch_add_branches, of a sequence whose first `shared` rows are equal to those of the one
 * appended last, and are not laid again; common rows of both, of which one is not shared, and a
 * multiple of the row unit. The bits are the same where gemm_shares allows as many of both. Forward
 * passes alone know of it. */
size_t batch_add_shared(Batch *batch, size_t length, size_t siblings, size_t branch, size_t shared);
void batch_free(Batch *batch);

/* Copies the rows of sequence `index` that are not shared from `source` (length, d) to their place
 * in `packed` (rows, d), and zeroes the padding after them. */
void batch_gather(const Batch *batch, size_t index, float *packed, const float *source, size_t d);

#endif
