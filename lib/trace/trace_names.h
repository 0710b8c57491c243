/* What can be traced: the paper's numbers, the cells of its tables, and figures, by name. */
#ifndef DOCMEM_TRACE_NAMES_H
#define DOCMEM_TRACE_NAMES_H
#include "trace/trace_script.h"

typedef enum { TRACE_NUMBER, TRACE_CELL, TRACE_FIGURE } TraceKind;

/* One result and the query that made it. */
typedef struct {
    TraceKind kind;
    char *name;       /* NUMBER, `TABLE: ROW: COLUMN`, or `figure NAME`; one of a kind */
    char *script;     /* path of its .sql */
    char *key;        /* a number's name, or the words that tell its row; NULL of a figure */
    char *value;      /* as it is shown; NULL of a figure */
    long statement;   /* that shows it, or TRACE_ALL */
    int line;         /* where that starts in the script */
    int keys, column; /* how many columns tell the row; which one holds the value */
} TraceResult;

typedef struct {
    TraceResult *results; /* (count) */
    size_t count, capacity;
} TraceResults;

/* Runs the scripts of paper/ on the database and lists numbers, table cells and figures. */
bool trace_names_list(TraceResults *names, Db *db, const char *profile, Error *error);
void trace_names_free(TraceResults *names);

/* The result that is called `words`, or the only one that has them all, whatever the case of
 * letters; NULL if there is none or several. `matches` (names->count) receives which have all of
 * them. */
const TraceResult *trace_names_find(const TraceResults *names, const char *words, bool *matches);
/* Up to `count` results that have most of the words, or else the nearest names; how many. */
size_t trace_names_near(const TraceResults *names, const char *words, const TraceResult **near,
                        size_t count);

/* Appends to `text` what the row, if it is the result's own, says of it. */
void trace_names_take(const TraceResult *result, const Query *query, Text *text);

#endif
