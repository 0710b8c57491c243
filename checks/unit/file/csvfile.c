/* CSV tables: what is written reads back, and every way a table can be wrong is named. */
#include "file/csvfile.h"

#include <math.h>
#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

static const char *const columns[] = {"name", "count", "value", NULL};

static const char *craft(const char *text, size_t length)
{
    Out out;
    Error error;
    const char *path = scratch("hostile.csv");
    assert_true(out_open(&out, path, &error));
    out_bytes(&out, text, length);
    assert_true(out_commit(&out, &error));
    return path;
}

/* What the rows said, joined. */
typedef struct {
    char text[512];
    size_t rows;
} Heard;

static bool hear(void *user, const CsvRow *row, Error *error)
{
    Heard *heard = user;
    (void)error;
    heard->rows++;
    for (size_t i = 0; i < row->count; i++) {
        size_t used = strlen(heard->text);
        snprintf(heard->text + used, sizeof heard->text - used, "%s<%s>",
                 i             ? ""
                 : row->header ? "#"
                               : "|",
                 row->fields[i]);
    }
    return true;
}

static void accept_text(const char *text, const char *const *wanted, const char *expected)
{
    Heard heard = {.rows = 0};
    Error error = {""};
    if (!csvfile_read(craft(text, strlen(text)), wanted, hear, &heard, &error))
        fail_msg("%s", error.text);
    assert_string_equal(heard.text, expected);
}

static void refuse(const char *text, size_t length, const char *words)
{
    Heard heard = {.rows = 0};
    Error error = {""};
    assert_false(csvfile_read(craft(text, length), columns, hear, &heard, &error));
    if (!strstr(error.text, words))
        fail_msg("'%s' does not say '%s'", error.text, words);
    assert_non_null(strstr(error.text, "hostile.csv"));
    assert_non_null(strchr(error.text, ';'));
}

#define REFUSE(text, words) refuse(text, sizeof text - 1, words)
#define HEAD "name,count,value\n"

static void test_accepted(void **state)
{
    (void)state;
    accept_text(HEAD, columns, "");
    accept_text(HEAD "a,1,2\n", columns, "|<a><1><2>");
    accept_text("name,count,value\r\na,1,2\r\n", columns, "|<a><1><2>");
    accept_text(HEAD "\"a,\"\"b\"\"\nc\",1,\n", columns, "|<a,\"b\"\nc><1><>");
    accept_text(HEAD " a ,,\n\n기억,2,3\n", columns, "|< a ><><>|<기억><2><3>");
    accept_text("x,y\n1,2\n", NULL, "#<x><y>|<1><2>");
}

static void test_refused(void **state)
{
    (void)state;
    Error error;
    REFUSE("", "is empty");
    REFUSE("\n\n", "is empty");
    REFUSE("name,count\n", ":1: the header has 2 columns where 3 are wanted");
    REFUSE("name,value,count\n", ":1: column 2 is 'value' where 'count' is wanted");
    REFUSE("\xef\xbb\xbf" HEAD, ":1: column 1 is '\xef\xbb\xbfname'");
    REFUSE(HEAD "a,1,2\nb,1\n", ":3: 2 fields where the header has 3");
    REFUSE(HEAD "a,1,2,3\n", ":2: 4 fields where the header has 3");
    REFUSE(HEAD "a\"b,1,2\n", ":2: not CSV");
    REFUSE(HEAD "\"a\"b,1,2\n", ":2: not CSV");
    REFUSE(HEAD "\"a,1,2\n", "ends inside a quoted field");
    REFUSE(HEAD "a,1,2", ":2: the last row does not end in a newline");
    REFUSE("name,count,value", ":1: the last row does not end in a newline");
    REFUSE(HEAD "a\xff,1,2\n", ":2: field 1 holds bytes that are not UTF-8");
    REFUSE(HEAD "a,1\0,2\n", ":2: field 2 holds a NUL byte");
    assert_false(csvfile_read("build/absent.csv", columns, hear, NULL, &error));
    assert_non_null(strstr(error.text, "cannot be read"));
    assert_false(csvfile_read("checks", columns, hear, NULL, &error));
    assert_non_null(strstr(error.text, "checks: cannot be read"));
}

static void test_oversized(void **state)
{
    (void)state;
    size_t length = (1u << 24) + 100;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text, HEAD "\"", sizeof HEAD);
    refuse(text, length, ":2: a row of more than 16777216 bytes");
    free(text);
}

static bool pass_over(void *user, const CsvRow *row, Error *error)
{
    (void)user, (void)error;
    return row->count == 1024;
}

/* A table of any columns has its limit too. */
static void test_columns(void **state)
{
    (void)state;
    char text[4096];
    Error error = {""};
    for (int count = 1024; count <= 1025; count++) {
        memset(text, ',', sizeof text);
        text[count - 1] = '\n';
        bool read = csvfile_read(craft(text, (size_t)count), NULL, pass_over, NULL, &error);
        assert_int_equal(read, count == 1024);
    }
    assert_non_null(strstr(error.text, ":1: the header has 1025 columns where 1024 are wanted"));
}

static bool take_numbers(void *user, const CsvRow *row, Error *error)
{
    int64_t *count = user;
    double value;
    return csvfile_int(row, 1, count, error) && csvfile_real(row, 2, &value, error);
}

static void refuse_number(const char *row, const char *words)
{
    char text[256];
    int64_t count;
    Error error = {""};
    snprintf(text, sizeof text, HEAD "%s\n", row);
    assert_false(csvfile_read(craft(text, strlen(text)), columns, take_numbers, &count, &error));
    if (!strstr(error.text, words))
        fail_msg("'%s' does not say '%s'", error.text, words);
}

static void test_numbers(void **state)
{
    (void)state;
    refuse_number("a,,1", ":2: column 'count': '' is not a whole number");
    refuse_number("a,1.5,1", "'1.5' is not a whole number");
    refuse_number("a, 1,1", "' 1' is not a whole number");
    refuse_number("a,9223372036854775808,1", "is not a whole number");
    refuse_number("a,1,", "column 'value': '' is not a finite number");
    refuse_number("a,1,nan", "'nan' is not a finite number");
    refuse_number("a,1,1e999", "is not a finite number");
    refuse_number("a,1,1x", "is not a finite number");
    refuse_number("a,1, 1", "' 1' is not a finite number");
}

static bool take_back(void *user, const CsvRow *row, Error *error)
{
    double *value = user;
    int64_t count;
    assert_int_equal(row->line, 2);
    assert_string_equal(row->fields[0], "a, \"b\"");
    assert_true(csvfile_int(row, 1, &count, error) && csvfile_real(row, 2, value, error));
    assert_int_equal(count, INT64_MIN);
    return true;
}

static void test_round_trip(void **state)
{
    (void)state;
    const double values[] = {0, 0.1, 1.0 / 3, -5e-324, 1.7976931348623157e308, 1e21, 123456789};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        Out out;
        Error error;
        CsvWriter writer;
        double back = NAN;
        const char *path = scratch("round-trip.csv");
        assert_true(out_open(&out, path, &error));
        csvfile_begin(&writer, &out, columns);
        csvfile_put_text(&writer, "a, \"b\"");
        csvfile_put_int(&writer, INT64_MIN);
        csvfile_put_real(&writer, values[i]);
        csvfile_end_row(&writer);
        assert_true(csvfile_finish(&writer, &error));
        assert_true(out_commit(&out, &error));
        assert_true(csvfile_read(path, columns, take_back, &back, &error));
        assert_true(back == values[i]);
    }
}

static void test_bytes_written(void **state)
{
    (void)state;
    Out out;
    Error error;
    CsvWriter writer;
    char text[128] = "";
    assert_true(out_open(&out, scratch("bytes.csv"), &error));
    csvfile_begin(&writer, &out, columns);
    csvfile_put_text(&writer, " a");
    csvfile_put_none(&writer);
    csvfile_put_real(&writer, 0.25);
    csvfile_end_row(&writer);
    csvfile_put_text(&writer, "b ");
    csvfile_put_int(&writer, 6);
    csvfile_put_real(&writer, 1);
    csvfile_end_row(&writer);
    csvfile_put_text(&writer, "x\ny");
    csvfile_put_int(&writer, 7);
    csvfile_put_real(&writer, NAN);
    csvfile_end_row(&writer);
    csvfile_put_text(&writer, "");
    csvfile_put_int(&writer, 8);
    csvfile_put_real(&writer, INFINITY);
    csvfile_end_row(&writer);
    assert_false(csvfile_finish(&writer, &error));
    assert_non_null(strstr(error.text, "bytes.csv:4: column 'value' is not a finite number"));
    assert_true(out_commit(&out, &error));
    FILE *file = fopen(scratch("bytes.csv"), "rb");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, HEAD "\" a\",,0.25\n\"b \",6,1.0\n\"x\ny\",7,nan\n,8,inf\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),      cmocka_unit_test(test_refused),
        cmocka_unit_test(test_oversized),     cmocka_unit_test(test_columns),
        cmocka_unit_test(test_numbers),       cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_bytes_written),
    };
    return cmocka_run_group_tests_name("csvfile", tests, NULL, NULL);
}
