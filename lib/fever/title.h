/* Page titles as FEVER writes them: their Unicode form and escapes, finding one in a sentence, and
 * which half of the pages a title belongs to.
 */
#ifndef DOCMEM_TITLE_H
#define DOCMEM_TITLE_H
#include <stdbool.h>
#include <stddef.h>

/* The text in Unicode normalisation form C, freed by the caller; NULL where it
 * is not valid UTF-8. `length` bytes without a NUL among them. */
char *title_nfc(const char *text, size_t length);

/* A copy with -LRB- -RRB- -LSB- -RSB- -COLON- turned into ( ) [ ] : — freed by
 * the caller. title_readable also turns underscores into spaces. */
char *title_unescape(const char *text);
char *title_readable(const char *title);

/* True where `sentence` (UTF-8) holds `name` as whole words: what stands
 * before and after it is no letter, mark or digit. Case matters. */
bool title_named(const char *sentence, const char *name);

/* Which half of all pages a title (NFC, as evidence cites it) falls into, 0 or 1: a bit of its
 * hash (FNV-1a of 64 bits, mixed), which depends on nothing but the title. */
int title_half(const char *title);

#endif
