/* Whether a zip is plain enough for libarchive to read it within bounds. */
#ifndef DOCMEM_ZIP_CHECK_H
#define DOCMEM_ZIP_CHECK_H
#include "base/error.h"

/* Looks at the zip's directory, of the 32- or the 64-bit form, and at the head of every member. The
 * directory must lie directly before the zip's end, so that another reader finds the same; bytes
 * before and behind the zip are passed over. Members may be of any method, but those that are no
 * files must be stored or deflated: a reader unpacks a link to list it, and other methods ask for
 * dictionaries as large as a small file likes. False with the reason, or with what the file is if
 * it is no zip. */
bool zip_check(const char *path, Error *error);

#endif
