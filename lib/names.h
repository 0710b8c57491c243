/* Distinct byte strings, numbered in the order they arrive, whatever their hashes. */
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
 * added (the bytes are copied). At most 2^31 names. */
bool names_add(Names *names, const void *bytes, size_t length, size_t *number);

/* Finds a name without adding it; false where it is absent. */
bool names_find(const Names *names, const void *bytes, size_t length, size_t *number);

/* Name `number` as NUL-terminated text, and its length; valid until the next
 * names_add. */
const char *names_text(const Names *names, size_t number);
size_t names_length(const Names *names, size_t number);

/* Frees what the set holds and leaves it empty. */
void names_free(Names *names);

#endif
