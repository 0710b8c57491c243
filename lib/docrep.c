/* Trains a DocRep memory: a memory whose entries each document selects by its own trainable vector,
 * vectors and all, with the forgetting loss beside the memorising one. */
#include "docrep.h"

#include "docrep_batch.h"
#include "head.h"
#include "mem.h"
#include "rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void docrep_begin(DocRep *docrep, const Model *model, const DocRepSettings *settings)
{
    const DocRepSettings *s = settings;
    MemoryVariant variant = s->lm ? MEMORY_LM : MEMORY_PLAIN;
    *docrep = (DocRep){.model = model, .settings = *s};
    memory_make(&docrep->memory, model->config.width, s->entries, variant);
    memory_make(&docrep->memory_gradients, model->config.width, s->entries, variant);
    selection_make(&docrep->selection, s->documents, s->dimension, s->entries, s->selection,
                   s->phi);
    selection_make(&docrep->selection_gradients, s->documents, s->dimension, s->entries,
                   s->selection, s->phi);
    memory_draw(&docrep->memory, s->seed);
    selection_draw(&docrep->selection, s->seed);
    adamw_begin(&docrep->memory_adamw, docrep->memory.count, 0.999, s->train.decay);
    adamw_begin(&docrep->selection_adamw, docrep->selection.count, 0.999, s->train.decay);
    stack_begin(&docrep->with, model, &docrep->memory, s->layer, s->layer + 1, true);
    stack_begin(&docrep->without, model, NULL, s->layer, s->layer + 1, false);
}

void docrep_free(DocRep *docrep)
{
    memory_free(&docrep->memory), memory_free(&docrep->memory_gradients);
    selection_free(&docrep->selection), selection_free(&docrep->selection_gradients);
    adamw_free(&docrep->memory_adamw), adamw_free(&docrep->selection_adamw);
    stack_free(&docrep->with), stack_free(&docrep->without);
    batch_free(&docrep->batch);
    selection_cache_free(&docrep->cache);
    docrep_batch_free(docrep);
    *docrep = (DocRep){0};
}

/* --- one batch ------------------------------------------------------------------------- */

/* vectors: the documents' own, then, where a negative is wanted, the negative ones. */
static void gather_vectors(DocRep *docrep, const DocRepText *texts, size_t count, bool negative)
{
    size_t k = docrep->settings.dimension;
    const float *K = docrep->selection.vectors;
    for (size_t i = 0; i < count; i++) {
        memcpy(docrep->vectors + i * k, K + texts[i].document * k, k * sizeof *K);
        if (negative)
            guidance_vector(&docrep->settings.guidance, docrep->vectors + (count + i) * k, K,
                            texts[i].document, texts[i].other, texts[i].noise, k);
    }
}

/* Adds the rows' gradients to those of the vectors they flow into. */
static void scatter_vectors(DocRep *docrep, const DocRepText *texts, size_t count, bool negative)
{
    size_t k = docrep->settings.dimension, owner;
    float *dK = docrep->selection_gradients.vectors;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < k; j++)
            dK[texts[i].document * k + j] += docrep->dvectors[i * k + j];
    for (size_t i = 0; negative && i < count; i++)
        if (guidance_owner(&docrep->settings.guidance, texts[i].document, texts[i].other, &owner))
            for (size_t j = 0; j < k; j++)
                dK[owner * k + j] += docrep->dvectors[(count + i) * k + j];
}

/* Losses of the batch and their gradients to everything trained, into the two gradients. */
static void differentiate(DocRep *docrep, const DocRepText *texts, size_t count, DocRepStep *step)
{
    const DocRepSettings *s = &docrep->settings;
    bool negative = s->guidance.alpha > 0;
    size_t d = docrep->model->config.width, sequences = negative ? 2 * count : count;
    const MemoryText **own = mem_alloc(count, sizeof *own);
    for (size_t i = 0; i < count; i++)
        own[i] = texts[i].text;
    size_t predicted = docrep_batch_pack(docrep, own, sequences, count) / (negative ? 2 : 1);
    free(own);
    docrep_batch_fit(docrep, sequences);
    gather_vectors(docrep, texts, count, negative);
    docrep_batch_choose(docrep, sequences);
    size_t rows = docrep->batch.rows;
    size_t half = negative ? docrep->batch.sequences[count].start : rows;
    for (size_t t = 0; t < rows; t++)
        docrep->weight[t] = 1.0f / (float)predicted;
    const float *h = stack_forward(&docrep->with, &docrep->batch, docrep->packed, docrep->mask);
    head_loss(docrep->model, NULL, h, docrep->target, docrep->weight, rows, docrep->nll,
              docrep->dh);
    double dpositive = 1;
    step->loss = step->positive = docrep_batch_nll(docrep, 0, half) / (double)predicted;
    if (negative) {
        step->negative = docrep_batch_nll(docrep, half, rows - half) / (double)predicted;
        step->loss = guidance_loss(&s->guidance, step->positive, step->negative, &dpositive,
                                   &step->dnegative);
        for (size_t i = 0; i < rows * d; i++)
            docrep->dh[i] *= (float)(i < half * d ? dpositive : step->dnegative);
    }
    stack_backward(&docrep->with, &docrep->batch, docrep->dh, &docrep->memory_gradients,
                   docrep->dmask);
    docrep_batch_sum(docrep, sequences);
    selection_backward(&docrep->selection, &docrep->selection_gradients, docrep->dvectors,
                       docrep->dchosen, docrep->vectors, sequences, &docrep->cache);
    scatter_vectors(docrep, texts, count, negative);
}

/* --- taking the gradient apart ---------------------------------------------------------- */

static double norm_of(const float *values, size_t count)
{
    return gradient_norm(values, count);
}

/* The four norms of a row of the batch, added to norms[0 … 3] in parts of `count`. */
static void add_row(const DocRep *docrep, size_t row, double *norms, size_t count)
{
    size_t k = docrep->settings.dimension, m = docrep->settings.entries;
    double share = 1 / (double)count;
    norms[0] += share * norm_of(docrep->dchosen + row * m, m);
    norms[1] += share * norm_of(docrep->cache.slope + row * m, m) / sqrt((double)m);
    norms[2] += share * norm_of(docrep->cache.dbefore + row * m, m);
    norms[3] += share * norm_of(docrep->dvectors + row * k, k);
}

static void take_apart(const DocRep *docrep, const DocRepText *texts, size_t count,
                       DocRepStep *step)
{
    const DocRepSettings *s = &docrep->settings;
    size_t k = s->dimension;
    for (size_t i = 0; i < count; i++) {
        const float *dK = docrep->selection_gradients.vectors + texts[i].document * k;
        add_row(docrep, i, step->gradient + GRADIENT_OWN_S, count);
        if (s->guidance.alpha > 0)
            add_row(docrep, count + i, step->gradient + GRADIENT_NEGATIVE_S, count);
        step->gradient[GRADIENT_K] += norm_of(dK, k) / (double)count;
    }
    for (int w = 0; w < DOCREP_WEIGHTS; w++)
        step->gradient[GRADIENT_WEIGHTS + w] = docrep_weight_distance(
            (DocRepWeight)w, &docrep->memory_gradients, &docrep->selection_gradients, NULL, NULL);
}

void docrep_step(DocRep *docrep, const DocRepText *texts, size_t count, DocRepStep *step)
{
    const TrainSettings *s = &docrep->settings.train;
    Memory *dmemory = &docrep->memory_gradients;
    Selection *dselection = &docrep->selection_gradients;
    *step = (DocRepStep){0};
    memset(dmemory->parameters, 0, dmemory->count * sizeof *dmemory->parameters);
    memset(dselection->parameters, 0, dselection->count * sizeof *dselection->parameters);
    differentiate(docrep, texts, count, step);
    take_apart(docrep, texts, count, step);
    double one = norm_of(dmemory->parameters, dmemory->count);
    double two = norm_of(dselection->parameters, dselection->count);
    step->norm = sqrt(one * one + two * two);
    double scale = gradient_clip(step->norm, s->clip);
    double lr = cosine_schedule(s->lr, docrep->memory_adamw.step, s->warmup, s->steps);
    adamw_step(&docrep->memory_adamw, docrep->memory.parameters, dmemory->parameters, scale, lr);
    adamw_step(&docrep->selection_adamw, docrep->selection.parameters, dselection->parameters,
               scale, lr);
}

/* --- an epoch ----------------------------------------------------------------------------- */

/* Adds a step's numbers to their sums: losses by token, per-document norms by document. */
static void add_step(DocRepStep *sum, const DocRepStep *step, size_t tokens, size_t texts)
{
    sum->loss += step->loss * (double)tokens;
    sum->positive += step->positive * (double)tokens;
    sum->negative += step->negative * (double)tokens;
    sum->dnegative += step->dnegative != 0;
    sum->norm += step->norm;
    for (int g = 0; g < DOCREP_GRADIENTS; g++)
        sum->gradient[g] += step->gradient[g] * (g < GRADIENT_WEIGHTS ? (double)texts : 1);
}

static void take_mean(DocRepStep *sum, double tokens, double texts, double steps)
{
    sum->loss /= tokens, sum->positive /= tokens, sum->negative /= tokens;
    sum->dnegative /= steps, sum->norm /= steps;
    for (int g = 0; g < DOCREP_GRADIENTS; g++)
        sum->gradient[g] /= g < GRADIENT_WEIGHTS ? texts : steps;
}

bool docrep_epoch(DocRep *docrep, const MemoryText *texts, uint64_t epoch, DocRepStep *mean,
                  Error *error)
{
    const DocRepSettings *s = &docrep->settings;
    size_t n = s->documents, k = s->dimension, tokens = 0, steps = 0;
    uint32_t *order = mem_alloc(n, sizeof *order);
    DocRepText *some = mem_alloc(s->batch, sizeof *some);
    float *noise = mem_alloc(s->batch, k * sizeof *noise);
    bool finite = true;
    Rng rng = rng_stream("order", s->seed, epoch);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    rng_shuffle(&rng, order, n);
    *mean = (DocRepStep){0};
    for (size_t first = 0; finite && first < n; first += s->batch, steps++) {
        DocRepStep step;
        size_t count = 0, predicted = 0;
        for (; count < s->batch && first + count < n; count++) {
            uint32_t i = order[first + count];
            some[count] = (DocRepText){&texts[i], i, 0, noise + count * k};
            guidance_draw(&s->guidance, s->seed, epoch, i, n, &some[count].other, noise + count * k,
                          k);
            predicted += texts[i].length - 1;
        }
        docrep_step(docrep, some, count, &step);
        finite = isfinite(step.loss) && isfinite(step.norm);
        if (!finite)
            fail(error,
                 "the loss is no longer a finite number in epoch %llu, step %zu; choose a lower "
                 "--lr",
                 (unsigned long long)epoch, steps);
        add_step(mean, &step, predicted, count);
        tokens += predicted;
    }
    take_mean(mean, (double)tokens, (double)n, (double)steps);
    free(order), free(some), free(noise);
    return finite;
}
