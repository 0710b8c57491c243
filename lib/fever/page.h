/* One Wikipedia page of the FEVER dump: a quick look at its id, its fields, its sentences.
 *
 * A line is {"id": title, "text": plain text, "lines": numbered sentences}.
 * "lines" joins by newlines what reads `index TAB sentence TAB link TAB link …`. An
 * empty sentence keeps its index. Where a sentence itself held a newline, what
 * followed it is a stray fragment with no index. */
#ifndef DOCMEM_PAGE_H
#define DOCMEM_PAGE_H
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { PAGE_TITLE_LIMIT = 4096 }; /* bytes of a title that a quick look can hold */

/* Reads the id at the start of a page's line without parsing the rest, JSON
 * escapes undone and in NFC: NUL-terminated in `title`, its length in *length.
 * False where it is not certain that a parse would give the same: "id" is not
 * the first field, an escape is broken, a title is too long. */
bool page_look(const char *line, size_t count, char title[PAGE_TITLE_LIMIT], size_t *length);

typedef struct {
    char *title; /* NFC */
    char *text, *lines;
} Page;

/* Parses a page's line. Where it cannot, *error holds what is wrong and what
 * to do, without the place. page_free frees what *page holds. */
bool page_parse(const char *line, size_t count, Page *page, Error *error);
void page_free(Page *page);

/* Whether a page's text has anything but white space. */
bool page_has_text(const Page *page);

typedef struct {
    int64_t number;
    char *text; /* as published; "" for an empty sentence */
} PageSentence;

/* Takes "lines" apart: *sentences (*count), freed by page_sentences_free, in the
 * order they stand. Stray fragments are left out, and of a repeated index the
 * later ones. */
void page_sentences(const char *lines, PageSentence **sentences, size_t *count);
void page_sentences_free(PageSentence *sentences, size_t count);

#endif
