/* Checks of the rows of predictions files: what is read of each, and what is refused. */
#include "verdict/prediction_rows.h"

#include "base/alloc.h"

#include <string.h>

#include "fixture.h"

#define HEAD                                                                                       \
    "allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,rows,main,"       \
    "choice,free,p_a,p_b,p_c\n"
/* What a row says from the seed on; before it is the condition. */
#define ROW(rest) "none,1,plain,document,4," rest ",0.5,0.25,0.25\n"

static const char *file_of(const char *rows)
{
    char text[4096];
    snprintf(text, sizeof text, HEAD "%s", rows);
    return fixture_text("predictions.csv", text);
}

static void refused(const char *rows, const char *what)
{
    AskedPrompts prompts;
    Error error = {""};
    assert_false(asked_prompts_read(&prompts, file_of(rows), &error));
    free(prompts.items);
    if (!strstr(error.text, "predictions.csv:") || !strstr(error.text, what) ||
        !strchr(error.text, ';'))
        fail_msg("\"%s\" does not say: %s", error.text, what);
}

static void test_prompts(void **state)
{
    (void)state;
    AskedPrompts prompts;
    Error error;
    /* By id, with the claims numbered; another epoch, seed or condition is passed over. */
    assert_true(asked_prompts_read(&prompts,
                                   file_of(ROW("1,0,7,90,2,c,3,0,a,-")      /* prompt 7 */
                                           ROW("1,0,4,80,1,a,1,1,b,b")      /* prompt 4 */
                                           ROW("1,0,5,90,1,c,2,1,c,a")      /* prompt 5 */
                                           ROW("1,2,9,80,1,a,1,1,b,b")      /* another epoch */
                                           ROW("2,0,9,80,1,a,1,1,b,b")      /* another seed */
                                           "none,0.5,plain,document,4,1,0," /* another condition */
                                           "9,80,1,a,1,1,b,b,0.5,0.25,0.25\n"),
                                   &error));
    assert_int_equal(prompts.count, 3);
    assert_int_equal(prompts.claims_count, 2);
    assert_int_equal(prompts.items[0].id, 4);
    assert_int_equal(prompts.items[0].claim_index, 0);
    assert_int_equal(prompts.items[0].label, 0);
    assert_true(prompts.items[0].main);
    assert_int_equal(prompts.items[1].id, 5);
    assert_int_equal(prompts.items[1].claim_index, 1);
    assert_int_equal(prompts.items[2].rows, 3);
    assert_false(prompts.items[2].main);
    free(prompts.items);
}

static void test_refused(void **state)
{
    (void)state;
    refused("", "holds no prediction");
    refused(ROW("x,0,4,80,1,a,1,1,b,b"), ":2: column 'seed': 'x'");
    refused(ROW("1,x,4,80,1,a,1,1,b,b"), ":2: column 'epoch': 'x'");
    refused(ROW("1,0,x,80,1,a,1,1,b,b"), ":2: column 'prompt': 'x'");
    refused(ROW("1,0,4,,1,a,1,1,b,b"), ":2: column 'claim': ''");
    refused(ROW("1,0,4,80,1.5,a,1,1,b,b"), ":2: column 'page': '1.5'");
    refused(ROW("1,0,4,80,1,a,1e3,1,b,b"), ":2: column 'rows': '1e3'");
    refused(ROW("1,0,4,80,1,a,1,yes,b,b"), ":2: column 'main': 'yes'");
    refused(ROW("1,0,4,80,1,d,1,1,b,b"), ":2: label is 'd', not one of a, b, c;");
    refused(ROW("1,0,4,80,1,,1,1,b,b"), ":2: label is ''");
    refused(ROW("1,0,4,80,1,a,1,1,-,b"), ":2: choice is '-', not one of a, b, c;");
    refused(ROW("1,0,4,80,1,a,1,1,ab,b"), ":2: choice is 'ab'");
    refused(ROW("1,0,4,80,1,a,1,1,b,x"), ":2: free is 'x', not one of a, b, c, -;");
    refused(ROW("1,0,4,80,1,a,1,2,b,b"), ":2: main must be 0 or 1");
    refused(ROW("1,0,4,80,1,a,1,-1,b,b"), ":2: main must be 0 or 1");
    refused(ROW("1,0,4,80,1,a,0,1,b,b"), "rows 1 to 1000000");
    refused(ROW("1,0,4,80,1,a,1000001,1,b,b"), "rows 1 to 1000000");
    refused("none,x,plain,document,4,1,0,4,80,1,a,1,1,b,b,0.5,0.25,0.25\n",
            ":2: column 'strength'");
    refused(ROW("1,0,4,80,1,a,1,1,b,b") ROW("1,0,5,80,2,a,1,1,b,b"),
            "claim 80 has two main prompts");
    refused(ROW("1,0,4,80,1,a,1,1,b,b") ROW("1,0,5,90,2,a,1,0,b,b"), "claim 90 has no main prompt");
    refused(ROW("1,0,5,90,2,a,1,0,b,b"), "claim 90 has no main prompt");
}

/* A prompt is known only if all that is told of it is the same. */
static void test_find(void **state)
{
    (void)state;
    AskedPrompts prompts;
    Error error;
    size_t place;
    assert_true(asked_prompts_read(
        &prompts, file_of(ROW("1,0,4,80,1,a,1,1,b,b") ROW("1,0,5,90,2,b,3,1,b,b")), &error));
    const CsvRow row = {.path = "cell.csv", .line = 12};
    PredictionRow read = {.prompt = prompts.items[1]};
    assert_true(asked_prompts_find(&prompts, &read, &row, &place, &error));
    assert_int_equal(place, 1);
    for (int i = 0; i < 6; i++) {
        read.prompt = prompts.items[1];
        read.prompt.id += i == 0;
        read.prompt.claim += i == 1;
        read.prompt.page += i == 2;
        read.prompt.label -= i == 3;
        read.prompt.rows += i == 4;
        read.prompt.main ^= i == 5;
        assert_false(asked_prompts_find(&prompts, &read, &row, &place, &error));
        assert_non_null(strstr(error.text, "cell.csv:12: prompt "));
    }
    free(prompts.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prompts),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
