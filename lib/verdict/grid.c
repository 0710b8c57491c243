/* Files are sorted by layer and seed, and must then fill a whole grid; epochs and losses are copied
 * to their places. */
#include "verdict/grid.h"

#include "base/alloc.h"
#include "verdict/cell_losses.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lists layers and seeds of the sorted cells; every layer must have every seed once. */
static bool list_axes(Grid *grid, const CellLosses *cells, size_t count, Error *error)
{
    grid->layers = alloc_zeroed(count, sizeof *grid->layers);
    grid->seeds = alloc_zeroed(count, sizeof *grid->seeds);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || cells[i].condition.layer != cells[i - 1].condition.layer)
            grid->layers[grid->layers_count++] = cells[i].condition.layer;
        if (cells[i].condition.layer == cells[0].condition.layer)
            grid->seeds[grid->seeds_count++] = cells[i].seed;
    }
    for (size_t i = 0; i < count; i++)
        if (count != grid->layers_count * grid->seeds_count ||
            cells[i].condition.layer != grid->layers[i / grid->seeds_count] ||
            cells[i].seed != grid->seeds[i % grid->seeds_count])
            return fail(error,
                        "%s: layer %" PRId64 " and layer %" PRId64
                        " have different seeds; train every layer from the same seeds",
                        cells[i].path, cells[0].condition.layer, cells[i].condition.layer);
    return true;
}

/* Apart from their layers all cells are of one condition. */
static bool check_condition(Grid *grid, const CellLosses *cells, size_t count, Error *error)
{
    char text[CONDITION_TEXT], other[CONDITION_TEXT];
    grid->condition = cells[0].condition;
    for (size_t i = 0; i < count; i++) {
        Condition condition = cells[i].condition;
        condition.layer = grid->condition.layer;
        if (condition_compare(&condition, &grid->condition) != 0)
            return fail(error, "%s: is %s, not %s as %s; give cells of one condition",
                        cells[i].path, condition_text(&cells[i].condition, text),
                        condition_text(&grid->condition, other), cells[0].path);
    }
    return true;
}

/* Copies epochs and losses of all cells, which must agree in their sizes. */
static bool copy_losses(Grid *grid, const CellLosses *cells, size_t count, Error *error)
{
    size_t epochs = cells[0].epochs_count, documents = cells[0].documents;
    grid->epochs_count = epochs;
    grid->documents = documents;
    grid->epochs = alloc_zeroed(epochs, sizeof *grid->epochs);
    memcpy(grid->epochs, cells[0].epochs, epochs * sizeof *grid->epochs);
    grid->nll = alloc_zeroed(count * epochs, sizeof *grid->nll);
    grid->document_nll = alloc_zeroed(count * epochs, documents * sizeof *grid->document_nll);
    for (size_t i = 0; i < count; i++) {
        const CellLosses *cell = &cells[i];
        if (cell->epochs_count != epochs ||
            memcmp(cell->epochs, grid->epochs, epochs * sizeof *grid->epochs) != 0)
            return fail(error, "%s: has other epochs or documents than %s; train both the same way",
                        cell->path, cells[0].path);
        memcpy(grid->nll + i * epochs, cell->nll, epochs * sizeof *grid->nll);
        memcpy(grid->document_nll + i * epochs * documents, cell->document_nll,
               epochs * documents * sizeof *grid->document_nll);
    }
    return true;
}

/* Whether two cells tell the same of the pretrained model. */
static bool same_pretrained(const Grid *grid, const CellLosses *cells, size_t i, size_t j)
{
    size_t prompts = grid->prompts_count, step = grid->epochs_count * prompts;
    size_t most = start_answer_tolerance(cells[i].start, cells[j].start, prompts);
    return start_answers_off(grid->choice + i * step, grid->choice + j * step, prompts) <= most &&
           start_answers_off(grid->free + i * step, grid->free + j * step, prompts) <= most &&
           cell_losses_same_start(&cells[i], &cells[j]);
}

/* The pretrained model is one: its losses and answers must not depend on the cell, but for what a
 * stream in BF16 may change from layer to layer (start.h). */
static bool check_pretrained(const Grid *grid, const CellLosses *cells, size_t count, Error *error)
{
    for (size_t cell = 0; cell < count; cell++)
        if (!same_pretrained(grid, cells, cell, 0) ||
            !same_pretrained(grid, cells, cell, cell - cell % grid->seeds_count))
            return fail(error,
                        "%s: at epoch 0, layer %" PRId64 " with seed %" PRId64
                        " differs from the pretrained model of the first cell; make all cells "
                        "from one model and one encoded file",
                        cells[cell].path, cells[cell].condition.layer, cells[cell].seed);
    return true;
}

/* How far a stream in BF16 moves the pretrained model between the first layer and others. */
static void note_moves(Grid *grid, const CellLosses *cells, size_t count)
{
    double loss = 0;
    size_t answers = 0, prompts = grid->prompts_count, step = grid->epochs_count * prompts;
    for (size_t i = 0; i < count; i++) {
        size_t off = start_answers_off(grid->choice + i * step, grid->choice, prompts);
        loss = fmax(loss,
                    start_loss_off(cells[i].document_nll, cells->document_nll, cells->documents));
        answers = off > answers ? off : answers;
    }
    snprintf(grid->note.text, sizeof grid->note.text,
             "the stream below the memories was kept in BF16: before training, documents' losses "
             "differ by up to %.2g nats a token from layer to layer, and %zu of %zu answers",
             loss, answers, prompts);
}

bool grid_read(Grid *grid, char *const *paths, size_t count, Error *error)
{
    CellFiles files;
    CellLosses *cells = NULL;
    *grid = (Grid){0};
    bool ok = cell_files_part(&files, paths, count, error);
    size_t cells_count = files.memories_count;
    ok = ok && cell_losses_read_all(&cells, files.memories, cells_count, error) &&
         check_condition(grid, cells, cells_count, error) &&
         list_axes(grid, cells, cells_count, error) &&
         copy_losses(grid, cells, cells_count, error) &&
         grid_read_predictions(grid, files.predictions, files.predictions_count, error) &&
         check_pretrained(grid, cells, cells_count, error);
    if (ok && cells->start.rounded && grid->layers_count > 1)
        note_moves(grid, cells, cells_count);
    cell_losses_free_all(cells, cells_count);
    cell_files_free(&files);
    if (!ok)
        grid_free(grid);
    return ok;
}

void grid_free(Grid *grid)
{
    free(grid->layers);
    free(grid->seeds);
    free(grid->epochs);
    free(grid->nll);
    free(grid->document_nll);
    free(grid->prompts);
    free(grid->choice);
    free(grid->free);
    *grid = (Grid){0};
}
