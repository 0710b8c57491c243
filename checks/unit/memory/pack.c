/* Texts packed: where their rows and targets come to lie, and how many are carried at a time. */
#include "memory/pack.h"
#include "base/alloc.h"

#include "check.h"

enum { D = 2, UNIT = 12, LONGEST = UNIT + 3 };

/* Every row of a batch of two texts laid out twice: its stream and what it predicts. */
static void test_rows(void **state)
{
    (void)state;
    static const size_t length[2] = {3, LONGEST};
    int32_t ids[2][LONGEST];
    float h[2][LONGEST * D];
    MemoryText texts[2];
    Batch batch = {.unit = UNIT, .least = UNIT};
    for (size_t i = 0; i < 2; i++) {
        for (size_t t = 0; t < LONGEST; t++)
            ids[i][t] = (int32_t)(100 * i + t);
        for (size_t j = 0; j < LONGEST * D; j++)
            h[i][j] = (float)(1000 * i + j + 1);
        texts[i] = (MemoryText){.ids = ids[i], .h = h[i], .length = length[i]};
    }
    const MemoryText *each[2] = {&texts[0], &texts[1]};
    batch_add(&batch, 5, 0); /* what it held before is gone */
    pack_lay(&batch, each, 4, 2);
    assert_int_equal(batch.count, 4);
    float *packed = alloc_zeroed(batch.rows, D * sizeof *packed);
    int32_t *target = alloc_zeroed(batch.rows, sizeof *target);
    for (size_t j = 0; j < batch.rows * D; j++)
        packed[j] = -1;
    assert_int_equal(pack_fill(&batch, each, 2, D, packed, target), 2 * (2 + LONGEST - 1));
    for (size_t r = 0, row = 0; r < 4; r++) {
        size_t n = length[r % 2], end = row + (n + UNIT - 1) / UNIT * UNIT;
        assert_int_equal(batch.sequences[r].start, row);
        assert_int_equal(batch.sequences[r].length, n);
        for (size_t t = 0; row < end; t++, row++) {
            assert_int_equal(target[row], t + 1 < n ? ids[r % 2][t + 1] : -1);
            for (size_t j = 0; j < D; j++)
                assert_true(packed[row * D + j] == (t < n ? h[r % 2][t * D + j] : 0));
        }
        assert_int_equal(r + 1 < 4 ? batch.sequences[r + 1].start : batch.rows, end);
    }
    free(packed), free(target);
    batch_free(&batch);
}

/* A round is full with PACK_ROUND rows; a longer text has one for itself. */
static void test_rounds(void **state)
{
    (void)state;
    static const size_t length[] = {PACK_ROUND - 4, 4, 1, PACK_ROUND + 1, 2, PACK_ROUND, 3, 3};
    static const size_t next[] = {2, 3, 3, 4, 5, 6, 8, 8};
    enum { TEXTS = sizeof length / sizeof *length };
    MemoryText texts[TEXTS];
    const MemoryText *each[TEXTS];
    for (size_t i = 0; i < TEXTS; i++) {
        texts[i] = (MemoryText){.length = length[i]};
        each[i] = &texts[i];
    }
    for (size_t i = 0; i < TEXTS; i++)
        assert_int_equal(pack_round(each, i, TEXTS), next[i]);
    assert_int_equal(pack_round(each, 0, 1), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_rounds),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
