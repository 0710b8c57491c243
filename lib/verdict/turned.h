/* Claim by claim: which answers a memory turned right and wrong, against the pretrained model, and
 * whether those are the claims whose evidence it has stored best.
 *
 * The answer is the likeliest of the three letters, at the last epoch of each memory.
 *
 *   right, wrong   share of all claims that were wrong before and are right now, and the reverse
 *   gain           the first less the second: the accuracy's
 *   fall           by how much the evidence's loss has fallen, nats a token, mean of the claims
 *                  that have evidence
 *   right_auc      among those that were wrong before: AUC of the fall, turned right against still
 *                  wrong
 *   kept_auc       among those that were right before: still right against turned wrong
 *
 * An AUC of a half says that what is stored best and what is answered better are unrelated. Means
 * over seeds; 95 % percentile bootstraps over pages, since claims of one page share sentences, and
 * over seeds. */
#ifndef DOCMEM_TURNED_H
#define DOCMEM_TURNED_H
#include "verdict/evidence_rows.h"
#include "verdict/prediction_rows.h"
#include "verdict/stats.h"

/* The answers and falls of one memory. */
typedef struct {
    Condition condition;
    int64_t seed, epoch;
    int8_t *choice; /* (claims) -1 where not told */
    double *fall;   /* (claims) NaN where no evidence is told */
} TurnedCell;

typedef struct {
    AskedPrompts prompts;
    size_t claims, pages; /* how many */
    int *label;           /* (claims) */
    size_t *page;         /* (claims) the number of its main page, from 0 */
    int8_t *before;       /* (claims) without a memory */
    TurnedCell *cells;    /* (count) by condition and seed */
    size_t count, capacity;
} Turned;

/* Reads files of the answer stage and of held_out --evidence, told apart by their headers, in any
 * order. False, with the reason and nothing kept, where a file is damaged, claims differ, a memory
 * lacks answers or evidence or has an answer twice, or no file has answers without a memory (epoch
 * 0). */
bool turned_read(Turned *turned, char *const *paths, size_t count, Error *error);
void turned_free(Turned *turned);

/* A condition's columns, measure, value, low, high, n (claims that count) and seeds. */
extern const char *const turned_columns[];
void turned_write(const Turned *turned, CsvWriter *writer, Draws draws);

#endif
