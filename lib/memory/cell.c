/* The file's tensors and metadata are named here alone, for writing and for reading, which checks
 * every shape and number before it is used. */
#include "memory/cell.h"

#include "base/alloc.h"
#include "file/metadata.h"
#include "memory/frozen.h"
#include "memory/target.h"

#include <stdlib.h>
#include <string.h>

static const char *part_name(char text[64], const Cell *cell, size_t state, const MemoryPart *part)
{
    snprintf(text, 64, "epoch.%lld.%s", (long long)cell->epoch[state], part->name);
    return text;
}

void cell_make(Cell *cell, const Memory *memory, size_t states, size_t documents, size_t epochs)
{
    *cell = (Cell){.entries = memory->entries,
                   .width = memory->width,
                   .hidden = memory->hidden,
                   .query = memory->query,
                   .key = memory->key,
                   .variant = memory->variant,
                   .without_first = memory->without_first,
                   .states = states,
                   .documents = documents,
                   .epochs = epochs};
    cell->epoch = alloc_zeroed(states, sizeof *cell->epoch);
    cell->nll = alloc_zeroed(states, sizeof *cell->nll);
    cell->document_nll = alloc_zeroed(states, documents * sizeof *cell->document_nll);
    cell->train_loss = alloc_zeroed(epochs, sizeof *cell->train_loss);
    cell->parameters = alloc_zeroed(states, sizeof *cell->parameters);
}

Memory cell_shape(const Cell *cell)
{
    return (Memory){.width = cell->width,
                    .entries = cell->entries,
                    .variant = cell->variant,
                    .without_first = cell->without_first,
                    .hidden = cell->hidden,
                    .query = cell->query,
                    .key = cell->key};
}

/* What its parts are; returns their number. */
static int parts_of(const Cell *cell, MemoryPart parts[MEMORY_PARTS])
{
    Memory shape = cell_shape(cell);
    return memory_parts_of(&shape, parts);
}

bool cell_write(const Cell *cell, Out *out, Error *error)
{
    TensorWriter writer = {0};
    MemoryPart parts[MEMORY_PARTS];
    int count = parts_of(cell, parts);
    char name[64];
    metadata_add_int(&writer, "layer", cell->layer);
    metadata_add_int(&writer, "seed", cell->seed);
    metadata_add_int(&writer, "entries", cell->entries);
    metadata_add_int(&writer, "width", cell->width);
    tensor_writer_metadata(&writer, "variant", memory_variant_name(cell->variant));
    if (cell->without_first) /* so files of before are as they were */
        tensor_writer_metadata(&writer, "rows", memory_rows_name(true));
    frozen_add_stream(&writer, cell->rounded);
    if (memory_tunes(cell->variant)) {
        metadata_add_int(&writer, "hidden", cell->hidden);
        metadata_add_int(&writer, "query", cell->query);
        metadata_add_int(&writer, "key", cell->key);
    }
    tensor_writer_metadata(&writer, "target", cell->target);
    metadata_add_int(&writer, "parameters", cell_parameters(cell));
    metadata_add_real(&writer, "shared", cell_shared(cell));
    allocation_add(&cell->allocation, &writer);
    tensor_writer_add(&writer, "epochs", DTYPE_I64, 1, &cell->states, cell->epoch);
    tensor_writer_add(&writer, "nll", DTYPE_F64, 1, &cell->states, cell->nll);
    tensor_writer_add(&writer, "document_nll", DTYPE_F64, 2,
                      (size_t[]){cell->states, cell->documents}, cell->document_nll);
    tensor_writer_add(&writer, "train_loss", DTYPE_F64, 1, &cell->epochs, cell->train_loss);
    for (size_t i = 1; i < cell->states; i++) {
        const float *values = cell->parameters[i];
        for (int p = 0; p < count; values += parts[p++].count)
            tensor_writer_add(&writer, part_name(name, cell, i, &parts[p]), DTYPE_F32,
                              parts[p].rank, parts[p].shape, values);
    }
    return tensor_writer_finite(&writer, out, error) && tensor_writer_write(&writer, out, error);
}

/* The shape of the block whose own weights it is; such a memory masks nothing and leaves out no
 * row. */
static bool read_block(Cell *cell, const TensorFile *file, Error *error)
{
    uint64_t hidden, query, key;
    if (!memory_tunes(cell->variant))
        return true;
    if (!metadata_int(file, "hidden", 1 << 20, &hidden, error) ||
        !metadata_int(file, "query", 1 << 20, &query, error) ||
        !metadata_int(file, "key", 1 << 20, &key, error))
        return false;
    cell->hidden = (size_t)hidden, cell->query = (size_t)query, cell->key = (size_t)key;
    return (hidden > 0 && query > 0 && key > 0 && !cell->without_first &&
            !allocation_masks(&cell->allocation)) ||
           fail(error,
                "%s: metadata hidden, query or key is 0, or weights of a block have masks; make "
                "it again with the memorize stage",
                file->path);
}

static bool read_settings(Cell *cell, const TensorFile *file, Error *error)
{
    const char *variant = tensors_metadata(file, "variant"), *target;
    uint64_t layer, entries, width;
    target = tensors_metadata(file, "target");
    cell->variant = variant ? memory_variant_parse(variant) : MEMORY_VARIANTS;
    if (cell->variant == MEMORY_VARIANTS || !target)
        return fail(error,
                    "%s: metadata variant or target is missing or unknown; make it again with "
                    "the memorize stage",
                    file->path);
    const char *rows = tensors_metadata(file, "rows");
    if (rows && !memory_rows_parse(rows, &cell->without_first))
        return fail(error,
                    "%s: metadata rows is neither all nor without-first; make it again with the "
                    "memorize stage",
                    file->path);
    if (!metadata_int(file, "layer", 4096, &layer, error) ||
        !metadata_int(file, "seed", UINT64_MAX, &cell->seed, error) ||
        !metadata_int(file, "entries", 1 << 20, &entries, error) ||
        !metadata_int(file, "width", 1 << 20, &width, error))
        return false;
    if (entries == 0 || width == 0)
        return fail(error,
                    "%s: metadata entries or width is 0; make it again with the memorize stage",
                    file->path);
    cell->layer = (size_t)layer, cell->entries = (size_t)entries, cell->width = (size_t)width;
    cell->target = alloc_text(target);
    return frozen_stream(file, &cell->rounded, error) &&
           allocation_read(&cell->allocation, file, cell->entries, error) &&
           read_block(cell, file, error);
}

/* F64 tensor of any size in *shape (or TENSOR_ANY; filled in), copied. */
static bool read_doubles(const TensorFile *file, const char *name, int rank, size_t *shape,
                         double **values, Error *error)
{
    const Tensor *tensor;
    if (!tensors_want(file, name, DTYPE_F64, rank, shape, &tensor, error))
        return false;
    memcpy(shape, tensor->shape, (size_t)rank * sizeof *shape);
    *values = alloc_zeroed(tensor->count, sizeof **values);
    memcpy(*values, tensor->data, tensor->bytes);
    return true;
}

static bool read_losses(Cell *cell, const TensorFile *file, Error *error)
{
    const Tensor *epochs;
    size_t shape[1] = {TENSOR_ANY};
    if (!tensors_want(file, "epochs", DTYPE_I64, 1, shape, &epochs, error))
        return false;
    cell->states = epochs->count;
    cell->epoch = alloc_zeroed(epochs->count, sizeof *cell->epoch);
    tensors_to_int(epochs, 0, epochs->count, cell->epoch);
    bool rise = cell->states > 0 && cell->epoch[0] == 0;
    for (size_t i = 1; i < cell->states; i++)
        rise = rise && cell->epoch[i] > cell->epoch[i - 1];
    if (!rise)
        return fail(error, "%s: epochs do not rise from 0; make it again with the memorize stage",
                    file->path);
    size_t nll[1] = {cell->states}, documents[2] = {cell->states, TENSOR_ANY};
    size_t train[1] = {TENSOR_ANY};
    bool ok = read_doubles(file, "nll", 1, nll, &cell->nll, error) &&
              read_doubles(file, "document_nll", 2, documents, &cell->document_nll, error) &&
              read_doubles(file, "train_loss", 1, train, &cell->train_loss, error);
    cell->documents = documents[1];
    cell->epochs = train[0];
    return ok;
}

static bool read_state(Cell *cell, const TensorFile *file, size_t state, Error *error)
{
    MemoryPart parts[MEMORY_PARTS];
    const Tensor *tensor[MEMORY_PARTS];
    Memory memory, shape = cell_shape(cell);
    char name[64];
    int count = parts_of(cell, parts);
    for (int p = 0; p < count; p++) /* all sizes hold before any memory is asked for */
        if (!tensors_want(file, part_name(name, cell, state, &parts[p]), DTYPE_F32, parts[p].rank,
                          parts[p].shape, &tensor[p], error) ||
            !tensors_finite(tensor[p], error))
            return false;
    memory_make_like(&memory, &shape);
    float *values = cell->parameters[state] = memory.parameters;
    for (int p = 0; p < count; values += parts[p++].count)
        tensors_to_float(tensor[p], 0, tensor[p]->count, values);
    return true;
}

bool cell_read(Cell *cell, const char *path, Error *error)
{
    TensorFile file;
    *cell = (Cell){0};
    if (!tensors_open(&file, path, error))
        return false;
    bool ok = read_settings(cell, &file, error) && read_losses(cell, &file, error);
    if (ok && allocation_masks(&cell->allocation) && cell->allocation.documents != cell->documents)
        ok = fail(error,
                  "%s: allocation.mask and document_nll have different documents; make it "
                  "again with the memorize stage",
                  path);
    if (ok)
        cell->parameters = alloc_zeroed(cell->states, sizeof *cell->parameters);
    for (size_t i = 1; ok && i < cell->states; i++)
        ok = read_state(cell, &file, i, error);
    tensors_close(&file);
    if (!ok)
        cell_free(cell);
    return ok;
}

void cell_free(Cell *cell)
{
    for (size_t i = 1; cell->parameters && i < cell->states; i++)
        free(cell->parameters[i]);
    free(cell->parameters), free(cell->epoch), free(cell->nll);
    free(cell->document_nll), free(cell->train_loss);
    free((char *)cell->target);
    allocation_free(&cell->allocation);
    *cell = (Cell){0};
}

void cell_memory(const Cell *cell, size_t state, Memory *memory)
{
    Memory shape = cell_shape(cell);
    memory_make_like(memory, &shape);
    memcpy(memory->parameters, cell->parameters[state], memory->count * sizeof(float));
}

const char *cell_variant(const Cell *cell, char text[CELL_VARIANT_TEXT])
{
    snprintf(text, CELL_VARIANT_TEXT, "%s%s%s", memory_variant_name(cell->variant),
             cell->without_first ? "-" : "", cell->without_first ? memory_rows_name(true) : "");
    return text;
}

size_t cell_parameters(const Cell *cell)
{
    MemoryPart parts[MEMORY_PARTS];
    size_t count = 0;
    for (int i = parts_of(cell, parts); i-- > 0;)
        count += parts[i].count;
    return count;
}

double cell_shared(const Cell *cell)
{
    return allocation_shared(&cell->allocation, cell->width, cell_parameters(cell));
}

bool cell_continue(Cell *cell, const char *path, Memory *memory, Error *error)
{
    Cell start;
    if (!cell_read(&start, path, error))
        return false;
    bool ok = start.states > 1 && start.layer == cell->layer && start.seed == cell->seed &&
              start.width == cell->width && start.entries == cell->entries &&
              start.variant == cell->variant && start.without_first == cell->without_first &&
              start.hidden == cell->hidden && start.query == cell->query &&
              start.key == cell->key && start.documents == cell->documents &&
              allocation_equal(&start.allocation, &cell->allocation);
    if (!ok)
        fail(error,
             "%s: was trained at another layer, from another seed, or with another memory or "
             "allocation; start from a cell that differs in its target alone",
             path);
    else if (target_parse(start.target) == TARGETS)
        ok = fail(error, "%s: was itself started from a cell; start from one that was not", path);
    if (ok) {
        size_t size = strlen(start.target) + strlen("-then-") + strlen(cell->target) + 1;
        char *target = alloc_zeroed(size, 1);
        snprintf(target, size, "%s-then-%s", start.target, cell->target);
        free((char *)cell->target);
        cell->target = target;
        memcpy(memory->parameters, start.parameters[start.states - 1],
               memory->count * sizeof *memory->parameters);
    }
    cell_free(&start);
    return ok;
}
