/* Opens a Hugging Face model folder: config.json and the tensors it promises. */
#include "family.h"
#include "gemm_bf16.h"
#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A model whose tensors are being found. While its `owned` is NULL the elements that are to be
 * copied there are only counted; matrices are copied where `widen`, vectors always. */
typedef struct {
    Model *model;
    bool widen;
    size_t next;     /* elements of model->owned in use */
    size_t for_bf16; /* matrices left to the bf16 engine */
    Error *error;
} Binder;

/* Where float32 values of the tensor can be read: in place, or copied. NULL
 * where it is to stay in its own type. */
static float *bind_values(Binder *binder, const Tensor *tensor, bool always)
{
    if (tensor->dtype == DTYPE_F32 && tensors_aligned(tensor))
        return (float *)(uintptr_t)tensor->data; /* mapped read-only, and only read */
    bool for_bf16 = !always && tensor->dtype == DTYPE_BF16 && gemm_bf16_on();
    binder->for_bf16 += for_bf16;
    if (for_bf16 || (!binder->widen && !always))
        return NULL;
    float *values = binder->model->owned ? binder->model->owned + binder->next : NULL;
    binder->next += tensor->count;
    if (values)
        tensors_to_float(tensor, 0, tensor->count, values);
    return values;
}

static bool bind(void *context, const Parameter *parameter, void *base, size_t index)
{
    Binder *binder = context;
    const Tensor *tensor;
    char name[PARAMETER_NAME];
    size_t shape[2] = {parameter->rows, parameter->columns};
    bool is_matrix = parameter->columns > 0;
    if (!tensors_want(&binder->model->file, family_name(binder->model, parameter, index, name),
                      DTYPE_ANY_FLOAT, is_matrix ? 2 : 1, shape, &tensor, binder->error))
        return false;
    float *values = bind_values(binder, tensor, !is_matrix);
    if (is_matrix)
        *family_matrix(parameter, base) = (Matrix){values, tensor, shape[0], shape[1]};
    else
        *family_vector(parameter, base) = values;
    return true;
}

/* Finds every tensor, then copies those that must be or, within the budget, all that are not
 * float32. Tensors that no parameter names, as the buffers of older files, are not looked at. */
static bool bind_all(Model *model, size_t float_budget, Error *error)
{
    Binder binder = {.model = model, .widen = true, .error = error};
    model->block = mem_alloc(model->config.blocks, sizeof *model->block);
    if (!family_walk(model, bind, &binder))
        return false;
    if (gemm_bf16_on() && binder.for_bf16 == 0)
        return fail(error,
                    "%s: none of its weights is BF16, and the bf16 engine multiplies no others; "
                    "use ENGINE=float32",
                    model->file.path);
    if (binder.next > float_budget / sizeof(float)) {
        binder = (Binder){.model = model, .error = error};
        family_walk(model, bind, &binder);
    }
    model->owned = mem_alloc(binder.next, sizeof *model->owned);
    binder.next = 0;
    family_walk(model, bind, &binder);
    if (model->config.tied)
        model->unembedding = model->embedding;
    return true;
}

/* The tensor of a parameter that bind has found. */
static const Tensor *bound(const Model *model, const Parameter *parameter, size_t index)
{
    char name[PARAMETER_NAME];
    return tensors_find(&model->file, family_name(model, parameter, index, name));
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

bool model_open(Model *model, const char *folder, size_t float_budget, Error *error)
{
    *model = (Model){0};
    size_t size = strlen(folder) + 16;
    char *path = mem_alloc(size, 1);
    snprintf(path, size, "%s/config.json", folder);
    bool ok = model_config_read(&model->config, path, error) &&
              tensors_open(&model->file, folder, error) && bind_all(model, float_budget, error) &&
              small_is_finite(model, float_budget, error);
    free(path);
    if (ok)
        model_tables(model);
    else
        model_close(model);
    return ok;
}
