/* What a folder holds, before and after a run: entries, and hashes of all that is in them. */
#ifndef DOCMEM_FAULTS_PLACE_H
#define DOCMEM_FAULTS_PLACE_H
#include <stdbool.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { PATH_SIZE = 4096, ENTRIES = 8 };

/* The entries of a folder and their hashes, in order. */
typedef struct {
    int count;
    char names[ENTRIES][256];
    XXH64_hash_t hashes[ENTRIES];
} Place;

/* Ends the driver with a line of what could not be done, and why (errno). */
_Noreturn void stop(const char *what, const char *of);

/* Whether a list with commas holds the name. */
bool is_listed(const char *list, const char *name);

/* A hash of names and contents at and below a path; 0 if nothing is there. */
XXH64_hash_t hash_tree(const char *path);

/* Makes the folder, or empties it. */
void place_clear(const char *folder);

/* What the folder holds now, but for the names that the list `keeps` has. */
Place place_look(const char *folder, const char *keeps);

bool place_equal(const Place *a, const Place *b);

/* The hash of an entry; 0 if there is none of this name. */
XXH64_hash_t place_hash(const Place *place, const char *name);

/* Puts an older target into the folder, of the kind that `wanted` has, and its record. */
void place_put_older(const char *folder, const Place *wanted);

#endif
