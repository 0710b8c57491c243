/* A step is one batch: each text under its document's vector and, if α > 0, again under a negative
 * one.
 *
 *   forward    vectors → G → φ → s, the mask of all rows of the text → memory, blocks, losses
 *   backward   gradients of the rows' masks, summed over each text → φ, G → dvectors */
#include "docrep/docrep.h"

#include "base/alloc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- selections ------------------------------------------------------------------------ */

static void free_vectors(DocRep *docrep)
{
    free(docrep->vectors), free(docrep->dvectors), free(docrep->chosen), free(docrep->dchosen);
}

/* Makes room for the vectors and selections of `texts` texts; what was in them is lost. */
static void fit(DocRep *docrep, size_t texts)
{
    size_t k = docrep->settings.dimension, m = docrep->settings.entries;
    if (texts <= docrep->texts)
        return;
    free_vectors(docrep);
    docrep->texts = texts;
    docrep->vectors = alloc_scratch(texts, k * sizeof(float));
    docrep->dvectors = alloc_scratch(texts, k * sizeof(float));
    docrep->chosen = alloc_scratch(texts, m * sizeof(float));
    docrep->dchosen = alloc_scratch(texts, m * sizeof(float));
}

/* Computes the selections of the first `count` vectors, and makes each the mask of its sequence's
 * rows; padding rows get zeros. */
static void choose(DocRep *docrep, size_t count)
{
    const Batch *batch = &docrep->train.batch;
    size_t m = docrep->settings.entries;
    float *mask = docrep->train.mask;
    selection_forward(&docrep->selection, docrep->chosen, docrep->vectors, count, &docrep->cache);
    memset(mask, 0, batch->rows * m * sizeof *mask);
    for (size_t r = 0; r < count; r++)
        for (size_t t = 0; t < batch->sequences[r].length; t++)
            memcpy(mask + (batch->sequences[r].start + t) * m, docrep->chosen + r * m,
                   m * sizeof *mask);
}

/* dchosen (count,m): the rows of dmask summed over each sequence. */
static void sum_rows(DocRep *docrep, size_t count)
{
    size_t m = docrep->settings.entries;
    double *sum = alloc_zeroed(m, sizeof *sum);
    for (size_t r = 0; r < count; r++) {
        const Sequence *sequence = &docrep->train.batch.sequences[r];
        memset(sum, 0, m * sizeof *sum);
        for (size_t t = 0; t < sequence->length; t++)
            for (size_t j = 0; j < m; j++)
                sum[j] += (double)docrep->train.dmask[(sequence->start + t) * m + j];
        for (size_t j = 0; j < m; j++)
            docrep->dchosen[r * m + j] = (float)sum[j];
    }
    free(sum);
}

/* Sets the masks of texts that are scored, not trained on: by their vectors in `under`. */
static void mask_by_vectors(Train *train, void *user, const MemoryText *const *texts, size_t first,
                            size_t count)
{
    DocRep *docrep = user;
    size_t k = docrep->settings.dimension;
    (void)train, (void)texts;
    fit(docrep, count);
    memcpy(docrep->vectors, docrep->under + first * k, count * k * sizeof(float));
    choose(docrep, count);
}

static void begin_contexts(DocRep *docrep, size_t width)
{
    const DocRepSettings *s = &docrep->settings;
    context_map_make(&docrep->context, s->documents, s->dimension, width);
    context_map_draw(&docrep->context, s->seed);
    adamw_begin(&docrep->context_adamw, s->dimension * width, 0.999, s->train.decay);
}

void docrep_begin(DocRep *docrep, const Model *model, const DocRepSettings *settings)
{
    const DocRepSettings *s = settings;
    *docrep = (DocRep){.settings = *s};
    memory_make(&docrep->memory, model->config.width, s->entries, s->lm ? MEMORY_LM : MEMORY_PLAIN);
    selection_make(&docrep->selection, s->documents, s->dimension, s->entries, s->selection,
                   s->phi);
    selection_make(&docrep->selection_gradients, s->documents, s->dimension, s->entries,
                   s->selection, s->phi);
    memory_draw(&docrep->memory, s->seed);
    selection_draw(&docrep->selection, s->seed);
    if (s->start == START_CONTEXT)
        begin_contexts(docrep, model->config.width);
    else if (s->start != START_NORMAL)
        selection_draw_orthogonal(&docrep->selection, s->seed);
    adamw_begin(&docrep->selection_adamw, docrep->selection.count, 0.999, s->train.decay);
    train_begin(&docrep->train, model, &docrep->memory, s->layer, &s->train);
    docrep->train.masks = mask_by_vectors;
    docrep->train.user = docrep;
    docrep->train.learned = true;
    docrep->train.in_order = s->in_order;
}

void docrep_read_contexts(DocRep *docrep, const MemoryText *texts)
{
    if (docrep->settings.start != START_CONTEXT)
        return;
    context_map_read(&docrep->context, texts);
    context_map_forward(&docrep->context, docrep->selection.vectors);
}

void docrep_free(DocRep *docrep)
{
    context_map_free(&docrep->context), adamw_free(&docrep->context_adamw);
    train_free(&docrep->train);
    memory_free(&docrep->memory);
    selection_free(&docrep->selection), selection_free(&docrep->selection_gradients);
    adamw_free(&docrep->selection_adamw);
    selection_cache_free(&docrep->cache);
    free_vectors(docrep);
    *docrep = (DocRep){0};
}

/* --- one batch ------------------------------------------------------------------------- */

/* Fills docrep->vectors: the documents' own, then, if `negative`, their negative ones. */
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

/* Adds the gradients of the texts' vectors to those of the documents' vectors they were made
 * from. */
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

/* Lays the texts out, twice if `negative`, with their selections and each row's weight. Returns how
 * many tokens one copy of the texts predicts. */
static size_t lay(DocRep *docrep, const DocRepText *texts, size_t count, bool negative)
{
    Train *train = &docrep->train;
    size_t sequences = negative ? 2 * count : count;
    const MemoryText **own = alloc_zeroed(count, sizeof *own);
    for (size_t i = 0; i < count; i++)
        own[i] = texts[i].text;
    size_t predicted = train_lay(train, own, sequences, count) / (negative ? 2 : 1);
    free(own);
    fit(docrep, sequences);
    gather_vectors(docrep, texts, count, negative);
    choose(docrep, sequences);
    for (size_t t = 0; t < train->batch.rows; t++)
        train->weight[t] = 1.0f / (float)predicted;
    return predicted;
}

/* Computes the batch's losses, and the gradients of all parameters into train.gradients and
 * selection_gradients. */
static void differentiate(DocRep *docrep, const DocRepText *texts, size_t count, DocRepStep *step)
{
    const DocRepSettings *s = &docrep->settings;
    Train *train = &docrep->train;
    bool negative = s->guidance.alpha > 0;
    size_t predicted = lay(docrep, texts, count, negative), d = train->model->config.width;
    size_t rows = train->batch.rows, half = negative ? train->batch.sequences[count].start : rows;
    train_forward(train);
    double dpositive = 1;
    step->loss = step->positive = train_sum(train, 0, half) / (double)predicted;
    if (negative) {
        step->negative = train_sum(train, half, rows - half) / (double)predicted;
        step->loss = guidance_loss(&s->guidance, step->positive, step->negative, &dpositive,
                                   &step->dnegative);
        for (size_t i = 0; i < rows * d; i++)
            train->dh[i] *= (float)(i < half * d ? dpositive : step->dnegative);
    }
    train_backward(train);
    size_t sequences = negative ? 2 * count : count;
    sum_rows(docrep, sequences);
    selection_backward(&docrep->selection, &docrep->selection_gradients, docrep->dvectors,
                       docrep->dchosen, docrep->vectors, sequences, &docrep->cache);
    scatter_vectors(docrep, texts, count, negative);
}

/* --- norms of the gradient's parts ------------------------------------------------------ */

/* Adds 1/count of the four norms of text `row` of the batch to norms[0 … 3]. */
static void add_row(const DocRep *docrep, size_t row, double *norms, size_t count)
{
    size_t k = docrep->settings.dimension, m = docrep->settings.entries;
    double share = 1 / (double)count;
    norms[0] += share * gradient_norm(docrep->dchosen + row * m, m);
    norms[1] += share * gradient_norm(docrep->cache.slope + row * m, m) / sqrt((double)m);
    norms[2] += share * gradient_norm(docrep->cache.dbefore + row * m, m);
    norms[3] += share * gradient_norm(docrep->dvectors + row * k, k);
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
        step->gradient[GRADIENT_K] += gradient_norm(dK, k) / (double)count;
    }
    for (int w = 0; w < DOCREP_WEIGHTS; w++)
        step->gradient[GRADIENT_WEIGHTS + w] = docrep_weight_distance(
            (DocRepWeight)w, &docrep->train.gradients, &docrep->selection_gradients, NULL, NULL);
}

static size_t docrep_vectors_size(const DocRep *docrep)
{
    return docrep->settings.documents * docrep->settings.dimension * sizeof(float);
}

/* Updates `count` parameters by their gradients × scale, with AdamW or SGD. */
static void move(const DocRep *docrep, Adamw *adamw, float *parameters, const float *gradients,
                 size_t count, double scale, double lr)
{
    if (docrep->settings.sgd)
        sgd_step(parameters, gradients, count, scale, lr, docrep->settings.train.decay);
    else
        adamw_step(adamw, parameters, gradients, scale, lr);
}

/* Whether the vectors are not trained themselves: frozen, or made by the context map. */
static bool vectors_follow_nothing(const DocRep *docrep)
{
    return docrep->settings.start == START_FROZEN || docrep->settings.start == START_CONTEXT;
}

/* Updates all parameters by their gradients × scale. Frozen vectors stay; context vectors are
 * computed anew. */
static void follow(DocRep *docrep, double scale)
{
    const DocRepSettings *s = &docrep->settings;
    Adamw *adamw = &docrep->train.adamw;
    Selection *selection = &docrep->selection;
    ContextMap *context = &docrep->context;
    size_t bytes = vectors_follow_nothing(docrep) ? docrep_vectors_size(docrep) : 0;
    float *frozen = memcpy(alloc_scratch(bytes, 1), selection->vectors, bytes);
    double lr = s->constant
                    ? s->train.lr
                    : cosine_schedule(s->train.lr, adamw->step, s->train.warmup, s->train.steps);
    move(docrep, adamw, docrep->memory.parameters, docrep->train.gradients.parameters,
         docrep->memory.count, scale, lr);
    move(docrep, &docrep->selection_adamw, selection->parameters,
         docrep->selection_gradients.parameters, selection->count, scale, lr);
    adamw->step += s->sgd;
    memcpy(selection->vectors, frozen, bytes);
    free(frozen);
    if (s->start != START_CONTEXT)
        return;
    move(docrep, &docrep->context_adamw, context->map, context->dmap,
         context->dimension * context->width, scale, lr);
    context_map_forward(context, selection->vectors);
}

void docrep_step(DocRep *docrep, const DocRepText *texts, size_t count, DocRepStep *step)
{
    const TrainSettings *s = &docrep->settings.train;
    Train *train = &docrep->train;
    Selection *dselection = &docrep->selection_gradients;
    ContextMap *context = &docrep->context;
    *step = (DocRepStep){0};
    memset(dselection->parameters, 0, dselection->count * sizeof *dselection->parameters);
    differentiate(docrep, texts, count, step);
    take_apart(docrep, texts, count, step);
    if (docrep->settings.start == START_CONTEXT)
        context_map_backward(context, dselection->vectors);
    if (vectors_follow_nothing(docrep)) /* measured above, but not applied */
        memset(dselection->vectors, 0, docrep_vectors_size(docrep));
    double one = gradient_norm(train->gradients.parameters, train->gradients.count);
    double two = gradient_norm(dselection->parameters, dselection->count);
    double three = gradient_norm(context->dmap, context->dimension * context->width);
    step->norm = train->norm = sqrt(one * one + two * two + three * three);
    follow(docrep, gradient_clip(step->norm, s->clip));
}

/* --- an epoch ----------------------------------------------------------------------------- */

/* Adds a step's numbers to the sums: losses by token, per-document norms by document. */
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

/* An epoch under way. */
typedef struct {
    DocRep *docrep;
    const MemoryText *texts; /* (n) */
    DocRepText *some;        /* (batch) those of a step */
    float *noise;            /* (batch,k) theirs */
    uint64_t epoch;
    size_t tokens, steps;
    DocRepStep sum;
} Epoch;

static double take_texts(void *user, const uint32_t *which, size_t count, size_t predicted)
{
    Epoch *e = user;
    const DocRepSettings *s = &e->docrep->settings;
    DocRepStep step;
    for (size_t i = 0; i < count; i++) {
        float *noise = e->noise + i * s->dimension;
        e->some[i] = (DocRepText){&e->texts[which[i]], which[i], 0, noise};
        guidance_draw(&s->guidance, s->seed, e->epoch, which[i], s->documents, &e->some[i].other,
                      noise, s->dimension);
    }
    docrep_step(e->docrep, e->some, count, &step);
    add_step(&e->sum, &step, predicted, count);
    e->tokens += predicted, e->steps++;
    return step.loss;
}

bool docrep_epoch(DocRep *docrep, const MemoryText *texts, uint64_t epoch, DocRepStep *mean,
                  Error *error)
{
    const DocRepSettings *s = &docrep->settings;
    Epoch e = {.docrep = docrep, .texts = texts, .epoch = epoch};
    e.some = alloc_zeroed(s->batch, sizeof *e.some);
    e.noise = alloc_zeroed(s->batch, s->dimension * sizeof *e.noise);
    bool finite = train_pass(&docrep->train, texts, s->documents, s->batch, s->seed, epoch,
                             take_texts, &e, error);
    take_mean(&e.sum, (double)e.tokens, (double)s->documents, (double)e.steps);
    *mean = e.sum;
    free(e.some), free(e.noise);
    return finite;
}
