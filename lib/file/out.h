/* Output files that are complete or absent: written beside the target, synced, renamed. */
#ifndef DOCMEM_OUT_H
#define DOCMEM_OUT_H
#include "base/error.h"
#include <stddef.h>
#include <stdio.h>

/* One output under way. `path` is the target, `temporary` its neighbour that
 * receives the bytes; until out_commit succeeds nothing exists under `path`
 * that was not there before. A program that exits without committing removes
 * its temporaries. */
typedef struct {
    char *path, *temporary;
    FILE *file;
    bool folder; /* the target is a folder, `file` the member under way */
    bool failed; /* a write came up short; out_commit reports it */
    void *map;   /* of the whole file, see out_map, or NULL */
    size_t mapped;
    struct Mapped *watch;
} Out;

/* Opens <path>.<pid>.tmp for writing, making missing parent folders. */
bool out_open(Out *out, const char *path, Error *error);

/* Append bytes or formatted text. Failures are remembered for out_commit. */
void out_bytes(Out *out, const void *bytes, size_t count);
void out_text(Out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Hands what is written so far to the system, so that it can be watched. */
void out_flush(Out *out);

/* `count` more bytes at the end of the file under way, zero, mapped: they are written in place, and
 * live on disk rather than in memory. Their room is taken at once. Once a file, after all that is
 * written otherwise; valid until the commit. NULL with the reason. */
void *out_map(Out *out, size_t count, Error *error);

/* An output that is a whole folder: opens <path>.<pid>.tmp/ instead. Its files
 * are written one after the other: out_member ends the last one (flushed and
 * synced) and opens the next, whose name may hold folders of its own. out_commit
 * replaces what stood under `path`, a folder included. */
bool out_open_folder(Out *out, const char *path, Error *error);
bool out_member(Out *out, const char *name, Error *error);

/* Flushes, syncs, closes and renames. On failure the temporary is removed and
 * the error names the target. The Out is closed either way. */
bool out_commit(Out *out, Error *error);

/* Gives up: removes the temporary. Safe on a closed Out. */
void out_abandon(Out *out);

/* Removes the temporaries of outputs under way, as the end of the program does; for a handler of
 * signals that ends it at once. */
void out_remove_pending(void);

/* Makes the folders above `path`, or `path` itself as a folder. */
bool out_make_parents(const char *path, Error *error);
bool out_make_folder(const char *path, Error *error);

#endif
