/* Checks of what a tokenizer.json may leave out or say in another way, and what follows from it. */
#include "tokenizer/tokenizer.h"
#include "tokenizer/unicode.h"

#include <string.h>

#include "fixture.h"

#define VOCABULARY "\"vocab\":{\"<unk>\":0,\"a\":1,\"b\":2,\"ab\":3},\"merges\":[\"a b\"]"
#define MODEL "\"model\":{\"type\":\"BPE\"," VOCABULARY "}"
#define SEQUENCE(id) "{\"Sequence\":{\"id\":" id ",\"type_id\":0}}"
#define TEMPLATE(single, tokens)                                                                   \
    "{\"type\":\"TemplateProcessing\",\"single\":" single                                          \
    ",\"pair\":[" SEQUENCE("\"B\"") "],\"special_tokens\":{" tokens "}}"

static const char *file_with(const char *fields)
{
    char text[2048];
    snprintf(text, sizeof text, "{\"version\":\"1.0\",%s}", fields);
    return fixture_text("tokenizer-file.json", text);
}

static void load(Tokenizer *tokenizer, const char *fields)
{
    Error error = {""};
    if (!tokenizer_load(tokenizer, file_with(fields), &error))
        fail_msg("%s", error.text);
}

static void refused(const char *fields, const char *what)
{
    Tokenizer tokenizer;
    Error error = {""};
    assert_false(tokenizer_load(&tokenizer, file_with(fields), &error));
    if (!strstr(error.text, what) || !strstr(error.text, "; "))
        fail_msg("\"%s\" does not say: %s", error.text, what);
}

/* The ids of `text`, and what they spell. */
static void encodes(const char *fields, const char *text, size_t count, const int32_t *wanted)
{
    Tokenizer tokenizer;
    Tokens ids = {0};
    Error error = {""};
    load(&tokenizer, fields);
    if (!tokenizer_encode(&tokenizer, text, strlen(text), true, &ids, &error))
        fail_msg("%s", error.text);
    if (ids.count != count || (count && memcmp(ids.ids, wanted, count * sizeof *wanted) != 0))
        fail_msg("%s: %zu other ids for '%s'", fields, ids.count, text);
    tokens_free(&ids);
    tokenizer_free(&tokenizer);
}
#define ENCODES(fields, text, ...)                                                                 \
    encodes(fields, text, sizeof(int32_t[]){__VA_ARGS__} / sizeof(int32_t),                        \
            (int32_t[]){__VA_ARGS__})

static void decodes(const char *fields, size_t count, const int32_t *ids, const char *wanted)
{
    Tokenizer tokenizer;
    Text text = {0};
    load(&tokenizer, fields);
    tokenizer_decode(&tokenizer, ids, count, true, &text);
    text_append(&text, "", 1);
    assert_string_equal(text.bytes, wanted);
    text_free(&text);
    tokenizer_free(&tokenizer);
}

/* All parts but the model may be absent or null, and so may its settings. */
static void test_parts_left_out(void **state)
{
    (void)state;
    ENCODES(MODEL, "aba", 3, 1);
    ENCODES("\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":null,\"decoder\":null,"
            "\"post_processor\":null," MODEL,
            "aba", 3, 1);
    ENCODES("\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":null,\"fuse_unk\":false,"
            "\"continuing_subword_prefix\":null,\"end_of_word_suffix\":\"\"," VOCABULARY "}",
            "ab", 3);
    ENCODES("\"model\":{\"type\":\"BPE\",\"dropout\":0.0,\"byte_fallback\":false," VOCABULARY "}",
            "b", 2);
    encodes(MODEL, "", 0, NULL);
    refused("\"model\":{\"type\":\"BPE\",\"merges\":[]}", "model.vocab: missing");
    refused("\"padding\":null", "model: not an object");
    refused("\"added_tokens\":3," MODEL, "added_tokens: not a list");
    refused("\"added_tokens\":[3]," MODEL, "added_tokens[0]: not an object");
}

static void test_templates(void **state)
{
    (void)state;
    ENCODES("\"post_processor\":" TEMPLATE("[" SEQUENCE("\"A\"") "]", "") "," MODEL, "ab", 3);
    ENCODES("\"post_processor\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_"
            "offsets\":true}," MODEL,
            "ab", 3);
    refused("\"post_processor\":" TEMPLATE("[]", "") "," MODEL, "a template other");
    refused("\"post_processor\":" TEMPLATE("[" SEQUENCE("1") "]", "") "," MODEL,
            "are not a template's");
    refused("\"post_processor\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_"
            "offsets\":true,\"x\":1}," MODEL,
            "post_processor.x");
#define BEGINNING                                                                                  \
    TEMPLATE("[{\"SpecialToken\":{\"id\":\"<unk>\",\"type_id\":0}}," SEQUENCE("\"A\"") "]",        \
             "\"<unk>\":{\"id\":\"<unk>\",\"ids\":[0],\"tokens\":[\"<unk>\"]}")
    ENCODES("\"post_processor\":" BEGINNING "," MODEL, "ab", 0, 3);
    refused("\"post_processor\":{\"type\":\"Sequence\",\"processors\":[" BEGINNING "," BEGINNING
            "]}," MODEL,
            "post_processor.processors[1]: a second template");
}

/* Older files say add_prefix_space; never is the only scheme that goes with false. */
static void test_metaspace(void **state)
{
    (void)state;
#define WITH_METASPACE(settings)                                                                   \
    "\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"b\"" settings "}," MODEL
    ENCODES(WITH_METASPACE(""), "a", 2, 1);
    ENCODES(WITH_METASPACE(",\"add_prefix_space\":false"), "a", 1);
    ENCODES(WITH_METASPACE(",\"add_prefix_space\":false,\"prepend_scheme\":\"never\""), "a", 1);
    ENCODES(WITH_METASPACE(",\"add_prefix_space\":true,\"prepend_scheme\":\"never\""), "a", 1);
    ENCODES(WITH_METASPACE(",\"str_rep\":\"b\",\"legacy\":true"), "b a", 2, 2, 1);
    ENCODES(WITH_METASPACE(""), " a", 2, 1);
    /* What the normalizer makes nothing of is nothing, whatever is put before it. */
    encodes(
        "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"Replace\",\"pattern\":"
        "{\"String\":\"a\"},\"content\":\"\"},{\"type\":\"Prepend\",\"prepend\":\"b\"}]}," MODEL,
        "aa", 0, NULL);
    ENCODES("\"pre_tokenizer\":{\"type\":\"Metaspace\",\"replacement\":\"\xe2\x96\x81\","
            "\"prepend_scheme\":\"first\"}," MODEL,
            "a", 1); /* no token for the mark, and none for what is unknown */
    refused(WITH_METASPACE(",\"add_prefix_space\":false,\"prepend_scheme\":\"first\""),
            "a prepend_scheme against its add_prefix_space");
}

/* An added token that the normalizer makes nothing of is never found; spaces go with its sides. */
static void test_added_tokens(void **state)
{
    (void)state;
#define ADDED(word, left, right, normal)                                                           \
    "\"added_tokens\":[{\"id\":4,\"content\":\"<x>\",\"special\":false,\"single_word\":" word      \
    ",\"lstrip\":" left ",\"rstrip\":" right ",\"normalized\":" normal "}],"
    ENCODES(ADDED("false", "false", "false", "false") MODEL, "a<x>b", 1, 4, 2);
    ENCODES(
        ADDED("false", "false", "false", "true") "\"normalizer\":{\"type\":\"Replace\",\"pattern\":"
                                                 "{\"String\":\"<x>\"},\"content\":\"\"}," MODEL,
        "a<x>b", 3);
    ENCODES(ADDED("false", "false", "false", "true") MODEL, "a<x>b", 1, 4, 2);
    ENCODES(ADDED("false", "true", "true", "true") MODEL, "<x>", 4);
    ENCODES(ADDED("false", "true", "true", "true") MODEL, " \xc2\xa0<x>\xe3\x80\x80", 4);
    ENCODES(ADDED("false", "true", "true", "true") MODEL,
            "b  <x> \xe2\x80\xa9"
            "a",
            2, 4, 1);
    ENCODES(ADDED("true", "false", "false", "true") MODEL, "<x>b <x> <x>", 2, 4, 4);
    ENCODES(ADDED("true", "false", "false", "true") MODEL, "b<x>", 2);
    refused(ADDED("null", "false", "false", "true") MODEL, "added_tokens[0].single_word");
}

static void test_decoders(void **state)
{
    (void)state;
#define BYTES(decoder)                                                                             \
    "\"decoder\":" decoder ",\"model\":{\"type\":\"BPE\",\"merges\":[],\"vocab\":{\"<0x4a>\":0,"   \
    "\"<0xC3>\":1,\"<0xaB>\":2,\"<0xG0>\":3,\"<0x0g>\":4,\"<1x00>\":5,\"<0x00]\":6,\"__a__\":7,"   \
    "\"_\":8,"                                                                                     \
    "\"<0x/0>\":9,\"<0x:@>\":10}}"
    const char *const fallback = BYTES("{\"type\":\"ByteFallback\"}");
    decodes(fallback, 3, (int32_t[]){0, 1, 2}, "J\xc3\xab");
    decodes(fallback, 2, (int32_t[]){2, 0}, "\xef\xbf\xbd\xef\xbf\xbd");
    decodes(fallback, 2, (int32_t[]){3, 4}, "<0xG0><0x0g>");
    decodes(fallback, 4, (int32_t[]){5, 6, 9, 10}, "<1x00><0x00]<0x/0><0x:@>");
    const char *const strip =
        BYTES("{\"type\":\"Strip\",\"content\":\"_\",\"start\":1,\"stop\":3}");
    decodes(strip, 1, (int32_t[]){7}, "_a");
    decodes(strip, 1, (int32_t[]){8}, "");
    decodes(strip, 1, (int32_t[]){5}, "<1x00>");
}

/* Every code point of the classes, and its neighbours. */
static void test_classes(void **state)
{
    (void)state;
    static const uint32_t spaces[][2] = {
        {0x9, 0xd},       {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
        {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}};
    static const uint32_t words[][2] = {{0x200c, 0x200d},
                                        {0x24b6, 0x24e9},
                                        {0x1f130, 0x1f149},
                                        {0x1f150, 0x1f169},
                                        {0x1f170, 0x1f189}};
    size_t count = 0;
    for (uint32_t code = 0; code < 0x110000; code++) {
        bool wanted = false;
        for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
            wanted = wanted || (code >= spaces[i][0] && code <= spaces[i][1]);
        count += wanted;
        if (unicode_is_space(code) != wanted)
            fail_msg("U+%04X", (unsigned)code);
    }
    assert_int_equal(count, 25);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_false(unicode_is_word(words[i][0] - 1));
        assert_true(unicode_is_word(words[i][0]));
        assert_true(unicode_is_word(words[i][1]));
        assert_false(unicode_is_word(words[i][1] + 1));
    }
    assert_true(unicode_is_word('_') && unicode_is_word(0x301) && unicode_is_word(0x6f3));
}

/* The alphabet of bytes goes there and back; other characters stand for none. */
static void test_alphabet(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 0x100; byte++)
        assert_int_equal(code_to_byte(byte_to_code((uint8_t)byte)), byte);
    assert_int_equal(code_to_byte(' '), -1);
    assert_int_equal(code_to_byte(0xad), -1);
    assert_int_equal(code_to_byte(0x144), -1);
    assert_int_equal(code_to_byte(0x10ffff), -1);
    assert_int_equal(byte_to_code(' '), 0x120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_left_out), cmocka_unit_test(test_templates),
        cmocka_unit_test(test_metaspace),      cmocka_unit_test(test_added_tokens),
        cmocka_unit_test(test_decoders),       cmocka_unit_test(test_classes),
        cmocka_unit_test(test_alphabet),
    };
    return cmocka_run_group_tests_name("tokenizer_file", tests, NULL, NULL);
}
