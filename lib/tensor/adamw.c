/* All parameters are one array, so that a step is one loop over it: both moments, the decay, the
 * update. */
#include "tensor/adamw.h"

#include "base/alloc.h"
#include "base/vmath.h"
#include "tensor/ops.h"

#include <math.h>
#include <stdlib.h>

void adamw_begin(Adamw *adamw, size_t count, double beta2, double decay)
{
    *adamw = (Adamw){.count = count, .beta1 = 0.9, .beta2 = beta2, .eps = 1e-8, .decay = decay};
    adamw->first = alloc_zeroed(count, sizeof *adamw->first);
    adamw->second = alloc_zeroed(count, sizeof *adamw->second);
}

void adamw_free(Adamw *adamw)
{
    free(adamw->first);
    free(adamw->second);
    *adamw = (Adamw){0};
}

void adamw_step(Adamw *adamw, float *parameters, const float *gradients, double scale, double lr)
{
    double t = (double)++adamw->step;
    double unbias1 = 1 - vm_exp_double(t * vm_log(adamw->beta1));
    double unbias2 = 1 - vm_exp_double(t * vm_log(adamw->beta2));
    float keep = (float)(1 - lr * adamw->decay), rate = (float)(lr / unbias1);
    float root = (float)(1 / sqrt(unbias2)), eps = (float)adamw->eps, s = (float)scale;
    float b1 = (float)adamw->beta1, b2 = (float)adamw->beta2;
    float c1 = (float)(1 - adamw->beta1), c2 = (float)(1 - adamw->beta2);
    float *restrict first = adamw->first, *restrict second = adamw->second;
    float *restrict p = parameters;
    const float *restrict gradient = gradients;
    for (size_t i = 0; i < adamw->count; i++) {
        float g = gradient[i] * s;
        first[i] = b1 * first[i] + c1 * g;
        second[i] = b2 * second[i] + c2 * g * g;
        p[i] = keep * p[i] - rate * first[i] / (sqrtf(second[i]) * root + eps);
    }
}

void sgd_step(float *parameters, const float *gradients, size_t count, double scale, double lr,
              double decay)
{
    for (size_t i = 0; i < count; i++) {
        double value = (double)parameters[i];
        parameters[i] = (float)(value - lr * (scale * (double)gradients[i] + decay * value));
    }
}

double gradient_norm(const float *gradients, size_t count)
{
    enum { SPAN = 4096 };
    double sum = 0;
    for (size_t i = 0; i < count; i += SPAN)
        sum += (double)ops_dot(gradients + i, gradients + i, count - i < SPAN ? count - i : SPAN);
    return sqrt(sum);
}

double gradient_clip(double norm, double limit)
{
    return norm > limit ? limit / (norm + 1e-6) : 1;
}

double cosine_schedule(double lr, uint64_t step, uint64_t warmup, uint64_t total)
{
    if (step < warmup)
        return lr * (double)step / (double)warmup;
    if (step >= total)
        return 0;
    double cosine, sine, progress = (double)(step - warmup) / (double)(total - warmup);
    vm_cos_sin(3.14159265358979323846 * progress, &cosine, &sine);
    return lr * 0.5 * (1 + cosine);
}
