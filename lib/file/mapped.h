/* Mapped files: where the disk fails to give a page, the program ends with one line. */
#ifndef DOCMEM_MAPPED_H
#define DOCMEM_MAPPED_H
#include <stddef.h>

/* A file's bytes in memory, watched. */
typedef struct Mapped Mapped;

/* Watches the `bytes` at `map`, of the file at `path` (copied): when a part of them turns out to be
 * unreadable, since the disk fails or the file was cut short under way, the program removes its
 * temporaries and ends with a line that names the file, status 1. Files are mapped and let go by
 * one thread; any may read them. */
Mapped *mapped_watch(const void *map, size_t bytes, const char *path);

/* No longer; NULL is nothing. Before the bytes are unmapped. */
void mapped_forget(Mapped *mapped);

#endif
