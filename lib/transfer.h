/* One transfer under way: what is expected of a file, and what its server says and sends. */
#ifndef DOCMEM_TRANSFER_H
#define DOCMEM_TRANSFER_H
#include "download.h"

#include <curl/curl.h>

typedef struct {
    const Download *want;
    Part *part;
    CURL *curl;
    Error *error;
    char curl_text[CURL_ERROR_SIZE];
    /* What the source itself announced, before it sent us elsewhere. */
    int hop;
    int64_t told_bytes;
    char told_sha256[SHA256_TEXT];
    /* The response under way. */
    int64_t length, from, total; /* Content-Length; of Content-Range the first byte and the whole */
    char etag[PART_TAG - 8];
    int64_t limit;      /* bytes that the whole has, once its body has begun */
    size_t ignored;     /* bytes of a body that is no file */
    bool begun, failed; /* failed: *error says why, and no try will mend it */
    bool wrong;         /* the part's bytes are of no use */
} Transfer;

/* The hash and the size that the whole must have: those known beforehand, else those announced,
 * else "" and BYTES_UNKNOWN. */
const char *transfer_hash(const Transfer *t);
int64_t transfer_bytes(const Transfer *t);

/* Who says so, for messages. */
const char *transfer_witness(const Transfer *t, bool listed);

/* Status of the response under way. */
long transfer_status(const Transfer *t);

/* Forgets the last response. */
void transfer_begin(Transfer *t);

/* Fails for good, *error saying why; `wrong` when the part must go. Returns false. */
bool transfer_refuse(Transfer *t, bool wrong);

/* The first bytes of the file's body are here (or its end): does it continue the part, or start it
 * anew, and does what the server says of it fit what is known? False where it is refused, and
 * where the part was emptied so that it can be asked for again. */
bool transfer_begin_body(Transfer *t);

/* What libcurl calls with a line of a response's head, and with bytes of its body; `user` is the
 * Transfer. Bodies that are no file are passed over. */
size_t transfer_hear_header(char *bytes, size_t size, size_t count, void *user);
size_t transfer_hear_body(char *bytes, size_t size, size_t count, void *user);

#endif
