/* Controls: replaces the documents of a corpus by other pages, or adds other wordings of them. */
#ifndef DOCMEM_OTHERS_H
#define DOCMEM_OTHERS_H
#include "fever/corpus.h"
#include "fever/wiki.h"

typedef struct {
    const char *train, *dev, *wiki; /* paths */
    uint64_t seed;
} OtherSettings;

/* Replaces each document of *corpus by a page of the dump that no claim of either split cites, of
 * about the same length, so that as much is stored. Candidates are the pages whose titles have the
 * smallest XXH64 under the seed, OTHERS_DRAWN times as many as there are documents. Each document
 * in turn gets the remaining candidate whose text is nearest in bytes; of equally near ones the one
 * of smallest hash. Claims, prompts and templates stay. False, with *error set, where a file is bad
 * or the dump has too few such pages. */
enum { OTHERS_DRAWN = 16 };
bool others_place(Corpus *corpus, const OtherSettings *settings, WikiProgress progress,
                  Error *error);

/* Appends to the documents of *corpus all other texts that the dump at `wiki` has under their
 * titles, document by document. False, with *error set, where a file is bad or a document has no
 * other text. */
bool others_add_wordings(Corpus *corpus, const char *wiki, WikiProgress progress, Error *error);

/* Replaces each document by the next one, and the last by the first. It is for a dump in which
 * every page is cited, so that others_place finds none. False, with *error set, where there is only
 * one document; `path` is the corpus, for the message. */
bool others_turn(Corpus *corpus, const char *path, Error *error);

#endif
