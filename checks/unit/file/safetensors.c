/* The safetensors reader: every rule of the format, real files. */
#include "file/safetensors.h"
#include "base/alloc.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "check.h" /* last: cmocka has a macro called fail */

#define REFERENCE "checks/reference/safetensors"

/* --- files made for a test --------------------------------------------------- */

static void write_file(const char *path, const void *bytes, size_t count)
{
    Out out;
    Error error;
    assert_true(out_open(&out, path, &error));
    out_bytes(&out, bytes, count);
    assert_true(out_commit(&out, &error));
}

/* A file with the given header text and `count` bytes of data; its path. */
static const char *craft(const char *header, size_t count)
{
    const char *path = scratch("hostile.safetensors");
    size_t length = strlen(header);
    unsigned char *bytes = alloc_zeroed(8 + length + count, 1);
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)length >> 8 * i);
    memcpy(bytes + 8, header, length);
    write_file(path, bytes, 8 + length + count);
    free(bytes);
    return path;
}

/* Opening fails, with one line that holds `words` and names the file and a cure. */
static void refuse(const char *path, const char *words)
{
    TensorFile file;
    Error error = {""};
    if (tensors_open(&file, path, &error))
        fail_msg("%s was accepted, but: %s", path, words);
    if (!strstr(error.text, words))
        fail_msg("'%s' does not say '%s'", error.text, words);
    assert_non_null(strstr(error.text, "safetensors"));
    assert_non_null(strchr(error.text, ';'));
    assert_null(strchr(error.text, '\n'));
    assert_null(file.shards);
    tensors_close(&file);
}

static void refuse_header(const char *header, size_t count, const char *words)
{
    refuse(craft(header, count), words);
}

#define ENTRY(name, dtype, shape, begin, end)                                                      \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" #begin        \
    "," #end "]}"

/* --- the rules, one by one --------------------------------------------------- */

static void test_not_a_file(void **state)
{
    (void)state;
    refuse("build/absent.safetensors", "cannot be read");
    refuse("/dev/null/x.safetensors", "cannot be read");
    Error error;
    const char *fifo = scratch("fifo.safetensors");
    assert_true(out_make_parents(fifo, &error));
    unlink(fifo);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    refuse(fifo, "is not a file");
    unlink(fifo);
}

static void test_length(void **state)
{
    (void)state;
    const char *path = scratch("length.safetensors");
    write_file(path, "", 0);
    refuse(path, "0 bytes are too few");
    write_file(path, "\2\0\0\0\0\0\0", 7);
    refuse(path, "7 bytes are too few");
    write_file(path, "\0\0\0\0\0\0\0\0{}", 10);
    refuse(path, "does not start with '{'");
    write_file(path, "\3\0\0\0\0\0\0\0{}", 10);
    refuse(path, "pass the file's end");
    write_file(path, "\x01\xe1\xf5\x05\0\0\0\0{}", 10); /* 100,000,001 */
    refuse(path, "over the format's limit");
    write_file(path, "\xff\xff\xff\xff\xff\xff\xff\xff{}", 10);
    refuse(path, "over the format's limit");
    write_file(path, "\xff\xe0\xf5\x05\0\0\0\0{}", 10); /* 99,999,999 */
    refuse(path, "pass the file's end");
}

static void test_json(void **state)
{
    (void)state;
    refuse_header(" {}", 0, "does not start with '{'");
    refuse_header("[1]", 0, "does not start with '{'");
    refuse_header("{", 0, "not sound JSON");
    refuse_header("{} x", 0, "not sound JSON");
    refuse_header("{\"a\xff\":1}", 0, "not sound JSON");
    refuse_header("{\"a\":1}", 0, "has no dtype");
    refuse_header("{" ENTRY("a", "U8", "1", 0, 1) "," ENTRY("a", "U8", "1", 1, 2) "}", 2,
                  "duplicate");
    refuse_header("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "duplicate");
    refuse_header("{\"__metadata__\":[]}", 0, "__metadata__ is not an object");
    refuse_header("{\"__metadata__\":7}", 0, "__metadata__ is not an object");
    refuse_header("{\"__metadata__\":{\"k\":1}}", 0, "'k' is not a text");
}

static void test_entry(void **state)
{
    (void)state;
    refuse_header("{\"a\":{\"shape\":[],\"data_offsets\":[0,1]}}", 1, "has no dtype");
    refuse_header("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, "shape is not a list");
    refuse_header("{" ENTRY("a", "U8", "1,1,1,1,1,1,1,1,1", 0, 1) "}", 1, "shape is not a list");
    refuse_header("{" ENTRY("a", "U8", "-1", 0, 1) "}", 1, "invalid size");
    refuse_header("{" ENTRY("a", "U8", "1.0", 0, 1) "}", 1, "invalid size");
    refuse_header("{" ENTRY("a", "U8", "\"1\"", 0, 1) "}", 1, "invalid size");
    refuse_header("{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1, "not a begin and an end");
    refuse_header("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}", 1,
                  "not a begin and an end");
    refuse_header("{" ENTRY("a", "U8", "1", 1, 0) "}", 1, "not a begin and an end");
    refuse_header("{" ENTRY("a", "U8", "1", -1, 0) "}", 1, "not a begin and an end");
}

static void test_sizes_that_overflow(void **state)
{
    (void)state;
    refuse_header("{" ENTRY("a", "U8", "4294967296,4294967296", 0, 0) "}", 0, "too many elements");
    refuse_header("{" ENTRY("a", "F64", "4611686018427387904", 0, 0) "}", 0, "too many bytes");
    refuse_header("{" ENTRY("a", "U8", "99999999999999999999", 0, 1) "}", 1, "not sound JSON");
    refuse_header("{" ENTRY("a", "F32", "2,2", 0, 12) "}", 12, "takes 16 bytes");
    refuse_header("{" ENTRY("a", "F32", "0", 0, 4) "}", 4, "takes 0 bytes");
}

static void test_cover(void **state)
{
    (void)state;
    refuse_header("{" ENTRY("a", "U8", "4", 0, 4) "}", 3, "cut short");
    refuse_header("{" ENTRY("a", "U8", "4", 0, 4) "}", 5, "1 bytes after the last tensor");
    refuse_header("{}", 5, "5 bytes after the last tensor");
    refuse_header("{" ENTRY("a", "U8", "4", 1, 5) "}", 5, "bytes lie unused");
    refuse_header("{" ENTRY("a", "U8", "2", 0, 2) "," ENTRY("b", "U8", "2", 3, 5) "}", 5,
                  "'b': bytes lie unused");
    refuse_header("{" ENTRY("a", "U8", "3", 0, 3) "," ENTRY("b", "U8", "3", 2, 5) "}", 5,
                  "'b': overlaps");
    refuse_header("{" ENTRY("a", "U8", "2", 0, 2) "," ENTRY("b", "U8", "2", 0, 2) "}", 2,
                  "'b': overlaps");
}

static void test_accepted(void **state)
{
    (void)state;
    TensorFile file;
    Error error;
    /* Nothing at all; spaces after the header; entries in another order than
     * their data; empty tensors anywhere. */
    assert_true(tensors_open(&file, craft("{}     ", 0), &error));
    assert_int_equal(file.count, 0);
    assert_null(tensors_find(&file, "a"));
    assert_null(tensors_metadata(&file, "a"));
    tensors_close(&file);
    assert_true(tensors_open(&file,
                             craft("{" ENTRY("b", "U8", "2", 1, 3) "," ENTRY(
                                       "z", "F32", "3,0", 1, 1) "," ENTRY("a", "U8", "", 0, 1) "}",
                                   3),
                             &error));
    assert_int_equal(file.count, 3);
    assert_string_equal(file.tensors[0].name, "a");
    assert_string_equal(file.tensors[1].name, "z");
    assert_string_equal(file.tensors[2].name, "b");
    assert_int_equal(tensors_find(&file, "a")->rank, 0);
    assert_int_equal(tensors_find(&file, "a")->count, 1);
    assert_int_equal(tensors_find(&file, "z")->bytes, 0);
    tensors_close(&file);
    /* Types that are not read here, of any size; metadata that is null. */
    assert_true(
        tensors_open(&file,
                     craft("{\"__metadata__\":null," ENTRY("a", "F4", "3,2", 0, 3) "," ENTRY(
                               "b", "F99", "2", 3, 10) "," ENTRY("c", "U8", "", 10, 11) "}",
                           11),
                     &error));
    assert_int_equal(tensors_find(&file, "a")->dtype, DTYPE_OTHER);
    assert_string_equal(tensors_find(&file, "a")->type, "F4");
    assert_int_equal(tensors_find(&file, "b")->bytes, 7);
    const Tensor *found;
    assert_false(tensors_want(&file, "a", DTYPE_ANY_FLOAT, 2, (size_t[]){3, 2}, &found, &error));
    assert_non_null(strstr(error.text, "'a': is F4 (3, 2) but a float (3, 2) is wanted"));
    tensors_close(&file);
}

/* --- a folder with shards ---------------------------------------------------- */

static void write_index(const char *text)
{
    write_file(scratch("model-x/model.safetensors.index.json"), text, strlen(text));
}

static bool is_c(const char *name)
{
    return strcmp(name, "c") == 0;
}

static void test_index(void **state)
{
    (void)state;
    char folder[512];
    Error error;
    TensorFile file;
    snprintf(folder, sizeof folder, "%s", scratch("model-x")); /* scratch() forgets */
    write_index("");
    unlink(scratch("model-x/model.safetensors.index.json"));
    write_file(scratch("model-x/s1.safetensors"), "", 0);
    refuse(folder, "model.safetensors: is not there, only s1.safetensors");
    unlink(scratch("model-x/s1.safetensors"));
    unlink(scratch("model-x/s2.safetensors"));
    refuse(folder, "nor is there a model.safetensors");
    write_index("");
    refuse(folder, "not sound JSON");
    write_index("{\"weight_map\": 1}");
    refuse(folder, "has no weight_map");
    write_index("{\"weight_map\": {}}");
    refuse(folder, "names 0 shards");
    const char *const strange[] = {"1",
                                   "\"\"",
                                   "\"../x.safetensors\"",
                                   "\"..\"",
                                   "\"/etc/passwd\"",
                                   "\"a/b.safetensors\"",
                                   "\"a\\\\b\""};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        char text[128];
        snprintf(text, sizeof text, "{\"weight_map\": {\"a\": %s}}", strange[i]);
        write_index(text);
        refuse(folder, "is not the name of a file");
    }
    write_index("{\"weight_map\": {\"a\": \"s1.safetensors\", \"a\": \"s2.safetensors\"}}");
    refuse(folder, "duplicate");
    unlink(scratch("model-x/s1.safetensors"));
    write_index("{\"weight_map\": {\"a\": \"s1.safetensors\"}}");
    refuse(folder, "s1.safetensors: cannot be read");
    assert_int_equal(
        rename(craft("{" ENTRY("a", "U8", "1", 0, 1) "}", 1), scratch("model-x/s1.safetensors")),
        0);
    assert_int_equal(
        rename(craft("{" ENTRY("a", "U8", "1", 0, 1) "," ENTRY("b", "U8", "1", 1, 2) "}", 2),
               scratch("model-x/s2.safetensors")),
        0);
    write_index("{\"weight_map\": {\"a\": \"s1.safetensors\", \"c\": \"s2.safetensors\"}}");
    assert_true(tensors_open(&file, folder, &error));
    assert_false(tensors_complete(&file, NULL, &error));
    assert_non_null(strstr(error.text, "'c': is not in s2.safetensors"));
    assert_true(tensors_complete(&file, is_c, &error));
    tensors_close(&file);
    /* The second shard's own `a` is not the one the index means. */
    write_index("{\"weight_map\": {\"b\": \"s2.safetensors\", \"a\": \"s1.safetensors\"}}");
    assert_true(tensors_open(&file, folder, &error));
    assert_int_equal(file.count, 2);
    assert_non_null(strstr(tensors_find(&file, "a")->file, "s1.safetensors"));
    assert_non_null(strstr(tensors_find(&file, "b")->file, "s2.safetensors"));
    tensors_close(&file);
    write_index("{\"weight_map\": {\"z\": \"s2.safetensors\", \"y\": \"s1.safetensors\"}}");
    refuse(folder, "'a': is in two shards");
    write_index("{\"weight_map\": {\"z\": \"s2.safetensors\"}}"); /* it does not name all */
    assert_true(tensors_open(&file, folder, &error));
    assert_int_equal(file.count, 2);
    tensors_close(&file);
}

/* No file may be opened: nothing but the index stands in the way, and no line of it is at fault. */
static void test_unreadable_index(void **state)
{
    (void)state;
    struct rlimit limit, none;
    TensorFile file;
    Error error = {""};
    write_index("{\"weight_map\": {\"a\": \"s1.safetensors\"}}");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool opened = tensors_open(&file, scratch("model-x"), &error);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_false(opened);
    assert_non_null(strstr(error.text, "index.json: cannot be read (Too many open files); "));
}

static void test_sharded_reference(void **state)
{
    (void)state;
    TensorFile file;
    Error error;
    assert_true(tensors_open(&file, REFERENCE, &error));
    assert_int_equal(file.count, 4); /* brain.wide is in a shard, not in the index */
    assert_non_null(tensors_find(&file, "brain.wide"));
    assert_int_equal(tensors_find(&file, "half")->dtype, DTYPE_F16);
    assert_string_equal(tensors_metadata(&file, "made_by"), "safetensors 0.4.5, 기억");
    tensors_close(&file);
}

/* --- values ------------------------------------------------------------------ */

/* The binary16 number by its definition, in double. */
static double half_value(unsigned bits)
{
    unsigned exponent = bits >> 10 & 31, fraction = bits & 1023;
    double size = exponent == 31 ? (fraction ? NAN : INFINITY)
                  : exponent     ? ldexp(1024 + fraction, (int)exponent - 25)
                                 : ldexp(fraction, -24);
    return bits >> 15 ? -size : size;
}

static void test_all_halves(void **state)
{
    (void)state;
    static uint16_t bits[65536];
    static float wide[65536];
    for (unsigned i = 0; i < 65536; i++)
        bits[i] = (uint16_t)i;
    dtype_to_float(DTYPE_F16, bits, 65536, wide);
    for (unsigned i = 0; i < 65536; i++) {
        double expected = half_value(i);
        assert_true(isnan(expected) ? isnan(wide[i]) : wide[i] == expected);
        assert_int_equal(signbit(wide[i]) != 0, i >> 15);
    }
}

static void same_floats(const TensorFile *file, const char *narrow, const char *wide)
{
    const Tensor *a = tensors_find(file, narrow), *b = tensors_find(file, wide);
    float *x = alloc_zeroed(a->count, sizeof *x), *y = alloc_zeroed(a->count, sizeof *y);
    assert_int_equal(a->count, b->count);
    tensors_to_float(a, 0, a->count, x);
    tensors_to_float(b, 0, b->count, y);
    for (size_t i = 0; i < a->count; i++)
        if (memcmp(&x[i], &y[i], sizeof *x) != 0 && !(isnan(x[i]) && isnan(y[i])))
            fail_msg("%s[%zu] is %a, not %a", narrow, i, (double)x[i], (double)y[i]);
    tensors_to_float(a, 3, 2, y); /* a part of it */
    assert_memory_equal(y, x + 3, 2 * sizeof *x);
    free(x);
    free(y);
}

static void test_python_types(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        DType dtype;
        int64_t first;
    } ints[] = {{"int8", DTYPE_I8, -3},     {"uint8", DTYPE_U8, 250}, {"int16", DTYPE_I16, -3},
                {"uint16", DTYPE_U16, 250}, {"int32", DTYPE_I32, -3}, {"uint32", DTYPE_U32, 250},
                {"int64", DTYPE_I64, -3},   {"bool", DTYPE_BOOL, 1}};
    TensorFile file;
    Error error;
    int64_t values[6];
    assert_true(tensors_open(&file, REFERENCE "/types.safetensors", &error));
    assert_int_equal(file.count, 19);
    same_floats(&file, "half", "half.wide");
    same_floats(&file, "brain", "brain.wide");
    same_floats(&file, "double", "double.narrow");
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++) {
        const Tensor *t = tensors_find(&file, ints[i].name);
        assert_int_equal(t->dtype, ints[i].dtype);
        tensors_to_int(t, 0, 6, values);
        for (int64_t j = 0; j < 6; j++)
            assert_int_equal(values[j], t->dtype == DTYPE_BOOL ? j % 2 == 0 : ints[i].first + j);
    }
    assert_int_equal(tensors_find(&file, "uint64")->dtype, DTYPE_U64);
    assert_int_equal(tensors_find(&file, "f8")->dtype, DTYPE_F8_E4M3);
    assert_int_equal(tensors_find(&file, "f8b")->dtype, DTYPE_F8_E5M2);
    assert_int_equal(tensors_find(&file, "none")->count, 0);
    assert_string_equal(tensors_metadata(&file, "made_by"), "safetensors 0.4.5, 기억");
    tensors_close(&file);
}

static void test_want(void **state)
{
    (void)state;
    TensorFile file;
    Error error;
    const Tensor *t;
    assert_true(tensors_open(&file, REFERENCE "/types.safetensors", &error));
    assert_true(tensors_want(&file, "int32", DTYPE_I32, 2, (size_t[]){2, 3}, &t, &error));
    assert_int_equal(t->bytes, 24);
    assert_true(
        tensors_want(&file, "int32", DTYPE_ANY_INT, 2, (size_t[]){TENSOR_ANY, 3}, &t, &error));
    assert_true(tensors_want(&file, "double", DTYPE_ANY_FLOAT, 2,
                             (size_t[]){TENSOR_ANY, TENSOR_ANY}, &t, &error));
    assert_false(tensors_want(&file, "absent", DTYPE_I32, 0, NULL, &t, &error));
    assert_string_equal(error.text,
                        REFERENCE "/types.safetensors: tensor 'absent': is missing; "
                                  "check that the file is complete and of the kind wanted here");
    assert_false(tensors_want(&file, "int32", DTYPE_I32, 2, (size_t[]){TENSOR_ANY, 4}, &t, &error));
    assert_non_null(strstr(error.text, "'int32': is I32 (2, 3) but I32 (any, 4) is wanted"));
    assert_false(tensors_want(&file, "int32", DTYPE_I32, 2, (size_t[]){0, 3}, &t, &error));
    assert_non_null(strstr(error.text, "'int32': is I32 (2, 3) but I32 (0, 3) is wanted"));
    assert_false(tensors_want(&file, "int32", DTYPE_ANY_FLOAT, 2, (size_t[]){2, 3}, &t, &error));
    assert_non_null(strstr(error.text, "is I32 (2, 3) but a float (2, 3) is wanted"));
    assert_false(tensors_want(&file, "f8", DTYPE_ANY_FLOAT, 2, (size_t[]){2, 3}, &t, &error));
    assert_false(tensors_want(&file, "int32", DTYPE_I32, 1, (size_t[]){6}, &t, &error));
    tensors_close(&file);
}

static void test_stories(void **state)
{
    (void)state;
    char path[512];
    TensorFile file;
    Error error;
    const Tensor *t;
    SHARED_OR_SKIP(path, "models/stories260K");
    assert_true(tensors_open(&file, path, &error));
    assert_string_equal(tensors_metadata(&file, "format"), "pt");
    assert_true(tensors_want(&file, "model.embed_tokens.weight", DTYPE_F32, 2, (size_t[]){512, 64},
                             &t, &error));
    assert_true(tensors_want(&file, "model.layers.4.self_attn.k_proj.weight", DTYPE_ANY_FLOAT, 2,
                             (size_t[]){32, 64}, &t, &error));
    tensors_close(&file);
}

/* --- the writer -------------------------------------------------------------- */

static void test_misaligned(void **state)
{
    (void)state;
    TensorFile file;
    Error error;
    float value = 1;
    int64_t number = 1;
    /* A one-byte tensor first, and a header of no special length. */
    assert_true(tensors_open(&file,
                             craft("{" ENTRY("a", "U8", "1", 0, 1) "," ENTRY(
                                       "b", "F32", "1", 1, 5) "," ENTRY("c", "I64", "1", 5, 13) "}",
                                   13),
                             &error));
    assert_false(tensors_aligned(tensors_find(&file, "b")) &&
                 tensors_aligned(tensors_find(&file, "c")));
    tensors_to_float(tensors_find(&file, "b"), 0, 1, &value);
    tensors_to_int(tensors_find(&file, "c"), 0, 1, &number);
    assert_true(value == 0 && number == 0);
    tensors_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_a_file),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_entry),
        cmocka_unit_test(test_sizes_that_overflow),
        cmocka_unit_test(test_cover),
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_index),
        cmocka_unit_test(test_unreadable_index),
        cmocka_unit_test(test_sharded_reference),
        cmocka_unit_test(test_all_halves),
        cmocka_unit_test(test_python_types),
        cmocka_unit_test(test_want),
        cmocka_unit_test(test_stories),
        cmocka_unit_test(test_misaligned),
    };
    return cmocka_run_group_tests_name("safetensors", tests, NULL, NULL);
}
