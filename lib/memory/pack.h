/* Texts to memorise, packed: laid out as one batch, with what enters it and what it must predict.
 */
#ifndef DOCMEM_PACK_H
#define DOCMEM_PACK_H
#include "tensor/batch.h"

/* A text to memorise: every id after the first is predicted. Borrowed. */
typedef struct {
    const int32_t *ids;      /* (length) */
    const float *h;          /* (length,d) the frozen stream that enters (memory_first), or NULL */
    size_t length, document; /* whose entries it uses */
    size_t answer, answers;  /* its answer's letter: `answers` ids from ids[answer] on, or none */
} MemoryText;

/* The texts one after another as pointers (count); the caller frees it. */
const MemoryText **pack_list(const MemoryText *texts, size_t count);

/* Lays out sequences 0 … count − 1 as `batch`, emptied before; sequence r is texts[r mod period].
 */
void pack_lay(Batch *batch, const MemoryText *const *texts, size_t count, size_t period);

/* Fills packed (rows,d) and target (rows) of a batch so laid out: a row's next id, −1 where there
 * is none; padding is 0 and predicts nothing. Rows of a text without h stay as they were. Returns
 * how many tokens are predicted. */
size_t pack_fill(const Batch *batch, const MemoryText *const *texts, size_t period, size_t d,
                 float *packed, int32_t *target);

/* Where nothing is trained, texts are carried a round at a time: those from `first` < count up to
 * the one returned, which have at most PACK_ROUND rows together, or are one. */
enum { PACK_ROUND = 2048 };
size_t pack_round(const MemoryText *const *texts, size_t first, size_t count);

#endif
