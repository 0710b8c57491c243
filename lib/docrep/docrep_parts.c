#include "docrep/docrep_parts.h"

#include "base/text.h"

#include <math.h>

bool docrep_has_weight(const DocRepSettings *settings, DocRepWeight weight)
{
    return weight != WEIGHT_LM || settings->lm;
}

bool docrep_has_gradient(const DocRepSettings *settings, int gradient)
{
    if (gradient >= GRADIENT_WEIGHTS)
        return docrep_has_weight(settings, (DocRepWeight)(gradient - GRADIENT_WEIGHTS));
    return gradient < GRADIENT_NEGATIVE_S || gradient > GRADIENT_NEGATIVE_K ||
           settings->guidance.alpha > 0;
}

static const char *const start_names[] = {"normal", "orthogonal", "frozen", "context"};

const char *vector_start_name(VectorStart start)
{
    return start_names[start];
}

VectorStart vector_start_parse(const char *name)
{
    return (VectorStart)text_which(name, start_names, VECTOR_STARTS);
}

const char *docrep_gradient_name(int gradient)
{
    static const char *const names[] = {"own.s",      "own.slope",  "own.G",
                                        "own.K",      "negative.s", "negative.slope",
                                        "negative.G", "negative.K", "K"};
    return gradient < GRADIENT_WEIGHTS
               ? names[gradient]
               : docrep_weight_name((DocRepWeight)(gradient - GRADIENT_WEIGHTS));
}

const char *docrep_weight_name(DocRepWeight weight)
{
    static const char *const names[] = {"up", "down", "lm", "G"};
    return names[weight];
}

/* Σ (a − b)², b NULL: zeros. */
static double squares(const float *a, const float *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = (double)a[i] - (b ? (double)b[i] : 0);
        sum += difference * difference;
    }
    return sum;
}

double docrep_weight_distance(DocRepWeight weight, const Memory *memory, const Selection *selection,
                              const Memory *other_memory, const Selection *other_selection)
{
    const Memory *a = memory, *b = other_memory;
    const Selection *s = selection, *t = other_selection;
    size_t d = a->width, m = a->entries, k = s->dimension;
    switch (weight) {
    case WEIGHT_UP:
        return sqrt(squares(a->up, b ? b->up : NULL, m * d));
    case WEIGHT_DOWN:
        return sqrt(squares(a->down, b ? b->down : NULL, d * m));
    case WEIGHT_LM:
        return a->lm ? sqrt(squares(a->lm, b ? b->lm : NULL, d * d)) : 0;
    default:
        return sqrt((s->inner ? squares(s->inner, t ? t->inner : NULL, m * k) : 0) +
                    squares(s->outer, t ? t->outer : NULL, m * (s->inner ? m : k)));
    }
}
