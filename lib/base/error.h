/* How library code reports a failure: one line naming file, place and cure. */
#ifndef DOCMEM_ERROR_H
#define DOCMEM_ERROR_H
#include <stdbool.h>

/* "<file>[:<line or offset>]: <what is wrong>; <what to do>", without newline. */
typedef struct {
    char text[1024];
} Error;

/* Writes the printf-style message into *error and returns false, so that a library function can
 * `return fail(error, …)`. A message too long for it loses its middle, neither place nor cure;
 * control characters and bytes that are not UTF-8 are shown as '?'. No argument may lie in *error.
 */
bool fail(Error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text of errno, thread-safe; valid until the next call in this thread. */
const char *errno_text(void);

#endif
