/* What a memory file tells without its parameters: the cell's condition, seed, epochs and losses.
 */
#ifndef DOCMEM_CELL_LOSSES_H
#define DOCMEM_CELL_LOSSES_H
#include "verdict/condition.h"
#include "verdict/start.h"

typedef struct {
    char *path;
    Condition condition;
    int64_t seed;
    Start start;
    int64_t parameters, entries; /* trained; of the memory */
    double shared;               /* share of them that more than one document uses */
    size_t epochs_count, documents;
    int64_t *epochs;      /* (epochs) saved, ascending from 0 */
    double *nll;          /* (epochs) nats a token, over all tokens */
    double *document_nll; /* (epochs, documents) nats a token of the document */
} CellLosses;

/* Reads `count` files into a new array (count), sorted, in which no cell is there twice and all
 * have the same number of documents. False with the reason; free with cell_losses_free_all. */
bool cell_losses_read_all(CellLosses **cells, char *const *paths, size_t count, Error *error);
void cell_losses_free_all(CellLosses *cells, size_t count);

/* Whether two cells tell the same losses of the pretrained model, as start.h has it. */
bool cell_losses_same_start(const CellLosses *a, const CellLosses *b);

/* The words of a command line, those ending in .csv apart from the others. */
typedef struct {
    char **memories, **predictions; /* borrowed texts */
    size_t memories_count, predictions_count;
} CellFiles;

/* False where one kind is missing. Freed with cell_files_free in any case. */
bool cell_files_part(CellFiles *files, char *const *paths, size_t count, Error *error);
void cell_files_free(CellFiles *files);

#endif
