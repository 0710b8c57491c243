/* Asks a small model prompts and pages, and lets it memorise: what gate_table.h measures. */
#ifndef DOCMEM_GATE_ASK_H
#define DOCMEM_GATE_ASK_H
#include "gates/gate_prompts.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

/* Fills in choice and truer of every prompt. False where a prompt does not fit the tokenizer or the
 * model's context. */
bool gate_ask(const Model *model, const Tokenizer *tokenizer, GatePrompts *list, Error *error);

/* How a memory is trained for its gate, as the memorize stage trains it. */
typedef struct {
    size_t layer, entries, batch, epochs;
    double lr, decay, clip;
    uint64_t warmup, seed;
} GateMemory;

/* The pages of a role: nats a token of each (pages), before and with a plain memory trained on all
 * of them. `after` may be NULL: nothing is trained. */
bool gate_pages(const Model *model, const Tokenizer *tokenizer, const World *world, GateRole role,
                const GateMemory *settings, double *before, double *after, Error *error);

#endif
