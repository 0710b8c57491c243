/* GGUF files: every type against the Python package gguf, settings, and every bad file. */
#include "file/gguf.h"

#include "base/alloc.h"

#include <math.h>

#include "gguf_files.h"

#define REFERENCE "checks/reference/gguf"

/* A line for make parity: of this type all bits are the same (see parity.h). */
static void tell_parity(const char *type)
{
    const char *path = getenv("DOCMEM_PARITY");
    FILE *file = path ? fopen(path, "a") : NULL;
    if (!file)
        return;
    fprintf(file, "types.gguf: %s,%s,1,values of the package gguf,0,0\n", type, type);
    assert_int_equal(fclose(file), 0);
}

/* Each tensor of types.gguf has the bits that the package computes, whole and in part. */
static void test_types(void **state)
{
    (void)state;
    TensorFile file, wide;
    Error error;
    assert_true(tensors_open(&file, REFERENCE "/types.gguf", &error));
    assert_true(tensors_open(&wide, REFERENCE "/types.safetensors", &error));
    assert_int_equal(file.count, 13);
    for (size_t i = 0; i < file.count; i++) {
        const Tensor *tensor = &file.tensors[i], *wanted = tensors_find(&wide, tensor->name);
        assert_non_null(wanted);
        assert_string_equal(tensor->type, tensor->name);
        assert_int_equal(tensor->count, wanted->count);
        assert_memory_equal(tensor->shape, wanted->shape, 2 * sizeof(size_t));
        float *values = alloc_zeroed(tensor->count, sizeof *values);
        tensors_to_float(tensor, 0, tensor->count, values);
        if (memcmp(values, wanted->data, tensor->count * sizeof *values) != 0)
            fail_msg("%s: other bits than the package's", tensor->name);
        tell_parity(tensor->name);
        size_t block = dtype_block(tensor->dtype);
        tensors_to_float(tensor, tensor->count - block, block, values);
        assert_memory_equal(values, (const float *)wanted->data + tensor->count - block,
                            block * sizeof *values);
        assert_true(tensors_finite(tensor, &error));
        free(values);
    }
    tensors_close(&file);
    tensors_close(&wide);
}

/* A draft with one value of every type. */
static GgufDraft all_settings(void)
{
    GgufDraft draft = {.version = 2};
    gguf_set_text(&draft, "text", "caf\xc3\xa9");
    gguf_set_u32(&draft, "u32", 4294967295u);
    gguf_set_f32(&draft, "f32", 0.5f);
    gguf_set_flag(&draft, "yes", true);
    gguf_key(&draft, "i8", GGUF_I8), gguf_put(&draft.settings, "\xfe", 1);
    gguf_key(&draft, "u8", GGUF_U8), gguf_put(&draft.settings, "\xfe", 1);
    gguf_key(&draft, "i16", GGUF_I16), gguf_put(&draft.settings, "\xfe\xff", 2);
    gguf_key(&draft, "u16", GGUF_U16), gguf_put(&draft.settings, "\xfe\xff", 2);
    gguf_key(&draft, "i32", GGUF_I32), gguf_put_u32(&draft.settings, (uint32_t)-2);
    gguf_key(&draft, "i64", GGUF_I64), gguf_put_u64(&draft.settings, (uint64_t)-2);
    gguf_key(&draft, "u64", GGUF_U64), gguf_put_u64(&draft.settings, (uint64_t)-2);
    double wide = -1.25;
    gguf_key(&draft, "f64", GGUF_F64), gguf_put(&draft.settings, &wide, sizeof wide);
    gguf_set_f32(&draft, "nan", NAN);
    gguf_begin_list(&draft, "list", GGUF_TEXT, 2);
    gguf_put_text(&draft.settings, "one"), gguf_put_text(&draft.settings, "");
    return draft;
}

static void test_settings(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        double value;
    } numbers[] = {{"u32", 4294967295.0}, {"f32", 0.5}, {"i8", -2},  {"u8", 254},   {"i16", -2},
                   {"u16", 65534},        {"i32", -2},  {"i64", -2}, {"f64", -1.25}};
    TensorFile file;
    Error error;
    GgufDraft draft = all_settings();
    assert_true(tensors_open(&file, gguf_write(&draft, "settings.gguf"), &error));
    const Gguf *gguf = gguf_of(&file);
    double number;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_true(gguf_number(gguf, numbers[i].key, &number));
        assert_true(number == numbers[i].value);
    }
    assert_false(gguf_number(gguf, "u64", &number)); /* beyond 63 bits */
    assert_false(gguf_number(gguf, "nan", &number));
    assert_false(gguf_number(gguf, "text", &number));
    assert_false(gguf_number(gguf, "none", &number));
    assert_true(gguf_flag(gguf, "yes", false) && gguf_flag(gguf, "u32", true));
    char *text = gguf_text(gguf, "text");
    assert_string_equal(text, "caf\xc3\xa9");
    free(text);
    const GgufSetting *list = gguf_list(gguf, "list", GGUF_TEXT, &error);
    const char *at = list->data;
    size_t length;
    assert_int_equal(list->count, 2);
    assert_memory_equal(gguf_next_text(&at, &length), "one", 3);
    assert_int_equal(length, 3);
    gguf_next_text(&at, &length);
    assert_int_equal(length, 0);
    assert_null(gguf_list(gguf, "list", GGUF_F32, &error));
    assert_null(gguf_list(gguf, "none", GGUF_F32, &error));
    assert_null(gguf_json(list));
    assert_int_equal(file.count, 0);
    tensors_close(&file);
}

/* ---- Bad files ---- */

static void refuse(const char *path, const char *words)
{
    TensorFile file;
    Error error = {""};
    if (tensors_open(&file, path, &error))
        fail_msg("%s was accepted, but: %s", path, words);
    if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, words) ||
        !strstr(error.text, "; "))
        fail_msg("\"%s\" does not say: %s", error.text, words);
    assert_null(file.tensors);
}

static void refuse_draft(GgufDraft *draft, const char *words)
{
    refuse(gguf_write(draft, "bad.gguf"), words);
}

/* A sound file cut anywhere is refused, and never read past its end. */
static void test_cut(void **state)
{
    (void)state;
    static char bytes[1 << 14];
    FILE *file = fopen(REFERENCE "/gpt2.gguf", "rb");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    assert_in_range(size, 1000, sizeof bytes - 1);
    for (size_t cut = 8; cut < size - 32; cut += cut < 300 ? 1 : 37)
        refuse(fixture_file("cut.gguf", bytes, cut), "ends where its head goes on");
    file = fopen(REFERENCE "/types.gguf", "rb");
    size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    refuse(fixture_file("cut.gguf", bytes, size - 40), "pass the file's end");
}

static void test_heads(void **state)
{
    (void)state;
    static const struct {
        uint32_t version;
        const char *words;
    } cases[] = {{0, "version 0"}, {1, "version 1"}, {4, "version 4"}, {3u << 24, "big-endian"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GgufDraft draft = {.version = cases[i].version};
        refuse_draft(&draft, cases[i].words);
    }
    GgufDraft draft = {.version = 3, .setting_count = UINT64_MAX};
    refuse_draft(&draft, "ends where its head");
    draft.tensor_count = UINT64_MAX;
    refuse_draft(&draft, "the name of a tensor"); /* there are some zeroes behind the head */
    gguf_set_u32(&draft, "split.count", 3);
    refuse_draft(&draft, "one of 3 parts of a split model");
    gguf_set_u32(&draft, "", 3);
    refuse_draft(&draft, "the key of a setting");
    gguf_set_u32(&draft, "a\xff", 3);
    refuse_draft(&draft, "the key of a setting");
    gguf_set_u32(&draft, "a", 3), gguf_set_u32(&draft, "b", 3), gguf_set_u32(&draft, "a", 3);
    refuse_draft(&draft, "a stands there twice");
    gguf_key(&draft, "a", 13);
    refuse_draft(&draft, "a has type 13");
    gguf_begin_list(&draft, "a", GGUF_LIST, 1);
    refuse_draft(&draft, "a is a list of lists");
    gguf_begin_list(&draft, "a", 99, 1);
    refuse_draft(&draft, "a has type 99");
    gguf_begin_list(&draft, "a", GGUF_U64, UINT64_MAX / 8 + 2); /* the product passes 64 bits */
    refuse_draft(&draft, "ends where its head");
    gguf_begin_list(&draft, "a", GGUF_TEXT, 1);
    gguf_put_u64(&draft.settings, UINT64_MAX);
    refuse_draft(&draft, "ends where its head");
}

static void test_tensors(void **state)
{
    (void)state;
    static const uint64_t four[] = {2, 2, 2, 2, 2}, quantized[] = {32, 2}, part[] = {48, 2},
                          huge[] = {1ull << 33, 1ull << 33}, many[] = {1ull << 61, 1};
    GgufDraft draft = {.version = 3};
    gguf_add(&draft, "a", 2, four, 0, 0), gguf_zeroes(&draft, 16);
    gguf_add(&draft, "a", 2, four, 0, 32), gguf_zeroes(&draft, 16);
    refuse_draft(&draft, "tensor 'a': stands there twice");
    gguf_add(&draft, "a", 2, four, 0, 0), gguf_zeroes(&draft, 16);
    gguf_add(&draft, "b", 2, four, 0, 0), gguf_zeroes(&draft, 16);
    refuse_draft(&draft, "tensor 'b': begins at 0 of the data, not at 32");
    gguf_add(&draft, "a", 2, four, 0, 8), gguf_zeroes(&draft, 64);
    refuse_draft(&draft, "tensor 'a': begins at 8");
    gguf_add(&draft, "a", 2, four, 0, 0), gguf_zeroes(&draft, 64);
    refuse_draft(&draft, "32 bytes after the last tensor");
    gguf_add(&draft, "a", 2, four, 0, 0);
    refuse_draft(&draft, "16 bytes at 0 pass the file's end");
    gguf_add(&draft, "a", 0, four, 0, 0);
    refuse_draft(&draft, "has 0 sizes");
    gguf_add(&draft, "a", 5, four, 0, 0);
    refuse_draft(&draft, "has 5 sizes");
    gguf_add(&draft, "a", 2, huge, 0, 0);
    refuse_draft(&draft, "too many elements");
    gguf_add(&draft, "a", 2, many, 28, 0);
    refuse_draft(&draft, "too many bytes");
    gguf_add(&draft, "a", 2, part, 2, 0);
    refuse_draft(&draft, "rows of 48 are not whole blocks of 32, as Q4_0");
    gguf_add(&draft, "a", 2, quantized, 12, 0);
    refuse_draft(&draft, "not whole blocks of 256, as Q4_K");
    gguf_add(&draft, "a", 2, quantized, 20, 0);
    refuse_draft(&draft, "type 20 (IQ4_NL), which docmem does not read");
    gguf_add(&draft, "a", 2, quantized, 7777, 0);
    refuse_draft(&draft, "type 7777 (none of GGUF's)");
    gguf_add(&draft, "", 2, four, 0, 0);
    refuse_draft(&draft, "the name of a tensor");
    static const uint32_t alignments[] = {0, 24, 1 << 21, UINT32_MAX};
    for (size_t i = 0; i < 4; i++) {
        gguf_set_u32(&draft, "general.alignment", alignments[i]);
        gguf_add(&draft, "a", 2, four, 0, 0), gguf_zeroes(&draft, 16);
        refuse_draft(&draft, "general.alignment");
    }
    gguf_set_text(&draft, "general.alignment", "32");
    refuse_draft(&draft, "general.alignment");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types), cmocka_unit_test(test_settings), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_heads), cmocka_unit_test(test_tensors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
