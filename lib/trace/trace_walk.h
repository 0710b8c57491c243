/* Traces a file back to raw files by the records beside files (provenance.h): what made it, with
 * which arguments, from which inputs, and whether each file is still the one that was used. */
#ifndef DOCMEM_TRACE_WALK_H
#define DOCMEM_TRACE_WALK_H
#include "trace/trace_record.h"
#include "trace/trace_rows.h"

typedef struct {
    char *path;
    char hash[FILEHASH_TEXT]; /* as it is now */
    bool changed;             /* some record says that another file was used */
    bool unrecorded;          /* no record has its hash */
} TraceFile;

typedef struct {
    FILE *out;
    const char *programs;  /* folder in which programs lie now */
    const char *folder;    /* of the profile, whose files may be copied outside; or NULL */
    bool all;              /* show every file, however many are alike */
    const TraceRows *rows; /* the rows whose cells are shown; or NULL: all */
    TraceFile *files;      /* (count) all that were looked at, each once */
    size_t count, capacity, depth;
    char **records; /* (records_count) paths of the records that were shown */
    size_t records_count, records_capacity;
    Error failure; /* of the first file that is there and could not be read; "" if there is none */
} TraceWalk;

/* Prints the file at `path` and, one step further to the right, all it was made from, each file
 * once. `used` is the hash it had when it was used; NULL: the one in its own record. */
void trace_walk_file(TraceWalk *walk, const char *path, const char *used);
/* As record_read; a record that exists but cannot be read becomes walk->failure. */
bool trace_walk_record(TraceWalk *walk, Record *record, const char *path);
/* Prints how many files there were and which are not those that were used; returns how many are
 * not. Frees what the walk holds. */
size_t trace_walk_end(TraceWalk *walk);

/* Whether the row can come from the file: no column of it contradicts the settings, as recorded, of
 * the cell that the file is or was made from. True if the file is neither. */
bool trace_row_of(const TraceRow *row, const char *path);

/* Prints `label path` with `place` right behind it, the file's hash, and how that compares with
 * `used`, its hash when it was used or, if NULL, with `made`, its hash when it was made. Prints
 * nothing for a file that the walk has seen. */
void trace_walk_link(TraceWalk *walk, const char *label, const char *path, const char *place,
                     const char *used, const char *made);

#endif
