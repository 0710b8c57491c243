/* Comma-separated values: tables with a header, written through Out and read through libcsv.
 *
 * RFC 4180 with lines that end in LF, UTF-8, numbers in the C locale. (The module is not called
 * csv, since libcsv's header is csv.h.) */
#ifndef DOCMEM_CSVFILE_H
#define DOCMEM_CSVFILE_H
#include "base/error.h"
#include "file/out.h"
#include <stdint.h>

/* --- writing --- */

typedef struct {
    Out *out;
    const char *const *columns;  /* names, NULL at the end; borrowed */
    size_t count, filled, line;  /* number of columns; fields put in this row; line number */
    size_t bad_line, bad_column; /* where the first non-finite number was put; line 0: none */
} CsvWriter;

/* Starts a table in `out` (borrowed) and writes its header. A row is then one put call for each
 * column, in order, and csvfile_end_row. A wrong number of put calls is a bug and asserts. */
void csvfile_begin(CsvWriter *writer, Out *out, const char *const *columns);
/* Text is quoted where it has to be. An empty text reads back like csvfile_put_none's field. */
void csvfile_put_text(CsvWriter *writer, const char *text);
void csvfile_put_int(CsvWriter *writer, int64_t number);
/* The shortest decimal that reads back as the same double. It always has a point or an exponent
 * (1.0, not 1), since many programs guess a column's type from its first rows. */
void csvfile_put_real(CsvWriter *writer, double number);
/* An empty field: a missing value. */
void csvfile_put_none(CsvWriter *writer);
void csvfile_end_row(CsvWriter *writer);
/* False if a number was not finite, with the first one's line and column in *error: the caller then
 * abandons the Out. Else the caller commits it. */
bool csvfile_finish(const CsvWriter *writer, Error *error);

/* --- reading --- */

typedef struct {
    const char *path;
    size_t line; /* the line on which the row ends, from 1 */
    size_t count;
    const char *const *fields;  /* (count) texts, valid during the call */
    const char *const *columns; /* (count) names, from the header */
    bool header;                /* the row is the header: only if csvfile_read got no columns */
} CsvRow;

/* Receives one row. Returning false, with *error filled, ends the reading. */
typedef bool CsvTake(void *user, const CsvRow *row, Error *error);

/* Reads the table in `path` and calls take(user, row) for each row below the header, which must be
 * exactly `columns` (ended by NULL). If `columns` is NULL, any header of at most 1024 columns will
 * do, and it is passed on as the first row. False, with file and line in *error, for another
 * header, a row with fewer or more fields, a stray quote, text that is not UTF-8, NUL bytes, a row
 * over 16 MiB, a last row without its newline, or an empty file; and if take returns false. */
bool csvfile_read(const char *path, const char *const *columns, CsvTake *take, void *user,
                  Error *error);

/* Whether the file's first line is the header of these columns (ended by NULL), which is below 1
 * KiB and has no quotes. False too if the file cannot be read. */
bool csvfile_has(const char *path, const char *const *columns);

/* Reads field `column` of the row as a number. False, with file, line and column in *error, if it
 * is none (or, for a real, not finite). */
bool csvfile_int(const CsvRow *row, size_t column, int64_t *number, Error *error);
bool csvfile_real(const CsvRow *row, size_t column, double *number, Error *error);

#endif
