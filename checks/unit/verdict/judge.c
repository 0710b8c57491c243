/* Judge: intervals and tests against SciPy, bounds by hand, and whole claims in sown worlds: each
 * verdict, and what it needs, hangs on and is corrected for. */
#include "verdict/judge.h"
#include "base/rng.h"
#include "verdict_files.h"

#include <jansson.h>
#include <math.h>

static const Draws draws = {.resamples = 1000, .seed = 1};

static double number(const json_t *entry, const char *key)
{
    assert_true(json_is_number(json_object_get(entry, key)));
    return json_number_value(json_object_get(entry, key));
}

/* p and the seeds' own interval, as SciPy has them. */
static void tests_as_scipy(void **state)
{
    (void)state;
    json_error_t problem;
    json_t *all = json_load_file("checks/reference/stats.json", 0, &problem), *entry;
    size_t index;
    assert_non_null(all);
    assert_true(json_array_size(json_object_get(all, "crossed")) > 3);
    json_array_foreach (json_object_get(all, "crossed"), index, entry) {
        EffectTable table = {.seeds = (size_t)number(entry, "seeds"),
                             .units = (size_t)number(entry, "units")};
        double values[256];
        for (size_t i = 0; i < table.seeds * table.units; i++)
            values[i] = json_number_value(json_array_get(json_object_get(entry, "values"), i));
        table.values = values;
        Measured m = measured_of(&table, draws);
        double p = number(entry, "p"), half = number(entry, "half");
        assert_true(fabs(measured_p(&m, number(entry, "bound")) - p) < 1e-9);
        assert_true(m.low <= m.effect - half + 1e-12 && m.high >= m.effect + half - 1e-12);
        double needed = measured_needed(&m, 0.1, 0.05, true);
        assert_true(p < 0.05 || needed == 0 || needed > m.seeds);
    }
    json_decref(all);
}

static void measures_what_has_no_spread(void **state)
{
    (void)state;
    double same[6] = {2, 2, 2, 2, 2, 2}, one[3] = {1, 2, 3};
    Measured m = measured_of(&(EffectTable){2, 3, same}, draws);
    assert_true(m.effect == 2 && m.low == 2 && m.high == 2);
    assert_true(measured_p(&m, 2) == 1 && measured_p(&m, 1) == 0);
    m = measured_of(&(EffectTable){1, 3, one}, draws); /* one seed decides nothing */
    assert_true(measured_p(&m, -100) == 1 && measured_needed(&m, 0, 0.05, true) == 0);
    m = measured_of(&(EffectTable){0, 3, one}, draws);       /* no seeds: over units */
    assert_true(fabs(measured_p(&m, 0) - 0.0741799) < 1e-6); /* t = 3.4641, 2 df */
    assert_int_equal((int)measured_needed(&m, 0, 0.05, false), 4);
    assert_true(measured_needed(&m, 2, 0.05, false) == 0);
}

/* A member of an effect with an interval of ±half, tested over many seeds. */
static JudgeKind decide(RuleWant want, double bound, double effect, double half)
{
    RulePart part = {.want = want, .bound = bound};
    JudgeMember member = {.part = &part, .there = true};
    member.measured = (Measured){effect, effect - half, effect + half, half / 2, 0, 50, 20};
    judge_member(&member, 1, 0.05);
    return member.kind;
}

static void bounds_by_hand(void **state)
{
    (void)state;
    const JudgeKind yes = KIND_HOLDS, no = KIND_FAILS, open = KIND_UNDECIDED;
    static const struct {
        RuleWant want;
        double bound, effect, half;
    } cases[] = {
        {WANT_ABOVE, 1, 2, 0.5},     {WANT_ABOVE, 1, 0, 0.5},    {WANT_ABOVE, 1, 1.2, 0.5},
        {WANT_BELOW, 1, 0, 0.5},     {WANT_BELOW, 1, 2, 0.5},    {WANT_BELOW, 1, 0.8, 0.5},
        {WANT_WITHIN, 1, 0.3, 0.5},  {WANT_WITHIN, 1, -2, 0.5},  {WANT_WITHIN, 1, 0.9, 0.5},
        {WANT_GAIN, 1, 0.7, 0.2},    {WANT_GAIN, 1, 0.1, 0.2},   {WANT_GAIN, 1, 0.3, 0.8},
        {WANT_NO_GAIN, 1, 0.1, 0.2}, {WANT_NO_GAIN, 1, 2, 0.5},  {WANT_NO_GAIN, 1, 0.3, 0.8},
        {WANT_LOSS, 1, -0.7, 0.2},   {WANT_LOSS, 1, 0.5, 0.2},   {WANT_LOSS, 1, -0.3, 0.8},
        {WANT_NO_LOSS, 1, 0.1, 0.2}, {WANT_NO_LOSS, 1, -2, 0.5}, {WANT_NO_LOSS, 1, -0.3, 0.8},
    };
    const JudgeKind wanted[] = {yes, no, open};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        JudgeKind found = decide(cases[i].want, cases[i].bound, cases[i].effect, cases[i].half);
        if (found != wanted[i % 3])
            fail_msg("case %zu: %s %g at %g is %d", i, rule_wants[cases[i].want], cases[i].bound,
                     cases[i].effect, found);
    }
}

/* --- sown worlds -------------------------------------------------------------------------------
 */

enum { SEEDS = 6, UNITS = 30 };

/* A series a seed and value of `key`: mean `effect`, spread `noise` over seeds and units. */
static void sow(FILE *file, const char *condition, double effect, double noise, uint64_t number)
{
    for (int seed = 1; seed <= SEEDS; seed++) {
        Rng of_seed = rng_stream("seed", number, (uint64_t)seed);
        double shift = noise * 0.2 * rng_normal(&of_seed);
        for (int unit = 0; unit < UNITS; unit++) {
            Rng of_unit = rng_stream("unit", number * 100 + (uint64_t)seed, (uint64_t)unit);
            fprintf(file, "stage=s %s,%d,0,m,document,%d,%d,%.17g\n", condition, seed, unit, unit,
                    effect + shift + noise * rng_normal(&of_unit));
        }
    }
}

/* Judges claims (as in a rules file, without its head) on sown conditions, NULL at the end. */
typedef struct {
    const char *condition;
    double effect, noise;
} Sown;

static void judge(Heard *heard, const char *claims, const Sown *sown)
{
    char *table = strdup(scratch("judge.csv")), *path = strdup(scratch("judge.rules"));
    FILE *file = fopen(table, "w");
    assert_non_null(file);
    fprintf(file, "condition,seed,epoch,measure,unit,document,item,value\n");
    for (uint64_t i = 0; sown[i].condition; i++)
        sow(file, sown[i].condition, sown[i].effect, sown[i].noise, i + 1);
    assert_int_equal(fclose(file), 0);
    file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "date 2026-01-31\nlevel 0.05\n%s", claims);
    assert_int_equal(fclose(file), 0);
    hear(heard, path, &table, 1);
    free(table), free(path);
}

#define CLAIM(name, lines) "claim " name " s\nsays x\n" lines
#define PART(name, lines) "part " name "\nmeasured x\n" lines
static const Sown worlds[] = {
    {"k=up", 1, 0.3}, {"k=down", -1, 0.3}, {"k=none", 0, 0.3}, {"k=faint", 0.1, 0.5}, {0}};

static void decides_claims(void **state)
{
    (void)state;
    Heard heard;
    judge(
        &heard,
        CLAIM(
            "A",
            PART("1", "of k=up\nwant above 0\n") PART(
                "2", "of k=down\nwant below 0\n")) CLAIM("B",
                                                         PART("1", "of k=up\nwant above 0\n")
                                                             PART("2", "of k=down\nwant above 0\n"))
            CLAIM("C", PART("1", "of k=up\nwant above 0\n") PART("2", "of k=none\nwant above 0\n"))
                CLAIM("D", PART("1", "of k=up\nwant above 0\n")
                               PART("2", "of k=down\nwant above 0\nbeside\n"))
                    CLAIM("E",
                          PART("1", "of k=up,down\neach k\nwant above 0\nneed at least 1\n") PART(
                              "2",
                              "of k=up,down,none\neach k\nwant above 0\nneed above 0.5\nbeside\n"))
                        CLAIM("F",
                              PART("1", "of k=up,down\neach k\nwant above 0\nneed above 0.5\n"))
                            CLAIM("G", PART("1", "of k=lost\nwant above 0\n"))
                                CLAIM("H", PART("1", "of k=none\nwant within 0.5\n")),
        worlds);
    static const char *const wanted[] = {"holds here", "fails here", "undecided", "holds here",
                                         "holds here", "fails here", "undecided", "holds here"};
    for (int i = 0; i < 8; i++)
        expect_verdict(&heard, (char[]){(char)('A' + i), 0}, wanted[i]);
    assert_int_equal(heard_claim(&heard, "E")->count, 5);
    assert_string_equal(heard_claim(&heard, "E")->members[3].name, "2: k none");
    assert_string_equal(heard_claim(&heard, "B")->shown->name, "2");
    assert_string_equal(heard_claim(&heard, "C")->shown->name, "2");
    assert_string_equal(heard_claim(&heard, "G")->why, "1: no cells");
    assert_null(heard_claim(&heard, "G")->shown);
    heard_free(&heard);
}

/* p of a family are Holm's: twice what one claim alone has, where there are two alike. */
static void corrects_over_claims(void **state)
{
    (void)state;
    Heard one, many;
    const char *claim = CLAIM("A", PART("1", "of k=faint\nwant above 0\n"));
    char claims[1024];
    judge(&one, claim, worlds);
    snprintf(claims, sizeof claims, "%s%s%s", claim,
             CLAIM("B", PART("1", "of k=up\nwant above 0\n")),
             CLAIM("C", "apart\n" PART("1", "of k=down\nwant below 0\n")));
    judge(&many, claims, worlds);
    double p = heard_claim(&one, "A")->p, p_up = heard_claim(&many, "B")->p;
    assert_true(p > p_up && heard_claim(&one, "A")->p_holm == p);
    assert_true(heard_claim(&many, "A")->p_holm == p);
    assert_true(heard_claim(&many, "B")->p_holm == 2 * p_up);
    assert_true(heard_claim(&many, "C")->p_holm == heard_claim(&many, "C")->p);
    heard_free(&one), heard_free(&many);
}

/* A control that shows nothing, or is not there, and one that does. */
static void asks_controls(void **state)
{
    (void)state;
    Heard heard;
    judge(&heard,
          "control good\nmeasured x\nof stage=s k=up\nwant above 0.5\n"
          "control bad\nmeasured x\nof stage=s k=none\nwant above 0.5\n"
          "control lost\nmeasured x\nof stage=s k=lost\nwant above 0.5\n" CLAIM(
              "A", "needs good\n" PART("1", "of k=up\nwant above 0\n"))
              CLAIM("B", "needs bad\n" PART("1", "of k=up\nwant above 0\n"))
                  CLAIM("C", "needs good\nneeds lost\n" PART("1", "of k=up\nwant above 0\n")),
          worlds);
    expect_verdict(&heard, "A", "holds here");
    expect_verdict(&heard, "B", "not measurable here");
    expect_verdict(&heard, "C", "not measurable here");
    assert_non_null(strstr(heard_claim(&heard, "B")->why, "control bad: "));
    assert_string_equal(heard_claim(&heard, "C")->why, "control lost: no cells");
    assert_true(heard_claim(&heard, "A")->p_holm == heard_claim(&heard, "A")->p); /* no family */
    heard_free(&heard);
}

/* Turned round by a setting, or by one that the claim itself lacks; and not by a faint one. */
static void tells_what_it_depends_on(void **state)
{
    (void)state;
    Heard heard;
    const Sown sown[] = {
        {"k=1 r=a", 1, 0.3}, {"k=2 r=a", -1, 0.3}, {"k=3 r=a", 0, 0.3}, {"k=1 r=b", 1, 0.3}, {0}};
    judge(&heard,
          CLAIM("A", "vary k r\n" PART("1", "of k=1 r=a\nwant above 0\n"))
              CLAIM("B", "vary k=1,3 r\n" PART("1", "of k=1 r=a\nwant above 0\n"))
                  CLAIM("C", "vary k\n" PART("1", "of k=3 r=a\nwant above 0\n"))
                      CLAIM("D", "vary k\n" PART("1", "of k=4 r=a\nwant above 0\n")),
          sown);
    expect_verdict(&heard, "A", "depends on k");
    expect_verdict(&heard, "B", "holds here");
    expect_verdict(&heard, "C", "depends on k");
    expect_verdict(&heard, "D", "depends on k");
    assert_non_null(strstr(heard_claim(&heard, "A")->why, "k=2 fails"));
    heard_free(&heard);
}

/* The scale multiplies the bound; what would decide says so when it is there. */
static void scales_and_needs(void **state)
{
    (void)state;
    Heard heard;
    judge(&heard,
          CLAIM("A", PART("1", "of k=none\nscale k=up\nscale-less k=down\nwant within 0.5\n"))
              CLAIM("B", PART("1", "of k=faint\nwant above 0\n")),
          worlds);
    assert_true(fabs(heard_part(&heard, "A", "1")->bound - 1) < 0.1);
    const JudgeMember *faint = heard_part(&heard, "B", "1");
    expect_verdict(&heard, "B", "undecided");
    assert_true(faint->seeds_needed > SEEDS || faint->units_needed > UNITS);
    assert_true(measured_needed(&faint->measured, 0, 0.05, true) == faint->seeds_needed);
    heard_free(&heard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tests_as_scipy),           cmocka_unit_test(measures_what_has_no_spread),
        cmocka_unit_test(bounds_by_hand),           cmocka_unit_test(decides_claims),
        cmocka_unit_test(corrects_over_claims),     cmocka_unit_test(asks_controls),
        cmocka_unit_test(tells_what_it_depends_on), cmocka_unit_test(scales_and_needs),
    };
    return cmocka_run_group_tests_name("judge", tests, NULL, NULL);
}
