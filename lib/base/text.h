/* UTF-8 text: a buffer that grows, and the checks and conversions that encoded text needs. */
#ifndef DOCMEM_TEXT_H
#define DOCMEM_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow; not NUL-terminated unless text_append put one there. Starts as {0}. */
typedef struct {
    char *bytes; /* (length) */
    size_t length, capacity;
} Text;

void text_append(Text *text, const char *bytes, size_t length);
/* Appends `code` as UTF-8. */
void text_append_code(Text *text, uint32_t code);
/* Appends the bytes with every ill-formed sequence shown as U+FFFD, one for
 * each maximal subpart (Unicode 15, section 3.9, "U+FFFD substitution"). */
void text_append_lossy(Text *text, const char *bytes, size_t length);
/* Appends the bytes with every occurrence of `from` (not empty), found from
 * left to right, given as `to`. */
void text_append_replaced(Text *text, const char *bytes, size_t length, const char *from,
                          size_t from_length, const char *to, size_t to_length);
void text_free(Text *text);

/* The shortest decimal that reads back as the same double, in the C locale, written into
 * text (TEXT_NUMBER bytes), which is returned. */
enum { TEXT_NUMBER = 40 };
const char *text_number(char *text, double number);

/* The place of `word` among the names, `count` where it is none of them. */
size_t text_which(const char *word, const char *const *names, size_t count);

/* Number of leading bytes that are well-formed UTF-8: `length` when all are. */
size_t utf8_valid(const char *bytes, size_t length);

/* Bytes of the character that starts with `lead`, in well-formed text. */
static inline size_t utf8_width(char lead)
{
    unsigned char byte = (unsigned char)lead;
    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/* The code point at `bytes`, in well-formed text. */
static inline uint32_t utf8_code(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;
    switch (utf8_width(bytes[0])) {
    case 1:
        return b[0];
    case 2:
        return (b[0] & 0x1fu) << 6 | (b[1] & 0x3fu);
    case 3:
        return (b[0] & 0x0fu) << 12 | (b[1] & 0x3fu) << 6 | (b[2] & 0x3fu);
    default:
        return (b[0] & 0x07u) << 18 | (b[1] & 0x3fu) << 12 | (b[2] & 0x3fu) << 6 | (b[3] & 0x3fu);
    }
}

#endif
