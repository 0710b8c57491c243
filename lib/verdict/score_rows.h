/* Scores of every cell and epoch beside accuracy, which a shift of the letters' bias moves alone.
 *
 *   letters_auc       of log p(a) − log p(b), supported claims against refuted
 *   letters_centred   accuracy once each letter has its mean log p over all claims taken out,
 *                     among the letters that are right for some claim
 *   nll, nll_auc      a claim's summed loss, nats, in the mean; the AUC of less loss
 *   change, change_auc  by how much a memory lowers it; the AUC of that
 *
 * Where two memories have stored one half of the pages each, the targets half-1 and half-2, both
 * together are the target halves, of all claims:
 *
 *   right, right_auc  the change by the memory that stored the claim's page
 *   other, other_auc  the change by the one that stored as many other pages
 *   use, use_auc      the first less the second, claim by claim: what is stored, not the domain
 *
 * The same of the model that was told each claim's page, and of it told another page, as the target
 * in-context: what using could be worth.
 *
 * Intervals are 95 % percentile bootstraps over texts (claims of one text are one unit) and seeds,
 * the same draws for every row. */
#ifndef DOCMEM_SCORE_ROWS_H
#define DOCMEM_SCORE_ROWS_H
#include "verdict/likelihood_rows.h"
#include "verdict/stats.h"

/* A claim that was asked. */
typedef struct {
    int64_t id, same;
    size_t unit; /* number of its text, from 0 */
    int label, half;
} ScoredClaim;

/* The losses and letters of one cell at one epoch; epoch 0 of a likelihood file is none. */
typedef struct {
    Condition condition;
    int64_t seed, epoch;
    double *nll, *without, *letters; /* (claims) (claims) (claims,3): log p; NULL where not asked */
    size_t told, told_letters;       /* claims so far */
} ScoredCell;

typedef struct {
    ScoredClaim *claims; /* (claims_count) by id */
    size_t claims_count, units;
    ScoredCell *cells; /* (count) by condition, epoch and seed */
    size_t count, capacity;
} Scores;

/* Reads files of the likelihood stage and of the answer stage, told apart by their headers, in any
 * order. False, with the reason and nothing kept, where one is damaged, no likelihood file with an
 * epoch after 0 is among them, claims differ between cells, or a cell is there twice or lacks a
 * claim. */
bool scores_read(Scores *scores, char *const *paths, size_t count, Error *error);
void scores_free(Scores *scores);

extern const char *const scores_columns[];
/* Writes all rows: of each seed, without intervals, and the mean over seeds (-1) with them. */
void scores_write(const Scores *scores, CsvWriter *writer, Draws draws);

#endif
