/* Where an output came from: written beside it as <output>.prov, one `key value` a line. */
#ifndef DOCMEM_PROVENANCE_H
#define DOCMEM_PROVENANCE_H
#include "base/error.h"
#include "file/filehash.h"
#include "file/out.h"

/* An input as it was when it was hashed. */
typedef struct {
    char *path;
    FileState state;
} ProvenanceFile;

typedef struct {
    char *text;
    size_t length, capacity;
    ProvenanceFile *files; /* (files_count) */
    size_t files_count, files_capacity;
    Error failure;    /* of the first file that could not be hashed; "" if there is none */
    const char *kept; /* folder of kept hashes (filehash.h), or NULL; borrowed */
} Provenance;

/* Starts a record with program, its hash, compiler, BLAS library and, where it is on, the bf16
 * engine. */
void provenance_begin(Provenance *provenance, const char *program, const char *kept);
void provenance_text(Provenance *provenance, const char *key, const char *value);
void provenance_number(Provenance *provenance, const char *key, double value);
/* Adds the hash (filehash.h) of a file, or of each file in a folder and the folders in it, four
 * deep, hidden files left out. Call it before the file is opened, and provenance_unchanged when it
 * has been read: what was read are then the bytes that were hashed. */
void provenance_input(Provenance *provenance, const char *key, const char *path);
/* False, naming the file, if an input could not be hashed, or is no longer in the state in which it
 * was. */
bool provenance_unchanged(const Provenance *provenance, Error *error);

/* Adds the hash of the bytes `out` holds so far and writes <path>.prov whole;
 * frees the record. False if they cannot be read or it cannot be written. */
bool provenance_write(Provenance *provenance, Out *out, const char *path, Error *error);
void provenance_free(Provenance *provenance);
/* Removes <path>.prov, where it exists. */
void provenance_remove(const char *path);

#endif
