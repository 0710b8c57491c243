/* What can be downloaded, and what was: two lists of plain columns, read strictly. */
#ifndef DOCMEM_SOURCES_H
#define DOCMEM_SOURCES_H
#include "error.h"
#include <stddef.h>
#include <stdint.h>

/* Where a list does not say how many bytes a file has. */
#define BYTES_UNKNOWN ((int64_t)-1)

/* One file of data/sources: `path bytes sha256 url`, `-` where bytes or hash are not known. */
typedef struct {
    char *path; /* below the folder of downloads; neither absolute nor with . or .. in it */
    char *url;  /* http or https */
    int64_t bytes;
    char sha256[65]; /* lower case; "" where not known */
} Source;

typedef struct {
    Source *items;
    size_t count, capacity;
} Sources;

/* Reads a list; blank lines and lines that start with # are passed over. False with file and line
 * for a line of other columns, a path that leads elsewhere, a repeated path, a number or hash of
 * another form, or a URL of another kind. */
bool sources_read(Sources *sources, const char *path, Error *error);
void sources_free(Sources *sources);

/* Whether the URL is of huggingface.co over TLS, the only place a token may go. */
bool sources_takes_token(const char *url);

/* One file that was received whole: `path bytes sha256 changed trust`. */
typedef struct {
    char *path;
    int64_t bytes, changed; /* its time of modification, ns since 1970 */
    char sha256[65];
    bool listed; /* its hash was in data/sources; else taken on first trust */
} Receipt;

typedef struct {
    Receipt *items;
    size_t count, capacity;
} Receipts;

/* Reads the record; one that is absent is empty. As strict as sources_read. */
bool receipts_read(Receipts *receipts, const char *path, Error *error);

/* Replaces the record, whole or not at all. */
bool receipts_write(const Receipts *receipts, const char *path, Error *error);

/* The receipt of a file, or NULL. */
Receipt *receipts_find(const Receipts *receipts, const char *path);

/* Puts the receipt in the place of an older one of its path (which is copied), or at the end. */
void receipts_put(Receipts *receipts, const Receipt *receipt);
void receipts_free(Receipts *receipts);

#endif
