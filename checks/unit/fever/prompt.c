/* Checks of the prompt, its tokens under real and awkward tokenizers, and the encode stage. */
#include "base/alloc.h"
#include "fever/encoded.h"
#include "fever/encoding.h"

#include "tokenizer_files.h"

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

/* Encodes the prompt above under a tokenizer file; *letters and the ids as prompt_encode gives. */
static bool encode(const char *path, Tokens *ids, size_t *start, AnswerTokens *letters,
                   Error *error)
{
    Tokenizer tokenizer;
    Text text = {0};
    if (!tokenizer_load(&tokenizer, path, error))
        fail_msg("%s", error->text);
    prompt_text(&text, &example, &claim);
    bool ok = prompt_encode(&tokenizer, &text, ids, start, letters, error);
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
    AnswerTokens letters;
    const char *const none[] = {NULL};
    const char *path = make_tokenizer("characters.json", "", none);
    assert_true(encode(path, &ids, &start, &letters, &error));
    assert_int_equal(start, 2 + sizeof expected - 1); /* BOS, ▁, and a token a character */
    assert_int_equal(ids.count, start + 2);           /* ▁ and ( */
    assert_int_equal(ids.ids[0], 1);
    assert_int_equal(ids.ids[start], 3);
    assert_int_equal(ids.ids[start + 1], 5 + '(' - '!');
    for (int x = 0; x < LETTERS; x++) {
        assert_int_equal(answer_tokens_own(&letters, x), 1);
        assert_int_equal(answer_tokens_length(&letters, x), 2);
        assert_int_equal(answer_tokens_id(&letters, x, 0), 5 + 'a' + x - '!');
        assert_int_equal(answer_tokens_id(&letters, x, 1), 5 + ')' - '!');
    }
    tokens_free(&ids);
}

static void refused(const char *without, const char *const *merges, const char *what)
{
    Error error = {""};
    Tokens ids = {0};
    size_t start;
    AnswerTokens letters;
    assert_false(
        encode(make_tokenizer("awkward.json", without, merges), &ids, &start, &letters, &error));
    if (!strstr(error.text, what) || !strchr(error.text, ';'))
        fail_msg("unexpected message: %s", error.text);
    assert_int_equal(ids.count, 0);
    tokens_free(&ids);
}

static void test_awkward_tokenizers(void **state)
{
    (void)state;
    const char *const none[] = {NULL};
    refused("abc", none, "same tokens");
    refused("ab", none, "same tokens");
    refused("b", none, "(b) holds the unknown token");
    refused("(", none, "(a) holds the unknown token");
    refused("", (const char *const[]){": " SPACE, NULL}, "tokens change");
}

/* Answers in all the forms. */
static void test_forms(void **state)
{
    (void)state;
    static const struct {
        size_t start, closes, own[LETTERS], branch;
        const char *last; /* the last token of (a) */
    } forms[FORMS] = {
        [FORM_PLAIN] = {2, 1, {1, 1, 1}, 1, ")"},
        [FORM_CLOSED] = {2, 0, {1, 1, 1}, 0, "a)"},
        [FORM_ONE_CLOSED] = {2, 0, {2, 2, 1}, 1, ")"},
        [FORM_OPENED] = {1, 1, {1, 2, 2}, 2, ")"},
        [FORM_WHOLE] = {1, 0, {1, 3, 3}, 2, "(a)"},
        [FORM_SINGLE] = {0, 0, {1, 1, 1}, 0, SPACE "(a)"},
    };
    for (size_t i = 0; i < FORMS; i++) {
        Error error;
        Tokens ids = {0};
        Tokenizer tokenizer;
        size_t start;
        AnswerTokens letters;
        const char *path = make_tokenizer("forms.json", "", form_merges[i]);
        assert_true(encode(path, &ids, &start, &letters, &error));
        assert_int_equal(ids.count - start, forms[i].start);
        assert_int_equal(letters.closes, forms[i].closes);
        assert_int_equal(answer_tokens_branch(&letters), forms[i].branch);
        for (int x = 0; x < LETTERS; x++)
            assert_int_equal(answer_tokens_own(&letters, x), forms[i].own[x]);
        assert_true(tokenizer_load(&tokenizer, path, &error));
        assert_int_equal(answer_tokens_id(&letters, 0, answer_tokens_length(&letters, 0) - 1),
                         tokenizer_find(&tokenizer, forms[i].last));
        tokenizer_free(&tokenizer);
        tokens_free(&ids);
    }
}

/* Ids of a JSON array. */
static void check_ids(const json_t *list, const int32_t *ids, size_t count)
{
    assert_int_equal(json_array_size(list), count);
    for (size_t t = 0; t < count; t++)
        assert_int_equal(json_integer_value(json_array_get(list, t)), ids[t]);
}

/* The prompt above and its answers, against what the `tokenizers` package makes of them
 * (checks/oracle/letters.py). */
static void check_real(const char *name)
{
    char file[64], path[512];
    Error error;
    Tokens ids = {0};
    size_t start;
    AnswerTokens letters;
    snprintf(file, sizeof file, "tokenizers/%s/tokenizer.json", name);
    SHARED_OR_SKIP(path, file);
    json_t *all = json_load_file("checks/reference/letters.json", 0, NULL);
    const json_t *wanted = json_object_get(all, name);
    assert_non_null(wanted);
    assert_string_equal(json_string_value(json_object_get(all, "prompt")), expected);
    assert_true(encode(path, &ids, &start, &letters, &error));
    check_ids(json_object_get(wanted, "prompt"), ids.ids, start);
    for (int x = 0; x < LETTERS; x++) {
        Tokens answer = {0};
        for (size_t t = start; t < ids.count; t++)
            tokens_push(&answer, ids.ids[t]);
        for (size_t t = 0; t < answer_tokens_length(&letters, x); t++)
            tokens_push(&answer, answer_tokens_id(&letters, x, t));
        check_ids(json_array_get(json_object_get(wanted, "answers"), (size_t)x), answer.ids,
                  answer.count);
        assert_int_equal(answer_tokens_own(&letters, x), 1);
        tokens_free(&answer);
    }
    assert_int_equal(answer_tokens_branch(&letters), 1);
    json_decref(all);
    tokens_free(&ids);
}

static void test_llama(void **state)
{
    (void)state;
    check_real("llama-2");
}

static void test_neox(void **state)
{
    (void)state;
    check_real("gpt-neox");
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
    int64_t *longs = alloc_zeroed(count, sizeof *longs);
    tensors_to_int(tensors_find(file, name), (size_t)bounds[0], count, longs);
    ids = alloc_zeroed(count, sizeof *ids);
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
    check_ints(&file, "answer.offset", 4, (const int64_t[]){0, 1, 2, 3});
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

/* GPT-NeoX's tokenizer.json adds nothing before a text: every text still begins with
 * <|endoftext|>. */
static void test_stage_neox(void **state)
{
    (void)state;
    char path[512], arguments[2048], message[1024];
    Error error;
    Encoded encoded;
    SHARED_OR_SKIP(path, "tokenizers/gpt-neox/tokenizer.json");
    assert_true(corpus_write(&corpus, fixture_file("encode.db", "", 0), &error));
    snprintf(arguments, sizeof arguments, "--corpus %s --tokenizer %s --out %s",
             scratch("encode.db"), path, scratch("encoded.safetensors"));
    assert_int_equal(fixture_run("", "encode", arguments, message, sizeof message), 0);
    assert_true(encoded_open(&encoded, scratch("encoded.safetensors"), &error));
    assert_string_equal(tensors_metadata(&encoded.file, "bos"), "0");
    assert_int_equal(encoded_total(&encoded), 7);
    for (size_t i = 0; i < encoded_total(&encoded); i++) {
        EncodedText text = encoded_any(&encoded, i);
        assert_int_equal(text.ids[0], 0);
        for (size_t t = 1; t < text.length; t++)
            assert_int_not_equal(encoded_id(&encoded, &text, t), 0);
    }
    encoded_close(&encoded);
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
    const char *const none[] = {NULL}, *const colon[] = {": " SPACE, NULL};
    snprintf(good, sizeof good, "%s", make_tokenizer("good.json", "", none));
    snprintf(bad, sizeof bad, "%s", make_tokenizer("bad.json", "", colon));
    assert_true(corpus_write(&corpus, fixture_file("encode.db", "", 0), &error));
    stage_refuses("", bad, "", "encode.db:prompt row 0: the prompt's tokens");
    stage_refuses("", good, "--max-tokens 1", "--max-tokens: must be from 2");
    stage_refuses("", "absent.json", "", "absent.json");
    stage_refuses("trap '' XFSZ; ulimit -S -f 1;", good, "", "could not be written");
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
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_llama),
        cmocka_unit_test(test_neox),
        cmocka_unit_test(test_stage),
        cmocka_unit_test(test_stage_neox),
        cmocka_unit_test(test_stage_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
