/* Runs the base model on prompts and on pages, and trains a memory on pages, for gate_table.h. */
#ifndef DOCMEM_GATE_ASK_H
#define DOCMEM_GATE_ASK_H
#include "gates/gate_prompts.h"
#include "model/model.h"
#include "tokenizer/tokenizer.h"

/* Sets choice and truer of every prompt. False, with the reason in *error, if a prompt does not fit
 * the tokenizer or the model's context. */
bool gate_ask(const Model *model, const Tokenizer *tokenizer, GatePrompts *list, Error *error);

/* How a memory is trained for its gate, as the memorize stage trains it. */
typedef struct {
    size_t layer, entries, batch, epochs;
    double lr, decay, clip;
    uint64_t warmup, seed;
} GateMemory;

/* The loss of each page of a role, in nats a token: before (pages) without a memory, after (pages)
 * with a plain memory trained on all of them. If `after` is NULL nothing is trained. False with the
 * reason in *error. */
bool gate_pages(const Model *model, const Tokenizer *tokenizer, const World *world, GateRole role,
                const GateMemory *settings, double *before, double *after, Error *error);

#endif
