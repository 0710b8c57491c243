/* A request's tokens are a batch of one sequence, carried from the embedding through all blocks: no
 * prefix holds what a person types. */
#include "probe/probe_model.h"

#include "base/alloc.h"
#include "memory/cell.h"
#include "memory/generate.h"
#include "model/head.h"
#include "tensor/gemm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t float_budget = (size_t)1 << 30; /* bytes */

/* The state the caller asks for: the last, or the one saved after its epoch. */
static bool find_state(const Cell *cell, const ProbeMemory *wanted, size_t *state, Error *error)
{
    if (cell->states < 2)
        return fail(error, "%s: holds no trained state; make it again with the memorize stage",
                    wanted->cell);
    *state = cell->states - 1;
    if (wanted->epoch == PROBE_DEFAULT)
        return true;
    for (*state = 0; *state < cell->states; ++*state)
        if (cell->epoch[*state] == wanted->epoch)
            return true;
    return fail(error, "%s: no state was saved after epoch %lld; the last was after epoch %lld",
                wanted->cell, (long long)wanted->epoch, (long long)cell->epoch[cell->states - 1]);
}

/* Puts the cell's memory, and whose its entries are, into the probe; *attached tells whether its
 * state has one. */
static bool take_memory(ProbeModel *probe, Cell *cell, const ProbeMemory *wanted, size_t *layer,
                        bool *attached, Error *error)
{
    const ModelConfig *config = &probe->model.config;
    int64_t after = wanted->layer == PROBE_DEFAULT ? (int64_t)cell->layer : wanted->layer;
    size_t state = 0;
    if (cell->width != config->width)
        return fail(error,
                    "%s: a memory of width %zu does not fit a model of width %zu; attach it "
                    "to the model it was trained with",
                    wanted->cell, cell->width, config->width);
    Memory shape = cell_shape(cell);
    if (memory_tunes(cell->variant) && !tuned_of_model(&shape, &probe->model))
        return fail(error,
                    "%s: weights of a block of another model; attach it to the model it was "
                    "trained with",
                    wanted->cell);
    if (after < 0 || (uint64_t)after >= config->blocks)
        return fail(error,
                    "%s: layer %lld is not a block of the model, 0 to %zu; choose one of "
                    "them",
                    wanted->cell, (long long)after, config->blocks - 1);
    if (!find_state(cell, wanted, &state, error))
        return false;
    *layer = (size_t)after;
    *attached = state > 0;
    if (*attached) {
        cell_memory(cell, state, &probe->memory);
        probe->allocation = cell->allocation;
        cell->allocation = (Allocation){0}; /* it has moved */
    }
    return true;
}

bool probe_model_open(ProbeModel *probe, const char *folder, const ProbeMemory *memory,
                      Error *error)
{
    Cell cell;
    size_t layer = 0;
    bool attached = false;
    *probe = (ProbeModel){0};
    if (!model_open(&probe->model, folder, float_budget, error))
        return false;
    if (memory->cell) {
        bool ok = cell_read(&cell, memory->cell, error);
        if (ok && !take_memory(probe, &cell, memory, &layer, &attached, error)) {
            ok = false;
            cell_free(&cell);
        }
        if (!ok) {
            model_close(&probe->model);
            return false;
        }
        cell_free(&cell);
    }
    stack_begin(&probe->stack, &probe->model, attached ? &probe->memory : NULL, layer, 0, false);
    return true;
}

void probe_model_close(ProbeModel *probe)
{
    stack_free(&probe->stack);
    memory_free(&probe->memory);
    allocation_free(&probe->allocation);
    model_close(&probe->model);
}

bool probe_model_takes(const ProbeModel *probe, const Tokens *ids, int64_t document, Error *error)
{
    const ModelConfig *config = &probe->model.config;
    if (ids->count == 0)
        return fail(error, "the sequence is empty; give at least one id");
    if (ids->count > config->positions)
        return fail(error, "%zu ids are more than the model's %s of %zu; give fewer", ids->count,
                    config->positions == config->window ? "sliding window" : "context",
                    config->positions);
    for (size_t i = 0; i < ids->count; i++)
        if (ids->ids[i] < 0 || (size_t)ids->ids[i] >= config->vocabulary)
            return fail(error,
                        "ids[%zu] is %d, and the model's vocabulary ends at %zu; give ids "
                        "of its own tokenizer",
                        i, ids->ids[i], config->vocabulary - 1);
    if (allocation_by_document(&probe->allocation) &&
        (document < 0 || (uint64_t)document >= probe->allocation.documents))
        return fail(error,
                    "the memory's entries belong to documents, and none of them is named; add "
                    "\"document\": 0 to %zu",
                    probe->allocation.documents - 1);
    return true;
}

static bool is_finite(const double *nll, size_t count, const float *logits, size_t V)
{
    bool finite = true;
    for (size_t i = 0; i < count; i++)
        finite = finite && isfinite(nll[i]);
    for (size_t i = 0; i < V; i++)
        finite = finite && isfinite(logits[i]);
    return finite;
}

/* What multiplies the memory's activations, (batch rows,m); NULL: nothing. Freed by the caller. */
static float *make_mask(const ProbeModel *probe, const Batch *batch, const Tokens *ids,
                        int64_t document)
{
    if (!allocation_masks(&probe->allocation))
        return NULL;
    float *mask = alloc_zeroed(batch->rows, probe->allocation.entries * sizeof *mask);
    allocation_pack(&probe->allocation, batch, 0, (size_t)document, ids->ids, mask);
    return mask;
}

bool probe_model_score(ProbeModel *probe, const Tokens *ids, int64_t document, double *nll,
                       float *last, Error *error)
{
    const Model *model = &probe->model;
    size_t n = ids->count, d = model->config.width, V = model->config.vocabulary;
    Batch batch = {0};
    if (!probe_model_takes(probe, ids, document, error))
        return false;
    batch_add(&batch, n, 0);
    float *mask = make_mask(probe, &batch, ids, document);
    float *embedded = alloc_scratch(batch.rows, d * sizeof *embedded);
    float *row = alloc_zeroed(gemm_unit(), d * sizeof *row); /* the last one, and padding */
    float *logits = alloc_scratch(gemm_unit(), V * sizeof *logits);
    int32_t *target = alloc_zeroed(batch.rows, sizeof *target);
    double *losses = alloc_zeroed(batch.rows, sizeof *losses);
    model_embed(model, embedded, ids->ids, &batch);
    const float *h = stack_forward(&probe->stack, &batch, embedded, mask);
    for (size_t t = 0; t < batch.rows; t++)
        target[t] = t + 1 < n ? ids->ids[t + 1] : -1;
    head_loss(model, NULL, h, target, NULL, batch.rows, losses, NULL);
    memcpy(row, h + (n - 1) * d, d * sizeof *row);
    head_logits(model, logits, row, gemm_unit());
    memcpy(nll, losses, (n - 1) * sizeof *nll);
    memcpy(last, logits, V * sizeof *last);
    free(embedded), free(row), free(logits), free(target), free(losses), free(mask);
    batch_free(&batch);
    return is_finite(nll, n - 1, last, V) ||
           fail(error, "the model gives a number that is not finite; check the weights of the "
                       "checkpoint and the memory");
}

static bool is_end(void *end, size_t sequence, const Tokens *ids)
{
    (void)sequence;
    return ids->ids[ids->count - 1] == *(const int32_t *)end;
}

bool probe_model_generate(ProbeModel *probe, Tokens *ids, int64_t document, size_t count,
                          int32_t end, Error *error)
{
    const Speaker speaker = {&probe->model, probe->stack.memory, probe->stack.layer,
                             &probe->allocation, false};
    const size_t documents[] = {(size_t)document};
    if (!probe_model_takes(probe, ids, document, error))
        return false;
    size_t room = probe->model.config.positions - ids->count;
    generate_greedy(&speaker, ids, documents, 1, count < room ? count : room, is_end, &end);
    /* The largest of logits that are not numbers would be an id like any other. */
    double *nll = alloc_zeroed(ids->count, sizeof *nll);
    float *last = alloc_zeroed(probe->model.config.vocabulary, sizeof *last);
    bool ok = probe_model_score(probe, ids, document, nll, last, error);
    free(nll), free(last);
    return ok;
}
