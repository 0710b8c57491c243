/* Shingles of a token sequence, the Jaccard similarity of two sets of shingles, and MinHash.
 *
 * A shingle is one token, or two adjacent ones. A text is represented by the set of its shingles
 * (Broder, "On the resemblance and containment of documents", 1997). */
#ifndef DOCMEM_SHINGLE_H
#define DOCMEM_SHINGLE_H
#include <stddef.h>
#include <stdint.h>

enum { SHINGLE_SIZES = 2 }; /* a shingle has 1 or 2 tokens */

/* Stands for the token before a text's first. */
#define SHINGLE_NOTHING (-1)

typedef struct {
    size_t count;
    uint64_t *values; /* (count) distinct, in ascending order */
} ShingleSet;

/* The shingle of `size` (1 or 2) tokens that ends at `id`: the id itself, and for two tokens 2^32 ×
 * (previous + 1) added. `previous` is the id before it, or SHINGLE_NOTHING. */
uint64_t shingle_of(int32_t previous, int32_t id, int size);

/* Makes the set of shingles of `size` tokens in ids[1] … ids[length-1]; ids[0], BOS, is no part of
 * the text. Empty where length ≤ size. Freed with shingle_set_free. */
void shingle_set_make(ShingleSet *set, const int32_t *ids, size_t length, int size);
void shingle_set_free(ShingleSet *set);

/* The size of A ∩ B; and |A ∩ B| / |A ∪ B|, or 0 where both sets are empty. */
size_t shingle_common(const ShingleSet *a, const ShingleSet *b);
double shingle_jaccard(const ShingleSet *a, const ShingleSet *b);

/* The key of a band's hash function, drawn from the stream ("minhash", seed, band). */
uint64_t shingle_key(uint64_t seed, size_t band);
/* XXH3 of the shingle's eight bytes (little-endian), seeded with the key. */
uint64_t shingle_hash(uint64_t shingle, uint64_t key);
/* The smallest hash in a set that is not empty. For two sets it is equal with a probability that is
 * their Jaccard similarity (Broder et al., "Min-wise independent permutations", 2000). */
uint64_t shingle_minhash(const ShingleSet *set, uint64_t key);

#endif
