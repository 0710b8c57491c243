/* Words of a vocabulary: which tokens count, and which words a text holds. */
#include "docrep/words.h"

#include "fixture.h"

/* A vocabulary whose tokens stand for these texts, by id; ▁ is U+2581. */
static const char TOKENIZER[] =
    "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":["
    "{\"id\":0,\"content\":\"<unk>\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,"
    "\"normalized\":false,\"special\":true}],\"normalizer\":null,\"pre_tokenizer\":null,"
    "\"post_processor\":null,\"decoder\":null,\"model\":{\"type\":\"BPE\",\"dropout\":null,"
    "\"unk_token\":\"<unk>\",\"continuing_subword_prefix\":null,\"end_of_word_suffix\":null,"
    "\"fuse_unk\":true,\"byte_fallback\":false,\"vocab\":{\"<unk>\":0,\"\u2581the\":1,"
    "\"\u2581cat\":2,"
    "\"s\":3,\".\":4,\"\u25811984\":5,\"\u2581\":6,\"\u2581h\u00fbte\":7,\"\u2581ca\":8,\"t\":9,"
    "\"\u2581x_y\":10,\"\u0120dog\":11,\"\u2581rare\":12},\"merges\":[]}}";
enum { THE = 1, CAT, S, STOP, YEAR, MARK, HUTE, CA, T, ODD, DOG, RARE };

static void write_texts(const char *path, const int32_t *ids, size_t count)
{
    int32_t zero = 0, letters[3] = {1, 1, 1};
    int64_t document[2] = {0, (int64_t)count}, none[2] = {0, 1};
    int64_t prompt[2] = {0, 2}, offset[4] = {0, 1, 2, 3};
    size_t one = 1, two = 2, three = 3, four = 4;
    TensorWriter w = {0};
    Error error;
    Out out;
    tensor_writer_add(&w, "document.ids", DTYPE_I32, 1, &count, ids);
    tensor_writer_add(&w, "document.offset", DTYPE_I64, 1, &two, document);
    tensor_writer_add(&w, "template.ids", DTYPE_I32, 1, &one, letters);
    tensor_writer_add(&w, "template.offset", DTYPE_I64, 1, &two, none);
    tensor_writer_add(&w, "template.document", DTYPE_I32, 1, &one, &zero);
    tensor_writer_add(&w, "prompt.ids", DTYPE_I32, 1, &two, letters);
    tensor_writer_add(&w, "prompt.offset", DTYPE_I64, 1, &two, prompt);
    tensor_writer_add(&w, "prompt.answer_start", DTYPE_I32, 1, &one, letters);
    tensor_writer_add(&w, "prompt.document", DTYPE_I32, 1, &one, &zero);
    tensor_writer_add(&w, "prompt.claim", DTYPE_I32, 1, &one, &zero);
    tensor_writer_add(&w, "prompt.label", DTYPE_I32, 1, &one, &zero);
    tensor_writer_add(&w, "prompt.rows", DTYPE_I32, 1, &one, letters);
    tensor_writer_add(&w, "prompt.main", DTYPE_I32, 1, &one, letters);
    tensor_writer_add(&w, "answer.letters", DTYPE_I32, 1, &three, letters);
    tensor_writer_add(&w, "answer.offset", DTYPE_I64, 1, &four, offset);
    tensor_writer_add(&w, "answer.close", DTYPE_I32, 1, &one, letters);
    assert_true(out_open(&out, path, &error) && tensor_writer_write(&w, &out, &error) &&
                out_commit(&out, &error));
}

static void open_both(Tokenizer *tokenizer, Encoded *encoded, const int32_t *ids, size_t count)
{
    Error error = {""};
    write_texts(scratch("words.safetensors"), ids, count);
    if (!tokenizer_load(tokenizer, fixture_text("words.json", TOKENIZER), &error) ||
        !encoded_open(encoded, scratch("words.safetensors"), &error))
        fail_msg("%s", error.text);
}

/* the cats. the cat. 1984 hûte ca t ca t ca. x_y the dog */
static const int32_t text[] = {THE, CAT, S,  STOP, THE, CAT,  STOP, CAT, YEAR, HUTE,
                               CA,  T,   CA, T,    CA,  STOP, ODD,  THE, DOG,  MARK};
enum { IDS = sizeof text / sizeof *text };

static void test_words(void **state)
{
    (void)state;
    Tokenizer tokenizer;
    Encoded encoded;
    Words words;
    Error error;
    open_both(&tokenizer, &encoded, text, IDS);
    assert_true(words_find(&words, &tokenizer, "words.json", &encoded, "rare", &error));
    /* Whole words: cat stands alone twice of three times, ca once of three; a number, a lone mark
     * and an underscore are no words; rare is asked for though no text has it. */
    const int32_t wanted[] = {THE, CAT, HUTE, DOG, RARE};
    assert_int_equal(words.count, 5);
    for (size_t i = 0; i < words.count; i++) {
        assert_int_equal(words.ids[i], wanted[i]);
        assert_int_equal(words_place(&words, wanted[i]), i);
    }
    assert_int_equal(words_place(&words, CA), -1);
    assert_int_equal(words_place(&words, 99), -1);
    assert_int_equal(words.text.length, words.offset[5]);
    assert_memory_equal(words.text.bytes, "thecath\xc3\xbbtedograre", 18);
    uint8_t contains[5];
    EncodedText document = encoded_text(&encoded, TEXT_DOCUMENT, 0);
    words_in(&words, &tokenizer, &document, contains);
    assert_memory_equal(contains, "\1\1\1\1\0", 5);
    document.length = 3; /* "the cats": cat is part of another word */
    words_in(&words, &tokenizer, &document, contains);
    assert_memory_equal(contains, "\1\0\0\0\0", 5);
    words_free(&words);
    encoded_close(&encoded);
    tokenizer_free(&tokenizer);
}

static void test_refused(void **state)
{
    (void)state;
    Tokenizer tokenizer;
    Encoded encoded;
    Words words;
    Error error;
    const int32_t foreign[] = {THE, 13};
    open_both(&tokenizer, &encoded, text, IDS);
    static const char *const no_words[] = {"mouse", "", "1984", "x_y", "<unk>", "caf\xc3"};
    for (size_t i = 0; i < sizeof no_words / sizeof *no_words; i++) {
        char wanted[128];
        snprintf(wanted, sizeof wanted,
                 "words.json: '%s' is no word of its own; name another of the vocabulary",
                 no_words[i]);
        assert_false(words_find(&words, &tokenizer, "words.json", &encoded, no_words[i], &error));
        assert_int_equal(strncmp(error.text, wanted, 12), 0);
        assert_string_equal(strchr(error.text, ';'), strchr(wanted, ';'));
    }
    encoded_close(&encoded);
    tokenizer_free(&tokenizer);
    open_both(&tokenizer, &encoded, foreign, 2);
    assert_false(words_find(&words, &tokenizer, "words.json", &encoded, "cat", &error));
    assert_string_equal(error.text,
                        "words.json: has 13 tokens, but the corpus holds id 13; encode it anew");
    encoded_close(&encoded);
    tokenizer_free(&tokenizer);
}

/* The seeds' word is one of the vocabularies of both families. */
static void check_real(const char *name, int32_t id)
{
    char path[512];
    const int32_t ids[] = {5, 6};
    Tokenizer tokenizer;
    Encoded encoded;
    Words words;
    Error error = {""};
    SHARED_OR_SKIP(path, name);
    write_texts(scratch("real.safetensors"), ids, 2);
    if (!tokenizer_load(&tokenizer, path, &error) ||
        !encoded_open(&encoded, scratch("real.safetensors"), &error) ||
        !words_find(&words, &tokenizer, path, &encoded, "hate", &error))
        fail_msg("%s", error.text);
    int64_t place = words_place(&words, id);
    assert_true(place >= 0);
    assert_int_equal(words.offset[place + 1] - words.offset[place], 4);
    assert_memory_equal(words.text.bytes + words.offset[place], "hate", 4);
    words_free(&words);
    encoded_close(&encoded);
    tokenizer_free(&tokenizer);
}

static void test_llama(void **state)
{
    (void)state;
    check_real("tokenizers/llama-2/tokenizer.json", 26277);
}

static void test_neox(void **state)
{
    (void)state;
    check_real("tokenizers/gpt-neox/tokenizer.json", 9239);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_llama),
        cmocka_unit_test(test_neox),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
