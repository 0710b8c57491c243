/* What a folder holds, before and after a run. */
#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

_Noreturn void stop(const char *what, const char *of)
{
    fprintf(stderr, "docmem: faults: %s: %s (%s); see checks/audit/faults/drive.c\n", of, what,
            strerror(errno));
    exit(2);
}

bool is_listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == 0))
            return true;
    return false;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *at)
{
    (void)status, (void)type;
    return at->level > 0 ? remove(path) : 0;
}

void place_clear(const char *folder)
{
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        stop("cannot be made", folder);
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static XXH64_hash_t hash_file(const char *path)
{
    char *bytes = NULL;
    size_t length = 0, capacity = 0, count = 1;
    FILE *file = fopen(path, "rb");
    if (!file)
        stop("cannot be read", path);
    while (count > 0) {
        capacity = length + (1 << 20);
        bytes = realloc(bytes, capacity);
        if (!bytes)
            stop("no memory", path);
        count = fread(bytes + length, 1, capacity - length, file);
        length += count;
    }
    fclose(file);
    XXH64_hash_t hash = XXH3_64bits(bytes, length);
    free(bytes);
    return hash;
}

XXH64_hash_t hash_tree(const char *path)
{
    struct stat status;
    struct dirent **entries;
    if (lstat(path, &status) != 0)
        return 0;
    if (!S_ISDIR(status.st_mode))
        return hash_file(path);
    XXH64_hash_t hash = 1;
    int count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char inner[PATH_SIZE];
        const char *name = entries[i]->d_name;
        snprintf(inner, sizeof inner, "%s/%s", path, name);
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            XXH64_hash_t parts[] = {hash, XXH3_64bits(name, strlen(name)), hash_tree(inner)};
            hash = XXH3_64bits(parts, sizeof parts);
        }
        free(entries[i]);
    }
    free(entries);
    return hash;
}

Place place_look(const char *folder, const char *keeps)
{
    struct dirent **entries;
    Place place = {0};
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[PATH_SIZE];
        const char *name = entries[i]->d_name;
        bool counts = strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
        if (counts && !is_listed(keeps, name) && place.count < ENTRIES) {
            snprintf(path, sizeof path, "%s/%s", folder, name);
            snprintf(place.names[place.count], sizeof *place.names, "%s", name);
            place.hashes[place.count++] = hash_tree(path);
        }
        free(entries[i]);
    }
    free(entries);
    return place;
}

bool place_equal(const Place *a, const Place *b)
{
    bool same = a->count == b->count;
    for (int i = 0; same && i < a->count; i++)
        same = strcmp(a->names[i], b->names[i]) == 0 && a->hashes[i] == b->hashes[i];
    return same;
}

XXH64_hash_t place_hash(const Place *place, const char *name)
{
    for (int i = 0; i < place->count; i++)
        if (strcmp(place->names[i], name) == 0)
            return place->hashes[i];
    return 0;
}

void place_put_older(const char *folder, const Place *wanted)
{
    char path[PATH_SIZE];
    struct stat status;
    for (int i = 0; i < wanted->count; i++) {
        snprintf(path, sizeof path, "%s.good/%s", folder, wanted->names[i]);
        bool is_folder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
        snprintf(path, sizeof path, "%s/%s%s", folder, wanted->names[i], is_folder ? "/older" : "");
        if (is_folder) {
            *strrchr(path, '/') = 0;
            mkdir(path, 0777);
            strcat(path, "/older");
        }
        FILE *file = fopen(path, "wb");
        if (!file || fputs("older\n", file) < 0 || fclose(file) != 0)
            stop("cannot be written", path);
    }
}
