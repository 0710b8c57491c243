/* Checks of the prompt, its tokens under real and awkward tokenizers, and the encode stage. */
#include "encoding.h"
#include "mem.h"

#include <jansson.h>
#include <string.h>

#include "fixture.h"

static const FeverClaim example = {.text = "Ann Lee\nsang.", .label = FEVER_REFUTES};
static const FeverClaim claim = {.text = "Ann Lee wrote (a) song.", .label = FEVER_NEI};

static const char expected[] = "Determine the factuality of the following claims \n"
                               "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n"
                               "Claim: Ann Lee sang.\n"
                               "A: (b)\n"
                               "Claim: Ann Lee wrote (a) song.\n"
                               "A:";

static void test_text(void **state)
{
    (void)state;
    Text text = {0};
    prompt_text(&text, &example, &claim);
    assert_int_equal(text.length, sizeof expected - 1);
    assert_memory_equal(text.bytes, expected, text.length);
    prompt_answer(&text, FEVER_NEI);
    assert_int_equal(text.length, sizeof expected + 3);
    assert_memory_equal(text.bytes + sizeof expected - 1, " (c)", 4);
    text_free(&text);
}

/* Writes a tokenizer.json of Llama's form: one token a printable character except
 * those in `without`, and the merges given as "left right", ended by NULL. */
static const char *make_tokenizer(const char *name, const char *without, const char *const *merges)
{
    json_t *vocab = json_object(), *list = json_array();
    const char *first[] = {"<unk>", "<s>", "</s>", "\xe2\x96\x81", "\n"};
    for (size_t i = 0; i < 5; i++)
        json_object_set_new(vocab, first[i], json_integer((json_int_t)i));
    for (char c = '!'; c < 0x7f; c++)
        if (!strchr(without, c))
            json_object_set_new(vocab, (char[]){c, 0},
                                json_integer((json_int_t)json_object_size(vocab)));
    for (; *merges; merges++) {
        char whole[32] = "", left[16], right[16];
        assert_int_equal(sscanf(*merges, "%15s %15s", left, right), 2);
        snprintf(whole, sizeof whole, "%s%s", left, right);
        json_object_set_new(vocab, whole, json_integer((json_int_t)json_object_size(vocab)));
        json_array_append_new(list, json_string(*merges));
    }
    json_t *file = json_pack(
        "{s:s, s:[{s:i, s:s, s:b, s:b, s:b, s:b, s:b}], "
        "s:{s:s, s:[{s:s, s:s}, {s:s, s:{s:s}, s:s}]}, s:n, s:{s:s, s:s, s:b, s:b, s:o, s:o}}",
        "version", "1.0", "added_tokens", "id", 1, "content", "<s>", "single_word", 0, "lstrip", 0,
        "rstrip", 0, "normalized", 0, "special", 1, "normalizer", "type", "Sequence", "normalizers",
        "type", "Prepend", "prepend", "\xe2\x96\x81", "type", "Replace", "pattern", "String", " ",
        "content", "\xe2\x96\x81", "pre_tokenizer", "model", "type", "BPE", "unk_token", "<unk>",
        "fuse_unk", 1, "byte_fallback", 0, "vocab", vocab, "merges", list);
    assert_non_null(file);
    char *text = json_dumps(file, 0);
    const char *path = fixture_text(name, text);
    free(text);
    json_decref(file);
    return path;
}

/* Encodes the prompt above under a tokenizer file; *answers and the ids as prompt_encode gives. */
static bool encode(const char *path, Tokens *ids, size_t *start, PromptAnswers *answers,
                   Error *error)
{
    Tokenizer tokenizer;
    Text text = {0};
    if (!tokenizer_load(&tokenizer, path, error))
        fail_msg("%s", error->text);
    prompt_text(&text, &example, &claim);
    bool ok = prompt_encode(&tokenizer, &text, ids, start, answers, error);
    text_free(&text);
    tokenizer_free(&tokenizer);
    return ok;
}

static void test_characters(void **state)
{
    (void)state;
    Error error;
    Tokens ids = {0};
    size_t start;
    PromptAnswers answers;
    const char *const none[] = {NULL};
    const char *path = make_tokenizer("characters.json", "", none);
    assert_true(encode(path, &ids, &start, &answers, &error));
    assert_int_equal(start, 2 + sizeof expected - 1); /* BOS, ▁, and a token a character */
    assert_int_equal(ids.count, start + 2);           /* ▁ and ( */
    assert_int_equal(ids.ids[0], 1);
    assert_int_equal(ids.ids[start], 3);
    assert_int_equal(ids.ids[start + 1], 5 + '(' - '!');
    for (int i = 0; i < PROMPT_LETTERS; i++)
        assert_int_equal(answers.letters[i], 5 + 'a' + i - '!');
    assert_int_equal(answers.close, 5 + ')' - '!');
    tokens_free(&ids);
}

static void refused(const char *without, const char *const *merges, const char *what)
{
    Error error = {""};
    Tokens ids = {0};
    size_t start;
    PromptAnswers answers;
    assert_false(
        encode(make_tokenizer("awkward.json", without, merges), &ids, &start, &answers, &error));
    if (!strstr(error.text, what) || !strchr(error.text, ';'))
        fail_msg("unexpected message: %s", error.text);
    assert_int_equal(ids.count, 0);
    tokens_free(&ids);
}

static void test_awkward_tokenizers(void **state)
{
    (void)state;
    const char *apart = "not one token each";
    refused("", (const char *const[]){"( a", NULL}, apart);
    refused("", (const char *const[]){"a )", "b )", "c )", NULL}, apart);
    refused("", (const char *const[]){"c )", NULL}, apart);
    refused("abc", (const char *const[]){NULL}, apart);
    refused("ab", (const char *const[]){NULL}, "same token");
    refused("", (const char *const[]){": \xe2\x96\x81", NULL}, "tokens change");
}

/* The ids of a text under a tokenizer, BOS first. */
static Tokens ids_of(const Tokenizer *tokenizer, const char *text)
{
    Tokens ids = {0};
    Error error;
    assert_true(tokenizer_encode(tokenizer, text, strlen(text), true, &ids, &error));
    return ids;
}

static void check_real(const char *name, const char *start_text, int start_ids)
{
    char path[512];
    Error error;
    Tokenizer tokenizer;
    Tokens ids = {0};
    size_t start;
    PromptAnswers answers;
    SHARED_OR_SKIP(path, name);
    assert_true(encode(path, &ids, &start, &answers, &error));
    assert_true(tokenizer_load(&tokenizer, path, &error));
    Tokens bare = ids_of(&tokenizer, expected);
    assert_int_equal(bare.count, start);
    assert_memory_equal(bare.ids, ids.ids, start * sizeof *bare.ids);
    assert_int_equal(ids.count, start + (size_t)start_ids);
    assert_int_equal(ids.ids[start], tokenizer_find(&tokenizer, start_text));
    assert_int_equal(answers.letters[0], tokenizer_find(&tokenizer, "a"));
    assert_int_equal(answers.letters[1], tokenizer_find(&tokenizer, "b"));
    assert_int_equal(answers.letters[2], tokenizer_find(&tokenizer, "c"));
    assert_int_equal(answers.close, tokenizer_find(&tokenizer, ")"));
    tokens_free(&bare);
    tokens_free(&ids);
    tokenizer_free(&tokenizer);
}

static void test_llama(void **state)
{
    (void)state;
    check_real("tokenizers/llama-2/tokenizer.json", "\xe2\x96\x81(", 1);
}

static void test_neox(void **state)
{
    (void)state;
    check_real("tokenizers/gpt-neox/tokenizer.json", "\xc4\xa0(", 1);
}

/* Two pages, two training claims, one claim to answer about both pages. */
static CorpusPage pages[] = {{.title = "P", .text = "One -LRB- 1 -RRB- page .", .claims = 1},
                             {.title = "Q", .text = "x", .claims = 1}};
static CorpusClaim claims[] = {{.claim = {.id = 5, .text = "t.", .label = FEVER_REFUTES}},
                               {.claim = {.id = 6, .text = "u.", .label = FEVER_SUPPORTS}},
                               {.claim = {.id = 7, .text = "v.", .label = FEVER_NEI}, .dev = true}};
static CorpusPrompt prompts[] = {{2, 0, 0, 3, true}, {2, 1, 1, 1, false}};
static CorpusPrompt templates[] = {{0, 0, 1, 0, false}, {1, 1, 0, 0, false}};
static const Corpus corpus = {.pages = pages,
                              .pages_count = 2,
                              .claims = claims,
                              .claims_count = 3,
                              .prompts = prompts,
                              .prompts_count = 2,
                              .templates = templates,
                              .templates_count = 2};

static void check_ints(const TensorFile *file, const char *name, size_t count,
                       const int64_t *numbers)
{
    Error error;
    const Tensor *tensor;
    int64_t values[16];
    DType type = strstr(name, "offset") ? DTYPE_I64 : DTYPE_I32;
    if (!tensors_want(file, name, type, 1, &count, &tensor, &error))
        fail_msg("%s", error.text);
    tensors_to_int(tensor, 0, count, values);
    assert_memory_equal(values, numbers, count * sizeof *values);
}

/* Text i of a ragged array, decoded. */
static void check_text(const TensorFile *file, const Tokenizer *tokenizer, const char *kind,
                       size_t i, const char *wanted)
{
    char name[32];
    int64_t bounds[2];
    int32_t *ids;
    Text text = {0};
    snprintf(name, sizeof name, "%s.offset", kind);
    tensors_to_int(tensors_find(file, name), i, 2, bounds);
    snprintf(name, sizeof name, "%s.ids", kind);
    size_t count = (size_t)(bounds[1] - bounds[0]);
    int64_t *longs = mem_alloc(count, sizeof *longs);
    tensors_to_int(tensors_find(file, name), (size_t)bounds[0], count, longs);
    ids = mem_alloc(count, sizeof *ids);
    for (size_t t = 0; t < count; t++)
        ids[t] = (int32_t)longs[t];
    assert_int_equal(ids[0], tokenizer->bos);
    tokenizer_decode(tokenizer, ids, count, true, &text);
    text_append(&text, "", 1);
    assert_string_equal(text.bytes, wanted);
    text_free(&text);
    free(longs);
    free(ids);
}

static void check_tensors(const char *path, const Tokenizer *tokenizer)
{
    TensorFile file;
    Error error;
    if (!tensors_open(&file, path, &error))
        fail_msg("%s", error.text);
    check_text(&file, tokenizer, "document", 0, "One ( 1 )"); /* cut at 6 ids */
    check_text(&file, tokenizer, "document", 1, "x");
    check_text(&file, tokenizer, "template", 0,
               "Determine the factuality of the following claims \n"
               "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n"
               "Claim: u.\nA: (a)\nClaim: t.\nA: (b)\n");
    check_text(&file, tokenizer, "prompt", 1,
               "Determine the factuality of the following claims \n"
               "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n"
               "Claim: u.\nA: (a)\nClaim: v.\nA: (");
    check_ints(&file, "document.offset", 3, (const int64_t[]){0, 6, 8});
    check_ints(&file, "template.document", 2, (const int64_t[]){0, 1});
    check_ints(&file, "prompt.document", 2, (const int64_t[]){0, 1});
    check_ints(&file, "prompt.claim", 2, (const int64_t[]){2, 2});
    check_ints(&file, "prompt.label", 2, (const int64_t[]){2, 2});
    check_ints(&file, "prompt.rows", 2, (const int64_t[]){3, 1});
    check_ints(&file, "prompt.main", 2, (const int64_t[]){1, 0});
    check_ints(&file, "answer.letters", 3, (const int64_t[]){29874, 29890, 29883});
    check_ints(&file, "answer.close", 1, (const int64_t[]){29897});
    assert_string_equal(tensors_metadata(&file, "max_tokens"), "6");
    assert_string_equal(tensors_metadata(&file, "vocab_size"), "32000");
    assert_string_equal(tensors_metadata(&file, "bos"), "1");
    tensors_close(&file);
}

static void test_stage(void **state)
{
    (void)state;
    char path[512], arguments[2048], message[1024];
    Error error;
    Tokenizer tokenizer;
    SHARED_OR_SKIP(path, "tokenizers/llama-2/tokenizer.json");
    assert_true(corpus_write(&corpus, fixture_file("encode.db", "", 0), &error));
    snprintf(arguments, sizeof arguments, "--corpus %s --tokenizer %s --max-tokens 6 --out %s",
             scratch("encode.db"), path, scratch("encoded.safetensors"));
    int status = fixture_run("", "encode", arguments, message, sizeof message);
    assert_string_equal(message, "");
    assert_int_equal(status, 0);
    assert_true(tokenizer_load(&tokenizer, path, &error));
    check_tensors(scratch("encoded.safetensors"), &tokenizer);
    tokenizer_free(&tokenizer);
}

static void stage_refuses(const char *prefix, const char *tokenizer, const char *more,
                          const char *what)
{
    char message[2048], all[2048];
    snprintf(all, sizeof all, "--corpus %s --tokenizer %s --out %s %s", scratch("encode.db"),
             tokenizer, scratch("encode-bad/e.safetensors"), more);
    int status = fixture_run(prefix, "encode", all, message, sizeof message);
    fixture_refused("encode", status, 1, message, what);
    fixture_nothing_in("encode-bad");
}

static void test_stage_failures(void **state)
{
    (void)state;
    char good[512], bad[512];
    Error error;
    const char *const none[] = {NULL}, *const merged[] = {"( a", NULL};
    snprintf(good, sizeof good, "%s", make_tokenizer("good.json", "", none));
    snprintf(bad, sizeof bad, "%s", make_tokenizer("bad.json", "", merged));
    assert_true(corpus_write(&corpus, fixture_file("encode.db", "", 0), &error));
    stage_refuses("", bad, "", "encode.db:prompt row 0: the answers");
    stage_refuses("", good, "--max-tokens 1", "--max-tokens: 1 is out of range");
    stage_refuses("", "absent.json", "", "absent.json");
    stage_refuses("trap '' XFSZ; ulimit -f 1;", good, "", "could not be written");
    char *text = pages[1].text;
    pages[1].text = "bad \xff";
    assert_true(corpus_write(&corpus, fixture_file("encode.db", "", 0), &error));
    pages[1].text = text;
    stage_refuses("", good, "", "encode.db:page row 1: text at byte 4");
    Corpus without = corpus;
    without.prompts_count = 0;
    assert_true(corpus_write(&without, fixture_file("encode.db", "", 0), &error));
    stage_refuses("", good, "", "encode.db: holds no prompt");
    fixture_text("encode.db", "rubbish");
    stage_refuses("", good, "", "encode.db: not a readable corpus");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_awkward_tokenizers),
        cmocka_unit_test(test_llama),
        cmocka_unit_test(test_neox),
        cmocka_unit_test(test_stage),
        cmocka_unit_test(test_stage_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
