/* What a memory is trained on: documents, their claims in the prompt's form, or both. */
#ifndef DOCMEM_TARGET_H
#define DOCMEM_TARGET_H
#include "frozen.h"
#include "train.h"

typedef enum { TARGET_DOCUMENT, TARGET_TEMPLATE, TARGET_BOTH, TARGETS } Target;

/* "document", "template", "both"; TARGETS where the name is unknown. */
Target target_parse(const char *name);

/* The texts of a target, *count of them, in the order of the prefix, for a memory after block
 * `layer`; each cut after its first `tokens`, BOS included (0: whole). The array is the caller's to
 * free, what it points to stays with `frozen`. NULL as where frozen_rows is false. */
MemoryText *target_texts(const Frozen *frozen, size_t layer, Target target, size_t tokens,
                         size_t *count, Error *error);

#endif
