/* Each control and each memory goes through the same series of numbers (claim_series.h). */
#include "verdict/control_rows.h"

#include "base/alloc.h"
#include "verdict/claim_series.h"
#include "verdict/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const controls_columns[] = {"control", "measure", "value", "low",
                                        "high",    "n",       "seeds", NULL};

enum { LETTERS = 3 };
typedef enum { ACCURACY, TRUE_FALSE, AUC, LIKELIHOOD, CHANGE, MEASURES } Measure;
static const char *const measure_names[MEASURES] = {"accuracy", "true_false", "auc", "likelihood",
                                                    "likelihood_change"};

const char *control_name(const Condition *condition, char name[CONTROL_NAME])
{
    const char *allocation = condition->allocation, *variant = condition->variant;
    if (strcmp(allocation, "pretrained") == 0)
        return strcpy(name, allocation);
    bool named = strcmp(allocation, "none") != 0, plain = strcmp(variant, "plain") == 0;
    snprintf(name, CONTROL_NAME, "%s%s%s%s%s", named ? allocation : "", named ? " " : "",
             plain ? "" : variant, plain ? "" : " ", condition->target);
    return name;
}

/* What all conditions share. */
typedef struct {
    const Scores *scores;
    CsvWriter *writer;
    Draws draws;
    int *labels;           /* (claims) */
    bool *decided;         /* (claims) */
    size_t decided_count;  /* supported or refuted */
    const double *without; /* (claims) the pretrained model's losses, or NULL */
} Table;

/* ---- The numbers --------------------------------------------------------------------------- */

/* The likeliest of the first `letters` letters, the first among equals. */
static int likeliest(const double *log_p, int letters)
{
    int best = 0;
    for (int x = 1; x < letters; x++)
        if (log_p[x] > log_p[best])
            best = x;
    return best;
}

/* The number of claim i; `labels` are those it is judged by. */
static double number_of(const Table *table, const ScoredCell *cell, Measure measure, size_t i,
                        const int *labels)
{
    const double *letters = cell->letters ? cell->letters + LETTERS * i : NULL;
    switch (measure) {
    case ACCURACY:
        return likeliest(letters, LETTERS) == labels[i];
    case TRUE_FALSE:
        return likeliest(letters, 2) == labels[i];
    case AUC:
        return letters[0] - letters[1];
    case LIKELIHOOD:
        return -cell->nll[i];
    default:
        return table->without[i] - cell->nll[i];
    }
}

/* Whether the cell was asked what the measure needs. */
static bool asked(const Table *table, const ScoredCell *cell, Measure measure)
{
    if (measure <= AUC)
        return cell->letters != NULL;
    return cell->told > 0 && (measure == LIKELIHOOD || (table->without && cell->epoch != 0));
}

/* Claims that count: in the accuracy all, unless only those that are decided are asked. */
static size_t count_of(const Table *table, Measure measure, bool decided)
{
    return measure == ACCURACY && !decided ? table->scores->claims_count : table->decided_count;
}

static ClaimSeries make_series(const Table *table, size_t seeds, Measure measure, bool decided)
{
    ClaimSeries series = claim_series_make(table->scores->claims_count, seeds, measure >= AUC);
    series.counted = measure == ACCURACY && !decided ? NULL : table->decided;
    return series;
}

static void fill_series(ClaimSeries *series, const Table *table, const ScoredCell *const *cells,
                        Measure measure, const int *labels)
{
    size_t n = series->claims;
    series->labels = labels;
    for (size_t i = 0; i < series->seeds * n; i++)
        series->values[i] = number_of(table, cells[i / n], measure, i % n, labels);
    claim_series_rank(series);
}

/* ---- The rows ------------------------------------------------------------------------------ */

static void put(const Table *table, const char *control, const char *measure, const double value[3],
                size_t n, size_t seeds)
{
    csvfile_put_text(table->writer, control);
    csvfile_put_text(table->writer, measure);
    for (int i = 0; i < 3; i++)
        csvfile_put_real(table->writer, value[i]);
    csvfile_put_int(table->writer, (int64_t)n);
    csvfile_put_int(table->writer, (int64_t)seeds);
    csvfile_end_row(table->writer);
}

static void put_series(const Table *table, const char *control, Measure measure,
                       const ClaimSeries *series, size_t n)
{
    double *samples = alloc_zeroed(table->draws.resamples, sizeof *samples);
    double value[3] = {claim_series_value(series, NULL, NULL), 0, 0};
    claim_series_resample(series, 1, table->scores, "controls bootstrap", table->draws, samples);
    stats_percentile_interval(samples, table->draws.resamples, &value[1], &value[2]);
    put(table, control, measure_names[measure], value, n, series->seeds);
    free(samples);
}

/* The rows of a condition, of which these are the seeds. */
static void put_condition(const Table *table, const ScoredCell *const *cells, size_t seeds)
{
    char name[CONTROL_NAME];
    bool decided = strcmp(cells[0]->condition.target, "evidence-in-context") == 0;
    control_name(&cells[0]->condition, name);
    for (Measure measure = 0; measure < MEASURES; measure++) {
        bool all = true;
        for (size_t s = 0; s < seeds; s++)
            all = all && asked(table, cells[s], measure);
        if (!all)
            continue;
        ClaimSeries series = make_series(table, seeds, measure, decided);
        fill_series(&series, table, cells, measure, table->labels);
        put_series(table, name, measure, &series, count_of(table, measure, decided));
        claim_series_free(&series);
    }
}

/* The commonest label, of all claims and of those that are decided. */
static void put_majority(const Table *table)
{
    for (Measure measure = ACCURACY; measure <= TRUE_FALSE; measure++) {
        size_t n = table->scores->claims_count, count[LETTERS] = {0}, best = 0;
        size_t labels = measure == ACCURACY ? LETTERS : 2;
        for (size_t i = 0; i < n; i++)
            count[table->labels[i]]++;
        for (size_t x = 1; x < labels; x++)
            if (count[x] > count[best])
                best = x;
        ClaimSeries series = make_series(table, 1, measure, false);
        for (size_t i = 0; i < n; i++)
            series.values[i] = table->labels[i] == (int)best;
        put_series(table, "majority", measure, &series, count_of(table, measure, false));
        claim_series_free(&series);
    }
}

/* The pretrained model against labels permuted among all claims, or among those decided. */
static void put_shuffled(const Table *table, const ScoredCell *pretrained)
{
    size_t n = table->scores->claims_count, resamples = table->draws.resamples;
    double *samples = alloc_zeroed(resamples, sizeof *samples), value[3];
    uint32_t *order = alloc_zeroed(n, sizeof *order);
    int *labels = alloc_zeroed(n, sizeof *labels);
    for (Measure measure = 0; measure < CHANGE; measure++) {
        size_t count = 0, total = 0;
        if (!asked(table, pretrained, measure))
            continue;
        ClaimSeries series = make_series(table, 1, measure, false);
        for (size_t r = 0; r < resamples; r++) {
            Rng rng = rng_stream("shuffled labels", table->draws.seed, r);
            for (size_t i = count = total = 0; i < n; i++)
                if (measure == ACCURACY || table->decided[i])
                    order[count++] = (uint32_t)table->labels[i];
            rng_shuffle(&rng, order, count);
            for (size_t i = 0; i < n; i++)
                labels[i] = measure == ACCURACY || table->decided[i] ? (int)order[total++]
                                                                     : table->labels[i];
            fill_series(&series, table, &pretrained, measure, labels);
            samples[r] = claim_series_value(&series, NULL, NULL);
        }
        value[0] = 0;
        for (size_t r = 0; r < resamples; r++)
            value[0] += samples[r] / (double)resamples;
        stats_percentile_interval(samples, resamples, &value[1], &value[2]);
        put(table, "shuffled", measure_names[measure], value, count_of(table, measure, false), 1);
        claim_series_free(&series);
    }
    free(samples), free(order), free(labels);
}

/* ---- Losses of pages ------------------------------------------------------------------------ */

/* The rows first … end−1: the same pages in each of `seeds` seeds. */
static void put_pages(const Table *table, const PageLoss *first, size_t seeds, size_t pages,
                      bool without)
{
    char name[CONTROL_NAME];
    double *values = alloc_zeroed(seeds * pages, sizeof *values), value[3] = {0};
    for (size_t i = 0; i < seeds * pages; i++) {
        values[i] = without ? first[i].without : first[i].nll;
        value[0] += values[i] / (double)(seeds * pages);
    }
    stats_bootstrap(values, seeds, pages, table->draws, &value[1], &value[2]);
    put(table, without ? "pretrained" : control_name(&first->condition, name),
        first->other ? "nll_other" : "nll", value, pages, without ? 1 : seeds);
    free(values);
}

/* How many rows from `first` on are of one seed (of all seeds where `seeds`), alike otherwise. */
static size_t run_of(const PageLosses *losses, size_t first, bool seeds)
{
    const PageLoss *a = &losses->items[first], *b = a + 1, *end = losses->items + losses->count;
    while (b < end && condition_compare(&a->condition, &b->condition) == 0 &&
           a->epoch == b->epoch && a->other == b->other && (seeds || a->seed == b->seed))
        b++;
    return (size_t)(b - a);
}

static void put_losses(const Table *table, const PageLosses *losses)
{
    bool told[2] = {false, false};
    for (size_t first = 0, count; first < losses->count; first += count) {
        size_t pages = run_of(losses, first, false);
        count = run_of(losses, first, true);
        const PageLoss *rows = losses->items + first;
        if (count % pages != 0)
            continue;
        if (!told[rows->other])
            put_pages(table, rows, 1, pages, true);
        told[rows->other] = true;
        put_pages(table, rows, count / pages, pages, false);
    }
}

/* ---- All of it ------------------------------------------------------------------------------ */

static void table_begin(Table *table, const Scores *scores)
{
    size_t n = scores->claims_count;
    table->scores = scores;
    table->labels = alloc_zeroed(n, sizeof *table->labels);
    table->decided = alloc_zeroed(n, sizeof *table->decided);
    for (size_t i = 0; i < n; i++) {
        table->labels[i] = scores->claims[i].label;
        table->decided[i] = table->labels[i] < 2;
        table->decided_count += table->decided[i];
    }
}

void controls_write(const Scores *scores, const PageLosses *losses, CsvWriter *writer, Draws draws)
{
    Table table = {.writer = writer, .draws = draws};
    const ScoredCell **cells = alloc_zeroed(scores->count, sizeof *cells), *pretrained = NULL;
    table_begin(&table, scores);
    for (size_t i = 0; i < scores->count; i++) {
        cells[i] = &scores->cells[i];
        if (strcmp(cells[i]->condition.allocation, "pretrained") == 0)
            pretrained = cells[i];
    }
    table.without = pretrained && pretrained->told ? pretrained->nll : NULL;
    put_majority(&table);
    if (pretrained)
        put_shuffled(&table, pretrained);
    for (size_t first = 0, end; first < scores->count; first = end) {
        for (end = first + 1; end < scores->count; end++)
            if (condition_compare(&cells[end]->condition, &cells[first]->condition) != 0)
                break;
        size_t last = end - 1; /* the seeds of the last epoch */
        while (last > first && cells[last - 1]->epoch == cells[end - 1]->epoch)
            last--;
        put_condition(&table, cells + last, end - last);
    }
    put_losses(&table, losses);
    free(cells), free(table.labels), free(table.decided);
}

/* ---- Unit effects --------------------------------------------------------------------------- */

/* One measure of one cell; behind evidence alone, and of (a) and (b), of decided claims. */
static void put_units(const Table *table, const ScoredCell *cell, Measure measure)
{
    char name[CONTROL_NAME];
    const Condition *condition = &cell->condition;
    bool decided = measure == TRUE_FALSE || strcmp(condition->target, "evidence-in-context") == 0;
    bool memory = !strstr(condition->target, "-in-context") &&
                  strcmp(condition->allocation, "pretrained") != 0;
    UnitsSeries series = {"stage=controls", memory ? cell->seed : UNITS_NO_SEED, cell->epoch,
                          measure_names[measure], "claim"};
    units_key(&series, "control", control_name(condition, name));
    units_key_real(&series, "layer", (double)condition->layer);
    for (size_t i = 0; i < table->scores->claims_count; i++)
        if (table->decided[i] || !decided)
            units_put(table->writer, &series, UNITS_NO_DOCUMENT, table->scores->claims[i].id,
                      number_of(table, cell, measure, i, table->labels));
}

void controls_units_write(const Scores *scores, CsvWriter *writer)
{
    Table table = {.writer = writer};
    table_begin(&table, scores);
    for (size_t i = 0; i < scores->count; i++)
        for (Measure measure = ACCURACY; scores->cells[i].letters && measure <= TRUE_FALSE;
             measure++)
            put_units(&table, &scores->cells[i], measure);
    free(table.labels), free(table.decided);
}
