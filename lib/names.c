/* Distinct byte strings, numbered in the order they arrive, whatever their hashes. */
#include "names.h"

#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* The slot that holds the name, or the free one where it would go. */
static size_t find_slot(const Names *names, const void *bytes, size_t length)
{
    size_t mask = names->slots_count - 1;
    for (size_t slot = XXH3_64bits(bytes, length) & mask;; slot = (slot + 1) & mask) {
        if (names->slots[slot] == 0)
            return slot;
        size_t number = names->slots[slot] - 1;
        if (names_length(names, number) == length &&
            memcmp(names_text(names, number), bytes, length) == 0)
            return slot;
    }
}

/* Doubles the table, so that at least half of it stays free. */
static void grow_slots(Names *names)
{
    names->slots_count = names->slots_count ? 2 * names->slots_count : 64;
    free(names->slots);
    names->slots = mem_alloc(names->slots_count, sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++) {
        size_t slot = find_slot(names, names_text(names, i), names_length(names, i));
        names->slots[slot] = (uint32_t)i + 1;
    }
}

bool names_add(Names *names, const void *bytes, size_t length, size_t *number)
{
    if (2 * (names->count + 1) > names->slots_count)
        grow_slots(names);
    size_t slot = find_slot(names, bytes, length);
    if (names->slots[slot]) {
        *number = names->slots[slot] - 1;
        return false;
    }
    assert(names->count < INT32_MAX);
    names->bytes =
        mem_grow(names->bytes, &names->bytes_capacity, names->bytes_used + length + 1, 1);
    names->offset =
        mem_grow(names->offset, &names->offset_capacity, names->count + 2, sizeof *names->offset);
    memcpy(names->bytes + names->bytes_used, bytes, length);
    names->bytes[names->bytes_used + length] = 0;
    names->offset[names->count] = names->bytes_used;
    names->bytes_used += length + 1;
    *number = names->count++;
    names->offset[names->count] = names->bytes_used;
    names->slots[slot] = (uint32_t)names->count;
    return true;
}

bool names_find(const Names *names, const void *bytes, size_t length, size_t *number)
{
    if (names->count == 0)
        return false;
    size_t slot = find_slot(names, bytes, length);
    if (names->slots[slot] == 0)
        return false;
    *number = names->slots[slot] - 1;
    return true;
}

const char *names_text(const Names *names, size_t number)
{
    assert(number < names->count);
    return names->bytes + names->offset[number];
}

size_t names_length(const Names *names, size_t number)
{
    assert(number < names->count);
    return names->offset[number + 1] - names->offset[number] - 1;
}

void names_free(Names *names)
{
    free(names->bytes);
    free(names->offset);
    free(names->slots);
    *names = (Names){0};
}
