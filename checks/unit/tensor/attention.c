/* Attention over packed batches: values and gradients against double precision, siblings, padding.
 *
 * Tolerances are of the largest entry. 3e-6: rounding of sums over at most 20 terms and of an
 * exponential good to 2e-7. */
#include "tensor/attention.h"
#include "tensor/gemm.h"

#include "exact.h"

static const double TOLERANCE = 3e-6;

/* Inputs of one call in single and double precision, and what weighs its outputs. */
typedef struct {
    Batch batch;
    Heads heads;
    size_t wide, narrow; /* elements of q, and of k and v */
    float *q, *k, *v, *dout;
    double *exact_q, *exact_k, *exact_v;
} Case;

static Case make_case(Heads heads, const size_t (*sequences)[3], size_t count, double deviation)
{
    Case c = {.heads = heads};
    Rng rng = rng_stream("attention", heads.kv_heads, count);
    for (size_t i = 0; i < count; i++)
        batch_add_branches(&c.batch, sequences[i][0], sequences[i][1], sequences[i][2]);
    c.wide = c.batch.rows * heads.heads * heads.size;
    c.narrow = c.batch.rows * heads.kv_heads * heads.size;
    c.q = draw(&rng, c.wide, deviation), c.exact_q = widen(c.q, c.wide);
    c.k = draw(&rng, c.narrow, deviation), c.exact_k = widen(c.k, c.narrow);
    c.v = draw(&rng, c.narrow, 1), c.exact_v = widen(c.v, c.narrow);
    c.dout = draw(&rng, c.wide, 1);
    return c;
}

static void free_case(Case *c)
{
    batch_free(&c->batch);
    free(c->q), free(c->k), free(c->v), free(c->dout);
    free(c->exact_q), free(c->exact_k), free(c->exact_v);
}

/* Outputs and gradients of a case; one block of memory, freed by freeing `out`. */
typedef struct {
    float *out, *dq, *dk, *dv;
} Result;

static Result run(const Case *c)
{
    size_t count = attention_probabilities(&c->batch, c->heads);
    float *probabilities = alloc_zeroed(count, sizeof *probabilities);
    Result r = {.out = alloc_zeroed(2 * c->wide + 2 * c->narrow, sizeof *r.out)};
    r.dq = r.out + c->wide, r.dk = r.dq + c->wide, r.dv = r.dk + c->narrow;
    for (size_t i = 0; i < 2 * c->wide + 2 * c->narrow; i++)
        r.out[i] = 77; /* outputs and gradients are set, not added to */
    attention_forward(r.out, probabilities, c->q, c->k, c->v, &c->batch, c->heads);
    attention_backward(r.dq, r.dk, r.dv, c->dout, c->q, c->k, c->v, probabilities, &c->batch,
                       c->heads);
    free(probabilities);
    return r;
}

static double weigh(const void *context)
{
    const Case *c = context;
    double *out = exact_rows(c->wide, 1);
    exact_attention(out, c->exact_q, c->exact_k, c->exact_v, &c->batch, c->heads);
    double sum = product(c->dout, out, c->wide);
    free(out);
    return sum;
}

static void check(Heads heads, const size_t (*sequences)[3], size_t count, double deviation)
{
    Case c = make_case(heads, sequences, count, deviation);
    Result r = run(&c);
    double *exact = exact_rows(c.wide, 1); /* padding stays zero, as it must come out */
    exact_attention(exact, c.exact_q, c.exact_k, c.exact_v, &c.batch, heads);
    assert_near("out", r.out, exact, c.wide, TOLERANCE);
    assert_gradient("dq", r.dq, weigh, &c, c.exact_q, c.wide, TOLERANCE);
    assert_gradient("dk", r.dk, weigh, &c, c.exact_k, c.narrow, TOLERANCE);
    assert_gradient("dv", r.dv, weigh, &c, c.exact_v, c.narrow, TOLERANCE);
    free(exact), free(r.out);
    free_case(&c);
}

static void test_heads(void **state)
{
    (void)state;
    static const size_t sequences[3][3] = {{1, 0, 1}, {7, 0, 1}, {12, 0, 1}};
    check((Heads){3, 3, 4}, sequences, 3, 1);
    check((Heads){4, 2, 6}, sequences, 3, 1);
    check((Heads){4, 1, 2}, sequences, 3, 1);
}

static void test_siblings(void **state)
{
    (void)state;
    static const size_t sequences[4][3] = {{8, 3, 1}, {4, 3, 1}, {13, 1, 1}, {5, 0, 1}};
    check((Heads){4, 2, 4}, sequences, 4, 1);
    check((Heads){2, 1, 6}, sequences, 2, 1);
}

static void test_branches(void **state)
{
    (void)state;
    static const size_t sequences[4][3] = {{11, 6, 2}, {10, 9, 3}, {14, 4, 4}, {9, 6, 3}};
    check((Heads){4, 2, 4}, sequences, 4, 1);
    check((Heads){2, 1, 6}, sequences, 2, 1);
}

/* Along `step` the gradient must say what values half a step before and behind differ by. */
static void check_along(const char *name, const Case *c, double *x, const float *gradient,
                        size_t count, Rng *rng)
{
    const double h = 1e-4;
    float *step = draw(rng, count, 1);
    double said = 0, size = 0, difference = 0;
    for (size_t i = 0; i < count; i++) {
        said += (double)gradient[i] * step[i];
        size += (double)gradient[i] * gradient[i];
    }
    for (int sign = -1; sign <= 1; sign += 2) {
        for (size_t i = 0; i < count; i++)
            x[i] += sign * h * step[i];
        difference += sign * weigh(c) / (2 * h);
        for (size_t i = 0; i < count; i++)
            x[i] -= sign * h * step[i];
    }
    if (!(fabs(said - difference) <= 1e-4 * sqrt(size))) /* a step off by a row shows 1e-2 */
        fail_msg("%s: gradient along a step %.9g, values differ by %.9g", name, said, difference);
    free(step);
}

/* Long sequences are taken in blocks of rows, from 256 rows on. */
static void test_blocks(void **state)
{
    (void)state;
    static const size_t sequences[3][3] = {{300, 0, 1}, {256, 6, 3}, {255, 0, 1}};
    Case c = make_case((Heads){2, 1, 64}, sequences, 3, 0.3);
    Rng rng = rng_stream("steps", 0, 0);
    Result r = run(&c);
    double *exact = exact_rows(c.wide, 1);
    exact_attention(exact, c.exact_q, c.exact_k, c.exact_v, &c.batch, c.heads);
    assert_near("out", r.out, exact, c.wide, TOLERANCE);
    check_along("dq", &c, c.exact_q, r.dq, c.wide, &rng);
    check_along("dk", &c, c.exact_k, r.dk, c.narrow, &rng);
    check_along("dv", &c, c.exact_v, r.dv, c.narrow, &rng);
    free(exact), free(r.out);
    free_case(&c);
}

static void test_sharp_scores(void **state)
{
    (void)state;
    /* Scores of some hundreds: one probability of 1, others that underflow. */
    static const size_t sequences[2][3] = {{9, 0, 1}, {6, 3, 1}};
    Case c = make_case((Heads){2, 2, 8}, sequences, 2, 12);
    Result r = run(&c);
    double *exact = exact_rows(c.wide, 1);
    exact_attention(exact, c.exact_q, c.exact_k, c.exact_v, &c.batch, c.heads);
    assert_near("out", r.out, exact, c.wide, 1e-4); /* scores near 300 are rounded by 3e-5 */
    for (size_t i = 0; i < c.wide; i++)
        assert_true(isfinite(r.dq[i]));
    free(exact), free(r.out);
    free_case(&c);
}

/* Rows of sequence `index` of a case as a case of their own. */
static Case alone(const Case *c, size_t index)
{
    const Sequence *s = &c->batch.sequences[index];
    size_t q = c->heads.heads * c->heads.size, kv = c->heads.kv_heads * c->heads.size;
    Case one = make_case(c->heads, (const size_t[1][3]){{s->length, s->siblings, s->branch}}, 1, 1);
    memcpy(one.q, c->q + s->start * q, one.wide * sizeof *one.q);
    memcpy(one.dout, c->dout + s->start * q, one.wide * sizeof *one.q);
    memcpy(one.k, c->k + s->start * kv, one.narrow * sizeof *one.k);
    memcpy(one.v, c->v + s->start * kv, one.narrow * sizeof *one.v);
    return one;
}

static void test_sequences_stand_alone(void **state)
{
    (void)state;
    static const size_t sequences[5][3] = {
        {23, 0, 1}, {1, 0, 1}, {30, 3, 1}, {12, 0, 1}, {50, 9, 3}};
    Case c = make_case((Heads){4, 2, 8}, sequences, 5, 1);
    size_t q = c.heads.heads * c.heads.size, kv = c.heads.kv_heads * c.heads.size;
    Result all = run(&c);
    for (size_t i = 0; i < 5; i++) {
        Case one = alone(&c, i);
        Result r = run(&one);
        size_t start = c.batch.sequences[i].start;
        assert_same_bits("out", r.out, all.out + start * q, one.wide);
        assert_same_bits("dq", r.dq, all.dq + start * q, one.wide);
        assert_same_bits("dk", r.dk, all.dk + start * kv, one.narrow);
        assert_same_bits("dv", r.dv, all.dv + start * kv, one.narrow);
        free(r.out);
        free_case(&one);
    }
    free(all.out);
    free_case(&c);
}

static void test_padding_is_not_read(void **state)
{
    (void)state;
    static const size_t sequences[2][3] = {{5, 0, 1}, {7, 4, 2}};
    Case c = make_case((Heads){2, 1, 4}, sequences, 2, 1);
    Result before = run(&c);
    for (size_t t = 0; t < c.batch.rows; t++)
        for (size_t i = 0; c.batch.position[t] < 0 && i < 8; i++) {
            c.q[t * 8 + i] = c.dout[t * 8 + i] = NAN;
            c.k[t * 4 + i / 2] = c.v[t * 4 + i / 2] = NAN;
        }
    Result after = run(&c);
    assert_same_bits("results", before.out, after.out, 2 * c.wide + 2 * c.narrow);
    for (size_t t = 0; t < c.batch.rows; t++)
        for (size_t i = 0; c.batch.position[t] < 0 && i < 8; i++)
            assert_true(after.out[t * 8 + i] == 0 && after.dq[t * 8 + i] == 0 &&
                        after.dk[t * 4 + i / 2] == 0 && after.dv[t * 4 + i / 2] == 0);
    free(before.out), free(after.out);
    free_case(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_siblings),
        cmocka_unit_test(test_branches),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_sharp_scores),
        cmocka_unit_test(test_sequences_stand_alone),
        cmocka_unit_test(test_padding_is_not_read),
    };
    gemm_begin(); /* one BLAS thread: what follows holds bits */
    return cmocka_run_group_tests_name("attention", tests, NULL, NULL);
}
