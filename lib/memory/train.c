/* One batch, one loop over batches and one pass for looking; a DocRep memory brings its own masks
 * and its own step to them (docrep.c). */
#include "memory/train.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "model/head.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void mask_by_allocation(Train *train, void *user, const MemoryText *const *texts,
                               size_t first, size_t count)
{
    (void)user;
    for (size_t i = 0; i < count; i++)
        allocation_pack(train->settings.allocation, &train->batch, i, texts[first + i]->document,
                        texts[first + i]->ids, train->mask);
}

void train_begin(Train *train, const Model *model, Memory *memory, size_t layer,
                 const TrainSettings *settings)
{
    *train = (Train){.model = model, .memory = memory, .settings = *settings};
    train->masks = allocation_masks(settings->allocation) ? mask_by_allocation : NULL;
    size_t first = memory_first(memory->variant, layer);
    memory_make_like(&train->gradients, memory);
    adamw_begin(&train->adamw, memory->count, 0.999, settings->decay);
    stack_begin(&train->with, model, memory, layer, first, true);
    stack_begin(&train->without, model, NULL, layer, first, false);
}

static void free_rows(Train *train)
{
    free(train->packed), free(train->dh), free(train->weight);
    free(train->target), free(train->nll), free(train->mask), free(train->dmask);
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
    size_t d = train->model->config.width, m = train->memory->entries;
    if (rows <= train->rows)
        return;
    free_rows(train);
    train->rows = rows;
    train->packed = alloc_scratch(rows, d * sizeof *train->packed);
    train->dh = alloc_scratch(rows, d * sizeof *train->dh);
    train->weight = alloc_scratch(rows, sizeof *train->weight);
    train->target = alloc_scratch(rows, sizeof *train->target);
    train->nll = alloc_scratch(rows, sizeof *train->nll);
    train->mask = train->masks ? alloc_scratch(rows, m * sizeof *train->mask) : NULL;
    train->dmask = train->learned ? alloc_scratch(rows, m * sizeof *train->dmask) : NULL;
}

/* --- one batch ------------------------------------------------------------------------- */

size_t train_lay(Train *train, const MemoryText *const *texts, size_t count, size_t period)
{
    pack_lay(&train->batch, texts, count, period);
    fit(train, train->batch.rows);
    return pack_fill(&train->batch, texts, period, train->model->config.width, train->packed,
                     train->target);
}

/* The stream after the last block (rows,d) of texts first … first + count − 1. */
static const float *carry(Train *train, const MemoryText *const *texts, size_t first, size_t count,
                          bool detached)
{
    train_lay(train, texts + first, count, count);
    if (detached)
        return stack_forward(&train->without, &train->batch, train->packed, NULL);
    if (train->masks)
        train->masks(train, train->user, texts, first, count);
    return stack_forward(&train->with, &train->batch, train->packed, train->mask);
}

void train_forward(Train *train)
{
    const float *h = stack_forward(&train->with, &train->batch, train->packed, train->mask);
    head_loss(train->model, NULL, h, train->target, train->weight, train->batch.rows, train->nll,
              train->dh);
}

void train_backward(Train *train)
{
    Memory *gradients = &train->gradients;
    memset(gradients->parameters, 0, gradients->count * sizeof *gradients->parameters);
    stack_backward(&train->with, &train->batch, train->dh, gradients, train->dmask);
}

double train_sum(const Train *train, size_t first, size_t count)
{
    double sum = 0;
    for (size_t i = first; i < first + count; i++)
        sum += train->nll[i];
    return sum;
}

/* --- training ----------------------------------------------------------------------------- */

/* What each row's loss counts in a step; one in all. */
static void weigh(Train *train, const MemoryText *const *texts, size_t count, size_t predicted)
{
    double share = train->settings.answer_weight;
    size_t letters = 0;
    for (size_t i = 0; share > 0 && i < count; i++)
        letters += texts[i]->answers;
    size_t others = predicted - letters;
    float other = 1.0f / (float)predicted;
    if (letters > 0)
        other = others > 0 ? (float)((1 - share) / (double)others) : 0;
    for (size_t t = 0; t < train->batch.rows; t++)
        train->weight[t] = other;
    for (size_t i = 0; letters > 0 && i < count; i++)
        for (size_t t = 0; t < texts[i]->answers; t++)
            train->weight[train->batch.sequences[i].start + texts[i]->answer - 1 + t] =
                (float)((others > 0 ? share : 1) / (double)letters);
}

/* The step's loss as weigh weighted it. */
static double weighted(const Train *train, size_t predicted)
{
    double sum = 0;
    if (!(train->settings.answer_weight > 0))
        return train_sum(train, 0, train->batch.rows) / (double)predicted;
    for (size_t t = 0; t < train->batch.rows; t++)
        sum += (double)train->weight[t] * train->nll[t];
    return sum;
}

double train_step(Train *train, const MemoryText *const *texts, size_t count)
{
    const TrainSettings *s = &train->settings;
    Memory *gradients = &train->gradients;
    size_t predicted = train_lay(train, texts, count, count);
    if (train->masks)
        train->masks(train, train->user, texts, 0, count);
    weigh(train, texts, count, predicted);
    train_forward(train);
    train_backward(train);
    train->norm = gradient_norm(gradients->parameters, gradients->count);
    adamw_step(&train->adamw, train->memory->parameters, gradients->parameters,
               gradient_clip(train->norm, s->clip),
               cosine_schedule(s->lr, train->adamw.step, s->warmup, s->steps));
    return weighted(train, predicted);
}

bool train_pass(Train *train, const MemoryText *texts, size_t count, size_t batch, uint64_t seed,
                uint64_t epoch, TrainTake take, void *user, Error *error)
{
    uint32_t *order = alloc_zeroed(count, sizeof *order);
    bool finite = true;
    Rng rng = rng_stream("order", seed, epoch);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    if (!train->in_order)
        rng_shuffle(&rng, order, count);
    for (size_t first = 0; finite && first < count; first += batch) {
        size_t n = count - first < batch ? count - first : batch, predicted = 0;
        for (size_t i = 0; i < n; i++)
            predicted += texts[order[first + i]].length - 1;
        double loss = take(user, order + first, n, predicted);
        finite = isfinite(loss) && isfinite(train->norm);
        if (!finite)
            fail(error,
                 "the loss is no longer a finite number in epoch %llu, step %zu; choose a "
                 "lower --lr",
                 (unsigned long long)epoch, first / batch);
    }
    free(order);
    return finite;
}

/* An epoch under way. */
typedef struct {
    Train *train;
    const MemoryText *texts, **some; /* all; (batch) those of a step */
    double sum, tokens;
} Epoch;

static double take_texts(void *user, const uint32_t *which, size_t count, size_t predicted)
{
    Epoch *epoch = user;
    for (size_t i = 0; i < count; i++)
        epoch->some[i] = &epoch->texts[which[i]];
    double mean = train_step(epoch->train, epoch->some, count);
    epoch->sum += mean * (double)predicted;
    epoch->tokens += (double)predicted;
    return mean;
}

bool train_epoch(Train *train, const MemoryText *texts, size_t count, size_t batch, uint64_t seed,
                 uint64_t epoch, double *loss, Error *error)
{
    Epoch pass = {train, texts, alloc_zeroed(batch, sizeof *pass.some), 0, 0};
    bool finite = train_pass(train, texts, count, batch, seed, epoch, take_texts, &pass, error);
    free(pass.some);
    *loss = pass.sum / pass.tokens;
    return finite;
}

/* --- looking ------------------------------------------------------------------------------ */

/* The losses of texts from `first` < count on, as many as one round takes, are then in train->nll;
 * returns the text after them. */
static size_t score_round(Train *train, const MemoryText *const *texts, size_t first, size_t count,
                          bool detached)
{
    size_t next = pack_round(texts, first, count);
    const float *h = carry(train, texts, first, next - first, detached);
    head_loss(train->model, NULL, h, train->target, NULL, train->batch.rows, train->nll, NULL);
    return next;
}

void train_score_list(Train *train, const MemoryText *const *texts, size_t count, bool detached,
                      double *nll)
{
    for (size_t first = 0, next; first < count; first = next) {
        next = score_round(train, texts, first, count, detached);
        for (size_t i = first; i < next; i++)
            nll[i] = train_sum(train, train->batch.sequences[i - first].start, texts[i]->length);
    }
}

void train_score(Train *train, const MemoryText *texts, size_t count, bool detached, double *nll)
{
    const MemoryText **list = pack_list(texts, count);
    train_score_list(train, list, count, detached, nll);
    free(list);
}

void train_score_tokens(Train *train, const MemoryText *texts, size_t count, bool detached,
                        double *const *nll)
{
    const MemoryText **list = pack_list(texts, count);
    for (size_t first = 0, next; first < count; first = next) {
        next = score_round(train, list, first, count, detached);
        for (size_t i = first; i < next; i++)
            memcpy(nll[i], train->nll + train->batch.sequences[i - first].start,
                   list[i]->length * sizeof *nll[i]);
    }
    free(list);
}

const char *train_where(Train *train, const MemoryText *text, bool detached, char words[64])
{
    carry(train, &text, 0, 1, detached);
    return stack_where(detached ? &train->without : &train->with, train->batch.rows, words);
}

/* What train_check_path asks, of the memory as it stands. */
static bool check_path(Train *train, const MemoryText *texts, size_t count, Error *error)
{
    size_t V = train->model->config.vocabulary;
    const MemoryText **list = pack_list(texts, count);
    bool changes = false, returns = true;
    for (size_t i = 0; i < count && !changes && returns; i++) { /* one may select nothing at all */
        float *logits[3];
        size_t bytes = 0;
        for (int way = 0; way < 3; way++) {
            const float *h = carry(train, list, i, 1, way != 1);
            bytes = train->batch.rows * V * sizeof(float);
            logits[way] = alloc_scratch(bytes, 1);
            head_logits(train->model, logits[way], h, train->batch.rows);
        }
        changes = memcmp(logits[0], logits[1], bytes) != 0;
        returns = memcmp(logits[0], logits[2], bytes) == 0;
        free(logits[0]), free(logits[1]), free(logits[2]);
    }
    free(list);
    if (!returns)
        return fail(error,
                    "layer %zu: without the memory the logits do not come back bit for bit; "
                    "check the BLAS library with build/bin/check-gemm",
                    train->with.layer);
    return changes || fail(error,
                           "layer %zu: the memory leaves the logits as they are, so it is not in "
                           "the path; check the layer and the model",
                           train->with.layer);
}

bool train_check_path(Train *train, const MemoryText *texts, size_t count, Error *error)
{
    Memory *memory = train->memory;
    if (!memory_starts_silent(memory->variant))
        return check_path(train, texts, count, error);
    size_t bytes = memory->count * sizeof *memory->parameters;
    float *start = memcpy(alloc_scratch(bytes, 1), memory->parameters, bytes);
    for (size_t i = 0; i < memory->count; i++)
        memory->parameters[i] += 0.01f;
    bool ok = check_path(train, texts, count, error);
    memcpy(memory->parameters, start, bytes);
    free(start);
    return ok;
}
