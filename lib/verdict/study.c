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
    *cell = (StudyCell){.condition = from->condition,
                        .start = from->start,
                        .parameters = from->parameters,
                        .entries = from->entries};
    cell->epoch = from->epochs[last];
    cell->shared = alloc_zeroed(seeds, sizeof *cell->shared);
    grid_make(&cell->grid, seeds, from->documents);
    for (size_t i = 0; i < seeds; i++) {
        size_t end = from[i].epochs_count - 1;
        if (from[i].epochs[end] != cell->epoch || from[i].parameters != cell->parameters ||
            !start_equal(from[i].start, cell->start))
            return fail(
                error,
                "%s: ends after another epoch or has another size or tier than %s, both %s; "
                "train both the same way",
                from[i].path, from->path, condition_text(&from->condition, text));
        cell->grid.seeds[i] = from[i].seed;
        cell->shared[i] = from[i].shared;
        copy_losses(&cell->grid, i, &from[i], end);
    }
    return true;
}

static bool check_start(const CellLosses *from, size_t i, size_t j, Error *error)
{
    return cell_losses_same_start(&from[i], &from[j]) ||
           fail(error,
                "%s: differs from %s at epoch 0; make all cells from one model and one encoded "
                "file",
                from[i].path, from[j].path);
}

/* The first cell that starts as cell i does. */
static size_t first_alike(const CellLosses *from, size_t i)
{
    size_t j = 0;
    while (!start_equal(from[j].start, from[i].start))
        j++;
    return j;
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
        if (!check_start(from, i, 0, error) || !check_start(from, i, first_alike(from, i), error))
            return false;
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

/* The reading of predictions: the pretrained model's answers as each cell tells them. */
typedef struct {
    const StudyCell *cell;
    size_t seed;
    const uint8_t *choice, *free; /* (prompts) */
} Teller;
typedef struct {
    Study *study;
    Grid *start;     /* (cells) with places for all, UNSET where a cell does not tell */
    Teller *tellers; /* (tellers_count) those that do, in the order of the cells */
    size_t tellers_count;
} Reader;

/* Each answer to its place. */
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
    if (read.epoch != 0 && read.epoch != cell->epoch)
        return true;
    const Grid *grid = read.epoch == 0 ? &reader->start[cell - study->cells] : &cell->grid;
    size_t at = seed * study->prompts.count + place;
    if (grid->choice[at] != UNSET)
        return fail(error,
                    "%s:%zu: prompt %" PRId64 " is answered twice in one cell and epoch; "
                    "give each predictions file once",
                    row->path, row->line, read.prompt.id);
    grid->choice[at] = (uint8_t)read.choice;
    grid->free[at] = (uint8_t)read.free;
    return true;
}

/* Every seed of the cell must have answered every prompt after `epoch`; where it may be silent,
 * every one or none. */
static bool check_complete(const StudyCell *cell, const Grid *grid, int64_t epoch, bool silent,
                           const char *path, Error *error)
{
    char text[CONDITION_TEXT];
    size_t prompts = grid->prompts_count;
    for (size_t seed = 0; seed < grid->seeds_count; seed++) {
        const uint8_t *choice = grid->choice + seed * prompts;
        size_t told = 0, lacking = prompts;
        for (size_t i = prompts; i-- > 0;)
            if (choice[i] == UNSET)
                lacking = i;
            else
                told++;
        if (told < prompts && (told > 0 || !silent))
            return fail(error,
                        "%s: among the predictions, prompt %" PRId64 " lacks an answer for %s, "
                        "seed %" PRId64 ", epoch %" PRId64 "; answer every cell",
                        path, grid->prompts[lacking].id, condition_text(&cell->condition, text),
                        grid->seeds[seed], epoch);
    }
    return true;
}

static void list_tellers(Reader *reader)
{
    const Study *study = reader->study;
    size_t seeds = 0, prompts = study->prompts.count;
    for (size_t i = 0; i < study->count; i++)
        seeds += reader->start[i].seeds_count;
    reader->tellers = alloc_zeroed(seeds, sizeof *reader->tellers);
    for (size_t i = 0; i < study->count; i++)
        for (size_t seed = 0; seed < reader->start[i].seeds_count; seed++) {
            const uint8_t *choice = reader->start[i].choice + seed * prompts;
            if (*choice != UNSET)
                reader->tellers[reader->tellers_count++] = (Teller){
                    &study->cells[i], seed, choice, reader->start[i].free + seed * prompts};
        }
}

/* Whether two tell the same of the pretrained model. */
static bool check_tellers(const Teller *a, const Teller *b, size_t prompts, const char *path,
                          Error *error)
{
    char text[CONDITION_TEXT], other[CONDITION_TEXT];
    size_t most = start_answer_tolerance(a->cell->start, b->cell->start, prompts);
    size_t choice = start_answers_off(a->choice, b->choice, prompts);
    size_t written = start_answers_off(a->free, b->free, prompts);
    return (choice <= most && written <= most) ||
           fail(error,
                "%s: among the predictions, conflicting epoch-0 answers to %zu prompts of %s, seed "
                "%" PRId64 ", and of %s; make all cells from one model and one encoded file",
                path, choice > written ? choice : written,
                condition_text(&a->cell->condition, text), a->cell->grid.seeds[a->seed],
                condition_text(&b->cell->condition, other));
}

/* The pretrained model's answers are those of the first cell that tells them. The others must agree
 * with it, and with the first one that starts as they do. */
static bool take_pretrained(Reader *reader, const char *path, Error *error)
{
    const Grid *grid = &reader->study->pretrained.grid;
    const Teller *tellers = reader->tellers;
    size_t prompts = grid->prompts_count;
    if (reader->tellers_count > 0) {
        memcpy(grid->choice, tellers->choice, prompts);
        memcpy(grid->free, tellers->free, prompts);
    }
    for (size_t i = 0; i < reader->tellers_count; i++) {
        size_t alike = 0;
        while (!start_equal(tellers[alike].cell->start, tellers[i].cell->start))
            alike++;
        if (!check_tellers(&tellers[i], &tellers[0], prompts, path, error) ||
            !check_tellers(&tellers[i], &tellers[alike], prompts, path, error))
            return false;
    }
    return check_complete(&reader->study->pretrained, grid, 0, false, path, error);
}

static bool take_files(Reader *reader, char *const *paths, size_t count, Error *error)
{
    Study *study = reader->study;
    for (size_t i = 0; i < study->count; i++) {
        Grid *grid = &study->cells[i].grid;
        add_answers(grid, &study->prompts);
        reader->start[i] = (Grid){.seeds_count = grid->seeds_count, .seeds = grid->seeds};
        add_answers(&reader->start[i], &study->prompts);
    }
    for (size_t i = 0; i < count; i++)
        if (!csvfile_read(paths[i], prediction_columns, take_answer, reader, error))
            return false;
    for (size_t i = 0; i < study->count; i++) {
        const StudyCell *cell = &study->cells[i];
        if (!check_complete(cell, &cell->grid, cell->epoch, false, paths[0], error) ||
            !check_complete(cell, &reader->start[i], 0, true, paths[0], error))
            return false;
    }
    list_tellers(reader);
    return take_pretrained(reader, paths[0], error);
}

static bool read_predictions(Study *study, char *const *paths, size_t count, Error *error)
{
    if (!asked_prompts_read(&study->prompts, paths[0], error))
        return false;
    add_answers(&study->pretrained.grid, &study->prompts);
    Reader reader = {.study = study, .start = alloc_zeroed(study->count, sizeof *reader.start)};
    bool ok = take_files(&reader, paths, count, error);
    for (size_t i = 0; i < study->count; i++)
        free(reader.start[i].choice), free(reader.start[i].free);
    free(reader.start), free(reader.tellers);
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
