/* Trains a memory on texts whose activations below it are known, and scores what it has stored. */
#include "train.h"

#include "head.h"
#include "mem.h"
#include "rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void train_begin(Train *train, const Model *model, Memory *memory, size_t layer,
                 const TrainSettings *settings)
{
    *train = (Train){.model = model, .memory = memory, .settings = *settings};
    memory_make(&train->gradients, memory->width, memory->entries, memory->variant);
    adamw_begin(&train->adamw, memory->count, 0.999, settings->decay);
    stack_begin(&train->with, model, memory, layer, layer + 1, true);
    stack_begin(&train->without, model, NULL, layer, layer + 1, false);
}

static void free_rows(Train *train)
{
    free(train->packed), free(train->dh), free(train->weight);
    free(train->target), free(train->nll), free(train->mask);
}

void train_free(Train *train)
{
    memory_free(&train->gradients);
    adamw_free(&train->adamw);
    stack_free(&train->with);
    stack_free(&train->without);
    batch_free(&train->batch);
    free_rows(train);
    *train = (Train){0};
}

static void fit(Train *train, size_t rows)
{
    size_t d = train->model->config.width;
    if (rows <= train->rows)
        return;
    free_rows(train);
    train->rows = rows;
    train->packed = mem_scratch(rows, d * sizeof *train->packed);
    train->dh = mem_scratch(rows, d * sizeof *train->dh);
    train->weight = mem_scratch(rows, sizeof *train->weight);
    train->target = mem_scratch(rows, sizeof *train->target);
    train->nll = mem_scratch(rows, sizeof *train->nll);
    if (allocation_masks(train->settings.allocation))
        train->mask = mem_scratch(rows, train->memory->entries * sizeof *train->mask);
}

/* Lays the texts out as one batch with targets and masks; returns the number of predicted tokens.
 */
static size_t pack(Train *train, const MemoryText *const *texts, size_t count)
{
    pack_lay(&train->batch, texts, count, count);
    fit(train, train->batch.rows);
    for (size_t i = 0; train->mask && i < count; i++)
        allocation_pack(train->settings.allocation, &train->batch, i, texts[i]->document,
                        texts[i]->ids, train->mask);
    return pack_fill(&train->batch, texts, count, train->model->config.width, train->packed,
                     train->target);
}

static double total(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

double train_step(Train *train, const MemoryText *const *texts, size_t count)
{
    const TrainSettings *s = &train->settings;
    Memory *gradients = &train->gradients;
    size_t predicted = pack(train, texts, count), rows = train->batch.rows;
    for (size_t t = 0; t < rows; t++)
        train->weight[t] = 1.0f / (float)predicted;
    const float *h = stack_forward(&train->with, &train->batch, train->packed, train->mask);
    head_loss(train->model, NULL, h, train->target, train->weight, rows, train->nll, train->dh);
    memset(gradients->parameters, 0, gradients->count * sizeof *gradients->parameters);
    stack_backward(&train->with, &train->batch, train->dh, gradients, NULL);
    train->norm = gradient_norm(gradients->parameters, gradients->count);
    adamw_step(&train->adamw, train->memory->parameters, gradients->parameters,
               gradient_clip(train->norm, s->clip),
               cosine_schedule(s->lr, train->adamw.step, s->warmup, s->steps));
    return total(train->nll, rows) / (double)predicted;
}

bool train_epoch(Train *train, const MemoryText *texts, size_t count, size_t batch, uint64_t seed,
                 uint64_t epoch, double *loss, Error *error)
{
    uint32_t *order = mem_alloc(count, sizeof *order);
    const MemoryText **some = mem_alloc(batch, sizeof *some);
    double sum = 0, tokens = 0;
    bool finite = true;
    Rng rng = rng_stream("order", seed, epoch);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    rng_shuffle(&rng, order, count);
    for (size_t first = 0; finite && first < count; first += batch) {
        size_t n = 0, predicted = 0;
        for (; n < batch && first + n < count; n++) {
            some[n] = &texts[order[first + n]];
            predicted += some[n]->length - 1;
        }
        double mean = train_step(train, some, n);
        finite = isfinite(mean) && isfinite(train->norm);
        if (!finite)
            fail(error,
                 "the loss is no longer a finite number in epoch %llu, step %zu; choose a "
                 "lower --lr",
                 (unsigned long long)epoch, first / batch);
        sum += mean * (double)predicted;
        tokens += (double)predicted;
    }
    free(order);
    free(some);
    *loss = sum / tokens;
    return finite;
}

void train_score(Train *train, const MemoryText *texts, size_t count, bool detached, double *nll)
{
    Stack *stack = detached ? &train->without : &train->with;
    const MemoryText **all = mem_alloc(count, sizeof *all);
    for (size_t i = 0; i < count; i++)
        all[i] = &texts[i];
    for (size_t first = 0, next; first < count; first = next) {
        next = pack_round(all, first, count);
        pack(train, all + first, next - first);
        const float *h = stack_forward(stack, &train->batch, train->packed, train->mask);
        head_loss(train->model, NULL, h, train->target, NULL, train->batch.rows, train->nll, NULL);
        for (size_t i = first; i < next; i++)
            nll[i] = total(train->nll + train->batch.sequences[i - first].start, texts[i].length);
    }
    free(all);
}

const char *train_where(Train *train, const MemoryText *text, bool detached, char words[64])
{
    Stack *stack = detached ? &train->without : &train->with;
    pack(train, &text, 1);
    stack_forward(stack, &train->batch, train->packed, train->mask);
    return stack_where(stack, train->batch.rows, words);
}

bool train_check_path(Train *train, const MemoryText *text, Error *error)
{
    size_t V = train->model->config.vocabulary, bytes;
    pack(train, &text, 1);
    bytes = train->batch.rows * V * sizeof(float);
    float *logits[3];
    Stack *stacks[3] = {&train->without, &train->with, &train->without};
    for (int i = 0; i < 3; i++) {
        logits[i] = mem_scratch(train->batch.rows, V * sizeof(float));
        head_logits(train->model, logits[i],
                    stack_forward(stacks[i], &train->batch, train->packed, train->mask),
                    train->batch.rows);
    }
    bool changes = memcmp(logits[0], logits[1], bytes) != 0;
    bool returns = memcmp(logits[0], logits[2], bytes) == 0;
    for (int i = 0; i < 3; i++)
        free(logits[i]);
    if (!changes)
        return fail(error,
                    "layer %zu: the memory leaves the logits as they are, so it is not in the "
                    "path; check the layer and the model",
                    train->with.layer);
    if (!returns)
        return fail(error,
                    "layer %zu: without the memory the logits do not come back bit for bit; "
                    "check the BLAS library with build/bin/check-gemm",
                    train->with.layer);
    return true;
}
