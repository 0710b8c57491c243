/* Files of another kind than the one wanted, told by their first bytes or by their neighbours. */
#include "file/kind.h"

#include "file/absent.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t count;
        const char *words; /* NULL: of no kind known */
    } cases[] = {
        {"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345678901\n", 74,
         "a Git LFS pointer to 12345678901 bytes"},
        {"version https://git-lfs.github.com/spec/v1\n", 43, "a Git LFS pointer, not the file"},
        {"\x1f\x8b\x08", 3, "gzip"},
        {"BZh9", 4, "bzip2"},
        {"\xfd\x37zXZ\0", 6, "xz"},
        {"\x28\xb5\x2f\xfd", 4, "Zstandard"},
        {"PAR1", 4, "Parquet"},
        {"GGUF\3", 5, "GGUF"},
        {"\x80\x02}q", 4, "a pickle"},
        {"\xff\xfe{\0", 4, "UTF-16"},
        {"\xfe\xff\0{", 4, "UTF-16"},
        {"<!DOCTYPE html>", 15, "a web page"},
        {"\n\n <HTML>", 9, "a web page"},
        {"{\"a\": 1}", 8, NULL},
        {"", 0, NULL},
        {"B", 1, NULL},
        {"\0", 1, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Error error = {""};
        bool told = kind_tell("a.json", KIND_TEXT, cases[i].bytes, cases[i].count, &error);
        assert_true(told == (cases[i].words != NULL));
        assert_true(!told || strstr(error.text, cases[i].words));
        assert_true(!told || (strstr(error.text, "a.json: is ") && strchr(error.text, ';')));
    }
}

/* What one place wants is no fault there. */
static void test_wanted(void **state)
{
    (void)state;
    static const char tensors[] = "\x80\2\0\0\0\0\0\0{\"a\":"; /* and starts as a pickle does */
    static const char zip[] = "PK\3\4xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    char torch[64] = "PK\3\4";
    Error error = {""};
    torch[26] = 16;
    memcpy(torch + 30, "archive/data.pkl", 16);
    assert_false(kind_tell("m", KIND_TENSORS, tensors, sizeof tensors - 1, &error));
    assert_true(kind_tell("m", KIND_TEXT, tensors, sizeof tensors - 1, &error));
    assert_non_null(strstr(error.text, "a safetensors file"));
    assert_false(kind_tell("m", KIND_ZIP, zip, sizeof zip - 1, &error));
    assert_true(kind_tell("m", KIND_TEXT, zip, sizeof zip - 1, &error));
    assert_true(kind_tell("m", KIND_ZIP, torch, sizeof torch, &error));
    assert_non_null(strstr(error.text, "a pickle of PyTorch"));
    torch[26] = 127; /* a name that passes the end */
    assert_true(kind_tell("m", KIND_TENSORS, torch, sizeof torch, &error));
    assert_non_null(strstr(error.text, "a zip"));
    char tar[300] = "";
    memcpy(tar + 257, "ustar", 5);
    assert_true(kind_tell("m", KIND_ZIP, tar, sizeof tar, &error));
    assert_false(kind_tell("m", KIND_ZIP, tar, 260, &error));
    assert_false(kind_tell_file("no-such-file", KIND_TEXT, &error));
    assert_false(kind_tell_file(scratch("."), KIND_TEXT, &error));
}

static void touch(const char *folder, const char *name, bool make)
{
    char path[700];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = make ? fopen(path, "wb") : NULL;
    if (make)
        fclose(file);
    else
        unlink(path);
}

static void test_absent(void **state)
{
    (void)state;
    static const struct {
        AbsentFile wanted;
        const char *name, *words; /* NULL: nothing to tell */
    } cases[] = {
        {ABSENT_CONFIG, "adapter_config.json", "an adapter's; merge it"},
        {ABSENT_CONFIG, "params.json", "Meta's own form"},
        {ABSENT_CONFIG, "pytorch_model.bin", NULL},
        {ABSENT_WEIGHTS, "adapter_model.safetensors", "an adapter; merge it"},
        {ABSENT_WEIGHTS, "adapter_model.bin", "an adapter; merge it"},
        {ABSENT_WEIGHTS, "pytorch_model.bin", "only pytorch_model.bin, in PyTorch's own form"},
        {ABSENT_WEIGHTS, "pytorch_model-00001-of-00002.bin", "PyTorch"},
        {ABSENT_WEIGHTS, "consolidated.00.pth", "PyTorch"},
        {ABSENT_WEIGHTS, "consolidated.safetensors", "in Mistral's own form"},
        {ABSENT_WEIGHTS, "tf_model.h5", "TensorFlow"},
        {ABSENT_WEIGHTS, "model-00001-of-00003.safetensors", "fetch model.safetensors.index.json"},
        {ABSENT_WEIGHTS, "model.fp16.safetensors", "of another name"},
        {ABSENT_WEIGHTS, "model.Q4_0.gguf", "name that file"},
        {ABSENT_WEIGHTS, "README.md", NULL},
        {ABSENT_TOKENIZER, "tokenizer.model", "only tokenizer.model, a SentencePiece model"},
        {ABSENT_TOKENIZER, "vocab.json", "AutoTokenizer"},
        {ABSENT_TOKENIZER, "config.json", NULL},
    };
    char folder[512], path[600];
    snprintf(folder, sizeof folder, "%s", scratch("absent"));
    mkdir(folder, 0700);
    snprintf(path, sizeof path, "%s/wanted", folder);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Error error = {""};
        touch(folder, cases[i].name, true);
        bool told = absent_tell(path, cases[i].wanted, &error);
        touch(folder, cases[i].name, false);
        assert_true(told == (cases[i].words != NULL));
        assert_true(!told || strstr(error.text, cases[i].words));
        assert_true(!told ||
                    (strstr(error.text, "/wanted: is not there, ") && strchr(error.text, ';')));
    }
    Error error = {""};
    assert_false(absent_tell("no-such-folder/wanted", ABSENT_WEIGHTS, &error));
    assert_false(absent_tell("wanted", ABSENT_WEIGHTS, &error)); /* of this folder */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_wanted),
        cmocka_unit_test(test_absent),
    };
    return cmocka_run_group_tests_name("kind", tests, NULL, NULL);
}
