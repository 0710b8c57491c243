/* Effects: tables of unit effects, which cells a rule is about, and the contrasts it makes, by
 * hand. */
#include "verdict/effects.h"

#include "check.h"

#include <math.h>
#include <string.h>

#define HEAD "condition,seed,epoch,measure,unit,document,item,value\n"

static char *write_file(const char *name, const char *text)
{
    const char *path = scratch(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return strdup(path);
}

static void read_text(Effects *effects, const char *text)
{
    Error error;
    char *path = write_file("effects.csv", text);
    *effects = (Effects){0};
    if (!effects_read(effects, &path, 1, &error))
        fail_msg("%s", error.text);
    free(path);
}

/* The part of this text in a rules file; ends the test where it does not parse. */
static const RulePart *part_of(Rules *rules, const char *lines)
{
    char text[2048];
    Error error;
    snprintf(
        text, sizeof text,
        "date 2026-01-31\nlevel 0.05\nclaim C1 s\nsays x\npart p\nmeasured x\nwant above 0\n%s\n",
        lines);
    char *path = write_file("part.rules", text);
    if (!rules_read(rules, path, &error))
        fail_msg("%s", error.text);
    free(path);
    return &rules->claims[0].parts[0];
}

/* The cells that a part is about, their texts' first words behind the stage, each with a blank. */
static const char *chosen(const Effects *effects, const char *lines, EffectVariant variant)
{
    static char found[512];
    Rules rules;
    size_t count;
    const RulePart *part = part_of(&rules, lines);
    size_t *cells = effects_select(effects, part, "s", variant, &count);
    found[0] = 0;
    for (size_t i = 0; i < count; i++)
        strcat(strcat(found, effects_value(effects, cells[i], "name")), " ");
    free(cells);
    rules_free(&rules);
    return found;
}

static const char table[] =
    HEAD "stage=s name=a k=1 n=10 half=x,-1,0,m,u,0,0,1\n"
         "stage=s name=b k=2 n=1,-1,0,m,u,0,0,1\nstage=s name=c k=3,-1,0,m,u,0,0,1\n"
         "stage=s name=d k=10 n=20,-1,0,m,u,0,0,1\nstage=s name=e k=10,-1,1,m,u,0,0,1\n"
         "stage=t name=f k=2,-1,0,m,u,0,0,1\n";

static void selects(void **state)
{
    (void)state;
    const EffectVariant none = {0};
    static const char *const cases[][2] = {
        {"of name=*", "a b c d e "},
        {"of name=a,c", "a c "},
        {"of name=?\nof name=zz", "a b c d e "},
        {"of name!=a,b k>2", "c d e "},
        {"of k=max", "d e "},
        {"of k=10.0", "d e "},
        {"of k=min", "a "},
        {"of k<10 k=max", "c "},
        {"of k=most", "d e "},
        {"of k=third-1", "a b "}, /* of 1, 2, 3, 10: two, one, one */
        {"of k=third-2", "c "},
        {"of k=third-3", "d e "},
        {"of k<n", "a d "},
        {"of k>=n", "b "},
        {"of k<=2", "a b "},
        {"of epoch=1", "e "},
        {"of measure=n", ""},
        {"of n=", NULL},
        {"of stage=* k=2", "b f "},
        {"of half=x", "a "},
        {"of half!=x", "b c d e "},
    };
    Effects effects;
    read_text(&effects, table);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cases[i][1])
            assert_string_equal(chosen(&effects, cases[i][0], none), cases[i][1]);
    assert_string_equal(chosen(&effects, "of k=min", (EffectVariant){"k", "10"}), "d e ");
    assert_string_equal(chosen(&effects, "of epoch=0", (EffectVariant){"k", "10"}), "d ");
    const RuleTest test = {(char *)"half", (char *)"y", TEST_IS};
    Error error;
    assert_true(effects_defaults(&effects, &(RuleTests){(RuleTest *)&test, 1, 1}, &error));
    assert_string_equal(chosen(&effects, "of half=y", none), "b c d e ");
    effects_free(&effects);
}

/* The table of a part, or why there is none. */
static bool tabulate(EffectTable *out, const Effects *effects, const char *lines, Half half,
                     char why[128])
{
    Rules rules;
    Error error = {""};
    size_t count;
    const RulePart *part = part_of(&rules, lines);
    size_t *cells = effects_select(effects, part, "s", (EffectVariant){0}, &count);
    bool ok = effects_table(out, effects, part, cells, count, half, &error);
    snprintf(why, 128, "%.120s", error.text);
    free(cells);
    rules_free(&rules);
    return ok;
}

static void expect_table(const Effects *effects, const char *lines, Half half, size_t seeds,
                         size_t units, const double *values)
{
    EffectTable out;
    char why[128];
    if (!tabulate(&out, effects, lines, half, why))
        fail_msg("%s: %s", lines, why);
    assert_true(out.seeds == seeds && out.units == units);
    for (size_t i = 0; i < (seeds ? seeds : 1) * units; i++)
        if (fabs(out.values[i] - values[i]) > 1e-12)
            fail_msg("%s: %zu is %.17g, wanted %.17g", lines, i, out.values[i], values[i]);
    free(out.values);
}

static void expect_none(const Effects *effects, const char *lines, const char *wanted)
{
    EffectTable out;
    char why[128];
    assert_false(tabulate(&out, effects, lines, HALF_CONFIRMATORY, why));
    assert_string_equal(why, wanted);
}

/* Two seeds of x, three of y, the model alone; units 1, 2 and 4 are common to all. */
static const char contrasts[] = HEAD
    "stage=s allocation=x layer=1,1,5,m,u,0,1,10\nstage=s allocation=x layer=1,1,5,m,u,0,2,20\n"
    "stage=s allocation=x layer=1,1,5,m,u,0,4,40\nstage=s allocation=x layer=1,3,5,m,u,0,1,30\n"
    "stage=s allocation=x layer=1,3,5,m,u,0,2,60\nstage=s allocation=x layer=1,3,5,m,u,0,3,90\n"
    "stage=s allocation=x layer=1,3,5,m,u,0,4,120\n"
    "stage=s allocation=y layer=1,1,5,m,u,0,1,1\nstage=s allocation=y layer=1,1,5,m,u,0,2,2\n"
    "stage=s allocation=y layer=1,1,5,m,u,0,4,4\nstage=s allocation=y layer=1,2,5,m,u,0,1,7\n"
    "stage=s allocation=y layer=1,3,5,m,u,0,1,3\nstage=s allocation=y layer=1,3,5,m,u,0,2,6\n"
    "stage=s allocation=y layer=1,3,5,m,u,0,4,12\n"
    "stage=s allocation=y layer=2,1,5,m,u,0,1,5\nstage=s allocation=y layer=4,1,5,m,u,0,1,6\n"
    "stage=s allocation=pretrained,-1,0,m,u,0,1,0.5\nstage=s allocation=pretrained,-1,0,m,u,0,2,1\n"
    "stage=s allocation=pretrained,-1,0,m,u,0,4,2\nstage=s allocation=z layer=1,9,5,m,v,0,1,2\n";

static void contrasts_by_hand(void **state)
{
    (void)state;
    Effects effects;
    read_text(&effects, contrasts);
    const Half half = HALF_CONFIRMATORY;
    expect_table(&effects, "of allocation=x\nless allocation=y", half, 2, 3,
                 (double[]){9, 18, 36, 27, 54, 108});
    expect_table(&effects, "of allocation=x\nless pretrained", half, 2, 3,
                 (double[]){9.5, 19, 38, 29.5, 59, 118});
    expect_table(&effects, "of allocation=pretrained", half, 0, 3, (double[]){0.5, 1, 2});
    expect_table(&effects, "of allocation=x\nless allocation=y\nplus pretrained", half, 2, 3,
                 (double[]){9.5, 19, 38, 27.5, 55, 110});
    /* The mean over conditions, and over several partners; the slope over 1, 2 and 4. */
    expect_table(&effects, "of allocation=y", half, 1, 1, (double[]){4});
    expect_table(&effects, "of allocation=x\nless allocation=y layer=*", half, 1, 1,
                 (double[]){10 - 4});
    expect_table(&effects, "of allocation=x\nless allocation=y layer=max", half, 1, 1,
                 (double[]){10 - 6});
    double slope = (-4.0 / 3 * 1 - 1.0 / 3 * 5 + 5.0 / 3 * 6) / (16.0 / 9 + 1.0 / 9 + 25.0 / 9);
    expect_table(&effects, "of allocation=y\nslope layer", half, 1, 1, &slope);
    slope = (6 - 1) / 2.0;
    expect_table(&effects, "of allocation=y\nslope layer by doubling", half, 1, 1, &slope);
    expect_none(&effects, "of allocation=w", "no cells");
    expect_none(&effects, "of allocation=x\nless allocation=w", "nothing to compare with");
    expect_none(&effects, "of allocation=x\nslope layer", "no slope");
    expect_none(&effects, "of unit=v\nless allocation=x unit=u", "no seed in common");
    effects.whole = HALF_EXPLORATORY;
    expect_none(&effects, "of allocation=x", "no confirmatory documents");
    effects_free(&effects);
}

/* Documents by the hash of their titles; claims of one text are one unit. */
static void halves_and_joins(void **state)
{
    (void)state;
    Effects effects;
    Error error;
    read_text(&effects, HEAD "stage=s,1,0,m,document,0,0,1\nstage=s,1,0,m,document,1,1,2\n"
                             "stage=s,1,0,m,document,2,2,4\nstage=s,1,0,m,claim,0,3,1\n"
                             "stage=s,1,0,m,claim,0,4,0\nstage=s,1,0,m,claim,0,6,0.5\n"
                             "stage=s,1,0,m,claim,2,7,0\nstage=s,1,0,m,claim,-1,8,9\n");
    char *documents =
        write_file("document.csv", "document,title,claims\n0,one,1\n1,two,1\n2,three,1\n");
    char *claims = write_file("fever_claim.csv", "claim,fever_id,label,text\n3,1,S,one\n4,2,S,two\n"
                                                 "6,3,S,one\n7,4,S,six\n8,5,R,six\n");
    assert_true(effects_join_claims(&effects, claims, &error));
    expect_table(&effects, "of unit=claim", HALF_CONFIRMATORY, 1, 3, (double[]){0.75, 0, 4.5});
    expect_table(&effects, "of unit=claim\nonce", HALF_CONFIRMATORY, 1, 2, (double[]){0.75, 0});
    assert_true(effects_halve(&effects, documents, &error));
    /* Bit 16 of FNV-1a, 32 bits, by Python: one 1, two 0, three 0. */
    expect_table(&effects, "of unit=document", HALF_CONFIRMATORY, 1, 1, (double[]){1});
    expect_table(&effects, "of unit=document", HALF_EXPLORATORY, 1, 2, (double[]){2, 4});
    effects_free(&effects);
    free(documents), free(claims);
}

static void refuses_damaged_tables(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {HEAD "stage=s,1,0,m,u,0,1,1\nstage=s,1,0,m,u,0,1,1\n", ":3: units do not ascend"},
        {HEAD "stage=s,1,0,m,u,0,1,1\nstage=t,1,0,m,u,0,1,1\nstage=s,1,0,m,u,0,2,1\n",
         ":4: a series stands there twice"},
        {HEAD "stage,1,0,m,u,0,1,1\n", ":2: cannot read the condition"},
        {HEAD "stage=s stage=t,1,0,m,u,0,1,1\n", ":2: cannot read the condition"},
        {HEAD "stage=s epoch=2,1,0,m,u,0,1,1\n", ":2: cannot read the condition"},
        {HEAD "a=,1,0,m,u,0,1,1\n", ":2: cannot read the condition"},
        {HEAD "a=1,x,0,m,u,0,1,1\n", ":2"},
        {HEAD "a=1,1,0,m,u,0,1,nan\n", ":2"},
        {HEAD "a=1,1,0,m,u,0,1\n", ":2"},
        {"condition,seed\n", ":1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Effects effects = {0};
        Error error = {""};
        char *path = write_file("effects.csv", cases[i][0]);
        assert_false(effects_read(&effects, &path, 1, &error));
        if (!strstr(error.text, cases[i][1]))
            fail_msg("case %zu: wanted '%s' in: %s", i, cases[i][1], error.text);
        effects_free(&effects);
        free(path);
    }
}

static void refuses_damaged_lists(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"document,title,claims\n1,a,1\n", "documents are not numbered"},
        {"claim,fever_id,label,text\n2,1,S,a\n2,1,S,a\n", "claims do not ascend"},
        {"claim,fever_id,label,text\n7,1,S,a\n3,1,S,a\n", "claims do not ascend"},
    };
    for (size_t i = 0; i < 3; i++) {
        Effects effects = {0};
        Error error = {""};
        char *path = write_file("list.csv", cases[i][0]);
        assert_false(i == 0 ? effects_halve(&effects, path, &error)
                            : effects_join_claims(&effects, path, &error));
        assert_non_null(strstr(error.text, cases[i][1]));
        effects_free(&effects);
        free(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selects),
        cmocka_unit_test(contrasts_by_hand),
        cmocka_unit_test(halves_and_joins),
        cmocka_unit_test(refuses_damaged_tables),
        cmocka_unit_test(refuses_damaged_lists),
    };
    return cmocka_run_group_tests_name("effects", tests, NULL, NULL);
}
