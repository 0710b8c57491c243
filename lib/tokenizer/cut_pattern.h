/* Translates a tokenizer's pattern, written for Oniguruma, to a PCRE2 pattern of the same meaning.
 */
#ifndef DOCMEM_CUT_PATTERN_H
#define DOCMEM_CUT_PATTERN_H
#include "base/text.h"

/* Unicode's White_Space inside a class, which \s is to Oniguruma; PCRE2's has U+180E too. */
#define CUT_SPACES                                                                                 \
    "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"    \
    "\\x{205f}\\x{3000}"

/* Appends the translation. Taken are literals, alternatives, groups (also (?:…), (?i:…), (?=…) and
 * (?!…)), classes, repeats, the escapes of spaces, digits, general categories, code points and
 * punctuation, and the dot. False, with why in words, for all else: it would be another thing to
 * PCRE2, or nobody's tokenizer has it. */
bool cut_translate(const char *pattern, Text *out, char why[128]);
/* Appends the pattern of these very characters; always true. */
bool cut_literal(const char *literal, Text *out);

#endif
