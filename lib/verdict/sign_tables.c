#include "verdict/sign_tables.h"

#include "base/alloc.h"
#include "verdict/condition.h"
#include "verdict/units.h"

#include <stdlib.h>

const char *const sign_measure_columns[] = {"phi",     "lm",    "seed", "measure", "lens",
                                            "outcome", "pairs", "s",    "word",    "value",
                                            "low",     "high",  "n",    NULL};
const char *const sign_pair_columns[] = {
    "phi",        "lm",        "seed",        "entry",      "word",       "chosen",
    "activation", "short",     "linear",      "true_logit", "true_log_p", "logit_minus",
    "logit_plus", "logit_own", "log_p_minus", "log_p_plus", "log_p_own",  NULL};
const char *const sign_pool_columns[] = {
    "phi",         "lm",         "seed",      "document",        "title",     "next_logit",
    "logsumexp",   "next_log_p", "words",     "own_logit",       "own_log_p", "other",
    "other_log_p", "all_log_p",  "precision", "precision_other", NULL};
const char *const sign_pool_word_columns[] = {"phi",  "lm",    "seed",  "document", "place",
                                              "word", "logit", "log_p", "own",      NULL};

const char *const sign_layer_columns[] = {"layer", "phi", "lm",   "seed", "lens",
                                          "value", "low", "high", "n",    NULL};

static void put_memory(CsvWriter *writer, Phi phi, bool lm)
{
    csvfile_put_text(writer, phi_name(phi));
    csvfile_put_text(writer, lm ? "yes" : "no");
}

static void put_word(CsvWriter *writer, const Words *words, size_t w)
{
    char *text =
        alloc_text_n(words->text.bytes + words->offset[w], words->offset[w + 1] - words->offset[w]);
    csvfile_put_text(writer, text);
    free(text);
}

/* --- measures ------------------------------------------------------------------------------ */

/* Which names of a wish its row shows. */
enum { SHOW_LENS = 1, SHOW_OUTCOME = 2, SHOW_PAIRS = 4, SHOW_SET = 8, SHOW_WORD = 16 };

static unsigned shown(SignMeasure measure)
{
    switch (measure) {
    case SIGN_AGREEMENT:
    case SIGN_EFFECT:
    case SIGN_STANCE:
        return SHOW_LENS | SHOW_OUTCOME | SHOW_PAIRS | SHOW_SET;
    case SIGN_NORMALISER:
        return SHOW_LENS | SHOW_PAIRS | SHOW_SET;
    case SIGN_FLIP:
        return SHOW_OUTCOME | SHOW_PAIRS;
    case SIGN_DISAGREEMENT:
        return SHOW_PAIRS;
    case SIGN_WORD:
        return SHOW_OUTCOME | SHOW_PAIRS | SHOW_SET | SHOW_WORD;
    case SIGN_NEXT:
    case SIGN_OWN:
    case SIGN_OTHER:
    case SIGN_ALL:
        return SHOW_OUTCOME;
    default:
        return 0;
    }
}

/* Whether the table has a row for the wish; one for each that shows the same. */
static bool wanted(const SignWish *wish)
{
    unsigned show = shown(wish->measure);
    bool signed_pairs = wish->pairs >= PAIRS_RAISING;
    if ((!(show & SHOW_LENS) && wish->lens) || (!(show & SHOW_OUTCOME) && wish->outcome) ||
        (!(show & SHOW_PAIRS) && wish->pairs) || (!(show & SHOW_SET) && wish->set))
        return false;
    if (wish->lens == LENS_TRUE_LOG_P && wish->outcome == OUTCOME_LOGIT)
        return false;
    switch (wish->measure) {
    case SIGN_AGREEMENT:
        return !signed_pairs && wish->set != SET_OWN;
    case SIGN_EFFECT:
        return signed_pairs && wish->lens != LENS_SHORT;
    case SIGN_NORMALISER:
        return wish->lens == LENS_LINEAR && wish->set != SET_OWN;
    case SIGN_STANCE:
        return !signed_pairs;
    case SIGN_FLIP:
    case SIGN_DISAGREEMENT:
        return !signed_pairs;
    case SIGN_WORD:
        return signed_pairs && wish->pairs < PAIRS_STRONG_RAISING && wish->set != SET_OWN;
    default:
        return true;
    }
}

static void put_wish(CsvWriter *writer, const Signs *signs, const SignWish *wish)
{
    unsigned show = shown(wish->measure);
    csvfile_put_text(writer, sign_measure_names[wish->measure]);
    csvfile_put_text(writer, show & SHOW_LENS ? sign_lens_names[wish->lens] : "");
    csvfile_put_text(writer, show & SHOW_OUTCOME ? sign_outcome_names[wish->outcome] : "");
    csvfile_put_text(writer, show & SHOW_PAIRS ? sign_pairs_names[wish->pairs] : "");
    csvfile_put_text(writer, show & SHOW_SET ? sign_set_names[wish->set] : "");
    if (show & SHOW_WORD)
        put_word(writer, &signs->all->words, signs->word);
    else
        csvfile_put_text(writer, "");
}

/* A row of a wish; without an interval that of one memory. */
static void put_row(CsvWriter *writer, const SignGroup *group, const SignWish *wish, int64_t seed,
                    const double *values, size_t count, const double *interval)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    put_memory(writer, group->phi, group->lm);
    csvfile_put_int(writer, seed);
    put_wish(writer, group->signs[0], wish);
    interval_put(writer, sum / (double)count, interval, count);
}

/* One wish of one group: the pooled row and a row a memory. */
static void write_wish(const SignGroup *group, const SignWish *wish, Draws draws, CsvWriter *writer)
{
    size_t units = sign_units(group->signs[0], wish->measure);
    double *values = alloc_zeroed(group->count, units * sizeof *values), interval[2];
    for (size_t k = 0; k < group->count; k++)
        sign_values(group->signs[k], wish, values + k * units);
    stats_bootstrap(values, group->count, units, draws, &interval[0], &interval[1]);
    put_row(writer, group, wish, -1, values, group->count * units, interval);
    for (size_t k = 0; k < group->count; k++)
        put_row(writer, group, wish, (int64_t)group->signs[k]->all->seed, values + k * units, units,
                NULL);
    free(values);
}

/* A wish is counted through as a number with a digit a field. */
enum { WISHES = SIGN_MEASURES * LENSES * OUTCOMES * PAIRS * SETS };

static SignWish wish_of(int number)
{
    SignWish wish = {.set = number % SETS};
    wish.pairs = (SignPairs)((number /= SETS) % PAIRS);
    wish.outcome = (SignOutcome)((number /= PAIRS) % OUTCOMES);
    wish.lens = (SignLens)((number /= OUTCOMES) % LENSES);
    wish.measure = (SignMeasure)(number / LENSES);
    return wish;
}

void sign_measures_write(const SignSet *set, Draws draws, CsvWriter *writer)
{
    for (size_t g = 0; g < set->group_count; g++)
        for (int i = 0; i < WISHES; i++) {
            SignWish wish = wish_of(i);
            if (wanted(&wish))
                write_wish(&set->groups[g], &wish, draws, writer);
        }
}

/* --- layers -------------------------------------------------------------------------------- */

static void write_lens(const Signs *signs, SignLens lens, Draws draws, CsvWriter *writer)
{
    const SignWish wish = {SIGN_AGREEMENT, lens, OUTCOME_LOGIT, PAIRS_EVERY, SET_PLUS};
    size_t units = sign_units(signs, wish.measure);
    double *values = alloc_zeroed(units, sizeof *values), sum = 0, interval[2];
    sign_values(signs, &wish, values);
    for (size_t i = 0; i < units; i++)
        sum += values[i];
    stats_bootstrap(values, 1, units, draws, &interval[0], &interval[1]);
    csvfile_put_int(writer, (int64_t)signs->all->layer);
    put_memory(writer, signs->all->phi, signs->all->lm);
    csvfile_put_int(writer, (int64_t)signs->all->seed);
    csvfile_put_text(writer, sign_lens_names[lens]);
    interval_put(writer, sum / (double)units, interval, units);
    free(values);
}

void sign_layers_write(const SignSet *set, Draws draws, CsvWriter *writer)
{
    for (size_t k = 0; k < set->count; k++)
        for (int lens = LENS_SHORT; lens <= LENS_LINEAR; lens++)
            write_lens(set->order[k], (SignLens)lens, draws, writer);
}

/* One wish of one memory, unit by unit. */
static void write_wish_units(const Signs *signs, const SignWish *wish, CsvWriter *writer)
{
    unsigned show = shown(wish->measure);
    size_t units = sign_units(signs, wish->measure);
    UnitsSeries series = {.condition = "stage=memory_sign",
                          .seed = (int64_t)signs->all->seed,
                          .measure = sign_measure_names[wish->measure],
                          .unit = wish->measure <= SIGN_INACTIVE ? "entry"
                                  : wish->measure == SIGN_ACTS   ? "run"
                                  : wish->measure == SIGN_WORD   ? "context"
                                                                 : "document"};
    double *values = alloc_zeroed(units, sizeof *values);
    units_key(&series, "phi", phi_name(signs->all->phi));
    units_key(&series, "lm", signs->all->lm ? "yes" : "no");
    if (show & SHOW_LENS)
        units_key(&series, "lens", sign_lens_names[wish->lens]);
    if (show & SHOW_OUTCOME)
        units_key(&series, "outcome", sign_outcome_names[wish->outcome]);
    if (show & SHOW_PAIRS)
        units_key(&series, "pairs", sign_pairs_names[wish->pairs]);
    if (show & SHOW_SET)
        units_key(&series, "set", sign_set_names[wish->set]);
    sign_values(signs, wish, values);
    units_put_all(writer, &series, values, units, wish->measure > SIGN_WORD);
    free(values);
}

void sign_units_write(const SignSet *set, CsvWriter *writer)
{
    for (size_t k = 0; k < set->count; k++)
        for (int i = 0; i < WISHES; i++) {
            SignWish wish = wish_of(i);
            if (wanted(&wish))
                write_wish_units(set->order[k], &wish, writer);
        }
}

/* --- pairs --------------------------------------------------------------------------------- */

static void write_pair(const Signs *signs, size_t j, size_t w, const char *chosen,
                       CsvWriter *writer)
{
    const Interventions *all = signs->all;
    size_t at = j * all->words.count + w;
    double activation = 0;
    for (size_t c = 0; c < all->contexts; c++)
        activation += (double)all->activation[c * all->entries + j] / (double)all->contexts;
    put_memory(writer, all->phi, all->lm);
    csvfile_put_int(writer, (int64_t)all->seed);
    csvfile_put_int(writer, (int64_t)j);
    put_word(writer, &all->words, w);
    csvfile_put_text(writer, chosen);
    csvfile_put_real(writer, activation);
    for (int lens = 0; lens < LENSES; lens++)
        csvfile_put_real(writer, signs->lens[lens][at]);
    for (int o = 0; o < OUTCOMES; o++)
        for (int s = 0; s < SETS; s++)
            csvfile_put_real(writer, signs->effect[o][s][at]);
    csvfile_end_row(writer);
}

void sign_pairs_write(const SignSet *set, CsvWriter *writer)
{
    for (size_t k = 0; k < set->count; k++) {
        const Signs *signs = set->order[k];
        size_t W = signs->all->words.count;
        for (size_t j = 0; j < signs->all->entries; j++)
            for (size_t w = 0; w < W; w++) {
                if (signs->strong[j * W + w])
                    write_pair(signs, j, w, "strong", writer);
                if (signs->drawn[j * W + w])
                    write_pair(signs, j, w, "drawn", writer);
                if (w == signs->word)
                    write_pair(signs, j, w, "asked", writer);
            }
    }
}

/* --- pools --------------------------------------------------------------------------------- */

/* What measure, outcome give for every document of one memory, new. */
static double *documents_of(const Signs *signs, SignMeasure measure, SignOutcome outcome)
{
    const SignWish wish = {.measure = measure, .outcome = outcome};
    double *values = alloc_zeroed(sign_units(signs, measure), sizeof *values);
    sign_values(signs, &wish, values);
    return values;
}

static void write_pools(const Signs *signs, char *const *titles, CsvWriter *writer)
{
    static const struct {
        SignMeasure measure;
        SignOutcome outcome;
    } columns[] = {{SIGN_NEXT, OUTCOME_LOGIT},
                   {SIGN_SUM, OUTCOME_LOGIT},
                   {SIGN_NEXT, OUTCOME_LOG_P},
                   {SIGN_OWN, OUTCOME_LOGIT},
                   {SIGN_OWN, OUTCOME_LOG_P},
                   {SIGN_OTHER, OUTCOME_LOG_P},
                   {SIGN_ALL, OUTCOME_LOG_P},
                   {SIGN_PRECISION, OUTCOME_LOGIT},
                   {SIGN_OTHER_PRECISION, OUTCOME_LOGIT}};
    enum { COLUMNS = sizeof columns / sizeof *columns, WORDS_BEFORE = 3, OTHER_BEFORE = 5 };
    const Interventions *all = signs->all;
    double *values[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        values[i] = documents_of(signs, columns[i].measure, columns[i].outcome);
    for (size_t d = 0; d < all->documents; d++) {
        int64_t words = 0;
        for (size_t w = 0; w < all->words.count; w++)
            words += all->contains[d * all->words.count + w];
        put_memory(writer, all->phi, all->lm);
        csvfile_put_int(writer, (int64_t)all->seed);
        csvfile_put_int(writer, (int64_t)d);
        csvfile_put_text(writer, titles[d]);
        for (int i = 0; i < COLUMNS; i++) {
            if (i == WORDS_BEFORE)
                csvfile_put_int(writer, words);
            if (i == OTHER_BEFORE)
                csvfile_put_int(writer, (int64_t)signs->other[d]);
            csvfile_put_real(writer, values[i][d]);
        }
        csvfile_end_row(writer);
    }
    for (int i = 0; i < COLUMNS; i++)
        free(values[i]);
}

void sign_pools_write(const SignSet *set, char *const *titles, CsvWriter *writer)
{
    for (size_t k = 0; k < set->count; k++)
        write_pools(set->order[k], titles, writer);
}

/* The word at `place`: 1 the most raised, −1 the most lowered. */
static void write_pool_word(const Signs *signs, size_t d, int place, CsvWriter *writer)
{
    const Interventions *all = signs->all;
    size_t W = all->words.count, rank = place > 0 ? (size_t)place - 1 : W - (size_t)-place;
    size_t w = signs->raised[d * W + rank];
    double logit = (double)all->pool_logit[d * W + w];
    put_memory(writer, all->phi, all->lm);
    csvfile_put_int(writer, (int64_t)all->seed);
    csvfile_put_int(writer, (int64_t)d);
    csvfile_put_int(writer, place);
    put_word(writer, &all->words, w);
    csvfile_put_real(writer, logit);
    csvfile_put_real(writer, logit - all->pool_sum[d]);
    csvfile_put_int(writer, all->contains[d * W + w]);
    csvfile_end_row(writer);
}

void sign_pool_words_write(const SignSet *set, CsvWriter *writer)
{
    for (size_t k = 0; k < set->count; k++) {
        const Interventions *all = set->order[k]->all;
        int top = all->words.count < TOP_WORDS ? (int)all->words.count : TOP_WORDS;
        for (size_t d = 0; d < all->documents; d++)
            for (int place = -top; place <= top; place++)
                if (place != 0)
                    write_pool_word(set->order[k], d, place, writer);
    }
}
