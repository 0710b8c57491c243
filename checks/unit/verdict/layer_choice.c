/* Checks of the stage layer_choice: planted effects must be found by its unit effects and the
 * rules, absent ones must stay undecided. */
#include "file/csvfile.h"
#include "grid_files.h"
#include "verdict_files.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>

enum { PATHS_LIMIT = 64 };

/* Everything the claims say is so: later layers start lower, the middle ends lowest, accuracy falls
 * with training at all layers but one. */
static const Planted as_claimed = {.layers = 6,
                                   .seeds = 3,
                                   .epochs = 4,
                                   .documents = 24,
                                   .claims = 300,
                                   .at_first = -0.1,
                                   .slope = -0.05,
                                   .at_last = -0.5,
                                   .middle = -0.1,
                                   .right = 0.6,
                                   .change = -0.25,
                                   .raise = 0.25,
                                   .raised = 4};
/* The contrary of all that. */
static const Planted contrary = {.layers = 6,
                                 .seeds = 3,
                                 .epochs = 4,
                                 .documents = 24,
                                 .claims = 300,
                                 .at_first = -0.6,
                                 .slope = 0.05,
                                 .at_last = -0.5,
                                 .middle = 0.1,
                                 .right = 0.6,
                                 .change = 0.25,
                                 .raised = -1};
/* Nothing but noise. */
static const Planted nothing = {.layers = 6,
                                .seeds = 3,
                                .epochs = 4,
                                .documents = 24,
                                .claims = 300,
                                .right = 0.6,
                                .raised = -1};

/* Runs the stage on the files of a plan, backwards if asked, into scratch(name); its exit status.
 */
static int run(const Planted *plan, const char *report, const char *name, bool backwards)
{
    static char command[1 << 14];
    char *paths[PATHS_LIMIT];
    const char *bin = getenv("BIN");
    int count = planted_write(plan, paths);
    int used =
        snprintf(command, sizeof command, "%s/layer_choice --resamples 1000 --report %s --out %s",
                 bin ? bin : "build/bin", report, scratch(name));
    for (int i = 0; i < count; i++)
        used += snprintf(command + used, sizeof command - (size_t)used, " %s",
                         paths[backwards ? count - 1 - i : i]);
    assert_in_range(used, 1, sizeof command - 1);
    planted_free(paths, count);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Judges the plan, with a control that gains `gain`. */
static void judge(Heard *heard, const Planted *plan, double gain)
{
    char *paths[PATHS_LIMIT];
    int count = planted_write(plan, paths);
    char *tables[] = {units_of("layer_choice", "", paths, (size_t)count), sow_controls(gain, 300)};
    hear(heard, "paper/claims.rules", tables, 2);
    free(tables[0]), free(tables[1]);
}

static void expect_verdicts(const Planted *plan, const char *wanted)
{
    Heard heard;
    judge(&heard, plan, 0.3);
    for (int claim = 12; claim <= 15; claim++) {
        char name[8];
        snprintf(name, sizeof name, "C%d", claim);
        expect_verdict(&heard, name, wanted);
    }
    heard_free(&heard);
}

static void finds_what_was_claimed(void **state)
{
    (void)state;
    expect_verdicts(&as_claimed, "holds here");
}

static void finds_the_contrary(void **state)
{
    (void)state;
    expect_verdicts(&contrary, "fails here");
}

/* Without an effect nothing holds; that accuracy stays as it is, is an answer. */
static void finds_nothing_in_noise(void **state)
{
    (void)state;
    Heard heard;
    judge(&heard, &nothing, 0.3);
    expect_verdict(&heard, "C12", "undecided");
    expect_verdict(&heard, "C14", "undecided");
    for (int claim = 13; claim <= 15; claim += 2)
        assert_true(heard_claim(&heard, claim == 13 ? "C13" : "C15")->kind != KIND_HOLDS);
    heard_free(&heard);
}

/* Where the page itself does not help, use cannot be judged; storing can. */
static void asks_the_control_first(void **state)
{
    (void)state;
    Heard heard;
    judge(&heard, &as_claimed, 0);
    expect_verdict(&heard, "C12", "holds here");
    expect_verdict(&heard, "C13", "not measurable here");
    expect_verdict(&heard, "C15", "not measurable here");
    heard_free(&heard);
}

typedef struct {
    size_t rows, mean_rows;
} Found;

static bool take_measure(void *user, const CsvRow *row, Error *error)
{
    Found *found = user;
    int64_t layer, seed, epoch;
    double value, low, high;
    if (row->header)
        return true;
    if (!csvfile_int(row, 0, &layer, error) || !csvfile_int(row, 1, &seed, error) ||
        !csvfile_int(row, 2, &epoch, error) || !csvfile_real(row, 5, &value, error))
        return false;
    found->rows++;
    if (seed == -1 && row->fields[6][0]) {
        found->mean_rows++;
        if (!csvfile_real(row, 6, &low, error) || !csvfile_real(row, 7, &high, error))
            return false;
        assert_true(low <= value && value <= high);
    }
    if (layer == 2 && seed == 1 && epoch == 5 && strcmp(row->fields[3], "nll") == 0) {
        double wanted = 0;
        for (int d = 0; d < nothing.documents; d++)
            wanted += planted_loss(&nothing, 2, 1, 2, d) / nothing.documents;
        assert_true(fabs(value - wanted) < 1e-12);
    }
    return true;
}

static void measures_every_place(void **state)
{
    (void)state;
    Error error;
    Found found = {0};
    assert_int_equal(run(&nothing, "measures", "measures.csv", false), 0);
    if (!csvfile_read(scratch("measures.csv"), NULL, take_measure, &found, &error))
        fail_msg("%s", error.text);
    size_t places = 1 + 6 * 3; /* the pretrained model, and each layer at three epochs */
    assert_int_equal(found.rows, 2 + 22 * (1 + 6 * 3 * 4));
    assert_int_equal(found.mean_rows, places * 21);
}

static size_t read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, size, file);
    fclose(file);
    return length;
}

static void order_of_words_does_not_matter(void **state)
{
    (void)state;
    static char text[2][1 << 20];
    assert_int_equal(run(&nothing, "measures", "there.csv", false), 0);
    assert_int_equal(run(&nothing, "measures", "back.csv", true), 0);
    size_t length = read_text(scratch("there.csv"), text[0], sizeof text[0]);
    assert_int_equal(read_text(scratch("back.csv"), text[1], sizeof text[1]), length);
    assert_memory_equal(text[0], text[1], length);
}

static void refuses_and_leaves_nothing(void **state)
{
    (void)state;
    Planted none = nothing;
    assert_int_equal(run(&nothing, "gossip", "none.csv", false), 1);
    none.layers = 0;
    assert_int_equal(run(&none, "units", "none.csv", false), 1);
    assert_int_not_equal(access(scratch("none.csv"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_claimed),
        cmocka_unit_test(finds_the_contrary),
        cmocka_unit_test(finds_nothing_in_noise),
        cmocka_unit_test(asks_the_control_first),
        cmocka_unit_test(measures_every_place),
        cmocka_unit_test(order_of_words_does_not_matter),
        cmocka_unit_test(refuses_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
