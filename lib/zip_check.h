/* Whether a zip is of the plain form that a library of archives reads within bounds. */
#ifndef DOCMEM_ZIP_CHECK_H
#define DOCMEM_ZIP_CHECK_H
#include "error.h"

/* Looks at the zip's directory and at the head of every member: each must be stored or deflated,
 * for other methods ask for dictionaries as large as a small file likes, even of members that are
 * passed over. The directory must lie where the zip's end says, directly before it, without the
 * extensions for 4 GiB and more, so that another reader finds the same. False with the reason. */
bool zip_check(const char *path, Error *error);

#endif
