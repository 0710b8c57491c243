/* Random streams: the published values of Philox, streams that do not touch, unbiased draws. */
#include "base/rng.h"
#include "base/alloc.h"

#include <math.h>
#include <string.h>

#include "check.h"

static void test_philox(void **state)
{
    (void)state;
    /* Random123 (Salmon et al. 2011), tests/kat_vectors, lines "philox4x32 10". */
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } known[] = {
        {{0}, {0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        philox4x32(known[i].counter, known[i].key, out);
        assert_memory_equal(out, known[i].out, sizeof out);
    }
}

static void test_stream_words(void **state)
{
    (void)state;
    /* Words come block by block, in the order of the counter, which carries. */
    Rng rng = rng_stream("words", 7, 11);
    uint32_t key[2] = {rng.key[0], rng.key[1]}, block[4];
    rng.counter[0] = 0xffffffff;
    rng.counter[1] = 5;
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t counter[4] = {i == 0 ? 0xffffffff : 0, 5 + i, 11, 0};
        philox4x32(counter, key, block);
        for (int j = 0; j < 4; j++)
            assert_int_equal(rng_u32(&rng), block[j]);
    }
}

static void test_streams_differ(void **state)
{
    (void)state;
    const Rng streams[] = {rng_stream("a", 1, 1),
                           rng_stream("b", 1, 1),
                           rng_stream("a", 2, 1),
                           rng_stream("a", 1, 2),
                           rng_stream("a", 1, 1ull << 32 | 1),
                           rng_stream("a", 1ull << 32 | 1, 1),
                           rng_stream("", 1, 1)};
    enum { COUNT = sizeof streams / sizeof *streams };
    uint32_t words[COUNT][4];
    for (int i = 0; i < COUNT; i++) {
        Rng rng = streams[i];
        for (int j = 0; j < 4; j++)
            words[i][j] = rng_u32(&rng);
        for (int k = 0; k < i; k++)
            assert_memory_not_equal(words[i], words[k], sizeof words[i]);
    }
}

static void test_streams_do_not_touch(void **state)
{
    (void)state;
    uint32_t alone[64];
    Rng rng = rng_stream("mine", 3, 0);
    for (int i = 0; i < 64; i++)
        alone[i] = rng_u32(&rng);
    /* The same stream, while another is drawn from in every other way. */
    Rng mine = rng_stream("mine", 3, 0), other = rng_stream("other", 3, 0);
    uint32_t order[5] = {0, 1, 2, 3, 4};
    for (int i = 0; i < 64; i++) {
        rng_normal(&other), rng_below(&other, 1 + (uint32_t)i), rng_shuffle(&other, order, 5);
        assert_int_equal(rng_u32(&mine), alone[i]);
    }
}

static void test_values_never_change(void **state)
{
    (void)state;
    /* By checks/oracle/rng.py. A change here changes every published result. */
    static const struct {
        const char *purpose;
        uint64_t seed, index;
        uint32_t words[4];
    } known[] = {
        {"example", 1, 2, {0xb83ebf7d, 0x42a30a16, 0xf6cfaa4a, 0x6e39650c}},
        {"parameters",
         (1ull << 40) + 3,
         (1ull << 33) + 1,
         {0xfd0ae5b2, 0x52c5e1a6, 0x4bcd1ac0, 0x01d6276d}},
        {"", 0, 0, {0x66e68039, 0xe4820ce3, 0xde50d6a2, 0x34b898ac}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        Rng rng = rng_stream(known[i].purpose, known[i].seed, known[i].index);
        for (int j = 0; j < 4; j++)
            assert_int_equal(rng_u32(&rng), known[i].words[j]);
    }
}

static void test_below(void **state)
{
    (void)state;
    enum { DRAWS = 200000, BINS = 7 };
    Rng rng = rng_stream("below", 1, 0);
    int bins[BINS] = {0};
    double chi = 0;
    for (int i = 0; i < DRAWS; i++) {
        uint32_t value = rng_below(&rng, BINS);
        assert_true(value < BINS);
        bins[value]++;
    }
    for (int i = 0; i < BINS; i++)
        chi += pow(bins[i] - (double)DRAWS / BINS, 2) / ((double)DRAWS / BINS);
    assert_true(chi < 22.5); /* six degrees of freedom: one seed in a thousand is above */
    /* A remainder alone would give the lowest third of this bound half of the draws. */
    int low = 0;
    for (int i = 0; i < DRAWS; i++)
        low += rng_below(&rng, 3u << 30) < 1u << 30;
    assert_true(fabs((double)low / DRAWS - 1.0 / 3) < 0.005); /* 4.7 deviations */
    for (int i = 0; i < 100; i++)
        assert_int_equal(rng_below(&rng, 1), 0);
    for (int i = 0; i < 100; i++)
        assert_true(rng_below(&rng, UINT32_MAX) < UINT32_MAX);
}

/* Sample moments about 0 of `draws` values: m[k] = mean of x^(k+1). */
static void moments(double m[4], double (*value)(Rng *), const char *name, int draws)
{
    Rng rng = rng_stream(name, 1, 0);
    memset(m, 0, 4 * sizeof *m);
    for (int i = 0; i < draws; i++) {
        double x = value(&rng), power = 1;
        for (int k = 0; k < 4; k++)
            m[k] += (power *= x) / draws;
    }
}

static void test_uniform(void **state)
{
    (void)state;
    double m[4];
    moments(m, rng_uniform, "uniform", 200000);
    for (int k = 0; k < 4; k++) /* E x^n = 1/(n+1); deviation of the mean at most 0.3/√draws */
        assert_true(fabs(m[k] - 1.0 / (k + 2)) < 0.003);
    Rng rng = rng_stream("uniform", 2, 0);
    for (int i = 0; i < 100000; i++) {
        double x = rng_uniform(&rng);
        assert_true(x >= 0 && x < 1);
    }
}

static void test_normal(void **state)
{
    (void)state;
    double m[4];
    moments(m, rng_normal, "normal", 200000);
    assert_true(fabs(m[0]) < 0.01);      /* deviation 1/√draws = 0.0022 */
    assert_true(fabs(m[1] - 1) < 0.014); /* √(1.9/draws) = 0.0031 */
    assert_true(fabs(m[2]) < 0.04);      /* 0.0083 */
    assert_true(fabs(m[3] - 2.9) < 0.1); /* 3 − 0.1 for a sum of twelve; 0.021 */
}

static void test_weighted(void **state)
{
    (void)state;
    static const double weights[4] = {1, 0, 5, 2};
    enum { DRAWS = 100000 };
    Rng rng = rng_stream("weighted", 1, 0);
    int bins[4] = {0};
    for (int i = 0; i < DRAWS; i++)
        bins[rng_weighted(&rng, weights, 4)]++;
    assert_int_equal(bins[1], 0);
    for (int i = 0; i < 4; i++) /* deviation at most 0.0016 */
        assert_true(fabs((double)bins[i] / DRAWS - weights[i] / 8) < 0.008);
}

static void test_shuffle(void **state)
{
    (void)state;
    enum { DRAWS = 60000 };
    Rng rng = rng_stream("shuffle", 1, 0);
    int seen[27] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint32_t order[3] = {0, 1, 2};
        rng_shuffle(&rng, order, 3);
        assert_int_equal(1u << order[0] | 1u << order[1] | 1u << order[2], 7);
        seen[order[0] * 9 + order[1] * 3 + order[2]]++;
    }
    int kinds = 0;
    for (int i = 0; i < 27; i++)
        if (seen[i]) {
            kinds++;
            assert_true(abs(seen[i] - DRAWS / 6) < 460); /* five deviations */
        }
    assert_int_equal(kinds, 6);
    rng_shuffle(&rng, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox),
        cmocka_unit_test(test_stream_words),
        cmocka_unit_test(test_streams_differ),
        cmocka_unit_test(test_streams_do_not_touch),
        cmocka_unit_test(test_values_never_change),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_uniform),
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_weighted),
        cmocka_unit_test(test_shuffle),
    };
    return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
