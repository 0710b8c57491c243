/* Distinct byte strings, numbered 0, 1, 2 … in the order they arrive, whatever their hashes:
 * the titles of pages, the values of a column, the tokens of a vocabulary. */
#ifndef DOCMEM_NAMES_H
#define DOCMEM_NAMES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An all-zero Names is an empty set. */
typedef struct {
    char *bytes; /* every name, each followed by a NUL */
    size_t bytes_used, bytes_capacity;
    size_t *offset; /* (count + 1) name i is bytes[offset[i]] … bytes[offset[i+1] - 2] */
    size_t offset_capacity;
    uint32_t *slots; /* (slots_count) a power of two; number + 1, or 0 where free */
    size_t slots_count;
    size_t count;
} Names;

/* *number = the number of the name; returns true where it was new and has been
 * added (the bytes are copied). At most 2^31 - 1 names. */
bool names_add(Names *names, const void *bytes, size_t length, size_t *number);

/* Finds a name without adding it; false where it is absent. */
bool names_find(const Names *names, const void *bytes, size_t length, size_t *number);

/* The same two for token ids: the name's number, added where it was new; and its number, or -1
 * where it is absent. */
int32_t names_intern(Names *names, const void *bytes, size_t length);
int32_t names_id(const Names *names, const void *bytes, size_t length);

/* Name `number` (0 … count-1), which a NUL follows, and where `length` is not NULL its length;
 * valid until the next name is added. */
const char *names_text(const Names *names, size_t number, size_t *length);

/* Frees what the set holds and leaves it empty. */
void names_free(Names *names);

#endif
