/* Hashes of files, as provenance records and checks them: XXH3-128, the hash of `xxhsum -H2`. */
#ifndef DOCMEM_FILEHASH_H
#define DOCMEM_FILEHASH_H
#include <stdbool.h>

enum { FILEHASH_TEXT = 33, FILESTATE_TEXT = 160 };

/* What stat says of a file, to tell whether it has changed: device, inode, size and times. (A store
 * through a shared mapping updates the times late; docmem maps inputs read-only.) */
typedef struct {
    char text[FILESTATE_TEXT]; /* device, inode, size and mtime, or "absent" */
    bool regular;              /* false: absent or no regular file, and never the same as another */
    long long size;            /* bytes */
    long long changed, changed_ns; /* ctime, which no program can set */
} FileState;

/* The state of the file at `path`, links followed. */
FileState filestate(const char *path);
/* Whether device, inode, size and mtime agree, so that the bytes are taken to be the same. */
bool filestate_same(const FileState *a, const FileState *b);

/* Writes the hash of the file's bytes to `text`, as 32 hexadecimal digits. A file that is absent,
 * may not be read or is no regular file gets "unreadable", which is no failure. False, with
 * "unreadable" and the cause in errno, if reading failed though the file is there. */
bool filehash(const char *path, char text[FILEHASH_TEXT]);

/* Whether errno says that the file is absent or out of reach (ENOENT, EACCES …), not that the disk
 * failed. */
bool filehash_absence(void);

/* As filehash, with a cache: the hash of a file of 1 MiB or more is stored in `folder` under a name
 * made of its state and ctime, and the file is not read again while both stay the same. The hash of
 * a file changed less than two seconds ago is not stored, since its times might miss the next
 * change. Nothing is stored if `folder` is NULL, "" or cannot be written. */
bool filehash_kept(const char *path, const char *folder, char text[FILEHASH_TEXT]);

#endif
