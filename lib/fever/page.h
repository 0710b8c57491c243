/* One Wikipedia page of the FEVER dump: its title, its text, its sentences.
 *
 * A line of the dump is {"id": title, "text": plain text, "lines": numbered sentences}. "lines" is
 * `index TAB sentence TAB link TAB link …` for each sentence, joined by newlines. An empty sentence
 * keeps its index. Where a sentence itself holds a newline, what follows it is a stray fragment
 * without an index. */
#ifndef DOCMEM_PAGE_H
#define DOCMEM_PAGE_H
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

enum { PAGE_TITLE_LIMIT = 4096 }; /* bytes of a title that page_look can hold, NUL included */

/* Reads the title at the start of a page's line without parsing the rest: JSON escapes undone, in
 * NFC, NUL-terminated in `title`, its length in *length. False where page_parse might give another
 * title: "id" is not the first field, an escape is broken, or the title is too long. */
bool page_look(const char *line, size_t count, char title[PAGE_TITLE_LIMIT], size_t *length);

typedef struct {
    char *title; /* NFC */
    char *text, *lines;
} Page;

/* Parses a page's line (`count` bytes); *page is freed with page_free. False, with *page empty and
 * what is wrong, but no place, in *error, where it is not a page. */
bool page_parse(const char *line, size_t count, Page *page, Error *error);
void page_free(Page *page);

/* Whether a page's text has more than white space. */
bool page_has_text(const Page *page);

typedef struct {
    int64_t number;
    char *text; /* as published; "" for an empty sentence */
} PageSentence;

/* Splits "lines" into *sentences (*count), in order, freed with page_sentences_free. Stray
 * fragments are left out, and of sentences with the same index all but the first. */
void page_sentences(const char *lines, PageSentence **sentences, size_t *count);
void page_sentences_free(PageSentence *sentences, size_t count);

#endif
