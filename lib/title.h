/* Page titles as FEVER writes them: one Unicode form, escapes, and titles named in a sentence. */
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

#endif
