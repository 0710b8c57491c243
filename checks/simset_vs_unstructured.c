/* Checks of the stage simset_vs_unstructured: planted effects must be found, absent ones must stay
 * undecided, and a claim without its cells has no row. */
#include "csvfile.h"
#include "study_files.h"

#include <math.h>
#include <sys/wait.h>

enum { ROWS_LIMIT = 256, CELLS_LIMIT = 64 };

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
        add(sown, &count, allocations[i], "plain", "document", 4, 3, losses[i], right[i]);
        add(sown, &count, allocations[i], "norm-gate", "document", 4, 4, losses[i], right[i]);
        if (strncmp(allocations[i], "simset", 6) == 0)
            add(sown, &count, allocations[i], "plain", "template", 4, 2, -0.1, plan->mistaken);
    }
    add(sown, &count, "none", "plain", "template", 4, 2, -0.1, plan->template);
    add(sown, &count, "none", "plain", "document-then-template", 4, 2, -0.5, plan->both);
    for (int i = 0; i < 3; i++)
        add(sown, &count, "none", "plain", "document", i + 1, 2, -0.9, plan->layer[i]);
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
    int used = snprintf(command, sizeof command,
                        "%s/simset_vs_unstructured --accuracy-margin 0.04 %s --out %s",
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

/* A row of verdicts. */
typedef struct {
    char claim[16], part[64], verdict[16];
    double effect, low, high, p, p_holm, margin, needed;
} Row;

typedef struct {
    Row rows[ROWS_LIMIT];
    size_t count;
} Found;

static bool take_verdict(void *user, const CsvRow *row, Error *error)
{
    (void)error;
    Found *found = user;
    if (row->header)
        return true;
    assert_in_range(found->count, 0, ROWS_LIMIT - 1);
    Row *next = &found->rows[found->count++];
    snprintf(next->claim, sizeof next->claim, "%s", row->fields[0]);
    snprintf(next->part, sizeof next->part, "%s", row->fields[1]);
    snprintf(next->verdict, sizeof next->verdict, "%s", row->fields[11]);
    double *const numbers[] = {&next->effect, &next->low,    &next->high,  &next->p,
                               &next->p_holm, &next->margin, &next->needed};
    static const int columns[] = {4, 5, 6, 8, 9, 13, 14};
    for (int i = 0; i < 7; i++)
        *numbers[i] = *row->fields[columns[i]] ? atof(row->fields[columns[i]]) : NAN;
    return true;
}

static void read_verdicts(const char *name, Found *found)
{
    Error error;
    *found = (Found){0};
    if (!csvfile_read(scratch(name), NULL, take_verdict, found, &error))
        fail_msg("%s", error.text);
}

static const Row *find(const Found *found, const char *claim, const char *part)
{
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->rows[i].claim, claim) == 0 && strcmp(found->rows[i].part, part) == 0)
            return &found->rows[i];
    fail_msg("no row %s '%s'", claim, part);
    return NULL;
}

static void expect(const Found *found, const char *claim, const char *part, const char *verdict)
{
    const Row *row = find(found, claim, part);
    if (strcmp(row->verdict, verdict) != 0)
        fail_msg("%s '%s' is %s (%g, %g to %g, p %g), wanted %s", claim, part, row->verdict,
                 row->effect, row->low, row->high, row->p_holm, verdict);
    assert_true(isnan(row->needed) == (strcmp(row->verdict, "undecided") != 0));
}

/* Runs the stage on a plan for its verdicts and expects the same of every claim. */
static void expect_all(const Plan *plan, const char *words, const char *verdict, Found *found)
{
    static const char *const claims[] = {"C16", "C17", "C18", "C19", "C20", "mistake"};
    Sown sown[CELLS_LIMIT];
    size_t count = make(plan, sown);
    assert_int_equal(run(sown, count, words, "verdicts.csv", false), 0);
    read_verdicts("verdicts.csv", found);
    for (int i = 0; i < 6; i++)
        expect(found, claims[i], "", verdict);
}

static void finds_what_was_claimed(void **state)
{
    (void)state;
    Found found;
    expect_all(&as_claimed, "--report verdicts", "supported", &found);
    expect(&found, "C19", "none plain layer 2", "supported");
    expect(&found, "C19", "none plain layer 1", "contradicted");
    const Row *loss = find(&found, "C16", "simset-1-dim plain");
    assert_true(fabs(loss->effect - 0.05) < 0.01 && fabs(loss->margin - 0.09) < 0.002);
    assert_true(fabs(find(&found, "C20", "none plain over document")->effect - 0.2) < 0.07);
    for (size_t i = 0; i < found.count; i++)
        assert_true(found.rows[i].low <= found.rows[i].effect &&
                    found.rows[i].effect <= found.rows[i].high);
}

static void finds_the_contrary(void **state)
{
    (void)state;
    Found found;
    expect_all(&contrary, "--report verdicts", "contradicted", &found);
    expect(&found, "C18", "simset-1-token plain over pretrained", "contradicted");
    expect(&found, "C18", "random plain over pretrained", "supported");
    expect(&found, "C17", "loss", "contradicted");
    expect(&found, "C17", "accuracy", "supported");
}

static void leaves_noise_undecided(void **state)
{
    (void)state;
    Found found;
    expect_all(&nothing, "--report verdicts --accuracy-margin 0.0005 --loss-margin 0.0005",
               "undecided", &found);
    for (size_t i = 0; i < found.count; i++)
        assert_true(isnan(found.rows[i].needed) || found.rows[i].needed > 24);
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

/* Two cells can say nothing of C17, C19, C20 or the mistake, and each is told in a line. */
static void tells_what_is_missing(void **state)
{
    (void)state;
    static const char *const claims[] = {"C17", "C19", "C20", "mistake"};
    char said[4096], line[128];
    Sown sown[2];
    Found found;
    size_t count = 0;
    add(sown, &count, "none", "plain", "document", 4, 2, -0.9, 0.6);
    add(sown, &count, "random", "plain", "document", 4, 2, -0.9, 0.6);
    assert_int_equal(run(sown, count, "--report verdicts", "verdicts.csv", false), 0);
    read_verdicts("verdicts.csv", &found);
    assert_int_equal(found.count, 2 + 1 + 3);
    find(&found, "C16", "random plain");
    find(&found, "C18", "none plain over pretrained");
    find(&found, "C18", "random plain over none");
    read_text(scratch("said"), said, sizeof said);
    for (int i = 0; i < 4; i++) {
        snprintf(line, sizeof line, "docmem: simset_vs_unstructured: %s has no row: ", claims[i]);
        assert_non_null(strstr(said, line));
    }
    assert_int_equal(run(sown, count, "--report verdicts --layer 2", "verdicts.csv", false), 0);
    read_verdicts("verdicts.csv", &found);
    assert_int_equal(found.count, 0);
}

typedef struct {
    size_t rows, intervals, close;
} Measured;

static bool take_measure(void *user, const CsvRow *row, Error *error)
{
    Measured *measured = user;
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
    Measured measured = {0};
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
    static char text[2][1 << 18];
    static const char *const reports[] = {"--report verdicts", "--report measures --resamples 100"};
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
    static const char *const words[] = {"--report gossip", "--report verdicts --resamples 9",
                                        "--report verdicts --accuracy-margin 0",
                                        "--report measures --loss-margin nan"};
    Sown sown[CELLS_LIMIT];
    size_t count = 0;
    add(sown, &count, "none", "plain", "document", 4, 1, -0.9, 0.6);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_not_equal(run(sown, count, words[i], "none.csv", false), 0);
    assert_int_equal(run(sown, 0, "--report verdicts", "none.csv", false), 1);
    assert_int_not_equal(access(scratch("none.csv"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_claimed),
        cmocka_unit_test(finds_the_contrary),
        cmocka_unit_test(leaves_noise_undecided),
        cmocka_unit_test(tells_what_is_missing),
        cmocka_unit_test(measures_every_condition),
        cmocka_unit_test(order_of_words_does_not_matter),
        cmocka_unit_test(refuses_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
