/* What a stage asks: the memory of a cell, or the model as it is, about the texts of a corpus. */
#ifndef DOCMEM_ASKED_H
#define DOCMEM_ASKED_H
#include "memory/cell.h"
#include "memory/frozen.h"
#include "memory/generate.h"

/* What it is told: the frozen side, a cell's file, "own" or "wrong" masks, and which saved epochs:
 * such as "0,5,25", "last", NULL for all. Cell and prefix are named both, or neither. */
typedef struct {
    FrozenPaths from;
    const char *cell, *mask, *epochs;
} AskedPaths;
/* Rows of a stage's arguments (run/stage.h) that set them. */
/* clang-format off */
#define MASK_ARG(paths) \
    {"mask", ARG_TEXT, &(paths).mask, "the document's entries, or another's [own or wrong]", false}
#define ASKED_ARGS(paths) \
    FROZEN_ARGS((paths).from, false), \
    {"cell", ARG_INPUT, &(paths).cell, "trained memory; the model as it is if absent", false}, \
    MASK_ARG(paths), \
    {"epochs", ARG_TEXT, &(paths).epochs, \
     "saved epochs to ask, like 0,5,25, or last; all if absent", false}
/* clang-format on */

typedef struct {
    const char *path; /* of the cell, or of the model where there is none; borrowed */
    Frozen frozen;
    Cell cell;
    const float *rows; /* of the prefix, that enter the cell (memory_first); NULL without one */
    size_t *states;    /* (states_count) places in the cell of the states to ask */
    size_t states_count;
} Asked;

/* Opens all of it; closed with asked_close. The prefix must hold texts of `kind`. The cell must be
 * of the model's width and blocks and, where its masks depend on documents, of the corpus. With the
 * mask "wrong" each document gets the entries of another, and the cell's target the ending
 * "-wrong-mask". Without a cell the model is asked after what the corpus tells before its prompts:
 * *cell has one state, of epoch -1, and the target "page-in-context" and the like. False with the
 * reason, and nothing kept open. */
bool asked_open(Asked *asked, const AskedPaths *paths, TextKind kind, Error *error);
void asked_close(Asked *asked);

/* Who answers: the model with the memory of a state, copied into *memory, which the caller frees;
 * at state 0 without one. */
Speaker asked_speaker(const Asked *asked, size_t state, Memory *memory);

#endif
