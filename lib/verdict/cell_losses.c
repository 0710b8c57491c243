#include "verdict/cell_losses.h"

#include "base/alloc.h"
#include "file/metadata.h"
#include "memory/frozen.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EPOCHS_LIMIT = 100000 };

static bool read_epochs(CellLosses *cell, const TensorFile *file, Error *error)
{
    const Tensor *tensor;
    if (!tensors_want(file, "epochs", DTYPE_I64, 1, (const size_t[]){TENSOR_ANY}, &tensor, error))
        return false;
    cell->epochs_count = tensor->count;
    if (tensor->count < 2 || tensor->count > EPOCHS_LIMIT)
        return fail(error, "%s: has %zu saved epochs; save the first (0) and at least one more",
                    file->path, tensor->count);
    cell->epochs = alloc_zeroed(tensor->count, sizeof *cell->epochs);
    tensors_to_int(tensor, 0, tensor->count, cell->epochs);
    for (size_t i = 0; i < tensor->count; i++)
        if (i == 0 ? cell->epochs[0] != 0 : cell->epochs[i] <= cell->epochs[i - 1])
            return fail(error,
                        "%s: saved epochs must start with 0 and ascend; train the cell again",
                        file->path);
    return true;
}

static bool check_finite(const CellLosses *cell, Error *error)
{
    for (size_t i = 0; i < cell->epochs_count * cell->documents; i++)
        if (!isfinite(cell->document_nll[i]) || !isfinite(cell->nll[i / cell->documents]))
            return fail(error,
                        "%s: the loss of document %zu at epoch %" PRId64
                        " is not finite; train the cell again",
                        cell->path, i % cell->documents, cell->epochs[i / cell->documents]);
    return true;
}

static bool read_losses(CellLosses *cell, const TensorFile *file, Error *error)
{
    const Tensor *nll, *document_nll;
    const size_t shape[] = {cell->epochs_count, TENSOR_ANY};
    if (!tensors_want(file, "nll", DTYPE_F64, 1, shape, &nll, error) ||
        !tensors_want(file, "document_nll", DTYPE_F64, 2, shape, &document_nll, error))
        return false;
    cell->documents = document_nll->shape[1];
    if (cell->documents == 0)
        return fail(error, "%s: document_nll holds no document; train the cell again", file->path);
    cell->nll = alloc_zeroed(nll->count, sizeof *cell->nll);
    cell->document_nll = alloc_zeroed(document_nll->count, sizeof *cell->document_nll);
    memcpy(cell->nll, nll->data, nll->bytes);
    memcpy(cell->document_nll, document_nll->data, document_nll->bytes);
    return check_finite(cell, error);
}

static void free_cell(CellLosses *cell)
{
    free(cell->path);
    free(cell->epochs);
    free(cell->nll);
    free(cell->document_nll);
    *cell = (CellLosses){0};
}

/* After its condition. */
static bool read_start(CellLosses *cell, const TensorFile *file, Error *error)
{
    MemoryVariant variant = memory_variant_parse(tensors_metadata(file, "variant"));
    cell->start.first = memory_first(variant, (size_t)cell->condition.layer);
    return frozen_stream(file, &cell->start.rounded, error);
}

/* Reads one file. False, with the reason and nothing kept, when it is damaged, has no epoch beyond
 * 0, no document, or a loss that is not finite. */
static bool read_cell(CellLosses *cell, const char *path, Error *error)
{
    TensorFile file;
    uint64_t seed = 0, parameters = 0, entries = 0;
    *cell = (CellLosses){.path = alloc_text(path)};
    bool ok = tensors_open(&file, path, error);
    if (ok) {
        ok = condition_of_cell(&cell->condition, &file, error) && read_start(cell, &file, error) &&
             metadata_int(&file, "seed", INT64_MAX, &seed, error) &&
             metadata_real(&file, "shared", 0, 1, &cell->shared, error) &&
             metadata_int(&file, "parameters", INT64_MAX, &parameters, error) &&
             metadata_int(&file, "entries", INT64_MAX, &entries, error) &&
             read_epochs(cell, &file, error) && read_losses(cell, &file, error);
        tensors_close(&file);
    }
    cell->seed = (int64_t)seed;
    cell->parameters = (int64_t)parameters;
    cell->entries = (int64_t)entries;
    if (!ok)
        free_cell(cell);
    return ok;
}

static int by_condition_and_seed(const void *a, const void *b)
{
    const CellLosses *x = a, *y = b;
    int order = condition_compare(&x->condition, &y->condition);
    return order ? order : (x->seed > y->seed) - (x->seed < y->seed);
}

/* The neighbours of the sorted cells must differ, and know the same documents. */
static bool check_neighbours(const CellLosses *cells, size_t count, Error *error)
{
    char text[CONDITION_TEXT];
    for (size_t i = 1; i < count; i++) {
        if (by_condition_and_seed(&cells[i], &cells[i - 1]) == 0)
            return fail(error, "%s: %s, seed %" PRId64 " is there twice; give it once",
                        cells[i].path, condition_text(&cells[i].condition, text), cells[i].seed);
        if (cells[i].documents != cells[0].documents)
            return fail(error, "%s: has other epochs or documents than %s; train both the same way",
                        cells[i].path, cells[0].path);
    }
    return true;
}

bool cell_losses_read_all(CellLosses **cells, char *const *paths, size_t count, Error *error)
{
    *cells = alloc_zeroed(count, sizeof **cells);
    for (size_t i = 0; i < count; i++)
        if (!read_cell(&(*cells)[i], paths[i], error))
            return false;
    qsort(*cells, count, sizeof **cells, by_condition_and_seed);
    return check_neighbours(*cells, count, error);
}

void cell_losses_free_all(CellLosses *cells, size_t count)
{
    for (size_t i = 0; cells && i < count; i++)
        free_cell(&cells[i]);
    free(cells);
}

bool cell_losses_same_start(const CellLosses *a, const CellLosses *b)
{
    return start_loss_off(a->document_nll, b->document_nll, a->documents) <=
           start_loss_tolerance(a->start, b->start);
}

static bool is_csv(const char *path)
{
    size_t length = strlen(path);
    return length >= 4 && strcmp(path + length - 4, ".csv") == 0;
}

bool cell_files_part(CellFiles *files, char *const *paths, size_t count, Error *error)
{
    *files = (CellFiles){.memories = alloc_zeroed(count + 1, sizeof *files->memories),
                         .predictions = alloc_zeroed(count + 1, sizeof *files->predictions)};
    for (size_t i = 0; i < count; i++)
        if (is_csv(paths[i]))
            files->predictions[files->predictions_count++] = paths[i];
        else
            files->memories[files->memories_count++] = paths[i];
    return (files->memories_count > 0 && files->predictions_count > 0) ||
           fail(error, "command line: names %zu memory files and %zu predictions; give both",
                files->memories_count, files->predictions_count);
}

void cell_files_free(CellFiles *files)
{
    free(files->memories);
    free(files->predictions);
}
