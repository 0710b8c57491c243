/* Stances: the lenses against formulas and gradients, the exact split, and entries at zero. */
#include "docrep/stance.h"
#include "model/head.h"
#include "tensor/gemm.h"
#include "tensor/ops.h"

#include "numbers.h"

enum { CONTEXTS = 3, ENTRIES = 5, LONGEST = 14, WORDS = 4 };
static const size_t lengths[CONTEXTS] = {9, LONGEST, 2};
static const int32_t words[WORDS] = {3, 40, 41, 95};

/* A drawn memory after a block of a reference model, on drawn streams and ids. */
typedef struct {
    Model model;
    Memory memory;
    float *h[CONTEXTS], *selection;
    int32_t ids[CONTEXTS][LONGEST];
    MemoryText texts[CONTEXTS];
    const MemoryText *each[CONTEXTS];
    Stance stance;
} Case;

static void make_case_of(Case *c, const char *model, size_t layer, MemoryVariant variant)
{
    Error error = {""};
    Rng rng = rng_stream("stance check", layer, (uint64_t)variant);
    if (!model_open(&c->model, model, SIZE_MAX, &error))
        fail_msg("%s", error.text);
    size_t d = c->model.config.width;
    memory_make(&c->memory, d, ENTRIES, variant);
    memory_draw(&c->memory, 3);
    for (size_t i = 0; i < d; i++)
        c->memory.down_bias[i] = (float)(0.3 * rng_normal(&rng));
    c->selection = draw(&rng, CONTEXTS * ENTRIES, 1);
    for (size_t i = 0; i < CONTEXTS; i++) {
        c->h[i] = draw(&rng, lengths[i] * d, 1);
        for (size_t t = 0; t < lengths[i]; t++)
            c->ids[i][t] = (int32_t)rng_below(&rng, 96);
        c->texts[i] = (MemoryText){.ids = c->ids[i], .h = c->h[i], .length = lengths[i]};
        c->each[i] = &c->texts[i];
    }
    stance_begin(&c->stance, &c->model, &c->memory, layer, c->each, c->selection, CONTEXTS);
}

static void make_case(Case *c, size_t layer, MemoryVariant variant)
{
    make_case_of(c, "checks/reference/llama-gqa", layer, variant);
}

static void free_case(Case *c)
{
    stance_free(&c->stance);
    memory_free(&c->memory);
    model_close(&c->model);
    for (size_t i = 0; i < CONTEXTS; i++)
        free(c->h[i]);
    free(c->selection);
}

static void test_short(void **state)
{
    (void)state;
    Case c;
    make_case(&c, 2, MEMORY_LM);
    size_t d = c.model.config.width;
    float out[ENTRIES * WORDS];
    double exact[ENTRIES * WORDS] = {0};
    for (size_t j = 0; j < ENTRIES; j++)
        for (size_t w = 0; w < WORDS; w++)
            for (size_t i = 0; i < d; i++)
                exact[j * WORDS + w] +=
                    (double)c.model.unembedding.values[(size_t)words[w] * d + i] *
                    (double)c.model.final_norm.weight[i] * (double)c.memory.down[i * ENTRIES + j];
    stance_short(&c.model, &c.memory, words, WORDS, out);
    assert_near("short lens", out, exact, ENTRIES * WORDS, 1e-6);
    free_case(&c);
}

/* An entry built to say one word: its column is that word's unembedding over γ. Without lm, after
 * the last block, both lenses and the intervention must find that it raises the word. */
static void test_known_stance(void **state)
{
    (void)state;
    Case c;
    make_case(&c, 2, MEMORY_PLAIN);
    size_t d = c.model.config.width, at = CONTEXTS * WORDS;
    float lens[ENTRIES * WORDS], path[CONTEXTS * WORDS], effect[CONTEXTS * WORDS];
    double sum[CONTEXTS];
    StanceMeans plus, zero;
    for (size_t i = 0; i < d; i++) {
        c.memory.up[i] = 0;
        c.memory.down[i * ENTRIES] =
            c.model.unembedding.values[(size_t)words[1] * d + i] / c.model.final_norm.weight[i];
    }
    c.memory.up_bias[0] = 1; /* active everywhere */
    stance_short(&c.model, &c.memory, words, WORDS, lens);
    stance_true(&c.stance, 0, words, WORDS, path, sum);
    stance_means_make(&plus, &c.stance), stance_means_make(&zero, &c.stance);
    stance_set(&c.stance, 0, 1), stance_pass(&c.stance, &plus);
    stance_set(&c.stance, 0, 0), stance_pass(&c.stance, &zero);
    stance_logits(&c.stance, &plus, &zero, words, WORDS, effect);
    assert_true(lens[1] > 0);
    for (size_t i = 1; i < at; i += WORDS)
        assert_true(path[i] > 0 && effect[i] > 0);
    float activation[CONTEXTS * ENTRIES];
    stance_activation(&c.stance, activation);
    for (size_t i = 0; i < CONTEXTS; i++)
        assert_true(fabs((double)activation[i * ENTRIES] - 0.841344746) < 1e-6); /* gelu(1) */
    stance_means_free(&plus), stance_means_free(&zero);
    free_case(&c);
}

/* --- the true path against the gradient that training uses ---------------------------------- */

/* dnormal (rows,d) = the gradient of the mean over context 1's positions of the word's logit or,
 * where `word` is negative, of log Σ exp, to the stream h (rows,d) behind the final norm. */
static void gradient_behind_norm(const Case *c, const float *h, int32_t word, float *dnormal)
{
    size_t d = c->model.config.width, V = c->model.config.vocabulary, rows = c->stance.batch.rows;
    size_t first = c->stance.batch.sequences[1].start, n = lengths[1] - 1;
    float *logits = alloc_zeroed(rows, V * sizeof *logits);
    head_logits(&c->model, logits, h, rows);
    memset(dnormal, 0, rows * d * sizeof *dnormal);
    for (size_t t = first; t < first + n; t++) {
        double all = head_logsumexp(logits + t * V, V);
        for (size_t v = 0; v < V; v++) {
            double share = word < 0 ? exp((double)logits[t * V + v] - all) : (int32_t)v == word;
            for (size_t i = 0; share != 0 && i < d; i++)
                dnormal[t * d + i] +=
                    (float)(share / (double)n * (double)c->model.unembedding.values[v * d + i]);
        }
    }
    free(logits);
}

/* The derivative by s_j of context 1 at s_j = 0, all else as selected. */
static double exact_derivative(Case *c, size_t entry, int32_t word)
{
    size_t d = c->model.config.width, rows = c->stance.batch.rows;
    Stack stack;
    Memory gradients;
    double sum = 0;
    float *moments = alloc_zeroed(rows, 2 * sizeof *moments),
          *normal = alloc_zeroed(rows, d * sizeof *normal);
    float *dnormal = alloc_zeroed(rows, d * sizeof *dnormal),
          *dh = alloc_zeroed(rows, d * sizeof *dh);
    float *dmask = alloc_zeroed(rows, ENTRIES * sizeof *dmask);
    memory_make(&gradients, d, ENTRIES, c->memory.variant);
    stack_begin(&stack, &c->model, &c->memory, c->stance.stack.layer, c->stance.stack.layer + 1,
                true);
    stance_set(&c->stance, entry, 0);
    const float *h = stack_forward(&stack, &c->stance.batch, c->stance.packed, c->stance.mask);
    gradient_behind_norm(c, h, word, dnormal);
    norm_forward(&c->model.final_norm, normal, moments, h, c->model.config.norm_eps, rows, d);
    norm_backward(&c->model.final_norm, NULL, dh, dnormal, h, moments, rows, d);
    stack_backward(&stack, &c->stance.batch, dh, &gradients, dmask);
    stance_own(&c->stance, entry);
    for (size_t t = 0; t < rows; t++)
        sum += (double)dmask[t * ENTRIES + entry];
    stack_free(&stack), memory_free(&gradients);
    free(moments), free(normal), free(dnormal), free(dh), free(dmask);
    return sum;
}

static void check_true(size_t layer, MemoryVariant variant)
{
    Case c;
    make_case(&c, layer, variant);
    float out[CONTEXTS * WORDS], found[ENTRIES * (WORDS + 1)];
    double sum[CONTEXTS], exact[ENTRIES * (WORDS + 1)];
    for (size_t j = 0; j < ENTRIES; j++) {
        stance_true(&c.stance, j, words, WORDS, out, sum);
        for (size_t w = 0; w < WORDS; w++) {
            found[j * (WORDS + 1) + w] = out[WORDS + w];
            exact[j * (WORDS + 1) + w] = exact_derivative(&c, j, words[w]);
        }
        found[j * (WORDS + 1) + WORDS] = (float)sum[1];
        exact[j * (WORDS + 1) + WORDS] = exact_derivative(&c, j, -1);
    }
    /* A central difference of 1/256: its second-order rest and float32 streams. */
    assert_near("true path", found, exact, ENTRIES * (WORDS + 1), 1e-3);
    free_case(&c);
}

static void test_true(void **state)
{
    (void)state;
    check_true(0, MEMORY_LM);
    check_true(1, MEMORY_LM);
    check_true(2, MEMORY_LM);
    check_true(1, MEMORY_PLAIN);
}

/* The linear path against the gradient, in the other direction and to float32's rounding; a finite
 * step of the same agrees as far as it can. */
static void check_linear(const char *model, size_t layer, MemoryVariant variant)
{
    Case c;
    make_case_of(&c, model, layer, variant);
    float out[CONTEXTS * WORDS], step[CONTEXTS * WORDS], found[ENTRIES * WORDS];
    double sum[CONTEXTS], exact[ENTRIES * WORDS], wide[CONTEXTS * WORDS];
    for (size_t j = 0; j < ENTRIES; j++) {
        stance_linear(&c.stance, j, words, WORDS, out);
        stance_true(&c.stance, j, words, WORDS, step, sum);
        for (size_t w = 0; w < WORDS; w++) {
            found[j * WORDS + w] = out[WORDS + w];
            exact[j * WORDS + w] = exact_derivative(&c, j, words[w]);
        }
        for (size_t i = 0; i < CONTEXTS * WORDS; i++)
            wide[i] = (double)out[i];
        assert_near("finite step", step, wide, CONTEXTS * WORDS, 2e-3);
    }
    assert_near("linear path", found, exact, ENTRIES * WORDS, 1e-5);
    free_case(&c);
}

static void test_linear(void **state)
{
    (void)state;
    check_linear("checks/reference/llama-gqa", 0, MEMORY_LM);
    check_linear("checks/reference/llama-gqa", 2, MEMORY_LM);
    check_linear("checks/reference/llama-gqa", 1, MEMORY_PLAIN);
    check_linear("checks/reference/neox-parallel", 0, MEMORY_LM);
    check_linear("checks/reference/neox-sequential", 1, MEMORY_PLAIN);
}

/* --- passes ------------------------------------------------------------------------------- */

/* Mean log p of the next token by the loss is its mean logit less log Σ exp, with any selection. */
static void test_split(void **state)
{
    (void)state;
    Case c;
    double log_p[CONTEXTS];
    StanceMeans means;
    make_case(&c, 1, MEMORY_LM);
    stance_means_make(&means, &c.stance);
    for (float value = -1; value <= 1; value++) {
        stance_set(&c.stance, 2, value);
        stance_pass(&c.stance, &means);
        stance_next(&c.stance, log_p);
        for (size_t i = 0; i < CONTEXTS; i++) {
            assert_true(fabs(means.next[i] - means.logsumexp[i] - log_p[i]) < 1e-12);
            assert_true(log_p[i] < 0);
        }
    }
    stance_means_free(&means);
    free_case(&c);
}

/* A context's numbers do not depend on the others, and setting an entry back leaves no trace. */
static void test_contexts_stand_alone(void **state)
{
    (void)state;
    Case c;
    Stance alone;
    StanceMeans all, again, one;
    make_case(&c, 1, MEMORY_LM);
    size_t d = c.model.config.width;
    stance_begin(&alone, &c.model, &c.memory, 1, &c.each[1], c.selection + ENTRIES, 1);
    stance_means_make(&all, &c.stance), stance_means_make(&again, &c.stance);
    stance_means_make(&one, &alone);
    stance_pass(&c.stance, &all), stance_pass(&alone, &one);
    assert_memory_equal(one.normal, all.normal + d, d * sizeof *one.normal);
    assert_true(one.logsumexp[0] == all.logsumexp[1] && one.next[0] == all.next[1]);
    stance_set(&c.stance, 4, 1);
    stance_pass(&c.stance, &again);
    assert_memory_not_equal(again.normal, all.normal, CONTEXTS * d * sizeof *all.normal);
    stance_own(&c.stance, 4);
    stance_pass(&c.stance, &again);
    assert_memory_equal(again.normal, all.normal, CONTEXTS * d * sizeof *all.normal);
    stance_means_free(&all), stance_means_free(&again), stance_means_free(&one);
    stance_free(&alone);
    free_case(&c);
}

/* --- entries at zero ------------------------------------------------------------------------ */

/* The memory without entry 0, and a selection without its column. */
static void cut_first(const Case *c, Memory *less, float *selection)
{
    size_t d = c->memory.width, m = ENTRIES - 1;
    memory_make(less, d, m, c->memory.variant);
    memcpy(less->up, c->memory.up + d, m * d * sizeof *less->up);
    memcpy(less->up_bias, c->memory.up_bias + 1, m * sizeof *less->up_bias);
    memcpy(less->down_bias, c->memory.down_bias, d * sizeof *less->down_bias);
    for (size_t i = 0; i < d; i++)
        memcpy(less->down + i * m, c->memory.down + i * ENTRIES + 1, m * sizeof *less->down);
    memcpy(less->lm, c->memory.lm, d * d * sizeof *less->lm);
    memcpy(less->lm_bias, c->memory.lm_bias, d * sizeof *less->lm_bias);
    for (size_t i = 0; i < CONTEXTS; i++)
        memcpy(selection + i * m, c->selection + i * ENTRIES + 1, m * sizeof *selection);
}

static void test_removed(void **state)
{
    (void)state;
    Case c;
    Memory less;
    Stance without;
    StanceMeans zero, cut;
    float selection[CONTEXTS * (ENTRIES - 1)];
    make_case(&c, 1, MEMORY_LM);
    size_t d = c.model.config.width;
    for (size_t j = 0; j < ENTRIES; j++)
        assert_true(stance_removed(&c.stance, j));
    /* A memory of one entry less: other shapes, other kernels, the same numbers. */
    cut_first(&c, &less, selection);
    stance_begin(&without, &c.model, &less, 1, c.each, selection, CONTEXTS);
    stance_means_make(&zero, &c.stance), stance_means_make(&cut, &without);
    stance_set(&c.stance, 0, 0);
    stance_pass(&c.stance, &zero), stance_pass(&without, &cut);
    for (size_t i = 0; i < CONTEXTS * d; i++)
        assert_true(fabs(zero.normal[i] - cut.normal[i]) < 1e-5);
    for (size_t i = 0; i < CONTEXTS; i++)
        assert_true(fabs(zero.logsumexp[i] - cut.logsumexp[i]) < 1e-5);
    stance_means_free(&zero), stance_means_free(&cut);
    stance_free(&without), memory_free(&less);
    /* 0 × infinity is no zero: such an entry leaves its trace. */
    c.memory.down[0] = INFINITY;
    assert_false(stance_removed(&c.stance, 0));
    free_case(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short),
        cmocka_unit_test(test_known_stance),
        cmocka_unit_test(test_true),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_removed),
        cmocka_unit_test(test_contexts_stand_alone),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("stance", tests, NULL, NULL);
}
