/* The first cell and epoch of a file name the prompts; every other one must have the same. */
#include "verdict/prediction_rows.h"

#include "base/alloc.h"
#include "verdict/score.h"

#include <inttypes.h>
#include <stdlib.h>

const char *const prediction_columns[] = {"allocation", "strength", "variant", "target", "layer",
                                          "seed",       "epoch",    "prompt",  "claim",  "page",
                                          "label",      "rows",     "main",    "choice", "free",
                                          "p_a",        "p_b",      "p_c",     NULL};

enum {
    SEED = CONDITION_COLUMNS,
    EPOCH,
    PROMPT,
    CLAIM,
    PAGE,
    LABEL,
    ROWS,
    MAIN,
    CHOICE,
    FREE,
    PROBABILITY,
    ROWS_LIMIT = 1000000
};

/* The letter a, b or c as 0, 1 or 2; '-' as SCORE_INVALID where that is allowed. */
static bool read_letter(const CsvRow *row, size_t column, bool invalid, int *letter, Error *error)
{
    const char *field = row->fields[column];
    *letter = field[0] && !field[1] ? score_letter(field[0]) : -1;
    if (*letter < 0 || (*letter == SCORE_INVALID && !invalid))
        return fail(error,
                    "%s:%zu: %s is '%.20s', not one of a, b, c%s; run the answer stage again",
                    row->path, row->line, row->columns[column], field, invalid ? ", -" : "");
    return true;
}

bool prediction_row_read(PredictionRow *read, const CsvRow *row, Error *error)
{
    int64_t main;
    *read = (PredictionRow){0};
    AskedPrompt *prompt = &read->prompt;
    if (!condition_of_row(&read->condition, row, error) ||
        !csvfile_int(row, SEED, &read->seed, error) ||
        !csvfile_int(row, EPOCH, &read->epoch, error) ||
        !csvfile_int(row, PROMPT, &prompt->id, error) ||
        !csvfile_int(row, CLAIM, &prompt->claim, error) ||
        !csvfile_int(row, PAGE, &prompt->page, error) ||
        !csvfile_int(row, ROWS, &prompt->rows, error) || !csvfile_int(row, MAIN, &main, error) ||
        !read_letter(row, LABEL, false, &prompt->label, error) ||
        !read_letter(row, CHOICE, false, &read->choice, error) ||
        !read_letter(row, FREE, true, &read->free, error))
        return false;
    if (main < 0 || main > 1 || prompt->rows < 1 || prompt->rows > ROWS_LIMIT)
        return fail(error,
                    "%s:%zu: main must be 0 or 1 and rows 1 to %d; run the answer stage again",
                    row->path, row->line, ROWS_LIMIT);
    prompt->main = main == 1;
    for (size_t x = 0; x < 3; x++)
        if (!csvfile_real(row, PROBABILITY + x, &read->probability[x], error))
            return false;
    return true;
}

/* The reading of the prompts: `first` is a row of the cell and epoch that name them. */
typedef struct {
    AskedPrompts *prompts;
    PredictionRow first;
    bool any;
} Reader;

static bool take_prompt(void *user, const CsvRow *row, Error *error)
{
    Reader *reader = user;
    AskedPrompts *prompts = reader->prompts;
    PredictionRow read;
    if (!prediction_row_read(&read, row, error))
        return false;
    if (!reader->any)
        reader->first = read;
    reader->any = true;
    if (condition_compare(&read.condition, &reader->first.condition) != 0 ||
        read.seed != reader->first.seed || read.epoch != reader->first.epoch)
        return true;
    prompts->items =
        alloc_grow(prompts->items, &prompts->capacity, prompts->count + 1, sizeof *prompts->items);
    prompts->items[prompts->count++] = read.prompt;
    return true;
}

static int by_id(const void *a, const void *b)
{
    const AskedPrompt *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Numbers the claims by their ids; each must have one main prompt. */
static bool number_claims(AskedPrompts *prompts, const char *path, Error *error)
{
    size_t claims_count = 0;
    int64_t *claims = alloc_zeroed(prompts->count, sizeof *claims);
    for (size_t i = 0; i < prompts->count; i++)
        if (prompts->items[i].main)
            claims[claims_count++] = prompts->items[i].claim;
    qsort(claims, claims_count, sizeof *claims, by_number);
    bool ok = true;
    for (size_t i = 1; ok && i < claims_count; i++)
        if (claims[i] == claims[i - 1])
            ok = fail(error, "%s: claim %" PRId64 " has two main prompts; run ingest again", path,
                      claims[i]);
    for (size_t i = 0; ok && i < prompts->count; i++) {
        AskedPrompt *prompt = &prompts->items[i];
        int64_t *found = claims_count == 0 ? NULL
                                           : bsearch(&prompt->claim, claims, claims_count,
                                                     sizeof *claims, by_number);
        if (found)
            prompt->claim_index = (size_t)(found - claims);
        else
            ok = fail(error, "%s: claim %" PRId64 " has no main prompt; run ingest again", path,
                      prompt->claim);
    }
    free(claims);
    prompts->claims_count = claims_count;
    return ok;
}

bool asked_prompts_read(AskedPrompts *prompts, const char *path, Error *error)
{
    *prompts = (AskedPrompts){0};
    Reader reader = {.prompts = prompts};
    if (!csvfile_read(path, prediction_columns, take_prompt, &reader, error))
        return false;
    if (prompts->count == 0)
        return fail(error, "%s: holds no prediction; run the answer stage again", path);
    qsort(prompts->items, prompts->count, sizeof *prompts->items, by_id);
    return number_claims(prompts, path, error);
}

bool asked_prompts_find(const AskedPrompts *prompts, const PredictionRow *read, const CsvRow *row,
                        size_t *place, Error *error)
{
    const AskedPrompt *known =
        bsearch(&read->prompt, prompts->items, prompts->count, sizeof *known, by_id);
    if (!known || known->claim != read->prompt.claim || known->page != read->prompt.page ||
        known->label != read->prompt.label || known->rows != read->prompt.rows ||
        known->main != read->prompt.main)
        return fail(error,
                    "%s:%zu: prompt %" PRId64 " is another prompt elsewhere or unknown there; "
                    "answer all cells from one encoded file",
                    row->path, row->line, read->prompt.id);
    *place = (size_t)(known - prompts->items);
    return true;
}
