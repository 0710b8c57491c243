/* A model in shards: each shard that the index names is opened (safetensors_shard.c), and those of
 * its tensors that the index places in another shard are dropped. Names are sorted for lookup. */
#include "file/safetensors.h"

#include "base/alloc.h"
#include "file/absent.h"
#include "file/json_strict.h"
#include "file/kind.h"
#include "file/safetensors_shard.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SHARDS_LIMIT = 4096 };
#define INDEX_NAME "model.safetensors.index.json"

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const Tensor *const *)a)->name, (*(const Tensor *const *)b)->name);
}

static void sort_names(TensorFile *file)
{
    file->by_name = alloc_zeroed(file->count, sizeof *file->by_name);
    for (size_t i = 0; i < file->count; i++)
        file->by_name[i] = &file->tensors[i];
    qsort(file->by_name, file->count, sizeof *file->by_name, by_name);
}

/* Checks that names differ. In safetensors the JSON reader does that; a GGUF file may repeat
 * one. */
static bool check_names(const TensorFile *file, Error *error)
{
    for (size_t i = 1; i < file->count; i++)
        if (strcmp(file->by_name[i - 1]->name, file->by_name[i]->name) == 0)
            return fail(error, "%s: tensor '%s': stands there twice; fetch the file again",
                        file->path, file->by_name[i]->name);
    return true;
}

static char *join_path(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = alloc_zeroed(size, 1);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static json_t *load_index(const char *path, Error *error)
{
    struct stat status;
    json_error_t problem;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        fail(error,
             "%s: cannot be read, nor is there a model.safetensors beside it; "
             "name a folder with a model's weights",
             path);
        return NULL;
    }
    if (status.st_size > TENSOR_HEADER_LIMIT) {
        fail(error, "%s: %lld bytes are too many for an index; check the file", path,
             (long long)status.st_size);
        return NULL;
    }
    FILE *stream = fopen(path, "rb");
    if (!stream) {
        fail(error, "%s: cannot be read (%s); check its permissions", path, errno_text());
        return NULL;
    }
    json_t *index = json_python_file(stream, JSON_REJECT_DUPLICATES, &problem);
    if (!index && ferror(stream))
        fail(error, "%s: cannot be read whole (%s); check the disk", path, errno_text());
    else if (!index && !kind_tell_file(path, KIND_TEXT, error))
        fail(error, "%s:%d: is not sound JSON (%s); fetch it again", path, problem.line,
             problem.text);
    fclose(stream);
    return index;
}

/* Whether a shard's name is that of a file in the model's own folder: an index must not lead
 * elsewhere. */
static bool is_plain_name(const char *name)
{
    return *name && *name != '.' && !strpbrk(name, "/\\");
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Lists the distinct shard names of the weight_map, sorted. The caller frees the list, also after a
 * failure; the names are borrowed from the map. */
static bool list_shards(const char *path, json_t *map, const char ***names, size_t *count,
                        Error *error)
{
    const char *tensor;
    json_t *value;
    size_t kept = 0;
    *count = 0;
    *names = alloc_zeroed(json_object_size(map), sizeof **names);
    json_object_foreach (map, tensor, value) {
        const char *name = json_string_value(value);
        if (!name || !is_plain_name(name))
            return fail(error,
                        "%s: tensor '%s': '%s' is not the name of a file beside it; "
                        "fetch the index again",
                        path, tensor, name ? name : "(no text)");
        (*names)[(*count)++] = name;
    }
    qsort(*names, *count, sizeof **names, by_text);
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || strcmp((*names)[i], (*names)[kept - 1]) != 0)
            (*names)[kept++] = (*names)[i];
    *count = kept;
    if (kept == 0 || kept > SHARDS_LIMIT)
        return fail(error, "%s: names %zu shards, not 1 to %d; fetch the index again", path, kept,
                    SHARDS_LIMIT);
    return true;
}

/* Of the tensors from `first` on, all from `shard`, drops those that the map places elsewhere. */
static void keep_mapped(TensorFile *file, size_t first, const char *shard, const json_t *map)
{
    size_t kept = first;
    for (size_t i = first; i < file->count; i++) {
        const char *place = json_string_value(json_object_get(map, file->tensors[i].name));
        if (!place || strcmp(place, shard) == 0)
            file->tensors[kept++] = file->tensors[i];
    }
    file->count = kept;
}

bool tensors_complete(const TensorFile *file, bool (*may_lack)(const char *name), Error *error)
{
    const char *name;
    json_t *value;
    json_object_foreach (json_object_get(file->index, "weight_map"), name, value)
        if (!tensors_find(file, name) && !(may_lack && may_lack(name)))
            return fail(error,
                        "%s/%s: tensor '%s': is not in %s; fetch both again, or take the index "
                        "that belongs to the shards",
                        file->path, INDEX_NAME, name, json_string_value(value));
    return true;
}

static bool open_shards(TensorFile *file, const char *path, const char *index_path, json_t *index,
                        Error *error)
{
    json_t *map = json_object_get(index, "weight_map");
    const char **names;
    size_t count;
    if (!json_is_object(map))
        return fail(error, "%s: has no weight_map from tensors to shards; fetch it again",
                    index_path);
    bool ok = list_shards(index_path, map, &names, &count, error);
    for (size_t i = 0; ok && i < count; i++) {
        size_t first = file->count;
        ok = shard_open(file, join_path(path, names[i]), error);
        if (ok)
            keep_mapped(file, first, names[i], map);
    }
    free(names);
    if (ok)
        sort_names(file);
    for (size_t i = 1; ok && i < file->count; i++)
        if (strcmp(file->by_name[i - 1]->name, file->by_name[i]->name) == 0)
            ok = fail(error,
                      "%s: tensor '%s': is in two shards, and the index does not say which counts; "
                      "fetch the index again",
                      index_path, file->by_name[i]->name);
    return ok;
}

static bool open_folder(TensorFile *file, const char *path, Error *error)
{
    struct stat status;
    char *single = join_path(path, "model.safetensors");
    if (stat(single, &status) == 0) {
        bool ok = shard_open(file, single, error);
        if (ok)
            sort_names(file);
        return ok;
    }
    char *index_path = join_path(path, INDEX_NAME);
    bool told = stat(index_path, &status) != 0 && absent_tell(single, ABSENT_WEIGHTS, error);
    free(single);
    file->index = told ? NULL : load_index(index_path, error);
    bool ok = file->index && open_shards(file, path, index_path, file->index, error);
    free(index_path);
    return ok;
}

bool tensors_open(TensorFile *file, const char *path, Error *error)
{
    struct stat status;
    bool ok;
    *file = (TensorFile){.path = alloc_text(path)};
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        ok = open_folder(file, path, error);
    } else {
        ok = shard_open(file, alloc_text(path), error);
        if (ok)
            sort_names(file);
        ok = ok && check_names(file, error);
    }
    if (!ok)
        tensors_close(file);
    return ok;
}

void tensors_close(TensorFile *file)
{
    for (size_t i = 0; i < file->shards_count; i++)
        shard_close(&file->shards[i]);
    free(file->shards);
    free(file->tensors);
    free(file->by_name);
    json_decref(file->index);
    free(file->path);
    *file = (TensorFile){0};
}

const Tensor *tensors_find(const TensorFile *file, const char *name)
{
    Tensor wanted = {.name = name};
    const Tensor *key = &wanted;
    const Tensor **found =
        bsearch(&key, file->by_name, file->count, sizeof *file->by_name, by_name);
    return found ? *found : NULL;
}

/* Writes a shape as "(512, 64)", with "any" for TENSOR_ANY. */
static void shape_text(char *text, size_t size, int rank, const size_t *shape)
{
    int length = snprintf(text, size, "(");
    for (int i = 0; i < rank; i++) {
        const char *comma = i ? ", " : "";
        length += shape[i] == TENSOR_ANY
                      ? snprintf(text + length, size - (size_t)length, "%sany", comma)
                      : snprintf(text + length, size - (size_t)length, "%s%zu", comma, shape[i]);
    }
    snprintf(text + length, size - (size_t)length, ")");
}

bool tensors_want(const TensorFile *file, const char *name, DType dtype, int rank,
                  const size_t *shape, const Tensor **tensor, Error *error)
{
    enum { TEXT = TENSOR_RANK_LIMIT * 24 };
    char wanted[TEXT], found[TEXT];
    assert(rank >= 0 && rank <= TENSOR_RANK_LIMIT);
    const Tensor *t = tensors_find(file, name);
    if (!t)
        return fail(error,
                    "%s: tensor '%s': is missing; check that the file is complete and of "
                    "the kind wanted here",
                    file->path, name);
    bool fits = dtype_fits(t->dtype, dtype) && t->rank == rank;
    for (int i = 0; fits && i < rank; i++)
        fits = shape[i] == TENSOR_ANY || shape[i] == t->shape[i];
    if (!fits) {
        shape_text(wanted, TEXT, rank, shape);
        shape_text(found, TEXT, t->rank, t->shape);
        return fail(error, "%s: tensor '%s': is %s %s but %s %s is wanted; %s", t->file, name,
                    t->type, found, dtype_name(dtype), wanted,
                    dtype == DTYPE_ANY_FLOAT && !dtype_fits(t->dtype, dtype)
                        ? "take the file in F32, F16 or BF16"
                        : "check that this file and its settings belong together");
    }
    *tensor = t;
    return true;
}

const char *tensors_metadata(const TensorFile *file, const char *key)
{
    for (size_t i = 0; i < file->shards_count; i++) {
        const json_t *metadata = json_object_get(file->shards[i].header, "__metadata__");
        const char *text = json_string_value(json_object_get(metadata, key));
        if (text)
            return text;
    }
    return NULL;
}

/* Where element `first` lies; asserts that all `count` elements exist and are whole blocks. */
static const char *element_place(const Tensor *tensor, size_t first, size_t count)
{
    assert(first <= tensor->count && count <= tensor->count - first);
    size_t block = dtype_block(tensor->dtype);
    assert(first % block == 0 && count % block == 0);
    return (const char *)tensor->data + first / block * dtype_size(tensor->dtype);
}

/* Releases the pages that lie wholly within a large tensor; when needed they are read again. */
static void let_go(const Tensor *tensor)
{
    enum { LARGE = 1 << 24 };
    if (tensor->bytes < LARGE)
        return;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = (uintptr_t)tensor->data;
    uintptr_t first = (from + page - 1) / page * page, end = (from + tensor->bytes) / page * page;
    if (end > first)
        madvise((void *)first, end - first, MADV_DONTNEED);
}

size_t tensors_not_finite(const Tensor *tensor)
{
    enum { CHUNK = 1 << 12 };
    float values[CHUNK];
    double wide;
    for (size_t i = 0; tensor->dtype == DTYPE_F64 && i < tensor->count; i++) {
        memcpy(&wide, (const char *)tensor->data + i * sizeof wide, sizeof wide);
        if (!isfinite(wide))
            return i;
    }
    for (size_t first = 0; tensor->dtype != DTYPE_F64 && first < tensor->count; first += CHUNK) {
        size_t n = tensor->count - first < CHUNK ? tensor->count - first : CHUNK;
        tensors_to_float(tensor, first, n, values);
        for (size_t i = 0; i < n; i++)
            if (!isfinite(values[i]))
                return first + i;
    }
    return tensor->count;
}

bool tensors_finite(const Tensor *tensor, Error *error)
{
    size_t at = tensors_not_finite(tensor);
    let_go(tensor);
    return at == tensor->count ||
           fail(error,
                "%s: tensor '%s': element %zu is not a finite number; get or make the file again",
                tensor->file, tensor->name, at);
}

void tensors_to_float(const Tensor *tensor, size_t first, size_t count, float *out)
{
    dtype_to_float(tensor->dtype, element_place(tensor, first, count), count, out);
}

void tensors_to_int(const Tensor *tensor, size_t first, size_t count, int64_t *out)
{
    dtype_to_int(tensor->dtype, element_place(tensor, first, count), count, out);
}

/* The place at which row number `row` is stored (see TensorRows). */
static size_t stored_row(const TensorRows *rows, size_t row)
{
    size_t s = row % rows->unit, b = row / rows->unit % rows->inner;
    size_t a = row / rows->unit / rows->inner % rows->outer;
    size_t group = rows->outer * rows->inner * rows->unit;
    return row / group * group + (b * rows->outer + a) * rows->unit + s;
}

void tensors_part_to_float(const Tensor *tensor, size_t row, size_t width, size_t column,
                           size_t count, float *out)
{
    size_t stored = tensor->rows.outer ? stored_row(&tensor->rows, row) : row;
    tensors_to_float(tensor, stored * width + column, count, out);
}

void tensors_rows_to_float(const Tensor *tensor, size_t first, size_t count, size_t columns,
                           float *out)
{
    if (!tensor->rows.outer) {
        tensors_to_float(tensor, first * columns, count * columns, out);
        return;
    }
    for (size_t i = 0; i < count; i++)
        tensors_part_to_float(tensor, first + i, columns, 0, columns, out + i * columns);
}

bool tensors_aligned(const Tensor *tensor)
{
    return dtype_block(tensor->dtype) == 1 &&
           (uintptr_t)tensor->data % dtype_size(tensor->dtype) == 0;
}
