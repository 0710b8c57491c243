/* Says what a file is where it is not of the wanted kind, by its first bytes or its neighbours. */
#ifndef DOCMEM_KIND_H
#define DOCMEM_KIND_H
#include "base/error.h"
#include <stddef.h>

/* Bytes of a file's start that kind_tell looks at. */
enum { KIND_BYTES = 512 };

/* What is wanted: JSON or JSON lines, safetensors, a zip. */
typedef enum { KIND_TEXT, KIND_TENSORS, KIND_ZIP } KindWanted;

/* Whether the file that starts with these bytes is of a kind that people have in place of the one
 * wanted: a Git LFS pointer, a compressed file, a web page, PyTorch's own form …; then *error =
 * "<path>: is <what>; <what to do>". For files that were refused: one that is sound is not told
 * from others by its first bytes alone. */
bool kind_tell(const char *path, KindWanted wanted, const void *bytes, size_t count, Error *error);

/* The same of a file by its path; false too where it cannot be read. */
bool kind_tell_file(const char *path, KindWanted wanted, Error *error);

#endif
