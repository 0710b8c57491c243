/* Reads provenance records, <output>.prov (run/provenance.h). */
#ifndef DOCMEM_TRACE_RECORD_H
#define DOCMEM_TRACE_RECORD_H
#include "base/error.h"
#include "file/filehash.h"
#include <stddef.h>

typedef struct {
    char *key, *hash, *path;
} RecordFile;

typedef struct {
    char *path; /* of the record */
    char *program, *program_hash, *blas;
    char *output;       /* the file's hash when it was made; NULL if the record does not name it */
    char **arguments;   /* (arguments_count) `--name value` */
    RecordFile *inputs; /* (inputs_count) */
    size_t arguments_count, arguments_capacity, inputs_count, inputs_capacity;
} Record;

/* Reads the record of how `path` was made: <path>.prov, or that of the nearest folder above that
 * has one. False with an empty *error if there is none or it names no program; false with the
 * reason if it could not be read. record_free frees the record. */
bool record_read(Record *record, const char *path, Error *error);
void record_free(Record *record);

#endif
