/* Output files that are complete or absent: written beside the target, synced, renamed. */
#include "out.h"

#include "mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The temporaries to remove should the program end before committing them. */
enum { OPEN_LIMIT = 16 };
static char *pending[OPEN_LIMIT];

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status, (void)type, (void)place;
    return remove(path);
}

/* Removes a file, or a folder with all it holds; links are removed, not followed. */
static int remove_tree(const char *path)
{
    enum { HANDLES = 8 };
    return nftw(path, remove_entry, HANDLES, FTW_DEPTH | FTW_PHYS);
}

static void remove_pending(void)
{
    for (int i = 0; i < OPEN_LIMIT; i++)
        if (pending[i])
            remove_tree(pending[i]);
}

static void remember(char *temporary)
{
    static bool registered;
    if (!registered)
        registered = atexit(remove_pending) == 0;
    for (int i = 0; i < OPEN_LIMIT; i++)
        if (!pending[i]) {
            pending[i] = temporary;
            return;
        }
}

static void forget(const char *temporary)
{
    for (int i = 0; i < OPEN_LIMIT; i++)
        if (pending[i] == temporary)
            pending[i] = NULL;
}

bool out_make_folder(const char *path, Error *error)
{
    if (!out_make_parents(path, error))
        return false;
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return fail(error, "%s: cannot make the folder (%s); check the path and its permissions",
                    path, errno_text());
    return true;
}

bool out_make_parents(const char *path, Error *error)
{
    const char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return true;
    char *parent = mem_text_n(path, (size_t)(slash - path));
    struct stat status;
    bool ok = stat(parent, &status) == 0 || out_make_folder(parent, error);
    free(parent);
    return ok;
}

static bool name_temporary(Out *out, const char *path, Error *error)
{
    *out = (Out){0};
    if (!out_make_parents(path, error))
        return false;
    size_t size = strlen(path) + 32;
    out->path = mem_text(path);
    out->temporary = mem_alloc(size, 1);
    snprintf(out->temporary, size, "%s.%ld.tmp", path, (long)getpid());
    return true;
}

bool out_open(Out *out, const char *path, Error *error)
{
    if (!name_temporary(out, path, error))
        return false;
    out->file = fopen(out->temporary, "w+b");
    if (!out->file) {
        fail(error, "%s: cannot be written (%s); check the folder and its permissions", path,
             errno_text());
        out_abandon(out);
        return false;
    }
    remember(out->temporary);
    return true;
}

bool out_open_folder(Out *out, const char *path, Error *error)
{
    if (!name_temporary(out, path, error))
        return false;
    out->folder = true;
    remove_tree(out->temporary);
    if (!out_make_folder(out->temporary, error)) {
        out_abandon(out);
        return false;
    }
    remember(out->temporary);
    return true;
}

void *out_map(Out *out, size_t count, Error *error)
{
    int handle = fileno(out->file), cause = 0;
    off_t written = out->failed || fflush(out->file) != 0 ? -1 : ftello(out->file);
    assert(!out->map && count > 0);
    if (written < 0)
        cause = errno;
    else
        cause = posix_fallocate(handle, written, (off_t)count);
    if (cause == 0) {
        out->mapped = (size_t)written + count;
        out->map = mmap(NULL, out->mapped, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
        if (out->map != MAP_FAILED)
            return (char *)out->map + written;
        cause = errno;
        out->map = NULL;
    }
    errno = cause;
    fail(error, "%s: its %.1f GiB cannot be had (%s); free some space and run make again",
         out->path, (double)count / (1 << 30), errno_text());
    return NULL;
}

/* Lets go of the mapping, if any, its bytes written; errno tells why not. */
static bool end_map(Out *out)
{
    if (!out->map)
        return true;
    bool ok = msync(out->map, out->mapped, MS_SYNC) == 0;
    int cause = errno;
    munmap(out->map, out->mapped);
    out->map = NULL;
    errno = cause;
    return ok;
}

/* Flushes, syncs and closes the file under way, if any; errno tells why not. */
static bool end_file(Out *out)
{
    if (!out->file)
        return !out->failed;
    bool ok =
        !out->failed && end_map(out) && fflush(out->file) == 0 && fsync(fileno(out->file)) == 0;
    int cause = errno;
    if (fclose(out->file) != 0 && ok) {
        ok = false;
        cause = errno;
    }
    out->file = NULL;
    out->failed = !ok;
    errno = cause;
    return ok;
}

bool out_member(Out *out, const char *name, Error *error)
{
    size_t size = strlen(out->temporary) + strlen(name) + 2;
    char *path = mem_alloc(size, 1);
    snprintf(path, size, "%s/%s", out->temporary, name);
    bool ok = end_file(out);
    if (!ok)
        fail(error, "%s: could not be written whole (%s); free some space and run make again",
             out->path, errno_text());
    ok = ok && out_make_parents(path, error);
    if (ok && !(out->file = fopen(path, "w+b")))
        ok = fail(error, "%s/%s: cannot be written (%s); check the folder and its permissions",
                  out->path, name, errno_text());
    free(path);
    return ok;
}

void out_bytes(Out *out, const void *bytes, size_t count)
{
    if (count && fwrite(bytes, 1, count, out->file) != count)
        out->failed = true;
}

void out_text(Out *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (vfprintf(out->file, format, arguments) < 0)
        out->failed = true;
    va_end(arguments);
}

/* Puts the temporary in the target's place. A folder cannot take that of another with files in it:
 * the two change places, so that never half of the old one stands there, and the old one is removed. */
static bool take_place(const Out *out)
{
    struct stat status;
    if (!out->folder || lstat(out->path, &status) != 0)
        return rename(out->temporary, out->path) == 0;
    if (renameat2(AT_FDCWD, out->temporary, AT_FDCWD, out->path, RENAME_EXCHANGE) == 0) {
        remove_tree(out->temporary);
        return true;
    }
    remove_tree(out->path); /* a file system that cannot exchange */
    return rename(out->temporary, out->path) == 0;
}

bool out_commit(Out *out, Error *error)
{
    bool ok = end_file(out) && take_place(out);
    if (!ok) {
        fail(error, "%s: could not be written whole (%s); free some space and run make again",
             out->path, errno_text());
    } else {
        forget(out->temporary);
        free(out->temporary);
        out->temporary = NULL;
    }
    out_abandon(out);
    return ok;
}

void out_abandon(Out *out)
{
    if (out->map)
        munmap(out->map, out->mapped);
    if (out->file)
        fclose(out->file);
    if (out->temporary) {
        remove_tree(out->temporary);
        forget(out->temporary);
    }
    free(out->temporary);
    free(out->path);
    *out = (Out){0};
}
