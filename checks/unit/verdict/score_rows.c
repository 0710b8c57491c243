/* Scores of cells against values worked out by hand, and files that are refused. */
#include "verdict/score_rows.h"

#include "base/alloc.h"

#include <math.h>
#include <string.h>

#include "fixture.h"

#define HEAD                                                                                       \
    "allocation,strength,variant,target,layer,seed,epoch,claim,same,page,half,label,tokens,nll,"   \
    "without\n"
#define CELL(target, seed) "none,1,plain," target ",4," seed ",5,"
#define PREDICTIONS                                                                                \
    "allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,rows,main,"       \
    "choice,free,p_a,p_b,p_c\n"

/* Claims 10 and 12 have one text; 10 and 11 are supported, 12 and 13 refuted. Changes 3, 1, 2, 0;
 * the losses' AUC: 10 before both, 11 before neither. */
#define LOSSES(target, seed)                                                                       \
    CELL(target, seed)                                                                             \
    "10,10,0,0,a,4,1,4\n" CELL(target, seed) "11,11,1,1,a,5,8,9\n" CELL(                           \
        target, seed) "12,10,2,1,b,4,5,7\n" CELL(target, seed) "13,13,3,0,b,3,6,6\n"

static const char *file_of(const char *name, const char *head, const char *rows)
{
    char text[8192];
    snprintf(text, sizeof text, "%s%s", head, rows);
    return fixture_text(name, text);
}

/* The table that the files make, read back as one text. */
static const char *table_of(const char *const *paths, size_t count)
{
    static char text[1 << 16];
    Error error = {""};
    Scores scores;
    CsvWriter writer;
    Out out;
    if (!scores_read(&scores, (char *const *)paths, count, &error))
        fail_msg("%s", error.text);
    assert_true(out_open(&out, scratch("scores-table.csv"), &error));
    csvfile_begin(&writer, &out, scores_columns);
    scores_write(&scores, &writer, (Draws){100, 1});
    assert_true(csvfile_finish(&writer, &error) && out_commit(&out, &error));
    scores_free(&scores);
    FILE *file = fopen(scratch("scores-table.csv"), "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

/* The row that begins so tells this value, between its interval if it has one. */
static void told(const char *table, const char *begins, double value, int n)
{
    const char *at = strstr(table, begins);
    double found, low, high;
    int count;
    if (!at)
        fail_msg("%s is not in %s", begins, table);
    at += strlen(begins);
    if (sscanf(at, "%lf,%lf,%lf,%d", &found, &low, &high, &count) == 4)
        assert_true(low <= found && found <= high);
    else if (sscanf(at, "%lf,,,%d", &found, &count) != 2)
        fail_msg("%s %.60s", begins, at);
    if (!(fabs(found - value) < 1e-12) || count != n)
        fail_msg("%s%.17g of %d where %.17g of %d is wanted", begins, found, count, value, n);
}

static void test_losses(void **state)
{
    (void)state;
    const char *paths[] = {file_of("scores-1.csv", HEAD, LOSSES("document", "1"))};
    const char *table = table_of(paths, 1);
    told(table, "none,1.0,plain,document,4,-1,5,nll,", 5, 4);
    told(table, "none,1.0,plain,document,4,1,5,nll,", 5, 4);
    told(table, "none,1.0,plain,document,4,1,5,nll_auc,", 0.5, 4);
    told(table, "none,1.0,plain,document,4,1,5,change,", 1.5, 4);
    told(table, "none,1.0,plain,document,4,1,5,change_auc,", 0.75, 4);
    told(table, "pretrained,0.0,,,-1,-1,0,nll,", 6.5, 4);
    told(table, "pretrained,0.0,,,-1,-1,0,nll_auc,", 0.5, 4);
    assert_null(strstr(table, "letters"));
    assert_null(strstr(table, "halves"));
}

/* The letters' mean log odds lean to (a) by ln 2 in the mean; without it the choices turn. */
static void test_letters(void **state)
{
    (void)state;
    const char *paths[] = {
        file_of("scores-1.csv", HEAD, LOSSES("document", "1")),
        file_of("scores-letters.csv", PREDICTIONS,
                CELL("document", "1") "0,10,0,a,1,1,a,a,0.8,0.1,0\n" /* log odds 3 ln 2 */
                CELL("document", "1") "1,11,1,a,1,1,a,a,0.5,0.5,0\n" /* 0 */
                CELL("document", "1") "2,12,2,b,1,1,a,a,0.5,0.5,0\n" /* 0 */
                CELL("document", "1") "3,13,3,b,1,1,a,a,0.4,0.2,0\n" /* ln 2 */
                CELL("document", "1") "4,13,0,b,1,0,a,a,0.1,0.9,0\n") /* not its main prompt */};
    const char *table = table_of(paths, 2);
    told(table, "none,1.0,plain,document,4,1,5,letters_log_odds,", log(2), 4);
    told(table, "none,1.0,plain,document,4,1,5,letters_auc,", 2.5 / 4, 4);
    /* Less their mean ln 2: 2 ln 2, −ln 2, −ln 2, 0, which goes to (a), the first. */
    told(table, "none,1.0,plain,document,4,1,5,letters_centred,", 0.5, 4);
}

/* The other memory changes nothing but claim 11, by 9 − 2 = 7. */
static void test_halves(void **state)
{
    (void)state;
    const char *paths[] = {
        file_of("scores-1.csv", HEAD, LOSSES("half-1", "1")),
        file_of(
            "scores-2.csv", HEAD,
            CELL("half-2", "1") "10,10,0,0,a,4,4,4\n" CELL(
                "half-2",
                "1") "11,11,1,1,a,5,2,9\n" CELL("half-2",
                                                "1") "12,10,2,1,b,4,7,7\n" CELL("half-2",
                                                                                "1") "13,13,3,0,b,"
                                                                                     "3,6,6\n")};
    const char *table = table_of(paths, 2);
    told(table, "none,1.0,plain,halves,4,1,5,right,", 10.0 / 4, 4); /* 3, 7, 0, 0 */
    told(table, "none,1.0,plain,halves,4,1,5,right_auc,", 1, 4);
    told(table, "none,1.0,plain,halves,4,1,5,other,", 3.0 / 4, 4); /* 0, 1, 2, 0 */
    told(table, "none,1.0,plain,halves,4,-1,5,use,", 7.0 / 4, 4);  /* 3, 6, −2, 0 */
    told(table, "none,1.0,plain,halves,4,-1,5,use_auc,", 1, 4);
}

#define TOLD(target) "none,1,plain," target ",0,0,-1,"

/* Its page lowers the losses of all by 3, 5, 1 and 0, another page by 1, 0, 1 and 2. */
static void test_in_context(void **state)
{
    (void)state;
    const char *paths[] = {
        file_of(
            "scores-page.csv", HEAD,
            TOLD("page-in-context") "10,10,0,0,a,4,1,1\n" TOLD(
                "page-in-context") "11,11,1,1,a,5,4,4\n" TOLD("page-in-context") "12,10,2,1,b,4,6,"
                                                                                 "6\n" TOLD(
                                                                                     "page-"
                                                                                     "in-"
                                                                                     "contex"
                                                                                     "t") "1"
                                                                                          "3"
                                                                                          ","
                                                                                          "1"
                                                                                          "3"
                                                                                          ","
                                                                                          "3"
                                                                                          ","
                                                                                          "0"
                                                                                          ","
                                                                                          "b"
                                                                                          ","
                                                                                          "3"
                                                                                          ","
                                                                                          "6"
                                                                                          ","
                                                                                          "6"
                                                                                          "\n"),
        file_of("scores-1.csv", HEAD, LOSSES("document", "1")),
        file_of(
            "scores-other.csv", HEAD,
            TOLD("other-in-context") "10,10,0,1,a,4,3,3\n" TOLD(
                "other-in-context") "11,11,1,0,a,5,9,9\n" TOLD("other-in-context") "12,10,2,0,b,4,"
                                                                                   "6,6\n" TOLD(
                                                                                       "ot"
                                                                                       "he"
                                                                                       "r-"
                                                                                       "in"
                                                                                       "-c"
                                                                                       "on"
                                                                                       "te"
                                                                                       "x"
                                                                                       "t") "13,13,"
                                                                                            "3,1,b,"
                                                                                            "3,4,"
                                                                                            "4\n")};
    const char *table = table_of(paths, 3);
    told(table, "pretrained,0.0,,,-1,-1,0,nll,", 6.5, 4);
    told(table, "none,1.0,plain,in-context,0,-1,-1,right,", 9.0 / 4, 4);
    told(table, "none,1.0,plain,in-context,0,-1,-1,right_auc,", 1, 4);
    told(table, "none,1.0,plain,in-context,0,-1,-1,other,", 1, 4);
    told(table, "none,1.0,plain,in-context,0,-1,-1,use,", 5.0 / 4, 4); /* 2, 5, 0, −2 */
    assert_null(strstr(table, "page-in-context,0,-1,-1,change,"));
}

static void refused(const char *rows, const char *what)
{
    Scores scores;
    Error error = {""};
    char *paths[] = {(char *)file_of("scores-bad.csv", HEAD, rows)};
    if (scores_read(&scores, paths, 1, &error))
        fail_msg("accepted, but: %s", what);
    if (!strstr(error.text, "scores-bad.csv:") || !strstr(error.text, what) ||
        !strchr(error.text, ';'))
        fail_msg("\"%s\" does not say: %s", error.text, what);
}

static void test_refused(void **state)
{
    (void)state;
    refused("", "no file of the likelihood stage");
    refused("none,1,plain,document,4,1,0,10,10,0,0,a,4,1,1\n", "tells of no epoch after 0");
    refused(CELL("document", "1") "10,10,0,0,a,4,x,4\n", ":2: column 'nll': 'x'");
    refused(CELL("document", "1") "10,10,0,0,d,4,1,4\n", ":2: label must be a, b or c");
    refused(CELL("document", "1") "10,10,0,0,-,4,1,4\n", ":2: label must be a, b or c");
    refused(CELL("document", "1") "10,10,0,2,a,4,1,4\n", "half 0 or 1");
    refused(CELL("document", "1") "10,10,0,0,a,4,-1,4\n", "claim 10 is another claim");
    refused(CELL("document", "1") "10,11,0,0,a,4,1,4\n", "claim 10 stands there twice, or has");
    refused(CELL("document", "1") "10,10,0,0,a,4,1,4\n" CELL("document", "1") "10,10,0,0,a,4,1,4\n",
            "claim 10 stands there twice");
    refused(LOSSES("document", "1") CELL("document", "2") "10,10,0,0,b,4,1,4\n",
            ":6: claim 10 is another claim");
    refused(LOSSES("document", "1") CELL("document", "2") "10,10,0,0,a,4,1,4\n",
            "seed 2, epoch 5 was not asked about every claim");
    refused(LOSSES("document", "1") CELL("document", "2") "10,10,0,0,a,4,1,4\n" CELL(
                "document", "2") "10,10,0,0,a,4,1,4\n",
            ":7: claim 10 stands there twice for one cell");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_losses),  cmocka_unit_test(test_letters),
        cmocka_unit_test(test_halves),  cmocka_unit_test(test_in_context),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests_name("scores", tests, NULL, NULL);
}
