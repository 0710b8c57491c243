/* What a run would cost, for each kind of target, before it is run.
 *
 * The grid comes as the commands of the run, one a line: the stage's name, its named arguments, and
 * `--out` with the target. A line without a formula (the questions) counts as a target and costs
 * nothing. */
#ifndef DOCMEM_PLAN_GRID_H
#define DOCMEM_PLAN_GRID_H
#include "fever/encoded.h"
#include "plan/cost.h"

/* The corpus: how many texts of each kind, and how long each is, rows of the letters included. */
typedef struct {
    size_t count[TEXT_KINDS];
    size_t *length[TEXT_KINDS]; /* (count) */
} PlanCorpus;

/* Takes the texts of an encoded corpus. False with the reason. */
bool plan_corpus_read(PlanCorpus *corpus, const char *path, Error *error);
/* So many texts of each kind, each of the same length. */
void plan_corpus_guess(PlanCorpus *corpus, const size_t count[TEXT_KINDS],
                       const size_t length[TEXT_KINDS]);
void plan_corpus_free(PlanCorpus *corpus);

/* The first `count` texts of a kind together, each cut after `tokens`; 0: all, whole. */
CostTexts plan_texts(const PlanCorpus *corpus, TextKind kind, size_t count, size_t tokens);

typedef struct {
    char name[64];
    size_t targets, done;    /* done: those that exist */
    double tokens;           /* carried through blocks, each time counted */
    double operations, left; /* of all, of those not done */
    double disk, disk_left;  /* bytes of all, of those not done */
    double memory;           /* bytes of the program that takes most */
} PlanRow;

typedef struct {
    Shape shape;
    PlanCorpus corpus;
    double budget; /* bytes of weights held as float32 */
    double open;   /* share of prompts that are let go on */
} PlanSettings;

enum { PLAN_ROWS = 24 };
typedef struct {
    PlanRow rows[PLAN_ROWS]; /* in the order of the lines */
    size_t count;
} Plan;

/* Reads the commands of `path`. False with file, line and reason. */
bool plan_read(Plan *plan, const PlanSettings *settings, const char *path, Error *error);

/* Everything together; `memory` is that of the row that takes most. */
PlanRow plan_total(const Plan *plan);

#endif
