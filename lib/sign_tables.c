/* The tables of the question what signs of memories mean. */
#include "sign_tables.h"

#include "mem.h"
#include "stats.h"

#include <stdlib.h>

const char *const sign_measure_columns[] = {"phi",     "lm",    "seed", "measure", "lens",
                                            "outcome", "pairs", "s",    "word",    "value",
                                            "low",     "high",  "n",    NULL};
const char *const sign_pair_columns[] = {
    "phi",        "lm",          "seed",       "entry",      "word",        "chosen",
    "activation", "short",       "true_logit", "true_log_p", "logit_minus", "logit_plus",
    "logit_own",  "log_p_minus", "log_p_plus", "log_p_own",  NULL};
const char *const sign_pool_columns[] = {
    "phi",         "lm",         "seed",      "document",        "title",     "next_logit",
    "logsumexp",   "next_log_p", "words",     "own_logit",       "own_log_p", "other",
    "other_log_p", "all_log_p",  "precision", "precision_other", NULL};
const char *const sign_pool_word_columns[] = {"phi",  "lm",    "seed",  "document", "place",
                                              "word", "logit", "log_p", "own",      NULL};

static void put_memory(CsvWriter *writer, Phi phi, bool lm)
{
    csvfile_put_text(writer, phi_name(phi));
    csvfile_put_text(writer, lm ? "yes" : "no");
}

static void put_word(CsvWriter *writer, const Words *words, size_t w)
{
    char *text =
        mem_text_n(words->text.bytes + words->offset[w], words->offset[w + 1] - words->offset[w]);
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

/* One wish of one group: the pooled row and a row a memory. */
static void write_wish(const SignGroup *group, const SignWish *wish, size_t resamples,
                       uint64_t seed, CsvWriter *writer)
{
    Contrast contrast = {0};
    double sum = 0, low, high;
    sign_contrast(&contrast, group->signs, group->count, wish, 1);
    size_t units = contrast.units, all = units * contrast.seeds;
    for (size_t i = 0; i < all; i++)
        sum += contrast.values[i];
    stats_bootstrap(contrast.values, contrast.seeds, units, resamples, seed, &low, &high);
    put_memory(writer, group->phi, group->lm);
    csvfile_put_int(writer, -1);
    put_wish(writer, group->signs[0], wish);
    csvfile_put_real(writer, sum / (double)all);
    csvfile_put_real(writer, low);
    csvfile_put_real(writer, high);
    csvfile_put_int(writer, (int64_t)all);
    csvfile_end_row(writer);
    for (size_t k = 0; k < contrast.seeds; k++) {
        sum = 0;
        for (size_t i = 0; i < units; i++)
            sum += contrast.values[k * units + i];
        put_memory(writer, group->phi, group->lm);
        csvfile_put_int(writer, (int64_t)group->signs[k]->all->seed);
        put_wish(writer, group->signs[k], wish);
        csvfile_put_real(writer, sum / (double)units);
        csvfile_put_none(writer);
        csvfile_put_none(writer);
        csvfile_put_int(writer, (int64_t)units);
        csvfile_end_row(writer);
    }
    contrast_free(&contrast);
}

void sign_measures_write(const SignSet *set, size_t resamples, uint64_t seed, CsvWriter *writer)
{
    /* A wish is counted through as a number with a digit a field. */
    const size_t wishes = (size_t)SIGN_MEASURES * LENSES * OUTCOMES * PAIRS * SETS;
    for (size_t g = 0; g < set->group_count; g++)
        for (size_t i = 0; i < wishes; i++) {
            size_t rest = i;
            SignWish wish = {0};
            wish.set = (int)(rest % SETS), rest /= SETS;
            wish.pairs = (SignPairs)(rest % PAIRS), rest /= PAIRS;
            wish.outcome = (SignOutcome)(rest % OUTCOMES), rest /= OUTCOMES;
            wish.lens = (SignLens)(rest % LENSES), rest /= LENSES;
            wish.measure = (SignMeasure)rest;
            if (wanted(&wish))
                write_wish(&set->groups[g], &wish, resamples, seed, writer);
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
    double *values = mem_alloc(sign_units(signs, measure), sizeof *values);
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
