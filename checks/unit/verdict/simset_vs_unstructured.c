/* Checks of the stage simset_vs_unstructured: planted effects must be found, absent ones must stay
 * undecided. */
#include "file/csvfile.h"
#include "study_files.h"
#include "verdict_files.h"

#include <math.h>
#include <sys/wait.h>

enum { CELLS_LIMIT = 64 };

/* What is planted: losses and accuracies by allocation, and what targets and layers add. */
typedef struct {
    double none, token, dim, other; /* loss less the pretrained model's */
    double right[4];                /* accuracy of none, token, dim and others */
    double template, both; /* accuracy with the target template; with one after the other */
    double layer[3];       /* accuracy at layers 1, 2 and 3, allocation none */
    double mistaken;       /* accuracy of plain SimSets on the template */
} Plan;

/* Everything the claims say is so; the mistake does not matter. */
static const Plan as_claimed = {-0.9, -0.87, -0.85,           -0.88, {0.6, 0.6, 0.6, 0.6},
                                0.62, 0.8,   {0.6, 0.9, 0.6}, 0.6};
/* No effect at all. */
static const Plan nothing = {
    -0.9, -0.9, -0.9, -0.9, {0.6, 0.6, 0.6, 0.6}, 0.6, 0.6, {0.6, 0.6, 0.6}, 0.6};
/* The contrary of all that is claimed. */
static const Plan contrary = {-0.9, -0.5, -0.95,           -0.5, {0.6, 0.9, 0.6, 0.6},
                              0.7,  0.5,  {0.6, 0.5, 0.4}, 0.3};

static const char *const allocations[] = {"none", "simset-1-token", "simset-1-dim", "simset-2-dim",
                                          "random"};

static void add(Sown *sown, size_t *count, const char *allocation, const char *variant,
                const char *target, int layer, int seeds, double loss, double right)
{
    Sown *next = &sown[(*count)++];
    *next = (Sown){.seeds = seeds, .loss = loss, .right = right};
    next->condition.strength = 1;
    next->condition.layer = layer;
    snprintf(next->condition.allocation, 32, "%s", allocation);
    snprintf(next->condition.variant, 32, "%s", variant);
    snprintf(next->condition.target, 32, "%s", target);
}

static size_t make(const Plan *plan, Sown *sown)
{
    size_t count = 0;
    const double losses[] = {plan->none, plan->token, plan->dim, plan->dim, plan->other};
    const double right[] = {plan->right[0], plan->right[1], plan->right[2], plan->right[2],
                            plan->right[3]};
    for (int i = 0; i < 5; i++) {
        add(sown, &count, allocations[i], "plain", "document", 4, 6, losses[i], right[i]);
        add(sown, &count, allocations[i], "norm-gate", "document", 4, 6, losses[i], right[i]);
        if (strncmp(allocations[i], "simset", 6) == 0)
            add(sown, &count, allocations[i], "plain", "template", 4, 6, -0.1, plan->mistaken);
    }
    add(sown, &count, "none", "plain", "template", 4, 6, -0.1, plan->template);
    add(sown, &count, "none", "plain", "document-then-template", 4, 6, -0.5, plan->both);
    for (int i = 0; i < 3; i++)
        add(sown, &count, "none", "plain", "document", i + 1, 6, -0.9, plan->layer[i]);
    assert_in_range(count, 0, CELLS_LIMIT);
    return count;
}

/* Runs the stage on these cells, backwards if asked, into scratch(name); its exit status. */
static int run(const Sown *sown, size_t cells, const char *words, const char *name, bool backwards)
{
    static char command[1 << 16];
    char *paths[SOWN_PATHS];
    const char *bin = getenv("BIN");
    int count = sow(sown, cells, paths);
    int used = snprintf(command, sizeof command, "%s/simset_vs_unstructured %s --out %s",
                        bin ? bin : "build/bin", words, scratch(name));
    for (int i = 0; i < count; i++)
        used += snprintf(command + used, sizeof command - (size_t)used, " %s",
                         paths[backwards ? count - 1 - i : i]);
    snprintf(command + used, sizeof command - (size_t)used, " 2>%s", scratch("said"));
    assert_in_range(used, 1, sizeof command - 200);
    for (int i = 0; i < count; i++)
        free(paths[i]);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Judges the plan. */
static void judge(Heard *heard, const Plan *plan)
{
    Sown sown[CELLS_LIMIT];
    char *paths[SOWN_PATHS];
    int count = sow(sown, make(plan, sown), paths);
    char *tables[] = {units_of("simset_vs_unstructured", "", paths, (size_t)count),
                      sow_controls(0.3, 300)};
    hear(heard, "paper/claims.rules", tables, 2);
    free(tables[0]), free(tables[1]);
}

static void finds_what_was_claimed(void **state)
{
    (void)state;
    Heard heard;
    judge(&heard, &as_claimed);
    expect_verdict(&heard, "C16", "holds here");
    expect_verdict(&heard, "C17", "holds here");
    const JudgeMember *loss =
        heard_part(&heard, "C16", "loss: allocation simset-1-dim, variant plain");
    assert_true(fabs(loss->measured.effect - 0.05) < 0.01 && fabs(loss->bound - 0.09) < 0.002);
    heard_free(&heard);
}

static void finds_the_contrary(void **state)
{
    (void)state;
    Heard heard;
    judge(&heard, &contrary);
    static const char *const claims[] = {"C16", "C17", "C18", "C20", "mistake"};
    for (int i = 0; i < 5; i++)
        expect_verdict(&heard, claims[i], "fails here");
    assert_int_equal(heard_part(&heard, "C18", "accuracy: allocation simset-1-token")->kind,
                     KIND_FAILS);
    heard_free(&heard);
}

/* No effect: neither a higher loss nor a gain is found. */
static void finds_nothing_in_noise(void **state)
{
    (void)state;
    Heard heard;
    judge(&heard, &nothing);
    expect_verdict(&heard, "C17", "undecided");
    assert_true(heard_claim(&heard, "C20")->kind != KIND_HOLDS);
    assert_true(heard_claim(&heard, "C18")->kind != KIND_FAILS);
    heard_free(&heard);
}

static size_t read_text(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, size - 1, file);
    fclose(file);
    text[length] = 0;
    return length;
}

typedef struct {
    size_t rows, intervals, close;
} Told;

static bool take_measure(void *user, const CsvRow *row, Error *error)
{
    Told *measured = user;
    double value, low, high;
    if (row->header)
        return true;
    assert_true(csvfile_real(row, 8, &value, error));
    measured->rows++;
    if (*row->fields[9]) {
        assert_true(csvfile_real(row, 9, &low, error) && csvfile_real(row, 10, &high, error));
        assert_true(low <= value && value <= high);
        measured->intervals++;
    }
    if (strcmp(row->fields[5], "-1") != 0 || strcmp(row->fields[6], "nll") != 0)
        return true;
    double wanted = strcmp(row->fields[0], "pretrained") == 0 ? 3 : 2.1;
    measured->close += fabs(value - wanted) < 0.1;
    return true;
}

static void measures_every_condition(void **state)
{
    (void)state;
    Sown sown[CELLS_LIMIT];
    Told measured = {0};
    Error error;
    size_t count = 0;
    add(sown, &count, "none", "plain", "document", 4, 3, -0.9, 0.6);
    add(sown, &count, "random", "plain", "document", 4, 2, -0.9, 0.6);
    assert_int_equal(run(sown, count, "--report measures --resamples 200", "m.csv", false), 0);
    if (!csvfile_read(scratch("m.csv"), NULL, take_measure, &measured, &error))
        fail_msg("%s", error.text);
    /* 22 measures of each seed and mean; and of each seed `shared`, of each mean three of these */
    assert_int_equal(measured.rows, 22 * (1 + 4 + 3) + 5 + 2 * 3);
    assert_int_equal(measured.intervals, 3 * 21);
    assert_int_equal(measured.close, 3 * 2);
}

static void order_of_words_does_not_matter(void **state)
{
    (void)state;
    static char text[2][1 << 24];
    static const char *const reports[] = {"--report units", "--report measures --resamples 100"};
    Sown sown[CELLS_LIMIT];
    size_t count = make(&nothing, sown);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(run(sown, count, reports[i], "there.csv", false), 0);
        assert_int_equal(run(sown, count, reports[i], "back.csv", true), 0);
        size_t length = read_text(scratch("there.csv"), text[0], sizeof text[0]);
        assert_in_range(length, 1000, sizeof text[0] - 2);
        assert_int_equal(read_text(scratch("back.csv"), text[1], sizeof text[1]), length);
        assert_memory_equal(text[0], text[1], length);
    }
}

static void refuses_and_leaves_nothing(void **state)
{
    (void)state;
    static const char *const words[] = {"--report gossip", "--report measures --resamples 9"};
    Sown sown[CELLS_LIMIT];
    size_t count = 0;
    add(sown, &count, "none", "plain", "document", 4, 1, -0.9, 0.6);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_not_equal(run(sown, count, words[i], "none.csv", false), 0);
    assert_int_equal(run(sown, 0, "--report units", "none.csv", false), 1);
    assert_int_not_equal(access(scratch("none.csv"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_claimed),
        cmocka_unit_test(finds_the_contrary),
        cmocka_unit_test(finds_nothing_in_noise),
        cmocka_unit_test(measures_every_condition),
        cmocka_unit_test(order_of_words_does_not_matter),
        cmocka_unit_test(refuses_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
