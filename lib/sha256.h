/* SHA-256 of files, written as sixty-four hexadecimal digits. */
#ifndef DOCMEM_SHA256_H
#define DOCMEM_SHA256_H
#include "error.h"
#include <nettle/sha2.h>
#include <stdint.h>

/* Room for the digits and a NUL. */
enum { SHA256_TEXT = 65 };

/* Hears how much is done, in bytes of `total` (-1 where nobody knows). */
typedef void Progress(void *user, int64_t done, int64_t total);

/* Feeds the file's bytes, from where the descriptor stands to its end, into *hash; *bytes grows
 * by their number. `progress` (or NULL) hears *bytes of `total`. False with the reason, the file
 * named `name`, when it cannot be read. */
bool sha256_feed(struct sha256_ctx *hash, int file, const char *name, int64_t *bytes, int64_t total,
                 Progress *progress, void *user, Error *error);

/* Writes the digits of what was fed and starts the hash anew. */
void sha256_text(struct sha256_ctx *hash, char text[SHA256_TEXT]);

/* Whether the text is sixty-four digits in lower case. */
bool sha256_is(const char *text);

#endif
