/* A hash is stored only if the file's state is the same before and after reading, so never that of
 * a file that changed meanwhile. */
#include "file/filehash.h"

#include "base/alloc.h"
#include "file/out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { CHUNK = 1 << 16, KEPT_SIZE = 1 << 20, KEPT_AGE = 2 };

FileState filestate(const char *path)
{
    struct stat status;
    FileState state = {.text = "absent"};
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return state;
    state.regular = true;
    state.size = status.st_size;
    state.changed = status.st_ctim.tv_sec;
    state.changed_ns = status.st_ctim.tv_nsec;
    snprintf(state.text, sizeof state.text, "%llx-%llx-%llx-%llx.%lx",
             (unsigned long long)status.st_dev, (unsigned long long)status.st_ino,
             (unsigned long long)status.st_size, (unsigned long long)status.st_mtim.tv_sec,
             (unsigned long)status.st_mtim.tv_nsec);
    return state;
}

bool filestate_same(const FileState *a, const FileState *b)
{
    return a->regular && b->regular && strcmp(a->text, b->text) == 0;
}

static bool hash_stream(FILE *file, char text[FILEHASH_TEXT])
{
    XXH3_state_t *state = XXH3_createState();
    bool ok = state && XXH3_128bits_reset(state) == XXH_OK;
    if (ok) {
        char *chunk = alloc_scratch(CHUNK, 1);
        size_t count;
        while ((count = fread(chunk, 1, CHUNK, file)) > 0)
            XXH3_128bits_update(state, chunk, count);
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        snprintf(text, FILEHASH_TEXT, "%016llx%016llx", (unsigned long long)hash.high64,
                 (unsigned long long)hash.low64);
        free(chunk);
    }
    XXH3_freeState(state);
    return ok && !ferror(file);
}

bool filehash_absence(void)
{
    return errno == ENOENT || errno == ENOTDIR || errno == EACCES || errno == ELOOP ||
           errno == ENAMETOOLONG;
}

bool filehash(const char *path, char text[FILEHASH_TEXT])
{
    struct stat status;
    snprintf(text, FILEHASH_TEXT, "unreadable");
    if (stat(path, &status) != 0)
        return filehash_absence();
    FILE *file = S_ISREG(status.st_mode) ? fopen(path, "rb") : NULL;
    if (!file)
        return !S_ISREG(status.st_mode) || filehash_absence();
    bool ok = hash_stream(file, text);
    int cause = errno;
    fclose(file);
    if (!ok)
        snprintf(text, FILEHASH_TEXT, "unreadable");
    errno = cause;
    return ok;
}

/* FOLDER/STATE-CTIME, the file that caches the hash; freed by the caller. */
static char *kept_path(const char *folder, const FileState *state)
{
    size_t size = strlen(folder) + sizeof state->text + 40;
    char *path = alloc_zeroed(size, 1);
    snprintf(path, size, "%s/%s-%llx.%llx", folder, state->text, (unsigned long long)state->changed,
             (unsigned long long)state->changed_ns);
    return path;
}

/* Reads the hash cached at `path`; false if there is none, or the file holds something else. */
static bool read_kept(const char *path, char text[FILEHASH_TEXT])
{
    char line[FILEHASH_TEXT + 1] = "";
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t count = fread(line, 1, sizeof line, file);
    fclose(file);
    bool ok = count == FILEHASH_TEXT && line[FILEHASH_TEXT - 1] == '\n' &&
              strspn(line, "0123456789abcdef") == FILEHASH_TEXT - 1;
    if (ok) {
        memcpy(text, line, FILEHASH_TEXT - 1);
        text[FILEHASH_TEXT - 1] = 0;
    }
    return ok;
}

/* Stores the hash in the cache. A failure does no harm: the file is then read again. */
static void write_kept(const char *path, const char *text)
{
    Out out;
    Error error;
    if (!out_open(&out, path, &error))
        return;
    out_text(&out, "%s\n", text);
    if (!out_commit(&out, &error))
        out_abandon(&out);
}

bool filehash_kept(const char *path, const char *folder, char text[FILEHASH_TEXT])
{
    FileState before = filestate(path);
    if (!folder || !*folder || !before.regular || before.size < KEPT_SIZE)
        return filehash(path, text);
    bool ok = true;
    int cause = 0;
    char *kept = kept_path(folder, &before);
    if (!read_kept(kept, text)) {
        long long now = (long long)time(NULL);
        ok = filehash(path, text);
        cause = errno;
        FileState after = filestate(path);
        if (filestate_same(&before, &after) && strlen(text) == FILEHASH_TEXT - 1 &&
            now - before.changed >= KEPT_AGE)
            write_kept(kept, text);
    }
    free(kept);
    errno = cause;
    return ok;
}
