/* The rows of likelihood files: how surprising each claim's words are, with a memory and without.
 */
#ifndef DOCMEM_LIKELIHOOD_ROWS_H
#define DOCMEM_LIKELIHOOD_ROWS_H
#include "verdict/condition.h"

/* The columns of a likelihood file, NULL at the end. */
extern const char *const likelihood_columns[];

typedef struct {
    Condition condition;
    int64_t seed, epoch;
    int64_t claim, same, page; /* same: the first claim with this text */
    int half;                  /* of all pages, the one its page is in: 0 or 1 */
    int label;                 /* 0 supports, 1 refutes, 2 not enough info */
    int64_t tokens;            /* whose losses are summed */
    double nll, without;       /* nats */
} LikelihoodRow;

/* False, with file, line and column, where a field is no such value. */
bool likelihood_row_read(LikelihoodRow *read, const CsvRow *row, Error *error);

#endif
