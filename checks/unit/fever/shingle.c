/* Shingles: which ones a text has, exact similarities, and MinHash against them. */
#include "fever/shingle.h"

#include "numbers.h"

static void test_sets(void **state)
{
    (void)state;
    const int32_t ids[] = {1, 7, 9, 7, 9, 2147483647, 0};
    ShingleSet set;
    shingle_set_make(&set, ids, 7, 1);
    const uint64_t ones[] = {0, 7, 9, 2147483647};
    assert_int_equal(set.count, 4);
    assert_memory_equal(set.values, ones, sizeof ones);
    shingle_set_free(&set);
    assert_null(set.values);
    shingle_set_make(&set, ids, 7, 2); /* 7 9, 9 7, 9 max, max 0; BOS is in none */
    assert_int_equal(set.count, 4);
    for (size_t i = 1; i < set.count; i++)
        assert_true(set.values[i] > set.values[i - 1]);
    assert_true(set.values[0] == shingle_of(7, 9, 2) && set.values[1] == shingle_of(9, 7, 2));
    assert_true(set.values[2] == shingle_of(9, 2147483647, 2));
    assert_true(set.values[3] == (UINT64_C(2147483648) << 32));
    shingle_set_free(&set);
    for (size_t length = 0; length <= 2; length++) { /* too short for a pair */
        shingle_set_make(&set, ids, length, 2);
        assert_int_equal(set.count, 0);
        shingle_set_free(&set);
    }
    /* Nothing before is no id before. */
    assert_true(shingle_of(SHINGLE_NOTHING, 5, 2) != shingle_of(0, 5, 2));
    assert_true(shingle_of(3, 5, 1) == shingle_of(SHINGLE_NOTHING, 5, 1));
}

static void test_jaccard(void **state)
{
    (void)state;
    const int32_t a_ids[] = {1, 10, 11, 12, 13}, b_ids[] = {1, 13, 12, 11, 20, 21, 20};
    ShingleSet a, b, none = {0};
    shingle_set_make(&a, a_ids, 5, 1), shingle_set_make(&b, b_ids, 7, 1);
    assert_int_equal(shingle_common(&a, &b), 3);
    assert_true(shingle_jaccard(&a, &b) == 3.0 / 6 && shingle_jaccard(&b, &a) == 3.0 / 6);
    assert_true(shingle_jaccard(&a, &a) == 1);
    assert_true(shingle_jaccard(&a, &none) == 0 && shingle_jaccard(&none, &none) == 0);
    shingle_set_free(&a), shingle_set_free(&b);
    shingle_set_make(&a, a_ids, 5, 2), shingle_set_make(&b, b_ids, 7, 2); /* order matters */
    assert_true(shingle_jaccard(&a, &b) == 0);
    shingle_set_free(&a), shingle_set_free(&b);
}

static void test_hash(void **state)
{
    (void)state;
    /* XXH3_64bits of eight bytes, as the Python package xxhash 3.4.1 gives it for these seeds. */
    assert_true(shingle_hash(UINT64_C(0x0807060504030201), 0) == UINT64_C(0x16f217ea16232297));
    assert_true(shingle_hash(UINT64_C(0x0807060504030201), UINT64_C(0x9E3779B185EBCA87)) ==
                UINT64_C(0xdc3bc5af9dae841d));
    /* Keys differ by band and by seed, and stay. */
    assert_true(shingle_key(1, 0) != shingle_key(1, 1) && shingle_key(1, 0) != shingle_key(2, 0));
    assert_true(shingle_key(1, 0) == UINT64_C(0x5f0530880fb49220) &&
                shingle_key(3, 15) == UINT64_C(0xc52e559aa95838f8));
}

/* Over many keys, least hashes agree as often as the sets are similar, and each shingle is the
 * least as often as any other. */
static void test_minhash(void **state)
{
    (void)state;
    enum { KEYS = 20000, COMMON = 6, OWN = 7 }; /* J = 6 / 20 */
    int32_t a_ids[1 + COMMON + OWN] = {1}, b_ids[1 + COMMON + OWN] = {1};
    for (int i = 0; i < COMMON + OWN; i++) {
        a_ids[1 + i] = 100 + i;
        b_ids[1 + i] = i < COMMON ? 100 + i : 200 + i;
    }
    ShingleSet a, b;
    shingle_set_make(&a, a_ids, 1 + COMMON + OWN, 1);
    shingle_set_make(&b, b_ids, 1 + COMMON + OWN, 1);
    int equal = 0, first = 0;
    for (size_t band = 0; band < KEYS; band++) {
        uint64_t key = shingle_key(9, band), least = shingle_minhash(&a, key);
        equal += least == shingle_minhash(&b, key);
        first += least == shingle_hash(100, key);
        for (size_t i = 0; i < a.count; i++)
            assert_true(least <= shingle_hash(a.values[i], key));
    }
    double j = shingle_jaccard(&a, &b), n = KEYS; /* within four deviations */
    assert_true(fabs(equal / n - j) < 4 * sqrt(j * (1 - j) / n));
    assert_true(fabs(first / n - 1.0 / 13) < 4 * sqrt(1.0 / 13 * 12 / 13 / n));
    shingle_set_free(&a), shingle_set_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_jaccard),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_minhash),
    };
    return cmocka_run_group_tests_name("shingle", tests, NULL, NULL);
}
