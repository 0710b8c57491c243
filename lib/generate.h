/* Greedy continuation of a token sequence by a model, with a memory or without. */
#ifndef DOCMEM_GENERATE_H
#define DOCMEM_GENERATE_H
#include "stack.h"
#include "tokenizer.h"

/* Appends up to `count` ids to *ids, each the most probable next one (the
 * lowest id among equals), and stops after `end` (−1: never) or at the model's
 * longest context. `stack` runs the whole model (first = 0). */
void generate_greedy(Stack *stack, Tokens *ids, size_t count, int32_t end);

#endif
