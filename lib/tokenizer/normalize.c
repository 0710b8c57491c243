#include "tokenizer/normalize.h"

#include "base/alloc.h"
#include "tokenizer/unicode.h"

#include <stdlib.h>
#include <string.h>

void normalizer_add(Normalizer *normalizer, NormalizeKind kind, const char *from, const char *to)
{
    normalizer->steps = alloc_grow(normalizer->steps, &normalizer->capacity, normalizer->count + 1,
                                   sizeof *normalizer->steps);
    normalizer->steps[normalizer->count++] =
        (NormalizeStep){kind, from ? alloc_text(from) : NULL, to ? alloc_text(to) : NULL};
}

static void apply_step(const NormalizeStep *step, const Text *in, Text *out)
{
    switch (step->kind) {
    case NORMALIZE_PREPEND:
        if (in->length)
            text_append(out, step->to, strlen(step->to));
        text_append(out, in->bytes, in->length);
        break;
    case NORMALIZE_REPLACE:
        text_append_replaced(out, in->bytes, in->length, step->from, strlen(step->from), step->to,
                             strlen(step->to));
        break;
    case NORMALIZE_NFC:
        unicode_append_nfc(out, in->bytes, in->length);
        break;
    }
}

void normalizer_apply(const Normalizer *normalizer, const char *bytes, size_t length, Text *normal,
                      Text *spare)
{
    normal->length = 0;
    text_append(normal, bytes, length);
    for (size_t i = 0; i < normalizer->count; i++) {
        spare->length = 0;
        apply_step(&normalizer->steps[i], normal, spare);
        Text swapped = *normal;
        *normal = *spare;
        *spare = swapped;
    }
}

void normalizer_free(Normalizer *normalizer)
{
    for (size_t i = 0; i < normalizer->count; i++) {
        free(normalizer->steps[i].from);
        free(normalizer->steps[i].to);
    }
    free(normalizer->steps);
    *normalizer = (Normalizer){0};
}
