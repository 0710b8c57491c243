/* The page or picture that shows a result, and what made it from what, as its record says.
 */
#ifndef DOCMEM_TRACE_SHOWN_H
#define DOCMEM_TRACE_SHOWN_H
#include "trace/trace_names.h"
#include "trace/trace_record.h"
#include "trace/trace_walk.h"

typedef struct {
    char *database; /* the one that was queried */
    Record made;    /* the database's record, if `known` */
    Record query;   /* the record of the query's output, if `recorded` */
    bool known, recorded;
} TraceShown;

/* Prints the result, the page of `folder` that shows it, what drew it, its query and the database,
 * each with its hash and whether that is the one recorded. If the page does not exist or has no
 * record, the database is taken to be `database`, and the query has no recorded hash.
 * trace_shown_free frees *shown. */
void trace_shown(TraceShown *shown, TraceWalk *walk, const TraceResult *result, const char *folder,
                 const char *database);
/* The recorded hash of a file that the query read, or NULL. Borrowed. */
const char *trace_shown_hash(const TraceShown *shown, const char *path);
void trace_shown_free(TraceShown *shown);

/* Prints the rows, each with its values, in the width of a terminal. */
void trace_shown_rows(FILE *out, const TraceRows *rows);

#endif
