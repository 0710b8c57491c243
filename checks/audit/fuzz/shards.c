/* Fuzz target: a model's folder: the index and two shards, parted by `####` in the input. */
#include "tensors.h"

static void run(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"model.safetensors.index.json", "a.safetensors",
                                        "b.safetensors", NULL};
    const uint8_t *end = data + size;
    for (int i = 0; i < 3; i++) {
        const uint8_t *mark = i < 2 ? memmem(data, (size_t)(end - data), "####", 4) : NULL;
        fuzz_file(i, data, (size_t)((mark ? mark : end) - data));
        data = mark ? mark + 4 : end;
    }
    tensors_run(fuzz_folder(names));
}

const FuzzTarget fuzz_target = {"shards", run, 100000, 400, 50000, 40};
