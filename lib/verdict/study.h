/* A study: cells of many conditions, each with its seeds, as they stand after their last epoch.
 *
 * Where a grid follows one condition over layers and epochs, a study compares
 * conditions (condition.h). The pretrained model is the condition `pretrained`:
 * the losses of epoch 0 in the cells, and the answers of epoch 0 in whichever
 * predictions have them; of those that may differ (start.h) the first. */
#ifndef DOCMEM_STUDY_H
#define DOCMEM_STUDY_H
#include "verdict/grid.h"
#include "verdict/start.h"

/* The answers and losses of a condition are a grid of one layer and one epoch, with the seeds the
 * condition has; its prompts are the study's. The pretrained model has one seed, -1. */
typedef struct {
    Condition condition;
    Start start;
    int64_t epoch, parameters, entries; /* epochs and numbers trained; entries of the memory */
    double *shared; /* (seeds) share of the parameters that more than one document uses */
    Grid grid;
} StudyCell;

typedef struct {
    StudyCell *cells; /* (count) in the order of condition_compare */
    size_t count;
    StudyCell pretrained;
    AskedPrompts prompts;
} Study;

/* Reads `count` files, those ending in .csv as predictions and all others as memory files; any
 * order gives the same study. The caller frees it. False, with the reason and nothing kept, when a
 * file is damaged; a cell is there twice, or has other documents or another first loss than the
 * rest; the seeds of a condition differ in their last epoch or size; predictions belong to no cell,
 * are there twice, are of other prompts, or lack one; or the pretrained model's answers are
 * missing or differ. Answers of other epochs are passed over. */
bool study_read(Study *study, char *const *paths, size_t count, Error *error);
void study_free(Study *study);

/* The cell of this condition, or NULL. */
const StudyCell *study_find(const Study *study, const Condition *condition);

#endif
