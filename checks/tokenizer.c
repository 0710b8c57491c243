/* Checks of lib/tokenizer: equal to the `tokenizers` package, strict with its file. */
#include "tokenizer.h"
#include "mem.h"

#include "check.h"

#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

static void load(Tokenizer *tokenizer, const char *path)
{
    Error error = {{0}};
    if (!tokenizer_load(tokenizer, path, &error))
        fail_msg("%s", error.text);
}

static void load_fixture(Tokenizer *tokenizer, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "checks/reference/tokenizer-%s/tokenizer.json", name);
    load(tokenizer, path);
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
            load(&own, tokenizer_path);
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
                     6 * (14 + 12 + 8));
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
    load(&tokenizer, path);
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
        char *copy = mem_text_n(text, length);
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
    char *text = mem_alloc(LENGTH, 1);
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
    char *text = mem_scratch(LIMIT + 1, 1); /* refused before a byte of it is read */
    load_fixture(&tokenizer, "byte-level");
    assert_false(tokenizer_encode(&tokenizer, text, LIMIT + 1, true, &ids, &error));
    assert_non_null(strstr(error.text, "it has 134217729 bytes; cut it"));
    assert_int_equal(ids.count, 0);
    free(text);
    tokenizer_free(&tokenizer);
}

/* ---- Files that are refused ---- */

static const char good_file[] =
    "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\n\"added_tokens\":[{\"id\":0,"
    "\"content\":\"<unk>\",\"special\":true},{\"id\":4,\"content\":\"<x>\",\"lstrip\":true}],\n"
    "\"normalizer\":{\"type\":\"Prepend\",\"prepend\":\"_\"},\n\"pre_tokenizer\":{\"type\":"
    "\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"first\"},\n\"post_processor\":{"
    "\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<unk>\",\"type_id\":0}"
    "},"
    "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}],\"special_tokens\":{\"<unk>\":{\"ids\":[0]}}},\n"
    "\"decoder\":{\"type\":\"Strip\",\"content\":\"_\",\"start\":1,\"stop\":0},\n"
    "\"model\":{\"type\":\"BPE\",\"unk_token\":\"<unk>\",\"vocab\":{\"<unk>\":0,\"a\":1,\"b\":2,"
    "\"ab\":3},\"merges\":[\"a b\"]}}";

static const char *write_file(const char *bytes, size_t length)
{
    const char *path = scratch("tokenizer.json");
    mkdir(scratch(""), 0777);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* The file must be refused in one line that names it and holds `reason`. */
static void check_refused(const char *path, const char *reason)
{
    Tokenizer tokenizer;
    Error error = {{0}};
    assert_false(tokenizer_load(&tokenizer, path, &error));
    assert_int_equal(strncmp(error.text, path, strlen(path)), 0);
    if (!strstr(error.text, reason) || !strstr(error.text, "; "))
        fail_msg("\"%s\" does not say: %s", error.text, reason);
    assert_null(strchr(error.text, '\n'));
}

/* Parts of the good file that some cases exchange whole. */
#define METASPACE "{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"first\"}"
#define STRIP "{\"type\":\"Strip\",\"content\":\"_\",\"start\":1,\"stop\":0}"

/* Each case: what of the good file is exchanged for what, and what the error says. */
static const char *const wrong_fields[][3] = {
    {"\"1.0\"", "\"2.0\"", "version: 2.0"},
    {"\"truncation\":null", "\"truncation\":{}", "truncation"},
    {"\"padding\":null", "\"padding\":{\"strategy\":1}", "padding"},
    {"\"version\"", "\"flavour\":1,\"version\"", "flavour"},
    {"\"model\":", "\"mode\":", "mode"},
    {"\"BPE\"", "\"Unigram\"", "model.type: Unigram"},
    {"\"type\":\"BPE\",", "", "model.type"},
    {"\"vocab\":{", "\"vocab\":{\"a\":1,", "duplicate"},
    {"\"b\":2", "\"b\":1", "same id"},
    {"\"b\":2", "\"b\":7", "not one of 0 to 3"},
    {"\"b\":2", "\"b\":-1", "not one of 0 to 3"},
    {"\"b\":2", "\"b\":\"2\"", "the id of b"},
    {"\"b\":2", "\"b\":2.0", "the id of b"},
    {"\"b\":2", "\"b\":99999999999999999999999", "not JSON"},
    {"\"vocab\":{\"<unk>\":0,\"a\":1,\"b\":2,\"ab\":3}", "\"vocab\":[]", "model.vocab"},
    {"\"a b\"", "\"a c\"", "model.merges[0]: a + c"},
    {"\"a b\"", "\"b a\"", "outside the vocabulary"},
    {"\"a b\"", "\"ab\"", "model.merges[0]: not two tokens"},
    {"\"a b\"", "\"a b c\"", "model.merges[0]: not two tokens"},
    {"\"a b\"", "[\"a\",2]", "model.merges[0]: not two tokens"},
    {"\"a b\"", "\"a b\",[\"a\",\"b\"]", "model.merges[1]: stands there twice"},
    {"\"merges\":[\"a b\"]", "\"merges\":{}", "model.merges"},
    {",\"merges\":[\"a b\"]", "", "model.merges"},
    {"\"unk_token\":\"<unk>\"", "\"unk_token\":\"<none>\"", "model.unk_token"},
    {"\"unk_token\":\"<unk>\"", "\"unk_token\":3", "model.unk_token"},
    {"\"unk_token\"", "\"dropout\":0.1,\"unk_token\"", "model.dropout"},
    {"\"unk_token\"", "\"end_of_word_suffix\":\"</w>\",\"unk_token\"", "end_of_word_suffix"},
    {"\"unk_token\"", "\"fuse_unk\":1,\"unk_token\"", "model.fuse_unk"},
    {"\"unk_token\"", "\"cache\":1,\"unk_token\"", "model.cache"},
    {"\"id\":0,", "\"id\":3,", "added_tokens[0].id: 3"},
    {"\"id\":0,", "\"id\":-1,", "added_tokens[0].id: -1"},
    {"\"id\":0,", "", "added_tokens[0].id"},
    {"\"id\":4,", "\"id\":5,", "added_tokens[1].id: 5"},
    {"{\"id\":4,\"content\":\"<x>\"", "{\"id\":0,\"content\":\"<unk>\"", "added_tokens[1].content"},
    {"\"lstrip\":true}", "\"lstrip\":true},{\"id\":5,\"content\":\"<x>\"}", "added_tokens[2]"},
    {"\"content\":\"<x>\"", "\"content\":\"\"", "added_tokens[1].content"},
    {"\"lstrip\":true", "\"lstrip\":\"yes\"", "added_tokens[1].lstrip"},
    {"\"lstrip\":true", "\"mirror\":true", "added_tokens[1].mirror"},
    {"\"type\":\"Prepend\",\"prepend\":\"_\"", "\"type\":\"Lowercase\"", "normalizer: Lowercase"},
    {"\"prepend\":\"_\"", "\"prepend\":1", "normalizer.prepend"},
    {"{\"type\":\"Prepend\",\"prepend\":\"_\"}", "{\"type\":\"Sequence\",\"normalizers\":3}",
     "normalizer.normalizers"},
    {"{\"type\":\"Prepend\",\"prepend\":\"_\"}",
     "{\"type\":\"Sequence\",\"normalizers\":[{"
     "\"type\":\"NFC\"},{\"type\":\"NFKC\"}]}",
     "normalizer.normalizers[1]: NFKC"},
    {"\"type\":\"Prepend\",\"prepend\":\"_\"",
     "\"type\":\"Replace\",\"pattern\":{\"Regex\":\"a\"},"
     "\"content\":\"b\"",
     "normalizer.pattern.Regex"},
    {"\"type\":\"Prepend\",\"prepend\":\"_\"",
     "\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},"
     "\"content\":\"b\"",
     "normalizer.pattern.String"},
    {"{\"type\":\"Prepend\",\"prepend\":\"_\"}", "\"NFC\"", "normalizer.type"},
    {"\"Metaspace\"", "\"Whitespace\"", "pre_tokenizer: Whitespace"},
    {"\"replacement\":\"_\"", "\"replacement\":\"__\"", "pre_tokenizer: a replacement"},
    {"\"first\"", "\"last\"", "pre_tokenizer: last"},
    {"\"prepend_scheme\"", "\"add_prefix_space\":false,\"prepend_scheme\"", "prepend_scheme"},
    {"\"TemplateProcessing\"", "\"BertProcessing\"", "post_processor: BertProcessing"},
    {"\"ids\":[0]", "\"ids\":[9]", "post_processor.special_tokens: <unk>"},
    {"\"ids\":[0]", "\"ids\":[0,1]", "post_processor.special_tokens: <unk>"},
    {"[{\"SpecialToken\"", "[{\"Sequence\":{\"id\":\"A\"}},{\"SpecialToken\"", "a template"},
    {"\"id\":\"A\"", "\"id\":\"B\"", "a template"},
    {"\"Strip\"", "\"CTC\"", "decoder: CTC"},
    {"\"start\":1", "\"start\":-1", "decoder.start: -1"},
    {"\"start\":1", "\"start\":null", "decoder.start"},
    {"\"1.0\"", "1", "version: a file without one"},
    {"\"type\":\"BPE\"", "\"type\":1", "model.type"},
    {"\"unk_token\"", "\"byte_fallback\":1,\"unk_token\"", "model.byte_fallback"},
    {"\"unk_token\"", "\"ignore_merges\":\"\",\"unk_token\"", "model.ignore_merges"},
    {"\"unk_token\"", "\"continuing_subword_prefix\":\"##\",\"unk_token\"", "subword_prefix"},
    {"\"a b\"", "\"c a\"", "model.merges[0]: c + a"},
    {"\"a b\"", "[\"a\",\"b\",\"c\"]", "model.merges[0]: not two tokens"},
    {"\"a b\"", "[1,\"b\"]", "model.merges[0]: not two tokens"},
    {"\"a b\"", "3", "model.merges[0]: not two tokens"},
    {"\"lstrip\":true", "\"single_word\":1", "added_tokens[1].single_word"},
    {"\"lstrip\":true", "\"rstrip\":1", "added_tokens[1].rstrip"},
    {"\"lstrip\":true", "\"special\":1", "added_tokens[1].special"},
    {"\"lstrip\":true", "\"normalized\":1", "added_tokens[1].normalized"},
    {"\"id\":4,", "\"id\":99999999999,", "added_tokens[1].id: 99999999999 is outside"},
    {"\"content\":\"<x>\"", "\"content\":7", "added_tokens[1].content"},
    {"{\"type\":\"Prepend\",\"prepend\":\"_\"}", "{\"type\":\"Sequence\"}",
     "normalizer.normalizers: missing"},
    {"{\"type\":\"Prepend\",\"prepend\":\"_\"}",
     "{\"type\":\"Sequence\",\"normalizers\":[],\"x\":1}", "normalizer.x"},
    {"{\"type\":\"Prepend\",\"prepend\":\"_\"}", "{\"type\":\"Sequence\",\"normalizers\":[{}]}",
     "normalizer.normalizers[0].type"},
    {"\"type\":\"Prepend\",\"prepend\":\"_\"", "\"type\":\"NFC\",\"x\":1", "normalizer.x"},
    {"\"prepend\":\"_\"", "\"prepend\":\"_\",\"x\":1", "normalizer.x"},
    {"\"type\":\"Prepend\",\"prepend\":\"_\"",
     "\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"x\":1", "normalizer.x"},
    {"\"type\":\"Prepend\",\"prepend\":\"_\"",
     "\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"}", "normalizer.content"},
    {"\"type\":\"Prepend\",\"prepend\":\"_\"", "\"type\":\"Replace\",\"content\":\"b\"",
     "normalizer.pattern: not an object"},
    {"\"Metaspace\"", "\"Metaspace\",\"x\":1", "pre_tokenizer.x"},
    {"\"replacement\":\"_\"", "\"replacement\":1", "pre_tokenizer.replacement"},
    {"\"replacement\"", "\"split\":1,\"replacement\"", "pre_tokenizer.split"},
    {"\"replacement\"", "\"add_prefix_space\":1,\"replacement\"", "add_prefix_space"},
    {"\"first\"", "1", "pre_tokenizer.prepend_scheme"},
    {METASPACE, "{\"type\":\"ByteLevel\",\"x\":1}", "pre_tokenizer.x"},
    {METASPACE, "{\"type\":\"ByteLevel\",\"add_prefix_space\":1}", "add_prefix_space"},
    {METASPACE, "{\"type\":\"ByteLevel\",\"trim_offsets\":1}", "trim_offsets"},
    {METASPACE, "{\"type\":\"ByteLevel\",\"use_regex\":1}", "use_regex"},
    {METASPACE,
     "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"ByteLevel\"},"
     "{\"type\":\"ByteLevel\"}]}",
     "pretokenizers[1]: a second pre-tokenizer"},
    {"\"single\"", "\"x\":1,\"single\"", "post_processor.x"},
    {"\"SpecialToken\"", "\"Special\"", "a template other"},
    {"[{\"SpecialToken\"", "[{},{\"SpecialToken\"", "a template other"},
    {"\"single\"", "\"pair\"", "a template other"},
    {"\"ids\":[0]", "\"ids\":[\"0\"]", "post_processor.special_tokens: <unk>"},
    {"\"ids\":[0]", "\"ids\":[]", "post_processor.special_tokens: <unk>"},
    {"\"ids\":[0]", "\"ids\":[-1]", "post_processor.special_tokens: <unk>"},
    {STRIP, "{\"type\":\"Strip\",\"x\":1}", "decoder.x"},
    {STRIP, "{\"type\":\"Strip\"}", "decoder.content"},
    {STRIP, "{\"type\":\"Strip\",\"content\":\"_\",\"start\":1}", "decoder.stop"},
    {STRIP, "{\"type\":\"Strip\",\"content\":\"__\",\"start\":1,\"stop\":0}", "several characters"},
    {STRIP, "{\"type\":\"Replace\"}", "decoder.pattern: not an object"},
    {STRIP, "{\"type\":\"Fuse\",\"x\":1}", "decoder.x"},
    {STRIP, "{\"type\":\"Metaspace\"}", "decoder.replacement"},
    {STRIP, "{\"type\":\"ByteLevel\",\"x\":1}", "decoder.x"},
};

static void test_wrong_fields(void **state)
{
    (void)state;
    char edited[2048];
    for (size_t i = 0; i < sizeof wrong_fields / sizeof *wrong_fields; i++) {
        const char *hit = strstr(good_file, wrong_fields[i][0]);
        if (!hit)
            fail_msg("case %zu exchanges nothing", i);
        int length = snprintf(edited, sizeof edited, "%.*s%s%s", (int)(hit - good_file), good_file,
                              wrong_fields[i][1], hit + strlen(wrong_fields[i][0]));
        check_refused(write_file(edited, (size_t)length), wrong_fields[i][2]);
    }
}

static void test_broken_files(void **state)
{
    (void)state;
    Tokenizer tokenizer;
    load(&tokenizer, write_file(good_file, strlen(good_file)));
    assert_int_equal(tokenizer_size(&tokenizer), 5);
    tokenizer_free(&tokenizer);
    for (size_t length = 0; length + 1 < strlen(good_file); length += 7)
        check_refused(write_file(good_file, length), "not JSON");
    check_refused(write_file("[]", 2), "not an object");
    check_refused(write_file("{\"\xff\":1}", 7), "not JSON");
    check_refused(write_file("{} {}", 5), ":1: not JSON");
    check_refused(scratch("no-such-file.json"), "cannot be read");
    check_refused("checks/reference", "not a file");
}

static void test_oversized_and_unreadable_files(void **state)
{
    (void)state;
    const char *path = write_file("{", 1);
    assert_int_equal(truncate(path, (off_t)300 << 20), 0);
    check_refused(path, "too many");
    path = write_file(good_file, strlen(good_file));
    assert_int_equal(chmod(path, 0), 0);
    if (access(path, R_OK) != 0)
        check_refused(path, "cannot be read");
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fixtures),
        cmocka_unit_test(test_real_tokenizers),
        cmocka_unit_test(test_sentencepiece_values),
        cmocka_unit_test(test_bos_and_lookups),
        cmocka_unit_test(test_decoding_passes_over_unknown_ids),
        cmocka_unit_test(test_long_words),
        cmocka_unit_test(test_text_that_is_not_utf8),
        cmocka_unit_test(test_text_that_is_too_long),
        cmocka_unit_test(test_wrong_fields),
        cmocka_unit_test(test_broken_files),
        cmocka_unit_test(test_oversized_and_unreadable_files),
    };
    return cmocka_run_group_tests_name("tokenizer", tests, NULL, NULL);
}
