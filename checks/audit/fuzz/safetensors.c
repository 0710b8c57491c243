/* Fuzz target: one safetensors file. */
#include "tensors.h"

static void run(const uint8_t *data, size_t size)
{
    tensors_run(fuzz_file(0, data, size));
}

const FuzzTarget fuzz_target = {"safetensors", run, 100000, 400, 50000, 40};
