/* Byte-pair encoding: a word's characters become tokens, which are merged pair by pair in the
 * learned order.
 *
 * Sennrich, Haddow and Birch, "Neural machine translation of rare words with subword units", ACL
 * 2016. Merges apply in the order of Hugging Face `tokenizers`: lowest rank first, leftmost first
 * among equals. */
#ifndef DOCMEM_BPE_H
#define DOCMEM_BPE_H
#include "base/names.h"

#include <stdbool.h>

/* A growing list of token ids. Starts as {0}. */
typedef struct {
    int32_t *ids; /* (count) */
    size_t count, capacity;
} Tokens;

void tokens_push(Tokens *tokens, int32_t id);
void tokens_free(Tokens *tokens);

/* Tokens `left` and `right`, adjacent, become `whole`. The merge of lowest rank applies first. */
typedef struct {
    int32_t left, right, whole;
    uint32_t rank;
} Merge;

/* An id without a token (a hole) has an entry in the vocabulary that begins with this byte, which
 * no UTF-8 text does. */
#define BPE_HOLE '\xff'

typedef struct {
    Names vocab;
    size_t token_count; /* tokens in the vocabulary, holes not counted */
    Merge *slots;       /* (slot_count) hash table by (left, right); left is −1 in a free slot */
    size_t slot_count, merge_count;
    int32_t byte_ids[256]; /* token of each byte, for byte fallback; −1 if none */
    int32_t unk;           /* unknown token; −1: unknown characters are dropped */
    bool byte_fallback, fuse_unk, ignore_merges; /* as in a tokenizer.json, see bpe_encode */
} Bpe;

/* Working memory of bpe_encode, reused from word to word. Starts as {0}. */
typedef struct {
    struct BpeSymbol *symbols;
    uint64_t *heap;
    size_t symbol_count, symbol_capacity, heap_count, heap_capacity;
} BpeScratch;

/* Whether the id, from 0 to vocab.count-1, is a hole: no token has it. */
static inline bool bpe_is_hole(const Bpe *bpe, int32_t id)
{
    size_t length;
    const char *text = names_text(&bpe->vocab, id, &length);
    return length > 0 && text[0] == BPE_HOLE;
}

/* Adds a merge whose rank is above all others; false where the pair already has one. */
bool bpe_add_merge(Bpe *bpe, int32_t left, int32_t right, int32_t whole);
/* The same with a given rank, which other merges may have too. */
bool bpe_add_ranked(Bpe *bpe, int32_t left, int32_t right, int32_t whole, uint32_t rank);

/* Appends the tokens of one word (valid UTF-8, fewer than 2^31 bytes) in O(n log n). With
 * ignore_merges, a word that is itself a token becomes that token. Otherwise its characters become
 * tokens, which are then merged. A character outside the vocabulary becomes its byte tokens under
 * byte_fallback; else the unknown token, one for a run of them under fuse_unk; it is dropped where
 * there is neither. */
void bpe_encode(const Bpe *bpe, const char *word, size_t length, Tokens *tokens,
                BpeScratch *scratch);

void bpe_scratch_free(BpeScratch *scratch);
void bpe_free(Bpe *bpe);

#endif
