/* The format's rules are checked in this order: the header's length, its JSON, each tensor's entry,
 * and that the tensors cover the data exactly. GGUF is recognized by its first bytes, whatever the
 * file's name. */
#include "file/safetensors_shard.h"

#include "base/alloc.h"
#include "file/gguf.h"
#include "file/json_strict.h"
#include "file/kind.h"
#include "file/mapped.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LENGTH_BYTES = 8 };

static bool map_shard(TensorShard *shard, Error *error)
{
    struct stat status;
    int descriptor = open(shard->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        fail(error, "%s: cannot be read (%s); check the path and its permissions", shard->path,
             errno_text());
    } else if (!S_ISREG(status.st_mode)) {
        fail(error, "%s: is not a file; name a .safetensors file or a model's folder", shard->path);
    } else if (status.st_size < LENGTH_BYTES) {
        fail(error, "%s: %lld bytes are too few for a safetensors file; fetch it again",
             shard->path, (long long)status.st_size);
    } else {
        shard->bytes = (size_t)status.st_size;
        shard->map = mmap(NULL, shard->bytes, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (shard->map == MAP_FAILED) {
            shard->map = NULL;
            fail(error, "%s: cannot be mapped (%s); check the memory limit (ulimit -v)",
                 shard->path, errno_text());
        } else {
            shard->watch = mapped_watch(shard->map, shard->bytes, shard->path);
        }
    }
    if (descriptor >= 0)
        close(descriptor);
    return shard->map != NULL;
}

static bool check_metadata(const TensorShard *shard, Error *error)
{
    json_t *metadata = json_object_get(shard->header, "__metadata__"), *value;
    const char *key;
    if (metadata && !json_is_null(metadata) && !json_is_object(metadata))
        return fail(error, "%s: __metadata__ is not an object; write the file again", shard->path);
    json_object_foreach (metadata, key, value)
        if (!json_is_string(value))
            return fail(error, "%s: __metadata__ '%s' is not a text; write the file again",
                        shard->path, key);
    return true;
}

/* Parses the header; the data begin at byte *start of the file. */
static bool read_header(TensorShard *shard, size_t *start, Error *error)
{
    const unsigned char *bytes = shard->map;
    uint64_t length = 0;
    for (int i = 0; i < LENGTH_BYTES; i++)
        length |= (uint64_t)bytes[i] << 8 * i;
    if (length > TENSOR_HEADER_LIMIT)
        return fail(error,
                    "%s: a header of %llu bytes is over the format's limit of %d; "
                    "check that it is a safetensors file",
                    shard->path, (unsigned long long)length, TENSOR_HEADER_LIMIT);
    if (length > shard->bytes - LENGTH_BYTES)
        return fail(error, "%s: the header's %llu bytes pass the file's end; fetch it again",
                    shard->path, (unsigned long long)length);
    if (length == 0 || bytes[LENGTH_BYTES] != '{')
        return fail(error,
                    "%s:%d: the header does not start with '{'; "
                    "check that it is a safetensors file",
                    shard->path, LENGTH_BYTES);
    json_error_t problem;
    shard->header = json_strict((const char *)bytes + LENGTH_BYTES, (size_t)length,
                                JSON_REJECT_DUPLICATES, &problem);
    if (!shard->header)
        return fail(error, "%s:%d: the header is not sound JSON (%s); fetch or write it again",
                    shard->path, LENGTH_BYTES + problem.position, problem.text);
    *start = LENGTH_BYTES + (size_t)length;
    return check_metadata(shard, error);
}

/* Reads a JSON integer that is not negative. */
static bool read_size(const json_t *value, size_t *size)
{
    json_int_t number = json_integer_value(value);
    *size = (size_t)number;
    return json_is_integer(value) && number >= 0 && (uintmax_t)number <= SIZE_MAX;
}

/* Sets tensor->rank, shape, count and bytes from the entry's "shape"; of DTYPE_OTHER no bytes
 * yet. */
static bool read_shape(Tensor *tensor, const json_t *shape, Error *error)
{
    if (!json_is_array(shape) || json_array_size(shape) > TENSOR_RANK_LIMIT)
        return fail(error,
                    "%s: tensor '%s': shape is not a list of at most %d numbers; "
                    "write the file again",
                    tensor->file, tensor->name, TENSOR_RANK_LIMIT);
    tensor->rank = (int)json_array_size(shape);
    tensor->count = 1;
    for (int i = 0; i < tensor->rank; i++) {
        if (!read_size(json_array_get(shape, (size_t)i), &tensor->shape[i]))
            return fail(error,
                        "%s: tensor '%s': shape contains an invalid size; "
                        "write the file again",
                        tensor->file, tensor->name);
        if (!size_mul(tensor->count, tensor->shape[i], &tensor->count))
            return fail(error,
                        "%s: tensor '%s': its shape has too many elements to count; "
                        "write the file again",
                        tensor->file, tensor->name);
    }
    if (tensor->dtype != DTYPE_OTHER &&
        !size_mul(tensor->count, dtype_size(tensor->dtype), &tensor->bytes))
        return fail(error,
                    "%s: tensor '%s': its shape has too many bytes to count; "
                    "write the file again",
                    tensor->file, tensor->name);
    return true;
}

/* Reads one entry of the header: type, shape, and its place in `data` (`size` bytes). */
static bool read_entry(Tensor *tensor, const json_t *entry, const char *data, size_t size,
                       Error *error)
{
    const json_t *dtype = json_object_get(entry, "dtype");
    const json_t *offsets = json_object_get(entry, "data_offsets");
    size_t begin, end;
    if (!json_is_object(entry) || !json_is_string(dtype))
        return fail(error, "%s: tensor '%s': has no dtype; write the file again", tensor->file,
                    tensor->name);
    tensor->type = json_string_value(dtype);
    tensor->dtype = dtype_parse(tensor->type);
    if (!read_shape(tensor, json_object_get(entry, "shape"), error))
        return false;
    if (!json_is_array(offsets) || json_array_size(offsets) != 2 ||
        !read_size(json_array_get(offsets, 0), &begin) ||
        !read_size(json_array_get(offsets, 1), &end) || begin > end)
        return fail(error,
                    "%s: tensor '%s': data_offsets are not a begin and an end; "
                    "write the file again",
                    tensor->file, tensor->name);
    if (end > size)
        return fail(error,
                    "%s: tensor '%s': ends at %zu of %zu bytes of data; "
                    "the file is cut short, fetch it again",
                    tensor->file, tensor->name, end, size);
    if (tensor->dtype == DTYPE_OTHER)
        tensor->count = tensor->bytes = end - begin;
    if (end - begin != tensor->bytes)
        return fail(error,
                    "%s: tensor '%s': its shape takes %zu bytes but its offsets span %zu; "
                    "write the file again",
                    tensor->file, tensor->name, tensor->bytes, end - begin);
    tensor->data = data + begin;
    return true;
}

static int by_place(const void *a, const void *b)
{
    const Tensor *x = a, *y = b;
    uintptr_t p = (uintptr_t)x->data, q = (uintptr_t)y->data;
    if (p != q)
        return p < q ? -1 : 1;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Checks that the tensors (count), sorted by place, cover the `size` bytes of `data` exactly. */
static bool check_cover(const TensorShard *shard, const Tensor *tensors, size_t count,
                        const char *data, size_t size, Error *error)
{
    const char *reached = data;
    for (size_t i = 0; i < count; i++) {
        const char *begin = tensors[i].data;
        if (begin != reached)
            return fail(error, "%s: tensor '%s': %s before it; write the file again", shard->path,
                        tensors[i].name, begin < reached ? "overlaps the one" : "bytes lie unused");
        reached = begin + tensors[i].bytes;
    }
    if (reached != data + size)
        return fail(error, "%s: %zu bytes after the last tensor belong to none; fetch it again",
                    shard->path, (size_t)(data + size - reached));
    return true;
}

/* Appends the shard's tensors to the file's, in the order of their data. */
static bool read_tensors(TensorFile *file, TensorShard *shard, size_t start, Error *error)
{
    const char *data = (const char *)shard->map + start, *name;
    size_t size = shard->bytes - start, first = file->count;
    json_t *entry;
    json_object_foreach (shard->header, name, entry) {
        if (strcmp(name, "__metadata__") == 0)
            continue;
        file->tensors =
            alloc_grow(file->tensors, &file->capacity, file->count + 1, sizeof *file->tensors);
        Tensor *tensor = &file->tensors[file->count++];
        *tensor = (Tensor){.name = name, .file = shard->path};
        if (!read_entry(tensor, entry, data, size, error))
            return false;
    }
    if (file->count == first)
        return check_cover(shard, NULL, 0, data, size, error);
    qsort(file->tensors + first, file->count - first, sizeof *file->tensors, by_place);
    return check_cover(shard, file->tensors + first, file->count - first, data, size, error);
}

bool shard_open(TensorFile *file, char *path, Error *error)
{
    size_t start;
    file->shards = alloc_grow(file->shards, &file->shards_capacity, file->shards_count + 1,
                              sizeof *file->shards);
    TensorShard *shard = &file->shards[file->shards_count++];
    *shard = (TensorShard){.path = path};
    if (!map_shard(shard, error))
        return false;
    if (memcmp(shard->map, "GGUF", 4) == 0)
        return gguf_read(file, shard, error);
    if (!read_header(shard, &start, error)) {
        kind_tell(path, KIND_TENSORS, shard->map, shard->bytes, error);
        return false;
    }
    return read_tensors(file, shard, start, error);
}

void shard_close(TensorShard *shard)
{
    mapped_forget(shard->watch);
    if (shard->map)
        munmap(shard->map, shard->bytes);
    json_decref(shard->header);
    gguf_free(shard->gguf);
    free(shard->path);
    *shard = (TensorShard){0};
}
