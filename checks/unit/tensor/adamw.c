/* AdamW, clipping and schedule, against their formulas in double and the rates of transformers. */
#include "tensor/adamw.h"
#include "file/safetensors.h"

#include "numbers.h"

/* Loshchilov & Hutter 2019, algorithm 2, as torch.optim.AdamW carries it out, one parameter. */
typedef struct {
    double p, first, second;
} Exact;

static void exact_step(Exact *x, double g, int t, double beta2, double decay, double lr)
{
    x->p -= lr * decay * x->p;
    x->first = 0.9 * x->first + 0.1 * g;
    x->second = beta2 * x->second + (1 - beta2) * g * g;
    x->p -= lr * (x->first / (1 - pow(0.9, t))) / (sqrt(x->second / (1 - pow(beta2, t))) + 1e-8);
}

static void check_steps(double beta2, double decay, double scale, double lr)
{
    enum { COUNT = 37, STEPS = 60 };
    Rng rng = rng_stream("adamw", 0, 0);
    float *p = draw(&rng, COUNT, 1), *start = alloc_zeroed(COUNT, sizeof *start);
    Exact exact[COUNT];
    double ends[COUNT];
    Adamw adamw;
    memcpy(start, p, COUNT * sizeof *p);
    for (int i = 0; i < COUNT; i++)
        exact[i] = (Exact){(double)p[i], 0, 0};
    adamw_begin(&adamw, COUNT, beta2, decay);
    for (int t = 1; t <= STEPS; t++) {
        /* gradients of every size, with a mean of their own, now and then none at all */
        float *g = draw(&rng, COUNT, 1);
        for (int i = 0; i < COUNT; i++) {
            g[i] = (g[i] + 0.5f) * powf(10, (float)(i % 9 - 6)) * (float)(t % 7 != 0);
            exact_step(&exact[i], scale * (double)g[i], t, beta2, decay, lr * t / STEPS);
        }
        adamw_step(&adamw, p, g, scale, lr * t / STEPS);
        free(g);
    }
    assert_int_equal(adamw.step, STEPS);
    for (int i = 0; i < COUNT; i++)
        ends[i] = exact[i].p;
    assert_near("parameters", p, ends, COUNT, 1e-6); /* sixty roundings of numbers near 1 */
    assert_true(relative_gap(start, ends, COUNT) > 1e-3);
    free(p), free(start);
    adamw_free(&adamw);
}

static void test_steps(void **state)
{
    (void)state;
    check_steps(0.999, 0.05, 1, 1e-3);
    check_steps(0.999, 0, 1, 1e-2);
    check_steps(0.95, 0.1, 0.25, 1e-2);
}

static void test_first_step(void **state)
{
    (void)state;
    /* By hand: the first step goes lr against the sign of the gradient, whatever its size; a
     * gradient of 1e-8 = eps halves that; decay takes lr × decay of the parameter. */
    float p[4] = {1, 1, 1, 1};
    const float g[4] = {0, 5, -0.01f, 1e-8f};
    static const double expected[4] = {0.995, 0.895, 1.095, 0.945};
    Adamw adamw;
    adamw_begin(&adamw, 4, 0.999, 0.05);
    adamw_step(&adamw, p, g, 1, 0.1);
    for (int i = 0; i < 4; i++)
        assert_true(fabs((double)p[i] - expected[i]) < 1e-6);
    adamw_step(&adamw, p, g, 1, 0); /* a rate of 0 moves nothing */
    for (int i = 0; i < 4; i++)
        assert_true(fabs((double)p[i] - expected[i]) < 1e-6);
    adamw_free(&adamw);
    assert_null(adamw.first);
}

static void test_norm_and_clip(void **state)
{
    (void)state;
    enum { COUNT = 10000 }; /* more than one span of float sums */
    Rng rng = rng_stream("norm", 0, 0);
    float *g = draw(&rng, COUNT, 3);
    double sum = 0;
    for (int i = 0; i < COUNT; i++)
        sum += (double)g[i] * (double)g[i];
    assert_true(fabs(gradient_norm(g, COUNT) / sqrt(sum) - 1) < 1e-6);
    assert_true(gradient_norm(g, 0) == 0);
    assert_true(fabs(gradient_norm(g, 1) - fabs((double)g[0])) < 1e-6);
    g[COUNT - 1] = NAN;
    assert_true(isnan(gradient_norm(g, COUNT)));
    free(g);
    assert_true(gradient_clip(9.99, 10) == 1 && gradient_clip(0, 10) == 1);
    assert_true(gradient_clip(20, 10) == 10 / (20 + 1e-6)); /* torch.nn.utils.clip_grad_norm_ */
}

static void test_schedule(void **state)
{
    (void)state;
    /* transformers' get_cosine_schedule_with_warmup, as the oracle of the memories wrote it. */
    static const char *const files[] = {"memory-gqa-1-plain", "memory-gqa-1-plain-harsh"};
    for (int i = 0; i < 2; i++) {
        char path[96];
        TensorFile file;
        Error error;
        snprintf(path, sizeof path, "checks/reference/%s.safetensors", files[i]);
        assert_true(tensors_open(&file, path, &error));
        const Tensor *rates = tensors_find(&file, "schedule");
        double settings[5], rate;
        memcpy(settings, tensors_find(&file, "settings")->data, sizeof settings);
        uint64_t warmup = (uint64_t)settings[1], total = (uint64_t)settings[2];
        assert_int_equal(rates->count, total);
        for (uint64_t step = 0; step < total; step++) {
            memcpy(&rate, (const char *)rates->data + step * sizeof rate, sizeof rate);
            assert_true(fabs(cosine_schedule(settings[0], step, warmup, total) - rate) <
                        1e-12 * settings[0]);
        }
        tensors_close(&file);
    }
    assert_true(cosine_schedule(2, 0, 0, 10) == 2); /* no warm-up */
    assert_true(cosine_schedule(2, 5, 10, 100) == 1);
    assert_true(cosine_schedule(2, 10, 10, 100) == 2);
    assert_true(fabs(cosine_schedule(2, 55, 10, 100) - 1) < 1e-12);
    assert_true(cosine_schedule(2, 100, 10, 100) == 0 && cosine_schedule(2, 1000, 10, 100) == 0);
    assert_true(cosine_schedule(2, 10, 10, 10) == 0 && cosine_schedule(2, 3, 10, 5) == 0.6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_first_step),
        cmocka_unit_test(test_norm_and_clip),
        cmocka_unit_test(test_schedule),
    };
    return cmocka_run_group_tests_name("adamw", tests, NULL, NULL);
}
