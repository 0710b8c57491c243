/* The interventions are digested into one number a pair of entry and word, of each lens and
 * outcome; every measure is a mean of such numbers over what a wish asks about. */
#include "verdict/sign.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const sign_measure_names[] = {
    "agreement",     "effect",         "stance",   "flip",      "disagreement",
    "normaliser",    "removed",        "inactive", "acts",      "selected_above",
    "selected_zero", "selected_below", "word",     "pool_next", "pool_sum",
    "pool_own",      "pool_other",     "pool_all", "precision", "precision_other"};
const char *const sign_lens_names[] = {"short", "linear", "true", "true log p"};
const char *const sign_outcome_names[] = {"logit", "log p"};
const char *const sign_pairs_names[] = {"every",    "strong",         "drawn",          "raising",
                                        "lowering", "strong raising", "strong lowering"};
const char *const sign_set_names[] = {"-1", "1", "own"};

static int sign_of(double x)
{
    return (x > 0) - (x < 0);
}

/* --- digesting --------------------------------------------------------------------------- */

static double *new_pairs(const Interventions *all)
{
    return alloc_zeroed(all->entries, all->words.count * sizeof(double));
}

/* The lenses of entry j. */
static void read_lenses(Signs *signs, size_t j)
{
    const Interventions *all = signs->all;
    size_t C = all->contexts, W = all->words.count;
    double activation = 0, share = 1 / (double)C;
    for (size_t c = 0; c < C; c++)
        activation += (double)all->activation[c * all->entries + j];
    for (size_t w = 0; w < W; w++) {
        size_t at = j * W + w;
        signs->lens[LENS_SHORT][at] = sign_of(activation) * (double)all->narrow[at];
        for (size_t c = 0; c < C; c++) {
            double logit = (double)all->path[(j * C + c) * W + w];
            signs->lens[LENS_LINEAR][at] += share * (double)all->linear[(j * C + c) * W + w];
            signs->lens[LENS_TRUE][at] += share * logit;
            signs->lens[LENS_TRUE_LOG_P][at] += share * (logit - all->path_sum[j * C + c]);
        }
    }
}

/* The effects of entry j. */
static void read_effects(Signs *signs, size_t j)
{
    const Interventions *all = signs->all;
    size_t C = all->contexts, W = all->words.count;
    double share = 1 / (double)C;
    for (int set = 0; set < SETS; set++)
        for (size_t c = 0; c < C; c++) {
            size_t from = interventions_at(all, set, j, c);
            double s = (double)all->selection[(size_t)all->context[c] * all->entries + j];
            for (size_t w = 0; w < W; w++) {
                double value[OUTCOMES] = {(double)all->logit[from * W + w],
                                          interventions_log_p(all, set, j, c, w)};
                for (int o = 0; o < OUTCOMES; o++) {
                    signs->effect[o][set][j * W + w] += share * value[o];
                    if (set == SET_OWN)
                        signs->oriented[o][j * W + w] += share * sign_of(s) * value[o];
                }
            }
        }
}

typedef struct {
    double value;
    uint32_t word;
} Ranked;

/* Greatest first; equal ones by word. */
static int by_value(const void *a, const void *b)
{
    const Ranked *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? 1 : -1;
    return (x->word > y->word) - (x->word < y->word);
}

/* Flags the words declared for entry j; ranked (W) is scratch. */
static void declare(Signs *signs, size_t j, uint64_t seed, Ranked *ranked, uint32_t *order)
{
    size_t W = signs->all->words.count;
    Rng rng = rng_stream("drawn words", seed, j);
    for (uint32_t w = 0; w < W; w++) {
        ranked[w] = (Ranked){signs->lens[LENS_LINEAR][j * W + w], w};
        order[w] = w;
    }
    qsort(ranked, W, sizeof *ranked, by_value);
    rng_shuffle(&rng, order, W);
    for (size_t i = 0; i < STRONG_EACH && i < W; i++) {
        signs->strong[j * W + ranked[i].word] = 1;
        signs->strong[j * W + ranked[W - 1 - i].word] = 1;
    }
    for (size_t i = 0; i < DRAWN && i < W; i++)
        signs->drawn[j * W + order[i]] = 1;
}

/* The words by what document i's pool does to them, and the document it is compared with. */
static void rank_pool(Signs *signs, size_t i, uint64_t seed, Ranked *ranked)
{
    const Interventions *all = signs->all;
    size_t W = all->words.count;
    Rng rng = rng_stream("other words", seed, i);
    for (uint32_t w = 0; w < W; w++)
        ranked[w] = (Ranked){(double)all->pool_logit[i * W + w], w};
    qsort(ranked, W, sizeof *ranked, by_value);
    for (size_t w = 0; w < W; w++)
        signs->raised[i * W + w] = ranked[w].word;
    signs->other[i] = 0;
    if (all->documents > 1) {
        signs->other[i] = rng_below(&rng, (uint32_t)all->documents - 1);
        signs->other[i] += signs->other[i] >= i;
    }
}

void signs_make(Signs *signs, const Interventions *all, size_t word, uint64_t seed)
{
    size_t W = all->words.count, D = all->documents;
    *signs = (Signs){.all = all, .word = word};
    for (int lens = 0; lens < LENSES; lens++)
        signs->lens[lens] = new_pairs(all);
    for (int o = 0; o < OUTCOMES; o++) {
        for (int set = 0; set < SETS; set++)
            signs->effect[o][set] = new_pairs(all);
        signs->oriented[o] = new_pairs(all);
    }
    signs->strong = alloc_zeroed(all->entries, W);
    signs->drawn = alloc_zeroed(all->entries, W);
    signs->other = alloc_zeroed(D, sizeof *signs->other);
    signs->raised = alloc_zeroed(D, W * sizeof *signs->raised);
    Ranked *ranked = alloc_zeroed(W, sizeof *ranked);
    uint32_t *order = alloc_zeroed(W, sizeof *order);
    for (size_t j = 0; j < all->entries; j++) {
        read_lenses(signs, j);
        read_effects(signs, j);
        declare(signs, j, seed, ranked, order);
    }
    for (size_t i = 0; i < D; i++)
        rank_pool(signs, i, seed, ranked);
    free(ranked), free(order);
}

void signs_free(Signs *signs)
{
    for (int lens = 0; lens < LENSES; lens++)
        free(signs->lens[lens]);
    for (int o = 0; o < OUTCOMES; o++) {
        for (int set = 0; set < SETS; set++)
            free(signs->effect[o][set]);
        free(signs->oriented[o]);
    }
    free(signs->strong), free(signs->drawn), free(signs->other), free(signs->raised);
    *signs = (Signs){0};
}

/* --- measures of an entry ------------------------------------------------------------------ */

static bool is_asked(const Signs *signs, const SignWish *wish, size_t at)
{
    int stance = sign_of(signs->lens[wish->lens][at]);
    switch (wish->pairs) {
    case PAIRS_STRONG:
        return signs->strong[at];
    case PAIRS_DRAWN:
        return signs->drawn[at];
    case PAIRS_RAISING:
        return stance > 0;
    case PAIRS_LOWERING:
        return stance < 0;
    case PAIRS_STRONG_RAISING:
        return signs->strong[at] && stance > 0;
    case PAIRS_STRONG_LOWERING:
        return signs->strong[at] && stance < 0;
    default:
        return true;
    }
}

/* What log p gains is Δ logit − Δ log Σ exp; 0 where neither moves. */
static double normaliser_share(const Signs *signs, int set, size_t at)
{
    double logit = fabs(signs->effect[OUTCOME_LOGIT][set][at]);
    double sum =
        fabs(signs->effect[OUTCOME_LOGIT][set][at] - signs->effect[OUTCOME_LOG_P][set][at]);
    return logit + sum > 0 ? sum / (logit + sum) : 0;
}

/* What one (entry, word) adds to the mean of its entry. */
static double pair_value(const Signs *signs, const SignWish *wish, size_t at)
{
    const double *const *effects = (const double *const *)signs->effect[wish->outcome];
    double effect =
        wish->set == SET_OWN ? signs->oriented[wish->outcome][at] : effects[wish->set][at];
    int stance = sign_of(signs->lens[wish->lens][at]);
    switch (wish->measure) {
    case SIGN_AGREEMENT:
        return (wish->set == SET_MINUS ? -stance : stance) * sign_of(effect) > 0;
    case SIGN_EFFECT:
        return effect;
    case SIGN_STANCE:
        return stance * effect;
    case SIGN_FLIP:
        return sign_of(effects[SET_MINUS][at]) * sign_of(effects[SET_PLUS][at]) < 0;
    case SIGN_NORMALISER:
        return normaliser_share(signs, wish->set, at);
    default: /* SIGN_DISAGREEMENT */
        return sign_of(signs->lens[LENS_SHORT][at]) != sign_of(signs->lens[LENS_LINEAR][at]);
    }
}

/* The mean over the words asked about; 0 where there is none. */
static double entry_value(const Signs *signs, const SignWish *wish, size_t j)
{
    const Interventions *all = signs->all;
    size_t W = all->words.count, count = 0;
    double sum = 0;
    if (wish->measure == SIGN_REMOVED)
        return all->removed[j];
    if (wish->measure == SIGN_INACTIVE) {
        for (size_t c = 0; c < all->contexts; c++)
            sum += (double)all->activation[c * all->entries + j];
        return sum < 0;
    }
    for (size_t at = j * W; at < (j + 1) * W; at++)
        if (is_asked(signs, wish, at)) {
            sum += pair_value(signs, wish, at);
            count++;
        }
    return count ? sum / (double)count : 0;
}

/* --- measures of a context or a document --------------------------------------------------- */

/* The entry whose linear path raises the word asked about most, or lowers it most. */
static size_t word_entry(const Signs *signs, SignPairs pairs)
{
    size_t W = signs->all->words.count, best = 0;
    double turn = pairs == PAIRS_LOWERING ? -1 : 1;
    const double *lens = signs->lens[LENS_LINEAR] + signs->word;
    for (size_t j = 1; j < signs->all->entries; j++)
        if (turn * lens[j * W] > turn * lens[best * W])
            best = j;
    return best;
}

static double word_value(const Signs *signs, const SignWish *wish, size_t c)
{
    const Interventions *all = signs->all;
    size_t j = word_entry(signs, wish->pairs), at = interventions_at(all, wish->set, j, c);
    return wish->outcome == OUTCOME_LOG_P ? interventions_log_p(all, wish->set, j, c, signs->word)
                                          : (double)all->logit[at * all->words.count + signs->word];
}

static double selected_share(const Interventions *all, SignMeasure measure, size_t i)
{
    int wanted = measure == SIGN_ABOVE ? 1 : measure == SIGN_BELOW ? -1 : 0;
    size_t m = all->entries, count = 0;
    for (size_t j = 0; j < m; j++)
        count += sign_of((double)all->selection[i * m + j]) == wanted;
    return (double)count / (double)m;
}

/* Mean effect of document i's pool on the words of document `holder`, or on all (holder = D). */
static double pool_words(const Signs *signs, const SignWish *wish, size_t i, size_t holder)
{
    const Interventions *all = signs->all;
    size_t W = all->words.count, count = 0;
    double sum = 0;
    for (size_t w = 0; w < W; w++)
        if (holder == all->documents || all->contains[holder * W + w]) {
            sum += (double)all->pool_logit[i * W + w];
            count++;
        }
    sum = count ? sum / (double)count : 0;
    return wish->outcome == OUTCOME_LOG_P ? sum - all->pool_sum[i] : sum;
}

static double precision(const Signs *signs, size_t i, size_t holder)
{
    const Interventions *all = signs->all;
    size_t W = all->words.count, top = W < TOP_WORDS ? W : TOP_WORDS, count = 0;
    for (size_t r = 0; r < top; r++)
        count += all->contains[holder * W + signs->raised[i * W + r]];
    return (double)count / (double)top;
}

static double document_value(const Signs *signs, const SignWish *wish, size_t i)
{
    const Interventions *all = signs->all;
    switch (wish->measure) {
    case SIGN_NEXT:
        return wish->outcome == OUTCOME_LOG_P ? all->next_log_p[i] : all->next_logit[i];
    case SIGN_SUM:
        return all->pool_sum[i];
    case SIGN_OWN:
        return pool_words(signs, wish, i, i);
    case SIGN_OTHER:
        return pool_words(signs, wish, i, signs->other[i]);
    case SIGN_ALL:
        return pool_words(signs, wish, i, all->documents);
    case SIGN_PRECISION:
        return precision(signs, i, i);
    case SIGN_OTHER_PRECISION:
        return precision(signs, i, signs->other[i]);
    default:
        return selected_share(all, wish->measure, i);
    }
}

size_t sign_units(const Signs *signs, SignMeasure measure)
{
    return measure <= SIGN_INACTIVE ? signs->all->entries
           : measure == SIGN_ACTS   ? 1
           : measure == SIGN_WORD   ? signs->all->contexts
                                    : signs->all->documents;
}

void sign_values(const Signs *signs, const SignWish *wish, double *values)
{
    size_t units = sign_units(signs, wish->measure);
    for (size_t i = 0; i < units; i++)
        values[i] = wish->measure <= SIGN_INACTIVE ? entry_value(signs, wish, i)
                    : wish->measure == SIGN_ACTS   ? signs->all->acts[0]
                    : wish->measure == SIGN_WORD   ? word_value(signs, wish, i)
                                                   : document_value(signs, wish, i);
}
