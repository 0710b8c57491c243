/* Loops over threads: every item once, cut at multiples of the unit, and no loop inside a loop. */
#include "base/parallel.h"

#include "base/alloc.h"
#include "check.h"

#include <stdatomic.h>

enum { MUCH = 1 << 30 };

/* What a loop did: how often each item came, and where pieces began. */
typedef struct {
    int *times;
    atomic_size_t pieces;
    size_t unit, inner;
} Record;

static void note_inner(const void *context, size_t first, size_t end)
{
    Record *record = *(Record *const *)context;
    record->pieces++;
    assert_int_equal(first, 0);
    assert_int_equal(end, 1000);
}

static void note(const void *context, size_t first, size_t end)
{
    Record *record = *(Record *const *)context;
    record->pieces++;
    for (size_t i = first; i < end; i++)
        record->times[i]++;
    if (first % record->unit != 0)
        record->times[first] = -1;
    if (record->inner)
        parallel_for(1000, 1, MUCH, note_inner, context);
}

/* Runs a loop and checks that each of its items came once; returns the number of pieces. */
static size_t run(size_t threads, size_t count, size_t unit, size_t work, size_t inner)
{
    Record record = {.times = alloc_zeroed(count, sizeof(int)), .unit = unit, .inner = inner},
           *p = &record;
    parallel_begin(threads);
    parallel_for(count, unit, work, note, &p);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(record.times[i], 1);
    free(record.times);
    parallel_begin(1);
    return record.pieces;
}

static void test_every_item_once(void **state)
{
    (void)state;
    for (size_t threads = 1; threads <= 7; threads++)
        for (size_t count = 0; count < 200; count += 13)
            for (size_t unit = 1; unit <= 48; unit *= 3)
                assert_true(run(threads, count, unit, MUCH, 0) <= threads);
    assert_int_equal(run(3, 30, 1, MUCH, 0), 3);
    assert_int_equal(run(3, 30, 12, MUCH, 0), 2); /* no piece smaller than a unit */
    assert_int_equal(run(3, 30, 1, 10, 0), 1);    /* not worth a thread */
    assert_int_equal(run(PARALLEL_LIMIT, 10000, 1, SIZE_MAX, 0), PARALLEL_LIMIT);
}

static void test_no_loop_in_a_loop(void **state)
{
    (void)state;
    assert_int_equal(run(2, 10, 1, MUCH, 1), 4); /* two pieces, each with one inner one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_item_once),
        cmocka_unit_test(test_no_loop_in_a_loop),
    };
    return cmocka_run_group_tests_name("parallel", tests, NULL, NULL);
}
