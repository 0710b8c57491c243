/* The loop is cut into one piece a thread, at multiples of the unit, and into fewer where a piece
 * would not be worth a thread. The caller does the first piece itself; a thread that cannot be
 * started has its piece done there too. */
#include "base/parallel.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>

/* Starting a thread and waiting for it costs as much as this many operations, several times over.
 */
enum { WORTH_A_THREAD = 1 << 18 };

static size_t threads = 1;           /* set once, by parallel_begin */
static _Thread_local bool in_a_loop; /* so that loops do not nest */

typedef struct {
    ParallelBody *body;
    const void *context;
    size_t first, end;
} Piece;

void parallel_begin(size_t count)
{
    assert(count >= 1 && count <= PARALLEL_LIMIT);
    threads = count;
}

size_t parallel_threads(void)
{
    return threads;
}

static void *run_piece(void *argument)
{
    const Piece *piece = argument;
    in_a_loop = true;
    piece->body(piece->context, piece->first, piece->end);
    in_a_loop = false;
    return NULL;
}

/* How many pieces a loop is worth. */
static size_t count_pieces(size_t count, size_t unit, size_t work)
{
    size_t pieces = work / WORTH_A_THREAD, units = count / unit;
    if (in_a_loop)
        return 1;
    pieces = pieces < threads ? pieces : threads;
    return pieces < units ? pieces : units;
}

void parallel_for(size_t count, size_t unit, size_t work, ParallelBody *body, const void *context)
{
    Piece piece[PARALLEL_LIMIT];
    pthread_t thread[PARALLEL_LIMIT];
    bool started[PARALLEL_LIMIT] = {false};
    size_t pieces = count_pieces(count, unit, work), first = 0;
    if (pieces <= 1) {
        body(context, 0, count);
        return;
    }
    for (size_t i = 0; i < pieces; i++) {
        size_t end = i + 1 == pieces ? count : count / unit * (i + 1) / pieces * unit;
        piece[i] = (Piece){body, context, first, end};
        first = end;
    }
    for (size_t i = 1; i < pieces; i++)
        started[i] = pthread_create(&thread[i], NULL, run_piece, &piece[i]) == 0;
    run_piece(&piece[0]);
    for (size_t i = 1; i < pieces; i++)
        if (started[i])
            pthread_join(thread[i], NULL);
        else
            run_piece(&piece[i]); /* no thread to be had: it is done here */
}
