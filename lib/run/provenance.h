/* The record of how an output was made: <output>.prov beside it, one `key value` a line. */
#ifndef DOCMEM_PROVENANCE_H
#define DOCMEM_PROVENANCE_H
#include "base/error.h"
#include "file/filehash.h"
#include "file/out.h"

/* An input and its state when it was hashed. */
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
    const char *kept; /* folder of cached hashes (filehash_kept), or NULL; borrowed */
} Provenance;

/* Starts a record with the program's name and hash, the compiler, the BLAS library and, if it is
 * on, the bf16 engine. `kept` is the folder of filehash_kept, or NULL; borrowed. */
void provenance_begin(Provenance *provenance, const char *program, const char *kept);
/* Adds an argument and its value. */
void provenance_text(Provenance *provenance, const char *key, const char *value);
void provenance_number(Provenance *provenance, const char *key, double value);
/* Adds the hash (filehash.h) of a file, or of each file in a folder and its subfolders, four levels
 * in all, hidden files left out. Call it before the file is opened, and provenance_unchanged after
 * it was read: then the bytes read are those that were hashed. */
void provenance_input(Provenance *provenance, const char *key, const char *path);
/* False, with the file in *error, if an input could not be hashed or has changed since. */
bool provenance_unchanged(const Provenance *provenance, Error *error);

/* Adds the hash of the bytes that `out` holds so far, as those of `path`; writes <path>.prov whole;
 * frees the record. False, with the reason in *error, if the bytes cannot be read or the record
 * cannot be written. */
bool provenance_write(Provenance *provenance, Out *out, const char *path, Error *error);
void provenance_free(Provenance *provenance);
/* Removes <path>.prov, where it exists. */
void provenance_remove(const char *path);

#endif
