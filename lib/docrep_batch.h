/* One batch of a DocRep memory: texts laid out with their targets, and each with its selection. */
#ifndef DOCMEM_DOCREP_BATCH_H
#define DOCMEM_DOCREP_BATCH_H
#include "docrep.h"

/* Lays out sequences 0 … count − 1 into batch, packed and target; returns how many tokens
 * are predicted. Sequence r is texts[r mod period]. */
size_t docrep_batch_pack(DocRep *docrep, const MemoryText *const *texts, size_t count,
                         size_t period);

/* Room for so many vectors and selections; what they held is lost. */
void docrep_batch_fit(DocRep *docrep, size_t texts);

/* Selects by the first `count` vectors, and gives the rows of each sequence its selection as their
 * mask; padding gets none. */
void docrep_batch_choose(DocRep *docrep, size_t count);

/* dchosen (count,m): the rows of dmask summed over each sequence. */
void docrep_batch_sum(DocRep *docrep, size_t count);

/* The losses of `count` rows from `first`, summed. */
double docrep_batch_nll(const DocRep *docrep, size_t first, size_t count);

void docrep_batch_free(DocRep *docrep);

#endif
