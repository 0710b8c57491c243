/* Comma-separated values: tables with a header, written through Out and read through libcsv.
 *
 * RFC 4180 with lines ending in a newline, UTF-8, numbers in the C locale. (The
 * module is not called csv, the name libcsv's own header has.) */
#ifndef DOCMEM_CSVFILE_H
#define DOCMEM_CSVFILE_H
#include "base/error.h"
#include "file/out.h"
#include <stdint.h>

/* --- writing --- */

typedef struct {
    Out *out;
    const char *const *columns;  /* names, NULL at the end; borrowed */
    size_t count, filled, line;  /* columns; fields in this row so far; line number */
    size_t bad_line, bad_column; /* the first number that is not finite, line 0 for none */
} CsvWriter;

/* Writes the header. Then each row is as many put calls as there are columns
 * (a wrong number is a bug and asserts), and csvfile_end_row. */
void csvfile_begin(CsvWriter *writer, Out *out, const char *const *columns);
void csvfile_put_text(CsvWriter *writer, const char *text);
void csvfile_put_int(CsvWriter *writer, int64_t number);
/* The shortest decimal that reads back as the same double, with a point or an exponent: 1.0, not 1,
 * since others guess a column's type by its first rows. */
void csvfile_put_real(CsvWriter *writer, double number);
/* An empty field: no value. */
void csvfile_put_none(CsvWriter *writer);
void csvfile_end_row(CsvWriter *writer);
/* False if a number was not finite, naming the first one's line and column; the
 * caller then abandons the Out, else commits it. */
bool csvfile_finish(const CsvWriter *writer, Error *error);

/* --- reading --- */

typedef struct {
    const char *path;
    size_t line; /* where the row ends, from 1 */
    size_t count;
    const char *const *fields;  /* (count) texts, valid during the call */
    const char *const *columns; /* (count) names, from the header */
    bool header;
} CsvRow;

/* Takes one row; false, with *error filled, ends the reading. */
typedef bool CsvTake(void *user, const CsvRow *row, Error *error);

/* Reads the table in `path`, calling take(user, row) for each row below the
 * header, which must be exactly `columns` (NULL at the end). With `columns` NULL any
 * header is taken, and passed on as the first row. Refuses, with file and line:
 * another header, a row with fewer or more fields, a stray quote, text that is
 * not UTF-8, NUL bytes, rows over 16 MiB, a last row without its newline, an empty file. */
bool csvfile_read(const char *path, const char *const *columns, CsvTake *take, void *user,
                  Error *error);

/* Whether the file begins with the header of these columns (NULL at the end). */
bool csvfile_has(const char *path, const char *const *columns);

/* Field `column` of the row as a number; false, naming file, line and column,
 * if it is none (or, for a real, not finite). */
bool csvfile_int(const CsvRow *row, size_t column, int64_t *number, Error *error);
bool csvfile_real(const CsvRow *row, size_t column, double *number, Error *error);

#endif
