/* Texts numbered 0, 1, 2 … in the order they came: a vocabulary's tokens, a corpus's words. */
#ifndef DOCMEM_VOCAB_H
#define DOCMEM_VOCAB_H
#include <stddef.h>
#include <stdint.h>

/* Starts as {0}; owns copies of its texts. */
typedef struct {
    char *bytes;       /* every text, one after the other */
    size_t *offset;    /* (size + 1) where each begins */
    uint32_t *slots;   /* (slot_count) hash table: number + 1, or 0 */
    size_t slot_count; /* a power of two */
    size_t size;       /* texts held, at most INT32_MAX */
    size_t bytes_capacity, offset_capacity;
} Vocab;

/* The number of a text, which is given the next one when it is new. */
int32_t vocab_intern(Vocab *vocab, const char *text, size_t length);
/* The number of a text, or -1. */
int32_t vocab_find(const Vocab *vocab, const char *text, size_t length);
void vocab_free(Vocab *vocab);

/* Text number `id` (0 … size-1), *length bytes, not NUL-terminated; valid until
 * the next vocab_intern. */
static inline const char *vocab_text(const Vocab *vocab, int32_t id, size_t *length)
{
    *length = vocab->offset[id + 1] - vocab->offset[id];
    return vocab->bytes + vocab->offset[id];
}

#endif
