/* The part of a file that has come so far: NAME.part, its hash, and what it can be resumed by. */
#ifndef DOCMEM_PART_H
#define DOCMEM_PART_H
#include "sha256.h"

/* Room for a tag and a NUL. */
enum { PART_TAG = 256 };

/* Beside the part lies NAME.part.tag with one line that says of which version its bytes are:
 * `sha256 DIGITS`, announced by the server, or `etag TEXT`, the server's name for it. */
typedef struct {
    const char *name; /* of the file, for messages; the caller's */
    char *path, *tag_path;
    int file;           /* -1 when closed */
    int64_t bytes;      /* in the part, all of them in the hash */
    char tag[PART_TAG]; /* "" where there is none */
    struct sha256_ctx hash;
} Part;

/* Opens <target>.part, which is made where it is missing, and reads its tag. Nothing is in the
 * hash yet: continue with part_resume or part_restart. False with the reason. */
bool part_open(Part *part, const char *target, const char *name, Error *error);

/* Hashes the bytes that are there; `progress` (or NULL) hears how many of `total`. */
bool part_resume(Part *part, int64_t total, Progress *progress, void *user, Error *error);

/* Empties the part and forgets its tag. */
bool part_restart(Part *part, Error *error);

/* Writes the tag beside the part. */
bool part_mark(Part *part, const char *tag, Error *error);

/* Appends bytes. On a full disk what came before is kept. */
bool part_append(Part *part, const void *bytes, size_t count, Error *error);

/* Synced, read-only and under the target's name; the part is closed. */
bool part_become(Part *part, const char *target, Error *error);

/* Closes; the first keeps the part for another time, the second removes it and its tag. */
void part_keep(Part *part);
void part_discard(Part *part);

#endif
