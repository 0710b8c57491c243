/* Byte-pair encoding: a word's characters become tokens, merged pair by pair in learned order.
 *
 * Sennrich, Haddow and Birch, "Neural machine translation of rare words with
 * subword units", ACL 2016. The order is that of Hugging Face `tokenizers`:
 * lowest rank first, leftmost first among equals. */
#ifndef DOCMEM_BPE_H
#define DOCMEM_BPE_H
#include "base/names.h"

#include <stdbool.h>

/* Token ids that grow. Starts as {0}. */
typedef struct {
    int32_t *ids; /* (count) */
    size_t count, capacity;
} Tokens;

void tokens_push(Tokens *tokens, int32_t id);
void tokens_free(Tokens *tokens);

/* `left` followed by `right` becomes `whole`; the lowest rank goes first. */
typedef struct {
    int32_t left, right, whole;
    uint32_t rank;
} Merge;

/* What stands in the vocabulary for an id that no token has begins with it: no text does. */
#define BPE_HOLE '\xff'

typedef struct {
    Names vocab;
    size_t token_count; /* of the vocabulary, without holes */
    Merge *slots;       /* (slot_count) hash table by pair; left is -1 where free */
    size_t slot_count, merge_count;
    int32_t byte_ids[256]; /* token of each byte, for characters not in vocab; -1 if none */
    int32_t unk;           /* token of other characters; -1 drops them */
    bool byte_fallback, fuse_unk, ignore_merges;
} Bpe;

/* Working memory of bpe_encode, kept from word to word. Starts as {0}. */
typedef struct {
    struct BpeSymbol *symbols;
    uint64_t *heap;
    size_t symbol_count, symbol_capacity, heap_count, heap_capacity;
} BpeScratch;

/* Whether no token of the vocabulary has the id, one of 0 … vocab.count-1. */
static inline bool bpe_is_hole(const Bpe *bpe, int32_t id)
{
    size_t length;
    const char *text = names_text(&bpe->vocab, id, &length);
    return length > 0 && text[0] == BPE_HOLE;
}

/* Adds the merge of two tokens, after those already there; false when the pair has one. */
bool bpe_add_merge(Bpe *bpe, int32_t left, int32_t right, int32_t whole);
/* The same with a rank, which others may have too: the leftmost of equals goes first. */
bool bpe_add_ranked(Bpe *bpe, int32_t left, int32_t right, int32_t whole, uint32_t rank);

/* Appends the tokens of one word (well-formed UTF-8, fewer than 2^31 bytes): its
 * characters, a character outside the vocabulary as its bytes or as the unknown
 * token (runs of it as one under fuse_unk) or, with neither, dropped; then merged.
 * O(n log n). */
void bpe_encode(const Bpe *bpe, const char *word, size_t length, Tokens *tokens,
                BpeScratch *scratch);

void bpe_scratch_free(BpeScratch *scratch);
void bpe_free(Bpe *bpe);

#endif
