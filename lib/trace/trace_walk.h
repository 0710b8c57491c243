/* The way back from a file to raw files: what made it, with which arguments, from what, by the
 * records beside the files (provenance.h), and whether each file is still the one that was used. */
#ifndef DOCMEM_TRACE_WALK_H
#define DOCMEM_TRACE_WALK_H
#include "trace/trace_record.h"
#include "trace/trace_rows.h"

typedef struct {
    char *path;
    char hash[FILEHASH_TEXT]; /* as it is now */
    bool changed;             /* it is not the file that was used, by any record */
    bool unrecorded;          /* no one wrote down what it was */
} TraceFile;

typedef struct {
    FILE *out;
    const char *programs;  /* folder in which programs lie now */
    const char *folder;    /* of the profile: what is there may be copied outside; or NULL */
    bool all;              /* show every file, however many are alike */
    const TraceRows *rows; /* the rows whose cells are shown; or NULL: all */
    TraceFile *files;      /* (count) all that were looked at, each once */
    size_t count, capacity, depth;
    char **records; /* (records_count) paths of the records that were shown */
    size_t records_count, records_capacity;
    Error failure; /* of the first file that is there and could not be read; "" if there is none */
} TraceWalk;

/* Shows the file at `path` and, a step further to the right, all it was made from, each file once.
 * `used` is the hash it had when it was used, or NULL to take that from its own record. */
void trace_walk_file(TraceWalk *walk, const char *path, const char *used);
/* record_read; a record that is there and could not be read is the walk's failure. */
bool trace_walk_record(TraceWalk *walk, Record *record, const char *path);
/* Shows how many files there were, and which are not those that were used; the count of these. */
size_t trace_walk_end(TraceWalk *walk);

/* Whether the row can be of the file: no column of the row contradicts the settings of the cell
 * that the file is, or was made from, as its record tells them. A file of another kind can. */
bool trace_row_of(const TraceRow *row, const char *path);

/* Prints `label path`, with `place` behind it, and the file's hash and how it stands against the
 * one it had when it was used or, where that is NULL, made; one that was looked at before is not
 * told again. */
void trace_walk_link(TraceWalk *walk, const char *label, const char *path, const char *place,
                     const char *used, const char *made);

#endif
