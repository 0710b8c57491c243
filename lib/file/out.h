/* Output files that are complete or absent: written beside the target, synced, renamed. */
#ifndef DOCMEM_OUT_H
#define DOCMEM_OUT_H
#include "base/error.h"
#include <stddef.h>
#include <stdio.h>

/* One output being written. `path` is the target; the bytes go to `temporary`, a file beside it.
 * Until out_commit succeeds, whatever stood under `path` before stays as it was. A program that
 * exits without committing removes its temporaries. */
typedef struct {
    char *path, *temporary;
    FILE *file;
    bool folder; /* the target is a folder, `file` the member being written */
    bool failed; /* a write failed; out_commit reports it */
    void *map;   /* of the whole file, see out_map, or NULL */
    size_t mapped;
    struct Mapped *watch;
} Out;

/* Opens <path>.<pid>.tmp for writing and makes missing parent folders. False with the reason. */
bool out_open(Out *out, const char *path, Error *error);

/* Append bytes or formatted text. Failures are remembered for out_commit. */
void out_bytes(Out *out, const void *bytes, size_t count);
void out_text(Out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Flushes what is written so far, so that others can read it while the file grows. */
void out_flush(Out *out);

/* Extends the file by `count` zero bytes and returns them mapped: they are written in place, and
 * live on disk, not in memory. Their disk space is allocated at once. At most once a file, after
 * all other writes; valid until the commit. NULL with the reason in *error. */
void *out_map(Out *out, size_t count, Error *error);

/* An output that is a whole folder: opens <path>.<pid>.tmp/ instead. Its files are written one
 * after the other: out_member ends the last one (flushed and synced) and opens the next, whose name
 * may include subfolders. out_commit replaces what stood under `path`, even a folder. */
bool out_open_folder(Out *out, const char *path, Error *error);
bool out_member(Out *out, const char *name, Error *error);

/* Flushes, syncs, closes and renames. On failure the temporary is removed and *error names the
 * target. The Out is closed either way. */
bool out_commit(Out *out, Error *error);

/* Gives up: removes the temporary. Safe on a closed Out. */
void out_abandon(Out *out);

/* Removes all uncommitted temporaries, as exit does; for a signal handler that ends the program
 * with _exit. */
void out_remove_pending(void);

/* Makes the folders above `path`; makes `path` itself a folder, too. What exists is left alone. */
bool out_make_parents(const char *path, Error *error);
bool out_make_folder(const char *path, Error *error);

#endif
