/* As a control, puts pages that no claim cites in the documents' places, or adds other wordings. */
#ifndef DOCMEM_OTHERS_H
#define DOCMEM_OTHERS_H
#include "fever/corpus.h"
#include "fever/wiki.h"

typedef struct {
    const char *train, *dev, *wiki; /* paths */
    uint64_t seed;
} OtherSettings;

/* Puts, in the place of each document of *corpus, a page of the dump that no claim of either split
 * cites. OTHERS_DRAWN times as many candidates are those whose titles have the least XXH64 under
 * the seed; each document in turn gets the one left whose text has the nearest number of bytes (of
 * equally near ones that of the least hash), so that as much is stored. Claims, prompts and
 * templates stay as they are. False where a file is bad or the dump has too few such pages. */
enum { OTHERS_DRAWN = 16 };
bool others_place(Corpus *corpus, const OtherSettings *settings, WikiProgress progress,
                  Error *error);

/* Adds behind the documents of *corpus all other texts that the dump at `wiki` has of their titles,
 * document by document. False where a file is bad or a document has no such text. */
bool others_add_wordings(Corpus *corpus, const char *wiki, WikiProgress progress, Error *error);

/* Puts in the place of each document the next one, and the first in the last one's: pages of as
 * many claims, for a dump in which every page is cited. False where there is one document alone. */
bool others_turn(Corpus *corpus, const char *path, Error *error);

#endif
