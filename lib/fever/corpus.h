/* The corpus: chosen documents, their claims, and who answers what with which example, in SQLite.
 *
 *   page(id, title, text, claims)    documents, id 0 … in rank order; `claims`
 *                                    validation claims cite the page
 *   sentence(page, number, text)     their numbered sentences, as published
 *   claim(id, fever_id, split, label, text)
 *                                    claims that a prompt or template uses, training
 *                                    claims first, each split in its file's order
 *   evidence(claim, evidence_set, item, title, sentence)
 *                                    their rows; NULL twice for a null item
 *   prompt(id, claim, page, example, rows, main)
 *                                    a validation claim to answer about a page
 *   template(id, claim, page, example)
 *                                    a training claim in the same form
 *   count(name, value)               what was read, chosen and dropped
 */
#ifndef DOCMEM_CORPUS_H
#define DOCMEM_CORPUS_H
#include "base/error.h"
#include "fever/fever.h"
#include "fever/page.h"

typedef struct {
    char *title;             /* NFC, with escapes and underscores, as evidence cites it */
    char *text;              /* as published */
    int64_t claims;          /* validation claims whose evidence cites the page */
    PageSentence *sentences; /* (sentences_count) */
    size_t sentences_count;
} CorpusPage;

typedef struct {
    FeverClaim claim;
    bool dev; /* validation claim, else training claim */
} CorpusClaim;

/* A prompt (a validation claim) or a template (a training claim). */
typedef struct {
    size_t claim, page; /* indices into the corpus */
    size_t example;     /* a training claim of the same page */
    int64_t rows;       /* its evidence rows that cite the page; 1 where attached by title */
    bool main;          /* the claim's highest-ranked page */
} CorpusPrompt;

typedef struct {
    char *name;
    int64_t value;
} CorpusCount;

/* An all-zero Corpus is empty. The corpus owns all it points to. */
typedef struct {
    CorpusPage *pages;
    CorpusClaim *claims;
    CorpusPrompt *prompts, *templates; /* rows and main have no meaning in a template */
    CorpusCount *counts;
    size_t pages_count, claims_count, prompts_count, templates_count, counts_count;
    size_t counts_capacity;
    char **before;  /* (prompts) told before each prompt, or NULL (context.h); not in the file */
    size_t longest; /* rows of a prompt with that and its answers, at most; 0: any */
    size_t told;    /* ids of what is told, with BOS, at most; 0: any */
} Corpus;

/* Adds a named count; the name is copied. */
void corpus_count(Corpus *corpus, const char *name, int64_t value);

/* Writes the whole corpus into the empty file `path`. */
bool corpus_write(const Corpus *corpus, const char *path, Error *error);

/* Reads a corpus back into *corpus: all but the pages' sentences and the claims'
 * evidence rows. Ids must run from 0 without holes and references must exist;
 * else false, with *corpus empty. */
bool corpus_read(Corpus *corpus, const char *path, Error *error);

void corpus_free(Corpus *corpus);
/* Frees `before` alone. */
void corpus_forget_before(Corpus *corpus);

#endif
