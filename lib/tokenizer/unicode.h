/* Questions about code points that a tokenizer's rules ask, and the byte-level alphabet. */
#ifndef DOCMEM_UNICODE_H
#define DOCMEM_UNICODE_H
#include "base/text.h"

/* White_Space of the Unicode Character Database: what \s matches. */
bool unicode_is_space(uint32_t code);
/* Alphabetic, mark, decimal digit, connector or joiner: what \w matches (Unicode Technical
 * Standard 18, annex C). */
bool unicode_is_word(uint32_t code);

/* Decimal digits, letter numbers and other numbers: category N. */
bool unicode_is_number(uint32_t code);

/* Appends the text in Normalization Form C as `tokenizers` makes it: with the tables of Unicode
 * 9, so that combining characters of later versions stay where they are.
 * Well-formed UTF-8 in and out. */
void unicode_append_nfc(Text *text, const char *bytes, size_t length);

/* GPT-2's alphabet: each byte is shown as one printable character. The 188 bytes that
 * are printable in Latin-1 stand for themselves, the others for U+0100, U+0101, … in
 * order (Radford et al., 2019; https://github.com/openai/gpt-2). */
uint32_t byte_to_code(uint8_t byte);
/* The byte shown as this character, or -1. */
int code_to_byte(uint32_t code);

#endif
