/* Where an output came from: written beside it as <output>.prov, one `key value` a line. */
#include "provenance.h"

#include "gemm.h"
#include "gemm_bf16.h"
#include "mem.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { CHUNK = 1 << 16, HASH_TEXT = 33 };

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
    provenance->text = mem_grow(provenance->text, &provenance->capacity,
                                provenance->length + (size_t)needed + 1, 1);
    va_start(arguments, format);
    vsnprintf(provenance->text + provenance->length, (size_t)needed + 1, format, arguments);
    va_end(arguments);
    provenance->length += (size_t)needed;
}

/* Hash of a file's bytes in hexadecimal, or "unreadable". */
static void hash_file(const char *path, char text[HASH_TEXT])
{
    FILE *file = fopen(path, "rb");
    XXH3_state_t *state = XXH3_createState();
    snprintf(text, HASH_TEXT, "unreadable");
    if (file && state && XXH3_128bits_reset(state) == XXH_OK) {
        char *chunk = mem_alloc(CHUNK, 1);
        size_t count;
        while ((count = fread(chunk, 1, CHUNK, file)) > 0)
            XXH3_128bits_update(state, chunk, count);
        XXH128_hash_t hash = XXH3_128bits_digest(state);
        if (!ferror(file))
            snprintf(text, HASH_TEXT, "%016llx%016llx", (unsigned long long)hash.high64,
                     (unsigned long long)hash.low64);
        free(chunk);
    }
    XXH3_freeState(state);
    if (file)
        fclose(file);
}

void provenance_begin(Provenance *provenance, const char *program)
{
    char hash[HASH_TEXT];
    *provenance = (Provenance){0};
    hash_file("/proc/self/exe", hash);
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

/* Adds `<word> <hash> <label>` for the file at path, or a line for each file in a folder. */
static void add_hashes(Provenance *provenance, const char *word, const char *label,
                       const char *path)
{
    struct stat status;
    char hash[HASH_TEXT];
    struct dirent **entries = NULL;
    int count = stat(path, &status) == 0 && S_ISDIR(status.st_mode)
                    ? scandir(path, &entries, not_hidden, alphasort)
                    : -1;
    if (count < 0) {
        hash_file(path, hash);
        append(provenance, "%s %s %s\n", word, hash, label);
        return;
    }
    for (int i = 0; i < count; i++) {
        size_t size = strlen(path) + strlen(label) + strlen(entries[i]->d_name) + 2;
        char *inner = mem_alloc(size, 1), *inner_label = mem_alloc(size, 1);
        snprintf(inner, size, "%s/%s", path, entries[i]->d_name);
        snprintf(inner_label, size, "%s/%s", label, entries[i]->d_name);
        add_hashes(provenance, word, inner_label, inner);
        free(inner_label);
        free(inner);
        free(entries[i]);
    }
    free(entries);
}

void provenance_input(Provenance *provenance, const char *key, const char *path)
{
    size_t size = strlen("input ") + strlen(key) + 1;
    char *word = mem_alloc(size, 1);
    snprintf(word, size, "input %s", key);
    add_hashes(provenance, word, path, path);
    free(word);
}

/* <path>.prov, freed by the caller. */
static char *record_path(const char *path)
{
    size_t size = strlen(path) + sizeof ".prov";
    char *name = mem_alloc(size, 1);
    snprintf(name, size, "%s.prov", path);
    return name;
}

bool provenance_write(Provenance *provenance, Out *out, const char *path, Error *error)
{
    Out record;
    char *name = record_path(path);
    if (out->file && fflush(out->file) != 0)
        out->failed = true;
    add_hashes(provenance, "output", path, out->temporary);
    bool ok = out_open(&record, name, error);
    if (ok) {
        out_bytes(&record, provenance->text, provenance->length);
        ok = out_commit(&record, error);
    }
    free(name);
    free(provenance->text);
    *provenance = (Provenance){0};
    return ok;
}

void provenance_remove(const char *path)
{
    char *name = record_path(path);
    unlink(name);
    free(name);
}
