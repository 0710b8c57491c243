/* What a memory is trained on: documents, their claims in the prompt's form, or both. */
#ifndef DOCMEM_TARGET_H
#define DOCMEM_TARGET_H
#include "encoded.h"
#include "train.h"

typedef enum { TARGET_DOCUMENT, TARGET_TEMPLATE, TARGET_BOTH, TARGETS } Target;

/* "document", "template", "both"; TARGETS where the name is unknown. */
Target target_parse(const char *name);

/* The texts of a target, *count of them, in the order of the prefix; `rows` is the prefix
 * after the memory's block, width wide. The array is the caller's to free, what it
 * points to stays with `encoded` and `rows`. */
MemoryText *target_texts(const Encoded *encoded, const float *rows, size_t width, Target target,
                         size_t *count);

#endif
