/* Where an output came from: written beside it as <output>.prov, one `key value` a line. */
#ifndef DOCMEM_PROVENANCE_H
#define DOCMEM_PROVENANCE_H
#include "error.h"
#include "out.h"

typedef struct {
    char *text;
    size_t length, capacity;
} Provenance;

/* Starts a record with program, its hash, compiler, BLAS library, and the bf16 engine
 * if it is on. */
void provenance_begin(Provenance *provenance, const char *program);
void provenance_text(Provenance *provenance, const char *key, const char *value);
void provenance_number(Provenance *provenance, const char *key, double value);
/* Adds the XXH3-128 hash (`xxhsum -H2`) of a file, or of each file in a folder. */
void provenance_input(Provenance *provenance, const char *key, const char *path);

/* Adds the hash of the bytes `out` holds so far and writes <path>.prov whole;
 * frees the record. */
bool provenance_write(Provenance *provenance, Out *out, const char *path, Error *error);
/* Removes <path>.prov, where it exists. */
void provenance_remove(const char *path);

#endif
