/* What a memory is trained on: documents, their claims in the prompt's form, or both; and, as a
 * control that is a cheat, the very claims that are asked, with their answers. */
#ifndef DOCMEM_TARGET_H
#define DOCMEM_TARGET_H
#include "memory/frozen.h"
#include "memory/train.h"

typedef enum { TARGET_DOCUMENT, TARGET_TEMPLATE, TARGET_BOTH, TARGET_CHEAT, TARGETS } Target;

/* "document", "template", "both", "cheat"; TARGETS where the name is unknown. */
Target target_parse(const char *name);

/* The texts of a target, *count of them, in the order of the prefix, with the stream that enters
 * `block` (memory_first); each cut after its first `tokens`, BOS included (0: whole). The array is
 * the caller's to free, what it points to stays with `frozen`, or in TARGET_CHEAT lies in the same
 * block. Templates and cheats have their answer's letter marked, where they have one. NULL as where
 * frozen_enter is false. */
MemoryText *target_texts(Frozen *frozen, size_t block, Target target, size_t tokens, size_t *count,
                         Error *error);

#endif
