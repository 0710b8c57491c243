/* The grid of trained cells: what each layer, seed and saved epoch stored, and how it answered.
 *
 * A cell is one memory, trained after one layer from one seed. Its memory file
 * (safetensors) tells how well the documents are stored at each saved epoch, its
 * predictions (CSV) how the prompts were answered; epoch 0 is the pretrained
 * model, and must be the same in every cell. */
#ifndef DOCMEM_GRID_H
#define DOCMEM_GRID_H
#include "verdict/prediction_rows.h"

typedef struct {
    Condition condition; /* of all cells; its layer is the first */
    size_t layers_count, seeds_count, epochs_count, documents, prompts_count, claims_count;
    int64_t *layers, *seeds, *epochs; /* ascending; epochs[0] = 0 */
    double *nll;                      /* (layers, seeds, epochs) nats a token, over all tokens */
    double *document_nll; /* (layers, seeds, epochs, documents) nats a token of the document */
    AskedPrompt *prompts; /* (prompts) by id */
    uint8_t *choice;      /* (layers, seeds, epochs, prompts) the likeliest letter */
    uint8_t *free;        /* the same of the letter written, or SCORE_INVALID (score.h) */
    Error note;           /* of a stream in BF16: how far it moves the pretrained model, or empty */
} Grid;

/* Reads `count` files, those ending in .csv as predictions and all others as
 * memory files; any order gives the same grid. The caller frees it. False, with
 * the reason and nothing kept, when a file is damaged, when a cell of the grid
 * (every layer with every seed) is missing, there twice, of another condition
 * (condition.h) or has other epochs, documents or prompts than the rest, or when
 * the pretrained model's numbers differ between cells by more than start.h lets them. */
bool grid_read(Grid *grid, char *const *paths, size_t count, Error *error);
void grid_free(Grid *grid);

/* For grid_read, which has read layers, seeds and epochs: fills prompts, choice and free from
 * `count` files of predictions. False with the reason; the grid still owns what was allocated. */
bool grid_read_predictions(Grid *grid, char *const *paths, size_t count, Error *error);

/* Place of a (layer, seed, epoch), by their places, in `nll`; times documents or
 * prompts in the others. */
static inline size_t grid_at(const Grid *grid, size_t layer, size_t seed, size_t epoch)
{
    return (layer * grid->seeds_count + seed) * grid->epochs_count + epoch;
}

#endif
