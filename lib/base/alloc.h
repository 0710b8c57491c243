/* Memory: checked sizes, and one clear end when there is none left. */
#ifndef DOCMEM_ALLOC_H
#define DOCMEM_ALLOC_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed block of count × size bytes, aligned to 64; freed with free(). Never
 * NULL: when the product overflows or memory runs out the program ends with
 * one line on stderr and exit status 1 (outputs not yet committed vanish). */
void *alloc_zeroed(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* The same without the zeroes: contents are undefined. */
void *alloc_scratch(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* Like malloc, for libraries that take an allocator; the same end as alloc_zeroed. */
void *alloc_plain(size_t size) __attribute__((malloc, returns_nonnull));

/* That end, where a library says that memory ran out. */
_Noreturn void alloc_exhausted(void);

/* Has freed blocks kept for the next request rather than given back to the
 * system: a training step asks for the same blocks again and again. */
void alloc_keep_freed(void);

/* Grows *block (elements of `size` bytes, capacity in *capacity) so that it
 * holds at least `count` elements; new bytes are not initialised. Same end as
 * alloc_zeroed. Returns the block. */
void *alloc_grow(void *block, size_t *capacity, size_t count, size_t size);

/* Copy of a NUL-terminated text, or of `length` bytes with a NUL added. */
char *alloc_text(const char *text);
char *alloc_text_n(const char *text, size_t length);

/* *product = a × b, *sum = a + b; false when the result does not fit. */
static inline bool size_mul(size_t a, size_t b, size_t *product)
{
    return !__builtin_mul_overflow(a, b, product);
}
static inline bool size_add(size_t a, size_t b, size_t *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

#endif
