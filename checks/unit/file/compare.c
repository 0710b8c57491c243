/* Comparison of results: the first difference in tensors, tables and bytes, and its size. */
#include "file/compare.h"

#include "file/safetensors.h"

#include <math.h>
#include <string.h>

#include "fixture.h" /* last: cmocka has a macro called fail */

/* The line compare_files says of two files; "" for the same. */
static const char *difference(const char *wanted, const char *found)
{
    static char line[2048];
    Error error;
    Text said = {0};
    assert_true(compare_files(wanted, found, &said, &error));
    snprintf(line, sizeof line, "%s", said.length ? said.bytes : "");
    text_free(&said);
    return line;
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static uint64_t steps(double a, double b)
{
    return compare_steps(DTYPE_F64, &a, &b);
}

static void test_units_in_the_last_place(void **state)
{
    (void)state;
    float one = 1, next = nextafterf(1, 2);
    uint16_t half = 0x3c00, half_next = 0x3c01, minus = 0x8000, plus = 0; /* 1, 1 + 2^-10, -0, 0 */
    int32_t three = 3, minus_four = -4;
    assert_int_equal(compare_steps(DTYPE_F32, &one, &next), 1);
    assert_int_equal(compare_steps(DTYPE_F16, &half, &half_next), 1);
    assert_int_equal(compare_steps(DTYPE_BF16, &minus, &plus), 1);
    assert_int_equal(compare_steps(DTYPE_I32, &three, &minus_four), 7);
    assert_int_equal(steps(1, 1), 0);
    assert_int_equal(steps(-1, nextafter(-1, 0)), 1);
    assert_int_equal(steps(-0.0, 0.0), 1);
    assert_int_equal(steps(-4.9406564584124654e-324, 4.9406564584124654e-324), 3);
    assert_true(steps(-INFINITY, INFINITY) > (uint64_t)1 << 63);
    assert_true(steps(0, NAN) > steps(0, INFINITY));
}

/* Writes tensors a (2,3) of floats and b (2) of whole numbers, and a word of metadata. */
static const char *write_tensors(const char *name, const float *a, const int64_t *b, size_t b_count,
                                 const char *word)
{
    Out out;
    Error error;
    TensorWriter writer = {0};
    const char *path = scratch(name);
    size_t shape_a[] = {2, 3}, shape_b[] = {b_count};
    tensor_writer_metadata(&writer, "word", word);
    tensor_writer_add(&writer, "b", DTYPE_I64, 1, shape_b, b);
    tensor_writer_add(&writer, "a", DTYPE_F32, 2, shape_a, a);
    assert_true(out_open(&out, path, &error) && tensor_writer_write(&writer, &out, &error) &&
                out_commit(&out, &error));
    return path;
}

static void test_tensors(void **state)
{
    (void)state;
    float a[] = {1, 2, 3, 4, 5, 6}, c[] = {1, 2, 3, 4, 5, 6};
    int64_t b[] = {7, 8, 9}, d[] = {7, 8, 10};
    char wanted[512];
    snprintf(wanted, sizeof wanted, "%s", write_tensors("a.safetensors", a, b, 2, "x"));
    assert_string_equal(difference(wanted, write_tensors("b.safetensors", c, d, 2, "x")), "");
    c[4] = nextafterf(c[4], 9);
    c[5] = 0;
    assert_string_equal(difference(wanted, write_tensors("b.safetensors", c, b, 2, "x")),
                        "tensor a, element [1,1]: wanted 5, found 5.00000048, 1 units in the last "
                        "place; 2 of its 6 elements differ; 1 of 2 tensors differ");
    d[0] = 5; /* the first in the file comes first */
    assert_non_null(strstr(difference(wanted, write_tensors("b.safetensors", c, d, 2, "x")),
                           "tensor b, element [0]: wanted 7, found 5, 2 units"));
    assert_non_null(strstr(difference(wanted, write_tensors("b.safetensors", a, d, 3, "x")),
                           "tensor b has another type or shape; 1 of 2"));
    assert_non_null(strstr(difference(wanted, write_tensors("b.safetensors", a, b, 2, "y")),
                           "byte ")); /* metadata alone */
}

static void test_tables(void **state)
{
    (void)state;
    char a[512], b[512];
    snprintf(a, sizeof a, "%s", scratch("a.csv"));
    snprintf(b, sizeof b, "%s", scratch("b.csv"));
    write_text(a, "name,value\n\"x,\ny\",0.5\nz,2\n");
    write_text(b, "name,value\n\"x,\ny\",0.5\nz,2\n");
    assert_string_equal(difference(a, b), "");
    write_text(b, "name,value\n\"x,\ny\",0.50000000000000011\nz,3\n");
    assert_string_equal(difference(a, b),
                        "line 3, column value: wanted 0.5, found 0.50000000000000011, 1 units in "
                        "the last place; 2 of 3 rows differ");
    write_text(b, "name,value\n\"x,\ny\",0.5\nz,3\nw,4\n");
    assert_string_equal(difference(a, b), "line 4, column value: wanted 2, found 3; 1 of 3 rows "
                                          "differ; 4 rows where 3 are wanted");
    write_text(b, "name,value,more\n1,2,3\n");
    assert_string_equal(difference(a, b), "line 1 has 3 columns where 2 are wanted");
    write_text(b, "name,value\n\"x,\ny\",0.5\n");
    assert_string_equal(difference(a, b), "2 rows where 3 are wanted");
    write_text(b, "name,value\n\"x,\ny\",\"0.5\"\nz,2\n"); /* the same table in other bytes */
    assert_string_equal(difference(a, b), "byte 18, line 3: wanted '0.5', found '\"0.5\"'");
}

static void test_bytes_and_faults(void **state)
{
    (void)state;
    Error error;
    Text said = {0};
    char a[512], b[512];
    snprintf(a, sizeof a, "%s", scratch("a.jsonl"));
    snprintf(b, sizeof b, "%s", scratch("b.jsonl"));
    write_text(a, "one\ntwo\n");
    write_text(b, "one\ntoo\n");
    assert_string_equal(difference(a, b), "byte 5, line 2: wanted 'wo', found 'oo'");
    write_text(b, "one\n");
    assert_string_equal(difference(a, b), "byte 4, line 2: the file ends here");
    assert_string_equal(difference(b, a), "byte 4, line 2: more than is wanted");
    assert_false(compare_files(a, scratch("none"), &said, &error));
    assert_non_null(strstr(error.text, "none: cannot be read ("));
    assert_false(compare_files(scratch("none.safetensors"), a, &said, &error));
    write_text(scratch("cut.safetensors"), "12");
    assert_false(compare_files(scratch("cut.safetensors"), a, &said, &error));
    write_text(scratch("cut.csv"), "a,b\n1\n");
    assert_false(compare_files(scratch("cut.csv"), scratch("cut.csv"), &said, &error));
    assert_non_null(strstr(error.text, "cut.csv:2: "));
    text_free(&said);
}

/* Copies of a GGUF file of all types that end in .safetensors, one byte of a tensor other: the
 * place is the block's first element. */
static void test_quantized(void **state)
{
    (void)state;
    Error error;
    TensorFile file;
    static char bytes[1 << 16];
    FILE *from = fopen("checks/reference/gguf/types.gguf", "rb");
    assert_non_null(from);
    size_t size = fread(bytes, 1, sizeof bytes, from);
    fclose(from);
    char wanted[512];
    int tried = 0;
    snprintf(wanted, sizeof wanted, "%s", fixture_file("wanted.safetensors", bytes, size));
    assert_true(tensors_open(&file, wanted, &error));
    for (size_t i = 0; i < file.count; i++) {
        const Tensor *tensor = &file.tensors[i];
        size_t block = dtype_block(tensor->dtype), at = dtype_size(tensor->dtype);
        char place[96];
        if (block == 1 || tensor->count < 2 * block)
            continue;
        size_t byte = (size_t)((const char *)tensor->data - (const char *)file.shards->map) + at;
        tried++;
        bytes[byte] ^= 1; /* of the second block */
        const char *said = difference(wanted, fixture_file("found.safetensors", bytes, size));
        bytes[byte] ^= 1;
        snprintf(place, sizeof place, "%s, element [0,%zu]; 1 of its %zu blocks of elements differ",
                 tensor->name, block, tensor->count / block);
        if (!strstr(said, place))
            fail_msg("%s: %s", tensor->name, said);
    }
    assert_in_range(tried, 5, 20);
    tensors_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_units_in_the_last_place),
        cmocka_unit_test(test_tensors),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_bytes_and_faults),
        cmocka_unit_test(test_quantized),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
