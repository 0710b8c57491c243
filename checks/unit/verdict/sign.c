/* Signs of memories: measures of planted interventions, sets of files, tables and verdicts. */
#include "verdict/sign.h"
#include "verdict/sign_tables.h"

#include "sign_files.h"
#include "verdict_files.h"

#include <math.h>

static const SignPlan plain = {.both = 0.05, .right = 7, .own = 6};

typedef struct {
    Interventions all;
    Signs signs;
    double values[64];
} Case;

static void make_case(Case *c, Phi phi, const SignPlan *plan)
{
    planted_interventions(&c->all, phi, true, 1, plan);
    signs_make(&c->signs, &c->all, 12, 1);
}

static void free_case(Case *c)
{
    signs_free(&c->signs);
    interventions_free(&c->all);
}

static double mean(Case *c, SignMeasure measure, SignLens lens, SignOutcome outcome,
                   SignPairs pairs, int set)
{
    const SignWish wish = {measure, lens, outcome, pairs, set};
    size_t units = sign_units(&c->signs, measure);
    double sum = 0;
    assert_true(units <= 64);
    sign_values(&c->signs, &wish, c->values);
    for (size_t i = 0; i < units; i++)
        sum += c->values[i] / (double)units;
    return sum;
}

#define near(a, b, most) assert_true(fabs((a) - (b)) <= (most))

/* --- measures ------------------------------------------------------------------------------ */

static void test_entries(void **state)
{
    (void)state;
    Case c;
    make_case(&c, PHI_TANH, &plain);
    assert_int_equal(sign_units(&c.signs, SIGN_AGREEMENT), SIGN_ENTRIES);
    for (int set = SET_MINUS; set <= SET_PLUS; set++) {
        near(mean(&c, SIGN_AGREEMENT, LENS_TRUE, OUTCOME_LOGIT, PAIRS_EVERY, set), 1, 1e-12);
        near(mean(&c, SIGN_AGREEMENT, LENS_LINEAR, OUTCOME_LOGIT, PAIRS_EVERY, set), 1, 1e-12);
        near(mean(&c, SIGN_AGREEMENT, LENS_SHORT, OUTCOME_LOGIT, PAIRS_EVERY, set), 0.7, 1e-12);
    }
    near(mean(&c, SIGN_DISAGREEMENT, 0, 0, PAIRS_EVERY, 0), 0.3, 1e-12);
    near(mean(&c, SIGN_FLIP, 0, OUTCOME_LOGIT, PAIRS_EVERY, 0), 1, 1e-12);
    /* 0.1 a unit of stance, of size 1 for two thirds of the words, about 1.75 for the rest. */
    double size = (20 + 10 * 1.75) / 30;
    near(mean(&c, SIGN_STANCE, LENS_TRUE, OUTCOME_LOGIT, PAIRS_EVERY, SET_PLUS), 0.1 * size, 3e-3);
    near(mean(&c, SIGN_STANCE, LENS_TRUE, OUTCOME_LOGIT, PAIRS_EVERY, SET_MINUS), -0.1 * size,
         3e-3);
    near(mean(&c, SIGN_EFFECT, LENS_TRUE, OUTCOME_LOGIT, PAIRS_RAISING, SET_PLUS), 0.1 * size,
         5e-3);
    near(mean(&c, SIGN_EFFECT, LENS_TRUE, OUTCOME_LOG_P, PAIRS_LOWERING, SET_PLUS),
         -0.1 * size + 0.05, 5e-3);
    near(mean(&c, SIGN_REMOVED, 0, 0, 0, 0), 1, 1e-12);
    near(mean(&c, SIGN_INACTIVE, 0, 0, 0, 0), 0, 0);
    assert_int_equal(sign_units(&c.signs, SIGN_ACTS), 1);
    near(mean(&c, SIGN_ACTS, 0, 0, 0, 0), 0.25, 0);
    c.all.removed[3] = 0;
    near(mean(&c, SIGN_REMOVED, 0, 0, 0, 0), 1 - 1.0 / SIGN_ENTRIES, 1e-12);
    free_case(&c);
}

/* A rise of all words both ways leaves logits their signs and takes them from log p. */
static void test_normaliser(void **state)
{
    (void)state;
    Case c;
    const SignPlan risen = {.both = 0.5, .right = 10, .own = 6};
    make_case(&c, PHI_TANH, &risen);
    near(mean(&c, SIGN_FLIP, 0, OUTCOME_LOGIT, PAIRS_EVERY, 0), 1, 1e-12);
    near(mean(&c, SIGN_FLIP, 0, OUTCOME_LOG_P, PAIRS_EVERY, 0), 0, 0);
    near(mean(&c, SIGN_AGREEMENT, LENS_TRUE, OUTCOME_LOG_P, PAIRS_EVERY, SET_PLUS), 0.5, 0.04);
    /* The lens of log p takes what log Σ exp does at 0 along: here nothing. */
    near(mean(&c, SIGN_AGREEMENT, LENS_TRUE_LOG_P, OUTCOME_LOG_P, PAIRS_RAISING, SET_PLUS), 1,
         1e-12);
    for (size_t i = 0; i < (size_t)SIGN_ENTRIES * SIGN_CONTEXTS; i++)
        c.all.path_sum[i] = 10;
    signs_free(&c.signs), signs_make(&c.signs, &c.all, 12, 1);
    for (size_t at = 0; at < (size_t)SIGN_ENTRIES * SIGN_WORDS; at++)
        assert_true(c.signs.lens[LENS_TRUE_LOG_P][at] < 0);
    free_case(&c);
}

/* Of a log p the normaliser's part: effects of 0.1 and more beside 0.3 of log Σ exp, and none. */
static void test_normaliser_share(void **state)
{
    (void)state;
    Case c;
    make_case(&c, PHI_TANH, &(SignPlan){.both = 0.3, .right = 10, .own = 6});
    double wanted = (20 * 0.3 / 0.4 + 10 * 0.3 / 0.475) / 30;
    near(mean(&c, SIGN_NORMALISER, LENS_LINEAR, 0, PAIRS_EVERY, SET_PLUS), wanted, 5e-3);
    near(mean(&c, SIGN_NORMALISER, LENS_LINEAR, 0, PAIRS_LOWERING, SET_MINUS), wanted, 2e-2);
    memset(c.all.logsumexp, 0, (size_t)SETS * SIGN_ENTRIES * SIGN_CONTEXTS * sizeof(double));
    signs_free(&c.signs), signs_make(&c.signs, &c.all, 12, 1);
    near(mean(&c, SIGN_NORMALISER, LENS_LINEAR, 0, PAIRS_EVERY, SET_PLUS), 0, 0);
    free_case(&c);
}

/* What predicts is the linear path: where the true path of the same contexts says otherwise, which
 * words are strong, and what the short lens is held against, stays. */
static void test_held_apart(void **state)
{
    (void)state;
    Case c;
    make_case(&c, PHI_TANH, &plain);
    for (size_t i = 0; i < (size_t)SIGN_ENTRIES * SIGN_CONTEXTS * SIGN_WORDS; i++)
        c.all.path[i] = -c.all.path[i];
    signs_free(&c.signs), signs_make(&c.signs, &c.all, 12, 1);
    near(mean(&c, SIGN_AGREEMENT, LENS_LINEAR, OUTCOME_LOGIT, PAIRS_EVERY, SET_PLUS), 1, 1e-12);
    near(mean(&c, SIGN_AGREEMENT, LENS_TRUE, OUTCOME_LOGIT, PAIRS_EVERY, SET_PLUS), 0, 1e-12);
    near(mean(&c, SIGN_DISAGREEMENT, 0, 0, PAIRS_EVERY, 0), 0.3, 1e-12);
    near(mean(&c, SIGN_EFFECT, LENS_LINEAR, OUTCOME_LOGIT, PAIRS_STRONG_RAISING, SET_PLUS), 0.175,
         0.02);
    free_case(&c);
}

/* The selection's own effect is taken times its sign; nothing selected has no effect. */
static void test_own(void **state)
{
    (void)state;
    Case c;
    make_case(&c, PHI_TANH, &plain);
    double found = mean(&c, SIGN_STANCE, LENS_TRUE, OUTCOME_LOGIT, PAIRS_EVERY, SET_OWN), size = 0;
    for (size_t i = 1; i <= SIGN_CONTEXTS; i++)
        for (size_t j = 0; j < SIGN_ENTRIES; j++)
            size += fabs((double)c.all.selection[i * SIGN_ENTRIES + j]) /
                    (SIGN_CONTEXTS * SIGN_ENTRIES);
    near(found, 0.1 * size * (20 + 10 * 1.75) / 30, 4e-3);
    free_case(&c);
    make_case(&c, PHI_RELU, &plain);
    double above = mean(&c, SIGN_ABOVE, 0, 0, 0, 0), zero = mean(&c, SIGN_ZERO, 0, 0, 0, 0);
    assert_true(above > 0.3 && zero > 0.3);
    near(above + zero, 1, 1e-12);
    near(mean(&c, SIGN_BELOW, 0, 0, 0, 0), 0, 0);
    free_case(&c);
}

/* An entry whose mean activation is below 0 does the opposite of what its column says. */
static void test_negative_activation(void **state)
{
    (void)state;
    Case c;
    Interventions all;
    Signs turned;
    make_case(&c, PHI_TANH, &plain);
    planted_interventions(&all, PHI_TANH, true, 1, &plain);
    for (size_t i = 0; i < SIGN_CONTEXTS; i++)
        all.activation[i * SIGN_ENTRIES + 4] = i < 2 ? 0.1f : -0.1f;
    signs_make(&turned, &all, 12, 1);
    const double *before = c.signs.lens[LENS_SHORT], *after = turned.lens[LENS_SHORT];
    for (size_t at = 0; at < (size_t)SIGN_ENTRIES * SIGN_WORDS; at++)
        assert_true(after[at] == (at / SIGN_WORDS == 4 ? -before[at] : before[at]));
    signs_free(&turned), interventions_free(&all);
    free_case(&c);
}

static void test_declared(void **state)
{
    (void)state;
    Case c;
    make_case(&c, PHI_TANH, &plain);
    for (size_t j = 0; j < SIGN_ENTRIES; j++) {
        size_t strong = 0, drawn = 0;
        for (size_t w = 0; w < SIGN_WORDS; w++) {
            strong += c.signs.strong[j * SIGN_WORDS + w];
            drawn += c.signs.drawn[j * SIGN_WORDS + w];
            if (w < 10) /* five of each sign, all stronger than the rest */
                assert_true(c.signs.strong[j * SIGN_WORDS + w]);
        }
        assert_true(strong == 2 * STRONG_EACH && drawn == DRAWN);
    }
    near(mean(&c, SIGN_EFFECT, LENS_TRUE, OUTCOME_LOGIT, PAIRS_STRONG_RAISING, SET_PLUS), 0.175,
         0.02);
    near(mean(&c, SIGN_EFFECT, LENS_TRUE, OUTCOME_LOGIT, PAIRS_STRONG_LOWERING, SET_PLUS), -0.175,
         0.02);
    free_case(&c);
}

static void test_word(void **state)
{
    (void)state;
    Case c;
    make_case(&c, PHI_TANH, &plain);
    c.all.linear[(3 * SIGN_CONTEXTS + 2) * SIGN_WORDS + 12] = 9;
    c.all.linear[(6 * SIGN_CONTEXTS + 5) * SIGN_WORDS + 12] = -9;
    signs_free(&c.signs), signs_make(&c.signs, &c.all, 12, 1);
    mean(&c, SIGN_WORD, 0, OUTCOME_LOG_P, PAIRS_RAISING, SET_MINUS);
    for (size_t i = 0; i < SIGN_CONTEXTS; i++)
        assert_true(c.values[i] == interventions_log_p(&c.all, SET_MINUS, 3, i, 12));
    mean(&c, SIGN_WORD, 0, OUTCOME_LOGIT, PAIRS_LOWERING, SET_PLUS);
    for (size_t i = 0; i < SIGN_CONTEXTS; i++)
        near(c.values[i] - interventions_log_p(&c.all, SET_PLUS, 6, i, 12), -0.05, 1e-12);
    free_case(&c);
}

static void test_pools(void **state)
{
    (void)state;
    Case c;
    make_case(&c, PHI_TANH, &plain);
    near(mean(&c, SIGN_SUM, 0, 0, 0, 0), -0.25, 1e-12);
    near(mean(&c, SIGN_NEXT, 0, OUTCOME_LOG_P, 0, 0) - mean(&c, SIGN_NEXT, 0, OUTCOME_LOGIT, 0, 0),
         0.25, 1e-12);
    near(mean(&c, SIGN_OWN, 0, OUTCOME_LOGIT, 0, 0), 0.6 - 0.4 * 0.5, 0.01);
    near(mean(&c, SIGN_OWN, 0, OUTCOME_LOG_P, 0, 0), 0.4 + 0.25, 0.01);
    near(mean(&c, SIGN_ALL, 0, OUTCOME_LOGIT, 0, 0), (6 - 24 * 0.5) / 30, 0.01);
    /* The 20 raised most hold the six; the rest of its ten stand anywhere. */
    mean(&c, SIGN_PRECISION, 0, 0, 0, 0);
    for (size_t i = 0; i < SIGN_DOCUMENTS; i++) {
        size_t held = 0;
        assert_true(c.signs.other[i] != i && c.signs.other[i] < SIGN_DOCUMENTS);
        for (size_t r = 0; r < TOP_WORDS; r++) {
            held += planted_word(i, c.signs.raised[i * SIGN_WORDS + r]);
            if (r < 6)
                assert_true(planted_word(i, c.signs.raised[i * SIGN_WORDS + r]));
        }
        near(c.values[i], (double)held / TOP_WORDS, 1e-12);
        assert_true(held >= 6);
    }
    double own = mean(&c, SIGN_OWN, 0, OUTCOME_LOG_P, 0, 0);
    assert_true(mean(&c, SIGN_OTHER, 0, OUTCOME_LOG_P, 0, 0) < own);
    free_case(&c);
}

/* --- sets of files -------------------------------------------------------------------------- */

enum { FILES = 6 };
static const struct {
    Phi phi;
    bool lm;
    uint64_t seed;
} kinds[FILES] = {{PHI_RELU, false, 1}, {PHI_RELU, true, 2}, {PHI_TANH, true, 1},
                  {PHI_TANH, true, 2},  {PHI_RELU, true, 1}, {PHI_TANH, false, 1}};

/* Writes the six files and lists them. */
static void write_files(const SignPlan *plan, char *paths[FILES])
{
    for (size_t i = 0; i < FILES; i++) {
        Interventions all;
        planted_interventions(&all, kinds[i].phi, kinds[i].lm, kinds[i].seed, plan);
        paths[i] = alloc_text(planted_file(kinds[i].phi, kinds[i].lm, kinds[i].seed));
        save_interventions(&all, paths[i]);
        interventions_free(&all);
    }
}

static void free_paths(char *paths[FILES])
{
    for (size_t i = 0; i < FILES; i++)
        free(paths[i]);
}

static void test_set(void **state)
{
    (void)state;
    SignSet set;
    Error error = {""};
    char *paths[FILES];
    write_files(&plain, paths);
    if (!sign_set_read(&set, paths, FILES, "w12", 1, false, &error))
        fail_msg("%s", error.text);
    assert_true(set.count == FILES && set.group_count == 4);
    /* With W_lm first, tanh before ReLU. */
    const SignGroup *tanh = &set.groups[0], *relu = &set.groups[1];
    assert_true(tanh->phi == PHI_TANH && tanh->lm && relu->phi == PHI_RELU && relu->lm);
    assert_true(relu->count == 2 && relu->signs[0]->all->seed == 1);
    assert_true(relu->signs[1]->all->seed == 2 && relu->signs[0]->word == 12);
    assert_true(set.groups[2].phi == PHI_TANH && !set.groups[2].lm && set.groups[2].count == 1);
    assert_ptr_equal(tanh->signs, set.order);
    assert_ptr_equal(relu->signs, set.order + 2);
    sign_set_free(&set);
    free_paths(paths);
}

static void refuse(char *const *paths, size_t count, const char *word, const char *what)
{
    SignSet set;
    Error error = {""};
    assert_false(sign_set_read(&set, paths, count, word, 1, false, &error));
    if (!strstr(error.text, what))
        fail_msg("'%s' does not say '%s'", error.text, what);
    assert_null(set.cells);
}

/* --- tables and verdicts ---------------------------------------------------------------------- */

/* Judges the planted files. */
static void judge(Heard *heard, const SignPlan *plan)
{
    char *paths[FILES];
    write_files(plan, paths);
    char *table = units_of("memory_sign", "--word w12", paths, FILES);
    hear(heard, "paper/claims.rules", &table, 1);
    free(table);
}

static JudgeKind kind_of(const Heard *heard, const char *claim, const char *part)
{
    return heard_part(heard, claim, part)->kind;
}

static void test_verdicts(void **state)
{
    (void)state;
    Heard heard;
    judge(&heard, &(SignPlan){.both = 0.02, .right = 9, .own = 10});
    expect_verdict(&heard, "C8", "holds here");
    assert_int_equal(kind_of(&heard, "C11", "own words"), KIND_HOLDS);
    assert_int_equal(kind_of(&heard, "C7", "removed"), KIND_HOLDS);
    assert_int_equal(kind_of(&heard, "C10", "raising at +1"), KIND_HOLDS);
    heard_free(&heard);
    /* All words rise at -1 and +1 alike: logits keep their signs, log p does not. */
    judge(&heard, &(SignPlan){.both = 0.3, .right = 1, .own = 0});
    expect_verdict(&heard, "C8", "holds here");
    assert_int_equal(kind_of(&heard, "C8", "lowering, log p"), KIND_FAILS);
    assert_int_equal(kind_of(&heard, "C8", "short lens: lm yes"), KIND_FAILS);
    assert_true(kind_of(&heard, "C11", "precision at 20") != KIND_HOLDS);
    heard_free(&heard);
}

typedef struct {
    size_t rows, found;
    double value;
} Counted;

/* Counts the rows; keeps the pooled share of words that the short lens gets right. */
static bool take_measure(void *user, const CsvRow *row, Error *error)
{
    Counted *counted = user;
    counted->rows++;
    if (strcmp(row->fields[3], "agreement") == 0 && strcmp(row->fields[4], "short") == 0 &&
        strcmp(row->fields[5], "logit") == 0 && strcmp(row->fields[6], "every") == 0 &&
        strcmp(row->fields[7], "1") == 0 && strcmp(row->fields[2], "-1") == 0) {
        counted->found++;
        return csvfile_real(row, 9, &counted->value, error);
    }
    return true;
}

static bool take_row(void *user, const CsvRow *row, Error *error)
{
    (void)row, (void)error;
    ((Counted *)user)->rows++;
    return true;
}

typedef void Fill(const SignSet *set, CsvWriter *writer);

static void fill_measures(const SignSet *set, CsvWriter *writer)
{
    sign_measures_write(set, (Draws){100, 1}, writer);
}

static void fill_pools(const SignSet *set, CsvWriter *writer)
{
    char *titles[SIGN_DOCUMENTS];
    for (int i = 0; i < SIGN_DOCUMENTS; i++)
        titles[i] = "A title, \"quoted\"";
    sign_pools_write(set, titles, writer);
}

static Counted table(const SignSet *set, const char *const *columns, Fill *write, CsvTake *take)
{
    Counted counted = {0};
    Error error = {""};
    CsvWriter writer;
    Out out;
    assert_true(out_open(&out, scratch("sign.csv"), &error));
    csvfile_begin(&writer, &out, columns);
    write(set, &writer);
    if (!csvfile_finish(&writer, &error) || !out_commit(&out, &error) ||
        !csvfile_read(scratch("sign.csv"), columns, take, &counted, &error))
        fail_msg("%s", error.text);
    return counted;
}

static void fill_layers(const SignSet *set, CsvWriter *writer)
{
    sign_layers_write(set, (Draws){100, 1}, writer);
}

/* Counts the rows; of the short lens's keeps the last share, whose interval holds it. */
static bool take_lens(void *user, const CsvRow *row, Error *error)
{
    Counted *counted = user;
    double low, high;
    counted->rows++;
    if (strcmp(row->fields[4], "short") != 0)
        return true;
    counted->found++;
    if (!csvfile_real(row, 5, &counted->value, error) || !csvfile_real(row, 6, &low, error) ||
        !csvfile_real(row, 7, &high, error))
        return false;
    assert_true(low <= counted->value + 1e-12 && counted->value <= high + 1e-12);
    return true;
}

static void test_set_refused(void **state)
{
    (void)state;
    Interventions all;
    char *paths[FILES];
    write_files(&plain, paths);
    refuse(paths, 0, "w12", "no file is named");
    refuse(paths, FILES, "hate", "'hate' is not among its words");
    char *twice[] = {paths[0], paths[1], paths[1]};
    refuse(twice, 3, "w12", "is of the same memory as");
    char *absent[] = {paths[0], "build/scratch/no-such-file"};
    refuse(absent, 2, "w12", "no-such-file");
    planted_interventions(&all, PHI_TANH, true, 9, &plain);
    all.layer = 5;
    save_interventions(&all, paths[1]);
    refuse(paths, FILES, "w12", "differs from");
    /* Other layers are asked for by name, and each memory stands for itself. */
    SignSet set;
    Error error;
    assert_true(sign_set_read(&set, paths, FILES, "w12", 1, true, &error));
    assert_true(set.group_count == 0 && set.order[FILES - 1]->all->layer == 5);
    Counted found = table(&set, sign_layer_columns, fill_layers, take_lens);
    assert_int_equal(found.rows, 2 * FILES);
    assert_true(found.found == FILES && fabs(found.value - 0.7) < 1e-12);
    sign_set_free(&set);
    all.layer = 4, all.context[0] = 0;
    save_interventions(&all, paths[1]);
    refuse(paths, FILES, "w12", "differs from");
    interventions_free(&all);
    free_paths(paths);
}

static void test_tables(void **state)
{
    (void)state;
    SignSet set;
    Error error = {""};
    char *paths[FILES];
    write_files(&plain, paths);
    assert_true(sign_set_read(&set, paths, FILES, "w12", 1, false, &error));
    Counted found = table(&set, sign_measure_columns, fill_measures, take_measure);
    assert_true(found.found == 4 && found.rows % 10 == 0); /* groups: a pooled row and one a seed */
    near(found.value, 0.7, 1e-12);
    found = table(&set, sign_pair_columns, sign_pairs_write, take_row);
    assert_int_equal(found.rows, FILES * SIGN_ENTRIES * (2 * STRONG_EACH + DRAWN + 1));
    found = table(&set, sign_pool_columns, fill_pools, take_row);
    assert_int_equal(found.rows, FILES * SIGN_DOCUMENTS);
    found = table(&set, sign_pool_word_columns, sign_pool_words_write, take_row);
    assert_int_equal(found.rows, FILES * SIGN_DOCUMENTS * 2 * TOP_WORDS);
    sign_set_free(&set);
    free_paths(paths);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_entries),
                                       cmocka_unit_test(test_normaliser),
                                       cmocka_unit_test(test_normaliser_share),
                                       cmocka_unit_test(test_held_apart),
                                       cmocka_unit_test(test_own),
                                       cmocka_unit_test(test_negative_activation),
                                       cmocka_unit_test(test_declared),
                                       cmocka_unit_test(test_word),
                                       cmocka_unit_test(test_pools),
                                       cmocka_unit_test(test_set),
                                       cmocka_unit_test(test_set_refused),
                                       cmocka_unit_test(test_verdicts),
                                       cmocka_unit_test(test_tables)};
    return cmocka_run_group_tests_name("sign", tests, NULL, NULL);
}
