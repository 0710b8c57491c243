/* Training a whole model: gradients by differences, bits without threads, a loss that falls. */
#include "model/pretrain_step.h"
#include "model/pretrain_start.h"

#include "base/parallel.h"
#include "tensor/gemm.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>

#include "exact.h"

/* --- a system that gives no thread -------------------------------------------- */

typedef int CreateThread(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
static bool no_threads;
static int threads_asked;

/* Stands before the library's own: refuses when told to, as a system out of threads does. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument)
{
    CreateThread *create;
    void *found = dlsym(RTLD_NEXT, "pthread_create");
    memcpy(&create, &found, sizeof create);
    threads_asked++;
    return no_threads ? EAGAIN : create(thread, attributes, run, argument);
}

/* --- texts --------------------------------------------------------------------- */

enum { TEXTS = 5, LONGEST = 40 };

typedef struct {
    int32_t ids[TEXTS][LONGEST];
    float weight[TEXTS][LONGEST];
    double nll[TEXTS][LONGEST];
    TrainText texts[TEXTS];
} Texts;

/* Texts of these lengths, drawn ids below V, weights 0 … 3. */
static void make_texts(Texts *t, const size_t lengths[TEXTS], uint32_t V)
{
    Rng rng = rng_stream("texts", V, 0);
    memset(t, 0, sizeof *t);
    for (int i = 0; i < TEXTS; i++) {
        for (size_t k = 0; k < lengths[i]; k++) {
            t->ids[i][k] = (int32_t)rng_below(&rng, V);
            t->weight[i][k] = (float)rng_below(&rng, 4);
        }
        t->texts[i] = (TrainText){t->ids[i], t->weight[i], t->nll[i], lengths[i]};
    }
}

/* --- gradients ----------------------------------------------------------------- */

/* The texts packed, as the exact model sees them. */
typedef struct {
    Exact exact;
    Batch batch;
    int32_t *ids, *target;
    double *weight, *h, *nll; /* weights add up to 1 */
} Whole;

static void make_whole(Whole *w, const Model *model, const TrainText *texts, size_t count)
{
    double total = 0;
    *w = (Whole){.exact = {model, widen(model->owned, model->owned_count)}};
    for (size_t i = 0; i < count; i++)
        batch_add(&w->batch, texts[i].length, 0);
    size_t rows = w->batch.rows;
    w->ids = alloc_zeroed(rows, sizeof *w->ids), w->target = alloc_zeroed(rows, sizeof *w->target);
    w->weight = exact_rows(rows, 1), w->nll = exact_rows(rows, 1);
    w->h = exact_rows(rows, model->config.width);
    memset(w->target, -1, rows * sizeof *w->target);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0, at = w->batch.sequences[i].start; k < texts[i].length; k++, at++) {
            w->ids[at] = texts[i].ids[k];
            if (k + 1 == texts[i].length)
                continue;
            w->target[at] = texts[i].ids[k + 1];
            total += w->weight[at] = (double)texts[i].weight[k + 1];
        }
    for (size_t t = 0; t < rows; t++)
        w->weight[t] /= total;
}

static void free_whole(Whole *w)
{
    batch_free(&w->batch);
    free(w->ids), free(w->target), free(w->weight), free(w->h), free(w->nll);
    free(w->exact.parameters);
}

static double whole_loss(const void *context)
{
    const Whole *w = context;
    const Model *model = w->exact.model;
    size_t d = model->config.width;
    const double *table = exact_at(&w->exact, model->embedding.values);
    for (size_t i = 0; i < w->batch.rows * d; i++)
        w->h[i] = w->batch.position[i / d] < 0 ? 0 : table[(size_t)w->ids[i / d] * d + i % d];
    for (size_t i = 0; i < model->config.blocks; i++)
        exact_block(&w->exact, i, &w->batch, w->h);
    exact_nll(&w->exact, w->h, w->target, w->batch.rows, w->nll);
    double sum = 0;
    for (size_t t = 0; t < w->batch.rows; t++)
        sum += w->weight[t] * w->nll[t];
    return sum;
}

static void check_gradients(bool tied, size_t count)
{
    const ModelConfig config = {.blocks = 2,
                                .width = 6,
                                .hidden = 7,
                                .vocabulary = 9,
                                .positions = 16,
                                .heads = {2, 1, 4},
                                .rope_theta = 100,
                                .norm_eps = 1e-2f,
                                .tied = tied};
    Rng rng = rng_stream("whole", tied, 0);
    static Texts t;
    Model model;
    Whole whole;
    Pretrain pretrain;
    make_texts(&t, (const size_t[TEXTS]){6, 1, 4, 5, 3}, 9);
    draw_model(&model, &config, &rng);
    make_whole(&whole, &model, t.texts, count);
    pretrain_begin(&pretrain, &model, 0.95, 0);
    pretrain_step(&pretrain, t.texts, count, 1e-30); /* a rate that moves nothing */
    const float *gradients = pretrain.gradients[0].owned;
    /* Two blocks and a head in float32: 3e-6 of the largest entry. */
    assert_gradient("the whole model", gradients, whole_loss, &whole, whole.exact.parameters,
                    model.owned_count, 3e-6);
    whole_loss(&whole);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 1; k < t.texts[i].length; k++)
            assert_true(fabs(t.nll[i][k] - whole.nll[whole.batch.sequences[i].start + k - 1]) <
                        1e-5);
    pretrain_free(&pretrain);
    free_whole(&whole);
    model_close(&model);
}

static void test_gradients(void **state)
{
    (void)state;
    check_gradients(false, 3);
    check_gradients(true, 3);
    check_gradients(false, 1); /* one shard has nothing to do */
}

/* --- bits ---------------------------------------------------------------------- */

static const ModelConfig SMALL = {.blocks = 2,
                                  .width = 32,
                                  .hidden = 48,
                                  .vocabulary = 61,
                                  .positions = LONGEST,
                                  .heads = {4, 2, 8},
                                  .rope_theta = 10000,
                                  .norm_eps = 1e-5f,
                                  .tied = true};

/* Parameters (freed by the caller) and losses after some steps on the texts. */
static float *train(Texts *t, int steps)
{
    Model model;
    Pretrain pretrain;
    model_make(&model, &SMALL);
    pretrain_draw(&model, 5);
    pretrain_begin(&pretrain, &model, 0.95, 0.1);
    for (int i = 0; i < steps; i++)
        pretrain_step(&pretrain, t->texts, TEXTS, 3e-3);
    float *parameters = alloc_zeroed(model.owned_count, sizeof *parameters);
    memcpy(parameters, model.owned, model.owned_count * sizeof *parameters);
    pretrain_free(&pretrain);
    model_close(&model);
    return parameters;
}

static void test_threads_do_not_matter(void **state)
{
    (void)state;
    static Texts one, two;
    Model shape;
    model_make(&shape, &SMALL);
    make_texts(&one, (const size_t[TEXTS]){17, 40, 2, 31, 24}, 61);
    make_texts(&two, (const size_t[TEXTS]){17, 40, 2, 31, 24}, 61);
    threads_asked = 0;
    parallel_begin(2);
    float *with_threads = train(&two, 4);
    no_threads = true;
    float *without = train(&one, 4);
    no_threads = false;
    parallel_begin(1);
    assert_true(threads_asked >= 8); /* both went through the function above */
    assert_same_bits("parameters", with_threads, without, shape.owned_count);
    assert_memory_equal(one.nll, two.nll, sizeof one.nll);
    free(with_threads), free(without);
    model_close(&shape);
}

static void test_losses_only(void **state)
{
    (void)state;
    static Texts trained, looked;
    Model model;
    Pretrain pretrain;
    static const size_t lengths[TEXTS] = {9, 30, 12, 5, 24};
    make_texts(&trained, lengths, 61);
    make_texts(&looked, lengths, 61);
    model_make(&model, &SMALL);
    pretrain_draw(&model, 5);
    pretrain_begin(&pretrain, &model, 0.95, 0.1);
    float *before = alloc_zeroed(model.owned_count, sizeof *before);
    memcpy(before, model.owned, model.owned_count * sizeof *before);
    pretrain_step(&pretrain, looked.texts, TEXTS, 0);
    assert_same_bits("parameters", model.owned, before, model.owned_count);
    assert_int_equal(pretrain.adamw.step, 0);
    pretrain_step(&pretrain, trained.texts, TEXTS, 1e-3);
    assert_int_equal(pretrain.adamw.step, 1);
    assert_memory_equal(trained.nll, looked.nll, sizeof trained.nll); /* those before the step */
    assert_memory_not_equal(model.owned, before, model.owned_count * sizeof *before);
    pretrain_step(&pretrain, looked.texts, 0, 0); /* no text at all */
    free(before);
    pretrain_free(&pretrain);
    model_close(&model);
}

/* --- drawing and learning ------------------------------------------------------ */

static double deviation(const Matrix *matrix)
{
    double sum = 0;
    for (size_t i = 0; i < matrix->rows * matrix->columns; i++)
        sum += (double)matrix->values[i] * (double)matrix->values[i];
    return sqrt(sum / (double)(matrix->rows * matrix->columns));
}

static void test_draw(void **state)
{
    (void)state;
    Model model, same, other;
    model_make(&model, &SMALL), model_make(&same, &SMALL), model_make(&other, &SMALL);
    pretrain_draw(&model, 1), pretrain_draw(&same, 1), pretrain_draw(&other, 2);
    assert_same_bits("parameters", model.owned, same.owned, model.owned_count);
    assert_memory_not_equal(model.block[0].query.values, other.block[0].query.values, 64);
    /* Sample deviations of a thousand draws and more lie within 10 %. */
    assert_true(fabs(deviation(&model.block[1].query) * sqrt(32) - 1) < 0.1);
    assert_true(fabs(deviation(&model.block[1].up) * sqrt(32) - 1) < 0.1);
    assert_true(fabs(deviation(&model.block[0].output) * sqrt(32) * 2 - 1) < 0.1); /* √(2N) = 2 */
    assert_true(fabs(deviation(&model.block[0].down) * sqrt(48) * 2 - 1) < 0.1);
    for (size_t i = 0; i < 32; i++)
        assert_true(model.final_norm.weight[i] == 1 && model.block[1].input_norm.weight[i] == 1 &&
                    model.block[0].mlp_norm.weight[i] == 1);
    model_close(&model), model_close(&same), model_close(&other);
}

static double mean_nll(const Texts *t)
{
    double sum = 0, count = 0;
    for (int i = 0; i < TEXTS; i++)
        for (size_t k = 1; k < t->texts[i].length; k++, count++)
            sum += t->nll[i][k];
    return sum / count;
}

/* A model that is large enough starts out expecting what it has seen to come again. */
static void test_start_finds(void **state)
{
    (void)state;
    enum { HALF = LONGEST / 2 };
    static Texts t;
    static const ModelConfig config = {.blocks = 4,
                                       .width = 192,
                                       .hidden = 64,
                                       .vocabulary = 400,
                                       .positions = LONGEST,
                                       .heads = {3, 3, 64},
                                       .rope_theta = 10000,
                                       .norm_eps = 1e-5f,
                                       .tied = true};
    Model model;
    Pretrain pretrain;
    double first = 0, again = 0;
    make_texts(&t, (const size_t[TEXTS]){LONGEST, LONGEST, LONGEST, LONGEST, LONGEST}, 61);
    for (int i = 0; i < TEXTS; i++)
        for (int k = 0; k < LONGEST; k++)
            t.ids[i][k] = k == 0 ? 1 : 10 + i * 61 + (k % HALF) * 3;
    model_make(&model, &config);
    pretrain_draw(&model, 1);
    pretrain_begin(&pretrain, &model, 0.95, 0.1);
    pretrain_step(&pretrain, t.texts, TEXTS, 0);
    for (int i = 0; i < TEXTS; i++)
        for (int k = 2; k < HALF; k++) {
            first += t.nll[i][k] / (TEXTS * (HALF - 2));
            again += t.nll[i][k + HALF] / (TEXTS * (HALF - 2));
        }
    if (!(again < first - 2))
        fail_msg("%.3f nats at first sight, %.3f at the second", first, again);
    pretrain_free(&pretrain);
    model_close(&model);
}

static void test_it_learns(void **state)
{
    (void)state;
    static Texts t;
    make_texts(&t, (const size_t[TEXTS]){40, 40, 40, 40, 40}, 61);
    for (int i = 0; i < TEXTS; i++)
        for (int k = 0; k < LONGEST; k++) {
            t.ids[i][k] = (i * 7 + k * 3) % 61; /* counting by threes */
            t.weight[i][k] = 1;
        }
    free(train(&t, 1));
    double first = mean_nll(&t);
    free(train(&t, 30));
    double last = mean_nll(&t);
    assert_true(fabs(first - log(61)) < 1); /* it starts out not knowing */
    if (!(last < 0.5 * first))
        fail_msg("thirty steps took the loss from %.3f to %.3f only", first, last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients),   cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_losses_only), cmocka_unit_test(test_draw),
        cmocka_unit_test(test_start_finds), cmocka_unit_test(test_it_learns),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("pretrain", tests, NULL, NULL);
}
