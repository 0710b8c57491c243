/* What the embedded base model must be able to do, for a memory's help to show. */
#ifndef DOCMEM_GATE_TABLE_H
#define DOCMEM_GATE_TABLE_H
#include "gates/gate_ask.h"

/* One measured number, which must lie from `least` to `most`. */
typedef struct {
    const char *name, *what;
    double least, most, value, low, high; /* low … high: 95 % interval over pages */
    size_t pages, items;                  /* what it was measured on */
    bool gate;                            /* false: only shown; bound by nothing */
} Gate;

enum { GATES_MOST = 40 };
typedef struct {
    Gate gates[GATES_MOST];
    size_t count;
} Gates;

/* Measures all gates on the first `halves` halves (1 or 2) of what is under study; `memory` says
 * how the memory of the last gate is trained. False with the reason in *error. */
bool gates_measure(Gates *gates, const Model *model, const Tokenizer *tokenizer, const World *world,
                   int halves, const GateMemory *memory, Error *error);
/* Whether the value lies where it must. */
bool gate_holds(const Gate *gate);

#endif
