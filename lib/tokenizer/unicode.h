/* Properties of code points that a tokenizer's rules need, NFC, and the byte-level alphabet. */
#ifndef DOCMEM_UNICODE_H
#define DOCMEM_UNICODE_H
#include "base/text.h"

/* White_Space of the Unicode Character Database: what \s matches. */
bool unicode_is_space(uint32_t code);
/* Letter, mark, decimal digit, letter number, connector punctuation, joiner, or a letter in a
 * circle or square: what \w matches (Unicode Technical Standard 18, annex C). */
bool unicode_is_word(uint32_t code);

/* General category N: decimal digits, letter numbers and other numbers. */
bool unicode_is_number(uint32_t code);

/* Appends the text in Normalization Form C as `tokenizers` makes it: with the tables of Unicode 9,
 * so that combining characters of later versions are not composed or reordered. Valid UTF-8 in and
 * out. */
void unicode_append_nfc(Text *text, const char *bytes, size_t length);

/* GPT-2's byte-level alphabet: one printable character for each byte. The 188 printable bytes of
 * Latin-1 stand for themselves, the others for U+0100, U+0101, … in order (Radford et al., 2019;
 * https://github.com/openai/gpt-2). */
uint32_t byte_to_code(uint8_t byte);
/* The byte that this character stands for, or −1. */
int code_to_byte(uint32_t code);

#endif
