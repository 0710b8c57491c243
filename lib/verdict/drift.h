/* Representation drift: how far document vectors, and the selections made of them, move while a
 * DocRep memory is trained; and the grid of such trainings.
 *
 * A cell is one training (docrep_cell.h), a condition all its settings but the
 * seed, a group the cells of one condition. Document i starts from the same vector
 * in all cells of one seed and dimension, so that conditions can be compared
 * document by document. */
#ifndef DOCMEM_DRIFT_H
#define DOCMEM_DRIFT_H
#include "docrep/docrep_cell.h"

/* What became of a vector x_0 … x_T: ‖x_T − x_0‖ / ‖x_0‖, the cosine of x_0 and x_T, the share of
 * coordinates whose sign (−, 0, +) is another, and ‖x_T − x_0‖ as a share of the length of the path
 * from state to state. A start of length 0 has drift 0 if it stays, else 1, and cosine 1 or 0; a
 * path of length 0 is straight. */
typedef struct {
    double drift, cosine, flipped, straightness;
} DriftMove;

/* The move of `size` numbers over `states` ≥ 1 states, each `stride` floats after the last. */
DriftMove drift_move(const float *path, size_t states, size_t stride, size_t size);

/* What is measured of every document after the last epoch. */
typedef enum {
    DRIFT_VECTOR,
    DRIFT_VECTOR_COSINE,
    DRIFT_VECTOR_FLIPPED,
    DRIFT_VECTOR_STRAIGHTNESS,
    DRIFT_SELECTION, /* and in the same order as of the vector */
    DRIFT_SELECTION_COSINE,
    DRIFT_SELECTION_FLIPPED,
    DRIFT_SELECTION_STRAIGHTNESS,
    DRIFT_SHIFT, /* of the vector: ‖x_T − x_0‖ / √k, k numbers drawn with variance 1 */
    DRIFT_SHIFT_LESS_UP, /* the shift less ‖W_T − W_0‖ / ‖W_0‖ of W_up */
    DRIFT_NLL,           /* nats a token, under the own vector */
    DRIFT_NLL_NEGATIVE,  /* under a fixed negative one */
    DRIFT_NLL_BASE,      /* without a memory */
    DRIFT_MEASURES
} DriftMeasure;
/* … and of the run as a whole. */
enum {
    DRIFT_LOSS_POSITIVE, /* nats a token, while training, mean of the last epoch */
    DRIFT_LOSS_NEGATIVE,
    DRIFT_FORGOT,  /* share of the last epoch's steps whose forgetting loss acts on L_neg */
    DRIFT_DEAD,    /* share of entries of all documents with φ' = 0 */
    DRIFT_WEIGHTS, /* and from here on ‖W_T − W_0‖ / ‖W_0‖ of a DocRepWeight */
    DRIFT_RUNS = DRIFT_WEIGHTS + DOCREP_WEIGHTS
};

/* "vector_drift" … */
const char *drift_measure_name(int measure);
const char *drift_run_name(int run);

typedef struct {
    DocRepSettings settings;
    size_t width;                        /* d */
    char *path;                          /* of its file */
    double *of_document[DRIFT_MEASURES]; /* (n) each */
    double of_run[DRIFT_RUNS];           /* NaN where there is no such part */
    double acts; /* share of the steps of that epoch in which the forgetting loss acts most */
    double *gradient[DOCREP_GRADIENTS]; /* (E) each, NULL where there is no such part */
} DriftCell;

/* `count` cells of one condition, by seed. */
typedef struct {
    const DriftCell *cells;
    size_t count;
    const DocRepSettings *settings; /* of the first */
} DriftGroup;

typedef struct {
    DriftCell *cells; /* (cells_count) by condition, then seed */
    DriftGroup *groups;
    size_t cells_count, groups_count;
} DriftGrid;

/* Reads `count` ≥ 1 cell files; their order does not matter, and not every combination of settings
 * must be there. False, with the reason and nothing kept, when a file is damaged, when a condition
 * has a seed twice or settings that the order of conditions does not tell apart (epochs, tokens and
 * rates), or when documents differ between cells. */
bool drift_grid_read(DriftGrid *grid, char *const *paths, size_t count, Error *error);
void drift_grid_free(DriftGrid *grid);
/* Whether the memory is the published DocRep's: linear selection, W_lm, and the squared forgetting
 * loss with other documents' vectors, alpha above 0. */
bool drift_published(const DocRepSettings *settings);

/* Steps an epoch. */
size_t drift_steps(const DocRepSettings *settings);

#endif
