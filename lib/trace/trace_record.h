/* The records beside files, <output>.prov, as they are read again. */
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
    char *output; /* hash the file had when it was made, or NULL if the record does not name it */
    char **arguments;   /* (arguments_count) `--name value` */
    RecordFile *inputs; /* (inputs_count) */
    size_t arguments_count, arguments_capacity, inputs_count, inputs_capacity;
} Record;

/* Reads the record of the making of `path`: <path>.prov, or that of a folder it lies in. False if
 * there is none, with an empty *error, or if it could not be read. The caller frees it. */
bool record_read(Record *record, const char *path, Error *error);
void record_free(Record *record);

#endif
