/* Tokenizers inside GGUF files: which are refused, and which file goes first. (Their ids and texts
 * are checked beside those of tokenizer.json, in tokenizer.c.) */
#include "tokenizer/tokenizer.h"

#include "gguf_files.h"

/* A tokenizer of five tokens and a byte: <s>, which also is the unknown one, a, b, ab, ▁, <0x41>.
 */
static GgufDraft sound(const char *kind, const char *without)
{
    static const char *const tokens[] = {"<s>", "a", "b", "ab", "\xe2\x96\x81", "<0x41>"};
    static const uint32_t types[] = {3, 1, 1, 1, 1, 6};
    GgufDraft draft = {.version = 3};
    if (strcmp(without, "model") != 0)
        gguf_set_text(&draft, "tokenizer.ggml.model", kind);
    if (strcmp(without, "pre") != 0)
        gguf_set_text(&draft, "tokenizer.ggml.pre",
                      strcmp(kind, "gpt2") == 0 ? "gpt-2" : "default");
    gguf_set_u32(&draft, "tokenizer.ggml.unknown_token_id", 0);
    if (strcmp(without, "tokens") != 0) {
        gguf_begin_list(&draft, "tokenizer.ggml.tokens", GGUF_TEXT, 6);
        for (size_t i = 0; i < 6; i++)
            gguf_put_text(&draft.settings, tokens[i]);
    }
    if (strcmp(without, "token_type") != 0) {
        gguf_begin_list(&draft, "tokenizer.ggml.token_type", GGUF_I32, 6);
        for (size_t i = 0; i < 6; i++)
            gguf_put_u32(&draft.settings, types[i]);
    }
    if (strcmp(without, "scores") != 0) {
        gguf_begin_list(&draft, "tokenizer.ggml.scores", GGUF_F32, 6);
        for (size_t i = 0; i < 6; i++)
            gguf_put_u32(&draft.settings, 0);
    }
    if (strcmp(without, "merges") != 0) {
        gguf_begin_list(&draft, "tokenizer.ggml.merges", GGUF_TEXT, 1);
        gguf_put_text(&draft.settings, "a b");
    }
    return draft;
}

static void refuse(GgufDraft *draft, const char *words)
{
    Tokenizer tokenizer;
    Error error = {""};
    const char *path = gguf_write(draft, "bad.gguf");
    if (tokenizer_load(&tokenizer, path, &error))
        fail_msg("%s was accepted, but: %s", path, words);
    if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, words) ||
        !strstr(error.text, "; "))
        fail_msg("\"%s\" does not say: %s", error.text, words);
}

static void encodes(const char *path, const char *text, size_t count, const int32_t *ids)
{
    Tokenizer tokenizer;
    Tokens tokens = {0};
    Error error = {""};
    if (!tokenizer_open(&tokenizer, path, &error))
        fail_msg("%s", error.text);
    assert_true(tokenizer_encode(&tokenizer, text, strlen(text), false, &tokens, &error));
    assert_int_equal(tokens.count, count);
    assert_memory_equal(tokens.ids, ids, count * sizeof *ids);
    tokens_free(&tokens);
    tokenizer_free(&tokenizer);
}

static void test_sound(void **state)
{
    (void)state;
    Tokenizer tokenizer;
    Error error;
    GgufDraft draft = sound("llama", "merges");
    gguf_set_flag(&draft, "tokenizer.ggml.add_space_prefix", false);
    gguf_set_u32(&draft, "tokenizer.ggml.bos_token_id", 0);
    const char *path = gguf_write(&draft, "good.gguf");
    encodes(path, "abA<s>", 3, (const int32_t[]){3, 5, 0});
    assert_true(tokenizer_load(&tokenizer, path, &error));
    assert_true(tokenizer.adds_bos && tokenizer.bos == 0 && tokenizer.eos == -1);
    tokenizer_free(&tokenizer);
    draft = sound("gpt2", "scores");
    path = gguf_write(&draft, "good.gguf");
    encodes(path, "ab", 1, (const int32_t[]){3});
    assert_true(tokenizer_load(&tokenizer, path, &error));
    assert_false(tokenizer.adds_bos);
    tokenizer_free(&tokenizer);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const missing[] = {"model", "tokens", "token_type", "scores"};
    GgufDraft draft;
    for (size_t i = 0; i < 4; i++) {
        draft = sound("llama", missing[i]);
        refuse(&draft, missing[i]);
    }
    draft = sound("gpt2", "merges");
    refuse(&draft, "tokenizer.ggml.merges is missing");
    draft = sound("bert", "");
    refuse(&draft, "tokenizer.ggml.model: bert is not supported");
    draft = sound("gpt2", "pre");
    gguf_set_text(&draft, "tokenizer.ggml.pre", "tekken");
    refuse(&draft, "tokenizer.ggml.pre: tekken is not supported");
    draft = sound("llama", "");
    gguf_set_flag(&draft, "tokenizer.ggml.remove_extra_whitespaces", true);
    refuse(&draft, "normalizes texts");
    draft = sound("llama", "");
    gguf_set_u32(&draft, "tokenizer.ggml.bos_token_id", 6);
    refuse(&draft, "bos_token_id is no id");
}

/* A file that does not say how texts are split. */
static void test_unsaid_split(void **state)
{
    (void)state;
    GgufDraft draft = sound("gpt2", "pre");
    refuse(&draft, "tokenizer.ggml.pre is missing");
    draft = sound("gpt2", "pre");
    gguf_set_text(&draft, "tokenizer.ggml.pre", "default");
    refuse(&draft, "tokenizer.ggml.pre is default");
    draft = sound("gpt2", "pre");
    gguf_set_text(&draft, "tokenizer.ggml.pre", "");
    refuse(&draft, "tokenizer.ggml.pre is empty");
    draft = sound("llama", "pre");
    encodes(gguf_write(&draft, "good.gguf"), "ab", 2, (const int32_t[]){4, 3}); /* has one split */
}

/* A tokenizer of kind llama that names no unknown token; `unknown` of its first two tokens have
 * that type, and the last `bytes` tokens are bytes, from 0 on. */
static GgufDraft unnamed_unknown(size_t unknown, size_t bytes)
{
    GgufDraft draft = {.version = 3};
    char token[16];
    size_t count = 4 + bytes;
    gguf_set_text(&draft, "tokenizer.ggml.model", "llama");
    gguf_set_flag(&draft, "tokenizer.ggml.add_space_prefix", false);
    gguf_begin_list(&draft, "tokenizer.ggml.tokens", GGUF_TEXT, count);
    for (size_t i = 0; i < count; i++) {
        snprintf(token, sizeof token, i < 4 ? "%c" : "<0x%02X>", (int)(i < 4 ? 'a' + i : i - 4));
        gguf_put_text(&draft.settings, token);
    }
    gguf_begin_list(&draft, "tokenizer.ggml.token_type", GGUF_I32, count);
    for (size_t i = 0; i < count; i++)
        gguf_put_u32(&draft.settings, i < unknown ? 2 : i < 4 ? 1 : 6);
    gguf_begin_list(&draft, "tokenizer.ggml.scores", GGUF_F32, count);
    for (size_t i = 0; i < count; i++)
        gguf_put_u32(&draft.settings, 0);
    return draft;
}

/* No character vanishes: it becomes the only token typed unknown, or its bytes. */
static void test_unnamed_unknown(void **state)
{
    (void)state;
    GgufDraft draft = unnamed_unknown(1, 0);
    encodes(gguf_write(&draft, "good.gguf"), "c!d", 3, (const int32_t[]){2, 0, 3});
    draft = unnamed_unknown(0, 256);
    encodes(gguf_write(&draft, "good.gguf"), "c!d", 3, (const int32_t[]){2, 4 + '!', 3});
    draft = unnamed_unknown(2, 256);
    encodes(gguf_write(&draft, "good.gguf"), "c!d", 3, (const int32_t[]){2, 4 + '!', 3});
    draft = unnamed_unknown(0, 255);
    refuse(&draft, "tokenizer.ggml.unknown_token_id is missing, and only 255 of 256 bytes");
    draft = unnamed_unknown(2, 0);
    refuse(&draft, "tokenizer.ggml.unknown_token_id is missing, and only 0 of 256 bytes");
}

/* Lists whose values do not fit one another. */
static void test_lists(void **state)
{
    (void)state;
    static const struct {
        const char *without, *list;
        uint32_t type, count, value;
        const char *words;
    } cases[] = {{"token_type", "token_type", GGUF_I32, 5, 1, "6 tokens with 5 types"},
                 {"token_type", "token_type", GGUF_I32, 6, 7, "token_type[0]: 7 is none"},
                 {"token_type", "token_type", GGUF_U32, 6, 1, "token_type is not the list"},
                 {"token_type", "token_type", GGUF_I32, 6, 6, "is typed a byte and names none"},
                 {"scores", "scores", GGUF_F32, 7, 0, "6 tokens with 7 scores"},
                 {"scores", "scores", GGUF_F32, 6, 0x7fc00000, "scores[0]: is not a number"}};
    static const char *const merges[] = {"a", "a  b", "b a", "a b c", "", " ", "a x"};
    char key[64];
    GgufDraft draft;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        draft = sound("llama", cases[i].without);
        snprintf(key, sizeof key, "tokenizer.ggml.%s", cases[i].list);
        gguf_begin_list(&draft, key, cases[i].type, cases[i].count);
        for (uint32_t n = 0; n < cases[i].count; n++)
            gguf_put_u32(&draft.settings, cases[i].value);
        refuse(&draft, cases[i].words);
    }
    for (size_t i = 0; i < sizeof merges / sizeof *merges; i++) {
        draft = sound("gpt2", "merges");
        gguf_begin_list(&draft, "tokenizer.ggml.merges", GGUF_TEXT, 1);
        gguf_put_text(&draft.settings, merges[i]);
        refuse(&draft, "merges[0]");
    }
    draft = sound("gpt2", "tokens");
    gguf_begin_list(&draft, "tokenizer.ggml.tokens", GGUF_TEXT, 6);
    for (uint32_t n = 0; n < 6; n++)
        gguf_put_text(&draft.settings, "a");
    refuse(&draft, "tokens[1]: a stands there twice");
    draft = sound("gpt2", "tokens");
    gguf_begin_list(&draft, "tokenizer.ggml.tokens", GGUF_TEXT, 6);
    for (uint32_t n = 0; n < 6; n++)
        gguf_put_text(&draft.settings, "\xff");
    refuse(&draft, "tokens[0]: is not a text");
}

/* A tokenizer.json beside the file goes first, and is told. */
static void test_beside(void **state)
{
    (void)state;
    Tokenizer tokenizer;
    Error error = {""};
    GgufDraft draft = sound("gpt2", "pre"); /* not needed then */
    fixture_text("beside/tokenizer.json",
                 "{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\",\"vocab\":{"
                 "\"b\":0,\"a\":1},\"merges\":[]}}");
    char path[512];
    snprintf(path, sizeof path, "%s", gguf_write(&draft, "beside/model.gguf"));
    encodes(path, "ab", 2, (const int32_t[]){1, 0});
    assert_true(tokenizer_open(&tokenizer, path, &error));
    assert_non_null(strstr(tokenizer.note.text, "tokenizer.json: is used in place of"));
    tokenizer_free(&tokenizer);
    assert_int_equal(remove(scratch("beside/tokenizer.json")), 0);
    draft = sound("gpt2", "");
    snprintf(path, sizeof path, "%s", gguf_write(&draft, "beside/model.gguf"));
    encodes(path, "ab", 1, (const int32_t[]){3});
    assert_true(tokenizer_open(&tokenizer, path, &error));
    assert_string_equal(tokenizer.note.text, "");
    tokenizer_free(&tokenizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_unsaid_split), cmocka_unit_test(test_unnamed_unknown),
        cmocka_unit_test(test_lists),        cmocka_unit_test(test_beside)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
