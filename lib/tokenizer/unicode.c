/* utf8proc has the general categories and NFC, but of a newer Unicode than `tokenizers` composes
 * with. Characters that the two may treat differently are kept away from it. */
#include "tokenizer/unicode.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <utf8proc.h>

bool unicode_is_space(uint32_t code)
{
    return (code >= 0x9 && code <= 0xd) || code == ' ' || code == 0x85 || code == 0xa0 ||
           code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028 ||
           code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

bool unicode_is_word(uint32_t code)
{
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_PC:
        return true;
    default: /* joiners, and letters in circles and squares */
        return code == 0x200c || code == 0x200d || (code >= 0x24b6 && code <= 0x24e9) ||
               (code >= 0x1f130 && code <= 0x1f149) || (code >= 0x1f150 && code <= 0x1f169) ||
               (code >= 0x1f170 && code <= 0x1f189);
    }
}

bool unicode_is_number(uint32_t code)
{
    if (code < 0x80)
        return code >= '0' && code <= '9';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    return category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NL ||
           category == UTF8PROC_CATEGORY_NO;
}

/* Ranges of characters, first and last, that take no part in composition by the tables of Unicode
 * 9, which `tokenizers` uses: combining characters of later versions, and others in between that
 * compose in no version (checks/oracle/tokenizer.py finds them). The text before and after such a
 * character is composed separately. */
static const uint32_t inert[][2] = {
    {0x5c8, 0x5c9},     {0x7fd, 0x7fd},     {0x897, 0x8d3},     {0x9fe, 0x9fe},
    {0xc3c, 0xc3c},     {0xd3b, 0xd3c},     {0xeba, 0xeba},     {0x1715, 0x1715},
    {0x1abf, 0x1af0},   {0x1df6, 0x1dfa},   {0xa82c, 0xa82c},   {0x105c9, 0x105e4},
    {0x10d24, 0x10f85}, {0x11070, 0x11070}, {0x1133b, 0x1133b}, {0x11382, 0x113d0},
    {0x1145e, 0x1145e}, {0x11839, 0x11a99}, {0x11d42, 0x1612f}, {0x16d63, 0x16ff1},
    {0x1d127, 0x1d128}, {0x1d250, 0x1d281}, {0x1e08f, 0x1e6f5}};

static bool is_inert(uint32_t code)
{
    size_t low = 0, high = sizeof inert / sizeof *inert;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > inert[middle][1])
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof inert / sizeof *inert && code >= inert[low][0];
}

/* Appends a text that has no inert characters, in NFC. */
static void append_composed(Text *text, const char *bytes, size_t length)
{
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length,
                                         &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (size < 0)
        alloc_exhausted(); /* the only cause */
    text_append(text, (const char *)composed, (size_t)size);
    free(composed);
}

void unicode_append_nfc(Text *text, const char *bytes, size_t length)
{
    /* A text whose characters are all below U+0300 is in NFC; U+0300 begins with byte 0xCC. */
    size_t plain = 0, begin = 0;
    while (plain < length && (unsigned char)bytes[plain] < 0xcc)
        plain++;
    if (plain == length) {
        text_append(text, bytes, length);
        return;
    }
    for (size_t at = 0, width; at < length; at += width) {
        width = utf8_width(bytes[at]);
        if (!is_inert(utf8_code(bytes + at)))
            continue;
        append_composed(text, bytes + begin, at - begin);
        text_append(text, bytes + at, width);
        begin = at + width;
    }
    append_composed(text, bytes + begin, length - begin);
}

static bool stands_for_itself(unsigned byte)
{
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}

uint32_t byte_to_code(uint8_t byte)
{
    if (stands_for_itself(byte))
        return byte;
    uint32_t before = 0;
    for (unsigned other = 0; other < byte; other++)
        before += !stands_for_itself(other);
    return 0x100 + before;
}

int code_to_byte(uint32_t code)
{
    if (code < 0x100)
        return stands_for_itself(code) ? (int)code : -1;
    for (unsigned byte = 0; byte < 0x100; byte++)
        if (!stands_for_itself(byte) && code-- == 0x100)
            return (int)byte;
    return -1;
}
