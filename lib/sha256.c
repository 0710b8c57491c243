/* SHA-256 of files, written as sixty-four hexadecimal digits. */
#include "sha256.h"

#include "mem.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool sha256_feed(struct sha256_ctx *hash, int file, const char *name, int64_t *bytes, int64_t total,
                 Progress *progress, void *user, Error *error)
{
    enum { PIECE = 1 << 20 };
    uint8_t *piece = mem_scratch(PIECE, 1);
    ssize_t count;
    while ((count = read(file, piece, PIECE)) > 0 || (count < 0 && errno == EINTR)) {
        if (count < 0)
            continue;
        sha256_update(hash, (size_t)count, piece);
        *bytes += count;
        if (progress)
            progress(user, *bytes, total);
    }
    if (count < 0)
        fail(error, "%s: cannot be read (%s); check the disk and its permissions", name,
             errno_text());
    free(piece);
    return count == 0;
}

void sha256_text(struct sha256_ctx *hash, char text[SHA256_TEXT])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

bool sha256_is(const char *text)
{
    return strlen(text) == SHA256_TEXT - 1 && strspn(text, "0123456789abcdef") == SHA256_TEXT - 1;
}
