/* Checks that lib/tokenizer/tokenizer is strict with its file: each fault is refused in a line that
 * names it. */
#include "base/alloc.h"
#include "tokenizer/tokenizer.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "tokenizer_files.h"

#define FLAGS "\"single_word\":false,\"rstrip\":false,\"normalized\":true,"
#define TYPE "\"type_id\":0"

static const char good_file[] =
    "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\n\"added_tokens\":[{\"id\":0,"
    "\"content\":\"<unk>\"," FLAGS "\"special\":true,\"lstrip\":false},"
    "{\"id\":4,\"content\":\"<x>\"," FLAGS "\"special\":false,\"lstrip\":true}],\n"
    "\"normalizer\":{\"type\":\"Prepend\",\"prepend\":\"_\"},\n\"pre_tokenizer\":{\"type\":"
    "\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"first\"},\n\"post_processor\":{"
    "\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"<unk>\"," TYPE "}},"
    "{\"Sequence\":{\"id\":\"A\"," TYPE "}}],\"pair\":[{\"Sequence\":{\"id\":\"B\"," TYPE "}}],"
    "\"special_tokens\":{\"<unk>\":{\"id\":\"<unk>\",\"ids\":[0],\"tokens\":[\"<unk>\"]}}},\n"
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
#define BYTE_LEVEL "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true}"
#define METASPACE "{\"type\":\"Metaspace\",\"replacement\":\"_\",\"prepend_scheme\":\"first\"}"
#define SEQUENCE(steps) "{\"type\":\"Sequence\",\"pretokenizers\":[" steps "]}"
#define DIGITS(alone) "{\"type\":\"Digits\",\"individual_digits\":" alone "}"
#define NINE_DIGITS                                                                                \
    DIGITS("true")                                                                                 \
    "," DIGITS("true") "," DIGITS("true") "," DIGITS("true") "," DIGITS("true") "," DIGITS(        \
        "true") "," DIGITS("true") "," DIGITS("true") "," DIGITS("true")
#define SPLIT(pattern, behaviour, invert)                                                          \
    "{\"type\":\"Split\",\"pattern\":" pattern ",\"behavior\":\"" behaviour                        \
    "\",\"invert\":" invert "}"
#define REGEX(regex) SPLIT("{\"Regex\":\"" regex "\"}", "Isolated", "false")
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
    {"\"b\":2", "\"b\":4", "added_tokens[1].id: 4 is also the id of another token"},
    {"\"b\":2", "\"b\":5000", "the id 5000 of b leaves more holes than 4 tokens may have"},
    {"\"b\":2", "\"b\":9223372036854775807", "more holes"},
    {"\"b\":2", "\"b\":-1", "the id of b is not a whole number from 0"},
    {"\"b\":2", "\"b\":\"2\"", "the id of b"},
    {"\"b\":2", "\"b\":2.0", "the id of b"},
    {"\"b\":2", "\"b\":99999999999999999999999", "not JSON"},
    {"\"vocab\":{\"<unk>\":0,\"a\":1,\"b\":2,\"ab\":3}", "\"vocab\":[]", "model.vocab"},
    {"\"a b\"", "\"a c\"", "model.merges[0]: a + c"},
    {"\"a b\"", "\"b a\"", "outside the vocabulary"},
    {"\"a b\"", "\"ab\"", "model.merges[0]: not two tokens"},
    {"\"a b\"", "\"a b c\"", "model.merges[0]: not two tokens"},
    {"\"a b\"", "[\"a\",2]", "model.merges[0]: not two tokens"},
    {"\"a b\"", "\"a b\",\"a b\"", "model.merges[1]: stands there twice"},
    {"\"a b\"", "\"a b\",[\"a\",\"b\"]", "model.merges[1]: not two tokens as those before"},
    {"\"merges\":[\"a b\"]", "\"merges\":{}", "model.merges"},
    {",\"merges\":[\"a b\"]", "", "model.merges"},
    {"\"unk_token\":\"<unk>\"", "\"unk_token\":\"<none>\"", "model.unk_token"},
    {"\"unk_token\":\"<unk>\"", "\"unk_token\":3", "model.unk_token"},
    {"\"unk_token\"", "\"dropout\":0.1,\"unk_token\"", "model.dropout"},
    {"\"unk_token\"", "\"end_of_word_suffix\":\"</w>\",\"unk_token\"", "end_of_word_suffix"},
    {"\"unk_token\"", "\"fuse_unk\":1,\"unk_token\"", "model.fuse_unk"},
    {"\"unk_token\"", "\"dropout\":\"0\",\"unk_token\"", "model.dropout"},
    {"\"unk_token\"", "\"continuing_subword_prefix\":0,\"unk_token\"", "subword_prefix"},
    {"\"unk_token\"", "\"fuse_unk\":null,\"unk_token\"", "model.fuse_unk"},
    {"\"unk_token\"", "\"cache\":1,\"unk_token\"", "model.cache"},
    {"\"id\":0,", "\"id\":3,", "added_tokens[0].id: 3"},
    {"\"id\":0,", "\"id\":-1,", "added_tokens[0].id: -1"},
    {"\"id\":0,", "", "added_tokens[0].id"},
    {"\"id\":4,", "\"id\":5,", "added_tokens[1].id: 5"},
    {"{\"id\":4,\"content\":\"<x>\"", "{\"id\":0,\"content\":\"<unk>\"", "added_tokens[1].content"},
    {"\"lstrip\":true}",
     "\"lstrip\":true},{\"id\":5,\"content\":\"<x>\"," FLAGS "\"special\":true,\"lstrip\":false}",
     "added_tokens[2].content: <x>"},
    {",\"lstrip\":true", "", "added_tokens[1].lstrip: missing"},
    {"\"special\":true,", "", "added_tokens[0].special: missing"},
    {"\"normalized\":true,", "", "added_tokens[0].normalized: missing"},
    {"\"single_word\":false", "\"single_word\":null", "added_tokens[0].single_word"},
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
    {"[{\"SpecialToken\"", "[{\"Sequence\":{\"id\":\"A\"," TYPE "}},{\"SpecialToken\"",
     "a template other"},
    {"\"id\":\"A\"", "\"id\":\"B\"", "a template other"},
    {"\"id\":\"A\"", "\"id\":\"C\"", "not a template's"},
    {"\"id\":\"B\"," TYPE, "\"id\":\"B\"", "not a template's"},
    {"\"id\":\"B\"," TYPE, "\"id\":\"B\",\"type_id\":4294967296", "not a template's"},
    {"{\"SpecialToken\":", "{\"Sequence\":{\"id\":\"A\"," TYPE "},\"SpecialToken\":",
     "not a template's"},
    {",\"pair\":[{\"Sequence\":{\"id\":\"B\"," TYPE "}}]", "", "not a template's"},
    {",\"tokens\":[\"<unk>\"]", "", "not a template's"},
    {"\"tokens\":[\"<unk>\"]", "\"tokens\":[0]", "not a template's"},
    {"\"ids\":[0]", "\"ids\":[-1]", "not a template's"},
    {"\"prepend_scheme\"", "\"str_rep\":{},\"prepend_scheme\"", "a str_rep"},
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
    {"\"lstrip\":true", "\"lstrip\":1", "added_tokens[1].lstrip"},
    {"\"rstrip\":false", "\"rstrip\":1", "added_tokens[0].rstrip"},
    {"\"special\":true", "\"special\":1", "added_tokens[0].special"},
    {"\"normalized\":true", "\"normalized\":1", "added_tokens[0].normalized"},
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
    {METASPACE, "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":1}",
     "trim_offsets"},
    {METASPACE,
     "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true,\"use_regex\":1}",
     "use_regex"},
    {METASPACE, SEQUENCE(DIGITS("true") "," METASPACE), "Metaspace after a step that cuts"},
    {METASPACE, SEQUENCE(DIGITS("1") "," BYTE_LEVEL), "individual_digits"},
    {METASPACE, SEQUENCE(BYTE_LEVEL "," DIGITS("true")), "a step that cuts after ByteLevel"},
    {METASPACE, SEQUENCE(NINE_DIGITS), "pretokenizers[8]: a ninth step that cuts"},
    {METASPACE, "{\"type\":\"Split\"}", "pre_tokenizer.pattern: not an object"},
    {METASPACE, SPLIT("{\"Regex\":\"a\"}", "Isolate", "false"), "pre_tokenizer: Isolate"},
    {METASPACE, SPLIT("{\"Regex\":\"a\"}", "Isolated", "0"), "pre_tokenizer.invert"},
    {METASPACE, SPLIT("{\"Regex\":\"\"}", "Isolated", "false"), "pattern.Regex"},
    {METASPACE, SPLIT("{\"Glob\":\"a\"}", "Isolated", "false"), "pattern.Glob"},
    {METASPACE, SPLIT("{\"Regex\":\"a\",\"String\":\"a\"}", "Isolated", "false"), "two kinds"},
    {METASPACE, REGEX("a**"), "a repeat of a repeat"},
    {METASPACE, REGEX("*a"), "a repeat of nothing"},
    {METASPACE, REGEX("a{2,1}"), "a count that is not"},
    {METASPACE, REGEX("a{1001}"), "a count that is not"},
    {METASPACE, REGEX("a{,3}"), "a count that is not"},
    {METASPACE, REGEX("a{2}+"), "a count that is not"},
    {METASPACE, REGEX("(a"), "a group that does not end"},
    {METASPACE, REGEX("a)"), "ends before it begins"},
    {METASPACE, REGEX("(?<=a)b"), "a pattern with (?<="},
    {METASPACE, REGEX("(?i)a"), "a pattern with (?i)"},
    {METASPACE, REGEX("(?i:ss)"), "may be one character"},
    {METASPACE, REGEX("(?i:\u00df)"), "may be one character"},
    {METASPACE, REGEX("(?i:[a\u00df])"), "may be one character"},
    {METASPACE, REGEX("(a)\\\\1"), "a pattern with \\1"},
    {METASPACE, REGEX("\\\\bword"), "a pattern with \\b"},
    {METASPACE, REGEX("\\\\w"), "a pattern with \\w"},
    {METASPACE, REGEX("[\\\\S]"), "a pattern with \\S"},
    {METASPACE, REGEX("\\\\p{Han}"), "a pattern with \\p{Han}"},
    {METASPACE, REGEX("\\\\x{d800}"), "no character"},
    {METASPACE, REGEX("\\\\x41"), "a pattern with \\x"},
    {METASPACE, REGEX("[a[b]]"), "a class within a class"},
    {METASPACE, REGEX("[a&&b]"), "a class within a class"},
    {METASPACE, REGEX("[]a]"), "an empty or open class"},
    {METASPACE, REGEX("[a"), "an empty or open class"},
    {METASPACE, REGEX("[b-a]"), "PCRE2 does not take"},
    {METASPACE, REGEX("a$"), "a pattern with $"},
    {METASPACE, REGEX("a\\\\"), "a pattern with \\"},
    {METASPACE, REGEX("((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))"),
     "too many groups"},
    {METASPACE, "{\"type\":\"Sequence\",\"pretokenizers\":[" BYTE_LEVEL "," BYTE_LEVEL "]}",
     "pretokenizers[1]: a second pre-tokenizer"},
    {"\"single\"", "\"x\":1,\"single\"", "post_processor.x"},
    {"\"SpecialToken\"", "\"Special\"", "are not a template"},
    {"[{\"SpecialToken\"", "[{},{\"SpecialToken\"", "are not a template"},
    {"\"single\"", "\"x\"", "post_processor"},
    {"\"ids\":[0]", "\"ids\":[\"0\"]", "are not a template"},
    {"\"ids\":[0]", "\"ids\":[7]", "post_processor.special_tokens: <unk>"},
    {"\"ids\":[0]", "\"ids\":[-1]", "are not a template"},
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

/* What the files beside say of the ends of a text: the first that says anything; faults are told.
 */
static void test_ends(void **state)
{
    (void)state;
    static const struct {
        const char *tokenizer, *config, *generation; /* files, NULL: absent */
        int32_t eos;                                 /* or -2: refused */
        const char *words;
    } cases[] = {
        {NULL, NULL, NULL, -1, NULL},
        {"{\"eos_token\": \"<x>\", \"bos_token\": null}", "{\"eos_token_id\": 2}", NULL, 4, NULL},
        {"{\"eos_token\": {\"content\": \"ab\", \"lstrip\": false}}", NULL, NULL, 3, NULL},
        {"{\"eos_token\": null}", "{\"eos_token_id\": [2, 1]}", "{\"eos_token_id\": 1}", 2, NULL},
        {NULL, "{\"x\": NaN}", "{\"eos_token_id\": 1}", 1, NULL},
        {"{\"eos_token\": \"</s>\"}", NULL, NULL, -2,
         "tokenizer_config.json: eos_token is no token"},
        {NULL, "{\"eos_token_id\": 5}", NULL, -2, "config.json: eos_token_id is no token"},
        {NULL, NULL, "{", -2, "generation_config.json:1: not JSON"},
        {"\x1f\x8b", NULL, NULL, -2, "tokenizer_config.json: is compressed by gzip"},
        /* An empty text and -1 say nothing, as Llama's first conversions have them. */
        {"{\"eos_token\": \"\"}", "{\"eos_token_id\": -1}", "{\"eos_token_id\": 1}", 1, NULL},
    };
    static const char *const names[] = {"ends/tokenizer_config.json", "ends/config.json",
                                        "ends/generation_config.json"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const files[] = {cases[i].tokenizer, cases[i].config, cases[i].generation};
        Tokenizer tokenizer;
        Error error = {""};
        for (int f = 0; f < 3; f++) {
            unlink(scratch(names[f]));
            if (files[f])
                fixture_text(names[f], files[f]);
        }
        const char *path = fixture_text("ends/tokenizer.json", good_file);
        bool ok = tokenizer_load(&tokenizer, path, &error);
        if (ok != (cases[i].eos > -2) || (!ok && !strstr(error.text, cases[i].words)))
            fail_msg("case %zu: %s", i, error.text);
        if (!ok)
            continue;
        assert_int_equal(tokenizer.eos, cases[i].eos);
        assert_int_equal(tokenizer.bos, 0); /* the post-processor's goes first */
        tokenizer_free(&tokenizer);
    }
    unlink(scratch(names[0])), unlink(scratch(names[1])), unlink(scratch(names[2]));
}

/* A token that transformers adds from a file beside is told where the tokenizer lacks it. */
static void test_added_beside(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *words;
    } cases[] = {{"added/tokenizer_config.json",
                  "{\"added_tokens_decoder\":{\"4\":{\"content\":\"<x>\"}}}", ""},
                 {"added/tokenizer_config.json",
                  "{\"added_tokens_decoder\":{\"5\":{\"content\":\"<y>\"}}}",
                  "tokenizer_config.json: transformers adds \"<y>\""},
                 {"added/added_tokens.json", "{\"<x>\": 4}", ""},
                 {"added/added_tokens.json", "{\"<x>\": 4, \"<y>\": 5}",
                  "added_tokens.json: transformers adds \"<y>\""},
                 {"added/added_tokens.json", "[7]", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Tokenizer tokenizer;
        Error error;
        fixture_text(cases[i].name, cases[i].text);
        assert_true(
            tokenizer_load(&tokenizer, fixture_text("added/tokenizer.json", good_file), &error));
        if (!strstr(tokenizer.note.text, cases[i].words) ||
            (!*cases[i].words && *tokenizer.note.text))
            fail_msg("case %zu: '%s'", i, tokenizer.note.text);
        tokenizer_free(&tokenizer);
        unlink(scratch(cases[i].name));
    }
}

/* The token that begins a text is the one that a file beside names, the first file that does, and
 * not the one of a known name. */
static void test_bos(void **state)
{
    (void)state;
    static const char file[] =
        "{\"version\":\"1.0\",\"added_tokens\":[{\"id\":0,\"content\":\"<s>\"," FLAGS
        "\"special\":true,\"lstrip\":false},{\"id\":1,\"content\":\"<|begin|>\"," FLAGS
        "\"special\":true,\"lstrip\":false}],\"model\":{\"type\":\"BPE\",\"vocab\":{\"<s>\":0,"
        "\"<|begin|>\":1,\"a\":2},\"merges\":[]}}";
    static const char *const beside[][2] = {
        {"begin/config.json", "{\"bos_token_id\": 2}"},
        {"begin/special_tokens_map.json", "{\"bos_token\": {\"content\": \"<|begin|>\"}}"},
        {"begin/tokenizer_config.json", "{\"bos_token\": \"a\"}"}};
    static const int32_t wanted[] = {0, 2, 1, 2};
    for (size_t i = 0; i < 3; i++)
        unlink(scratch(beside[i][0]));
    for (size_t i = 0; i < 4; i++) {
        Tokenizer tokenizer;
        Error error = {""};
        if (i > 0)
            fixture_text(beside[i - 1][0], beside[i - 1][1]);
        if (!tokenizer_load(&tokenizer, fixture_text("begin/tokenizer.json", file), &error))
            fail_msg("%s", error.text);
        assert_int_equal(tokenizer.bos, wanted[i]);
        tokenizer_free(&tokenizer);
    }
}

/* Patterns that could take for ever stop soon, and say where. */
static void test_endless_patterns(void **state)
{
    (void)state;
    static const char *const patterns[] = {REGEX("(a|a)*[b-d]"), REGEX("(a*)*[b-d]"),
                                           REGEX("(a|aa|aaa)*(?!a)[e-g]"),
                                           REGEX("([a-c]*[a-d]*)*[e-g]")};
    enum { LENGTH = 20000 };
    char edited[2048], *text = alloc_zeroed(LENGTH, 1);
    memset(text, 'a', LENGTH);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        const char *hit = strstr(good_file, METASPACE);
        Tokenizer tokenizer;
        Tokens ids = {0};
        Error error = {""};
        int length = snprintf(edited, sizeof edited, "%.*s%s%s", (int)(hit - good_file), good_file,
                              patterns[i], hit + strlen(METASPACE));
        load_tokenizer(&tokenizer, write_file(edited, (size_t)length));
        assert_false(tokenizer_encode(&tokenizer, text, LENGTH, false, &ids, &error));
        if (!strstr(error.text, "text at byte ") || !strstr(error.text, "finds no end here"))
            fail_msg("%s", error.text);
        assert_int_equal(ids.count, 0);
        tokens_free(&ids);
        tokenizer_free(&tokenizer);
    }
    free(text);
}

static void test_broken_files(void **state)
{
    (void)state;
    Tokenizer tokenizer;
    load_tokenizer(&tokenizer, write_file(good_file, strlen(good_file)));
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

/* The file with its decoder exchanged, and what ids 1, 2, 3 (a, b, ab) become. */
static void check_decoded(const char *decoder, const char *wanted)
{
    char edited[2048];
    Tokenizer tokenizer;
    Text text = {0};
    const char *from = strstr(good_file, "{\"type\":\"Strip\""), *to = strchr(from, '}') + 1;
    int length = snprintf(edited, sizeof edited, "%.*s%s%s", (int)(from - good_file), good_file,
                          decoder, to);
    load_tokenizer(&tokenizer, write_file(edited, (size_t)length));
    tokenizer_decode(&tokenizer, (int32_t[]){1, 2, 3}, 3, true, &text);
    assert_int_equal(text.length, strlen(wanted));
    assert_memory_equal(text.bytes, wanted, text.length);
    text_free(&text);
    tokenizer_free(&tokenizer);
}

static void test_decoders_without_steps(void **state)
{
    (void)state;
    check_decoded("null", "a b ab");
    check_decoded("{\"type\":\"Sequence\",\"decoders\":[]}", "abab");
    check_decoded("{\"type\":\"Fuse\"}", "abab");
}

/* An added token of one blank that takes blanks on both sides: a run of them is one token. */
static void test_blanks_are_taken_once(void **state)
{
    (void)state;
    static const char from[] = "\"content\":\"<x>\"," FLAGS;
    static const char to[] =
        "\"content\":\" \",\"single_word\":false,\"rstrip\":true,\"normalized\":false,";
    char edited[2048];
    Tokenizer tokenizer;
    Tokens ids = {0};
    Error error;
    const char *hit = strstr(good_file, from);
    int length = snprintf(edited, sizeof edited, "%.*s%s%s", (int)(hit - good_file), good_file, to,
                          hit + strlen(from));
    load_tokenizer(&tokenizer, write_file(edited, (size_t)length));
    assert_true(tokenizer_encode(&tokenizer, "a   b  ", 7, false, &ids, &error));
    assert_int_equal(ids.count, 6); /* the prefix is unknown */
    assert_memory_equal(ids.ids, ((int32_t[]){0, 1, 4, 0, 2, 4}), 6 * sizeof(int32_t));
    tokens_free(&ids);
    tokenizer_free(&tokenizer);
}

/* Ids that no token has: as the package, which numbers added tokens after the number of tokens. */
static void test_holes(void **state)
{
    (void)state;
    char edited[2048];
    Tokenizer tokenizer;
    Tokens ids = {0};
    Text text = {0};
    Error error;
    size_t length;
    const char *hit = strstr(good_file, "\"b\":2");
    int size = snprintf(edited, sizeof edited, "%.*s\"b\":7%s", (int)(hit - good_file), good_file,
                        hit + strlen("\"b\":2"));
    load_tokenizer(&tokenizer, write_file(edited, (size_t)size));
    assert_int_equal(tokenizer_size(&tokenizer), 8);
    assert_true(tokenizer_encode(&tokenizer, "b", 1, false, &ids, &error));
    assert_true(ids.count >= 1 && ids.ids[ids.count - 1] == 7);
    tokenizer_text(&tokenizer, 5, &length);
    assert_int_equal(length, 0);
    assert_int_equal(tokenizer_find(&tokenizer, "2"), -1);
    tokenizer_decode(&tokenizer, (int32_t[]){2, 7, 5, 6}, 4, false, &text);
    assert_int_equal(text.length, 1);
    assert_memory_equal(text.bytes, "b", 1);
    text_free(&text);
    tokens_free(&ids);
    tokenizer_free(&tokenizer);
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
        cmocka_unit_test(test_wrong_fields),
        cmocka_unit_test(test_endless_patterns),
        cmocka_unit_test(test_bos),
        cmocka_unit_test(test_added_beside),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_broken_files),
        cmocka_unit_test(test_decoders_without_steps),
        cmocka_unit_test(test_blanks_are_taken_once),
        cmocka_unit_test(test_oversized_and_unreadable_files),
        cmocka_unit_test(test_holes),
    };
    return cmocka_run_group_tests_name("tokenizer_refused", tests, NULL, NULL);
}
