/* Learns a byte-pair vocabulary in Llama's form from texts, and writes it as a tokenizer.json.
 *
 * A space becomes "▁" (U+2581), and each text gets one more before it. For counting, a text is cut
 * into words: a run of letters or one punctuation mark or symbol, either with the "▁" before it;
 * one digit; or one "▁". Merges are learned inside words only. So no token mixes letters with
 * punctuation or holds two digits, and encoding needs no such cut (pre-tokenizer). Control
 * characters and unassigned or private code points belong to no word; byte fallback encodes them.
 */
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

/* A learned merge: tokens `left` and `right` become `whole`. */
typedef struct {
    int32_t left, right, whole;
} LearnedMerge;

/* A learned vocabulary. Its ids in order: <unk>, <s>, </s>; 256 byte tokens; characters, most
 * frequent first, equals by code point; merged tokens. */
typedef struct {
    Names vocab;
    LearnedMerge *merges; /* (merge_count), in the order to apply them */
    size_t merge_count, merge_capacity;
} BpeLearned;

/* Counts the words of one text. False, with the byte offset, where it is not UTF-8; `where` names
 * the text in the message ("file:line"). */
bool word_counts_add(WordCounts *counts, const char *text, size_t length, const char *where,
                     Error *error);
/* Counts the words of a file of JSON objects, one per line, each with a string "text"; of its first
 * `limit` lines (0: of all). Blank lines are ignored. False, with file and line, where a line is
 * bad, and where the file is empty or cannot be read. */
bool word_counts_add_file(WordCounts *counts, const char *path, int64_t limit, Error *error);
void word_counts_free(WordCounts *counts);

/* Learns a vocabulary of exactly `size` tokens, from 261 to 2^20. After the 259 fixed tokens come
 * the characters that occur, the most frequent ones only if they would fill more than half of the
 * rest. Then come merges: each time that of the most frequent pair, and of equals the first by the
 * bytes of left, then of right. False, with *learned empty, where `size` is out of range or too few
 * pairs occur twice. */
bool bpe_learn(BpeLearned *learned, const WordCounts *counts, size_t size, Error *error);

/* Writes the vocabulary as a tokenizer.json with Llama 2's normalizer, post-processor and decoder.
 * False where the vocabulary does not fit JSON; a write error shows when `out` is committed. */
bool bpe_learned_write(const BpeLearned *learned, Out *out, Error *error);
void bpe_learned_free(BpeLearned *learned);

#endif
