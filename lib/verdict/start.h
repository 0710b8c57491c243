/* The model that cells start from, as each of them measured it before training.
 *
 * It is one model, asked above each cell's layer. A stream that was kept in float32 makes no
 * difference of that: losses agree but for the order of sums, and answers are the same. One that
 * was kept in BF16 (prefix --stream bf16) was rounded after each block by itself: above one of them
 * everything is the same, bit for bit, and above different ones it is a little off, which has a
 * bound (start.c says why). */
#ifndef DOCMEM_START_H
#define DOCMEM_START_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    bool rounded; /* the stream was kept in BF16 */
    size_t first; /* the block that it enters (memory_first) */
} Start;

/* Whether everything below the two is the same. */
bool start_equal(Start a, Start b);

/* What the losses of a text may be off from each other, in nats a token, and how many of `count`
 * answers. The first is below 0 where one stream was kept in BF16 and the other was not: such cells
 * are never of one run. */
double start_loss_tolerance(Start a, Start b);
size_t start_answer_tolerance(Start a, Start b, size_t count);

/* The largest difference of x and y (count), and the number of their differences. */
double start_loss_off(const double *x, const double *y, size_t count);
size_t start_answers_off(const uint8_t *x, const uint8_t *y, size_t count);

#endif
