/* Translates a tokenizer's pattern from Oniguruma's syntax to a PCRE2 pattern of the same meaning.
 */
#ifndef DOCMEM_CUT_PATTERN_H
#define DOCMEM_CUT_PATTERN_H
#include "base/text.h"

/* Unicode's White_Space, to stand inside a character class. That is Oniguruma's \s; PCRE2's \s also
 * has U+180E. */
#define CUT_SPACES                                                                                 \
    "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"    \
    "\\x{205f}\\x{3000}"

/* Appends the translation to *out. Supported are literals, alternatives, groups (also (?:…),
 * (?i:…), (?=…) and (?!…)), character classes, repeats, the dot, and the escapes of white space,
 * digits, general categories, code points and punctuation. False, with the reason in `why`, for
 * anything else: PCRE2 would read it otherwise, or no tokenizer is known to use it. */
bool cut_translate(const char *pattern, Text *out, char why[128]);
/* Appends a pattern that matches exactly `literal`; always true. */
bool cut_literal(const char *literal, Text *out);

#endif
