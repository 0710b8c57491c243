/* How library code reports a failure: one line naming file, place and cure. */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool(fail)(Error *error, const char *format, ...) /* not its macro, where coverage has one */
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    for (char *p = error->text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    return false;
}

const char *errno_text(void)
{
    static _Thread_local char text[128];
    return strerror_r(errno, text, sizeof text); /* the GNU one: the text may lie elsewhere */
}
