/* Checks of lib/tokenizer/bpe_train: what is learned, in which order, and that the file reads back.
 */
#include "tokenizer/bpe_train.h"
#include "base/alloc.h"
#include "tokenizer/tokenizer.h"

#include "check.h"

#include <string.h>
#include <sys/stat.h>

#define MARK "\xe2\x96\x81" /* ▁ */

static const char *const texts[] = {
    "The miller of Varn (born 1874) wrote two letters; the letters were lost.",
    "Is the miller's letter lost? (a) supports, (b) refutes, (c) not enough info",
    "Claim: the miller wrote 22 letters.\nA: (a)\nClaim: the letter was found in 1922.\nA: (b)\n",
    "\xc3\x89mile of Varn\xe2\x80\x94the other miller\xe2\x80\x94kept  two   dogs\tand a cat.",
    "\xeb\xb0\xb0\xeb\x8a\x94 "
    "\xeb\xb6\x80\xeb\x91\x90\xec\x97\x90 12345 \xc2\xbd-mile \xf0\x9f\x99\x82",
};
enum { TEXTS = sizeof texts / sizeof *texts };

static void count_texts(WordCounts *counts, bool backwards)
{
    Error error = {{0}};
    *counts = (WordCounts){0};
    for (int i = 0; i < TEXTS; i++) {
        const char *text = texts[backwards ? TEXTS - 1 - i : i];
        assert_true(word_counts_add(counts, text, strlen(text), "texts", &error));
    }
}

static void learn(BpeLearned *learned, bool backwards, size_t size)
{
    WordCounts counts;
    Error error = {{0}};
    count_texts(&counts, backwards);
    if (!bpe_learn(learned, &counts, size, &error))
        fail_msg("%s", error.text);
    word_counts_free(&counts);
}

static uint64_t count_of(const WordCounts *counts, const char *word)
{
    int32_t id = names_id(&counts->words, word, strlen(word));
    return id < 0 ? 0 : counts->count[id];
}

static void test_words(void **state)
{
    (void)state;
    WordCounts counts = {0};
    Error error;
    const char *text = "two (a) two--2 4x\n y't";
    assert_true(word_counts_add(&counts, text, strlen(text), "text", &error));
    assert_true(word_counts_add(&counts, "", 0, "text", &error));
    static const struct {
        const char *word;
        uint64_t count;
    } expected[] = {{MARK "two", 2}, {MARK "(", 1}, {"a", 1}, {")", 1}, {"-", 2},      {"2", 1},
                    {MARK, 1},       {"4", 1},      {"x", 1}, {"'", 1}, {MARK "y", 1}, {"t", 1}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(count_of(&counts, expected[i].word), expected[i].count);
    assert_int_equal(counts.words.count, sizeof expected / sizeof *expected);
    word_counts_free(&counts);
}

/* Worked out by hand: ab stands 5 times; of ab + c and c + d, 3 times each, the first by text
 * goes first; then abc + d; then of b + d, c + a and d + c, twice each, the first; and so on. */
static void test_order_of_merges(void **state)
{
    (void)state;
    WordCounts counts = {0};
    BpeLearned learned;
    Error error = {{0}};
    const char *text = "1abcd1abcd1abcd1ab1ab1bdca1bdca";
    static const char *const merged[] = {"ab", "abc", "abcd", "bd", "bdc", "bdca"};
    enum { CHARACTERS = 6, MERGES = 6, SIZE = 259 + CHARACTERS + MERGES };
    assert_true(word_counts_add(&counts, text, strlen(text), "text", &error));
    assert_true(bpe_learn(&learned, &counts, SIZE, &error));
    assert_int_equal(learned.merge_count, MERGES);
    for (int i = 0; i < MERGES; i++)
        assert_int_equal(names_id(&learned.vocab, merged[i], strlen(merged[i])), SIZE - MERGES + i);
    assert_int_equal(names_id(&learned.vocab, "1", 1), 259); /* as often as a and b */
    assert_int_equal(names_id(&learned.vocab, "b", 1), 261);
    bpe_learned_free(&learned);
    assert_false(bpe_learn(&learned, &counts, SIZE + 1, &error));
    assert_non_null(strstr(error.text, "only 271 of 272 tokens"));
    word_counts_free(&counts);
}

/* Of the characters of a token after its "▁": all letters, or it is one character. */
static void check_token(const char *text, size_t length)
{
    size_t characters = 0, letters = 0;
    bool marked = length > 3 && memcmp(text, MARK, 3) == 0;
    for (size_t at = marked ? 3 : 0; at < length; at += utf8_width(text[at])) {
        unsigned char byte = (unsigned char)text[at];
        characters++;
        letters += (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
        letters += byte >= 0xc3 && byte <= 0xed && byte != 0xe2; /* É and Hangul */
    }
    assert_true(characters == 1 || letters == characters);
}

static void test_vocabulary(void **state)
{
    (void)state;
    BpeLearned learned, again;
    learn(&learned, false, 340);
    learn(&again, true, 340);
    assert_int_equal(learned.vocab.count, 340);
    assert_int_equal(learned.merge_count, again.merge_count);
    assert_memory_equal(learned.merges, again.merges, learned.merge_count * sizeof *learned.merges);
    assert_memory_equal(learned.vocab.bytes, again.vocab.bytes, learned.vocab.offset[340]);
    assert_int_equal(names_id(&learned.vocab, "<unk>", 5), 0);
    assert_int_equal(names_id(&learned.vocab, "<s>", 3), 1);
    assert_int_equal(names_id(&learned.vocab, "</s>", 4), 2);
    assert_int_equal(names_id(&learned.vocab, "<0x0A>", 6), 3 + 10);
    assert_int_equal(names_id(&learned.vocab, "\n", 1), -1);
    assert_true(names_id(&learned.vocab, MARK "(", 4) > 259);
    for (int32_t id = 259; id < 340; id++) {
        size_t length;
        const char *text = names_text(&learned.vocab, id, &length);
        check_token(text, length);
    }
    bpe_learned_free(&learned);
    bpe_learned_free(&again);
}

static const char *write_learned(const BpeLearned *learned)
{
    const char *path = scratch("learned.json");
    Error error = {{0}};
    Out out;
    mkdir(scratch(""), 0777);
    if (!out_open(&out, path, &error) || !bpe_learned_write(learned, &out, &error) ||
        !out_commit(&out, &error))
        fail_msg("%s", error.text);
    return path;
}

static void check_round_trip(const Tokenizer *tokenizer, const char *text)
{
    Tokens ids = {0};
    Text back = {0};
    Error error;
    assert_true(tokenizer_encode(tokenizer, text, strlen(text), true, &ids, &error));
    assert_int_equal(ids.ids[0], 1);
    tokenizer_decode(tokenizer, ids.ids, ids.count, true, &back);
    assert_int_equal(back.length, strlen(text));
    assert_memory_equal(back.bytes, text, back.length);
    tokens_free(&ids);
    text_free(&back);
}

static void test_file(void **state)
{
    (void)state;
    BpeLearned learned;
    Tokenizer tokenizer;
    Tokens ids = {0};
    Error error = {{0}};
    learn(&learned, false, 340);
    if (!tokenizer_load(&tokenizer, write_learned(&learned), &error))
        fail_msg("%s", error.text);
    assert_int_equal(tokenizer_size(&tokenizer), 340);
    assert_true(tokenizer.adds_bos);
    for (int32_t id = 0; id < 340; id++) {
        size_t length, other_length;
        const char *text = names_text(&learned.vocab, id, &length);
        const char *other = tokenizer_text(&tokenizer, id, &other_length);
        assert_int_equal(length, other_length);
        assert_memory_equal(text, other, length);
    }
    for (int i = 0; i < TEXTS; i++)
        check_round_trip(&tokenizer, texts[i]);
    check_round_trip(&tokenizer, "never seen: \xe8\x88\xb9 Zz#\r\n");
    assert_true(tokenizer_encode(&tokenizer, "(a)", 3, false, &ids, &error));
    assert_int_equal(ids.count, 3);
    assert_int_equal(ids.ids[0], tokenizer_find(&tokenizer, MARK "("));
    assert_int_equal(ids.ids[1], tokenizer_find(&tokenizer, "a"));
    assert_int_equal(ids.ids[2], tokenizer_find(&tokenizer, ")"));
    tokens_free(&ids);
    tokenizer_free(&tokenizer);
    bpe_learned_free(&learned);
}

/* The file holds `bytes`; reading it must fail with `reason`, or succeed when that is NULL. */
static void check_text_file(const char *bytes, int64_t limit, const char *reason)
{
    const char *path = scratch("texts.jsonl");
    WordCounts counts = {0};
    Error error = {{0}};
    mkdir(scratch(""), 0777);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(bytes, file) >= 0);
    assert_int_equal(fclose(file), 0);
    bool ok = word_counts_add_file(&counts, path, limit, &error);
    assert_true(ok == !reason);
    if (reason) {
        assert_int_equal(strncmp(error.text, path, strlen(path)), 0);
        if (!strstr(error.text, reason))
            fail_msg("\"%s\" does not say: %s", error.text, reason);
    }
    word_counts_free(&counts);
}

static void test_text_files(void **state)
{
    (void)state;
    Error error = {{0}};
    WordCounts counts = {0};
    check_text_file("{\"text\":\"one\"}\n{\"text\":\"two\"}", 0, NULL);
    check_text_file("{\"text\":\"one\"}\nnot read", 1, NULL);
    check_text_file("{\"text\":\"one\"}\nread", 2, ":2: not JSON");
    check_text_file("", 0, "holds no lines");
    check_text_file("{\"text\":\"one", 0, ":1: not JSON");
    check_text_file("{\"text\":\"one\",\"text\":\"two\"}", 0, ":1: not JSON");
    check_text_file("{\"text\":\"\xff\"}", 0, ":1: not JSON");
    check_text_file("{\"texts\":\"one\"}", 0, ":1: no string \"text\"");
    check_text_file("{\"text\":1}", 0, ":1: no string \"text\"");
    check_text_file("[1]", 0, ":1: no string \"text\"");
    assert_false(word_counts_add_file(&counts, scratch("no-such-file"), 0, &error));
    assert_non_null(strstr(error.text, "cannot be read"));
    assert_false(word_counts_add_file(&counts, "checks/reference", 0, &error));
    assert_non_null(strstr(error.text, "cannot be read to its end"));
    assert_false(word_counts_add(&counts, "ab\xc3", 3, "file:1", &error));
    assert_non_null(strstr(error.text, "file:1: the text is not UTF-8 at its byte 2"));
    word_counts_free(&counts);
}

static void test_sizes_out_of_range(void **state)
{
    (void)state;
    WordCounts counts;
    BpeLearned learned;
    Error error = {{0}};
    count_texts(&counts, false);
    static const size_t sizes[] = {0, 1, 260, (1 << 20) + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_false(bpe_learn(&learned, &counts, sizes[i], &error));
        assert_non_null(strstr(error.text, "ask for 261 to 1048576"));
    }
    word_counts_free(&counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),      cmocka_unit_test(test_order_of_merges),
        cmocka_unit_test(test_vocabulary), cmocka_unit_test(test_file),
        cmocka_unit_test(test_text_files), cmocka_unit_test(test_sizes_out_of_range),
    };
    return cmocka_run_group_tests_name("bpe_train", tests, NULL, NULL);
}
