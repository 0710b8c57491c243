/* Finds the rows that a result depends on: deletes or changes rows and sees whether the result
 * changes. */
#ifndef DOCMEM_TRACE_ROWS_H
#define DOCMEM_TRACE_ROWS_H
#include "trace/trace_names.h"

/* A row of a CSV file, or rows first … last that matter only together. */
typedef struct {
    char *table, *file;
    size_t first, last;       /* rows of the file below its header, from 1; 0: any of them */
    char **columns, **values; /* (count), of row `first`; none where first is 0 or less than last */
    size_t count;
} TraceRow;

typedef struct {
    TraceRow *rows; /* (count) */
    size_t count, capacity;
    size_t untried; /* tables in which there are more rows than are listed */
    Text tables;    /* names of the tables that the query reads, each ended by a newline */
    char **imports; /* (imports_count) other files that the query reads */
    size_t imports_count;
} TraceRows;

enum { TRACE_ROWS_LIMIT = 12 }; /* listed of one table */

/* The table of results that `path`, a CSV file of the profile's folder, was loaded into: called as
 * the file or as its folder, with or without a plural's s. NULL if there is none. Owned by the
 * caller. */
char *trace_table_of(Db *db, const char *path, const char *folder);

/* Finds the rows of the `count` files below `folder` that the result rests on. Each table that its
 * query reads is tried, by halves: rows are taken out, or their values other than those that tell
 * rows apart made larger, made smaller, or other words, and the query is run again. Tables of many
 * rows, and all of a figure, are tried a file at a time. Files that are not there any more are left
 * out; one that does not fit its table any more is listed. The caller frees *rows. */
bool trace_rows_find(TraceRows *rows, Db *db, const TraceResult *result, const char *profile,
                     const char *folder, char *const *files, size_t count, Error *error);
void trace_rows_free(TraceRows *rows);

/* Whether a row of the file at `path` was listed, or one of a table that was not searched to its
 * end. */
bool trace_rows_rest_on(Db *db, const TraceRows *rows, const char *path, const char *folder);

#endif
