/* Rules: the project's own file, what is read from a small one, and every way in which one is
 * refused by file and line. */
#include "verdict/rules.h"

#include "check.h"

#include <string.h>

#define HEAD "date 2026-01-31\nlevel 0.05\ndefault rows=all start=normal\n"
#define PART "measured x\nof a=1\nwant above 0\n"
#define CLAIM "claim C1 drift\nsays words\npart one\n" PART

static const char *write_rules(const char *text)
{
    const char *path = scratch("claims.rules");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void reads_its_own(void **state)
{
    (void)state;
    Rules rules;
    Error error;
    if (!rules_read(&rules, "paper/claims.rules", &error))
        fail_msg("%s", error.text);
    assert_int_equal(rules.claims_count, 21); /* C1 … C20, and the mistake */
    for (size_t i = 0; i < 20; i++) {
        char name[8];
        snprintf(name, sizeof name, "C%zu", i + 1);
        assert_string_equal(rules.claims[i].name, name);
        assert_false(rules.claims[i].apart);
    }
    assert_true(rules.claims[20].apart && rules.level == 0.05);
    rules_free(&rules);
}

static void reads_every_word(void **state)
{
    (void)state;
    Rules rules;
    Error error;
    const char *path = write_rules(
        HEAD
        "control page here # a comment\n" PART "\n"
        "claim C2 layers\n  says More than half, and one\n  needs page here\n  vary epoch>0 rows\n"
        "  part lower\n    measured accuracy (share)\n    of epoch=max allocation=none,simset-?\n"
        "    of layer>=3 layer<documents x!=y\n    less pretrained\n    plus a=* b=min\n"
        "    each layer phi\n    scale s=1\n    scale-less s=2\n    want loss 0.02\n"
        "    need above 0.5\n    once\n  part slope\n    measured slope\n    of a=1\n"
        "    slope k / n by doubling\n    want within 1.5e-1\n    need at least 2\n    beside\n");
    if (!rules_read(&rules, path, &error))
        fail_msg("%s", error.text);
    assert_string_equal(rules.date, "2026-01-31");
    assert_int_equal(rules.defaults.count, 2);
    const RulePart *control = rules_control(&rules, "page here");
    assert_true(control && control->want == WANT_ABOVE && !rules_control(&rules, "page"));
    const RuleClaim *claim = &rules.claims[0];
    assert_string_equal(claim->text.bytes,
                        "More than half, and one; needs page here; vary epoch>0 rows");
    assert_true(claim->needs_count == 1 && claim->vary_count == 2 && claim->parts_count == 2);
    assert_int_equal(claim->vary[0].op, TEST_ABOVE);
    const RulePart *lower = &claim->parts[0], *slope = &claim->parts[1];
    assert_string_equal(lower->measured, "accuracy (share)");
    assert_int_equal(lower->of_count, 2);
    const RuleOp ops[] = {TEST_AT_LEAST, TEST_BELOW, TEST_NOT};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(lower->of[1].items[i].op, ops[i]);
    assert_string_equal(lower->of[1].items[1].value, "documents");
    assert_true(lower->terms_count == 2 && lower->terms[0].pretrained);
    assert_true(lower->terms[0].weight == -1 && lower->terms[1].weight == 1);
    assert_true(lower->each_count == 2 && lower->want == WANT_LOSS && lower->bound == 0.02);
    assert_true(lower->need == 0.5 && lower->need_share && lower->need_above && lower->once);
    assert_true(lower->scale.count == 1 && lower->scale_less.weight == -1 && !lower->beside);
    assert_string_equal(slope->slope_by, "n");
    assert_true(slope->doublings && slope->want == WANT_WITHIN && slope->bound == 0.15);
    assert_true(slope->need == 2 && !slope->need_share && !slope->need_above && slope->beside);
    assert_string_equal(slope->text.bytes, "of a=1; slope k / n by doubling; want within 1.5e-1; "
                                           "need at least 2; beside");
    rules_free(&rules);
}

/* Each is refused at a line, and the line says what. */
static void refuses_what_does_not_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line; /* 0: none */
        const char *what;
    } cases[] = {
        {"", 0, "no date"},
        {"date 2026-01-31\nlevel 0.05\n", 0, "no date, level or claim"},
        {"level 0.05\n" CLAIM, 0, "no date"},
        {"date yesterday\n", 1, "is no date"},
        {"date 2026-01-31\ndate 2026-02-01\n", 2, "a second"},
        {"level 5 %\n", 1, "is no level"},
        {"level 1\n", 1, "is no level"},
        {"default rows\n", 1, "cannot read the test"},
        {"default\n", 1, "nothing follows"},
        {"gossip\n", 1, "starts with"},
        {"of a=1\n", 1, "stands outside"},
        {"says so\n", 1, "stands outside"},
        {"claim C1\n", 1, "cannot read the claim"},
        {"claim C/1 drift\n", 1, "cannot read the claim"},
        {HEAD CLAIM CLAIM, 10, "is declared twice"},
        {HEAD CLAIM "part one\n", 10, "is declared twice"},
        {HEAD CLAIM "says more\n", 10, "comes late or twice"},
        {HEAD "claim C1 drift\nsays words\n", 4, "no part that decides"},
        {HEAD CLAIM "beside\n", 4, "no part that decides"},
        {HEAD "claim C1 drift\npart one\n" PART, 4, "has no 'says'"},
        {HEAD CLAIM "part two\nof a=1\nmeasured x\n", 10, "has no 'of', 'want' or 'measured'"},
        {HEAD CLAIM "part two\nwant above 0\nmeasured x\n", 10, "has no 'of'"},
        {HEAD CLAIM "part two\nwant above 0\nof a=1\n", 10, "has no 'of'"},
        {HEAD CLAIM "want below 0\n", 10, "write want once"},
        {HEAD CLAIM "part two\nwant above\n", 11, "write want once"},
        {HEAD CLAIM "part two\nwant above much\n", 11, "write want once"},
        {HEAD CLAIM "part two\nwant above nan\n", 11, "write want once"},
        {HEAD CLAIM "part two\nwant gain 0\n", 11, "write want once"},
        {HEAD CLAIM "part two\nwant within -1\n", 11, "write want once"},
        {HEAD CLAIM "of a\n", 10, "cannot read the test"},
        {HEAD CLAIM "of a=\n", 10, "cannot read the test"},
        {HEAD CLAIM "of =1\n", 10, "cannot read the test"},
        {HEAD CLAIM "of a!1\n", 10, "cannot read the test"},
        {HEAD CLAIM "of a=(1)\n", 10, "cannot read the test"},
        {HEAD CLAIM "of\n", 10, "nothing follows"},
        {HEAD CLAIM "of a=1\nof a=1\nof a=1\nof a=1\n", 13, "too many lines"},
        {HEAD CLAIM "less a=1\nless a=1\nless a=1\nless a=1\nless a=1\n", 14, "too many lines"},
        {HEAD CLAIM "each a b c d e\n", 10, "cannot take"},
        {HEAD CLAIM "slope\n", 10, "cannot read"},
        {HEAD CLAIM "slope a /\n", 10, "cannot read"},
        {HEAD CLAIM "slope a by halving\n", 10, "cannot read"},
        {HEAD CLAIM "need some\n", 10, "cannot read"},
        {HEAD CLAIM "need at least 0\n", 10, "cannot read"},
        {HEAD CLAIM "needs page\n", 10, "no control is called"},
        {HEAD CLAIM "vary a b c d e f g h i\n", 10, "too many keys"},
        {HEAD CLAIM "measured again\n", 10, "a second"},
        {HEAD "part x\n", 4, "stands outside"},
        {HEAD "control\n", 4, "cannot name a part"},
        {"level 0.05 \xff\n", 1, "is not UTF-8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Rules rules;
        Error error = {""};
        char place[64];
        assert_false(rules_read(&rules, write_rules(cases[i].text), &error));
        snprintf(place, sizeof place,
                 cases[i].line ? "claims.rules:%d: " : "claims.rules: ", cases[i].line);
        if (!strstr(error.text, place) || !strstr(error.text, cases[i].what) ||
            !strchr(error.text, ';'))
            fail_msg("case %zu: wanted '%s' and '%s' in: %s", i, place, cases[i].what, error.text);
        assert_null(rules.claims);
    }
}

static void refuses_long_lines(void **state)
{
    (void)state;
    static char text[8192];
    Rules rules;
    Error error;
    memset(text, 'a', 5000);
    assert_false(rules_read(&rules, write_rules(text), &error));
    assert_non_null(strstr(error.text, "longer than 4096 bytes"));
    for (size_t i = 0; i < 400; i++)
        memcpy(text + 2 * i, "a ", 2);
    text[800] = 0;
    assert_false(rules_read(&rules, write_rules(text), &error));
    assert_non_null(strstr(error.text, "too many words"));
    assert_false(rules_read(&rules, "absent.rules", &error));
    assert_non_null(strstr(error.text, "cannot be read"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_its_own),
        cmocka_unit_test(reads_every_word),
        cmocka_unit_test(refuses_what_does_not_parse),
        cmocka_unit_test(refuses_long_lines),
    };
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
