/* What is told before a prompt: the page it is about, or only the sentences that settle the claim.
 */
#ifndef DOCMEM_CONTEXT_H
#define DOCMEM_CONTEXT_H
#include "fever/corpus.h"

/* The document's text; that of the document which stands in its place, a page about something else
 * (stages/other_pages.c); the sentences of the document that the claim's evidence names, each once,
 * in their order: none where it names none. */
typedef enum { CONTEXT_PAGE, CONTEXT_OTHER, CONTEXT_EVIDENCE, CONTEXTS } ContextKind;

/* "page", "other", "evidence"; CONTEXTS where the name is unknown. */
ContextKind context_parse(const char *name);

/* Fills corpus->before, a text a prompt, of the corpus that corpus_read read from `path`. False
 * where the file cannot be read, with nothing filled. */
bool context_read(Corpus *corpus, const char *path, ContextKind kind, Error *error);

#endif
