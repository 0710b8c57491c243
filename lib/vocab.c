/* Texts numbered 0, 1, 2 … in the order they came: a vocabulary's tokens, a corpus's words. */
#include "vocab.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* The slot that holds the text, or the free one where it belongs. */
static size_t find_slot(const Vocab *vocab, const char *text, size_t length)
{
    size_t mask = vocab->slot_count - 1;
    size_t slot = (size_t)XXH3_64bits(text, length) & mask;
    for (; vocab->slots[slot]; slot = (slot + 1) & mask) {
        size_t other_length;
        const char *other = vocab_text(vocab, (int32_t)(vocab->slots[slot] - 1), &other_length);
        if (other_length == length && memcmp(other, text, length) == 0)
            break;
    }
    return slot;
}

/* Makes room so that at least half the slots stay free. */
static void make_room(Vocab *vocab)
{
    if (2 * (vocab->size + 1) <= vocab->slot_count)
        return;
    free(vocab->slots);
    vocab->slot_count = vocab->slot_count ? 2 * vocab->slot_count : 64;
    vocab->slots = mem_alloc(vocab->slot_count, sizeof *vocab->slots);
    for (size_t id = 0; id < vocab->size; id++) {
        size_t length;
        const char *text = vocab_text(vocab, (int32_t)id, &length);
        vocab->slots[find_slot(vocab, text, length)] = (uint32_t)id + 1;
    }
}

int32_t vocab_find(const Vocab *vocab, const char *text, size_t length)
{
    if (!vocab->slot_count)
        return -1;
    return (int32_t)vocab->slots[find_slot(vocab, text, length)] - 1;
}

int32_t vocab_intern(Vocab *vocab, const char *text, size_t length)
{
    make_room(vocab);
    size_t slot = find_slot(vocab, text, length);
    if (vocab->slots[slot])
        return (int32_t)vocab->slots[slot] - 1;
    size_t begin = vocab->size ? vocab->offset[vocab->size] : 0;
    vocab->bytes = mem_grow(vocab->bytes, &vocab->bytes_capacity, begin + length + 1, 1);
    vocab->offset =
        mem_grow(vocab->offset, &vocab->offset_capacity, vocab->size + 2, sizeof *vocab->offset);
    memcpy(vocab->bytes + begin, text, length);
    vocab->offset[vocab->size] = begin;
    vocab->offset[vocab->size + 1] = begin + length;
    vocab->slots[slot] = (uint32_t)++vocab->size;
    return (int32_t)vocab->size - 1;
}

void vocab_free(Vocab *vocab)
{
    free(vocab->bytes);
    free(vocab->offset);
    free(vocab->slots);
    *vocab = (Vocab){0};
}
