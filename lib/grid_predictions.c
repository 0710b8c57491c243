/* The predictions half of a grid: prompts and answers from CSV files; see grid.h. */
#include "grid_predictions.h"

#include "csvfile.h"
#include "mem.h"
#include "score.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *const grid_prediction_columns[] = {"layer", "seed",  "epoch", "prompt", "claim",
                                               "page",  "label", "rows",  "main",   "choice",
                                               "free",  "p_a",   "p_b",   "p_c",    NULL};

enum {
    LAYER,
    SEED,
    EPOCH,
    PROMPT,
    CLAIM,
    PAGE,
    LABEL,
    ROWS,
    MAIN,
    CHOICE,
    FREE,
    UNSET = 255,
    ROWS_LIMIT = 1000000
};

typedef struct {
    Grid *grid;
    size_t capacity; /* of grid->prompts */
    size_t first;    /* the cell and epoch whose rows name the prompts */
    bool any;        /* `first` is known */
} Reader;

/* Where the row stands and what it says of its prompt. */
typedef struct {
    size_t at; /* grid_at of its layer, seed and epoch */
    GridPrompt prompt;
    int choice, free;
} Prediction;

static bool find(const int64_t *sorted, size_t count, int64_t wanted, size_t *place)
{
    for (*place = 0; *place < count; ++*place)
        if (sorted[*place] == wanted)
            return true;
    return false;
}

static bool read_at(const Grid *grid, const CsvRow *row, size_t *at, Error *error)
{
    int64_t number[3];
    size_t place[3];
    for (size_t i = LAYER; i <= EPOCH; i++)
        if (!csvfile_int(row, i, &number[i], error))
            return false;
    if (!find(grid->layers, grid->layers_count, number[LAYER], &place[LAYER]) ||
        !find(grid->seeds, grid->seeds_count, number[SEED], &place[SEED]) ||
        !find(grid->epochs, grid->epochs_count, number[EPOCH], &place[EPOCH]))
        return fail(error,
                    "%s:%zu: layer %" PRId64 ", seed %" PRId64 ", epoch %" PRId64
                    " is in no memory file; give the memory files these predictions came from",
                    row->path, row->line, number[LAYER], number[SEED], number[EPOCH]);
    *at = grid_at(grid, place[LAYER], place[SEED], place[EPOCH]);
    return true;
}

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

static bool read_row(const Grid *grid, const CsvRow *row, Prediction *read, Error *error)
{
    int64_t main;
    *read = (Prediction){0};
    GridPrompt *prompt = &read->prompt;
    if (!read_at(grid, row, &read->at, error) || !csvfile_int(row, PROMPT, &prompt->id, error) ||
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
    return true;
}

/* First reading, of one file: the rows of one cell and epoch name the prompts. */
static bool take_prompt(void *user, const CsvRow *row, Error *error)
{
    Reader *reader = user;
    Grid *grid = reader->grid;
    Prediction read;
    if (!read_row(grid, row, &read, error))
        return false;
    if (!reader->any)
        reader->first = read.at;
    reader->any = true;
    if (read.at != reader->first)
        return true;
    grid->prompts =
        mem_grow(grid->prompts, &reader->capacity, grid->prompts_count + 1, sizeof *grid->prompts);
    grid->prompts[grid->prompts_count++] = read.prompt;
    return true;
}

static int by_id(const void *a, const void *b)
{
    const GridPrompt *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* Second reading, of all files: each answer to its place. */
static bool take_answer(void *user, const CsvRow *row, Error *error)
{
    Grid *grid = ((Reader *)user)->grid;
    Prediction read;
    if (!read_row(grid, row, &read, error))
        return false;
    const GridPrompt *known =
        bsearch(&read.prompt, grid->prompts, grid->prompts_count, sizeof *known, by_id);
    if (!known || known->claim != read.prompt.claim || known->page != read.prompt.page ||
        known->label != read.prompt.label || known->rows != read.prompt.rows ||
        known->main != read.prompt.main)
        return fail(error,
                    "%s:%zu: prompt %" PRId64 " is another prompt elsewhere or unknown there; "
                    "answer all cells from one encoded file",
                    row->path, row->line, read.prompt.id);
    size_t place = read.at * grid->prompts_count + (size_t)(known - grid->prompts);
    if (grid->choice[place] != UNSET)
        return fail(error,
                    "%s:%zu: prompt %" PRId64 " is answered twice in one cell and epoch; "
                    "give each predictions file once",
                    row->path, row->line, read.prompt.id);
    grid->choice[place] = (uint8_t)read.choice;
    grid->free[place] = (uint8_t)read.free;
    return true;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Numbers the claims by their ids; each must have one main prompt. */
static bool number_claims(Grid *grid, const char *path, Error *error)
{
    int64_t *claims = mem_alloc(grid->prompts_count, sizeof *claims);
    for (size_t i = 0; i < grid->prompts_count; i++)
        if (grid->prompts[i].main)
            claims[grid->claims_count++] = grid->prompts[i].claim;
    qsort(claims, grid->claims_count, sizeof *claims, by_number);
    bool ok = true;
    for (size_t i = 1; ok && i < grid->claims_count; i++)
        if (claims[i] == claims[i - 1])
            ok = fail(error, "%s: claim %" PRId64 " has two main prompts; run ingest again", path,
                      claims[i]);
    for (size_t i = 0; ok && i < grid->prompts_count; i++) {
        GridPrompt *prompt = &grid->prompts[i];
        int64_t *found =
            grid->claims_count == 0
                ? NULL
                : bsearch(&prompt->claim, claims, grid->claims_count, sizeof *claims, by_number);
        if (found)
            prompt->claim_index = (size_t)(found - claims);
        else
            ok = fail(error, "%s: claim %" PRId64 " has no main prompt; run ingest again", path,
                      prompt->claim);
    }
    free(claims);
    return ok;
}

/* Every place must have been filled. */
static bool check_complete(const Grid *grid, const char *path, Error *error)
{
    size_t total = grid_at(grid, grid->layers_count, 0, 0) * grid->prompts_count;
    for (size_t i = 0; i < total; i++) {
        if (grid->choice[i] != UNSET)
            continue;
        size_t at = i / grid->prompts_count, epoch = at % grid->epochs_count;
        size_t cell = at / grid->epochs_count;
        return fail(
            error,
            "%s: among the predictions, prompt %" PRId64 " lacks an answer for layer %" PRId64
            ", seed %" PRId64 ", epoch %" PRId64 "; answer every cell",
            path, grid->prompts[i % grid->prompts_count].id, grid->layers[cell / grid->seeds_count],
            grid->seeds[cell % grid->seeds_count], grid->epochs[epoch]);
    }
    return true;
}

bool grid_read_predictions(Grid *grid, char *const *paths, size_t count, Error *error)
{
    Reader reader = {.grid = grid};
    if (!csvfile_read(paths[0], grid_prediction_columns, take_prompt, &reader, error))
        return false;
    if (grid->prompts_count == 0)
        return fail(error, "%s: holds no prediction; run the answer stage again", paths[0]);
    qsort(grid->prompts, grid->prompts_count, sizeof *grid->prompts, by_id);
    if (!number_claims(grid, paths[0], error))
        return false;
    size_t cells = grid_at(grid, grid->layers_count, 0, 0), total;
    if (!mem_mul(cells, grid->prompts_count, &total))
        return fail(error, "%s: too many predictions; give fewer cells", paths[0]);
    grid->choice = mem_alloc(total, 1);
    grid->free = mem_alloc(total, 1);
    memset(grid->choice, UNSET, total);
    for (size_t i = 0; i < count; i++)
        if (!csvfile_read(paths[i], grid_prediction_columns, take_answer, &reader, error))
            return false;
    return check_complete(grid, paths[0], error);
}
