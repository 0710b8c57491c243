/* Sizes are multiplied and added with checks before anything is asked for. An array grows by
 * doubling, so n appends copy at most 2n elements. */
#include "base/alloc.h"

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn static void out_of_memory(size_t count, size_t size)
{
    fprintf(stderr,
            "docmem: %s: memory: there is none left for %zu x %zu bytes; "
            "free some, or choose a smaller batch or model\n",
            program_invocation_short_name, count, size);
    exit(1);
}

void alloc_exhausted(void)
{
    fprintf(stderr,
            "docmem: %s: memory: there is none left; "
            "free some, or choose a smaller batch or model\n",
            program_invocation_short_name);
    exit(1);
}

void *alloc_scratch(size_t count, size_t size)
{
    size_t bytes;
    if (!size_mul(count, size, &bytes) || bytes > SIZE_MAX - 64)
        out_of_memory(count, size);
    bytes = bytes ? (bytes + 63) / 64 * 64 : 64;
    void *block = aligned_alloc(64, bytes);
    if (!block)
        out_of_memory(count, size);
    return block;
}

void *alloc_plain(size_t size)
{
    void *block = malloc(size ? size : 1);
    if (!block)
        out_of_memory(1, size);
    return block;
}

void *alloc_zeroed(size_t count, size_t size)
{
    void *block = alloc_scratch(count, size);
    return memset(block, 0, count * size);
}

void alloc_keep_freed(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

void *alloc_grow(void *block, size_t *capacity, size_t count, size_t size)
{
    if (block && count <= *capacity)
        return block;
    size_t wanted = *capacity < 16 ? 16 : *capacity, bytes;
    while (wanted < count)
        if (!size_mul(wanted, 2, &wanted))
            out_of_memory(count, size);
    if (!size_mul(wanted, size, &bytes))
        out_of_memory(wanted, size);
    block = realloc(block, bytes ? bytes : 1);
    if (!block)
        out_of_memory(wanted, size);
    *capacity = wanted;
    return block;
}

char *alloc_text_n(const char *text, size_t length)
{
    char *copy = alloc_zeroed(length + 1, 1);
    return memcpy(copy, text, length);
}

char *alloc_text(const char *text)
{
    return alloc_text_n(text, strlen(text));
}
