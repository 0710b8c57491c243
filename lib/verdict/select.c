/* Effects: which cells a rule is about, and the contrast that it makes of them. */
#include "base/alloc.h"
#include "base/vmath.h"
#include "verdict/effects.h"
#include "verdict/stats.h"
#include "verdict/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- tests -------------------------------------------------------------------------------------
 */

static bool number_of(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return *text && !*end && isfinite(*number);
}

/* Whether `text` is like the pattern, in which * stands for any bytes and ? for one. */
static bool alike(const char *pattern, size_t length, const char *text)
{
    if (length == 0)
        return !*text;
    if (*pattern == '*')
        return alike(pattern + 1, length - 1, text) || (*text && alike(pattern, length, text + 1));
    return *text && (*pattern == '?' || *pattern == *text) &&
           alike(pattern + 1, length - 1, text + 1);
}

/* Whether it is like one of the patterns between commas, or the same number. */
static bool among(const char *patterns, const char *text)
{
    double a, b;
    for (const char *at = patterns;; at++) {
        size_t length = strcspn(at, ",");
        if (alike(at, length, text))
            return true;
        at += length;
        if (!*at)
            break;
    }
    return number_of(patterns, &a) && number_of(text, &b) && a == b;
}

static bool passes(const Effects *effects, size_t cell, const RuleTest *test, const char *wanted)
{
    const char *found = effects_value(effects, cell, test->key);
    double a, b;
    if (test->op <= TEST_NOT)
        return among(wanted, found) == (test->op == TEST_IS);
    if (!number_of(wanted, &b) && !number_of(effects_value(effects, cell, wanted), &b))
        return false;
    if (!number_of(found, &a))
        return false;
    return test->op == TEST_ABOVE      ? a > b
           : test->op == TEST_AT_LEAST ? a >= b
           : test->op == TEST_BELOW    ? a < b
                                       : a <= b;
}

bool effects_passes(const Effects *effects, size_t cell, const RuleTests *tests)
{
    for (size_t i = 0; i < tests->count; i++)
        if (!passes(effects, cell, &tests->items[i], tests->items[i].value))
            return false;
    return true;
}

/* The numbers that the cells have of a key, ascending, with repetitions; the caller frees. */
static double *numbers_of(const Effects *effects, const size_t *cells, size_t count,
                          const char *key, size_t *found)
{
    double *numbers = alloc_zeroed(count + 1, sizeof *numbers);
    *found = 0;
    for (size_t i = 0; i < count; i++)
        *found += number_of(effects_value(effects, cells[i], key), &numbers[*found]);
    qsort(numbers, *found, sizeof *numbers, stats_ascending);
    return numbers;
}

/* The number that stands there most often; of several the least. */
static double most_of(const double *sorted, size_t count)
{
    size_t best = 0, most = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && sorted[end] == sorted[i];)
            end++;
        if (end - i > most)
            most = end - i, best = i;
    }
    return sorted[best];
}

/* The ends of a third of the distinct numbers. */
static void third_of(const double *sorted, size_t count, size_t third, double *low, double *high)
{
    size_t distinct = 0, place = 0;
    for (size_t i = 0; i < count; i++)
        distinct += i == 0 || sorted[i] != sorted[i - 1];
    *low = INFINITY, *high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        place += i > 0 && sorted[i] != sorted[i - 1];
        if (3 * place / distinct == third) {
            *low = fmin(*low, sorted[i]);
            *high = fmax(*high, sorted[i]);
        }
    }
}

/* For a word that stands for numbers of the cells at hand, their ends; false for any other. */
static bool range_of(const Effects *effects, const size_t *cells, size_t count,
                     const RuleTest *test, double *low, double *high)
{
    static const char *const words[] = {"third-1", "third-2", "third-3", "min", "max", "most"};
    size_t word = 0, found;
    while (word < 6 && strcmp(test->value, words[word]) != 0)
        word++;
    if (word == 6 || test->op != TEST_IS)
        return false;
    double *numbers = numbers_of(effects, cells, count, test->key, &found);
    *low = INFINITY, *high = -INFINITY;
    if (found > 0 && word < 3)
        third_of(numbers, found, word, low, high);
    else if (found > 0)
        *low = *high = word == 3   ? numbers[0]
                       : word == 4 ? numbers[found - 1]
                                   : most_of(numbers, found);
    free(numbers);
    return true;
}

/* Keeps the cells that pass one test after the other; returns how many. */
static size_t keep(const Effects *effects, size_t *cells, size_t count, const RuleTests *tests,
                   EffectVariant variant)
{
    for (size_t t = 0; t < tests->count; t++) {
        RuleTest test = tests->items[t];
        double low, high, number;
        size_t kept = 0;
        if (variant.key && strcmp(test.key, variant.key) == 0)
            test = (RuleTest){test.key, (char *)variant.value, TEST_IS};
        bool range = range_of(effects, cells, count, &test, &low, &high);
        for (size_t i = 0; i < count; i++) {
            const char *found = effects_value(effects, cells[i], test.key);
            if (range ? number_of(found, &number) && number >= low && number <= high
                      : passes(effects, cells[i], &test, test.value))
                cells[kept++] = cells[i];
        }
        count = kept;
    }
    return count;
}

static bool names_key(const RuleTests *tests, const char *key)
{
    for (size_t i = 0; i < tests->count; i++)
        if (strcmp(tests->items[i].key, key) == 0)
            return true;
    return false;
}

/* The cells of one line, of the stage unless it names another; the caller frees. */
static size_t *select_line(const Effects *effects, const RuleTests *tests, const char *question,
                           EffectVariant variant, size_t *count)
{
    size_t *cells = alloc_zeroed(effects->count + 1, sizeof *cells);
    *count = 0;
    for (size_t i = 0; i < effects->count; i++)
        if (names_key(tests, "stage") || strcmp(effects_value(effects, i, "stage"), question) == 0)
            cells[(*count)++] = i;
    *count = keep(effects, cells, *count, tests, variant);
    if (variant.key && !names_key(tests, variant.key)) {
        RuleTest test = {(char *)variant.key, (char *)variant.value, TEST_IS};
        *count = keep(effects, cells, *count, &(RuleTests){&test, 1, 1}, (EffectVariant){0});
    }
    return cells;
}

size_t *effects_select(const Effects *effects, const RulePart *part, const char *question,
                       EffectVariant variant, size_t *count)
{
    uint8_t *chosen = alloc_zeroed(effects->count + 1, 1);
    for (size_t i = 0; i < part->of_count; i++) {
        size_t found, *cells = select_line(effects, &part->of[i], question, variant, &found);
        for (size_t j = 0; j < found; j++)
            chosen[cells[j]] = 1;
        free(cells);
    }
    size_t *cells = alloc_zeroed(effects->count + 1, sizeof *cells);
    *count = 0;
    for (size_t i = 0; i < effects->count; i++)
        if (chosen[i])
            cells[(*count)++] = i;
    free(chosen);
    return cells;
}

/* --- weights -----------------------------------------------------------------------------------
 */

/* Whether `other` may stand beside `cell`: all keys that the term does not name are equal; of the
 * model without a memory stage, measure and unit alone. */
static bool beside(const Effects *effects, size_t cell, size_t other, const RuleTerm *term)
{
    static const char *const alone[] = {"stage", "measure", "unit"};
    const EffectCell *a = &effects->cells[cell], *b = &effects->cells[other];
    if (term->pretrained) {
        for (size_t i = 0; i < 3; i++)
            if (strcmp(effects_value(effects, cell, alone[i]),
                       effects_value(effects, other, alone[i])) != 0)
                return false;
        return strcmp(effects_value(effects, other, "allocation"), "pretrained") == 0;
    }
    for (size_t key = 0; key < effects->keys.count; key++)
        if (a->values[key] != b->values[key] &&
            !names_key(&term->tests, names_text(&effects->keys, key, NULL)))
            return false;
    return true;
}

/* Adds weight to the partners of a cell, their mean; false where there is none. */
static bool add_partners(double *weights, const Effects *effects, size_t cell, const RuleTerm *term,
                         double weight)
{
    size_t *others = alloc_zeroed(effects->count, sizeof *others), count = 0;
    for (size_t i = 0; i < effects->count; i++)
        if (beside(effects, cell, i, term))
            others[count++] = i;
    count = keep(effects, others, count, &term->tests, (EffectVariant){0});
    for (size_t i = 0; i < count; i++)
        weights[others[i]] += weight * term->weight / (double)count;
    free(others);
    return count > 0;
}

/* Adds a cell's own weight and its partners'; false, with nothing added, where one is missing. */
static bool add_cell(double *weights, const Effects *effects, size_t cell, const RuleTerm *terms,
                     size_t count, double weight)
{
    double *trial = alloc_zeroed(effects->count, sizeof *trial);
    bool whole = true;
    trial[cell] = weight;
    for (size_t i = 0; whole && i < count; i++)
        whole = add_partners(trial, effects, cell, &terms[i], weight);
    for (size_t i = 0; whole && i < effects->count; i++)
        weights[i] += trial[i];
    free(trial);
    return whole;
}

/* Where the cell stands on the line of a slope; false where it does not. */
static bool place_of(const Effects *effects, const RulePart *part, size_t cell, double *x)
{
    double by = 1;
    if (!number_of(effects_value(effects, cell, part->slope), x) ||
        (part->slope_by && !number_of(effects_value(effects, cell, part->slope_by), &by)))
        return false;
    *x /= by;
    if (part->doublings)
        *x = *x > 0 ? vm_log(*x) / vm_log(2) : NAN;
    return isfinite(*x);
}

/* share (count) = each cell's weight in the slope; false where there is none. */
static bool slope_shares(double *share, const Effects *effects, const RulePart *part,
                         const size_t *cells, size_t count)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        if (!place_of(effects, part, cells[i], &share[i]))
            return false;
        mean += share[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++)
        squares += (share[i] - mean) * (share[i] - mean);
    for (size_t i = 0; i < count; i++)
        share[i] = (share[i] - mean) / squares;
    return squares > 1e-12;
}

/* weights (all cells) of the part's effect. */
static bool weigh(double *weights, const Effects *effects, const RulePart *part,
                  const size_t *cells, size_t count, Error *error)
{
    double *share = alloc_zeroed(count + 1, sizeof *share);
    size_t whole = 0;
    bool ok = !part->slope || slope_shares(share, effects, part, cells, count);
    for (size_t i = 0; ok && i < count; i++)
        whole += add_cell(weights, effects, cells[i], part->terms, part->terms_count,
                          part->slope ? share[i] : 1);
    free(share);
    if (!ok || (part->slope && whole < count) || whole == 0)
        return fail(error, "%s", ok ? "nothing to compare with" : "no slope");
    bool any = false;
    for (size_t i = 0; i < effects->count; i++) {
        weights[i] /= part->slope ? 1 : (double)whole;
        any = any || weights[i] != 0;
    }
    return any || fail(error, "the cells are compared with themselves");
}

/* --- the table ---------------------------------------------------------------------------------
 */

static const EffectRun *run_of(const EffectCell *cell, int64_t seed)
{
    for (size_t i = 0; i < cell->count; i++)
        if (cell->runs[i].seed == seed || cell->runs[i].seed == UNITS_NO_SEED)
            return &cell->runs[i];
    return NULL;
}

/* The seeds that all weighed cells have, at most `capacity`; returns how many, 0 where cells have
 * no seeds or none in common, which *none tells apart. */
static size_t common_seeds(const Effects *effects, const double *weights, int64_t *seeds,
                           bool *none)
{
    const EffectCell *seeded = NULL;
    size_t count = 0;
    for (size_t i = 0; i < effects->count && !seeded; i++)
        if (weights[i] != 0 && effects->cells[i].runs[0].seed != UNITS_NO_SEED)
            seeded = &effects->cells[i];
    *none = !seeded;
    for (size_t r = 0; seeded && r < seeded->count; r++) {
        bool all = true;
        for (size_t i = 0; all && i < effects->count; i++)
            all = weights[i] == 0 || run_of(&effects->cells[i], seeded->runs[r].seed);
        if (all)
            seeds[count++] = seeded->runs[r].seed;
    }
    return count;
}

static bool in_half(const Effects *effects, int64_t document, Half half)
{
    if (!effects->half)
        return effects->whole == half;
    return document < 0 ||
           ((size_t)document < effects->documents && effects->half[document] == half);
}

/* Marks in `left` (run->count of the first run, of which `items` are the units) what the other run
 * lacks. */
static void strike(uint8_t *left, const EffectRun *first, const EffectRun *other)
{
    size_t at = 0;
    for (size_t i = 0; i < first->count; i++) {
        while (at < other->count && other->item[at] < first->item[i])
            at++;
        if (at == other->count || other->item[at] != first->item[i])
            left[i] = 0;
    }
}

/* Adds weight times the run's values of the units left of the first. */
static void add_run(double *values, const uint8_t *left, const EffectRun *first,
                    const EffectRun *run, double weight)
{
    size_t at = 0, unit = 0;
    for (size_t i = 0; i < first->count; i++) {
        while (at < run->count && run->item[at] < first->item[i])
            at++;
        if (left[i])
            values[unit++] += weight * run->value[at];
    }
}

/* The part's cells and seeds under way. */
typedef struct {
    const Effects *effects;
    const double *weights;
    int64_t *seeds;
    size_t count; /* of the seeds, at least 1 */
    const EffectRun *first;
    uint8_t *left;
} Gathering;

static size_t find_units(Gathering *g, const RulePart *part, Half half)
{
    const Effects *effects = g->effects;
    size_t units = 0;
    for (size_t i = 0; i < effects->count && !g->first; i++)
        if (g->weights[i] != 0)
            g->first = run_of(&effects->cells[i], g->seeds[0]);
    g->left = alloc_zeroed(g->first->count + 1, 1);
    for (size_t i = 0; i < g->first->count; i++) {
        size_t claim = part->once ? effects_claim(effects, g->first->item[i]) : SIZE_MAX;
        bool mixed = claim != SIZE_MAX && effects->mixed[claim];
        g->left[i] = in_half(effects, g->first->document[i], half) && !mixed;
    }
    for (size_t i = 0; i < effects->count; i++)
        for (size_t s = 0; g->weights[i] != 0 && s < g->count; s++)
            strike(g->left, g->first, run_of(&effects->cells[i], g->seeds[s]));
    for (size_t i = 0; i < g->first->count; i++)
        units += g->left[i];
    return units;
}

static bool gather(EffectTable *table, Gathering *g, const RulePart *part, Half half, bool seeded,
                   Error *error)
{
    const Effects *effects = g->effects;
    size_t units = find_units(g, part, half);
    if (units == 0)
        return fail(error, "no %s documents", half_names[half]);
    *table = (EffectTable){.seeds = seeded ? g->count : 0, .units = units};
    table->values = alloc_zeroed(g->count, units * sizeof *table->values);
    for (size_t i = 0; i < effects->count; i++)
        for (size_t s = 0; g->weights[i] != 0 && s < g->count; s++)
            add_run(table->values + s * units, g->left, g->first,
                    run_of(&effects->cells[i], g->seeds[s]), g->weights[i]);
    return true;
}

bool effects_table(EffectTable *table, const Effects *effects, const RulePart *part,
                   const size_t *cells, size_t count, Half half, Error *error)
{
    size_t most = 1;
    bool none = false;
    for (size_t i = 0; i < effects->count; i++)
        most = effects->cells[i].count > most ? effects->cells[i].count : most;
    double *weights = alloc_zeroed(effects->count + 1, sizeof *weights);
    Gathering g = {.effects = effects, .weights = weights};
    g.seeds = alloc_zeroed(most, sizeof *g.seeds);
    bool ok =
        count > 0 ? weigh(weights, effects, part, cells, count, error) : fail(error, "no cells");
    if (ok) {
        g.count = common_seeds(effects, weights, g.seeds, &none);
        if (none)
            g.seeds[g.count++] = UNITS_NO_SEED;
        ok = g.count > 0 ? gather(table, &g, part, half, !none, error)
                         : fail(error, "no seed in common");
    }
    free(weights), free(g.seeds), free(g.left);
    return ok;
}

bool effects_scale(double *scale, const Effects *effects, const RulePart *part,
                   const char *question, EffectVariant variant, Half half, Error *error)
{
    RulePart of = {.of = {part->scale}, .of_count = 1, .terms = {part->scale_less}};
    EffectTable table;
    size_t count, *cells = effects_select(effects, &of, question, variant, &count);
    of.terms_count = part->scale_less.weight != 0;
    bool ok = effects_table(&table, effects, &of, cells, count, half, error);
    free(cells);
    if (!ok)
        return false;
    size_t all = table.units * (table.seeds ? table.seeds : 1);
    *scale = 0;
    for (size_t i = 0; i < all; i++)
        *scale += table.values[i] / (double)all;
    free(table.values);
    return *scale > 0 || fail(error, "its scale is not above 0");
}
