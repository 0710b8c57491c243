/* A tokenizer's normalizer: changes a text before the pre-tokenizer splits it into words. */
#ifndef DOCMEM_NORMALIZE_H
#define DOCMEM_NORMALIZE_H
#include "base/text.h"

typedef enum {
    NORMALIZE_PREPEND, /* `to` before a text that is not empty */
    NORMALIZE_REPLACE, /* each `from` becomes `to` */
    NORMALIZE_NFC      /* Normalization Form C */
} NormalizeKind;

typedef struct {
    NormalizeKind kind;
    char *from, *to; /* owned; NULL where the kind has none */
} NormalizeStep;

/* Steps in order. Starts as {0}, which changes nothing. */
typedef struct {
    NormalizeStep *steps; /* (count) */
    size_t count, capacity;
} Normalizer;

/* Adds a step and copies its strings (NULL where the kind has none). */
void normalizer_add(Normalizer *normalizer, NormalizeKind kind, const char *from, const char *to);

/* Sets *normal to the normalized text; *spare is working memory. The text must not lie in either.
 */
void normalizer_apply(const Normalizer *normalizer, const char *bytes, size_t length, Text *normal,
                      Text *spare);

void normalizer_free(Normalizer *normalizer);

#endif
