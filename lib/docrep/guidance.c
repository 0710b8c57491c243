#include "docrep/guidance.h"

#include "base/rng.h"
#include "base/text.h"

#include <math.h>
#include <string.h>

static const char *const form_names[] = {"squared", "absolute"};
static const char *const negative_names[] = {"zero", "other", "other-detached", "perturbed",
                                             "random"};

const char *forget_form_name(ForgetForm form)
{
    return form_names[form];
}

ForgetForm forget_form_parse(const char *name)
{
    return (ForgetForm)text_which(name, form_names, FORGET_FORMS);
}

const char *negative_kind_name(NegativeKind kind)
{
    return negative_names[kind];
}

NegativeKind negative_kind_parse(const char *name)
{
    return (NegativeKind)text_which(name, negative_names, NEGATIVE_KINDS);
}

double guidance_loss(const Guidance *guidance, double positive, double negative, double *dpositive,
                     double *dnegative)
{
    double gap = negative - guidance->tau, square = gap * gap;
    if (guidance->form == FORGET_ABSOLUTE) {
        *dpositive = 1;
        *dnegative = guidance->alpha * (gap > 0 ? 1 : gap < 0 ? -1 : 0);
        return positive + guidance->alpha * fabs(gap);
    }
    double share = square < positive ? 1 : square > positive ? 0 : 0.5;
    *dpositive = 1 + guidance->alpha * (1 - share);
    *dnegative = guidance->alpha * share * 2 * gap;
    return positive + guidance->alpha * (square < positive ? square : positive);
}

static bool needs_other(const Guidance *guidance)
{
    return guidance->negative == NEGATIVE_OTHER || guidance->negative == NEGATIVE_OTHER_DETACHED;
}

void guidance_draw(const Guidance *guidance, uint64_t seed, uint64_t epoch, size_t document,
                   size_t documents, uint32_t *other, float *noise, size_t k)
{
    Rng rng = rng_stream("negative", seed, epoch << 32 | (uint64_t)document);
    *other = 0;
    if (needs_other(guidance)) {
        *other = rng_below(&rng, (uint32_t)documents - 1);
        *other += *other >= document;
    }
    for (size_t j = 0; j < k; j++)
        noise[j] = (float)rng_normal(&rng);
}

void guidance_vector(const Guidance *guidance, float *negative, const float *K, size_t document,
                     uint32_t other, const float *noise, size_t k)
{
    float delta = (float)guidance->delta;
    for (size_t j = 0; j < k; j++)
        switch (guidance->negative) {
        case NEGATIVE_OTHER:
        case NEGATIVE_OTHER_DETACHED:
            negative[j] = K[other * k + j];
            break;
        case NEGATIVE_PERTURBED:
            negative[j] = K[document * k + j] + delta * noise[j];
            break;
        case NEGATIVE_RANDOM:
            negative[j] = noise[j];
            break;
        default:
            negative[j] = 0;
        }
}

bool guidance_owner(const Guidance *guidance, size_t document, uint32_t other, size_t *owner)
{
    *owner = guidance->negative == NEGATIVE_OTHER ? other : document;
    return guidance->negative == NEGATIVE_OTHER || guidance->negative == NEGATIVE_PERTURBED;
}
