/* Each merge is found by a scan over all pairs. It is then applied to every word that holds it, and
 * the pairs of those words are counted anew. That is simple, and the vocabularies learned here are
 * small. */
#include "tokenizer/bpe_train.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { FIXED_TOKENS = 3 + 256 };

/* The words as they are now. Word w has length[w] token ids, from symbols[begin[w]] on. */
typedef struct {
    const WordCounts *counts;
    int32_t *symbols;
    size_t *begin, *length;
    Names pairs;        /* each pair seen, its two ids as 8 bytes */
    int64_t *frequency; /* (pairs.count) how often each pair occurs now */
    size_t frequency_capacity;
} Training;

/* ---- The alphabet ---- */

typedef struct {
    uint32_t code;
    uint64_t count;
} Character;

static int by_count(const void *a, const void *b)
{
    const Character *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->code < y->code ? -1 : x->code > y->code;
}

/* Adds the most frequent characters of the words to the vocabulary, at most `limit`. */
static void learn_characters(BpeLearned *learned, const WordCounts *counts, size_t limit)
{
    enum { CODES = 0x110000 };
    Character *found = alloc_zeroed(CODES, sizeof *found);
    for (size_t w = 0; w < counts->words.count; w++) {
        size_t length;
        const char *word = names_text(&counts->words, w, &length);
        for (size_t at = 0; at < length; at += utf8_width(word[at]))
            found[utf8_code(word + at)].count += counts->count[w];
    }
    for (uint32_t code = 0; code < CODES; code++)
        found[code].code = code;
    qsort(found, CODES, sizeof *found, by_count);
    Text text = {0};
    for (size_t i = 0; i < limit && i < CODES && found[i].count; i++) {
        text.length = 0;
        text_append_code(&text, found[i].code);
        names_intern(&learned->vocab, text.bytes, text.length);
    }
    text_free(&text);
    free(found);
}

static void learn_fixed(BpeLearned *learned)
{
    static const char *const special[] = {"<unk>", "<s>", "</s>"};
    for (int i = 0; i < 3; i++)
        names_intern(&learned->vocab, special[i], strlen(special[i]));
    for (int byte = 0; byte < 256; byte++) {
        char text[8];
        snprintf(text, sizeof text, "<0x%02X>", (unsigned)byte);
        names_intern(&learned->vocab, text, strlen(text));
    }
}

/* ---- Pairs ---- */

static int32_t intern_pair(Training *training, int32_t left, int32_t right)
{
    int32_t key[2] = {left, right};
    int32_t pair = names_intern(&training->pairs, key, sizeof key);
    size_t before = training->frequency_capacity;
    training->frequency = alloc_grow(training->frequency, &training->frequency_capacity,
                                     (size_t)pair + 1, sizeof *training->frequency);
    if (training->frequency_capacity > before)
        memset(training->frequency + before, 0,
               (training->frequency_capacity - before) * sizeof *training->frequency);
    return pair;
}

/* Adds `sign` times the word's count to the frequency of each pair in it. A character outside the
 * vocabulary (−1) is in no pair. */
static void count_pairs(Training *training, size_t word, int64_t sign)
{
    const int32_t *symbol = training->symbols + training->begin[word];
    for (size_t i = 1; i < training->length[word]; i++) {
        if (symbol[i - 1] < 0 || symbol[i] < 0)
            continue;
        int32_t pair = intern_pair(training, symbol[i - 1], symbol[i]);
        training->frequency[pair] += sign * (int64_t)training->counts->count[word];
    }
}

static void training_begin(Training *training, const WordCounts *counts, const Names *alphabet)
{
    size_t words = counts->words.count, total = words ? counts->words.offset[words] : 0, used = 0;
    *training = (Training){.counts = counts,
                           .symbols = alloc_zeroed(total, sizeof *training->symbols),
                           .begin = alloc_zeroed(words, sizeof *training->begin),
                           .length = alloc_zeroed(words, sizeof *training->length)};
    for (size_t w = 0; w < words; w++) {
        size_t length;
        const char *text = names_text(&counts->words, w, &length);
        training->begin[w] = used;
        for (size_t at = 0, width; at < length; at += width) {
            width = utf8_width(text[at]);
            training->symbols[used++] = names_id(alphabet, text + at, width);
        }
        training->length[w] = used - training->begin[w];
        count_pairs(training, w, 1);
    }
}

static void training_free(Training *training)
{
    free(training->symbols);
    free(training->begin);
    free(training->length);
    free(training->frequency);
    names_free(&training->pairs);
}

static void read_pair(const Training *training, int32_t pair, int32_t ids[2])
{
    size_t length;
    memcpy(ids, names_text(&training->pairs, pair, &length), 2 * sizeof *ids);
}

static int compare_tokens(const Names *vocab, int32_t a, int32_t b)
{
    size_t a_length, b_length;
    const char *a_text = names_text(vocab, a, &a_length), *b_text = names_text(vocab, b, &b_length);
    int order = memcmp(a_text, b_text, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

/* Whether pair a goes before pair b: it is more frequent, or as frequent and first by text. */
static bool comes_first(const Training *training, const Names *vocab, int32_t a, int32_t b)
{
    int64_t more = training->frequency[a] - training->frequency[b];
    if (more)
        return more > 0;
    int32_t x[2], y[2];
    read_pair(training, a, x);
    read_pair(training, b, y);
    int order = compare_tokens(vocab, x[0], y[0]);
    return order ? order < 0 : compare_tokens(vocab, x[1], y[1]) < 0;
}

/* The pair to merge next, or −1 where none occurs twice. */
static int32_t best_pair(const Training *training, const Names *vocab)
{
    int32_t best = -1;
    for (size_t pair = 0; pair < training->pairs.count; pair++)
        if (training->frequency[pair] >= 2 &&
            (best < 0 || comes_first(training, vocab, (int32_t)pair, best)))
            best = (int32_t)pair;
    return best;
}

static bool holds_pair(const Training *training, size_t word, const LearnedMerge *merge)
{
    const int32_t *symbol = training->symbols + training->begin[word];
    for (size_t i = 1; i < training->length[word]; i++)
        if (symbol[i - 1] == merge->left && symbol[i] == merge->right)
            return true;
    return false;
}

/* Merges the pair wherever it occurs in the word, from left to right. */
static void merge_in_word(Training *training, size_t word, const LearnedMerge *merge)
{
    int32_t *symbol = training->symbols + training->begin[word];
    size_t kept = 0, length = training->length[word];
    count_pairs(training, word, -1);
    for (size_t i = 0; i < length; i++) {
        bool pair = i + 1 < length && symbol[i] == merge->left && symbol[i + 1] == merge->right;
        symbol[kept++] = pair ? merge->whole : symbol[i];
        i += pair;
    }
    training->length[word] = kept;
    count_pairs(training, word, 1);
}

/* ---- Learning ---- */

static void learn_merge(BpeLearned *learned, Training *training, int32_t pair)
{
    int32_t ids[2];
    size_t length;
    Text whole = {0};
    read_pair(training, pair, ids);
    for (int i = 0; i < 2; i++) {
        const char *part = names_text(&learned->vocab, ids[i], &length);
        text_append(&whole, part, length);
    }
    LearnedMerge merge = {ids[0], ids[1], names_intern(&learned->vocab, whole.bytes, whole.length)};
    text_free(&whole);
    learned->merges = alloc_grow(learned->merges, &learned->merge_capacity,
                                 learned->merge_count + 1, sizeof *learned->merges);
    learned->merges[learned->merge_count++] = merge;
    for (size_t w = 0; w < training->counts->words.count; w++)
        if (holds_pair(training, w, &merge))
            merge_in_word(training, w, &merge);
}

bool bpe_learn(BpeLearned *learned, const WordCounts *counts, size_t size, Error *error)
{
    *learned = (BpeLearned){0};
    if (size < FIXED_TOKENS + 2 || size > 1 << 20)
        return fail(error, "vocabulary: %zu tokens asked for; ask for %d to 1048576", size,
                    FIXED_TOKENS + 2);
    Training training;
    learn_fixed(learned);
    learn_characters(learned, counts, (size - FIXED_TOKENS) / 2);
    training_begin(&training, counts, &learned->vocab);
    while (learned->vocab.count < size) {
        int32_t pair = best_pair(&training, &learned->vocab);
        if (pair < 0)
            break;
        learn_merge(learned, &training, pair);
    }
    training_free(&training);
    if (learned->vocab.count == size)
        return true;
    fail(error, "vocabulary: the texts give only %zu of %zu tokens; give more or ask for less",
         learned->vocab.count, size);
    bpe_learned_free(learned);
    return false;
}

void bpe_learned_free(BpeLearned *learned)
{
    names_free(&learned->vocab);
    free(learned->merges);
    *learned = (BpeLearned){0};
}
