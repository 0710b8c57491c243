/* Files are sorted by condition and seed; each run of one condition is a grid of one layer and one
 * epoch. Predictions then find their grid by the condition in their rows. */
#include "verdict/study.h"

#include "base/alloc.h"
#include "verdict/cell_losses.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { UNSET = 255, PRETRAINED_SEED = -1 };

static void grid_make(Grid *grid, size_t seeds, size_t documents)
{
    *grid = (Grid){.layers_count = 1, .seeds_count = seeds, .epochs_count = 1};
    grid->documents = documents;
    grid->seeds = alloc_zeroed(seeds, sizeof *grid->seeds);
    grid->nll = alloc_zeroed(seeds, sizeof *grid->nll);
    grid->document_nll = alloc_zeroed(seeds, documents * sizeof *grid->document_nll);
}

static void copy_losses(Grid *grid, size_t seed, const CellLosses *from, size_t epoch)
{
    grid->nll[seed] = from->nll[epoch];
    memcpy(grid->document_nll + seed * grid->documents,
           from->document_nll + epoch * from->documents,
           from->documents * sizeof *from->document_nll);
}

/* One condition's cells, `seeds` of them, sorted by seed. */
static bool make_cell(StudyCell *cell, const CellLosses *from, size_t seeds, Error *error)
{
    char text[CONDITION_TEXT];
    size_t last = from->epochs_count - 1;
    *cell = (StudyCell){
        .condition = from->condition, .parameters = from->parameters, .entries = from->entries};
    cell->epoch = from->epochs[last];
    cell->shared = alloc_zeroed(seeds, sizeof *cell->shared);
    grid_make(&cell->grid, seeds, from->documents);
    for (size_t i = 0; i < seeds; i++) {
        size_t end = from[i].epochs_count - 1;
        if (from[i].epochs[end] != cell->epoch || from[i].parameters != cell->parameters)
            return fail(error,
                        "%s: ends after another epoch or has another size than %s, both %s; "
                        "train both the same way",
                        from[i].path, from->path, condition_text(&from->condition, text));
        cell->grid.seeds[i] = from[i].seed;
        cell->shared[i] = from[i].shared;
        copy_losses(&cell->grid, i, &from[i], end);
    }
    return true;
}

/* Groups the sorted files by condition. */
static bool make_cells(Study *study, const CellLosses *from, size_t count, Error *error)
{
    study->cells = alloc_zeroed(count, sizeof *study->cells);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1;
             end < count && condition_compare(&from[end].condition, &from[i].condition) == 0;)
            end++;
        if (!make_cell(&study->cells[study->count++], &from[i], end - i, error))
            return false;
    }
    for (size_t i = 1; i < count; i++)
        if (!cell_losses_same_start(&from[i], &from[0]))
            return fail(error,
                        "%s: differs from %s at epoch 0; make all cells from one model and one "
                        "encoded file",
                        from[i].path, from[0].path);
    StudyCell *pretrained = &study->pretrained;
    pretrained->condition = (Condition){.allocation = "pretrained", .layer = -1};
    grid_make(&pretrained->grid, 1, from->documents);
    pretrained->grid.seeds[0] = PRETRAINED_SEED;
    copy_losses(&pretrained->grid, 0, from, 0);
    return true;
}

static void add_answers(Grid *grid, const AskedPrompts *prompts)
{
    grid->prompts = prompts->items;
    grid->prompts_count = prompts->count;
    grid->claims_count = prompts->claims_count;
    grid->choice = alloc_zeroed(grid->seeds_count, prompts->count);
    grid->free = alloc_zeroed(grid->seeds_count, prompts->count);
    memset(grid->choice, UNSET, grid->seeds_count * prompts->count);
}

static int by_condition(const void *a, const void *b)
{
    return condition_compare(&((const StudyCell *)a)->condition,
                             &((const StudyCell *)b)->condition);
}

const StudyCell *study_find(const Study *study, const Condition *condition)
{
    StudyCell wanted = {.condition = *condition};
    return study->count == 0
               ? NULL
               : bsearch(&wanted, study->cells, study->count, sizeof wanted, by_condition);
}

/* The cell and the place of the seed in it that the row belongs to. */
static bool find_cell(const Study *study, const PredictionRow *read, const CsvRow *row,
                      const StudyCell **cell, size_t *seed, Error *error)
{
    char text[CONDITION_TEXT];
    *cell = study_find(study, &read->condition);
    for (*seed = 0; *cell && *seed < (*cell)->grid.seeds_count; ++*seed)
        if ((*cell)->grid.seeds[*seed] == read->seed)
            return true;
    return fail(error,
                "%s:%zu: %s, seed %" PRId64
                " is in no memory file; give the memory files these predictions came from",
                row->path, row->line, condition_text(&read->condition, text), read->seed);
}

/* The reading of predictions: which cells tell the pretrained model's answers, to which prompts. */
typedef struct {
    Study *study;
    uint8_t **told; /* (cells) (seeds, prompts) */
} Reader;

/* Each answer to its place; several files may tell the pretrained model's, and must agree. */
static bool take_answer(void *user, const CsvRow *row, Error *error)
{
    const Reader *reader = user;
    const Study *study = reader->study;
    PredictionRow read;
    const StudyCell *cell;
    size_t seed, place = 0;
    if (!prediction_row_read(&read, row, error) ||
        !find_cell(study, &read, row, &cell, &seed, error) ||
        !asked_prompts_find(&study->prompts, &read, row, &place, error))
        return false;
    bool pretrained = read.epoch == 0;
    if (!pretrained && read.epoch != cell->epoch)
        return true;
    const Grid *grid = pretrained ? &study->pretrained.grid : &cell->grid;
    size_t prompts = study->prompts.count, at = (pretrained ? 0 : seed) * prompts + place;
    uint8_t *told = &reader->told[cell - study->cells][seed * prompts + place];
    bool known = grid->choice[at] != UNSET;
    if (pretrained ? (*told)++ : known)
        return fail(error,
                    "%s:%zu: prompt %" PRId64 " is answered twice in one cell and epoch; "
                    "give each predictions file once",
                    row->path, row->line, read.prompt.id);
    if (known && (grid->choice[at] != read.choice || grid->free[at] != read.free))
        return fail(error,
                    "%s:%zu: conflicting epoch-0 answers for prompt %" PRId64 "; "
                    "make all cells from one model and one encoded file",
                    row->path, row->line, read.prompt.id);
    grid->choice[at] = (uint8_t)read.choice;
    grid->free[at] = (uint8_t)read.free;
    return true;
}

/* Every seed of the cell must have answered every prompt, at epoch 0 every one or none; `told`
 * (seeds, prompts) or NULL. */
static bool check_complete(const StudyCell *cell, const uint8_t *told, const char *path,
                           Error *error)
{
    char text[CONDITION_TEXT];
    const Grid *grid = &cell->grid;
    for (size_t i = 0; i < grid->seeds_count * grid->prompts_count; i++) {
        size_t seed = i / grid->prompts_count, first = seed * grid->prompts_count;
        bool part = told && told[i] != told[first];
        if (grid->choice[i] == UNSET || part)
            return fail(error,
                        "%s: among the predictions, prompt %" PRId64 " lacks an answer for %s, "
                        "seed %" PRId64 ", epoch %" PRId64 "; answer every cell",
                        path, grid->prompts[part && told[first] == 0 ? 0 : i - first].id,
                        condition_text(&cell->condition, text), grid->seeds[seed],
                        part ? 0 : cell->epoch);
    }
    return true;
}

static bool take_files(Reader *reader, char *const *paths, size_t count, Error *error)
{
    Study *study = reader->study;
    for (size_t i = 0; i < study->count; i++) {
        add_answers(&study->cells[i].grid, &study->prompts);
        reader->told[i] = alloc_zeroed(study->cells[i].grid.seeds_count, study->prompts.count);
    }
    for (size_t i = 0; i < count; i++)
        if (!csvfile_read(paths[i], prediction_columns, take_answer, reader, error))
            return false;
    for (size_t i = 0; i < study->count; i++)
        if (!check_complete(&study->cells[i], reader->told[i], paths[0], error))
            return false;
    return check_complete(&study->pretrained, NULL, paths[0], error);
}

static bool read_predictions(Study *study, char *const *paths, size_t count, Error *error)
{
    if (!asked_prompts_read(&study->prompts, paths[0], error))
        return false;
    add_answers(&study->pretrained.grid, &study->prompts);
    Reader reader = {.study = study, .told = alloc_zeroed(study->count, sizeof *reader.told)};
    bool ok = take_files(&reader, paths, count, error);
    for (size_t i = 0; i < study->count; i++)
        free(reader.told[i]);
    free(reader.told);
    return ok;
}

bool study_read(Study *study, char *const *paths, size_t count, Error *error)
{
    CellFiles files;
    CellLosses *cells = NULL;
    *study = (Study){0};
    bool ok = cell_files_part(&files, paths, count, error);
    size_t cells_count = files.memories_count;
    ok = ok && cell_losses_read_all(&cells, files.memories, cells_count, error) &&
         make_cells(study, cells, cells_count, error) &&
         read_predictions(study, files.predictions, files.predictions_count, error);
    cell_losses_free_all(cells, cells_count);
    cell_files_free(&files);
    if (!ok)
        study_free(study);
    return ok;
}

static void free_cell(StudyCell *cell)
{
    cell->grid.prompts = NULL; /* the study's */
    grid_free(&cell->grid);
    free(cell->shared);
}

void study_free(Study *study)
{
    for (size_t i = 0; i < study->count; i++)
        free_cell(&study->cells[i]);
    free_cell(&study->pretrained);
    free(study->cells);
    free(study->prompts.items);
    *study = (Study){0};
}
