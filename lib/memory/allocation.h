/* Which entries of a memory each document owns.
 *
 *   none          every document, every entry
 *   disjoint      blocks of entries, their lengths proportional to the documents'
 *   random        as many random entries as SimSet gives a document
 *   simset-N-dim  entries by MinHash of the document's shingles of N tokens
 *   simset-N-token  the same for each token, by the shingle that ends at it
 *
 * SimSet splits m entries into B bands of m/B slots. In band b a document owns the entry
 * b · m/B + minhash_b mod (m/B), so that two documents own the same one with probability
 * J + (1 − J)/(m/B), J the Jaccard similarity of their shingles. Under `token` that
 * holds of tokens, whose set is one shingle: they share all entries where they end the
 * same shingle, and such by chance elsewhere. No document need be known then.
 * Reading: a token's shingle may reach back to BOS, and the first token of all has
 * nothing before it. */
#ifndef DOCMEM_ALLOCATION_H
#define DOCMEM_ALLOCATION_H
#include "base/error.h"
#include "file/safetensors.h"
#include "tensor/batch.h"

typedef enum {
    ALLOCATION_NONE,
    ALLOCATION_DISJOINT,
    ALLOCATION_RANDOM,
    ALLOCATION_SIMSET_1_DIM,
    ALLOCATION_SIMSET_1_TOKEN,
    ALLOCATION_SIMSET_2_DIM,
    ALLOCATION_SIMSET_2_TOKEN,
    ALLOCATION_KINDS
} AllocationKind;

/* All zero, it is the kind none. */
typedef struct {
    AllocationKind kind;
    size_t documents, entries, bands; /* D, m, B; B divides m */
    uint64_t seed;                    /* of the hashes and draws */
    double strength;                  /* entries not owned are multiplied by 1 − strength */
    uint8_t *mask;  /* (D,m) 1: the document, or one of its tokens, owns the entry; NULL in none */
    uint64_t *keys; /* (B) of the bands' hashes; NULL unless by token */
} Allocation;

enum { ALLOCATION_ENTRIES = 1 << 20 }; /* at most */

/* "none", "simset-1-dim" …; ALLOCATION_KINDS where the name is unknown. */
const char *allocation_name(AllocationKind kind);
AllocationKind allocation_parse(const char *name);
/* Tokens in a shingle of this kind, 0 where it has none; whether tokens have masks of their own. */
int allocation_shingle(AllocationKind kind);
bool allocation_by_token(AllocationKind kind);

/* Makes mask and keys from the other fields, which the caller has set, and the documents,
 * ids[offset[i]] … ids[offset[i+1]−1] the i-th, BOS first. False, with a message that names
 * no file and nothing allocated, where entries cannot be split so. */
bool allocation_make(Allocation *allocation, const int32_t *ids, const int64_t *offset,
                     Error *error);
void allocation_free(Allocation *allocation);

/* Whether activations are to be masked at all; NULL is the kind none. */
bool allocation_masks(const Allocation *allocation);
/* Whether the mask of a text depends on its document. */
bool allocation_by_document(const Allocation *allocation);
/* row (m): what multiplies the activation at a token. `previous` is the id before it or
 * SHINGLE_NOTHING; only one of document (< D) and ids matters. */
void allocation_row(const Allocation *allocation, size_t document, int32_t previous, int32_t id,
                    float *row);
/* Fills the rows of sequence `index` in the batch's mask (rows,m): ids (length), each branch of the
 * siblings following the last id before all; ones for padding. */
void allocation_pack(const Allocation *allocation, const Batch *batch, size_t index,
                     size_t document, const int32_t *ids, float *mask);

/* Share of a memory's parameters (count) that more than one document uses. An entry has
 * 2 · width + 1; a document uses those it owns, or all where the others are but softened; what
 * belongs to no entry all use. */
double allocation_shared(const Allocation *allocation, size_t width, size_t count);
/* Bands in which documents a and b own the same entry: entries both own. */
size_t allocation_common(const Allocation *allocation, size_t a, size_t b);

/* Tensor "allocation.mask" and the settings, in a file of their own or in a cell: metadata
 * allocation, strength, and but for none bands and allocation_seed. What is added is borrowed until
 * written. */
void allocation_add(const Allocation *allocation, TensorWriter *writer);
/* The same read and checked, for as many entries; freed with allocation_free. */
bool allocation_read(Allocation *allocation, const TensorFile *file, size_t entries, Error *error);
/* Reads a file of the allocate stage, of as many documents and entries. */
bool allocation_open(Allocation *allocation, const char *path, size_t documents, size_t entries,
                     Error *error);
/* Gives each document the entries of the one half of all documents further on: a control. False,
 * with a message that names no file, where there is no mask by document or but one document. */
bool allocation_shift(Allocation *allocation, Error *error);
/* Whether both mask alike. */
bool allocation_equal(const Allocation *a, const Allocation *b);

#endif
