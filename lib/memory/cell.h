/* A cell of the grid: one trained memory with its settings, its saved states and its losses, in a
 * file. */
#ifndef DOCMEM_CELL_H
#define DOCMEM_CELL_H
#include "file/out.h"
#include "file/safetensors.h"
#include "memory/allocation.h"
#include "memory/memory.h"

/* The states of a memory as training went on. Parameters of state i, i ≥ 1, are
 * `parameters[i]` (memory.count); state 0 is the model without a memory. */
typedef struct {
    size_t layer, entries, width;
    size_t hidden, query, key; /* of the block, as in Memory */
    uint64_t seed;
    MemoryVariant variant;
    bool without_first;    /* the memory leaves a text's first row as it is */
    bool rounded;          /* the stream below it was kept in BF16 (Frozen) */
    const char *target;    /* document, template or both; with --start also X-then-Y */
    Allocation allocation; /* whose entries are whose */
    size_t states, documents, epochs;
    int64_t *epoch;       /* (states) rising from 0 */
    double *nll;          /* (states) nats a token over all documents */
    double *document_nll; /* (states, documents) nats a token */
    double *train_loss;   /* (epochs) mean loss a token while training */
    float **parameters;   /* (states) [0] is NULL */
} Cell;

/* Room for `states` states, of which 0 is the model without a memory; layer, seed,
 * allocation and target are the caller's to set (target: a text of its own), and the cell's
 * to free. */
void cell_make(Cell *cell, const Memory *memory, size_t states, size_t documents, size_t epochs);

/* Adds the cell's tensors and settings to a writer and writes it to `out`. */
bool cell_write(const Cell *cell, Out *out, Error *error);

/* Reads a whole cell file; freed with cell_free. */
bool cell_read(Cell *cell, const char *path, Error *error);
void cell_free(Cell *cell);

/* "plain", or "plain-without-first": the variant, with the rows where they are not all, as tables
 * name both; returns `text`. */
enum { CELL_VARIANT_TEXT = 32 };
const char *cell_variant(const Cell *cell, char text[CELL_VARIANT_TEXT]);

/* The shape of its memory, without parameters. */
Memory cell_shape(const Cell *cell);

/* The number of trained parameters, and the share of them that more than one document uses. */
size_t cell_parameters(const Cell *cell);
double cell_shared(const Cell *cell);

/* The memory of state i ≥ 1, a copy, freed with memory_free. */
void cell_memory(const Cell *cell, size_t state, Memory *memory);

/* Takes the last state of the cell in file `path`, trained alike on `target`s of its own, as the
 * start of `cell`: into memory's parameters, and "X-then-Y" into cell->target. False where
 * layer, seed, shape, documents or allocation differ, or the start was itself continued. */
bool cell_continue(Cell *cell, const char *path, Memory *memory, Error *error);

#endif
