/* The rows of predictions files: which cell and epoch answered which prompt, and how. */
#ifndef DOCMEM_PREDICTION_ROWS_H
#define DOCMEM_PREDICTION_ROWS_H
#include "verdict/condition.h"

/* The columns of a predictions file, NULL at the end. */
extern const char *const prediction_columns[];

/* One prompt; a claim has one for each chosen page it cites, one of them main. */
typedef struct {
    int64_t id, claim, page;
    size_t claim_index; /* the claim's place among the claims, from 0 */
    int label;          /* 0 supports, 1 refutes, 2 not enough info */
    int64_t rows;       /* evidence rows it stands for */
    bool main;
} AskedPrompt;

/* What a row says; the prompt's claim_index is 0. */
typedef struct {
    Condition condition;
    int64_t seed, epoch;
    AskedPrompt prompt;
    int choice, free;      /* answers (score.h); `free` may be SCORE_INVALID */
    double probability[3]; /* of the letters */
} PredictionRow;

bool prediction_row_read(PredictionRow *read, const CsvRow *row, Error *error);

/* The prompts that every cell and epoch was asked. */
typedef struct {
    AskedPrompt *items; /* (count) by id */
    size_t count, capacity, claims_count;
} AskedPrompts;

/* The prompts of the first cell and epoch in a file; each claim must have one main prompt. Freed
 * with free(items), in any case. */
bool asked_prompts_read(AskedPrompts *prompts, const char *path, Error *error);
/* The place of the row's prompt among them; false where it is absent or differs. */
bool asked_prompts_find(const AskedPrompts *prompts, const PredictionRow *read, const CsvRow *row,
                        size_t *place, Error *error);

#endif
