/* Trains a DocRep memory: a memory whose entries each document selects by its own trainable vector,
 * vectors and all, with the forgetting loss beside the memorising one. */
#include "docrep.h"

#include "head.h"
#include "mem.h"
#include "rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SCORE_ROWS = 2048 }; /* rows carried at once when nothing is trained */

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

static void free_rows(DocRep *docrep)
{
    free(docrep->packed), free(docrep->dh), free(docrep->mask), free(docrep->dmask);
    free(docrep->weight), free(docrep->target), free(docrep->nll);
}

static void free_vectors(DocRep *docrep)
{
    free(docrep->vectors), free(docrep->dvectors), free(docrep->chosen), free(docrep->dchosen);
}

void docrep_free(DocRep *docrep)
{
    memory_free(&docrep->memory), memory_free(&docrep->memory_gradients);
    selection_free(&docrep->selection), selection_free(&docrep->selection_gradients);
    adamw_free(&docrep->memory_adamw), adamw_free(&docrep->selection_adamw);
    stack_free(&docrep->with), stack_free(&docrep->without);
    batch_free(&docrep->batch);
    selection_cache_free(&docrep->cache);
    free_rows(docrep);
    free_vectors(docrep);
    *docrep = (DocRep){0};
}

static void fit_rows(DocRep *docrep, size_t rows)
{
    size_t d = docrep->model->config.width, m = docrep->settings.entries;
    if (rows <= docrep->rows)
        return;
    free_rows(docrep);
    docrep->rows = rows;
    docrep->packed = mem_scratch(rows, d * sizeof(float));
    docrep->dh = mem_scratch(rows, d * sizeof(float));
    docrep->mask = mem_scratch(rows, m * sizeof(float));
    docrep->dmask = mem_scratch(rows, m * sizeof(float));
    docrep->weight = mem_scratch(rows, sizeof(float));
    docrep->target = mem_scratch(rows, sizeof *docrep->target);
    docrep->nll = mem_scratch(rows, sizeof *docrep->nll);
}

static void fit_vectors(DocRep *docrep, size_t texts)
{
    size_t k = docrep->settings.dimension, m = docrep->settings.entries;
    if (texts <= docrep->texts)
        return;
    free_vectors(docrep);
    docrep->texts = texts;
    docrep->vectors = mem_scratch(texts, k * sizeof(float));
    docrep->dvectors = mem_scratch(texts, k * sizeof(float));
    docrep->chosen = mem_scratch(texts, m * sizeof(float));
    docrep->dchosen = mem_scratch(texts, m * sizeof(float));
}

/* --- one batch ------------------------------------------------------------------------- */

/* Lays out sequences 0 … count − 1 with their targets; returns how many tokens are predicted.
 * Sequence r is texts[r mod period]. */
static size_t pack(DocRep *docrep, const MemoryText *const *texts, size_t count, size_t period)
{
    size_t d = docrep->model->config.width, predicted = 0;
    Batch *batch = &docrep->batch;
    batch_clear(batch);
    for (size_t r = 0; r < count; r++)
        batch_add(batch, texts[r % period]->length, 0);
    fit_rows(docrep, batch->rows);
    memset(docrep->target, -1, batch->rows * sizeof *docrep->target);
    for (size_t r = 0; r < count; r++) {
        const MemoryText *text = texts[r % period];
        batch_gather(batch, r, docrep->packed, text->h, d);
        memcpy(docrep->target + batch->sequences[r].start, text->ids + 1,
               (text->length - 1) * sizeof *docrep->target);
        predicted += text->length - 1;
    }
    return predicted;
}

/* Selects by the `count` vectors, and gives each sequence's rows its selection; padding none. */
static void choose(DocRep *docrep, size_t count)
{
    size_t m = docrep->settings.entries;
    selection_forward(&docrep->selection, docrep->chosen, docrep->vectors, count, &docrep->cache);
    memset(docrep->mask, 0, docrep->batch.rows * m * sizeof *docrep->mask);
    for (size_t r = 0; r < count; r++) {
        const Sequence *sequence = &docrep->batch.sequences[r];
        for (size_t t = 0; t < sequence->length; t++)
            memcpy(docrep->mask + (sequence->start + t) * m, docrep->chosen + r * m,
                   m * sizeof *docrep->mask);
    }
}

/* dchosen (count,m): the rows of dmask summed over each sequence. */
static void gather_choice(DocRep *docrep, size_t count)
{
    size_t m = docrep->settings.entries;
    double *sum = mem_alloc(m, sizeof *sum);
    for (size_t r = 0; r < count; r++) {
        const Sequence *sequence = &docrep->batch.sequences[r];
        memset(sum, 0, m * sizeof *sum);
        for (size_t t = 0; t < sequence->length; t++)
            for (size_t j = 0; j < m; j++)
                sum[j] += (double)docrep->dmask[(sequence->start + t) * m + j];
        for (size_t j = 0; j < m; j++)
            docrep->dchosen[r * m + j] = (float)sum[j];
    }
    free(sum);
}

static double total(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

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
    size_t predicted = pack(docrep, own, sequences, count) / (negative ? 2 : 1);
    free(own);
    fit_vectors(docrep, sequences);
    gather_vectors(docrep, texts, count, negative);
    choose(docrep, sequences);
    size_t rows = docrep->batch.rows;
    size_t half = negative ? docrep->batch.sequences[count].start : rows;
    for (size_t t = 0; t < rows; t++)
        docrep->weight[t] = 1.0f / (float)predicted;
    const float *h = stack_forward(&docrep->with, &docrep->batch, docrep->packed, docrep->mask);
    head_loss(docrep->model, NULL, h, docrep->target, docrep->weight, rows, docrep->nll,
              docrep->dh);
    double dpositive = 1;
    step->loss = step->positive = total(docrep->nll, half) / (double)predicted;
    if (negative) {
        step->negative = total(docrep->nll + half, rows - half) / (double)predicted;
        step->loss = guidance_loss(&s->guidance, step->positive, step->negative, &dpositive,
                                   &step->dnegative);
        for (size_t i = 0; i < rows * d; i++)
            docrep->dh[i] *= (float)(i < half * d ? dpositive : step->dnegative);
    }
    stack_backward(&docrep->with, &docrep->batch, docrep->dh, &docrep->memory_gradients,
                   docrep->dmask);
    gather_choice(docrep, sequences);
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

/* --- looking, without training ------------------------------------------------------------ */

double docrep_select(DocRep *docrep, float *s)
{
    size_t n = docrep->settings.documents, count = n * docrep->settings.entries, dead = 0;
    selection_forward(&docrep->selection, s, docrep->selection.vectors, n, &docrep->cache);
    for (size_t i = 0; i < count; i++)
        dead += docrep->cache.slope[i] == 0;
    return (double)dead / (double)count;
}

/* vectors: documents first … next − 1, own or negative as drawn for epoch 0. */
static void score_vectors(DocRep *docrep, size_t first, size_t next, DocRepScore score)
{
    const DocRepSettings *s = &docrep->settings;
    size_t k = s->dimension;
    float *noise = mem_alloc(k, sizeof *noise);
    DocRepText text = {.noise = noise};
    for (size_t i = first; i < next; i++) {
        float *vector = docrep->vectors + (i - first) * k;
        memcpy(vector, docrep->selection.vectors + i * k, k * sizeof *vector);
        if (score == DOCREP_NEGATIVE) {
            guidance_draw(&s->guidance, s->seed, 0, i, s->documents, &text.other, noise, k);
            guidance_vector(&s->guidance, vector, docrep->selection.vectors, i, text.other, noise,
                            k);
        }
    }
    free(noise);
}

/* The stream after the last block of documents first … next − 1, packed. */
static const float *carry(DocRep *docrep, const MemoryText *texts, size_t first, size_t next,
                          DocRepScore score)
{
    size_t count = next - first;
    const MemoryText **some = mem_alloc(count, sizeof *some);
    for (size_t i = first; i < next; i++)
        some[i - first] = &texts[i];
    pack(docrep, some, count, count);
    free(some);
    if (score == DOCREP_DETACHED)
        return stack_forward(&docrep->without, &docrep->batch, docrep->packed, NULL);
    fit_vectors(docrep, count);
    score_vectors(docrep, first, next, score);
    choose(docrep, count);
    return stack_forward(&docrep->with, &docrep->batch, docrep->packed, docrep->mask);
}

void docrep_score(DocRep *docrep, const MemoryText *texts, DocRepScore score, double *nll)
{
    size_t n = docrep->settings.documents;
    for (size_t first = 0, next; first < n; first = next) {
        size_t rows = 0;
        for (next = first; next < n && next - first < SCORE_ROWS; next++) {
            rows += texts[next].length;
            if (next > first && rows > SCORE_ROWS)
                break;
        }
        const float *h = carry(docrep, texts, first, next, score);
        head_loss(docrep->model, NULL, h, docrep->target, NULL, docrep->batch.rows, docrep->nll,
                  NULL);
        for (size_t i = first; i < next; i++)
            nll[i] = total(docrep->nll + docrep->batch.sequences[i - first].start, texts[i].length);
    }
}

bool docrep_check_path(DocRep *docrep, const MemoryText *texts, Error *error)
{
    static const DocRepScore ways[] = {DOCREP_DETACHED, DOCREP_OWN, DOCREP_DETACHED};
    size_t V = docrep->model->config.vocabulary, n = docrep->settings.documents;
    bool changes = false, returns = true;
    for (size_t i = 0; i < n && !changes && returns; i++) { /* one may select nothing at all */
        float *logits[3];
        size_t bytes = 0;
        for (int way = 0; way < 3; way++) {
            const float *h = carry(docrep, texts, i, i + 1, ways[way]);
            bytes = docrep->batch.rows * V * sizeof(float);
            logits[way] = mem_scratch(bytes, 1);
            head_logits(docrep->model, logits[way], h, docrep->batch.rows);
        }
        changes = memcmp(logits[0], logits[1], bytes) != 0;
        returns = memcmp(logits[0], logits[2], bytes) == 0;
        free(logits[0]), free(logits[1]), free(logits[2]);
    }
    if (!returns)
        return fail(error,
                    "layer %zu: without the memory the logits do not come back bit for bit; check "
                    "the BLAS library with build/bin/check-gemm",
                    docrep->settings.layer);
    return changes || fail(error,
                           "layer %zu: the memory leaves the logits as they are, so it is not in "
                           "the path; check the layer and the model",
                           docrep->settings.layer);
}
