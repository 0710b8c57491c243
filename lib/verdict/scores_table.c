/* Scores beside accuracy: what each cell shows, with intervals, a number a row. */
#include "base/alloc.h"
#include "verdict/claim_series.h"

#include <stdlib.h>
#include <string.h>

enum { SERIES = 6, MEAN = -1, LABELS = 3 };

const char *const scores_columns[] = {"allocation", "strength", "variant", "target", "layer",
                                      "seed",       "epoch",    "measure", "value",  "low",
                                      "high",       "n",        NULL};

/* The seeds of one condition and epoch, and what is shown of them. */
typedef struct {
    const Scores *scores;
    const ScoredCell *const *cells; /* (seeds) */
    size_t seeds, count;
    ClaimSeries series[SERIES];
    char name[SERIES][24];
    const int *labels; /* (claims) */
    size_t told[2];    /* claims of a mean; of an AUC */
} Group;

/* Another series of the group; its values, zeros. */
static double *add_series(Group *group, const char *name)
{
    snprintf(group->name[group->count], sizeof *group->name, "%s", name);
    group->series[group->count] =
        claim_series_make(group->scores->claims_count, group->seeds, false);
    return group->series[group->count++].values;
}

/* The AUC of the last series' numbers times `sign`, as a series of its own. */
static void add_auc(Group *group, const char *name, double sign)
{
    ClaimSeries series = claim_series_make(group->scores->claims_count, group->seeds, true);
    const double *from = group->series[group->count - 1].values;
    series.labels = group->labels;
    for (size_t i = 0; i < series.seeds * series.claims; i++)
        series.values[i] = sign * from[i];
    claim_series_rank(&series);
    snprintf(group->name[group->count], sizeof *group->name, "%s", name);
    group->series[group->count++] = series;
}

/* centred (claims): whether the likeliest letter is right once each letter's mean is taken out. */
static void centre(const Scores *scores, const double *letters, double *centred)
{
    double mean[LABELS] = {0};
    bool occurs[LABELS] = {false};
    for (size_t i = 0; i < scores->claims_count; i++) {
        occurs[scores->claims[i].label] = true;
        for (int x = 0; x < LABELS; x++)
            mean[x] += letters[LABELS * i + (size_t)x] / (double)scores->claims_count;
    }
    for (size_t i = 0; i < scores->claims_count; i++) {
        int best = -1;
        double most = 0;
        for (int x = 0; x < LABELS; x++) {
            double value = letters[LABELS * i + (size_t)x] - mean[x];
            if (occurs[x] && (best < 0 || value > most))
                best = x, most = value;
        }
        centred[i] = best == scores->claims[i].label;
    }
}

static void add_letters(Group *group)
{
    size_t n = group->scores->claims_count;
    for (size_t s = 0; s < group->seeds; s++)
        if (!group->cells[s]->letters)
            return;
    double *lean = add_series(group, "letters_log_odds");
    for (size_t i = 0; i < group->seeds * n; i++) {
        const double *letters = group->cells[i / n]->letters + LABELS * (i % n);
        lean[i] = letters[0] - letters[1];
    }
    add_auc(group, "letters_auc", 1);
    double *centred = add_series(group, "letters_centred");
    for (size_t s = 0; s < group->seeds; s++)
        centre(group->scores, group->cells[s]->letters, centred + s * n);
}

static void add_losses(Group *group)
{
    size_t n = group->scores->claims_count;
    for (size_t s = 0; s < group->seeds; s++)
        if (group->cells[s]->told == 0)
            return;
    double *nll = add_series(group, "nll");
    for (size_t i = 0; i < group->seeds * n; i++)
        nll[i] = group->cells[i / n]->nll[i % n];
    add_auc(group, "nll_auc", -1);
    if (group->cells[0]->epoch <= 0) /* no memory */
        return;
    double *change = add_series(group, "change");
    for (size_t i = 0; i < group->seeds * n; i++)
        change[i] = group->cells[i / n]->without[i % n] - group->cells[i / n]->nll[i % n];
    add_auc(group, "change_auc", 1);
}

static void put(CsvWriter *writer, const Group *group, size_t k, int64_t seed, double value,
                const double *interval)
{
    condition_put(writer, &group->cells[0]->condition);
    csvfile_put_int(writer, seed);
    csvfile_put_int(writer, group->cells[0]->epoch);
    csvfile_put_text(writer, group->name[k]);
    interval_put(writer, value, interval, group->told[group->series[k].order != NULL]);
}

/* The rows of a group: each seed's, where there are several, and the mean's; then it is empty. */
static void put_group(CsvWriter *writer, Group *group, Draws draws)
{
    double *samples = alloc_zeroed(SERIES * draws.resamples, sizeof *samples), interval[2];
    if (group->count > 0)
        claim_series_resample(group->series, group->count, group->scores, "scores bootstrap", draws,
                              samples);
    for (size_t k = 0; k < group->count; k++) {
        ClaimSeries *series = &group->series[k];
        for (size_t s = 0; s < group->seeds && group->cells[s]->seed >= 0; s++)
            put(writer, group, k, group->cells[s]->seed, claim_series_of_seed(series, s, NULL),
                NULL);
        stats_percentile_interval(samples + k * draws.resamples, draws.resamples, &interval[0],
                                  &interval[1]);
        put(writer, group, k, MEAN, claim_series_value(series, NULL, NULL), interval);
        claim_series_free(series);
    }
    group->count = 0;
    free(samples);
}

/* ---- The right pages less others: two memories of one half each, or two pages in context -- */

static const char *const half_target[] = {"half-1", "half-2"};
static const char *const told_target[] = {"page-in-context", "other-in-context"};

/* The cell like this one but for its target, or NULL. */
static const ScoredCell *with_target(const Scores *scores, const ScoredCell *cell,
                                     const char *target)
{
    Condition wanted = cell->condition;
    snprintf(wanted.target, sizeof wanted.target, "%s", target);
    for (size_t i = 0; i < scores->count; i++) {
        const ScoredCell *other = &scores->cells[i];
        if (condition_compare(&other->condition, &wanted) == 0 && other->seed == cell->seed &&
            other->epoch == cell->epoch && other->told && cell->told)
            return other;
    }
    return NULL;
}

static double change_of(const ScoredCell *cell, size_t claim)
{
    return cell->without[claim] - cell->nll[claim];
}

/* The group of `seeds` cells, whose others are others (seeds). Where `halves`, cells hold what is
 * right for half 0 and others what is right for half 1; else cells what is right for all. */
static void add_pairs(Group *group, const ScoredCell *const *others, bool halves)
{
    static const char *const names[] = {"right", "other", "use"};
    size_t n = group->scores->claims_count;
    for (int k = 0; k < 3; k++) {
        char name[24];
        double *values = add_series(group, names[k]);
        for (size_t i = 0; i < group->seeds * n; i++) {
            int half = halves ? group->scores->claims[i % n].half : 0;
            const ScoredCell *pair[] = {group->cells[i / n], others[i / n]};
            double right = change_of(pair[half], i % n), other = change_of(pair[!half], i % n);
            values[i] = k == 0 ? right : k == 1 ? other : right - other;
        }
        snprintf(name, sizeof name, "%s_auc", names[k]);
        add_auc(group, name, 1);
    }
}

/* Rows of the cells first … end−1, seeds of one condition and epoch, with those of the other half.
 */
static void put_halves(CsvWriter *writer, Group group, size_t first, size_t end, Draws draws)
{
    const Scores *scores = group.scores;
    ScoredCell *named = alloc_zeroed(end - first, sizeof *named);
    const ScoredCell **cells = alloc_zeroed(end - first, sizeof *cells);
    const ScoredCell **others = alloc_zeroed(end - first, sizeof *others);
    group.cells = cells, group.seeds = 0;
    for (size_t i = first; i < end; i++) {
        const ScoredCell *other = with_target(scores, &scores->cells[i], half_target[1]);
        if (!other)
            continue;
        named[group.seeds] = scores->cells[i];
        snprintf(named[group.seeds].condition.target, sizeof named->condition.target, "halves");
        cells[group.seeds] = &named[group.seeds];
        others[group.seeds++] = other;
    }
    if (group.seeds > 0) {
        add_pairs(&group, others, true);
        put_group(writer, &group, draws);
    }
    free(named), free(cells), free(others);
}

/* Rows of the model that was told each claim's page, against being told another; the
 * change is from being told nothing. */
static void put_told(CsvWriter *writer, Group group, const ScoredCell *page, Draws draws)
{
    const Scores *scores = group.scores;
    const ScoredCell *bare = NULL, *other = with_target(scores, page, told_target[1]);
    for (size_t i = 0; i < scores->count; i++)
        if (scores->cells[i].epoch == 0 && scores->cells[i].told)
            bare = &scores->cells[i];
    if (!other || !bare || !page->told)
        return;
    ScoredCell told[] = {*page, *other};
    told[0].without = told[1].without = bare->nll;
    snprintf(told[0].condition.target, sizeof told[0].condition.target, "in-context");
    group.cells = (const ScoredCell *[]){&told[0]}, group.seeds = 1;
    add_pairs(&group, (const ScoredCell *[]){&told[1]}, false);
    put_group(writer, &group, draws);
}

void scores_write(const Scores *scores, CsvWriter *writer, Draws draws)
{
    size_t n = scores->claims_count;
    int *labels = alloc_zeroed(n, sizeof *labels);
    const ScoredCell **cells = alloc_zeroed(scores->count, sizeof *cells);
    Group group = {.scores = scores, .labels = labels, .told = {n, 0}};
    for (size_t i = 0; i < n; i++) {
        labels[i] = scores->claims[i].label;
        group.told[1] += labels[i] < 2;
    }
    for (size_t i = 0; i < scores->count; i++)
        cells[i] = &scores->cells[i];
    for (size_t first = 0, end; first < scores->count; first = end) {
        for (end = first + 1; end < scores->count; end++)
            if (condition_compare(&cells[end]->condition, &cells[first]->condition) != 0 ||
                cells[end]->epoch != cells[first]->epoch)
                break;
        group.cells = cells + first, group.seeds = end - first;
        add_letters(&group);
        if (group.count > 0)
            put_group(writer, &group, draws);
        add_losses(&group);
        if (group.count > 0)
            put_group(writer, &group, draws);
        if (strcmp(cells[first]->condition.target, half_target[0]) == 0)
            put_halves(writer, group, first, end, draws);
        if (strcmp(cells[first]->condition.target, told_target[0]) == 0)
            put_told(writer, group, cells[first], draws);
    }
    free(labels), free(cells);
}
