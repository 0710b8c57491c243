/* Bytes are taken a character at a time: `measure_character` alone knows which of them are well
 * formed. */
#include "base/text.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_append(Text *text, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    text->bytes = alloc_grow(text->bytes, &text->capacity, text->length + length, 1);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

void text_append_code(Text *text, uint32_t code)
{
    char b[4];
    size_t n = 0;
    if (code < 0x80) {
        b[n++] = (char)code;
    } else if (code < 0x800) {
        b[n++] = (char)(0xc0 | code >> 6);
    } else if (code < 0x10000) {
        b[n++] = (char)(0xe0 | code >> 12);
        b[n++] = (char)(0x80 | (code >> 6 & 0x3f));
    } else {
        b[n++] = (char)(0xf0 | code >> 18);
        b[n++] = (char)(0x80 | (code >> 12 & 0x3f));
        b[n++] = (char)(0x80 | (code >> 6 & 0x3f));
    }
    if (code >= 0x80)
        b[n++] = (char)(0x80 | (code & 0x3f));
    text_append(text, b, n);
}

/* Length of the well-formed character at `bytes`, with *whole true; else of the
 * longest start of one (at least 1), with *whole false. Table 3-7 of Unicode 15. */
static size_t measure_character(const unsigned char *bytes, size_t length, bool *whole)
{
    unsigned char lead = bytes[0], low = 0x80, high = 0xbf;
    size_t width = lead < 0x80   ? 1
                   : lead < 0xc2 ? 0
                   : lead < 0xe0 ? 2
                   : lead < 0xf0 ? 3
                   : lead < 0xf5 ? 4
                                 : 0;
    *whole = width == 1;
    if (width < 2)
        return 1;
    if (lead == 0xe0)
        low = 0xa0;
    else if (lead == 0xed)
        high = 0x9f;
    else if (lead == 0xf0)
        low = 0x90;
    else if (lead == 0xf4)
        high = 0x8f;
    for (size_t i = 1; i < width; i++) {
        if (i >= length || bytes[i] < low || bytes[i] > high)
            return i;
        low = 0x80, high = 0xbf;
    }
    *whole = true;
    return width;
}

size_t utf8_valid(const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length) {
        bool whole;
        size_t width = measure_character((const unsigned char *)bytes + at, length - at, &whole);
        if (!whole)
            return at;
        at += width;
    }
    return at;
}

void text_append_lossy(Text *text, const char *bytes, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t good = utf8_valid(bytes + at, length - at);
        text_append(text, bytes + at, good);
        at += good;
        if (at < length) {
            bool whole;
            at += measure_character((const unsigned char *)bytes + at, length - at, &whole);
            text_append_code(text, 0xfffd);
        }
    }
}

void text_append_replaced(Text *text, const char *bytes, size_t length, const char *from,
                          size_t from_length, const char *to, size_t to_length)
{
    const char *end = bytes + length, *hit;
    while (bytes < end && (hit = memmem(bytes, (size_t)(end - bytes), from, from_length))) {
        text_append(text, bytes, (size_t)(hit - bytes));
        text_append(text, to, to_length);
        bytes = hit + from_length;
    }
    text_append(text, bytes, (size_t)(end - bytes));
}

void text_free(Text *text)
{
    free(text->bytes);
    *text = (Text){0};
}

const char *text_number(char *text, double number)
{
    char shortest[TEXT_NUMBER];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(shortest, sizeof shortest, "%.*g", digits, number);
        if (strtod(shortest, NULL) == number)
            break;
    }
    return memcpy(text, shortest, strlen(shortest) + 1);
}

size_t text_which(const char *word, const char *const *names, size_t count)
{
    size_t place = 0;
    while (place < count && strcmp(word, names[place]) != 0)
        place++;
    return place;
}
