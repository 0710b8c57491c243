/* Checks of element types: their names and sizes, which fits which wish, every type widened. */
#include "file/dtype.h"

#include <string.h>

#include "check.h"

static void test_names(void **state)
{
    (void)state;
    static const char *const names[] = {"BOOL", "U8",  "I8",  "I16",  "U16", "I32",
                                        "U32",  "I64", "F16", "BF16", "F32", "F64"};
    static const size_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 8, 2, 2, 4, 8};
    DType dtype;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        dtype = dtype_parse(names[i]);
        assert_string_equal(dtype_name(dtype), names[i]);
        assert_int_equal(dtype_size(dtype), sizes[i]);
        assert_int_equal(dtype_fits(dtype, DTYPE_ANY_INT), i < 8);
        assert_int_equal(dtype_fits(dtype, DTYPE_ANY_FLOAT), i >= 8);
        for (DType other = 0; other < DTYPE_COUNT; other++)
            assert_int_equal(dtype_fits(dtype, other), dtype == other);
    }
    assert_int_equal(dtype_parse("F8"), DTYPE_OTHER);
    assert_int_equal(dtype_parse("f32"), DTYPE_OTHER);
    assert_int_equal(dtype_parse(""), DTYPE_OTHER);
}

/* The two bytes at an odd address, so that nothing rests on alignment. */
static void widens(const char *name, const void *bytes, size_t size, int64_t wanted)
{
    char data[16];
    DType dtype;
    int64_t found = 77;
    dtype = dtype_parse(name);
    memcpy(data + 1, bytes, size);
    dtype_to_int(dtype, data + 1, 1, &found);
    assert_int_equal(found, wanted);
    dtype_to_int(dtype, data + 1, 0, &(int64_t){0});
}

static void test_integers(void **state)
{
    (void)state;
    widens("BOOL", "\1", 1, 1);
    widens("U8", "\xff", 1, 255);
    widens("I8", "\xff", 1, -1);
    widens("I16", "\xfe\xff", 2, -2);
    widens("U16", "\xfe\xff", 2, 65534);
    widens("I32", "\0\0\0\x80", 4, INT32_MIN);
    widens("U32", "\0\0\0\x80", 4, INT64_C(1) << 31);
    widens("I64", "\0\0\0\0\0\0\0\x80", 8, INT64_MIN);
}

static void test_floats(void **state)
{
    (void)state;
    float found[2] = {7, 7};
    DType dtype;
    dtype_to_float(DTYPE_F32, NULL, 0, found);
    assert_true(found[0] == 7);
    dtype_to_float(DTYPE_F32, (float[]){-1.5f, 2}, 2, found);
    assert_true(found[0] == -1.5f && found[1] == 2);
    dtype_to_float(DTYPE_F64, (double[]){0x1p-149, 1e300}, 2, found);
    assert_true(found[0] == 0x1p-149f && found[1] > 1e38f);
    dtype = dtype_parse("BF16");
    dtype_to_float(dtype, "\x80\x3f\x00\xc0", 2, found);
    assert_true(found[0] == 1 && found[1] == -2);
    dtype = dtype_parse("F16");
    dtype_to_float(dtype, "\x00\x3c\x01\x80", 2, found);
    assert_true(found[0] == 1 && found[1] == -0x1p-24f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_floats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
