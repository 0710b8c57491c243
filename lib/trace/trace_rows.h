/* Finds the rows that a result depends on: deletes or changes rows and sees whether the result
 * changes. */
#ifndef DOCMEM_TRACE_ROWS_H
#define DOCMEM_TRACE_ROWS_H
#include "trace/trace_names.h"

/* A row of a CSV file, or rows first … last that matter only together. */
typedef struct {
    char *table, *file;
    size_t first, last;       /* rows of the file below its header, from 1; 0: the whole file */
    char **columns, **values; /* (count) of row `first`; none if first is 0 or less than last */
    size_t count;
} TraceRow;

typedef struct {
    TraceRow *rows; /* (count) */
    size_t count, capacity;
    size_t untried; /* tables of which more rows matter than are listed */
    Text tables;    /* names of the tables that the query reads, each ended by a newline */
    char **imports; /* (imports_count) other files that the query reads */
    size_t imports_count;
} TraceRows;

enum { TRACE_ROWS_LIMIT = 12 }; /* listed of one table */

/* The table into which the CSV file `path`, of the profile's `folder`, was loaded. It is named
 * after the file or after its subfolder, with or without a plural s. NULL if there is none. Freed
 * by the caller. */
char *trace_table_of(Db *db, const char *path, const char *folder);

/* Finds the rows of the `count` files below `folder` that the result depends on. In each table that
 * its query reads it takes ranges of rows, deletes them or changes all their values outside the
 * primary key (numbers up, numbers down, texts to others), runs the query again, and halves the
 * ranges that change the result. Large tables, and all tables of a figure, are searched by whole
 * files. Files that are gone are left out; one that no longer fits its table is listed. False with
 * the reason in *error. trace_rows_free frees *rows, also after a failure. */
bool trace_rows_find(TraceRows *rows, Db *db, const TraceResult *result, const char *profile,
                     const char *folder, char *const *files, size_t count, Error *error);
void trace_rows_free(TraceRows *rows);

/* Whether the result may depend on the file at `path`: a row of it is listed, or one of its table,
 * and some table has more rows that matter than are listed. */
bool trace_rows_rest_on(Db *db, const TraceRows *rows, const char *path, const char *folder);

#endif
