/* Questions about code points that a tokenizer's rules ask, and the byte-level alphabet. */
#include "unicode.h"

#include "mem.h"

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
    default: /* the joiners, and the letters in circles and squares */
        return code == 0x200c || code == 0x200d || (code >= 0x24b6 && code <= 0x24e9) ||
               (code >= 0x1f130 && code <= 0x1f149) || (code >= 0x1f150 && code <= 0x1f169) ||
               (code >= 0x1f170 && code <= 0x1f189);
    }
}

void unicode_append_nfc(Text *text, const char *bytes, size_t length)
{
    /* Below U+0300, which starts with the byte 0xCC, every text is in form C. */
    size_t plain = 0;
    while (plain < length && (unsigned char)bytes[plain] < 0xcc)
        plain++;
    if (plain == length) {
        text_append(text, bytes, length);
        return;
    }
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t size =
        utf8proc_map((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)length, &composed,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    if (size >= 0)
        text_append(text, (const char *)composed, (size_t)size);
    else
        mem_alloc(SIZE_MAX, 1); /* only for want of memory: the end that mem_alloc makes */
    free(composed);
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
