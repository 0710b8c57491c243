/* The word is a linked list of symbols. A heap holds the possible merges of neighbours, lowest rank
 * first, then leftmost. Each merge applied joins two symbols and adds at most two merges to the
 * heap. A merge whose symbols have changed since is skipped when it comes up. */
#include "tokenizer/bpe.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdlib.h>

/* A token of the current word, linked to its neighbours; −1 ends the links. */
typedef struct BpeSymbol {
    int32_t id; /* -1 once merged into its left neighbour */
    int32_t previous, next;
} BpeSymbol;

void tokens_push(Tokens *tokens, int32_t id)
{
    tokens->ids =
        alloc_grow(tokens->ids, &tokens->capacity, tokens->count + 1, sizeof *tokens->ids);
    tokens->ids[tokens->count++] = id;
}

void tokens_free(Tokens *tokens)
{
    free(tokens->ids);
    *tokens = (Tokens){0};
}

/* ---- Merges: a hash table by pair ---- */

/* The slot that holds the pair, or the free one where it belongs. */
static Merge *find_slot(const Bpe *bpe, int32_t left, int32_t right)
{
    uint64_t pair = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
    size_t mask = bpe->slot_count - 1;
    size_t at = (size_t)((pair * 0x9e3779b97f4a7c15u) >> 20) & mask;
    while (bpe->slots[at].left >= 0 &&
           (bpe->slots[at].left != left || bpe->slots[at].right != right))
        at = (at + 1) & mask;
    return &bpe->slots[at];
}

static const Merge *find_merge(const Bpe *bpe, int32_t left, int32_t right)
{
    if (!bpe->slot_count)
        return NULL;
    const Merge *merge = find_slot(bpe, left, right);
    return merge->left >= 0 ? merge : NULL;
}

/* Grows the table so that at least half its slots stay free. */
static void make_room(Bpe *bpe)
{
    if (2 * (bpe->merge_count + 1) <= bpe->slot_count)
        return;
    Merge *old = bpe->slots;
    size_t old_count = bpe->slot_count;
    bpe->slot_count = old_count ? 2 * old_count : 64;
    bpe->slots = alloc_zeroed(bpe->slot_count, sizeof *bpe->slots);
    for (size_t i = 0; i < bpe->slot_count; i++)
        bpe->slots[i].left = -1;
    for (size_t i = 0; i < old_count; i++)
        if (old[i].left >= 0)
            *find_slot(bpe, old[i].left, old[i].right) = old[i];
    free(old);
}

bool bpe_add_merge(Bpe *bpe, int32_t left, int32_t right, int32_t whole)
{
    return bpe_add_ranked(bpe, left, right, whole, (uint32_t)bpe->merge_count);
}

bool bpe_add_ranked(Bpe *bpe, int32_t left, int32_t right, int32_t whole, uint32_t rank)
{
    make_room(bpe);
    Merge *slot = find_slot(bpe, left, right);
    if (slot->left >= 0)
        return false;
    *slot = (Merge){left, right, whole, rank};
    bpe->merge_count++;
    return true;
}

/* ---- The heap of possible merges: rank in the high half, place in the low ---- */

static void sift_down(uint64_t *heap, size_t count, size_t at)
{
    uint64_t moved = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && heap[child + 1] < heap[child])
            child++;
        if (heap[child] >= moved)
            break;
        heap[at] = heap[child];
    }
    heap[at] = moved;
}

static uint64_t heap_pop(BpeScratch *scratch)
{
    uint64_t top = scratch->heap[0];
    scratch->heap[0] = scratch->heap[--scratch->heap_count];
    if (scratch->heap_count)
        sift_down(scratch->heap, scratch->heap_count, 0);
    return top;
}

/* Appends the merge of symbol `place` and its right neighbour to the heap, if they have one; the
 * caller restores the heap's order. */
static bool heap_append(const Bpe *bpe, BpeScratch *scratch, int32_t place)
{
    if (place < 0 || scratch->symbols[place].next < 0)
        return false;
    int32_t next = scratch->symbols[place].next;
    const Merge *merge = find_merge(bpe, scratch->symbols[place].id, scratch->symbols[next].id);
    if (!merge)
        return false;
    scratch->heap = alloc_grow(scratch->heap, &scratch->heap_capacity, scratch->heap_count + 1,
                               sizeof *scratch->heap);
    scratch->heap[scratch->heap_count++] = (uint64_t)merge->rank << 32 | (uint32_t)place;
    return true;
}

static void heap_push(const Bpe *bpe, BpeScratch *scratch, int32_t place)
{
    if (!heap_append(bpe, scratch, place))
        return;
    uint64_t *heap = scratch->heap, moved = heap[scratch->heap_count - 1];
    size_t at = scratch->heap_count - 1;
    for (; at > 0 && heap[(at - 1) / 2] > moved; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = moved;
}

/* ---- A word ---- */

static void add_symbol(BpeScratch *scratch, int32_t id)
{
    size_t at = scratch->symbol_count++;
    scratch->symbols =
        alloc_grow(scratch->symbols, &scratch->symbol_capacity, at + 1, sizeof *scratch->symbols);
    scratch->symbols[at] = (BpeSymbol){id, (int32_t)at - 1, (int32_t)at + 1};
}

static bool add_bytes(const Bpe *bpe, BpeScratch *scratch, const char *bytes, size_t width)
{
    for (size_t i = 0; i < width; i++)
        if (bpe->byte_ids[(unsigned char)bytes[i]] < 0)
            return false;
    for (size_t i = 0; i < width; i++)
        add_symbol(scratch, bpe->byte_ids[(unsigned char)bytes[i]]);
    return true;
}

/* Makes symbols of the word's characters. As in `tokenizers`, an unknown character is held back
 * until a known character, another unknown one without fuse_unk, or the end follows. */
static void read_symbols(const Bpe *bpe, BpeScratch *scratch, const char *word, size_t length)
{
    bool held = false;
    scratch->symbol_count = 0;
    for (size_t at = 0, width; at < length; at += width) {
        width = utf8_width(word[at]);
        int32_t id = names_id(&bpe->vocab, word + at, width);
        if (id >= 0) {
            if (held)
                add_symbol(scratch, bpe->unk);
            held = false;
            add_symbol(scratch, id);
        } else if ((!bpe->byte_fallback || !add_bytes(bpe, scratch, word + at, width)) &&
                   bpe->unk >= 0) {
            if (held && !bpe->fuse_unk)
                add_symbol(scratch, bpe->unk);
            held = true;
        }
    }
    if (held)
        add_symbol(scratch, bpe->unk);
    if (scratch->symbol_count)
        scratch->symbols[scratch->symbol_count - 1].next = -1;
}

/* Joins symbol `place` and its right neighbour, if they still have the merge of this rank. */
static void apply_merge(const Bpe *bpe, BpeScratch *scratch, uint32_t rank, int32_t place)
{
    BpeSymbol *symbols = scratch->symbols, *left = &symbols[place];
    if (left->id < 0 || left->next < 0)
        return;
    BpeSymbol *right = &symbols[left->next];
    const Merge *merge = find_merge(bpe, left->id, right->id);
    if (!merge || merge->rank != rank)
        return;
    left->id = merge->whole;
    left->next = right->next;
    right->id = -1;
    if (left->next >= 0)
        symbols[left->next].previous = place;
    heap_push(bpe, scratch, left->previous);
    heap_push(bpe, scratch, place);
}

void bpe_encode(const Bpe *bpe, const char *word, size_t length, Tokens *tokens,
                BpeScratch *scratch)
{
    int32_t entire = bpe->ignore_merges ? names_id(&bpe->vocab, word, length) : -1;
    if (entire >= 0) {
        tokens_push(tokens, entire);
        return;
    }
    read_symbols(bpe, scratch, word, length);
    scratch->heap_count = 0;
    for (size_t i = 0; i < scratch->symbol_count; i++)
        heap_append(bpe, scratch, (int32_t)i);
    for (size_t i = scratch->heap_count / 2; i-- > 0;)
        sift_down(scratch->heap, scratch->heap_count, i);
    while (scratch->heap_count) {
        uint64_t top = heap_pop(scratch);
        apply_merge(bpe, scratch, (uint32_t)(top >> 32), (int32_t)(uint32_t)top);
    }
    for (size_t i = 0; i < scratch->symbol_count; i++)
        if (scratch->symbols[i].id >= 0)
            tokens_push(tokens, scratch->symbols[i].id);
}

void bpe_scratch_free(BpeScratch *scratch)
{
    free(scratch->symbols);
    free(scratch->heap);
    *scratch = (BpeScratch){0};
}

void bpe_free(Bpe *bpe)
{
    names_free(&bpe->vocab);
    free(bpe->slots);
    *bpe = (Bpe){0};
}
