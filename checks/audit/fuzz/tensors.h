/* What the safetensors targets check of a file that was opened. */
#ifndef DOCMEM_FUZZ_TENSORS_H
#define DOCMEM_FUZZ_TENSORS_H
#include "file/safetensors.h"
#include "fuzz.h"

#include <string.h>

static inline const TensorShard *tensors_shard(const TensorFile *file, const Tensor *tensor)
{
    for (size_t i = 0; i < file->shards_count; i++)
        if (file->shards[i].path == tensor->file)
            return &file->shards[i];
    return NULL;
}

/* Every byte and every element lies in the file and can be read; the bytes' sum. */
static inline uint64_t tensors_check(const TensorFile *file)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < file->count; i++) {
        const Tensor *tensor = &file->tensors[i];
        const TensorShard *shard = tensors_shard(file, tensor);
        const char *bytes = tensor->data, *map = shard ? shard->map : NULL;
        size_t count = 1;
        fuzz_check(shard && tensor->rank >= 0 && tensor->rank <= TENSOR_RANK_LIMIT);
        for (int j = 0; j < tensor->rank; j++)
            count *= tensor->shape[j];
        fuzz_check((count == tensor->count || tensor->dtype == DTYPE_OTHER) &&
                   tensor->bytes ==
                       tensor->count / dtype_block(tensor->dtype) * dtype_size(tensor->dtype));
        fuzz_check(bytes >= map + 8 && bytes + tensor->bytes <= map + shard->bytes);
        fuzz_check(tensors_find(file, tensor->name) == tensor && fuzz_is_text(tensor->name));
        for (size_t j = 0; j < tensor->bytes; j++)
            sum = sum * 31 + (unsigned char)bytes[j];
        enum { STEP = 256 }; /* a multiple of every block */
        float real[STEP];
        int64_t whole[STEP];
        for (size_t j = 0; j < count && j < 4 * STEP; j += STEP) {
            if (dtype_fits(tensor->dtype, DTYPE_ANY_FLOAT))
                tensors_to_float(tensor, j, count - j < STEP ? count - j : STEP, real);
            if (dtype_fits(tensor->dtype, DTYPE_ANY_INT))
                tensors_to_int(tensor, j, count - j < STEP ? count - j : STEP, whole);
        }
    }
    return sum;
}

static inline void tensors_run(const char *path)
{
    TensorFile file;
    Error error;
    const Tensor *tensor;
    if (!tensors_open(&file, path, &error)) {
        fuzz_check(!file.shards && !file.tensors && !file.path);
        fuzz_refused(&error, path);
        return;
    }
    fuzz_accepted("tensors", file.count);
    fuzz_accepted("bytes", tensors_check(&file));
    const char *text = tensors_metadata(&file, "seed");
    fuzz_check(!text || fuzz_is_text(text));
    if (!tensors_want(&file, "a", DTYPE_ANY_FLOAT, 2, (size_t[]){2, TENSOR_ANY}, &tensor, &error))
        fuzz_check(strchr(error.text, ';') && fuzz_is_text(error.text));
    tensors_close(&file);
}

/* ---- Mutating a header with its length, which blind changes would break ---------------------- */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t limit) __attribute__((weak));
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t limit, unsigned seed)
{
    static uint8_t header[1 << 16];
    uint64_t length = 0;
    for (int i = 7; i >= 0 && size >= 8; i--)
        length = length << 8 | data[i];
    size_t rest = size - 8 - (size_t)length, room = limit - 8 - rest;
    if (seed % 4 == 0 || size < 8 || length > size - 8 || limit < 8 + rest || room > sizeof header)
        return LLVMFuzzerMutate(data, size, limit);
    memcpy(header, data + 8, (size_t)length);
    size_t mutated = LLVMFuzzerMutate(header, (size_t)length, room);
    memmove(data + 8 + mutated, data + 8 + length, rest);
    memcpy(data + 8, header, mutated);
    for (int i = 0; i < 8; i++)
        data[i] = (uint8_t)((uint64_t)mutated >> 8 * i);
    return 8 + mutated + rest;
}

#endif
