/* The moves of a whole grid of DocRep trainings as long tables, one number a row. */
#ifndef DOCMEM_DRIFT_TABLE_H
#define DOCMEM_DRIFT_TABLE_H
#include "file/csvfile.h"
#include "verdict/drift.h"
#include "verdict/stats.h"

/* A table: its columns, NULL at the end, and what writes its rows. */
typedef struct {
    const char *name, *const *columns;
    bool (*write)(CsvWriter *writer, const DriftGrid *grid, Draws draws, Error *error);
} DriftTable;

/* Seven tables, by the name of their report; a zeroed entry ends them. Those of single cells begin
 * with phi, selection, dimension, documents, seed, the others with a condition's settings.
 *   measures   seed (-1: the mean over seeds), epoch (the last), measure, value, low and high
 *              (95 %, with the means only), n (documents; runs for what a run has one of)
 *   units      the unit effects (units.h), and "acts" of each run: the share of steps in which its
 *              forgetting loss acts, in the epoch in which that is largest
 *   gradients  epoch (1, 2, 4 … and the last), part (docrep_gradient_name), size (numbers in it),
 *              mean over seeds with its interval, n (seeds)
 *   losses     epoch (each scored one), measure (nll under the own vector, nll_base without a
 *              memory, once, as epoch 0), mean over seeds and documents with its interval, n
 *              (documents); reads the cells' files anew
 *   curves     epoch (each), measure (memorising: L_pos; forgetting: what α and the forgetting loss
 *              add to it, 0 where α is 0), mean over the epoch's texts and over seeds, in nats a
 *              token, with its interval, n (seeds); reads the cells' files anew
 *   selection  epoch, document, entry, s: at most 25 epochs, at even distances, of 40 documents
 *   vectors    epoch, document, coordinate, K: all epochs
 * The last two are of shown cells: those of published conditions with the smallest dimension and
 * most documents among them, one for each phi, by the first seed. They read that cell's file anew,
 * and fail where it cannot be read, or where there is none. */
extern const DriftTable drift_tables[];

#endif
