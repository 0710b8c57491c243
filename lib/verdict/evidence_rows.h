/* Rows of what a memory stores of each claim's evidence: the loss of the sentences that settle it.
 */
#ifndef DOCMEM_EVIDENCE_ROWS_H
#define DOCMEM_EVIDENCE_ROWS_H
#include "verdict/condition.h"

/* The columns of a file of held_out --evidence, NULL at the end. */
extern const char *const evidence_columns[];

typedef struct {
    Condition condition;
    int64_t seed, epoch, claim, page; /* page: the claim's main document */
    int64_t tokens;                   /* of the sentences, in their page */
    double nll, without;              /* nats a token, with the memory and without */
} EvidenceRow;

/* False, with file, line and column, where a field is no such value. */
bool evidence_row_read(EvidenceRow *read, const CsvRow *row, Error *error);
void evidence_row_put(CsvWriter *writer, const EvidenceRow *row);

#endif
