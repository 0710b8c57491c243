/* Page titles as FEVER writes them: their Unicode form and escapes, how to find one in a sentence,
 * and a split of all titles into two halves. */
#ifndef DOCMEM_TITLE_H
#define DOCMEM_TITLE_H
#include <stdbool.h>
#include <stddef.h>

/* The text (`length` bytes without NUL) in Unicode normalisation form C, freed by the caller; NULL
 * where it is not valid UTF-8. */
char *title_nfc(const char *text, size_t length);

/* A copy with -LRB- -RRB- -LSB- -RSB- -COLON- replaced by ( ) [ ] : and freed by the caller.
 * title_readable also replaces underscores by spaces. */
char *title_unescape(const char *text);
char *title_readable(const char *title);

/* Whether `sentence` (UTF-8) contains `name` as whole words: the characters before and after it are
 * no letters, marks or numbers. Case matters. */
bool title_named(const char *sentence, const char *name);

/* The half, 0 or 1, that a title (NFC, as evidence cites it) falls into: a bit of its hash (64-bit
 * FNV-1a, mixed), which depends on the title only. */
int title_half(const char *title);

#endif
