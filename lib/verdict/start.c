/* Why 2⁻⁷: BF16 keeps 8 bits, so rounding moves each number of the stream by a part in 2⁹ at most,
 * up or down by chance. A logit is a sum over all of them, and its share of that is smaller: losses
 * of tokens move by about 2⁻⁹ nats, and a text's mean by less, as tokens move this way and that.
 * The largest difference between two layers of the default run was 0.38 · 2⁻⁹ nats a token, over 80
 * documents of four layers; that of SmolLM2-135M, layers 22 and 27 alone, 1.2 · 2⁻⁹. Four times 2⁻⁹
 * leaves three times that to earlier layers, larger logits and shorter texts. Another model, or
 * other texts, are off by tenths. An answer changes where two letters are as likely as each other
 * but for such a difference: 1 of 809 in the default run. */
#include "verdict/start.h"

#include <math.h>

static const double SUMS = 1e-4, ROUNDED = 0x1p-7; /* nats a token */
enum { ANSWERS = 100 };                            /* of so many one may differ, begun ones too */

bool start_equal(Start a, Start b)
{
    return a.rounded == b.rounded && a.first == b.first;
}

/* Rounded each by itself. */
static bool apart(Start a, Start b)
{
    return a.rounded && b.rounded && a.first != b.first;
}

double start_loss_tolerance(Start a, Start b)
{
    if (a.rounded != b.rounded)
        return -1;
    return apart(a, b) ? ROUNDED : a.rounded ? 0 : SUMS;
}

size_t start_answer_tolerance(Start a, Start b, size_t count)
{
    return apart(a, b) ? (count + ANSWERS - 1) / ANSWERS : 0;
}

double start_loss_off(const double *x, const double *y, size_t count)
{
    double off = 0;
    for (size_t i = 0; i < count; i++)
        off = fmax(off, fabs(x[i] - y[i]));
    return off;
}

size_t start_answers_off(const uint8_t *x, const uint8_t *y, size_t count)
{
    size_t off = 0;
    for (size_t i = 0; i < count; i++)
        off += x[i] != y[i];
    return off;
}
