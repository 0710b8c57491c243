/* The loop is cut into a few pieces a thread, at multiples of the unit, and into fewer where a
 * piece would not be worth a thread. Each thread, the caller among them, takes the next piece that
 * nobody has: a core that others slow down holds nobody up, nor does a thread that cannot be
 * started. */
#include "base/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

enum {
    /* Starting a thread and waiting for it costs as much as this many operations, several times. */
    WORTH_A_THREAD = 1 << 18,
    TURNS = 4 /* pieces a thread, where there are as many */
};

static size_t threads = 1;           /* set once, by parallel_begin */
static _Thread_local bool in_a_loop; /* so that loops do not nest */

typedef struct {
    ParallelBody *body;
    const void *context;
    size_t count, unit, pieces;
    atomic_size_t taken;
} Loop;

void parallel_begin(size_t count)
{
    assert(count >= 1 && count <= PARALLEL_LIMIT);
    threads = count;
}

size_t parallel_threads(void)
{
    return threads;
}

/* The item that piece i begins with. */
static size_t begins(const Loop *loop, size_t i)
{
    return i == loop->pieces ? loop->count
                             : loop->count / loop->unit * i / loop->pieces * loop->unit;
}

static void *take_pieces(void *argument)
{
    Loop *loop = argument;
    size_t i;
    in_a_loop = true;
    while ((i = atomic_fetch_add(&loop->taken, 1)) < loop->pieces)
        loop->body(loop->context, begins(loop, i), begins(loop, i + 1));
    in_a_loop = false;
    return NULL;
}

static size_t at_most(size_t size, size_t limit)
{
    return size < limit ? size : limit;
}

void parallel_for(size_t count, size_t unit, size_t work, ParallelBody *body, const void *context)
{
    pthread_t thread[PARALLEL_LIMIT];
    size_t most = at_most(count / unit, work / WORTH_A_THREAD), used = at_most(threads, most);
    size_t started = 1;
    if (in_a_loop || used <= 1) {
        body(context, 0, count);
        return;
    }
    Loop loop = {body, context, count, unit, used * at_most(most / used, TURNS), 0};
    while (started < used && pthread_create(&thread[started], NULL, take_pieces, &loop) == 0)
        started++;
    take_pieces(&loop);
    while (--started > 0)
        pthread_join(thread[started], NULL);
}
