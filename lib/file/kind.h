/* Says what a refused file really is, by its first bytes. */
#ifndef DOCMEM_KIND_H
#define DOCMEM_KIND_H
#include "base/error.h"
#include <stddef.h>

/* Bytes of a file's start that kind_tell looks at. */
enum { KIND_BYTES = 512 };

/* What is wanted: JSON or JSON lines, safetensors, a zip. */
typedef enum { KIND_TEXT, KIND_TENSORS, KIND_ZIP } KindWanted;

/* For a file that was refused, by its first `count` bytes. True if they are of a kind that people
 * often have in place of the wanted one (a Git LFS pointer, a compressed file, a web page,
 * PyTorch's own format …), with *error = "<path>: is <what>; <what to do>". Else false, and *error
 * stays as it was. False does not mean that the file is sound. */
bool kind_tell(const char *path, KindWanted wanted, const void *bytes, size_t count, Error *error);

/* The same, with the first bytes read from `path`; false too if it cannot be read. */
bool kind_tell_file(const char *path, KindWanted wanted, Error *error);

#endif
