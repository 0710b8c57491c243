/* The safetensors writer: what it writes reads back, whole or streamed; what it refuses. */
#include "base/alloc.h"
#include "file/safetensors.h"

#include <math.h>
#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

static void test_round_trip(void **state)
{
    (void)state;
    static const int32_t ids[3] = {7, -1, 1 << 30};
    static const int64_t offset[2] = {0, 1ll << 40};
    static const uint8_t flag[1] = {1};
    static const double nll[1][2] = {{0.1, -INFINITY}};
    TensorWriter writer = {0};
    TensorFile file;
    Out out;
    Error error;
    int64_t read[3];
    tensor_writer_metadata(&writer, "name", "a \"b\"\n기억");
    tensor_writer_add(&writer, "flag", DTYPE_BOOL, 0, NULL, flag);
    tensor_writer_add(&writer, "ids", DTYPE_I32, 1, (size_t[]){3}, ids);
    tensor_writer_add(&writer, "offset", DTYPE_I64, 1, (size_t[]){2}, offset);
    tensor_writer_add(&writer, "nll", DTYPE_F64, 2, (size_t[]){1, 2}, nll);
    tensor_writer_add(&writer, "none", DTYPE_F32, 2, (size_t[]){0, 5}, NULL);
    assert_true(out_open(&out, scratch("round-trip.safetensors"), &error));
    assert_true(tensor_writer_write(&writer, &out, &error));
    assert_true(out_commit(&out, &error));

    assert_true(tensors_open(&file, scratch("round-trip.safetensors"), &error));
    assert_int_equal(file.count, 5);
    assert_string_equal(tensors_metadata(&file, "name"), "a \"b\"\n기억");
    for (size_t i = 0; i < file.count; i++)
        assert_true(tensors_aligned(&file.tensors[i]));
    assert_string_equal(file.tensors[0].name, "offset");
    assert_string_equal(file.tensors[1].name, "nll");
    tensors_to_int(tensors_find(&file, "ids"), 0, 3, read);
    assert_int_equal(read[1], -1);
    assert_int_equal(read[2], 1 << 30);
    tensors_to_int(tensors_find(&file, "offset"), 1, 1, read);
    assert_int_equal(read[0], 1ll << 40);
    assert_memory_equal(tensors_find(&file, "nll")->data, nll, sizeof nll);
    tensors_close(&file);
}

static void test_stream(void **state)
{
    (void)state;
    TensorWriter writer = {0};
    TensorFile file;
    Out out;
    Error error;
    float rows[4][3], read[12];
    tensor_writer_add(&writer, "h.0", DTYPE_F32, 2, (size_t[]){4, 3}, NULL);
    tensor_writer_add(&writer, "h.1", DTYPE_F32, 2, (size_t[]){4, 3}, NULL);
    assert_true(out_open(&out, scratch("stream.safetensors"), &error));
    assert_true(tensor_writer_begin(&writer, &out, &error));
    for (int i = 0; i < 8; i++) {
        for (int j = 0; j < 3; j++)
            rows[i % 4][j] = (float)(10 * i + j);
        tensor_writer_append(&writer, &out, rows[i % 4], sizeof rows[0]);
    }
    tensor_writer_end(&writer);
    assert_true(out_commit(&out, &error));
    assert_true(tensors_open(&file, scratch("stream.safetensors"), &error));
    tensors_to_float(tensors_find(&file, "h.1"), 0, 12, read);
    assert_true(read[0] == 40 && read[11] == 72);
    assert_memory_equal(read, rows, sizeof rows);
    tensors_close(&file);
}

static void test_writer_refuses(void **state)
{
    (void)state;
    TensorWriter writer = {0};
    Out out;
    Error error;
    assert_true(out_open(&out, scratch("refused.safetensors"), &error));
    tensor_writer_metadata(&writer, "path", "caf\xe9");
    assert_false(tensor_writer_write(&writer, &out, &error));
    assert_non_null(strstr(error.text, "refused.safetensors: "));
    assert_non_null(strstr(error.text, "not UTF-8"));
    tensor_writer_add(&writer, "caf\xe9", DTYPE_F32, 1, (size_t[]){0}, NULL);
    assert_false(tensor_writer_write(&writer, &out, &error));
    out_abandon(&out);
    assert_int_not_equal(access(scratch("refused.safetensors"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_writer_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
