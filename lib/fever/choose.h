/* Chooses which pages become documents, and keeps the claims that may concern them.
 *
 * Pages are ranked by how many validation claims cite them in their evidence (a claim counts once
 * per page), most first; ties by title, bytewise. The first `top` pages are wanted. A wanted page
 * is dropped if the dump has no text for it, or if no training claim cites it. Claims labelled NOT
 * ENOUGH INFO cite no page and play no part in the choice. */
#ifndef DOCMEM_CHOOSE_H
#define DOCMEM_CHOOSE_H
#include "base/names.h"
#include "fever/corpus.h"
#include "fever/wiki.h"

typedef struct {
    const char *train, *dev, *wiki; /* paths */
    size_t top;                     /* at least 1 */
    bool nei_by_title;              /* keep claims that cite no page, for pairs_make */
} ChooseSettings;

/* Claims of one split, in the file's order. */
typedef struct {
    FeverClaim *claims; /* (count) */
    size_t count, capacity;
    FeverCounts counts; /* of the whole file */
} ClaimSet;

typedef struct {
    ClaimSet train, dev; /* training claims that cite a wanted page, validation claims
                          * that cite any; with nei_by_title also those that cite none */
    CorpusPage *pages;   /* (pages_count) the documents, in rank order */
    size_t pages_count;
    Names titles; /* title i is that of pages[i] */
    size_t wanted, dropped_no_text, dropped_no_training_claim;
    Error note; /* a warning about wanted pages that were dropped, or empty */
    WikiCounts wiki;
} Chosen;

/* Makes the choice; *chosen is freed with chosen_free. Where the dump or the training claims lack
 * wanted pages, these and their claims are dropped, and `note` tells for each of the two how many
 * and three titles; one reason is titles written in another way. `progress` may be NULL. False,
 * with *chosen empty, where a file is bad, where a training claim has the id of a kept validation
 * claim, or where no document is left. */
bool choose_documents(const ChooseSettings *settings, WikiProgress progress, Chosen *chosen,
                      Error *error);
void chosen_free(Chosen *chosen);

/* Whether the claim's evidence cites any page. */
bool claim_cites(const FeverClaim *claim);

#endif
