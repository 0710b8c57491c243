/* A hash table with open addressing and linear probing, at least half of it free. Names lie one
 * after the other in one block; a slot holds a name's number. */
#include "base/names.h"

#include "base/alloc.h"

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
        size_t other_length;
        const char *other = names_text(names, names->slots[slot] - 1, &other_length);
        if (other_length == length && memcmp(other, bytes, length) == 0)
            return slot;
    }
}

/* Doubles the table, so that at least half of it stays free. */
static void grow_slots(Names *names)
{
    names->slots_count = names->slots_count ? 2 * names->slots_count : 64;
    free(names->slots);
    names->slots = alloc_zeroed(names->slots_count, sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++) {
        size_t length;
        const char *text = names_text(names, i, &length);
        names->slots[find_slot(names, text, length)] = (uint32_t)i + 1;
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
        alloc_grow(names->bytes, &names->bytes_capacity, names->bytes_used + length + 1, 1);
    names->offset =
        alloc_grow(names->offset, &names->offset_capacity, names->count + 2, sizeof *names->offset);
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

const char *names_text(const Names *names, size_t number, size_t *length)
{
    assert(number < names->count);
    if (length)
        *length = names->offset[number + 1] - names->offset[number] - 1;
    return names->bytes + names->offset[number];
}

int32_t names_intern(Names *names, const void *bytes, size_t length)
{
    size_t number;
    names_add(names, bytes, length, &number);
    return (int32_t)number;
}

int32_t names_id(const Names *names, const void *bytes, size_t length)
{
    size_t number;
    return names_find(names, bytes, length, &number) ? (int32_t)number : -1;
}

void names_free(Names *names)
{
    free(names->bytes);
    free(names->offset);
    free(names->slots);
    *names = (Names){0};
}
