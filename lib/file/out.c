/* The temporary lies in the target's own folder, so that committing it is a rename within one file
 * system. A list holds the uncommitted ones; exit, or the handler of mapped.c, removes them. */
#include "file/out.h"

#include "base/alloc.h"
#include "file/mapped.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The temporaries to remove if the program ends before it commits them. */
enum { OPEN_LIMIT = 16 };
static char *pending[OPEN_LIMIT];

enum { DEPTH_LIMIT = 16 }; /* of nested folders, so that the stack has room */

static void remove_entry(int folder, const char *name, int depth);

/* Removes what the open folder holds, as far as possible. */
static void empty_folder(int folder, int depth)
{
    _Alignas(struct dirent64) char entries[2048];
    ssize_t count;
    while ((count = getdents64(folder, entries, sizeof entries)) > 0)
        for (ssize_t at = 0; at < count;) {
            const struct dirent64 *entry = (const struct dirent64 *)(entries + at);
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                remove_entry(folder, entry->d_name, depth + 1);
            at += entry->d_reclen;
        }
}

/* Removes a file, or a folder with all it holds; links are removed, not followed. It allocates no
 * memory, since it also runs when there is none left, and in a signal handler. */
static void remove_entry(int folder, const char *name, int depth)
{
    if (unlinkat(folder, name, 0) == 0 || depth == DEPTH_LIMIT)
        return;
    int inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner >= 0) {
        empty_folder(inner, depth);
        close(inner);
    }
    unlinkat(folder, name, AT_REMOVEDIR);
}

static void remove_tree(const char *path)
{
    remove_entry(AT_FDCWD, path, 0);
}

void out_remove_pending(void)
{
    for (int i = 0; i < OPEN_LIMIT; i++)
        if (pending[i])
            remove_tree(pending[i]);
}

static void remember(char *temporary)
{
    static bool registered;
    if (!registered)
        registered = atexit(out_remove_pending) == 0;
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
    char *parent = alloc_text_n(path, (size_t)(slash - path));
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
    out->path = alloc_text(path);
    out->temporary = alloc_zeroed(size, 1);
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
        if (out->map != MAP_FAILED) {
            out->watch = mapped_watch(out->map, out->mapped, out->path);
            return (char *)out->map + written;
        }
        cause = errno;
        out->map = NULL;
    }
    errno = cause;
    fail(error, "%s: its %.1f GiB cannot be had (%s); free some space and run make again",
         out->path, (double)count / (1 << 30), errno_text());
    return NULL;
}

static void let_go(Out *out)
{
    mapped_forget(out->watch);
    out->watch = NULL;
    munmap(out->map, out->mapped);
    out->map = NULL;
}

/* Writes the mapping, if there is one, to disk and unmaps it; false with the cause in errno. */
static bool end_map(Out *out)
{
    if (!out->map)
        return true;
    bool ok = msync(out->map, out->mapped, MS_SYNC) == 0;
    int cause = errno;
    let_go(out);
    errno = cause;
    return ok;
}

/* Flushes, syncs and closes the open file, if there is one; false with the cause in errno. */
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

void out_flush(Out *out)
{
    if (fflush(out->file) != 0)
        out->failed = true;
}

bool out_member(Out *out, const char *name, Error *error)
{
    size_t size = strlen(out->temporary) + strlen(name) + 2;
    char *path = alloc_zeroed(size, 1);
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

/* Gives the output its name. An older folder of that name changes places with the new one and is
 * then removed, so that at every moment a whole folder stands there. */
static bool take_name(Out *out)
{
    if (rename(out->temporary, out->path) == 0)
        return true;
    if (!out->folder || (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR))
        return false;
    if (renameat2(AT_FDCWD, out->temporary, AT_FDCWD, out->path, RENAME_EXCHANGE) == 0) {
        remove_tree(out->temporary);
        return true;
    }
    if (errno != EINVAL && errno != ENOSYS) /* these two: the file system cannot exchange */
        return false;
    remove_tree(out->path);
    return rename(out->temporary, out->path) == 0;
}

bool out_commit(Out *out, Error *error)
{
    bool ok = end_file(out);
    if (ok)
        ok = take_name(out);
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
        let_go(out);
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
