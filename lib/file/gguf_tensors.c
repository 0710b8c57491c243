/* llama.cpp writes the tensors' data in the order of their entries, without gaps but for the
 * alignment. Nothing else is accepted: so no two tensors overlap, and every byte belongs to one. */
#include "base/alloc.h"
#include "file/gguf_cursor.h"

#include <stdlib.h>
#include <string.h>

enum { NAME_LIMIT = 1024, RANK_LIMIT = 4, ALIGNMENT = 32, ALIGNMENT_LIMIT = 1 << 20 };

/* GGUF's type numbers: those that docmem reads, and the names of others for the message. */
static const struct {
    uint32_t number;
    DType dtype;
} known[] = {{0, DTYPE_F32},   {1, DTYPE_F16},   {2, DTYPE_Q4_0},  {3, DTYPE_Q4_1},
             {6, DTYPE_Q5_0},  {7, DTYPE_Q5_1},  {8, DTYPE_Q8_0},  {10, DTYPE_Q2_K},
             {11, DTYPE_Q3_K}, {12, DTYPE_Q4_K}, {13, DTYPE_Q5_K}, {14, DTYPE_Q6_K},
             {24, DTYPE_I8},   {25, DTYPE_I16},  {26, DTYPE_I32},  {27, DTYPE_I64},
             {28, DTYPE_F64},  {30, DTYPE_BF16}};
static const char *const others[] = {
    [4] = "Q4_2",      [5] = "Q4_3",     [9] = "Q8_1",   [15] = "Q8_K",     [16] = "IQ2_XXS",
    [17] = "IQ2_XS",   [18] = "IQ3_XXS", [19] = "IQ1_S", [20] = "IQ4_NL",   [21] = "IQ3_S",
    [22] = "IQ2_S",    [23] = "IQ4_XS",  [29] = "IQ1_M", [31] = "Q4_0_4_4", [32] = "Q4_0_4_8",
    [33] = "Q4_0_8_8", [34] = "TQ1_0",   [35] = "TQ2_0", [39] = "MXFP4"};

static bool read_dtype(Tensor *tensor, uint32_t number, Error *error)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].number == number) {
            tensor->dtype = known[i].dtype;
            tensor->type = dtype_name(tensor->dtype);
            return true;
        }
    bool named = number < sizeof others / sizeof *others && others[number];
    return fail(error,
                "%s: tensor '%s': has type %u (%s), which docmem does not read; fetch the model as "
                "F16, BF16, Q8_0, Q6_K, Q5_K or Q4_K",
                tensor->file, tensor->name, (unsigned)number,
                named ? others[number] : "none of GGUF's");
}

/* Reads rank and shape. The file lists the columns first, a Tensor the rows. */
static bool read_shape(Tensor *tensor, GgufCursor *cursor)
{
    uint32_t rank;
    uint64_t size;
    if (!cursor_u32(cursor, &rank))
        return false;
    if (rank < 1 || rank > RANK_LIMIT)
        return fail(cursor->error,
                    "%s: tensor '%s': has %u sizes, not 1 to %d; fetch the file again",
                    tensor->file, tensor->name, (unsigned)rank, RANK_LIMIT);
    tensor->rank = (int)rank;
    tensor->count = 1;
    for (uint32_t i = 0; i < rank; i++) {
        if (!cursor_u64(cursor, &size))
            return false;
        tensor->shape[rank - 1 - i] = size;
        if (!size_mul(tensor->count, size, &tensor->count))
            return fail(cursor->error,
                        "%s: tensor '%s': its sizes make too many elements to count; fetch the "
                        "file again",
                        tensor->file, tensor->name);
    }
    return true;
}

/* Sets tensor->bytes; false if a row is not a whole number of blocks, or the bytes overflow. */
static bool count_bytes(Tensor *tensor, Error *error)
{
    size_t block = dtype_block(tensor->dtype), columns = tensor->shape[tensor->rank - 1];
    if (columns % block != 0)
        return fail(error,
                    "%s: tensor '%s': rows of %zu are not whole blocks of %zu, as %s has them; "
                    "fetch the file again",
                    tensor->file, tensor->name, columns, block, dtype_name(tensor->dtype));
    return size_mul(tensor->count / block, dtype_size(tensor->dtype), &tensor->bytes) ||
           fail(error,
                "%s: tensor '%s': its sizes make too many bytes to count; fetch the file again",
                tensor->file, tensor->name);
}

/* Reads one tensor's entry; *offset = where its data begin. */
static bool read_entry(TensorFile *file, Gguf *gguf, GgufCursor *cursor, uint64_t *offset)
{
    char *name;
    uint32_t type;
    if (!cursor_name(cursor, "the name of a tensor", NAME_LIMIT, &name))
        return false;
    gguf->names =
        alloc_grow(gguf->names, &gguf->names_capacity, gguf->names_count + 1, sizeof *gguf->names);
    gguf->names[gguf->names_count++] = name;
    file->tensors =
        alloc_grow(file->tensors, &file->capacity, file->count + 1, sizeof *file->tensors);
    Tensor *tensor = &file->tensors[file->count++];
    *tensor = (Tensor){.name = name, .file = cursor->path};
    return read_shape(tensor, cursor) && cursor_u32(cursor, &type) && cursor_u64(cursor, offset) &&
           read_dtype(tensor, type, cursor->error) && count_bytes(tensor, cursor->error);
}

static bool read_alignment(const Gguf *gguf, size_t *alignment, Error *error)
{
    double value = ALIGNMENT;
    bool ok =
        !gguf_find(gguf, "general.alignment") || gguf_number(gguf, "general.alignment", &value);
    ok = ok && value >= 1 && value <= ALIGNMENT_LIMIT;
    *alignment = ok ? (size_t)value : ALIGNMENT;
    return (ok && (*alignment & (*alignment - 1)) == 0) ||
           fail(error, "%s: general.alignment is not a power of two up to %d; fetch the file again",
                gguf->path, ALIGNMENT_LIMIT);
}

/* Sets where each tensor's data are: it must begin where the one before it ends, rounded up to the
 * alignment. `offsets` (file->count) are counted from `data`, which has `size` bytes. */
static bool place_tensors(TensorFile *file, const uint64_t *offsets, const char *data, size_t size,
                          size_t alignment, Error *error)
{
    size_t reached = 0;
    for (size_t i = 0; i < file->count; i++) {
        Tensor *tensor = &file->tensors[i];
        if (offsets[i] != reached)
            return fail(error,
                        "%s: tensor '%s': begins at %llu of the data, not at %zu, behind the one "
                        "before it; fetch the file again",
                        tensor->file, tensor->name, (unsigned long long)offsets[i], reached);
        if (reached > size || tensor->bytes > size - reached)
            return fail(error,
                        "%s: tensor '%s': its %zu bytes at %zu pass the file's end; fetch the "
                        "file again",
                        tensor->file, tensor->name, tensor->bytes, reached);
        tensor->data = data + reached;
        reached += tensor->bytes; /* no overflow: both are within the file */
        reached += (alignment - reached % alignment) % alignment;
    }
    return size <= reached || file->count == 0 ||
           fail(error, "%s: %zu bytes after the last tensor belong to none; fetch it again",
                file->path, size - reached);
}

bool gguf_read_tensors(TensorFile *file, TensorShard *shard, GgufCursor *cursor, uint64_t count)
{
    uint64_t *offsets = NULL;
    size_t capacity = 0, alignment;
    bool ok = read_alignment(shard->gguf, &alignment, cursor->error);
    for (uint64_t i = 0; ok && i < count; i++) {
        offsets = alloc_grow(offsets, &capacity, (size_t)i + 1, sizeof *offsets);
        ok = read_entry(file, shard->gguf, cursor, &offsets[i]);
    }
    size_t head = (size_t)(cursor->at - cursor->begin);
    size_t pad = (alignment - head % alignment) % alignment;
    if (ok && count && (ok = cursor_has(cursor, pad)))
        ok = place_tensors(file, offsets, cursor->at + pad,
                           (size_t)(cursor->end - cursor->at) - pad, alignment, cursor->error);
    free(offsets);
    return ok;
}
