/* Threads: one loop split over them. The only module that starts any.
 *
 * A thread count never changes a result: bodies write to places of their own, and sums are not
 * split. */
#ifndef DOCMEM_PARALLEL_H
#define DOCMEM_PARALLEL_H
#include <stddef.h>

enum { PARALLEL_LIMIT = 256 }; /* threads at most */

/* Items first … end-1 of the loop. Called from several threads at once. */
typedef void ParallelBody(const void *context, size_t first, size_t end);

/* Threads a loop may take from now on, 1 … PARALLEL_LIMIT; 1 before the first call. */
void parallel_begin(size_t threads);
size_t parallel_threads(void);

/* Runs body over 0 … count-1 in at most four pieces a thread, each but the last of a multiple of
 * `unit` items, whichever thread is free taking the next. `work`: about how many elementary
 * operations the whole loop has; little of it stays on the calling thread, and so does a loop
 * inside another one's body. Returns when all is done. */
void parallel_for(size_t count, size_t unit, size_t work, ParallelBody *body, const void *context);

#endif
