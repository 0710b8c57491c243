/* One number of each claim and seed, of which the mean or the AUC is shown; and how far that goes
 * when texts of claims and seeds are drawn anew. */
#ifndef DOCMEM_CLAIM_SERIES_H
#define DOCMEM_CLAIM_SERIES_H
#include "verdict/score_rows.h"

typedef struct {
    size_t claims, seeds;
    double *values;      /* (seeds, claims) */
    size_t *order;       /* (seeds, claims) for an AUC, of each seed by rising value; else NULL */
    const int *labels;   /* (claims) in an AUC; borrowed */
    const bool *counted; /* (claims) in a mean, NULL: all; borrowed */
} ClaimSeries;

/* A series of zeros, freed with claim_series_free. */
ClaimSeries claim_series_make(size_t claims, size_t seeds, bool auc);
void claim_series_free(ClaimSeries *series);
/* Fills the order, where there is one, from the values. */
void claim_series_rank(ClaimSeries *series);

/* What it shows of one seed, claim i counted weights[i] times; NULL: once. */
double claim_series_of_seed(const ClaimSeries *series, size_t seed, const double *weights);
/* The same in the mean over seeds, seed s counted times[s] times; NULL: once. */
double claim_series_value(const ClaimSeries *series, const double *times, const double *weights);

/* samples (count, resamples) of what `count` series show, texts and seeds of the scores drawn anew
 * from the stream called `purpose`, alike for all of them. */
void claim_series_resample(const ClaimSeries *series, size_t count, const Scores *scores,
                           const char *purpose, Draws draws, double *samples);

#endif
