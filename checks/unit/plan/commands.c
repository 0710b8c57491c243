/* Checks of command lines kept as data, and of numbers in the metadata of tensor files. */
#include "plan/commands.h"
#include "file/metadata.h"

#include <math.h>
#include <string.h>

#include "fixture.h"

static void test_commands(void **state)
{
    (void)state;
    Commands commands;
    Error error;
    const char *path =
        fixture_text("commands", "encode --out b --max-tokens 40 --max-tokens 50\n\n \t\n"
                                 "  memorize --save 1,5,25 --out c --lr 0.5 --kind\n"
                                 "results");
    if (!commands_read(&commands, path, &error))
        fail_msg("%s", error.text);
    assert_int_equal(commands.count, 3);
    const Command *encode = &commands.items[0], *memorize = commands_maker(&commands, "c");
    assert_string_equal(encode->words[0], "encode");
    assert_int_equal(encode->line, 1);
    assert_int_equal(command_number(encode, "max-tokens", 7), 50); /* the last one counts */
    assert_int_equal(command_number(encode, "entries", 7), 7);
    assert_int_equal(command_items(encode, "save"), 0);
    assert_ptr_equal(memorize, &commands.items[1]);
    assert_int_equal(memorize->line, 4);
    assert_int_equal(command_items(memorize, "save"), 3);
    assert_true(command_real(memorize, "lr") == 0.5);
    assert_true(command_real(memorize, "strength") == 0);
    assert_true(command_says(memorize, "out", "c"));
    assert_false(command_says(memorize, "out", "b"));
    assert_false(command_says(memorize, "cell", "c"));
    assert_null(command_value(memorize, "kind")); /* the last word has no value */
    assert_null(commands_maker(&commands, "d"));
    assert_null(commands_maker(&commands, NULL));
    commands_free(&commands);
    assert_false(commands_read(&commands, scratch("no-commands"), &error));
    assert_non_null(strstr(error.text, "no-commands: "));
    assert_false(commands_read(&commands, "checks", &error));
    assert_non_null(strstr(error.text, "checks: cannot be read whole"));
}

static void test_metadata(void **state)
{
    (void)state;
    TensorWriter writer = {0};
    TensorFile file;
    Out out;
    Error error;
    uint64_t whole;
    double real;
    static const char *const numbers[][2] = {{"minus", "-1"},
                                             {"word", "x"},
                                             {"tail", "7x"},
                                             {"space", " 7"},
                                             {"huge", "18446744073709551616"},
                                             {"nan", "nan"},
                                             {"none", ""}};
    metadata_add_int(&writer, "whole", UINT64_MAX);
    metadata_add_real(&writer, "real", 0.1);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        tensor_writer_metadata(&writer, numbers[i][0], numbers[i][1]);
    assert_true(out_open(&out, scratch("metadata.safetensors"), &error));
    assert_true(tensor_writer_write(&writer, &out, &error) && out_commit(&out, &error));
    tensor_writer_free(&writer);
    assert_true(tensors_open(&file, scratch("metadata.safetensors"), &error));
    assert_true(metadata_int(&file, "whole", UINT64_MAX, &whole, &error));
    assert_true(whole == UINT64_MAX);
    assert_true(metadata_real(&file, "real", 0, 0.1, &real, &error));
    assert_true(real == 0.1);
    assert_false(metadata_int(&file, "whole", 100, &whole, &error));
    assert_non_null(strstr(error.text, "metadata whole is not a whole number up to 100; "));
    static const char *const wrong_whole[] = {"minus", "word", "tail",  "space",
                                              "huge",  "none", "absent"};
    for (size_t i = 0; i < sizeof wrong_whole / sizeof *wrong_whole; i++)
        assert_false(metadata_int(&file, wrong_whole[i], UINT64_MAX, &whole, &error));
    static const char *const wrong_real[] = {"minus", "word", "tail",  "huge",
                                             "nan",   "none", "absent"};
    for (size_t i = 0; i < sizeof wrong_real / sizeof *wrong_real; i++)
        assert_false(metadata_real(&file, wrong_real[i], 0, 10, &real, &error));
    assert_non_null(strstr(error.text, "metadata absent is not a number from 0 to 10; "));
    tensors_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_metadata),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
