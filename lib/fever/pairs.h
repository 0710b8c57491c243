/* Claims paired with documents: who is asked about which page, with which example before it.
 *
 * A claim belongs to every document its evidence cites. Where wanted, a NOT
 * ENOUGH INFO claim, which cites nothing, belongs to the document whose
 * readable title it names as whole words, the longest such title (of equally
 * long ones the document of higher rank). A limit keeps, for each document by
 * itself, that many of its claims, drawn from the stream "train-claims" or
 * "dev-claims" of the run's seed, its index the XXH64 hash of the title. The
 * example before a claim is a training claim kept for the same document, drawn
 * from the stream "example" or, for templates, "template-example", whose index
 * is the claim's FEVER id; a template's example is another claim, unless there
 * is no other. So what one document or claim draws never depends on others. */
#ifndef DOCMEM_PAIRS_H
#define DOCMEM_PAIRS_H
#include "fever/choose.h"

typedef struct {
    uint64_t seed;
    size_t train_limit, dev_limit; /* claims a document, 0 for all */
    bool nei_by_title;
} PairSettings;

/* Moves the documents, and the claims that some prompt or template uses, from
 * *chosen into *corpus, makes prompts and templates in the order of claims and,
 * within a claim, of rank, and adds the counts. Frees *chosen. */
void pairs_make(Chosen *chosen, const PairSettings *settings, Corpus *corpus);

#endif
