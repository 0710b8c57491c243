/* Memory: checked sizes, and one clear end when there is none left. */
#include "mem.h"

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

void mem_exhausted(void)
{
    fprintf(stderr,
            "docmem: %s: memory: there is none left; "
            "free some, or choose a smaller batch or model\n",
            program_invocation_short_name);
    exit(1);
}

void *mem_scratch(size_t count, size_t size)
{
    size_t bytes;
    if (!mem_mul(count, size, &bytes) || bytes > SIZE_MAX - 64)
        out_of_memory(count, size);
    bytes = bytes ? (bytes + 63) / 64 * 64 : 64;
    void *block = aligned_alloc(64, bytes);
    if (!block)
        out_of_memory(count, size);
    return block;
}

void *mem_plain(size_t size)
{
    void *block = malloc(size ? size : 1);
    if (!block)
        out_of_memory(1, size);
    return block;
}

void *mem_alloc(size_t count, size_t size)
{
    void *block = mem_scratch(count, size);
    return memset(block, 0, count * size);
}

void mem_keep_freed(void)
{
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
}

void *mem_grow(void *block, size_t *capacity, size_t count, size_t size)
{
    if (block && count <= *capacity)
        return block;
    size_t wanted = *capacity < 16 ? 16 : *capacity, bytes;
    while (wanted < count)
        if (!mem_mul(wanted, 2, &wanted))
            out_of_memory(count, size);
    if (!mem_mul(wanted, size, &bytes))
        out_of_memory(wanted, size);
    block = realloc(block, bytes ? bytes : 1);
    if (!block)
        out_of_memory(wanted, size);
    *capacity = wanted;
    return block;
}

char *mem_text_n(const char *text, size_t length)
{
    char *copy = mem_alloc(length + 1, 1);
    return memcpy(copy, text, length);
}

char *mem_text(const char *text)
{
    return mem_text_n(text, strlen(text));
}
