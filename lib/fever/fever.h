/* FEVER claims: a strict, streaming reader of a split's JSON lines.
 *
 * A line is {"id", "verifiable", "label", "claim", "evidence"}; other fields and blank lines are
 * ignored. "verifiable" follows from the label and may be missing. "evidence" is a list of evidence
 * sets. A set is a list of items. An item is [annotation id, evidence id, title, sentence number],
 * the last two both null where an annotator found nothing (a null item).
 *
 * How things are counted. A claim is a line. An evidence set is an element of "evidence"; two sets
 * are different even if they hold the same. A row (the seeds' "sample") is one item of one set of
 * one claim; null items and repeats count. A set has several items where its list is longer than
 * one, null items included. A page is a distinct title in Unicode form NFC. So paper_dev holds
 * 9,999 claims, 18,999 rows, 15,775 sets (2,062 with several items) and 1,460 pages; 256 claims
 * repeat a text, 32 texts are contradictory, 941 claims repeat a set.
 *
 * Source: Thorne, Vlachos, Christodoulopoulos and Mittal, "FEVER: a large-scale dataset for fact
 * extraction and verification", NAACL 2018. */
#ifndef DOCMEM_FEVER_H
#define DOCMEM_FEVER_H
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* In the order of the answer letters: (a), (b), (c). */
typedef enum { FEVER_SUPPORTS, FEVER_REFUTES, FEVER_NEI, FEVER_LABELS } FeverLabel;

/* An evidence row: one item of an evidence set. */
typedef struct {
    size_t set, item; /* index in "evidence", and in the set */
    char *title;      /* NFC, escapes kept (title.h); NULL for a null item */
    int64_t sentence; /* its number on the page; −1 for a null item */
} FeverRow;

typedef struct {
    int64_t id;
    bool verifiable; /* the label is not NOT ENOUGH INFO */
    FeverLabel label;
    char *text;     /* the claim as published */
    FeverRow *rows; /* (rows_count) in the file's order */
    size_t rows_count;
} FeverClaim;

typedef struct {
    uint64_t claims, rows, evidence_sets, several_item_sets, pages;
    uint64_t repeated_texts;       /* claims whose exact text an earlier claim has */
    uint64_t contradictory_texts;  /* texts with more than one label */
    uint64_t repeated_sets_claims; /* claims with two sets of the same sentences in one order */
} FeverCounts;

typedef struct FeverReader FeverReader;

/* Opens a split, closed with fever_close; NULL, with *error set, where it cannot be opened. */
FeverReader *fever_open(const char *path, Error *error);

/* *claim = the next claim, owned by the reader and valid until the next call, or NULL after the
 * last. False, with `<file>:<line>: …` in *error, where a line is longer than LINES_LIMIT, is not a
 * JSON object in UTF-8, belongs to another data set, lacks a field or has one of the wrong type,
 * has an unknown label, a "verifiable" that contradicts it, or an id seen before in this file.
 * False also where the file holds no claim.
 */
bool fever_next(FeverReader *reader, const FeverClaim **claim, Error *error);

/* Counts of everything read so far. */
FeverCounts fever_counts(const FeverReader *reader);

void fever_close(FeverReader *reader);

/* Counts of a whole split, which it reads to the end. False as fever_open and fever_next. */
bool fever_count(const char *path, FeverCounts *counts, Error *error);

/* Copies a claim into *copy, which fever_claim_free frees. */
void fever_claim_copy(FeverClaim *copy, const FeverClaim *claim);
void fever_claim_free(FeverClaim *claim);

/* The label's name: "SUPPORTS", "REFUTES" or "NOT ENOUGH INFO"; and the label of a name, false for
 * any other text. */
const char *fever_label_text(FeverLabel label);
bool fever_label_read(const char *text, FeverLabel *label);

#endif
