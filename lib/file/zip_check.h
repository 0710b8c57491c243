/* Checks that libarchive can read a zip in bounded memory and finds in it what other readers
 * find. */
#ifndef DOCMEM_ZIP_CHECK_H
#define DOCMEM_ZIP_CHECK_H
#include "base/error.h"

/* Checks the central directory, 32-bit or zip64, and the local header of every member. The
 * directory must end directly before the end record, so that all readers find the same one; bytes
 * before the zip, and 16 KiB after it, are ignored; a whole zip with more after it, as a long
 * comment, is refused as such. A regular file may use any compression method. Other
 * members must be stored or deflated: to list a symbolic link, a reader unpacks it, and with other
 * methods even a small member may demand a huge dictionary. False with the reason in *error, or
 * with what the file is if it is no zip. */
bool zip_check(const char *path, Error *error);

#endif
