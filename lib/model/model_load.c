/* Binds a model's parameters to the tensors of its file in up to three walks. The first finds every
 * tensor and counts the elements to copy into float32. If they exceed the budget, the second counts
 * again with matrices left in their own dtype. The last one copies. */
#include "base/alloc.h"
#include "file/gguf.h"
#include "model/family.h"
#include "model/leftover.h"
#include "model/model_gguf.h"
#include "tensor/gemm_bf16.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A model whose parameters are being bound to tensors. While model->owned is NULL, elements to be
 * copied are only counted. Matrices are copied where `widen` is set, vectors always. */
typedef struct {
    Model *model;
    bool widen;                   /* or, with the bf16 engine, round */
    bool *taken;                  /* (file.count) which tensors are parameters */
    size_t next;                  /* elements of model->owned in use */
    size_t next_rounded;          /* and of model->rounded */
    char missing[PARAMETER_NAME]; /* the parameter that bind failed on */
    Error *error;
} Binder;

/* The tensor's float32 values: in place, or copied into model->owned. NULL while counting, and
 * where the tensor is to stay in its own dtype. */
static float *bind_values(Binder *binder, const Tensor *tensor, bool always)
{
    if (tensor->dtype == DTYPE_F32 && tensors_aligned(tensor) && !tensor->rows.outer)
        return (float *)(uintptr_t)tensor->data; /* mapped read-only; never written */
    if (!binder->widen && !always)
        return NULL;
    float *values = binder->model->owned ? binder->model->owned + binder->next : NULL;
    binder->next += tensor->count;
    if (values)
        tensors_rows_to_float(tensor, 0, tensor->shape[0], tensor->count / tensor->shape[0],
                              values);
    return values;
}

/* The matrix for the bf16 engine: in place, or rounded into model->rounded. NULL while counting,
 * and where it is to stay in its own dtype. */
static const void *bind_bf16(Binder *binder, const Tensor *tensor)
{
    size_t rows = tensor->shape[0], columns = tensor->shape[1];
    if (tensor->dtype == DTYPE_BF16 && !tensor->rows.outer)
        return tensor->data;
    if (!binder->widen)
        return NULL;
    uint16_t *out = binder->model->rounded ? binder->model->rounded + binder->next_rounded : NULL;
    binder->next_rounded += tensor->count;
    float *row = out ? alloc_scratch(columns, sizeof *row) : NULL;
    for (size_t i = 0; out && i < rows; i++) {
        tensors_rows_to_float(tensor, i, 1, columns, row);
        gemm_bf16_round(out + i * columns, row, columns);
    }
    free(row);
    return out;
}

/* The unembedding's name in the file. */
static const char *unembedding_name(const Model *model)
{
    const FamilyRules *rules = family_rules(model->config.family);
    const char *other = rules->other_unembedding;
    bool only_other = other && !tensors_find(&model->file, rules->unembedding) &&
                      tensors_find(&model->file, other);
    return only_other ? other : rules->unembedding;
}

/* The parameter's name in the file. A tied model's one matrix may be stored under either name. */
static const char *stored_name(const Model *model, const Parameter *parameter, size_t index,
                               char name[PARAMETER_NAME])
{
    const char *other = unembedding_name(model);
    family_name(model, parameter, index, name);
    if (parameter->place == offsetof(Model, unembedding) && index == SIZE_MAX &&
        other != family_rules(model->config.family)->unembedding)
        return other;
    bool table = parameter->place == offsetof(Model, embedding) && index == SIZE_MAX;
    bool only_other = table && model->config.tied && !tensors_find(&model->file, name) &&
                      tensors_find(&model->file, other);
    return only_other ? other : name;
}

static bool bind(void *context, const Parameter *parameter, void *base, size_t index)
{
    Binder *binder = context;
    const Tensor *tensor;
    char name[PARAMETER_NAME];
    size_t shape[2] = {parameter->rows, parameter->columns};
    bool is_matrix = parameter->columns > 0;
    if (!tensors_want(&binder->model->file, stored_name(binder->model, parameter, index, name),
                      DTYPE_ANY_FLOAT, is_matrix ? 2 : 1, shape, &tensor, binder->error)) {
        family_name(binder->model, parameter, index, binder->missing);
        return false;
    }
    bool rounded = is_matrix && gemm_bf16_on();
    float *values = rounded ? NULL : bind_values(binder, tensor, !is_matrix);
    const void *bf16 = rounded ? bind_bf16(binder, tensor) : NULL;
    if (is_matrix)
        *family_matrix(parameter, base) = (Matrix){values, tensor, shape[0], shape[1], bf16};
    else
        *family_vector(parameter, base) = values;
    return true;
}

static bool take(void *context, const Parameter *parameter, void *base, size_t index)
{
    Binder *binder = context;
    char name[PARAMETER_NAME];
    const TensorFile *file = &binder->model->file;
    const Tensor *tensor = tensors_find(file, stored_name(binder->model, parameter, index, name));
    (void)base;
    if (tensor)
        binder->taken[tensor - file->tensors] = true;
    return true;
}

/* Where config.json ties the embeddings but the file holds an unembedding that differs, the stored
 * one is used, with a note. One that is a copy of the embedding is ignored. (A GGUF file has no
 * flag that its tensors could contradict.) */
static void settle_tied(Model *model, bool *taken)
{
    const FamilyRules *rules = family_rules(model->config.family);
    const Tensor *in = tensors_find(&model->file, rules->embedding);
    const Tensor *out = tensors_find(&model->file, unembedding_name(model));
    if (!model->config.tied || !in || !out)
        return;
    taken[out - model->file.tensors] = true;
    model->config.tied = in->dtype == out->dtype && in->bytes == out->bytes &&
                         memcmp(in->data, out->data, in->bytes) == 0;
    if (!model->config.tied)
        fail(&model->note,
             "%s: config.json says tie_word_embeddings, but the file has a %s of its own, which "
             "differs; it is used",
             model->file.path, unembedding_name(model));
}

/* First walk: finds every tensor, and refuses a file that holds more than parameters and buffers.
 * The error reported is the one that tells most: an unsupported architecture comes before missing
 * tensors, and leftover tensors are named together with a missing one. */
static bool bind_first(Model *model, Binder *binder, Error *error)
{
    binder->taken = alloc_zeroed(model->file.count, sizeof *binder->taken);
    settle_tied(model, binder->taken);
    family_walk(model, take, binder);
    bool found = *model->config.other || family_walk(model, bind, binder);
    bool whole = leftover_check(model, binder->taken, found ? NULL : binder->missing, error);
    free(binder->taken);
    binder->taken = NULL;
    return found && whole;
}

/* Finds every tensor; then copies all that are not float32 if they fit in the budget, else only
 * those that must be copied. */
static bool bind_all(Model *model, size_t float_budget, Error *error)
{
    Binder binder = {.model = model, .widen = true, .error = error};
    model->block = alloc_zeroed(model->config.blocks, sizeof *model->block);
    if (!bind_first(model, &binder, error))
        return false;
    if (binder.next > float_budget / sizeof(float) ||
        binder.next_rounded > float_budget / sizeof(uint16_t)) {
        binder = (Binder){.model = model, .error = error};
        family_walk(model, bind, &binder);
    }
    model->owned = alloc_zeroed(binder.next, sizeof *model->owned);
    if (binder.next_rounded > 0)
        model->rounded = alloc_scratch(binder.next_rounded, sizeof *model->rounded);
    binder.next = binder.next_rounded = 0;
    family_walk(model, bind, &binder);
    if (model->config.tied)
        model->unembedding = model->embedding;
    return true;
}

/* The tensor of a parameter, which bind has found before. */
static const Tensor *bound(const Model *model, const Parameter *parameter, size_t index)
{
    char name[PARAMETER_NAME];
    return tensors_find(&model->file, stored_name(model, parameter, index, name));
}

static bool add_count(void *context, const Parameter *parameter, void *base, size_t index)
{
    Binder *binder = context;
    (void)base;
    binder->next += bound(binder->model, parameter, index)->count;
    return true;
}

static bool look_at(void *context, const Parameter *parameter, void *base, size_t index)
{
    Binder *binder = context;
    (void)base;
    return tensors_finite(bound(binder->model, parameter, index), binder->error);
}

bool model_finite(Model *model, Error *error)
{
    return family_walk(model, look_at, &(Binder){.model = model, .error = error});
}

static bool small_is_finite(Model *model, size_t float_budget, Error *error)
{
    Binder binder = {.model = model};
    family_walk(model, add_count, &binder);
    return binder.next > float_budget / sizeof(float) || model_finite(model, error);
}

/* Path of the configuration, freed by the caller: the GGUF file itself, or config.json in the
 * folder. */
static char *config_path(const char *model, bool gguf)
{
    size_t size = strlen(model) + 16;
    char *path = alloc_zeroed(size, 1);
    snprintf(path, size, gguf ? "%s" : "%s/config.json", model);
    return path;
}

/* Notes an adapter beside the weights: it would change the model's output, and is ignored here. */
static void note_adapter(Model *model, const char *folder)
{
    size_t size = strlen(folder) + sizeof "/adapter_config.json";
    char *path = alloc_zeroed(size, 1);
    snprintf(path, size, "%s/adapter_config.json", folder);
    if (!*model->note.text && access(path, F_OK) == 0)
        fail(&model->note, "%s: the adapter that lies beside the model is not used", path);
    free(path);
}

bool model_open(Model *model, const char *path, size_t float_budget, Error *error)
{
    struct stat status;
    bool gguf = stat(path, &status) == 0 && S_ISREG(status.st_mode);
    *model = (Model){0};
    if (gguf && !gguf_is(path))
        return fail(error, "%s: is not a GGUF file; name one, or a model's folder", path);
    char *config = config_path(path, gguf);
    bool ok = model_config_read(&model->config, config, error) &&
              tensors_open(&model->file, path, error) &&
              tensors_complete(&model->file, leftover_is_buffer, error);
    if (ok && gguf)
        model_gguf_order(&model->file, &model->config);
    ok = ok && (!gguf || model_gguf_divisor(model, error)) &&
         bind_all(model, float_budget, error) && small_is_finite(model, float_budget, error);
    free(config);
    if (ok && !gguf)
        note_adapter(model, path);
    if (ok)
        model_tables(model);
    else
        model_close(model);
    return ok;
}
