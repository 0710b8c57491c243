/* Whether the sentences that evidence names are on their pages. */
#ifndef DOCMEM_CITED_H
#define DOCMEM_CITED_H
#include "fever/choose.h"

/* Compares the evidence of all kept claims with the documents that it cites. A sentence is on its
 * page where the page's "lines" have its number, and its words stand in the page's text; the others
 * have no tokens (spans.h). If there are any, *note says how many of how many and names the first;
 * otherwise *note is empty. `wiki` is the dump's path. */
void cited_note(const char *wiki, const Chosen *chosen, Error *note);

#endif
