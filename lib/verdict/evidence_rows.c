#include "verdict/evidence_rows.h"

const char *const evidence_columns[] = {"allocation", "strength", "variant", "target", "layer",
                                        "seed",       "epoch",    "claim",   "page",   "tokens",
                                        "nll",        "without",  NULL};

enum { SEED = CONDITION_COLUMNS, EPOCH, CLAIM, PAGE, TOKENS, NLL, WITHOUT };

bool evidence_row_read(EvidenceRow *read, const CsvRow *row, Error *error)
{
    *read = (EvidenceRow){0};
    if (!condition_of_row(&read->condition, row, error) ||
        !csvfile_int(row, SEED, &read->seed, error) ||
        !csvfile_int(row, EPOCH, &read->epoch, error) ||
        !csvfile_int(row, CLAIM, &read->claim, error) ||
        !csvfile_int(row, PAGE, &read->page, error) ||
        !csvfile_int(row, TOKENS, &read->tokens, error) ||
        !csvfile_real(row, NLL, &read->nll, error) ||
        !csvfile_real(row, WITHOUT, &read->without, error))
        return false;
    if (read->tokens < 1 || read->nll < 0 || read->without < 0)
        return fail(error,
                    "%s:%zu: tokens must be 1 or more and losses 0 or more; run held_out again",
                    row->path, row->line);
    return true;
}

void evidence_row_put(CsvWriter *writer, const EvidenceRow *row)
{
    condition_put(writer, &row->condition);
    csvfile_put_int(writer, row->seed);
    csvfile_put_int(writer, row->epoch);
    csvfile_put_int(writer, row->claim);
    csvfile_put_int(writer, row->page);
    csvfile_put_int(writer, row->tokens);
    csvfile_put_real(writer, row->nll);
    csvfile_put_real(writer, row->without);
    csvfile_end_row(writer);
}
