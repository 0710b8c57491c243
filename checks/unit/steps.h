/* A reference case of training steps: its file, the model it names, its documents below a memory.
 */
#ifndef DOCMEM_STEPS_H
#define DOCMEM_STEPS_H
#include "memory/train.h"

#include "walk.h"

enum { DOCUMENTS = 8, IDS = 256 };

typedef struct {
    TensorFile file;
    Model model;
    size_t layer; /* the memory stands after this block, or is its own weights */
    TrainSettings settings;
    int32_t ids[IDS];
    float *h; /* (all rows, d) */
    MemoryText texts[DOCUMENTS];
} Steps;

/* A tensor of the file; the number `index` of one of doubles; a copy of one of integers. The test
 * fails where there is none. */
static inline const Tensor *steps_find(const Steps *steps, const char *name)
{
    const Tensor *tensor = tensors_find(&steps->file, name);
    if (!tensor)
        fail_msg("%s has no %s", steps->file.path, name);
    return tensor;
}

static inline double steps_number(const Steps *steps, const char *name, size_t index)
{
    double value;
    const Tensor *tensor = steps_find(steps, name);
    assert_true(tensor->dtype == DTYPE_F64 && index < tensor->count);
    memcpy(&value, (const char *)tensor->data + index * sizeof value, sizeof value);
    return value;
}

static inline void steps_ints(const Steps *steps, const char *name, int64_t *values, size_t limit)
{
    const Tensor *tensor = steps_find(steps, name);
    assert_true(tensor->count <= limit);
    tensors_to_int(tensor, 0, tensor->count, values);
}

/* The documents carried through the model up to where the memory is. */
static inline void steps_texts(Steps *steps)
{
    int64_t offset[DOCUMENTS + 1], ids[IDS];
    Piece pieces[DOCUMENTS];
    Walk w;
    size_t d = steps->model.config.width, first = steps->layer + 1;
    const char *variant = tensors_metadata(&steps->file, "variant");
    if (variant)
        first = memory_first(memory_variant_parse(variant), steps->layer);
    steps_ints(steps, "document.offset", offset, DOCUMENTS + 1);
    steps_ints(steps, "document.ids", ids, IDS);
    for (int64_t i = 0; i < offset[DOCUMENTS]; i++)
        steps->ids[i] = (int32_t)ids[i];
    for (int i = 0; i < DOCUMENTS; i++)
        pieces[i] = (Piece){(size_t)(offset[i + 1] - offset[i]), 0};
    walk(&w, &steps->model, steps->ids, pieces, DOCUMENTS);
    steps->h = alloc_zeroed((size_t)offset[DOCUMENTS], d * sizeof *steps->h);
    for (int i = 0; i < DOCUMENTS; i++) {
        float *rows = steps->h + (size_t)offset[i] * d;
        memcpy(rows, w.h[first] + w.batch.sequences[i].start * d,
               pieces[i].length * d * sizeof *rows);
        steps->texts[i] = (MemoryText){.ids = steps->ids + offset[i],
                                       .h = rows,
                                       .length = pieces[i].length,
                                       .document = (size_t)i};
    }
    walk_free(&w);
}

/* Opens checks/reference/<kind>-<name>.safetensors. */
static inline void steps_open(Steps *steps, const char *kind, const char *name)
{
    char path[96];
    Error error = {""};
    memset(steps, 0, sizeof *steps);
    snprintf(path, sizeof path, "checks/reference/%s-%s.safetensors", kind, name);
    if (!tensors_open(&steps->file, path, &error))
        fail_msg("%s", error.text);
    const char *checkpoint = tensors_metadata(&steps->file, "checkpoint");
    snprintf(path, sizeof path, "checks/reference/%s", checkpoint);
    if (!model_open(&steps->model, path, SIZE_MAX, &error))
        fail_msg("%s", error.text);
    steps->layer = (size_t)atoi(tensors_metadata(&steps->file, "layer"));
    steps->settings = (TrainSettings){.lr = steps_number(steps, "settings", 0),
                                      .warmup = (uint64_t)steps_number(steps, "settings", 1),
                                      .steps = (uint64_t)steps_number(steps, "settings", 2),
                                      .decay = steps_number(steps, "settings", 3),
                                      .clip = steps_number(steps, "settings", 4)};
    steps_texts(steps);
}

static inline void steps_close(Steps *steps)
{
    model_close(&steps->model);
    tensors_close(&steps->file);
    free(steps->h);
}

/* `got` is within `tolerance` of what is wanted, as a share of it. */
static inline void steps_near(const char *what, size_t step, double got, double wanted,
                              double tolerance)
{
    if (!(fabs(got - wanted) <= tolerance * fabs(wanted)))
        fail_msg("step %zu: %s is %.9g, not %.9g", step, what, got, wanted);
}

#endif
