/* Checks of lib/tokenizer/tokenizer: equal to the `tokenizers` package. */
#include "tokenizer/tokenizer.h"
#include "base/alloc.h"

#include <jansson.h>
#include <string.h>

#include "tokenizer_files.h"

static void load_fixture(Tokenizer *tokenizer, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "checks/reference/tokenizer-%s/tokenizer.json", name);
    load_tokenizer(tokenizer, path);
}

/* ---- Values of the package ---- */

static void read_ids(const json_t *list, Tokens *ids)
{
    assert_true(json_is_array(list));
    for (size_t i = 0; i < json_array_size(list); i++)
        tokens_push(ids, (int32_t)json_integer_value(json_array_get(list, i)));
}

static void check_encoding(const Tokenizer *tokenizer, const json_t *text, const Tokens *expected,
                           const char *where)
{
    Tokens ids = {0};
    Error error = {{0}};
    if (!tokenizer_encode(tokenizer, json_string_value(text), json_string_length(text), false, &ids,
                          &error))
        fail_msg("%s: %s", where, error.text);
    if (ids.count != expected->count ||
        (ids.count && memcmp(ids.ids, expected->ids, ids.count * sizeof *ids.ids) != 0))
        fail_msg("%s: other ids for %s", where, json_string_value(text));
    tokens_free(&ids);
}

static void check_decoding(const Tokenizer *tokenizer, const json_t *text, const Tokens *ids,
                           const char *where)
{
    Text decoded = {0};
    assert_true(json_is_string(text));
    tokenizer_decode(tokenizer, ids->ids, ids->count, true, &decoded);
    if (decoded.length != json_string_length(text) ||
        (decoded.length && memcmp(decoded.bytes, json_string_value(text), decoded.length) != 0))
        fail_msg("%s: another text than %s", where, json_string_value(text));
    text_free(&decoded);
}

/* Checks a line: {"text", "ids"}, both ways with "decoded"; without "text" only back. */
static void check_line(const Tokenizer *tokenizer, const json_t *line, const char *where)
{
    Tokens ids = {0};
    read_ids(json_object_get(line, "ids"), &ids);
    if (json_object_get(line, "text"))
        check_encoding(tokenizer, json_object_get(line, "text"), &ids, where);
    if (json_object_get(line, "decoded"))
        check_decoding(tokenizer, json_object_get(line, "decoded"), &ids, where);
    tokens_free(&ids);
}

/* Checks every line of a reference file; each names its tokenizer, kept under `format` with %s
 * for the name, unless the one given is to be used. Returns the number of lines. */
static int check_reference(const char *path, const char *format, Tokenizer *given)
{
    char *line = NULL, current[64] = "", tokenizer_path[512], where[600];
    size_t capacity = 0;
    int number = 0;
    Tokenizer own = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    while (getline(&line, &capacity, file) >= 0) {
        json_t *object = json_loads(line, JSON_ALLOW_NUL, NULL);
        const char *name = json_string_value(json_object_get(object, "tokenizer"));
        assert_non_null(object);
        if (!given && strcmp(name, current) != 0) {
            tokenizer_free(&own);
            snprintf(current, sizeof current, "%s", name);
            snprintf(tokenizer_path, sizeof tokenizer_path, format, name);
            load_tokenizer(&own, tokenizer_path);
        }
        snprintf(where, sizeof where, "%s:%d", path, ++number);
        check_line(given ? given : &own, object, where);
        json_decref(object);
    }
    fclose(file);
    free(line);
    tokenizer_free(&own);
    return number;
}

static void test_fixtures(void **state)
{
    (void)state;
    assert_int_equal(check_reference("checks/reference/tokenizer-fixtures.jsonl",
                                     "checks/reference/tokenizer-%s/tokenizer.json", NULL),
                     13 * (14 + 12 + 8));
}

/* Those inside GGUF files: SentencePiece's pieces and scores, and byte-level merges after digits.
 */
static void test_gguf(void **state)
{
    (void)state;
    assert_true(check_reference("checks/reference/gguf/tokens.jsonl",
                                "checks/reference/gguf/%s.gguf", NULL) > 60);
}

static void test_real_tokenizers(void **state)
{
    (void)state;
    char llama[512], neox[512], format[512];
    SHARED_OR_SKIP(llama, "tokenizers/llama-2/tokenizer.json");
    SHARED_OR_SKIP(neox, "tokenizers/gpt-neox/tokenizer.json");
    SHARED_OR_SKIP(format, "tokenizers");
    strcat(format, "/%s/tokenizer.json");
    assert_int_equal(check_reference("checks/reference/tokenizer-real.jsonl", format, NULL),
                     2 * (14 + 4 + 13 + 8));
}

static void test_sentencepiece_values(void **state)
{
    (void)state;
    char path[512], values[512];
    SHARED_OR_SKIP(path, "tokenizers/llama-2/tokenizer.json");
    SHARED_OR_SKIP(values, "tokenizers/llama-2/expected.jsonl");
    Tokenizer tokenizer;
    load_tokenizer(&tokenizer, path);
    assert_int_equal(tokenizer_size(&tokenizer), 32000);
    assert_int_equal(check_reference(values, NULL, &tokenizer), 506);
    tokenizer_free(&tokenizer);
}

/* ---- The interface ---- */

static void test_bos_and_lookups(void **state)
{
    (void)state;
    Tokenizer tokenizer;
    Tokens ids = {0};
    Error error;
    load_fixture(&tokenizer, "replace");
    assert_int_equal(tokenizer.bos, 1);
    assert_int_equal(tokenizer.eos, 2);
    assert_int_equal(tokenizer_unk(&tokenizer), 0);
    assert_true(tokenizer.adds_bos);
    assert_true(tokenizer_encode(&tokenizer, "", 0, true, &ids, &error));
    assert_true(tokenizer_encode(&tokenizer, "(", 1, false, &ids, &error));
    assert_int_equal(ids.ids[0], 1);
    assert_int_equal(ids.ids[1], tokenizer_find(&tokenizer, "\xe2\x96\x81("));
    assert_int_equal(ids.count, 2);
    for (int32_t id = 0; (size_t)id < tokenizer_size(&tokenizer); id++) {
        size_t length;
        const char *text = tokenizer_text(&tokenizer, id, &length);
        char *copy = alloc_text_n(text, length);
        assert_int_equal(tokenizer_find(&tokenizer, copy), id);
        free(copy);
    }
    assert_int_equal(tokenizer_find(&tokenizer, "no such token"), -1);
    tokens_free(&ids);
    tokenizer_free(&tokenizer);
    load_fixture(&tokenizer, "byte-level");
    assert_int_equal(tokenizer.bos, 0);
    assert_int_equal(tokenizer.eos, 0);
    assert_int_equal(tokenizer_unk(&tokenizer), -1);
    assert_false(tokenizer.adds_bos);
    tokenizer_free(&tokenizer);
}

static void test_decoding_passes_over_unknown_ids(void **state)
{
    (void)state;
    Tokenizer tokenizer;
    Text text = {0};
    load_fixture(&tokenizer, "replace");
    int32_t ids[] = {1, -5, tokenizer_find(&tokenizer, "\xe2\x96\x81("), 99999999, INT32_MIN};
    tokenizer_decode(&tokenizer, ids, 5, true, &text);
    tokenizer_decode(&tokenizer, ids, 3, false, &text);
    assert_int_equal(text.length, strlen("(<s> ("));
    assert_memory_equal(text.bytes, "(<s> (", text.length);
    tokenizer_decode(&tokenizer, NULL, 0, true, &text);
    assert_int_equal(text.length, strlen("(<s> ("));
    text_free(&text);
    tokenizer_free(&tokenizer);
}

/* One word of a million characters, which a quadratic loop would not finish. */
static void test_long_words(void **state)
{
    (void)state;
    enum { LENGTH = 1000000 };
    static const char *const fixtures[] = {"replace", "byte-level", "metaspace-always"};
    static const char *const patterns[] = {"a", "the", " ", "ferry boat "};
    char *text = alloc_zeroed(LENGTH, 1);
    for (size_t f = 0; f < 3; f++) {
        Tokenizer tokenizer;
        load_fixture(&tokenizer, fixtures[f]);
        for (size_t p = 0; p < 4; p++) {
            Tokens ids = {0};
            Text back = {0};
            Error error;
            for (size_t i = 0; i < LENGTH; i++)
                text[i] = patterns[p][i % strlen(patterns[p])];
            assert_true(tokenizer_encode(&tokenizer, text, LENGTH, false, &ids, &error));
            tokenizer_decode(&tokenizer, ids.ids, ids.count, false, &back);
            if (f == 0 && p < 3) { /* the added token "ferry boat" eats the space before it */
                assert_int_equal(back.length, LENGTH);
                assert_memory_equal(back.bytes, text, LENGTH);
            }
            tokens_free(&ids);
            text_free(&back);
        }
        tokenizer_free(&tokenizer);
    }
    free(text);
}

static void test_text_that_is_not_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t length;
        const char *place;
    } cases[] = {{"ab\xff", 3, "byte 2:"},
                 {"\xc3", 1, "byte 0:"},
                 {"a\xed\xa0\x80", 4, "byte 1:"},
                 {"\xc0\x80", 2, "byte 0:"},
                 {"xyz\xf4\x90\x80\x80", 7, "byte 3:"},
                 {"\xe2\x96\x81\x81", 4, "byte 3:"}};
    Tokenizer tokenizer;
    load_fixture(&tokenizer, "byte-level");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Tokens ids = {0};
        Error error = {{0}};
        tokens_push(&ids, 7);
        assert_false(
            tokenizer_encode(&tokenizer, cases[i].bytes, cases[i].length, true, &ids, &error));
        assert_non_null(strstr(error.text, cases[i].place));
        assert_int_equal(ids.count, 1);
        tokens_free(&ids);
    }
    tokenizer_free(&tokenizer);
}

static void test_text_that_is_too_long(void **state)
{
    (void)state;
    enum { LIMIT = 1 << 27 };
    Tokenizer tokenizer;
    Tokens ids = {0};
    Error error = {{0}};
    char *text = alloc_scratch(LIMIT + 1, 1); /* refused before a byte of it is read */
    load_fixture(&tokenizer, "byte-level");
    assert_false(tokenizer_encode(&tokenizer, text, LIMIT + 1, true, &ids, &error));
    assert_non_null(strstr(error.text, "it has 134217729 bytes; cut it"));
    assert_int_equal(ids.count, 0);
    free(text);
    tokenizer_free(&tokenizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixtures),
        cmocka_unit_test(test_gguf),
        cmocka_unit_test(test_real_tokenizers),
        cmocka_unit_test(test_sentencepiece_values),
        cmocka_unit_test(test_bos_and_lookups),
        cmocka_unit_test(test_decoding_passes_over_unknown_ids),
        cmocka_unit_test(test_long_words),
        cmocka_unit_test(test_text_that_is_not_utf8),
        cmocka_unit_test(test_text_that_is_too_long),
    };
    return cmocka_run_group_tests_name("tokenizer", tests, NULL, NULL);
}
