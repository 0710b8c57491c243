/* Loops over threads: every item once, cut at multiples of the unit, and no loop inside a loop. */
#include "base/parallel.h"

#include "base/alloc.h"
#include "check.h"

#include <stdatomic.h>
#include <time.h>

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
                assert_true(run(threads, count, unit, MUCH, 0) <= 4 * threads);
    assert_int_equal(run(3, 30, 1, MUCH, 0), 12); /* four a thread */
    assert_int_equal(run(3, 30, 4, MUCH, 0), 6);  /* two a thread, of seven units */
    assert_int_equal(run(3, 30, 12, MUCH, 0), 2); /* no piece smaller than a unit */
    assert_int_equal(run(3, 30, 1, 10, 0), 1);    /* not worth a thread */
    assert_int_equal(run(PARALLEL_LIMIT, 10000, 1, SIZE_MAX, 0), 4 * PARALLEL_LIMIT);
}

/* Which pieces of a loop of eight are done, and whether the first saw all the others done. */
typedef struct {
    atomic_size_t done;
    atomic_bool last;
} Wait;

/* The first piece waits for the others, ten seconds at most. */
static void wait_for_others(const void *context, size_t first, size_t end)
{
    Wait *wait = *(Wait *const *)context;
    for (int i = 0; first == 0 && i < 10000 && wait->done < 7; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    if (first == 0)
        wait->last = wait->done == 7;
    wait->done += end - first;
}

static void test_a_slow_thread_holds_nobody_up(void **state)
{
    (void)state;
    Wait wait = {0}, *p = &wait;
    parallel_begin(2);
    parallel_for(8, 1, MUCH, wait_for_others, &p);
    parallel_begin(1);
    assert_int_equal(wait.done, 8);
    assert_true(wait.last);
}

static void test_no_loop_in_a_loop(void **state)
{
    (void)state;
    assert_int_equal(run(2, 10, 1, MUCH, 1), 16); /* eight pieces, each with one inner one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_item_once),
        cmocka_unit_test(test_a_slow_thread_holds_nobody_up),
        cmocka_unit_test(test_no_loop_in_a_loop),
    };
    return cmocka_run_group_tests_name("parallel", tests, NULL, NULL);
}
