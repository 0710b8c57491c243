/* A message that is too long loses its middle, since its place and its cure matter most. What came
 * from a file is made printable, so that it cannot steer a terminal. */
#include "base/error.h"

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CURE = 256 }; /* bytes at the end of a message that stay where it is too long */

/* A message of `length` bytes is cut in its middle: its place and its cure matter most. Where there
 * is no memory to do so it stays cut at its end. */
static void cut_middle(Error *error, size_t length, const char *format, va_list arguments)
{
    static const char gap[] = " ... ";
    char *whole = malloc(length + 1);
    if (!whole)
        return;
    vsnprintf(whole, length + 1, format, arguments);
    char *end = error->text + sizeof error->text - 1 - CURE;
    memcpy(end - strlen(gap), gap, strlen(gap));
    memcpy(end, whole + length - CURE, CURE);
    free(whole);
}

/* What a file holds cannot steer a terminal: control characters and what is not UTF-8 become '?'.
 */
static void make_printable(char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0, valid = 0; at < length; at++) {
        unsigned char byte = (unsigned char)text[at];
        if (at == valid)
            valid += utf8_valid(text + at, length - at);
        bool control = byte < 0x20 || byte == 0x7f;
        if (byte == 0xc2 && at + 1 < valid && (unsigned char)text[at + 1] < 0xa0) {
            control = true; /* U+0080 to U+009F */
            text[at + 1] = '?';
        }
        if (control || at == valid)
            text[at] = '?';
        valid += at == valid;
    }
}

bool(fail)(Error *error, const char *format, ...) /* not its macro, where coverage has one */
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(error->text, sizeof error->text, format, arguments);
    if (length >= (int)sizeof error->text)
        cut_middle(error, (size_t)length, format, again);
    va_end(again);
    va_end(arguments);
    make_printable(error->text);
    return false;
}

const char *errno_text(void)
{
    static _Thread_local char text[128];
    return strerror_r(errno, text, sizeof text); /* the GNU one: the text may lie elsewhere */
}
