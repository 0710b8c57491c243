#include "fever/title.h"

#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static bool is_ascii(const char *text, size_t length)
{
    unsigned char all = 0;
    for (size_t i = 0; i < length; i++)
        all |= (unsigned char)text[i];
    return all < 0x80;
}

char *title_nfc(const char *text, size_t length)
{
    if (is_ascii(text, length))
        return alloc_text_n(text, length);
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t count = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length,
                                          &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (count == UTF8PROC_ERROR_NOMEM)
        alloc_exhausted();
    if (count < 0)
        return NULL;
    char *copy = alloc_text_n((char *)composed, (size_t)count);
    free(composed);
    return copy;
}

char *title_unescape(const char *text)
{
    static const struct {
        const char *escape;
        char plain;
    } escapes[] = {
        {"-LRB-", '('}, {"-RRB-", ')'}, {"-LSB-", '['}, {"-RSB-", ']'}, {"-COLON-", ':'}};
    char *copy = alloc_text(text), *to = copy;
    for (const char *from = text; *from;) {
        size_t length = 0;
        for (size_t i = 0; *from == '-' && !length && i < sizeof escapes / sizeof *escapes; i++)
            if (strncmp(from, escapes[i].escape, strlen(escapes[i].escape)) == 0) {
                length = strlen(escapes[i].escape);
                *to++ = escapes[i].plain;
            }
        if (!length)
            *to++ = *from++;
        from += length;
    }
    *to = 0;
    return copy;
}

char *title_readable(const char *title)
{
    char *copy = title_unescape(title);
    for (char *p = copy; *p; p++)
        if (*p == '_')
            *p = ' ';
    return copy;
}

/* Whether the character at `text` is part of a word; false at the end of the text. */
static bool is_word(const char *text)
{
    utf8proc_int32_t point;
    if (utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point) < 1)
        return false;
    utf8proc_category_t category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool title_named(const char *sentence, const char *name)
{
    size_t length = strlen(name);
    if (length == 0)
        return false;
    for (const char *at = sentence; (at = strstr(at, name)); at++) {
        const char *before = at;
        while (before > sentence && ((unsigned char)*--before & 0xc0) == 0x80)
            continue;
        bool starts = at == sentence || !is_word(before);
        if (starts && (at[length] == 0 || !is_word(at + length)))
            return true;
    }
    return false;
}

int title_half(const char *title)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *title; title++)
        hash = (hash ^ (unsigned char)*title) * UINT64_C(0x100000001b3);
    hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
    return (int)(hash >> 63);
}
