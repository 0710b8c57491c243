/* What can be traced: the paper's numbers, the cells of its tables, and figures, by name. */
#ifndef DOCMEM_TRACE_NAMES_H
#define DOCMEM_TRACE_NAMES_H
#include "trace/trace_script.h"

typedef enum { TRACE_NUMBER, TRACE_CELL, TRACE_FIGURE } TraceKind;

/* One result and the query that made it. */
typedef struct {
    TraceKind kind;
    char *name;   /* NUMBER, `TABLE: ROW: COLUMN`, or `figure NAME`; unique */
    char *script; /* path of its .sql */
    char *key;    /* a number's name, or the words that identify a cell's row; NULL for a figure */
    char *value;  /* as it is shown; NULL for a figure */
    long statement;   /* index of the one that shows it, or TRACE_ALL */
    int line;         /* where the statement starts in the script */
    int keys, column; /* how many first columns identify the row; the value's column */
} TraceResult;

typedef struct {
    TraceResult *results; /* (count) */
    size_t count, capacity;
} TraceResults;

/* Runs the scripts of paper/ on the database and lists numbers, table cells and figures. False with
 * the reason in *error. trace_names_free frees the list, also after a failure. */
bool trace_names_list(TraceResults *names, Db *db, const char *profile, Error *error);
void trace_names_free(TraceResults *names);

/* The result named `words`, or the only one whose name has all of these words, ignoring case; NULL
 * if none or several have. matches (names->count) = which have all words. */
const TraceResult *trace_names_find(const TraceResults *names, const char *words, bool *matches);
/* Fills near (count) with the results whose names are nearest to `words`: fewest words missing,
 * then fewest edits. Returns how many there are. */
size_t trace_names_near(const TraceResults *names, const char *words, const TraceResult **near,
                        size_t count);

/* Appends the result's value to `text` if `query` is at the result's own row; for a figure, all
 * columns of any row. */
void trace_names_take(const TraceResult *result, const Query *query, Text *text);

#endif
