/* Learns a byte-pair vocabulary in Llama's form from texts, and writes it as a tokenizer.json.
 *
 * Spaces become "▁" (U+2581) and one more stands before each text. A text is cut
 * into words before counting: a run of letters or one punctuation mark, either
 * with the "▁" before it, or one digit, or one "▁". Merges are learned inside
 * words, so that no token ever mixes letters with punctuation or holds two
 * digits, and cutting is not needed when texts are encoded. Control characters
 * belong to no word: they are left to byte fallback. */
#ifndef DOCMEM_BPE_TRAIN_H
#define DOCMEM_BPE_TRAIN_H
#include "base/error.h"
#include "base/names.h"
#include "file/out.h"

#include <stdint.h>

/* Words with their counts. Starts as {0}. */
typedef struct {
    Names words;
    uint64_t *count; /* (words.count) */
    size_t count_capacity;
} WordCounts;

/* A learned merge: two token ids that become a third. */
typedef struct {
    int32_t left, right, whole;
} LearnedMerge;

/* A learned vocabulary: <unk> <s> </s>, 256 bytes, characters (most frequent first, equals by
 * code point), then merged tokens. */
typedef struct {
    Names vocab;
    LearnedMerge *merges; /* (merge_count), in the order to apply them */
    size_t merge_count, merge_capacity;
} BpeLearned;

/* Adds the words of one text. False with the byte offset when it is not UTF-8;
 * `where` names the text in the message ("file:line"). */
bool word_counts_add(WordCounts *counts, const char *text, size_t length, const char *where,
                     Error *error);
/* Adds the first `limit` lines (all when 0) of a file of JSON objects with "text"; at
 * least one must be there. */
bool word_counts_add_file(WordCounts *counts, const char *path, int64_t limit, Error *error);
void word_counts_free(WordCounts *counts);

/* Learns exactly `size` tokens: every character that occurs (the most frequent when they
 * would fill more than half of what 259 fixed tokens leave), then merges, each the most
 * frequent pair of the moment, of equals the first by the bytes of left, then
 * right. False when the texts hold too few pairs seen twice. */
bool bpe_learn(BpeLearned *learned, const WordCounts *counts, size_t size, Error *error);

/* Writes the vocabulary as a tokenizer.json with Llama 2's normalizer,
 * post-processor and decoder. */
bool bpe_learned_write(const BpeLearned *learned, Out *out, Error *error);
void bpe_learned_free(BpeLearned *learned);

#endif
