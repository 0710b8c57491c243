/* What halves have stored, against means worked out by hand. */
#include "verdict/stored_rows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* Three pages, the second of half 1; before 4, 5, 6 in all cells. */
static int32_t half[] = {0, 1, 0};
static int64_t epochs[] = {0, 8};
static double one[] = {4, 5, 6, 1, 4, 2}, two[] = {4, 5, 6, 3, 2, 7}, three[] = {4, 5, 6, 2, 4, 3};

static CellLosses cell(const char *target, int64_t seed, double *losses)
{
    CellLosses cell = {
        .seed = seed, .epochs_count = 2, .documents = 3, .epochs = epochs, .document_nll = losses};
    cell.condition =
        (Condition){.allocation = "none", .variant = "plain", .strength = 1, .layer = 4};
    snprintf(cell.condition.target, sizeof cell.condition.target, "%s", target);
    return cell;
}

static const char *table_of(const CellLosses *cells, size_t count)
{
    static const char *const columns[] = {"allocation", "strength", "variant", "target", "layer",
                                          "seed",       "epoch",    "measure", "value",  "low",
                                          "high",       "n",        NULL};
    static char text[1 << 14];
    Error error;
    CsvWriter writer;
    Out out;
    const char *path = scratch("stored.csv");
    assert_true(out_open(&out, path, &error));
    csvfile_begin(&writer, &out, columns);
    stored_rows_write(cells, count, half, &writer, (Draws){100, 1});
    assert_true(csvfile_finish(&writer, &error) && out_commit(&out, &error));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static void told(const char *table, const char *begins, double value)
{
    const char *at = strstr(table, begins);
    double low, high;
    int count;
    if (!at)
        fail_msg("%s is not in %s", begins, table);
    at += strlen(begins);
    assert_true(fabs(strtod(at, NULL) - value) < 1e-12);
    if (sscanf(at, "%*f,%lf,%lf,%d", &low, &high, &count) == 3)
        assert_true(low <= value && value <= high && count == 3);
    else
        assert_true(sscanf(at, "%*f,,,%d", &count) == 1 && count == 3);
}

static void test_stored(void **state)
{
    (void)state;
    const CellLosses cells[] = {cell("document", 1, one), cell("half-1", 1, one),
                                cell("half-1", 2, three), cell("half-2", 1, two),
                                cell("half-2", 2, two)};
    const char *table = table_of(cells, 5);
    told(table, "none,1.0,plain,halves,4,1,8,pages_without,", 5);
    told(table, "none,1.0,plain,halves,4,1,8,pages,", 5.0 / 3);        /* 1, 2, 2 */
    told(table, "none,1.0,plain,halves,4,1,8,pages_other,", 14.0 / 3); /* 3, 4, 7 */
    told(table, "none,1.0,plain,halves,4,2,8,pages,", 7.0 / 3);        /* 2, 2, 3 */
    told(table, "none,1.0,plain,halves,4,-1,8,pages,", 2);
    told(table, "none,1.0,plain,document,4,-1,8,pages_without,", 5);
    told(table, "none,1.0,plain,document,4,-1,8,pages,", 7.0 / 3); /* 1, 4, 2 */
    assert_null(strstr(table, "document,4,1,8,pages_other"));
    assert_null(strstr(table, "half-"));
}

/* A half whose other is not there tells nothing; of seeds, those that are whole. */
static void test_one_half(void **state)
{
    (void)state;
    const CellLosses cells[] = {cell("half-1", 1, one), cell("half-1", 2, three),
                                cell("half-2", 1, two)};
    assert_null(strstr(table_of(cells, 2), "halves"));
    told(table_of(cells, 3), "none,1.0,plain,halves,4,-1,8,pages,", 5.0 / 3);
    assert_null(strstr(table_of(cells, 3), "halves,4,2,"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stored),
        cmocka_unit_test(test_one_half),
    };
    return cmocka_run_group_tests_name("stored_rows", tests, NULL, NULL);
}
