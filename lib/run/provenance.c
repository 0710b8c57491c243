/* Inputs are hashed before the stage opens them, and checked again before it commits. So a record
 * never gives a hash of bytes that the output was not made from. */
#include "run/provenance.h"

#include "base/alloc.h"
#include "file/filehash.h"
#include "tensor/gemm.h"
#include "tensor/gemm_bf16.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_LIMIT = 4 }; /* levels of folders in an input, itself one */

static void append(Provenance *provenance, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(Provenance *provenance, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int needed = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (needed < 0)
        return;
    provenance->text = alloc_grow(provenance->text, &provenance->capacity,
                                  provenance->length + (size_t)needed + 1, 1);
    va_start(arguments, format);
    vsnprintf(provenance->text + provenance->length, (size_t)needed + 1, format, arguments);
    va_end(arguments);
    provenance->length += (size_t)needed;
}

/* Keeps the first file that could not be hashed, with the cause in errno. */
static void note_failure(Provenance *provenance, const char *path)
{
    if (!*provenance->failure.text)
        fail(&provenance->failure,
             "%s: cannot be read for its hash (%s); check the disk and run make again", path,
             errno_text());
}

void provenance_begin(Provenance *provenance, const char *program, const char *kept)
{
    static const char self[] = "/proc/self/exe";
    char hash[FILEHASH_TEXT], path[PATH_MAX] = "";
    *provenance = (Provenance){.kept = kept};
    if (!filehash_kept(self, kept, hash)) {
        int cause = errno;
        bool known = readlink(self, path, sizeof path - 1) > 0;
        errno = cause;
        note_failure(provenance, known ? path : self);
    }
    append(provenance, "program %s %s\n", program, hash);
    append(provenance, "compiler %s\n", __VERSION__);
    append(provenance, "blas %s\n", gemm_engine());
    if (gemm_bf16_on())
        append(provenance, "engine %s\n", gemm_bf16_engine());
}

void provenance_text(Provenance *provenance, const char *key, const char *value)
{
    append(provenance, "argument %s %s\n", key, value);
}

void provenance_number(Provenance *provenance, const char *key, double value)
{
    append(provenance, "argument %s %.17g\n", key, value);
}

static int not_hidden(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Adds `<word> <hash> <label>` for the file at `path`, and keeps an input's state. */
static void add_hash(Provenance *provenance, const char *word, const char *label, const char *path,
                     bool input)
{
    char hash[FILEHASH_TEXT];
    if (input) {
        provenance->files = alloc_grow(provenance->files, &provenance->files_capacity,
                                       provenance->files_count + 1, sizeof *provenance->files);
        provenance->files[provenance->files_count++] =
            (ProvenanceFile){alloc_text(path), filestate(path)};
        bool known = provenance->files[provenance->files_count - 1].state.regular;
        if (!filehash_kept(path, provenance->kept, hash) ||
            (!known && strcmp(hash, "unreadable") != 0))
            note_failure(provenance, path);
    } else if (!filehash(path, hash)) {
        note_failure(provenance, label);
    }
    append(provenance, "%s %s %s\n", word, hash, label);
}

/* The same for a file, or for each file in a folder, down to `depth` levels of folders. */
static void add_hashes(Provenance *provenance, const char *word, const char *label,
                       const char *path, bool input, int depth)
{
    struct stat status;
    struct dirent **entries = NULL;
    bool there = stat(path, &status) == 0;
    if (!there && !filehash_absence())
        note_failure(provenance, label);
    bool folder = depth > 0 && there && S_ISDIR(status.st_mode);
    int count = folder ? scandir(path, &entries, not_hidden, alphasort) : 0;
    if (!folder)
        add_hash(provenance, word, label, path, input);
    else if (count < 0)
        note_failure(provenance, label);
    for (int i = 0; i < count; i++) {
        size_t size = strlen(path) + strlen(label) + strlen(entries[i]->d_name) + 2;
        char *inner = alloc_zeroed(size, 1), *inner_label = alloc_zeroed(size, 1);
        snprintf(inner, size, "%s/%s", path, entries[i]->d_name);
        snprintf(inner_label, size, "%s/%s", label, entries[i]->d_name);
        add_hashes(provenance, word, inner_label, inner, input, depth - 1);
        free(inner_label);
        free(inner);
        free(entries[i]);
    }
    free(entries);
}

void provenance_input(Provenance *provenance, const char *key, const char *path)
{
    size_t size = strlen("input ") + strlen(key) + 1;
    char *word = alloc_zeroed(size, 1);
    snprintf(word, size, "input %s", key);
    add_hashes(provenance, word, path, path, true, DEPTH_LIMIT);
    free(word);
}

bool provenance_unchanged(const Provenance *provenance, Error *error)
{
    if (*provenance->failure.text)
        return fail(error, "%s", provenance->failure.text);
    for (size_t i = 0; i < provenance->files_count; i++) {
        const ProvenanceFile *file = &provenance->files[i];
        FileState now = filestate(file->path);
        if (file->state.regular && !filestate_same(&file->state, &now))
            return fail(error, "%s: was changed while it was read; run make again", file->path);
    }
    return true;
}

void provenance_free(Provenance *provenance)
{
    for (size_t i = 0; i < provenance->files_count; i++)
        free(provenance->files[i].path);
    free(provenance->files);
    free(provenance->text);
    *provenance = (Provenance){0};
}

/* <path>.prov, freed by the caller. */
static char *record_path(const char *path)
{
    size_t size = strlen(path) + sizeof ".prov";
    char *name = alloc_zeroed(size, 1);
    snprintf(name, size, "%s.prov", path);
    return name;
}

bool provenance_write(Provenance *provenance, Out *out, const char *path, Error *error)
{
    Out record;
    char *name = record_path(path);
    if (out->file)
        out_flush(out);
    add_hashes(provenance, "output", path, out->temporary, false, DEPTH_LIMIT);
    bool ok = !*provenance->failure.text || fail(error, "%s", provenance->failure.text);
    ok = ok && out_open(&record, name, error);
    if (ok) {
        out_bytes(&record, provenance->text, provenance->length);
        ok = out_commit(&record, error);
    }
    free(name);
    provenance_free(provenance);
    return ok;
}

void provenance_remove(const char *path)
{
    char *name = record_path(path);
    unlink(name);
    free(name);
}
