/* Mapped files: if a page cannot be read, the program ends with one line, not with SIGBUS. */
#ifndef DOCMEM_MAPPED_H
#define DOCMEM_MAPPED_H
#include <stddef.h>

/* A mapping that is watched. */
typedef struct Mapped Mapped;

/* Watches the `bytes` bytes at `map`, a mapping of the file at `path` (copied). If a page turns out
 * to be unreadable, because the disk fails or the file was truncated meanwhile, the program removes
 * its temporary outputs, prints one line that names the file, and exits with status 1. Only one
 * thread may watch and forget mappings; any thread may read them. mapped_forget frees the
 * result. */
Mapped *mapped_watch(const void *map, size_t bytes, const char *path);

/* Stops watching, and frees; call it before munmap. Safe on NULL. */
void mapped_forget(Mapped *mapped);

#endif
