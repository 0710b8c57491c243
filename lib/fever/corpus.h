/* The corpus, an SQLite file: the chosen documents, their claims, and which claim is asked about
 * which document with which example.
 *
 *   page(id, title, text, claims)    the documents, by rank; `claims` is how many validation
 *                                    claims cite the page
 *   sentence(page, number, text)     their numbered sentences, as published
 *   claim(id, fever_id, split, label, text)
 *                                    claims that a prompt or template uses: training claims,
 *                                    then validation claims, each in its file's order
 *   evidence(claim, evidence_set, item, title, sentence)
 *                                    the claims' evidence rows; title and sentence are NULL for
 *                                    a null item
 *   prompt(id, claim, page, example, rows, main)
 *                                    a validation claim asked about a page; see CorpusPrompt
 *   template(id, claim, page, example)
 *                                    a training claim in the same form
 *   count(name, value)               how much was read, chosen and dropped
 *
 * The ids of each table run from 0 without holes. */
#ifndef DOCMEM_CORPUS_H
#define DOCMEM_CORPUS_H
#include "base/error.h"
#include "fever/fever.h"
#include "fever/page.h"

typedef struct {
    char *title;             /* NFC; with escapes and underscores, as evidence writes it */
    char *text;              /* as published */
    int64_t claims;          /* validation claims whose evidence cites the page */
    PageSentence *sentences; /* (sentences_count) */
    size_t sentences_count;
} CorpusPage;

typedef struct {
    FeverClaim claim;
    bool dev; /* a validation claim; otherwise a training claim */
} CorpusClaim;

/* A prompt (asks a validation claim) or a template (a training claim with its answer). */
typedef struct {
    size_t claim, page; /* indices into the corpus's claims and pages */
    size_t example;     /* index of a training claim of the same page */
    int64_t rows;       /* how many evidence rows cite the page; 1 where linked by title */
    bool main;          /* page is the highest-ranked one that the claim is asked about */
} CorpusPrompt;

typedef struct {
    char *name;
    int64_t value;
} CorpusCount;

/* An all-zero Corpus is empty. It owns all it points to. */
typedef struct {
    CorpusPage *pages;
    CorpusClaim *claims;
    CorpusPrompt *prompts, *templates; /* templates: rows and main mean nothing */
    CorpusCount *counts;
    size_t pages_count, claims_count, prompts_count, templates_count, counts_count;
    size_t counts_capacity;
    char **before;  /* (prompts_count) each prompt's context or NULL (context.h); not in the file */
    size_t longest; /* most rows of a prompt with context and answers; 0: no limit */
    size_t told;    /* most ids of a context, BOS included; 0: no limit */
} Corpus;

/* Adds a named count; the name is copied. */
void corpus_count(Corpus *corpus, const char *name, int64_t value);

/* Writes the whole corpus into the empty file `path`. False, with *error set, where that fails. */
bool corpus_write(const Corpus *corpus, const char *path, Error *error);

/* Reads a corpus into *corpus, except sentences and evidence rows. False, with *error set and
 * *corpus empty, where the file cannot be read, ids do not run from 0, a value is bad, or a
 * reference points nowhere. */
bool corpus_read(Corpus *corpus, const char *path, Error *error);

void corpus_free(Corpus *corpus);
/* Frees `before` only. */
void corpus_forget_before(Corpus *corpus);

#endif
