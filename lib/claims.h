/* Claims about a study: each is decided by comparisons between its cells, alone or several
 * together.
 *
 * The claims of a question are one family for Holm's correction, the parts of each
 * claim another. The comparisons are made at one layer of the study, unless the
 * claim is about layers. */
#ifndef DOCMEM_CLAIMS_H
#define DOCMEM_CLAIMS_H
#include "comparison.h"

typedef struct {
    const Study *study; /* borrowed */
    int64_t layer;
    VerdictList claims, parts;
    size_t family;       /* where the parts of the next claim begin */
    size_t spread;       /* the place of the claim of claims_somewhere, and one more: 0 for none */
    size_t first, count; /* its parts */
    VerdictKind spread_kind;
} Claims;

/* What a claim compares. */
typedef struct {
    Verdict verdict; /* claim, criterion, expected sign, texts; the rest is filled in */
    ComparisonRule rule;
    ContrastOf of;
    double margin;
    bool of_gain;              /* the margin is a share of what the other cell's loss gains over the
                                  pretrained model's */
    const char *name, *prefix; /* of the mean among the parts, and of the parts; or NULL */
} ClaimSide;

void claims_begin(Claims *claims, const Study *study, int64_t layer, const char *question,
                  VerdictDraws draws);

/* All of these add the parts, and return false, with nothing added, where cells for them are
 * missing. A claim shows the part that decides it, with the p-value corrected among the parts.
 *
 * The claim holds where every part does. With `apart` it is no member of the claims' family. */
bool claims_all(Claims *claims, const ClaimSide *side, bool apart);
/* The claim holds where the means of both sides' pairs do, each over the seeds common to all. */
bool claims_both(Claims *claims, const ClaimSide sides[2]);
/* The claim holds where, for each cell of the first side, one of its parts on either side does. */
bool claims_either(Claims *claims, const ClaimSide sides[2]);
/* At every layer, for allocations and variants that have several: the claim (VERDICT_GAIN) is
 * supported where one of these gains at one layer and at another does not; contradicted where all
 * gain, or none; it shows the largest effect. */
bool claims_somewhere(Claims *claims, const ClaimSide *side);

/* Settles the claims and writes them, then the parts. */
void claims_write(Claims *claims, CsvWriter *writer);
void claims_free(Claims *claims);

#endif
