/* Claim by claim: what turned right and wrong, and the AUC of the evidence's fall, worked out by
 * hand. */
#include "verdict/turned.h"

#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define PREDICTIONS                                                                                \
    "allocation,strength,variant,target,layer,seed,epoch,prompt,claim,page,label,rows,main,"       \
    "choice,free,p_a,p_b,p_c\n"
#define EVIDENCE                                                                                   \
    "allocation,strength,variant,target,layer,seed,epoch,claim,page,tokens,nll,without\n"
#define CELL(seed, epoch) "none,1,plain,document,4," seed "," epoch ","
#define P ",0.4,0.4,0.2\n"

/* Claims 10 … 15; 15 has no evidence. Before, 10, 11 and 15 are wrong. */
#define ASKED(cell, c10, c11, c12, c13, c14, c15)                                                  \
    cell "0,10,0,a,1,1," c10 "," c10 P cell "1,11,0,b,1,1," c11 "," c11 P cell "2,12,1,a,1,1," c12 \
         "," c12 P cell "3,13,1,b,1,1," c13 "," c13 P cell "4,14,2,a,1,1," c14 "," c14 P cell      \
         "5,15,2,c,1,1," c15 "," c15 P
#define BEFORE ASKED(CELL("1", "0"), "b", "a", "a", "b", "a", "a")
#define HELD(cell, n10, n11, n12, n13, n14)                                                        \
    cell "10,0,4," n10 ",2\n" cell "11,0,4," n11 ",2\n" cell "12,1,5," n12 ",2\n" cell             \
         "13,1,5," n13 ",2\n" cell "14,2,6," n14 ",2\n"

/* Run 1: 10 and 15 turn right, 13 wrong; run 2: 11 right, nothing wrong. An epoch between does not
 * count. */
#define ANSWERS                                                                                    \
    PREDICTIONS BEFORE ASKED(CELL("1", "2"), "b", "a", "b", "a", "b", "a")                         \
        ASKED(CELL("1", "4"), "a", "a", "a", "a", "a", "c")
#define MORE PREDICTIONS ASKED(CELL("2", "4"), "b", "b", "a", "b", "a", "a")
#define STORED EVIDENCE HELD(CELL("1", "4"), "1", "1.5", "1.5", "1.2", "1")
#define STORED_2 EVIDENCE HELD(CELL("2", "4"), "1", "1.5", "1.5", "1.2", "1")

static bool read_files(Turned *turned, const char *const *texts, size_t count, Error *error)
{
    char paths[4][512], *list[4];
    for (size_t i = 0; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "turned-%zu.csv", i);
        snprintf(paths[i], sizeof paths[i], "%s", fixture_text(name, texts[i]));
        list[i] = paths[i];
    }
    return turned_read(turned, list, count, error);
}

/* The row of the measure tells this value, within its interval, of n claims. */
static void told(const char *table, const char *measure, double value, int n)
{
    char begins[64];
    double found, low, high;
    int counted, seeds;
    snprintf(begins, sizeof begins, "none,1.0,plain,document,4,%s,", measure);
    const char *at = strstr(table, begins);
    if (!at || sscanf(at + strlen(begins), "%lf,%lf,%lf,%d,%d", &found, &low, &high, &counted,
                      &seeds) != 5)
        fail_msg("no row %s in\n%s", begins, table);
    if (!(found > value - 1e-12 && found < value + 1e-12) || counted != n || seeds != 2 ||
        !(low <= found + 1e-12 && found <= high + 1e-12))
        fail_msg("%s tells %g (%g to %g) of %d in %d, not %g of %d", measure, found, low, high,
                 counted, seeds, value, n);
}

static void test_values(void **state)
{
    (void)state;
    static const char *const texts[] = {STORED, ANSWERS, MORE, STORED_2}; /* in any order */
    static char table[1 << 14];
    Turned turned;
    Error error = {""};
    CsvWriter writer;
    Out out;
    if (!read_files(&turned, texts, 4, &error))
        fail_msg("%s", error.text);
    assert_true(out_open(&out, scratch("turned-table.csv"), &error));
    csvfile_begin(&writer, &out, turned_columns);
    turned_write(&turned, &writer, (Draws){.resamples = 200, .seed = 1});
    assert_true(csvfile_finish(&writer, &error) && out_commit(&out, &error));
    turned_free(&turned);
    FILE *file = fopen(scratch("turned-table.csv"), "rb");
    assert_non_null(file);
    table[fread(table, 1, sizeof table - 1, file)] = 0;
    fclose(file);
    told(table, "right", (2 / 6.0 + 1 / 6.0) / 2, 6);
    told(table, "wrong", (1 / 6.0 + 0) / 2, 6);
    told(table, "gain", (1 / 6.0 + 1 / 6.0) / 2, 6);
    told(table, "fall", (1 + 0.5 + 0.5 + 0.8 + 1) / 5, 5);
    told(table, "right_auc", (1 + 0) / 2.0, 2); /* 10 above 11, then 11 below 10 */
    told(table, "kept_auc", (0.5 + 0.5) / 2,
         3); /* 12 below 13, 14 above it; then none turned wrong */
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *texts[3], *words;
    } cases[] = {
        {{STORED, MORE, MORE}, "answered twice"},
        {{STORED, MORE, STORED_2}, "of this memory no answers of epoch 4"},
        {{MORE, STORED_2, EVIDENCE}, "turned-0.csv: no answers without a memory"},
        {{ANSWERS, MORE, STORED}, "no losses of evidence"},
        {{STORED, STORED, STORED}, "turned-0.csv: no answers beside it"},
        {{ANSWERS, STORED, EVIDENCE CELL("1", "4") "99,0,4,1,2\n"}, "claim 99 is another claim"},
        {{ANSWERS, STORED, EVIDENCE CELL("1", "4") "10,1,4,1,2\n"}, "claim 10 is another claim"},
        {{ANSWERS, STORED, EVIDENCE CELL("1", "4") "10,0,0,1,2\n"}, "tokens must be 1 or more"},
        {{ANSWERS, STORED, EVIDENCE CELL("1", "4") "10,0,4,-1,2\n"}, "losses 0 or more"},
        {{ANSWERS, STORED, EVIDENCE CELL("1", "4") "10,0,4,x,2\n"}, "x"},
        {{ANSWERS, STORED, PREDICTIONS CELL("3", "4") "0,10,0,a,1,1,a,a" P}, "lacks an answer"},
        {{ANSWERS, STORED, "no table\n"}, "turned-2.csv"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Turned turned;
        Error error = {""};
        assert_false(read_files(&turned, cases[i].texts, 3, &error));
        assert_null(turned.cells);
        if (!strstr(error.text, cases[i].words))
            fail_msg("'%s' does not say '%s'", error.text, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests_name("turned", tests, NULL, NULL);
}
