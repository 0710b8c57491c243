/* One buffer holds the line at hand and what was read behind it. It doubles up to the stated bound;
 * a line is a pointer into it. */
#include "base/lines.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 1 << 16 };

void lines_begin(Lines *lines, LinesRead read, void *source, size_t limit)
{
    *lines = (Lines){.read = read,
                     .source = source,
                     .buffer = lines->buffer,
                     .capacity = lines->capacity,
                     .limit = limit};
}

/* Reads more bytes behind those at hand; one byte always stays free at the end. */
static bool fill(Lines *lines)
{
    if (lines->start > 0) {
        memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
        lines->end -= lines->start;
        lines->start = 0;
    }
    size_t wanted = lines->end + 2 < FIRST_CAPACITY ? FIRST_CAPACITY : lines->end + 2;
    lines->buffer = alloc_grow(lines->buffer, &lines->capacity, wanted, 1);
    ssize_t count =
        lines->read(lines->source, lines->buffer + lines->end, lines->capacity - lines->end - 1);
    if (count < 0)
        return false;
    lines->over = count == 0;
    lines->end += (size_t)count;
    lines->bytes += (uint64_t)count;
    return true;
}

/* Some editors put a byte-order mark before the first line. */
static void pass_mark(const Lines *lines, char **line, size_t *length)
{
    enum { MARK = 3 };
    if (lines->number == 1 && *length >= MARK && memcmp(*line, "\xef\xbb\xbf", MARK) == 0) {
        *line += MARK;
        *length -= MARK;
    }
}

LinesResult lines_next(Lines *lines, char **line, size_t *length)
{
    size_t seen = 0; /* bytes from start that hold no newline */
    lines->number++;
    for (;;) {
        size_t held = lines->end - lines->start;
        char *begin = lines->buffer ? lines->buffer + lines->start : NULL;
        char *newline = held > seen ? memchr(begin + seen, '\n', held - seen) : NULL;
        size_t found = newline ? (size_t)(newline - begin) : held;
        if (found > lines->limit)
            return LINES_TOO_LONG;
        if (newline || (lines->over && held > 0)) {
            *line = begin;
            *length = found;
            lines->start += found + (newline != NULL);
            pass_mark(lines, line, length);
            return LINES_LINE;
        }
        if (lines->over) {
            lines->number--;
            return LINES_END;
        }
        seen = held;
        if (!fill(lines))
            return LINES_FAILED;
    }
}

bool lines_blank(const char *line, size_t length)
{
    size_t at = 0;
    while (at < length && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r'))
        at++;
    return at == length;
}

bool lines_open(const char *line, size_t length)
{
    while (length > 0 && lines_blank(line, 1))
        line++, length--;
    while (length > 0 && lines_blank(line + length - 1, 1))
        length--;
    if (length == 0 || (*line != '[' && *line != '{'))
        return false;
    return length == 1 || (*line == '[' && line[length - 1] == ',');
}

void lines_free(Lines *lines)
{
    free(lines->buffer);
    *lines = (Lines){0};
}

ssize_t lines_read_file(void *file, void *bytes, size_t capacity)
{
    size_t count = fread(bytes, 1, capacity, file);
    return count == 0 && ferror((FILE *)file) ? -1 : (ssize_t)count;
}
