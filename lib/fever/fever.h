/* FEVER claims: a strict, streaming reader of a split's JSON lines.
 *
 * A line is {"id", "verifiable", "label", "claim", "evidence"}; further fields
 * are passed over, and so are lines of blanks. "evidence" is a list of evidence sets, a set a list
 * of items, an item [annotation id, evidence id, title, sentence number], of which the last two are
 * null together where an annotator found nothing.
 *
 * How things are counted: a claim is a line; an evidence set is an element of
 * "evidence", told from others by its place and by nothing else; a row (the
 * seeds' "sample") is one item of one set of one claim, the null items as they
 * stand and without removing repeats; a set has several items where its list
 * is longer than one, null items included; a page is a distinct title in
 * Unicode form NFC. So paper_dev holds 9,999 claims, 18,999 rows, 15,775 sets
 * (2,062 with several items) and 1,460 pages; 256 claims repeat a text, 32 texts are contradictory,
 * 941 claims repeat a set.
 *
 * Source: Thorne, Vlachos, Christodoulopoulos and Mittal, "FEVER: a large-scale
 * dataset for fact extraction and verification", NAACL 2018. */
#ifndef DOCMEM_FEVER_H
#define DOCMEM_FEVER_H
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* In the order of the answer letters: (a), (b), (c). */
typedef enum { FEVER_SUPPORTS, FEVER_REFUTES, FEVER_NEI, FEVER_LABELS } FeverLabel;

/* One row: an item of an evidence set of a claim. */
typedef struct {
    size_t set, item; /* places, from 0, in "evidence" and in the set */
    char *title;      /* NFC with its escapes, or NULL for a null item */
    int64_t sentence; /* number of the page's sentence, or -1 for a null item */
} FeverRow;

typedef struct {
    int64_t id;
    bool verifiable;
    FeverLabel label;
    char *text;     /* the claim as published */
    FeverRow *rows; /* (rows_count) in the file's order */
    size_t rows_count;
} FeverClaim;

typedef struct {
    uint64_t claims, rows, evidence_sets, several_item_sets, pages;
    uint64_t repeated_texts;       /* claims whose text an earlier one has, letter by letter */
    uint64_t contradictory_texts;  /* texts that stand under more than one label */
    uint64_t repeated_sets_claims; /* claims of which two sets name the same sentences in order */
} FeverCounts;

typedef struct FeverReader FeverReader;

/* Opens a split; NULL with the reason where it cannot be opened. */
FeverReader *fever_open(const char *path, Error *error);

/* *claim = the next claim, owned by the reader and valid until the next call,
 * or NULL after the last. False with `<file>:<line>: …` where a line is longer
 * than LINES_LIMIT, is not a JSON object in UTF-8 or one of another data set, lacks a field, has
 * one of the wrong type, an unknown label or an id seen before in this file, or where the file
 * holds no claim at all. */
bool fever_next(FeverReader *reader, const FeverClaim **claim, Error *error);

/* Counts of everything read so far. */
FeverCounts fever_counts(const FeverReader *reader);

void fever_close(FeverReader *reader);

/* Counts of a whole split. */
bool fever_count(const char *path, FeverCounts *counts, Error *error);

/* Copies a claim into *copy, which fever_claim_free frees. */
void fever_claim_copy(FeverClaim *copy, const FeverClaim *claim);
void fever_claim_free(FeverClaim *claim);

/* "SUPPORTS", "REFUTES", "NOT ENOUGH INFO", and back; false for other text. */
const char *fever_label_text(FeverLabel label);
bool fever_label_read(const char *text, FeverLabel *label);

#endif
