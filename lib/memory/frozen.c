/* The prefix must hold rows for exactly the corpus's texts, and for those kinds of them that it
 * says it has. */
#include "memory/frozen.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Leaves out what the prefix was made without. Its metadata `texts` lists what it has; absent: all.
 */
static bool keep_texts(Frozen *frozen, Error *error)
{
    const char *texts = tensors_metadata(&frozen->prefix, "texts");
    Error inner;
    return !texts || encoded_keep(&frozen->encoded, texts, &inner) ||
           fail(error, "%s: metadata texts: %s", frozen->prefix.path, inner.text);
}

bool frozen_open(Frozen *frozen, const FrozenPaths *paths, Error *error)
{
    *frozen = (Frozen){0};
    bool ok =
        model_open(&frozen->model, paths->model, (size_t)paths->float_budget << 20, error) &&
        encoded_open(&frozen->encoded, paths->encoded, error) &&
        model_fits(&frozen->model, frozen->encoded.largest_id, frozen->encoded.longest, error) &&
        (!paths->prefix ||
         (tensors_open(&frozen->prefix, paths->prefix, error) && keep_texts(frozen, error)));
    if (!ok)
        frozen_close(frozen);
    return ok;
}

void frozen_close(Frozen *frozen)
{
    tensors_close(&frozen->prefix);
    encoded_close(&frozen->encoded);
    model_close(&frozen->model);
    free(frozen->embedded);
    frozen->embedded = NULL;
}

bool frozen_holds(const Frozen *frozen, TextKind kind, Error *error)
{
    return !frozen->encoded.left_out[kind] ||
           fail(error, "%s: holds no %s; make it again with prefix --texts that names them",
                frozen->prefix.path, encoded_kind(kind));
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

/* The embeddings of all texts, in the prefix's order. */
static void embed(Frozen *frozen)
{
    const Encoded *encoded = &frozen->encoded;
    size_t d = frozen->model.config.width;
    frozen->embedded = alloc_zeroed(encoded->rows, d * sizeof *frozen->embedded);
    int32_t *ids = alloc_zeroed(encoded->rows, sizeof *ids);
    const Batch all = {.rows = encoded->rows, .position = alloc_zeroed(encoded->rows, sizeof *ids)};
    for (size_t i = 0, total = encoded_total(encoded); i < total; i++) {
        EncodedText text = encoded_any(encoded, i);
        for (size_t t = 0; t < text.length; t++)
            ids[text.first_row + t] = encoded_id(encoded, &text, t);
    }
    model_embed(&frozen->model, frozen->embedded, ids, &all);
    free(ids), free(all.position);
}

bool frozen_enter(Frozen *frozen, size_t first, const float **rows, Error *error)
{
    if (first > 0)
        return frozen_rows(frozen, first - 1, rows, error);
    if (!frozen->embedded)
        embed(frozen);
    *rows = frozen->embedded;
    return true;
}
