/* What the base model knows and does not, taken from the gates' table or refused. */
#include "verdict/known_rows.h"
#include "verdict/control_rows.h"

#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define HEADER "gate,value,low,high,least,most,pages,items,holds,what\n"
#define KNOWN "known,0.75,0.5,0.875,,,36,242,,\"true or false, accuracy\"\n"
#define KNOWN_THREE "known three-way,0.8,0.75,0.85,,,36,360,,accuracy\n"
#define UNKNOWN "unknown,0.5,0.5,0.625,,,80,502,,accuracy\n"
#define UNKNOWN_THREE "unknown three-way,0.6,0.5,0.7,,,80,760,,accuracy\n"
#define OTHERS                                                                                     \
    "page NLL,1.9,1.8,2.0,1.50,,80,80,yes,nats\nknown less unknown,-0.2,-0.3,0,,,1,1,,a\n"

/* Whether the table `text` is taken; what is written then, or the reason. */
static bool taken(const char *text, char *written, size_t size)
{
    Error error = {""};
    CsvWriter writer;
    Out out;
    const char *path = fixture_text("gates.csv", text);
    assert_true(out_open(&out, scratch("known.csv"), &error));
    csvfile_begin(&writer, &out, controls_columns);
    if (!known_rows_write(path, &writer, &error)) {
        snprintf(written, size, "%s", error.text);
        out_abandon(&out);
        return false;
    }
    assert_true(csvfile_finish(&writer, &error) && out_commit(&out, &error));
    FILE *file = fopen(scratch("known.csv"), "rb");
    assert_non_null(file);
    written[fread(written, 1, size - 1, file)] = 0;
    fclose(file);
    return true;
}

static void test_taken(void **state)
{
    (void)state;
    char text[4096];
    assert_true(taken(HEADER OTHERS KNOWN KNOWN_THREE UNKNOWN UNKNOWN_THREE, text, sizeof text));
    assert_string_equal(text, "control,measure,value,low,high,n,seeds\n"
                              "known,true_false,0.75,0.5,0.875,242,1\n"
                              "known,accuracy,0.8,0.75,0.85,360,1\n"
                              "unknown,true_false,0.5,0.5,0.625,502,1\n"
                              "unknown,accuracy,0.6,0.5,0.7,760,1\n");
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *table, *words;
    } cases[] = {
        {HEADER KNOWN KNOWN_THREE UNKNOWN, "has the gate unknown three-way 0 times, not once;"},
        {HEADER KNOWN KNOWN KNOWN_THREE UNKNOWN UNKNOWN_THREE, "the gate known 2 times, not once;"},
        {HEADER "known,0.75,0.8,0.875,,,36,242,,a\n", ":2: is no share within its interval;"},
        {HEADER "known,0.75,0.5,1.875,,,36,242,,a\n", ":2: is no share within its interval;"},
        {HEADER "known,0.75,0.5,0.875,,,36,0,,a\n", ":2: is no share within its interval;"},
        {HEADER "known,nan,0.5,0.875,,,36,2,,a\n", ":2:"},
        {HEADER "known,0.75,0.5,0.875,,,36,many,,a\n", ":2:"},
        {"gate,value\nknown,0.75\n", ":1:"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[4096];
        assert_false(taken(cases[i].table, text, sizeof text));
        if (!strstr(text, cases[i].words))
            fail_msg("not '%s': %s", cases[i].words, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_taken),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
