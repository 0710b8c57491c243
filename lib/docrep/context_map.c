/* Documents are few and U is small, so plain loops will do. Sums over rows and documents go in
 * order and in double. */
#include "docrep/context_map.h"

#include "base/alloc.h"
#include "tensor/ops.h"
#include "tensor/orthogonal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void context_map_make(ContextMap *context, size_t documents, size_t dimension, size_t width)
{
    *context = (ContextMap){documents, dimension, width, NULL, NULL, NULL};
    context->means = alloc_zeroed(documents, width * sizeof(float));
    context->map = alloc_zeroed(dimension, width * sizeof(float));
    context->dmap = alloc_zeroed(dimension, width * sizeof(float));
}

void context_map_free(ContextMap *context)
{
    free(context->means), free(context->map), free(context->dmap);
    *context = (ContextMap){0};
}

void context_map_draw(ContextMap *context, uint64_t seed)
{
    Rng rng = rng_stream("context map", seed, 0);
    orthogonal_draw(context->map, context->dimension, context->width, sqrt(2), &rng);
}

void context_map_read(ContextMap *context, const MemoryText *texts)
{
    size_t d = context->width;
    for (size_t i = 0; i < context->documents; i++)
        for (size_t j = 0; j < d; j++) {
            double sum = 0;
            for (size_t t = 0; t < texts[i].length; t++)
                sum += (double)texts[i].h[t * d + j];
            context->means[i * d + j] = (float)(sum / (double)texts[i].length);
        }
}

void context_map_forward(const ContextMap *context, float *vectors)
{
    size_t k = context->dimension, d = context->width;
    for (size_t i = 0; i < context->documents; i++)
        for (size_t j = 0; j < k; j++)
            vectors[i * k + j] = ops_dot(context->map + j * d, context->means + i * d, d);
}

void context_map_backward(ContextMap *context, const float *dvectors)
{
    size_t k = context->dimension, d = context->width;
    for (size_t j = 0; j < k; j++)
        for (size_t l = 0; l < d; l++) {
            double sum = 0;
            for (size_t i = 0; i < context->documents; i++)
                sum += (double)dvectors[i * k + j] * (double)context->means[i * d + l];
            context->dmap[j * d + l] = (float)sum;
        }
}
