/* Pairs claims with documents: which claim is asked about which page, with which example before it.
 *
 * A claim belongs to every document that its evidence cites. With nei_by_title, a NOT ENOUGH INFO
 * claim, which cites nothing, belongs to the document whose readable title occurs in it as whole
 * words; of several the longest title, and of equally long ones the document of higher rank.
 *
 * A limit keeps that many claims of each document, drawn from the stream "train-claims" or
 * "dev-claims" of the run's seed; the stream's index is the XXH64 hash of the title. The example
 * before a claim is a training claim kept for the same document, drawn from the stream "example"
 * or, for templates, "template-example"; the index is the claim's FEVER id. A template's example is
 * another claim, unless there is no other. So what one document or claim draws does not depend on
 * the others. */
#ifndef DOCMEM_PAIRS_H
#define DOCMEM_PAIRS_H
#include "fever/choose.h"

typedef struct {
    uint64_t seed;
    size_t train_limit, dev_limit; /* most claims of a document; 0: all */
    bool nei_by_title;             /* the same as in ChooseSettings */
} PairSettings;

/* Makes *corpus from *chosen, which it frees: the documents, the claims that a prompt or template
 * uses, the prompts and templates (by claim, within a claim by rank), and the counts. */
void pairs_make(Chosen *chosen, const PairSettings *settings, Corpus *corpus);

#endif
