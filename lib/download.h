/* One file over HTTP into a part: resumed, tried again, checked against what is known of it. */
#ifndef DOCMEM_DOWNLOAD_H
#define DOCMEM_DOWNLOAD_H
#include "part.h"
#include "sources.h"

typedef struct {
    /* What is wanted. */
    const char *url, *token; /* token: NULL, or sent to huggingface.co over TLS alone */
    int64_t bytes;           /* BYTES_UNKNOWN, or what must come */
    const char *sha256;      /* "", or what it must be */
    const char *witness;     /* who says so, for messages: data/sources, … */
    /* How. */
    int64_t silence, tries; /* seconds without a byte; fruitless tries in a row */
    double pause;           /* seconds before the second try; doubles, up to a minute */
    Progress *progress;     /* or NULL; hears the bytes in the part */
    void (*tell)(void *user, const char *line); /* or NULL; hears why it is tried again */
    void *user;
} Download;

/* Brings the part of the file to its whole. The part, open and neither resumed nor restarted, is
 * resumed where its bytes are known to belong to the same file: by a known or announced SHA-256,
 * or by the server's own tag. Redirects are followed, from https to https alone. On success the
 * size and the hash (in `sha256`) are those known beforehand, or those the server announced, or,
 * where it announced no hash, the size alone was checked. On failure *error has the one line, and
 * the part is kept for another time unless its bytes are wrong. */
bool download_file(const Download *want, Part *part, char sha256[SHA256_TEXT], Error *error);

#endif
