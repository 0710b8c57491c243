/* The predictions half of a grid: each answer goes to the place of its layer, seed, epoch and
 * prompt, and none may be left unset. */
#include "verdict/grid.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { UNSET = 255 };

typedef struct {
    Grid *grid;
    AskedPrompts prompts;
} Reader;

static bool find(const int64_t *sorted, size_t count, int64_t wanted, size_t *place)
{
    for (*place = 0; *place < count; ++*place)
        if (sorted[*place] == wanted)
            return true;
    return false;
}

/* grid_at of the row's layer, seed and epoch. */
static bool find_at(const Grid *grid, const PredictionRow *read, const CsvRow *row, size_t *at,
                    Error *error)
{
    char text[CONDITION_TEXT];
    size_t layer, seed, epoch;
    Condition condition = read->condition;
    condition.layer = grid->condition.layer;
    if (condition_compare(&condition, &grid->condition) != 0 ||
        !find(grid->layers, grid->layers_count, read->condition.layer, &layer) ||
        !find(grid->seeds, grid->seeds_count, read->seed, &seed) ||
        !find(grid->epochs, grid->epochs_count, read->epoch, &epoch))
        return fail(error,
                    "%s:%zu: %s, seed %" PRId64 ", epoch %" PRId64
                    " is in no memory file; give the memory files these predictions came from",
                    row->path, row->line, condition_text(&read->condition, text), read->seed,
                    read->epoch);
    *at = grid_at(grid, layer, seed, epoch);
    return true;
}

/* Each answer to its place. */
static bool take_answer(void *user, const CsvRow *row, Error *error)
{
    const Reader *reader = user;
    Grid *grid = reader->grid;
    PredictionRow read;
    size_t at = 0, place = 0;
    if (!prediction_row_read(&read, row, error) || !find_at(grid, &read, row, &at, error) ||
        !asked_prompts_find(&reader->prompts, &read, row, &place, error))
        return false;
    place += at * grid->prompts_count;
    if (grid->choice[place] != UNSET)
        return fail(error,
                    "%s:%zu: prompt %" PRId64 " is answered twice in one cell and epoch; "
                    "give each predictions file once",
                    row->path, row->line, read.prompt.id);
    grid->choice[place] = (uint8_t)read.choice;
    grid->free[place] = (uint8_t)read.free;
    return true;
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
    bool ok = asked_prompts_read(&reader.prompts, paths[0], error);
    grid->prompts = reader.prompts.items;
    grid->prompts_count = reader.prompts.count;
    grid->claims_count = reader.prompts.claims_count;
    if (!ok)
        return false;
    size_t cells = grid_at(grid, grid->layers_count, 0, 0), total;
    if (!size_mul(cells, grid->prompts_count, &total))
        return fail(error, "%s: too many predictions; give fewer cells", paths[0]);
    grid->choice = alloc_zeroed(total, 1);
    grid->free = alloc_zeroed(total, 1);
    memset(grid->choice, UNSET, total);
    for (size_t i = 0; i < count; i++)
        if (!csvfile_read(paths[i], prediction_columns, take_answer, &reader, error))
            return false;
    return check_complete(grid, paths[0], error);
}
