/* Representation drift: moves by hand, grids in any order, contrasts by hand, and verdicts that
 * find what was planted, its contrary, and nothing in noise. */
#include "csvfile.h"
#include "drift_contrast.h"

#include "drift_files.h"

#include <sys/wait.h>

static void near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-6))
        fail_msg("%.12g is not %.12g", value, wanted);
}

static void measures_moves_by_hand(void **state)
{
    (void)state;
    const float path[3][2] = {{3, -4}, {3, 0}, {-3, 4}};
    DriftMove move = drift_move(path[0], 3, 2, 2);
    near(move.drift, 2);
    near(move.cosine, -1);
    near(move.flipped, 1);
    near(move.straightness, 10 / (4 + sqrt(36 + 16)));
    move = drift_move(path[0], 2, 2, 2);
    near(move.drift, 0.8);
    near(move.cosine, 0.6);
    near(move.flipped, 0.5); /* from − to 0 */
    near(move.straightness, 1);
    move = drift_move(path[0], 1, 2, 2);
    near(move.drift, 0);
    near(move.cosine, 1);
    near(move.straightness, 1);
}

static void measures_moves_from_nothing(void **state)
{
    (void)state;
    const float path[3][1] = {{0}, {1}, {0}};
    DriftMove away = drift_move(path[0], 2, 1, 1), back = drift_move(path[0], 3, 1, 1);
    near(away.drift, 1);
    near(away.cosine, 0);
    near(away.flipped, 1);
    near(back.drift, 0);
    near(back.cosine, 1);
    near(back.straightness, 0);
}

static const PlantedDrift as_claimed = {.base = 0.09,
                                        .by_documents = 0.015,
                                        .by_dimension = -0.024,
                                        .guided_mlp = 0.05,
                                        .coupled = 0.02,
                                        .up = 0.6};
static const PlantedDrift contrary = {.base = 0.08,
                                      .by_documents = -0.01,
                                      .by_dimension = 0.05,
                                      .relu = 0.2,
                                      .guided_mlp = -0.03,
                                      .coupled = -0.02,
                                      .to_and_fro = 3,
                                      .flips = 0.4,
                                      .up = 0.01};

static void reads_any_order(void **state)
{
    (void)state;
    static PlantedGrid planted;
    char *paths[PLANTED_LIMIT];
    Error error;
    DriftGrid there, back;
    planted_settings(&planted);
    planted_write(&as_claimed, &planted, paths);
    assert_true(drift_grid_read(&there, paths, planted.count, &error));
    for (size_t i = 0; i < planted.count / 2; i++) {
        char *path = paths[i];
        paths[i] = paths[planted.count - 1 - i];
        paths[planted.count - 1 - i] = path;
    }
    assert_true(drift_grid_read(&back, paths, planted.count, &error));
    assert_int_equal(there.groups_count, planted.count / 3);
    for (size_t i = 0; i < planted.count; i++)
        assert_string_equal(there.cells[i].path, back.cells[i].path);
    DocRepSettings wanted = planted.cells[4];
    const DriftGroup *group = drift_find(&there, &wanted);
    assert_non_null(group);
    assert_int_equal(group->count, 3);
    near(group->cells[0].of_document[DRIFT_VECTOR_COSINE][0], 1);
    near(group->cells[0].of_run[DRIFT_WEIGHTS + WEIGHT_G], 0.6);
    wanted.dimension = 5;
    assert_null(drift_find(&there, &wanted));
    drift_grid_free(&there);
    drift_grid_free(&back);
    planted_free(&planted, paths);
}

/* Two documents, one seed: what the grid holds is set here, and the sums are done by hand. */
static void sums_by_hand(void **state)
{
    (void)state;
    double drift[4][2] = {{0.1, 0.2}, {0.3, 0.5}, {0.2, 0.2}, {0.9, 1.0}};
    DriftCell cells[4] = {0};
    DriftGroup groups[4];
    for (size_t i = 0; i < 4; i++) {
        cells[i].settings = (DocRepSettings){.dimension = i < 3 ? (size_t)1 << i : 4,
                                             .documents = 2,
                                             .batch = 1,
                                             .seed = 7,
                                             .phi = i < 3 ? PHI_TANH : PHI_RELU};
        cells[i].of_document[DRIFT_VECTOR] = drift[i];
        groups[i] = (DriftGroup){&cells[i], 1, &cells[i].settings};
    }
    const DriftGrid grid = {.cells = cells, .groups = groups, .cells_count = 4, .groups_count = 4};
    DriftSum sum = {0};
    Contrast contrast;
    const DriftPartner partners[DRIFT_PARTNERS] = {{.change = DRIFT_TO_RELU, .weight = 1},
                                                   {.weight = -1}};
    assert_int_equal(drift_sum_matched(&sum, &grid, (DriftWhere){0}, partners), 1);
    assert_true(drift_contrast(&contrast, &sum, DRIFT_VECTOR, 0.05));
    assert_int_equal(contrast.seeds * contrast.units, 2);
    near(contrast.values[0], 0.9 - 0.2 - 0.05);
    near(contrast.values[1], 1.0 - 0.2 - 0.05);
    contrast_free(&contrast);
    drift_sum_free(&sum);
    const DriftPartner larger[DRIFT_PARTNERS] = {{.dimension = 4, .weight = 1}, {.weight = -1}};
    assert_int_equal(drift_sum_matched(&sum, &grid, (DriftWhere){.only = DRIFT_TANH}, larger), 2);
    assert_true(drift_contrast(&contrast, &sum, DRIFT_VECTOR, 0));
    near(contrast.values[0], 0.2 - (0.1 + 0.3) / 2);
    contrast_free(&contrast);
    drift_sum_free(&sum);
    assert_int_equal(drift_sum_matched(&sum, &grid, (DriftWhere){.documents = 3}, larger), 0);
    assert_false(drift_contrast(&contrast, &sum, DRIFT_VECTOR, 0));
}

static double at_dimension(const DocRepSettings *s)
{
    return (double)s->dimension;
}

static void slopes_by_hand(void **state)
{
    (void)state;
    double drift[3][1] = {{1}, {2}, {6}};
    DriftCell cells[3] = {0};
    DriftGroup groups[3];
    for (size_t i = 0; i < 3; i++) {
        cells[i].settings = (DocRepSettings){.dimension = i + 1, .documents = 1, .batch = 1};
        cells[i].of_document[DRIFT_VECTOR] = drift[i];
        groups[i] = (DriftGroup){&cells[i], 1, &cells[i].settings};
    }
    DriftGrid grid = {.cells = cells, .groups = groups, .cells_count = 3, .groups_count = 3};
    DriftSum sum = {0};
    Contrast contrast;
    assert_int_equal(drift_sum_slope(&sum, &grid, (DriftWhere){0}, at_dimension), 1);
    assert_true(drift_contrast(&contrast, &sum, DRIFT_VECTOR, 0));
    near(contrast.values[0], 2.5);
    contrast_free(&contrast);
    drift_sum_free(&sum);
    grid.groups_count = 1;
    assert_int_equal(drift_sum_slope(&sum, &grid, (DriftWhere){0}, at_dimension), 0);
    assert_int_equal(sum.count, 0);
}

/* ---- The stage ------------------------------------------------------------------------------ */

/* Runs the stage on planted cells without the conditions of one negative, to scratch(name); its
 * exit status. */
static int run(const PlantedDrift *plan, const char *report, const char *name, int without)
{
    static char command[1 << 16];
    static PlantedGrid planted;
    char *paths[PLANTED_LIMIT];
    const char *bin = getenv("BIN");
    planted_settings(&planted);
    planted_write(plan, &planted, paths);
    int used = snprintf(command, sizeof command,
                        "%s/representation_drift --resamples 1000 --report %s --out %s",
                        bin ? bin : "build/bin", report, scratch(name));
    for (size_t i = 0; i < planted.count; i++)
        if ((int)planted.cells[i].guidance.negative != without)
            used += snprintf(command + used, sizeof command - (size_t)used, " %s", paths[i]);
    assert_in_range(used, 1, sizeof command - 1);
    planted_free(&planted, paths);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool take_verdict(void *user, const CsvRow *row, Error *error)
{
    (void)error;
    if (row->fields[1][0] == 0)
        strcat(strcat(user, row->fields[11]), " ");
    return true;
}

static void expect_verdicts(const PlantedDrift *plan, const char *wanted)
{
    Error error;
    char found[128] = "";
    assert_int_equal(run(plan, "verdicts", "drift-verdicts.csv", -1), 0);
    if (!csvfile_read(scratch("drift-verdicts.csv"), NULL, take_verdict, found, &error))
        fail_msg("%s", error.text);
    assert_string_equal(found, wanted);
}

static void finds_what_was_claimed(void **state)
{
    (void)state;
    expect_verdicts(&as_claimed, "supported supported supported supported supported supported ");
}

static void finds_the_contrary(void **state)
{
    (void)state;
    expect_verdicts(
        &contrary,
        "contradicted contradicted contradicted contradicted contradicted contradicted ");
}

/* Neither C5 nor C6 has anything to find, and what is at the bound stays undecided. */
static void finds_nothing_in_noise(void **state)
{
    (void)state;
    const PlantedDrift nothing = {.base = 0.1, .up = 0.1};
    expect_verdicts(&nothing,
                    "undecided undecided contradicted supported contradicted contradicted ");
}

static void refuses_and_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(run(&as_claimed, "gossip", "drift-none.csv", -1), 1);
    assert_int_equal(run(&as_claimed, "verdicts", "drift-none.csv", NEGATIVE_RANDOM), 1);
    assert_int_equal(run(&as_claimed, "selection", "drift-none.csv", NEGATIVE_OTHER), 1);
    assert_int_not_equal(access(scratch("drift-none.csv"), F_OK), 0);
}

/* Whether two cells of these settings make a grid. */
static bool fit(DocRepSettings a, DocRepSettings b)
{
    Error error;
    DriftGrid grid;
    char *paths[2] = {strdup(planted_cell(&as_claimed, &a, 0)),
                      strdup(planted_cell(&as_claimed, &b, 1))};
    bool ok = drift_grid_read(&grid, paths, 2, &error);
    if (ok)
        drift_grid_free(&grid);
    free(paths[0]);
    free(paths[1]);
    return ok;
}

static void refuses_cells_that_do_not_fit(void **state)
{
    (void)state;
    static PlantedGrid planted;
    Error error;
    DriftGrid grid;
    planted_settings(&planted);
    DocRepSettings a = planted.cells[0], b = a;
    assert_false(fit(a, b)); /* twice the same */
    b.seed = 2;
    assert_true(fit(a, b));
    b.train.lr = 1;
    assert_false(fit(a, b));
    b = a, b.seed = 2, b.tokens = 9;
    assert_false(fit(a, b));
    b = a, b.batch = 7; /* another condition */
    assert_true(fit(a, b));
    assert_false(drift_grid_read(&grid, NULL, 0, &error));
    char *absent[] = {"absent.safetensors"};
    assert_false(drift_grid_read(&grid, absent, 1, &error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_moves_by_hand),
        cmocka_unit_test(measures_moves_from_nothing),
        cmocka_unit_test(reads_any_order),
        cmocka_unit_test(sums_by_hand),
        cmocka_unit_test(slopes_by_hand),
        cmocka_unit_test(finds_what_was_claimed),
        cmocka_unit_test(finds_the_contrary),
        cmocka_unit_test(finds_nothing_in_noise),
        cmocka_unit_test(refuses_and_leaves_nothing),
        cmocka_unit_test(refuses_cells_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
