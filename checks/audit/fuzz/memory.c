/* Counts the bytes allocated while a target runs: by the sanitizer's hooks, else in their place. */
#include "fuzz.h"

#include <malloc.h>
#include <stdbool.h>

static bool counting;
static size_t held, peak;

static void gain(size_t size)
{
    held += counting ? size : 0;
    peak = held > peak ? held : peak;
}

/* What was held before counting began may be given back during it. */
static void lose(size_t size)
{
    if (counting)
        held = size < held ? held - size : 0;
}

#ifdef __has_feature /* clang's way to tell; gcc defines __SANITIZE_ADDRESS__ itself */
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__
#endif
#endif

#ifdef __SANITIZE_ADDRESS__
/* Of sanitizer/allocator_interface.h, a header that not every compiler brings. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));
size_t __sanitizer_get_allocated_size(const volatile void *block);

static void on_malloc(const volatile void *block, size_t size)
{
    (void)block;
    gain(size);
}

static void on_free(const volatile void *block)
{
    if (counting && block)
        lose(__sanitizer_get_allocated_size(block));
}

void fuzz_memory_start(void)
{
    static bool installed;
    if (!installed)
        installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0;
    fuzz_check(installed);
    counting = true;
    held = peak = 0;
}

#else
/* The C library's own, under the names it keeps for those who replace them. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

static void *gained(void *block)
{
    gain(block ? malloc_usable_size(block) : 0);
    return block;
}

void *malloc(size_t size)
{
    return gained(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return gained(__libc_calloc(count, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return gained(__libc_memalign(alignment, size));
}

void *realloc(void *block, size_t size)
{
    size_t before = block ? malloc_usable_size(block) : 0;
    void *moved = __libc_realloc(block, size);
    if (moved || size == 0) {
        gained(moved); /* both are there for a moment */
        lose(before);
    }
    return moved;
}

void free(void *block)
{
    lose(block ? malloc_usable_size(block) : 0);
    __libc_free(block);
}

void fuzz_memory_start(void)
{
    counting = true;
    held = peak = 0;
}
#endif

size_t fuzz_memory_peak(void)
{
    counting = false;
    return peak;
}
