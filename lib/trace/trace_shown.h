/* The page or picture that shows a result, and what made it from what, as its record says.
 */
#ifndef DOCMEM_TRACE_SHOWN_H
#define DOCMEM_TRACE_SHOWN_H
#include "trace/trace_names.h"
#include "trace/trace_record.h"
#include "trace/trace_walk.h"

typedef struct {
    char *database; /* that was queried */
    Record made;    /* how that was made; `known` is whether it has a record */
    Record query;   /* how the query's output was made, if `recorded` */
    bool known, recorded;
} TraceShown;

/* Prints the result, the page of `folder` that shows it, what drew it, its query and the database,
 * each with its hash then and now. A page that was not made, or has no record, rests on `database`,
 * and no hash of its query was recorded. The caller frees *shown. */
void trace_shown(TraceShown *shown, TraceWalk *walk, const TraceResult *result, const char *folder,
                 const char *database);
/* The hash that a file the query reads had then, or NULL. */
const char *trace_shown_hash(const TraceShown *shown, const char *path);
void trace_shown_free(TraceShown *shown);

/* Prints the rows, each with its values, in the width of a terminal. */
void trace_shown_rows(FILE *out, const TraceRows *rows);

#endif
