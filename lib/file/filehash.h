/* Hashes of files, as provenance records and checks them: XXH3-128, the hash of `xxhsum -H2`. */
#ifndef DOCMEM_FILEHASH_H
#define DOCMEM_FILEHASH_H
#include <stdbool.h>

enum { FILEHASH_TEXT = 33, FILESTATE_TEXT = 160 };

/* What the file system says of a file: device, number, size and times. (A store through a writable
 * mapping reaches the times late; docmem maps inputs read-only.) */
typedef struct {
    char text[FILESTATE_TEXT];     /* device, number, size, time of the bytes' last change */
    bool regular;                  /* else it is absent or no plain file, and never the same */
    long long size;                /* bytes */
    long long changed, changed_ns; /* time of its last change of any kind, which no one can set */
} FileState;

/* The state of the file at `path`, links followed. */
FileState filestate(const char *path);
/* Whether the file's bytes are taken to be the same. */
bool filestate_same(const FileState *a, const FileState *b);

/* The hash of the file's bytes in 32 hexadecimal digits, or "unreadable". False, with the cause in
 * errno, where a file that is there could not be read whole: what is absent, may not be read or is
 * no plain file has no hash, and that is no failure. */
bool filehash(const char *path, char text[FILEHASH_TEXT]);

/* Whether errno says that there is no such file for us, rather than that the disk failed. */
bool filehash_absence(void);

/* The same as filehash; but the hash of a file of 1 MiB or more is kept in `folder` under the name
 * of its state and of its last change of any kind, and a file found so again is not read again. A
 * file changed less than two seconds ago is read and its hash not kept: its times could not tell
 * the next change. `folder` NULL or "" keeps nothing; nor does one that cannot be written. */
bool filehash_kept(const char *path, const char *folder, char text[FILEHASH_TEXT]);

#endif
