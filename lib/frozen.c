/* The frozen side of a run: a model, the corpus as its token ids, and the corpus's activations. */
#include "frozen.h"

#include <assert.h>
#include <stdio.h>

bool frozen_open(Frozen *frozen, const char *model, const char *encoded, const char *prefix,
                 size_t float_budget, Error *error)
{
    *frozen = (Frozen){0};
    bool ok =
        model_open(&frozen->model, model, float_budget, error) &&
        encoded_open(&frozen->encoded, encoded, error) &&
        model_fits(&frozen->model, frozen->encoded.largest_id, frozen->encoded.longest, error) &&
        (!prefix || tensors_open(&frozen->prefix, prefix, error));
    if (!ok)
        frozen_close(frozen);
    return ok;
}

void frozen_close(Frozen *frozen)
{
    tensors_close(&frozen->prefix);
    encoded_close(&frozen->encoded);
    model_close(&frozen->model);
}

bool frozen_rows(const Frozen *frozen, size_t layer, const float **rows, Error *error)
{
    char name[32];
    const Tensor *tensor;
    size_t shape[2] = {frozen->encoded.rows, frozen->model.config.width};
    assert(frozen->prefix.path);
    snprintf(name, sizeof name, "h.%zu", layer);
    if (!tensors_want(&frozen->prefix, name, DTYPE_F32, 2, shape, &tensor, error))
        return false;
    if (!tensors_aligned(tensor))
        return fail(error, "%s: %s is not aligned; make it again with the prefix stage",
                    frozen->prefix.path, name);
    *rows = tensor->data;
    return tensors_finite(tensor, error);
}
