/* Representation drift: moves by hand, grids in any order, and verdicts that
 * find what was planted, its contrary, and nothing in noise. */
#include "verdict/drift.h"
#include "file/csvfile.h"

#include "drift_files.h"
#include "verdict_files.h"

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
    assert_int_equal(there.groups_count, planted.count / 5);
    for (size_t i = 0; i < planted.count; i++)
        assert_string_equal(there.cells[i].path, back.cells[i].path);
    const DriftCell *cell = there.cells; /* of planted.cells[4] */
    while (strcmp(cell->path, paths[planted.count - 5]) != 0)
        cell++;
    const DriftGroup *group = there.groups;
    while (group->cells + group->count <= cell)
        group++;
    assert_int_equal(group->count, 5);
    near(group->cells[0].of_document[DRIFT_VECTOR_COSINE][0], 1);
    near(group->cells[0].of_run[DRIFT_WEIGHTS + WEIGHT_G], 0.6);
    drift_grid_free(&there);
    drift_grid_free(&back);
    planted_free(&planted, paths);
}

/* Two documents, one seed: what the grid holds is set here, and the sums are done by hand. */
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

/* Judges the plan as if the vectors had started as rows of an orthogonal matrix. */
static void judge(Heard *heard, const PlantedDrift *plan)
{
    char *paths[PLANTED_LIMIT], command[2048];
    static PlantedGrid planted;
    planted_settings(&planted);
    planted_write(plan, &planted, paths);
    char *table = units_of("representation_drift", "", paths, planted.count);
    snprintf(command, sizeof command, "sed -i 's/ selection=/ start=orthogonal&/' %s", table);
    assert_int_equal(system(command), 0);
    hear(heard, "paper/claims.rules", &table, 1);
    free(table);
}

static void expect_verdicts(const PlantedDrift *plan, const char *const *wanted)
{
    Heard heard;
    judge(&heard, plan);
    for (int claim = 0; claim < 6; claim++) {
        char name[8];
        snprintf(name, sizeof name, "C%d", claim + 1);
        expect_verdict(&heard, name, wanted[claim]);
    }
    heard_free(&heard);
}

/* Smooth, compact and rare flips; that k = 2 drifts further than C1 allows is what C2 says. */
static void finds_what_was_claimed(void **state)
{
    (void)state;
    static const char *const wanted[] = {"depends on dimension", "holds here", "holds here",
                                         "holds here",           "holds here", "holds here"};
    expect_verdicts(&as_claimed, wanted);
}

static void finds_the_contrary(void **state)
{
    (void)state;
    static const char *const wanted[] = {"fails here", "fails here", "fails here",
                                         "fails here", "fails here", "fails here"};
    expect_verdicts(&contrary, wanted);
}

/* Neither C5 nor C6 has anything to find, and what is at the bound stays undecided. */
static void finds_nothing_in_noise(void **state)
{
    (void)state;
    static const char *const wanted[] = {"undecided",  "undecided",  "fails here",
                                         "holds here", "fails here", "fails here"};
    const PlantedDrift nothing = {.base = 0.1, .up = 0.1};
    expect_verdicts(&nothing, wanted);
}

static void refuses_and_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(run(&as_claimed, "gossip", "drift-none.csv", -1), 1);
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
        cmocka_unit_test(finds_what_was_claimed),
        cmocka_unit_test(finds_the_contrary),
        cmocka_unit_test(finds_nothing_in_noise),
        cmocka_unit_test(refuses_and_leaves_nothing),
        cmocka_unit_test(refuses_cells_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
