/* Files of interventions: what is written comes back, and nothing damaged is taken. */
#include "docrep/interventions.h"
#include "docrep/interventions_measure.h"

#include "sign_files.h"

#include <math.h>

static const SignPlan plan = {.both = 0.05, .right = 7, .own = 6};

static void test_round_trip(void **state)
{
    (void)state;
    Interventions all, back;
    Error error = {""};
    planted_interventions(&all, PHI_RELU, true, 7, &plan);
    save_interventions(&all, scratch("interventions.safetensors"));
    if (!interventions_read(&back, scratch("interventions.safetensors"), &error))
        fail_msg("%s", error.text);
    assert_true(back.phi == PHI_RELU && back.lm && back.seed == 7 && back.layer == 4);
    assert_true(interventions_alike(&all, &back));
    size_t C = SIGN_CONTEXTS, D = SIGN_DOCUMENTS, m = SIGN_ENTRIES, W = SIGN_WORDS;
    assert_memory_equal(back.selection, all.selection, D * m * sizeof(float));
    assert_memory_equal(back.activation, all.activation, C * m * sizeof(float));
    assert_memory_equal(back.narrow, all.narrow, m * W * sizeof(float));
    assert_memory_equal(back.held, all.held, C * sizeof(int64_t));
    assert_memory_equal(back.linear, all.linear, m * C * W * sizeof(float));
    assert_memory_equal(back.path, all.path, m * C * W * sizeof(float));
    assert_memory_equal(back.path_sum, all.path_sum, m * C * sizeof(double));
    assert_memory_equal(back.logit, all.logit, SETS * m * C * W * sizeof(float));
    assert_memory_equal(back.logsumexp, all.logsumexp, SETS * m * C * sizeof(double));
    assert_memory_equal(back.removed, all.removed, m);
    assert_memory_equal(back.pool_logit, all.pool_logit, D * W * sizeof(float));
    assert_memory_equal(back.pool_sum, all.pool_sum, D * sizeof(double));
    assert_memory_equal(back.next_logit, all.next_logit, D * sizeof(double));
    assert_memory_equal(back.next_log_p, all.next_log_p, D * sizeof(double));
    assert_true(back.acts[0] == 0.25);
    assert_memory_equal(back.own_log_p, all.own_log_p, D * sizeof(double));
    size_t at = interventions_at(&all, SET_PLUS, 2, 3);
    assert_true(interventions_log_p(&back, SET_PLUS, 2, 3, 4) ==
                (double)all.logit[at * W + 4] - all.logsumexp[at]);
    back.contains[5] ^= 1;
    assert_false(interventions_alike(&all, &back));
    interventions_free(&all), interventions_free(&back);
}

static void test_not_finite(void **state)
{
    (void)state;
    Interventions all;
    Error error;
    Out out;
    planted_interventions(&all, PHI_TANH, false, 1, &plan);
    all.logit[17] = NAN;
    assert_true(out_open(&out, scratch("nan.safetensors"), &error));
    assert_false(interventions_write(&all, &out, &error));
    assert_non_null(strstr(error.text, "tensor 'logit' would hold a number that is not finite"));
    out_abandon(&out);
    interventions_free(&all);
}

/* --- damaged files -------------------------------------------------------------------------- */

/* Writes the file after `spoil` and expects a refusal that says `what`. */
typedef void Spoil(Interventions *all);
static void refused(Spoil *spoil, const char *what)
{
    Interventions all, back;
    Error error = {""};
    planted_interventions(&all, PHI_TANH, true, 1, &plan);
    spoil(&all);
    save_interventions(&all, scratch("spoilt.safetensors"));
    assert_false(interventions_read(&back, scratch("spoilt.safetensors"), &error));
    if (!strstr(error.text, what))
        fail_msg("'%s' does not say '%s'", error.text, what);
    assert_null(back.words.ids);
    interventions_free(&all);
}

static void far_context(Interventions *all)
{
    all->context[7] = SIGN_DOCUMENTS;
}
static void contexts_out_of_order(Interventions *all)
{
    all->context[2] = all->context[1];
}
static void held_out_of_order(Interventions *all)
{
    all->held[0] = all->held[1];
}
static void held_far(Interventions *all)
{
    all->held[7] = SIGN_DOCUMENTS;
}
static void predicts_what_it_saw(Interventions *all)
{
    all->held[0] = all->context[7];
}
static void ids_out_of_order(Interventions *all)
{
    all->words.ids[3] = all->words.ids[2];
}
static void empty_word(Interventions *all)
{
    all->words.offset[4] = all->words.offset[3];
}
static void bad_utf8(Interventions *all)
{
    all->words.text.bytes[2] = (char)0xff;
}
static void flag_of_two(Interventions *all)
{
    all->contains[9] = 2;
}

static void negative_context(Interventions *all)
{
    all->context[0] = -1;
}
static void negative_id(Interventions *all)
{
    all->words.ids[0] = -1;
}
static void late_start(Interventions *all)
{
    all->words.offset[0] = 1;
}
static void word_beyond(Interventions *all)
{
    all->words.offset[all->words.count - 1] = 1 << 20;
}
static void early_end(Interventions *all)
{
    all->words.offset[all->words.count]--;
}

/* Files are alike if all that the measures compare by is the same. */
static void test_alike(void **state)
{
    (void)state;
    Interventions a, b;
    planted_interventions(&a, PHI_TANH, true, 1, &plan);
    planted_interventions(&b, PHI_RELU, true, 2, &plan);
    assert_true(interventions_alike(&a, &b));
    b.contexts--;
    assert_false(interventions_alike(&a, &b));
    b.contexts++, b.documents--;
    assert_false(interventions_alike(&a, &b));
    b.documents++, b.words.count--;
    assert_false(interventions_alike(&a, &b));
    b.words.count++, b.words.text.length--;
    assert_false(interventions_alike(&a, &b));
    b.words.text.length++, b.words.ids[1]++;
    assert_false(interventions_alike(&a, &b));
    b.words.ids[1]--, b.words.text.bytes[0]++;
    assert_false(interventions_alike(&a, &b));
    b.words.text.bytes[0]--, b.context[1]++;
    assert_false(interventions_alike(&a, &b));
    b.context[1]--, b.held[2]++;
    assert_false(interventions_alike(&a, &b));
    b.held[2]--, b.contains[3] ^= 1;
    assert_false(interventions_alike(&a, &b));
    b.contains[3] ^= 1;
    assert_true(interventions_alike(&a, &b));
    interventions_free(&a);
    interventions_free(&b);
}

/* Replaces the first `from` in the good file by `to`, of the same length. */
static void reworded(const char *from, const char *to, const char *what)
{
    Interventions all, back;
    Error error = {""};
    char bytes[1 << 17];
    planted_interventions(&all, PHI_TANH, true, 1, &plan);
    save_interventions(&all, scratch("reworded.safetensors"));
    interventions_free(&all);
    FILE *file = fopen(scratch("reworded.safetensors"), "r+b");
    assert_non_null(file);
    size_t count = fread(bytes, 1, sizeof bytes, file), length = strlen(from);
    assert_true(strlen(to) == length);
    char *place = memmem(bytes, count, from, length);
    assert_non_null(place);
    assert_int_equal(fseek(file, place - bytes, SEEK_SET), 0);
    assert_int_equal(fwrite(to, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    assert_false(interventions_read(&back, scratch("reworded.safetensors"), &error));
    if (!strstr(error.text, what) || !strstr(error.text, "reworded.safetensors"))
        fail_msg("'%s' does not say '%s'", error.text, what);
}

static void test_damaged(void **state)
{
    (void)state;
    Interventions back;
    Error error;
    refused(far_context, "its contexts are not documents in order");
    refused(contexts_out_of_order, "its contexts are not documents in order");
    refused(held_out_of_order, "its contexts are not documents in order");
    refused(held_far, "its contexts are not documents in order");
    refused(predicts_what_it_saw, "a document is both in context and in held");
    refused(ids_out_of_order, "its words are not in order");
    refused(empty_word, "its words are not in order");
    refused(bad_utf8, "its words are not in order");
    refused(flag_of_two, "contains holds 2");
    refused(negative_context, "its contexts are not documents in order");
    refused(negative_id, "its words are not in order");
    refused(late_start, "its words are not in order");
    refused(word_beyond, "its words are not in order");
    refused(early_end, "its words are not in order");
    reworded("\"phi\"", "\"phj\"", "metadata phi or lm");
    reworded("\"lm\"", "\"ln\"", "metadata phi or lm");
    reworded("\"word.text\"", "\"word.tixt\"", "word.text");
    reworded("\"word.offset\"", "\"word.offsit\"", "word.offset");
    reworded("\"context\"", "\"contixt\"", "context");
    reworded("\"held\"", "\"hell\"", "held");
    reworded("\"linear\"", "\"linier\"", "linear");
    reworded("\"selection\"", "\"selektion\"", "selection");
    reworded("\"contains\"", "\"kontains\"", "contains");
    reworded("\"phi\":\"tanh\"", "\"phi\":\"sigm\"", "metadata phi or lm");
    reworded("\"lm\":\"yes\"", "\"lm\":\"yep\"", "metadata phi or lm");
    reworded("\"layer\":\"4\"", "\"layer\":\"x\"", "layer");
    reworded("\"seed\":\"1\"", "\"sead\":\"1\"", "seed");
    reworded("\"removed\"", "\"rem0ved\"", "removed");
    reworded("\"word.id\"", "\"word.ix\"", "word.id");
    reworded("\"short\"", "\"shirt\"", "short");
    assert_false(interventions_read(&back, scratch("absent.safetensors"), &error));
    assert_false(interventions_read(&back, "checks/unit/docrep/interventions.c", &error));
}

/* What predicts and what decides are different documents, both in order, whatever the seed; and
 * together all of them where there are no more. */
static void test_drawn_apart(void **state)
{
    (void)state;
    Interventions all;
    planted_interventions(&all, PHI_TANH, true, 1, &plan);
    int64_t before = all.context[0];
    bool moved = false;
    all.documents = 2 * SIGN_CONTEXTS;
    for (uint64_t seed = 0; seed < 20; seed++) {
        int seen[2 * SIGN_CONTEXTS] = {0};
        interventions_draw(&all, seed);
        for (size_t c = 0; c < SIGN_CONTEXTS; c++) {
            assert_true(c == 0 ||
                        (all.context[c] > all.context[c - 1] && all.held[c] > all.held[c - 1]));
            seen[all.context[c]]++, seen[all.held[c]]++;
        }
        for (size_t i = 0; i < 2 * SIGN_CONTEXTS; i++)
            assert_int_equal(seen[i], 1);
        moved = moved || all.context[0] != before;
    }
    assert_true(moved);
    all.documents = SIGN_DOCUMENTS;
    interventions_free(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_damaged),     cmocka_unit_test(test_alike),
        cmocka_unit_test(test_drawn_apart),
    };
    return cmocka_run_group_tests_name("interventions", tests, NULL, NULL);
}
