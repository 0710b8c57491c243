/* What the embedded base model must be able to do, so that memories can be seen to help. */
#ifndef DOCMEM_GATE_TABLE_H
#define DOCMEM_GATE_TABLE_H
#include "gates/gate_ask.h"

/* One measured number: it must lie from `least` to `most`. */
typedef struct {
    const char *name, *what;
    double least, most, value, low, high; /* low … high: 95 % interval over pages */
    size_t pages, items;                  /* what it was measured on */
    bool gate;                            /* false: shown beside the gates, bound by nothing */
} Gate;

enum { GATES_MOST = 40 };
typedef struct {
    Gate gates[GATES_MOST];
    size_t count;
} Gates;

/* Measures all of them on the first `halves` halves of what is under study; `memory` says how the
 * memory of the last gate is trained. */
bool gates_measure(Gates *gates, const Model *model, const Tokenizer *tokenizer, const World *world,
                   int halves, const GateMemory *memory, Error *error);
/* Whether the value lies where it must. */
bool gate_holds(const Gate *gate);

#endif
