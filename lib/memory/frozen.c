/* The prefix must hold rows for exactly the corpus's texts, and for those kinds of them that it
 * says it has. */
#include "memory/frozen.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Widened {
    float *rows; /* (encoded.rows, width) */
    bool has[TEXT_KINDS];
} Widened;

/* Leaves out what the prefix was made without. Its metadata `texts` lists what it has; absent: all.
 */
static bool keep_texts(Frozen *frozen, Error *error)
{
    const char *texts = tensors_metadata(&frozen->prefix, "texts");
    Error inner;
    return !texts || encoded_keep(&frozen->encoded, texts, &inner) ||
           fail(error, "%s: metadata texts: %s", frozen->prefix.path, inner.text);
}

void frozen_add_stream(TensorWriter *writer, bool rounded)
{
    if (rounded) /* so files of before are as they were */
        tensor_writer_metadata(writer, "stream", "bf16");
}

bool frozen_stream(const TensorFile *file, bool *rounded, Error *error)
{
    const char *text = tensors_metadata(file, "stream");
    *rounded = text && strcmp(text, "bf16") == 0;
    return !text || *rounded ||
           fail(error, "%s: metadata stream is not bf16; make it again with this docmem's stages",
                file->path);
}

bool frozen_open(Frozen *frozen, const FrozenPaths *paths, Error *error)
{
    *frozen = (Frozen){0};
    bool ok =
        model_open(&frozen->model, paths->model, (size_t)paths->float_budget << 20, error) &&
        encoded_open(&frozen->encoded, paths->encoded, error) &&
        model_fits(&frozen->model, frozen->encoded.largest_id, frozen->encoded.longest, error) &&
        (!paths->prefix ||
         (tensors_open(&frozen->prefix, paths->prefix, error) && keep_texts(frozen, error) &&
          frozen_stream(&frozen->prefix, &frozen->rounded, error)));
    if (!ok)
        frozen_close(frozen);
    return ok;
}

void frozen_close(Frozen *frozen)
{
    for (size_t l = 0; frozen->widened && l < frozen->model.config.blocks; l++)
        free(frozen->widened[l].rows);
    free(frozen->widened);
    frozen->widened = NULL;
    tensors_close(&frozen->prefix);
    encoded_close(&frozen->encoded);
    model_close(&frozen->model);
    free(frozen->embedded);
    frozen->embedded = NULL;
}

static bool holds(const Frozen *frozen, TextKind kind, Error *error)
{
    return !frozen->encoded.left_out[kind] ||
           fail(error, "%s: holds no %s; make it again with prefix --texts that names them",
                frozen->prefix.path, encoded_kind(kind));
}

/* The values of h.<layer>, which is in BF16, as float32, in the rows of that kind of texts and of
 * those asked for before. What nobody asks for is not touched, and so takes no memory. */
static const float *widen(Frozen *frozen, size_t layer, TextKind kind, const Tensor *tensor)
{
    const Encoded *encoded = &frozen->encoded;
    size_t d = frozen->model.config.width, count = encoded->count[kind];
    if (!frozen->widened)
        frozen->widened = alloc_zeroed(frozen->model.config.blocks, sizeof *frozen->widened);
    Widened *widened = &frozen->widened[layer];
    if (!widened->rows)
        widened->rows = alloc_scratch(tensor->count, sizeof *widened->rows);
    if (!widened->has[kind] && count > 0) {
        EncodedText first = encoded_text(encoded, kind, 0),
                    last = encoded_text(encoded, kind, count - 1);
        size_t from = first.first_row * d, end = (last.first_row + last.length) * d;
        dtype_to_float(tensor->dtype, (const char *)tensor->data + from * dtype_size(tensor->dtype),
                       end - from, widened->rows + from);
    }
    widened->has[kind] = true;
    return widened->rows;
}

bool frozen_rows(Frozen *frozen, size_t layer, TextKind kind, const float **rows, Error *error)
{
    char name[32];
    size_t shape[2] = {frozen->encoded.rows, frozen->model.config.width};
    assert(frozen->prefix.path);
    snprintf(name, sizeof name, "h.%zu", layer);
    const Tensor *tensor;
    if (!holds(frozen, kind, error) ||
        !tensors_want(&frozen->prefix, name, frozen->rounded ? DTYPE_BF16 : DTYPE_F32, 2, shape,
                      &tensor, error))
        return false;
    if (!tensors_aligned(tensor))
        return fail(error, "%s: %s is not aligned; make it again with the prefix stage",
                    frozen->prefix.path, name);
    if (!tensors_finite(tensor, error))
        return false;
    *rows = frozen->rounded ? widen(frozen, layer, kind, tensor) : tensor->data;
    return true;
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

bool frozen_enter(Frozen *frozen, size_t first, TextKind kind, const float **rows, Error *error)
{
    if (first > 0)
        return frozen_rows(frozen, first - 1, kind, rows, error);
    if (!holds(frozen, kind, error))
        return false;
    if (!frozen->embedded)
        embed(frozen);
    *rows = frozen->embedded;
    return true;
}
