/* The grid of trained cells: what each layer, seed and saved epoch stored, and how it answered. */
#include "grid.h"

#include "grid_predictions.h"
#include "mem.h"
#include "safetensors.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EPOCHS_LIMIT = 100000, NUMBER_LIMIT = 1000000000 };
/* The pretrained loss as measured above different layers may differ by rounding only. */
static const double PRETRAINED_TOLERANCE = 1e-4;

typedef struct {
    TensorFile file;
    int64_t layer, seed;
    size_t epochs_count, documents;
    int64_t *epochs;
    const Tensor *nll, *document_nll;
} Cell;

static bool read_metadata(const TensorFile *file, const char *key, int64_t *number, Error *error)
{
    const char *text = tensors_metadata(file, key);
    char *end = NULL;
    errno = 0;
    *number = text ? strtoll(text, &end, 10) : 0;
    if (!text || end == text || *end || errno || *number < 0 || *number > NUMBER_LIMIT)
        return fail(error,
                    "%s: its metadata has no number '%s'; give memory files written by memorize",
                    file->path, key);
    return true;
}

static bool read_epochs(Cell *cell, Error *error)
{
    const Tensor *tensor;
    if (!tensors_want(&cell->file, "epochs", DTYPE_I64, 1, (const size_t[]){0}, &tensor, error))
        return false;
    cell->epochs_count = tensor->count;
    if (tensor->count < 2 || tensor->count > EPOCHS_LIMIT)
        return fail(error, "%s: has %zu saved epochs; save the first (0) and at least one more",
                    cell->file.path, tensor->count);
    cell->epochs = mem_alloc(tensor->count, sizeof *cell->epochs);
    tensors_to_int(tensor, 0, tensor->count, cell->epochs);
    for (size_t i = 0; i < tensor->count; i++)
        if (i == 0 ? cell->epochs[0] != 0 : cell->epochs[i] <= cell->epochs[i - 1])
            return fail(error,
                        "%s: saved epochs must start with 0 and ascend; train the cell again",
                        cell->file.path);
    return true;
}

static bool cell_open(Cell *cell, const char *path, Error *error)
{
    if (!tensors_open(&cell->file, path, error) ||
        !read_metadata(&cell->file, "layer", &cell->layer, error) ||
        !read_metadata(&cell->file, "seed", &cell->seed, error) || !read_epochs(cell, error))
        return false;
    const size_t shape[] = {cell->epochs_count, 0};
    if (!tensors_want(&cell->file, "nll", DTYPE_F64, 1, shape, &cell->nll, error) ||
        !tensors_want(&cell->file, "document_nll", DTYPE_F64, 2, shape, &cell->document_nll, error))
        return false;
    cell->documents = cell->document_nll->shape[1];
    if (cell->documents == 0)
        return fail(error, "%s: document_nll holds no document; train the cell again", path);
    return true;
}

static void cell_close(Cell *cell)
{
    free(cell->epochs);
    tensors_close(&cell->file);
}

static int by_layer_and_seed(const void *a, const void *b)
{
    const Cell *x = a, *y = b;
    if (x->layer != y->layer)
        return x->layer < y->layer ? -1 : 1;
    return (x->seed > y->seed) - (x->seed < y->seed);
}

/* Lists layers and seeds of the sorted cells; every layer must have every seed once. */
static bool list_axes(Grid *grid, const Cell *cells, size_t count, Error *error)
{
    grid->layers = mem_alloc(count, sizeof *grid->layers);
    grid->seeds = mem_alloc(count, sizeof *grid->seeds);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || cells[i].layer != cells[i - 1].layer)
            grid->layers[grid->layers_count++] = cells[i].layer;
        if (cells[i].layer == cells[0].layer)
            grid->seeds[grid->seeds_count++] = cells[i].seed;
    }
    for (size_t i = 1; i < count; i++)
        if (by_layer_and_seed(&cells[i], &cells[i - 1]) == 0)
            return fail(error,
                        "%s: layer %" PRId64 ", seed %" PRId64 " is there twice; give it once",
                        cells[i].file.path, cells[i].layer, cells[i].seed);
    for (size_t i = 0; i < count; i++)
        if (count != grid->layers_count * grid->seeds_count ||
            cells[i].layer != grid->layers[i / grid->seeds_count] ||
            cells[i].seed != grid->seeds[i % grid->seeds_count])
            return fail(error,
                        "%s: layer %" PRId64 " and layer %" PRId64
                        " have different seeds; train every layer from the same seeds",
                        cells[i].file.path, cells[0].layer, cells[i].layer);
    return true;
}

/* Copies epochs and losses of all cells, which must agree in their sizes. */
static bool copy_losses(Grid *grid, const Cell *cells, size_t count, Error *error)
{
    size_t epochs = cells[0].epochs_count, documents = cells[0].documents;
    grid->epochs_count = epochs;
    grid->documents = documents;
    grid->epochs = mem_alloc(epochs, sizeof *grid->epochs);
    memcpy(grid->epochs, cells[0].epochs, epochs * sizeof *grid->epochs);
    grid->nll = mem_alloc(count * epochs, sizeof *grid->nll);
    grid->document_nll = mem_alloc(count * epochs, documents * sizeof *grid->document_nll);
    for (size_t i = 0; i < count; i++) {
        const Cell *cell = &cells[i];
        if (cell->epochs_count != epochs || cell->documents != documents ||
            memcmp(cell->epochs, grid->epochs, epochs * sizeof *grid->epochs) != 0)
            return fail(error, "%s: has other epochs or documents than %s; train both the same way",
                        cell->file.path, cells[0].file.path);
        double *nll = grid->nll + i * epochs;
        double *document_nll = grid->document_nll + i * epochs * documents;
        memcpy(nll, cell->nll->data, cell->nll->bytes);
        memcpy(document_nll, cell->document_nll->data, cell->document_nll->bytes);
        for (size_t j = 0; j < epochs * documents; j++)
            if (!isfinite(document_nll[j]) || !isfinite(nll[j / documents]))
                return fail(error,
                            "%s: the loss of document %zu at epoch %" PRId64
                            " is not finite; train the cell again",
                            cell->file.path, j % documents, grid->epochs[j / documents]);
    }
    return true;
}

static bool read_cells(Grid *grid, Cell *cells, char *const *paths, size_t count, Error *error)
{
    for (size_t i = 0; i < count; i++)
        if (!cell_open(&cells[i], paths[i], error))
            return false;
    qsort(cells, count, sizeof *cells, by_layer_and_seed);
    return list_axes(grid, cells, count, error) && copy_losses(grid, cells, count, error);
}

/* The pretrained model is one: its losses and answers must not depend on the cell. */
static bool check_pretrained(const Grid *grid, const char *path, Error *error)
{
    size_t documents = grid->documents, prompts = grid->prompts_count;
    for (size_t cell = 0; cell < grid->layers_count * grid->seeds_count; cell++) {
        size_t at = cell * grid->epochs_count;
        bool same = memcmp(grid->choice + at * prompts, grid->choice, prompts) == 0 &&
                    memcmp(grid->free + at * prompts, grid->free, prompts) == 0;
        for (size_t i = 0; i < documents; i++)
            same = same && fabs(grid->document_nll[at * documents + i] - grid->document_nll[i]) <=
                               PRETRAINED_TOLERANCE;
        if (!same)
            return fail(error,
                        "%s: at epoch 0, layer %" PRId64 " with seed %" PRId64
                        " differs from the pretrained model of the first cell; make all cells "
                        "from one model and one encoded file",
                        path, grid->layers[cell / grid->seeds_count],
                        grid->seeds[cell % grid->seeds_count]);
    }
    return true;
}

static bool is_csv(const char *path)
{
    size_t length = strlen(path);
    return length >= 4 && strcmp(path + length - 4, ".csv") == 0;
}

bool grid_read(Grid *grid, char *const *paths, size_t count, Error *error)
{
    *grid = (Grid){0};
    char **memories = mem_alloc(count + 1, sizeof *memories);
    char **predictions = mem_alloc(count + 1, sizeof *predictions);
    size_t memories_count = 0, predictions_count = 0;
    for (size_t i = 0; i < count; i++)
        if (is_csv(paths[i]))
            predictions[predictions_count++] = paths[i];
        else
            memories[memories_count++] = paths[i];
    Cell *cells = mem_alloc(memories_count + 1, sizeof *cells);
    bool ok = true;
    if (memories_count == 0 || predictions_count == 0)
        ok = fail(error, "command line: names %zu memory files and %zu predictions; give both",
                  memories_count, predictions_count);
    ok = ok && read_cells(grid, cells, memories, memories_count, error) &&
         grid_read_predictions(grid, predictions, predictions_count, error) &&
         check_pretrained(grid, memories[0], error);
    for (size_t i = 0; i < memories_count; i++)
        cell_close(&cells[i]);
    free(cells);
    free(memories);
    free(predictions);
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
