/* The context of a prompt: a text put before it, either a page or only the sentences that settle
 * the claim. */
#ifndef DOCMEM_CONTEXT_H
#define DOCMEM_CONTEXT_H
#include "fever/corpus.h"

/* CONTEXT_PAGE and CONTEXT_OTHER are the text that the corpus has for the prompt's document. For
 * the latter, stages/other_pages.c has put a page about something else there. CONTEXT_EVIDENCE are
 * the sentences of the document that the claim's evidence names, each once, in page order. */
typedef enum { CONTEXT_PAGE, CONTEXT_OTHER, CONTEXT_EVIDENCE, CONTEXTS } ContextKind;

/* "page", "other", "evidence"; CONTEXTS where the name is unknown. */
ContextKind context_parse(const char *name);

/* Fills corpus->before with the context of each prompt, NULL where the evidence names no sentence.
 * `path` is the file from which corpus_read read the corpus. False, with *error set and
 * corpus->before NULL, where the file cannot be read. */
bool context_read(Corpus *corpus, const char *path, ContextKind kind, Error *error);

#endif
