#include "verdict/likelihood_rows.h"

#include "verdict/score.h"

const char *const likelihood_columns[] = {
    "allocation", "strength", "variant", "target", "layer",  "seed", "epoch",   "claim",
    "same",       "page",     "half",    "label",  "tokens", "nll",  "without", NULL};

enum { SEED = CONDITION_COLUMNS, EPOCH, CLAIM, SAME, PAGE, HALF, LABEL, TOKENS, NLL, WITHOUT };

bool likelihood_row_read(LikelihoodRow *read, const CsvRow *row, Error *error)
{
    int64_t half;
    const char *letter = row->fields[LABEL];
    *read = (LikelihoodRow){0};
    if (!condition_of_row(&read->condition, row, error) ||
        !csvfile_int(row, SEED, &read->seed, error) ||
        !csvfile_int(row, EPOCH, &read->epoch, error) ||
        !csvfile_int(row, CLAIM, &read->claim, error) ||
        !csvfile_int(row, SAME, &read->same, error) ||
        !csvfile_int(row, PAGE, &read->page, error) || !csvfile_int(row, HALF, &half, error) ||
        !csvfile_int(row, TOKENS, &read->tokens, error) ||
        !csvfile_real(row, NLL, &read->nll, error) ||
        !csvfile_real(row, WITHOUT, &read->without, error))
        return false;
    read->half = half == 1;
    read->label = letter[0] && !letter[1] ? score_letter(letter[0]) : -1;
    if (read->label < 0 || read->label == SCORE_INVALID || half < 0 || half > 1)
        return fail(error,
                    "%s:%zu: label must be a, b or c and half 0 or 1; run the likelihood stage "
                    "again",
                    row->path, row->line);
    return true;
}
