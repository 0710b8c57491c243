/* Controls from small files: values worked out by hand, chance, pages' losses, and refused files.
 */
#include "verdict/control_rows.h"
#include "verdict/units.h"

#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define LIKELIHOOD                                                                                 \
    "allocation,strength,variant,target,layer,seed,epoch,claim,same,page,half,label,tokens,nll,"   \
    "without\n"
#define PREDICTIONS                                                                                \
    "allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,rows,main,"       \
    "choice,free,p_a,p_b,p_c\n"
#define LOSSES "allocation,strength,variant,target,layer,seed,epoch,pages,page,tokens,nll,without\n"
#define CELL(target, seed, epoch) "none,1,plain," target ",4," seed "," epoch ","

/* Claims 10 and 11 are supported, 12 refuted, 13 undecided. Without a memory claim 11 is taken for
 * false and 13 for true; with one all of these are right. */
#define ASKED(cell, eleven, thirteen)                                                              \
    cell "0,10,0,a,1,1,a,a,0.8,0.1,0.1\n" cell "1,11,0,a,1,1,b,b," eleven "\n" cell                \
         "2,12,0,b,1,1,b,b,0.3,0.5,0.2\n" cell "3,13,0,c,1,1,a,a," thirteen "\n"
#define TOLD(cell, ten, without)                                                                   \
    cell "10,10,0,0,a,4," ten "," without "\n" cell "11,11,0,0,a,4,6,9\n" cell                     \
         "12,12,0,0,b,4,5,7\n" cell "13,13,0,0,c,4,6,6\n"

/* The table that the files make, as one text; of unit effects without the pages' losses. */
static bool as_units;
static const char *table_of(const char *const *paths, size_t count, const char *losses_path)
{
    static char text[1 << 16];
    Error error = {""};
    Scores scores;
    PageLosses losses = {0};
    CsvWriter writer;
    Out out;
    if (!scores_read(&scores, (char *const *)paths, count, &error) ||
        (losses_path && !page_losses_read(&losses, losses_path, &error)))
        fail_msg("%s", error.text);
    page_losses_sort(&losses);
    assert_true(out_open(&out, scratch("controls-table.csv"), &error));
    csvfile_begin(&writer, &out, as_units ? units_columns : controls_columns);
    if (as_units)
        controls_units_write(&scores, &writer);
    else
        controls_write(&scores, &losses, &writer, (Draws){200, 1});
    assert_true(csvfile_finish(&writer, &error) && out_commit(&out, &error));
    scores_free(&scores);
    page_losses_free(&losses);
    FILE *file = fopen(scratch("controls-table.csv"), "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

/* The row that begins so tells this value, within its interval, of n claims or pages and seeds. */
static void told(const char *table, const char *begins, double value, int n, int seeds)
{
    const char *at = strstr(table, begins);
    double found, low, high;
    int counted, runs;
    if (!at ||
        sscanf(at + strlen(begins), "%lf,%lf,%lf,%d,%d", &found, &low, &high, &counted, &runs) != 5)
        fail_msg("no row %s in\n%s", begins, table);
    if (!(found > value - 1e-12 && found < value + 1e-12) || counted != n || runs != seeds ||
        !(low <= found + 1e-12 && found <= high + 1e-12))
        fail_msg("%s tells %g (%g to %g) of %d in %d, not %g of %d in %d", begins, found, low, high,
                 counted, runs, value, n, seeds);
}

static const char *whole_table(void)
{
    static char paths[4][512];
    static const char *const files[][2] = {
        {"controls-1.csv", LIKELIHOOD TOLD(CELL("document", "1", "2"), "9", "9")
                               TOLD(CELL("document", "1", "4"), "1", "9")},
        {"controls-2.csv", LIKELIHOOD TOLD(CELL("document", "2", "4"), "8", "9")},
        {"controls-3.csv",
         PREDICTIONS ASKED(CELL("document", "1", "0"), "0.2,0.7,0.1", "0.6,0.2,0.2")
             ASKED(CELL("document", "1", "4"), "0.7,0.2,0.1", "0.1,0.2,0.7")},
        {"controls-4.csv",
         PREDICTIONS ASKED(CELL("document", "2", "4"), "0.7,0.2,0.1", "0.1,0.2,0.7")
             ASKED(CELL("evidence-in-context", "0", "-1"), "0.4,0.1,0.5", "0.1,0.2,0.7")}};
    const char *list[4];
    for (int i = 0; i < 4; i++) {
        snprintf(paths[i], sizeof paths[i], "%s", fixture_text(files[i][0], files[i][1]));
        list[i] = paths[i];
    }
    return table_of(
        list, 4,
        fixture_text(
            "controls-pages.csv",
            LOSSES CELL("document", "1", "4") "study,0,10,1,3\n" CELL(
                "document", "1",
                "4") "study,1,20,2,4\n" CELL("document", "2",
                                             "4") "study,1,20,3,4\n" CELL("document", "2",
                                                                          "4") "study,0,10,2,"
                                                                               "3\n" CELL(
                                                                                   "documen"
                                                                                   "t",
                                                                                   "1", "4") "oth"
                                                                                             "er,"
                                                                                             "0,"
                                                                                             "10,"
                                                                                             "5,"
                                                                                             "4."
                                                                                             "5"
                                                                                             "\n"));
}

static void test_values(void **state)
{
    (void)state;
    const char *table = whole_table();
    told(table, "\nmajority,accuracy,", 0.5, 4, 1);
    told(table, "\nmajority,true_false,", 2.0 / 3, 3, 1);
    told(table, "\npretrained,accuracy,", 0.5, 4, 1);
    told(table, "\npretrained,true_false,", 2.0 / 3, 3, 1);
    told(table, "\npretrained,auc,", 0.5, 3, 1);
    told(table, "\npretrained,likelihood,", 0, 3, 1); /* losses 9 9 before 7 */
    told(table, "\ndocument,accuracy,", 1, 4, 2);
    told(table, "\ndocument,auc,", 1, 3, 2);
    /* Losses 1 6, 8 6 before 5; changes 8 3, 1 3 before 2. */
    told(table, "\ndocument,likelihood,", 0.25, 3, 2);
    told(table, "\ndocument,likelihood_change,", 0.75, 3, 2);
    told(table, "\nevidence-in-context,accuracy,", 2.0 / 3, 3, 1); /* the undecided do not count */
    told(table, "\nevidence-in-context,true_false,", 1, 3, 1);
    assert_null(strstr(table, "evidence-in-context,likelihood"));
}

/* Every claim by itself: of the pretrained model and behind evidence without a seed. */
static void test_units(void **state)
{
    (void)state;
    as_units = true;
    const char *table = whole_table();
    as_units = false;
    static const char *const rows[] = {
        "control=pretrained layer=-1,-1,0,accuracy,claim,-1,10,1.0\n",
        "control=pretrained layer=-1,-1,0,accuracy,claim,-1,11,0.0\n",
        "control=pretrained layer=-1,-1,0,accuracy,claim,-1,13,0.0\n",
        "control=document layer=4,1,4,accuracy,claim,-1,11,1.0\n",
        "control=document layer=4,2,4,true_false,claim,-1,12,1.0\n",
        "control=evidence-in-context layer=4,-1,-1,accuracy,claim,-1,12,1.0\n"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!strstr(table, rows[i]))
            fail_msg("no row %s in\n%s", rows[i], table);
    assert_null(strstr(table, "true_false,claim,-1,13,"));
    assert_null(strstr(table, "evidence-in-context layer=4,-1,-1,accuracy,claim,-1,13,"));
}

static void test_pages(void **state)
{
    (void)state;
    const char *table = whole_table();
    told(table, "\npretrained,nll,", 3.5, 2, 1);
    told(table, "\ndocument,nll,", 2, 2, 2);
    told(table, "\npretrained,nll_other,", 4.5, 1, 1);
    told(table, "\ndocument,nll_other,", 5, 1, 1);
}

/* Labels that are permuted give what their shares give: half of the true and false, AUC a half. */
static void test_shuffled(void **state)
{
    (void)state;
    const char *at = strstr(whole_table(), "\nshuffled,auc,");
    double value;
    assert_non_null(at);
    assert_int_equal(sscanf(at, "\nshuffled,auc,%lf", &value), 1);
    assert_true(value > 0.4 && value < 0.6);
}

static void test_names(void **state)
{
    (void)state;
    char name[CONTROL_NAME];
    const Condition plain = {"none", "plain", "other", 1, 4},
                    pretrained = {.allocation = "pretrained"},
                    other = {"simset-1-dim", "norm-gate", "document-wrong-mask", 1, 4};
    assert_string_equal(control_name(&plain, name), "other");
    assert_string_equal(control_name(&pretrained, name), "pretrained");
    assert_string_equal(control_name(&other, name), "simset-1-dim norm-gate document-wrong-mask");
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *row, *words;
    } cases[] = {{"study,0,10,1", "11 fields where"},
                 {"mine,0,10,1,2", "pages is 'mine', neither"},
                 {"study,-1,10,1,2", "tokens must be 1 or more"},
                 {"study,0,0,1,2", "tokens must be 1 or more"},
                 {"other,0,1,-1,2", "tokens must be 1 or more"},
                 {"other,0,1,nan,2", "nan"},
                 {"other,x,1,1,2", "x"}};
    Error error = {""};
    PageLosses losses = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        snprintf(text, sizeof text, "%s%s%s\n", LOSSES, CELL("document", "1", "4"), cases[i].row);
        const char *path = fixture_text("controls-bad.csv", text);
        assert_true(page_losses_are(path));
        assert_false(page_losses_read(&losses, path, &error));
        if (!strstr(error.text, cases[i].words) || !strstr(error.text, "controls-bad.csv:2"))
            fail_msg("'%s' does not say '%s'", error.text, cases[i].words);
    }
    assert_int_equal(losses.count, 0);
    assert_false(page_losses_are(fixture_text("controls-bad.csv", LIKELIHOOD)));
    assert_false(page_losses_are("build/absent"));
    page_losses_free(&losses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_units),
        cmocka_unit_test(test_pages),  cmocka_unit_test(test_shuffled),
        cmocka_unit_test(test_names),  cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests_name("controls", tests, NULL, NULL);
}
