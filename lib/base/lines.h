/* Lines of any byte source, one at a time, without copying and never longer than a stated bound. */
#ifndef DOCMEM_LINES_H
#define DOCMEM_LINES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The longest line any reader here accepts, in bytes. */
#define LINES_LIMIT ((size_t)64 << 20)

/* Puts up to `capacity` bytes into `bytes`; returns how many, 0 at the end, or
 * -1 on failure. */
typedef ssize_t (*LinesRead)(void *source, void *bytes, size_t capacity);

typedef enum { LINES_LINE, LINES_END, LINES_TOO_LONG, LINES_FAILED } LinesResult;

typedef struct {
    LinesRead read;
    void *source;
    char *buffer; /* bytes start … end-1 are read and not yet handed out */
    size_t capacity, start, end, limit;
    uint64_t number; /* of the line last handed out, from 1 */
    uint64_t bytes;  /* read so far */
    bool over;       /* the source has ended */
} Lines;

/* Starts at the source's beginning; a line of more than `limit` bytes is
 * refused. The buffer of an earlier use is kept, so that a zeroed Lines can
 * read many sources one after another. */
void lines_begin(Lines *lines, LinesRead read, void *source, size_t limit);

/* The next line without its newline, the first without a byte-order mark; the last one may lack it.
 * *line lives until the next call and is followed by a byte that may be overwritten. LINES_TOO_LONG
 * and LINES_FAILED end the reading. */
LinesResult lines_next(Lines *lines, char **line, size_t *length);

/* Whether the line holds nothing but blanks, as the last one of many files. */
bool lines_blank(const char *line, size_t length);

/* Whether a line that is no JSON text by itself begins one that goes on in further lines: it is an
 * opening bracket alone, or begins with [ and ends in a comma. */
bool lines_open(const char *line, size_t length);

void lines_free(Lines *lines);

/* A LinesRead for a FILE *. */
ssize_t lines_read_file(void *file, void *bytes, size_t capacity);

#endif
