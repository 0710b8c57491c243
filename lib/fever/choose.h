/* Which pages become documents, and which claims may concern them.
 *
 * Validation claims are grouped by the pages their evidence cites, each claim
 * once a page. Pages are ranked by their number of claims, most first, ties by
 * title bytewise, and the first `top` are wanted. A wanted page is dropped if
 * the dump has no text for it, or if no training claim's evidence cites it.
 * Claims labelled NOT ENOUGH INFO cite no page and play no part in the choice. */
#ifndef DOCMEM_CHOOSE_H
#define DOCMEM_CHOOSE_H
#include "base/names.h"
#include "fever/corpus.h"
#include "fever/wiki.h"

typedef struct {
    const char *train, *dev, *wiki; /* paths */
    size_t top;                     /* at least 1 */
    bool nei_by_title;              /* keep NOT ENOUGH INFO claims, for pairs_make */
} ChooseSettings;

/* Claims of one split, in the file's order. */
typedef struct {
    FeverClaim *claims; /* (count) */
    size_t count, capacity;
    FeverCounts counts; /* of the whole file */
} ClaimSet;

typedef struct {
    ClaimSet train, dev; /* training claims that cite a wanted page, and all validation
                          * claims; with nei_by_title also those of no page */
    CorpusPage *pages;   /* (pages_count) the documents, in rank order */
    size_t pages_count;
    Names titles; /* title i is that of pages[i] */
    size_t wanted, dropped_no_text, dropped_no_training_claim;
    Error note; /* which wanted pages are not in the dump, or empty */
    WikiCounts wiki;
} Chosen;

/* Makes the choice, and leaves in note, with counts and three titles, which wanted pages the dump
 * does not have: they and their claims are dropped, and titles written in another way match
 * nothing. `progress` may be NULL. False where a file is bad, where a claim id stands in both
 * splits, or where no document is left. */
bool choose_documents(const ChooseSettings *settings, WikiProgress progress, Chosen *chosen,
                      Error *error);
void chosen_free(Chosen *chosen);

/* Whether any of the claim's rows cites a page, of any title. */
bool claim_cites(const FeverClaim *claim);

#endif
