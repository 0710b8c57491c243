/* The header is padded with spaces to a multiple of 8 bytes and wider elements come first. So every
 * tensor is aligned in the file. */
#include "file/safetensors.h"

#include "base/alloc.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { PAD = 8 };

void tensor_writer_metadata(TensorWriter *writer, const char *key, const char *value)
{
    if (!writer->metadata)
        writer->metadata = json_object();
    if (json_object_set_new(writer->metadata, key, json_string(value)) != 0)
        writer->not_utf8 = true;
}

void tensor_writer_add(TensorWriter *writer, const char *name, DType dtype, int rank,
                       const size_t *shape, const void *data)
{
    assert(rank >= 0 && rank <= TENSOR_RANK_LIMIT && dtype < DTYPE_COUNT);
    Tensor tensor = {.name = alloc_text(name), .dtype = dtype, .rank = rank, .data = data};
    bool fits = true;
    tensor.count = 1;
    for (int i = 0; i < rank; i++) {
        tensor.shape[i] = shape[i];
        fits = fits && size_mul(tensor.count, shape[i], &tensor.count);
    }
    fits = fits && size_mul(tensor.count, dtype_size(dtype), &tensor.bytes) &&
           size_add(writer->wanted, tensor.bytes, &writer->wanted);
    assert(fits && "a tensor's bytes can be counted");
    writer->tensors =
        alloc_grow(writer->tensors, &writer->capacity, writer->count + 1, sizeof *writer->tensors);
    writer->tensors[writer->count++] = tensor;
}

/* Sorts the tensors by element size, largest first, otherwise keeping their order. */
static void sort_by_width(TensorWriter *writer)
{
    Tensor *sorted = alloc_zeroed(writer->count, sizeof *sorted);
    size_t placed = 0;
    for (size_t width = 8; width > 0; width /= 2)
        for (size_t i = 0; i < writer->count; i++)
            if (dtype_size(writer->tensors[i].dtype) == width)
                sorted[placed++] = writer->tensors[i];
    assert(placed == writer->count);
    free(writer->tensors);
    writer->tensors = sorted;
    writer->capacity = placed;
}

/* The header's entry of a tensor whose data begin at `begin`; new reference. */
static json_t *entry_json(const Tensor *tensor, size_t begin)
{
    json_t *shape = json_array(), *offsets = json_array(), *entry = json_object();
    for (int i = 0; i < tensor->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)tensor->shape[i]));
    json_array_append_new(offsets, json_integer((json_int_t)begin));
    json_array_append_new(offsets, json_integer((json_int_t)(begin + tensor->bytes)));
    json_object_set_new(entry, "dtype", json_string(dtype_name(tensor->dtype)));
    json_object_set_new(entry, "shape", shape);
    json_object_set_new(entry, "data_offsets", offsets);
    return entry;
}

/* The header as text, owned by the caller; NULL if a name or text is not UTF-8. */
static char *header_text(TensorWriter *writer)
{
    json_t *header = json_object();
    bool ok = !writer->not_utf8;
    size_t begin = 0;
    if (writer->metadata)
        json_object_set(header, "__metadata__", writer->metadata);
    for (size_t i = 0; ok && i < writer->count; i++) {
        const Tensor *tensor = &writer->tensors[i];
        assert(begin % dtype_size(tensor->dtype) == 0 && "wider elements come first");
        assert(!json_object_get(header, tensor->name) && "names are distinct");
        ok = json_object_set_new(header, tensor->name, entry_json(tensor, begin)) == 0;
        begin += tensor->bytes;
    }
    char *text = ok ? json_dumps(header, JSON_COMPACT) : NULL;
    json_decref(header);
    return text;
}

bool tensor_writer_begin(TensorWriter *writer, Out *out, Error *error)
{
    static const char spaces[PAD + 1] = "        ";
    char *text = header_text(writer);
    size_t length = text ? strlen(text) : 0, padded = (length + PAD - 1) / PAD * PAD;
    unsigned char size[8];
    if (!text || padded > TENSOR_HEADER_LIMIT) {
        free(text);
        tensor_writer_free(writer);
        return length ? fail(error,
                             "%s: its header would pass the format's %d bytes; "
                             "write fewer tensors",
                             out->path, TENSOR_HEADER_LIMIT)
                      : fail(error,
                             "%s: a tensor's name or a metadata text is not UTF-8; "
                             "rename the file or tensor it comes from",
                             out->path);
    }
    for (int i = 0; i < 8; i++)
        size[i] = (unsigned char)((uint64_t)padded >> 8 * i);
    out_bytes(out, size, sizeof size);
    out_bytes(out, text, length);
    out_bytes(out, spaces, padded - length);
    free(text);
    return true;
}

void tensor_writer_append(TensorWriter *writer, Out *out, const void *bytes, size_t count)
{
    assert(count <= writer->wanted - writer->appended && "no more bytes than declared");
    out_bytes(out, bytes, count);
    writer->appended += count;
}

void *tensor_writer_map(TensorWriter *writer, Out *out, Error *error)
{
    assert(writer->appended == 0);
    writer->appended = writer->wanted;
    return out_map(out, writer->wanted, error);
}

void tensor_writer_end(TensorWriter *writer)
{
    assert(writer->appended == writer->wanted && "all bytes declared were written");
    tensor_writer_free(writer);
}

bool tensor_writer_finite(TensorWriter *writer, const Out *out, Error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < writer->count; i++) {
        const Tensor *tensor = &writer->tensors[i];
        if (dtype_fits(tensor->dtype, DTYPE_ANY_FLOAT) &&
            tensors_not_finite(tensor) < tensor->count)
            ok = fail(error,
                      "%s: tensor '%s' would hold a number that is not finite; train it with a "
                      "lower rate",
                      out->path, tensor->name);
    }
    if (!ok)
        tensor_writer_free(writer);
    return ok;
}

bool tensor_writer_write(TensorWriter *writer, Out *out, Error *error)
{
    sort_by_width(writer);
    if (!tensor_writer_begin(writer, out, error))
        return false;
    for (size_t i = 0; i < writer->count; i++) {
        assert(writer->tensors[i].data || writer->tensors[i].bytes == 0);
        tensor_writer_append(writer, out, writer->tensors[i].data, writer->tensors[i].bytes);
    }
    tensor_writer_end(writer);
    return true;
}

void tensor_writer_free(TensorWriter *writer)
{
    for (size_t i = 0; i < writer->count; i++)
        free((char *)writer->tensors[i].name);
    free(writer->tensors);
    json_decref(writer->metadata);
    *writer = (TensorWriter){0};
}
