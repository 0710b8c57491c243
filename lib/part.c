/* The part of a file that has come so far: NAME.part, its hash, and what it can be resumed by. */
#include "part.h"

#include "mem.h"
#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool cannot(const Part *part, const char *what, Error *error)
{
    return fail(error,
                "%s: %s (%s); free some space or mend the disk, and run make fetch again: "
                "what came is kept in %s",
                part->name, what, errno_text(), part->path);
}

static char *with_ending(const char *path, const char *ending)
{
    size_t size = strlen(path) + strlen(ending) + 1;
    char *text = mem_alloc(size, 1);
    snprintf(text, size, "%s%s", path, ending);
    return text;
}

/* A tag is read only where it is one whole line; a torn one is none. */
static void read_tag(Part *part)
{
    FILE *file = fopen(part->tag_path, "rb");
    char line[PART_TAG] = "";
    if (!file)
        return;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    if (length && line[length - 1] == '\n' && strlen(line) == length) {
        line[length - 1] = 0;
        memcpy(part->tag, line, length);
    }
}

bool part_open(Part *part, const char *target, const char *name, Error *error)
{
    *part = (Part){.name = name, .file = -1};
    part->path = with_ending(target, ".part");
    part->tag_path = with_ending(part->path, ".tag");
    sha256_init(&part->hash);
    if (!out_make_parents(target, error))
        return false;
    part->file = open(part->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    struct stat status;
    if (part->file < 0 || fstat(part->file, &status) != 0)
        return fail(error, "%s: cannot be opened (%s); check the folder and its permissions",
                    part->path, errno_text());
    if (!S_ISREG(status.st_mode))
        return fail(error, "%s: is no file; move it away", part->path);
    part->bytes = status.st_size;
    read_tag(part);
    return true;
}

bool part_resume(Part *part, int64_t total, Progress *progress, void *user, Error *error)
{
    part->bytes = 0;
    return sha256_feed(&part->hash, part->file, part->path, &part->bytes, total, progress, user,
                       error);
}

bool part_restart(Part *part, Error *error)
{
    sha256_init(&part->hash);
    part->bytes = 0;
    part->tag[0] = 0;
    unlink(part->tag_path);
    return (ftruncate(part->file, 0) == 0 && lseek(part->file, 0, SEEK_SET) == 0) ||
           cannot(part, "its part cannot be emptied", error);
}

bool part_mark(Part *part, const char *tag, Error *error)
{
    Out out;
    snprintf(part->tag, sizeof part->tag, "%s", tag);
    if (!out_open(&out, part->tag_path, error))
        return false;
    out_text(&out, "%s\n", part->tag);
    return out_commit(&out, error);
}

bool part_append(Part *part, const void *bytes, size_t count, Error *error)
{
    const uint8_t *rest = bytes;
    while (count) {
        ssize_t written = write(part->file, rest, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return cannot(part, "cannot be written", error);
        sha256_update(&part->hash, (size_t)written, rest);
        part->bytes += written;
        rest += written;
        count -= (size_t)written;
    }
    return true;
}

/* The folder's entry is synced too, so that the name outlives a power cut. */
static bool sync_folder(const char *path)
{
    char *folder = mem_text(path);
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = 0;
    int file = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = file >= 0 && fsync(file) == 0;
    if (file >= 0)
        close(file);
    free(folder);
    return ok;
}

bool part_become(Part *part, const char *target, Error *error)
{
    bool ok = fsync(part->file) == 0 && fchmod(part->file, 0444) == 0;
    ok = close(part->file) == 0 && ok;
    part->file = -1;
    ok = ok && rename(part->path, target) == 0 && sync_folder(target);
    if (!ok)
        return cannot(part, "could not be finished", error);
    unlink(part->tag_path);
    part_keep(part);
    return true;
}

void part_keep(Part *part)
{
    if (part->file >= 0)
        close(part->file);
    free(part->path);
    free(part->tag_path);
    *part = (Part){.file = -1};
}

void part_discard(Part *part)
{
    if (part->path)
        unlink(part->path);
    if (part->tag_path)
        unlink(part->tag_path);
    part_keep(part);
}
