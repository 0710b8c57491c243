/* Answers are read first, so that evidence finds the memories it belongs to. */
#include "verdict/turned.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "verdict/score.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum { RIGHT, WRONG, GAIN, FALL, RIGHT_AUC, KEPT_AUC, MEASURES } Measure;
static const char *const names[MEASURES] = {"right", "wrong",     "gain",
                                            "fall",  "right_auc", "kept_auc"};

/* ---- Reading -------------------------------------------------------------------------------- */

static TurnedCell *find_cell(const Turned *turned, const Condition *condition, int64_t seed)
{
    for (size_t i = 0; i < turned->count; i++)
        if (turned->cells[i].seed == seed &&
            condition_compare(&turned->cells[i].condition, condition) == 0)
            return &turned->cells[i];
    return NULL;
}

static TurnedCell *add_cell(Turned *turned, const PredictionRow *read)
{
    turned->cells =
        alloc_grow(turned->cells, &turned->capacity, turned->count + 1, sizeof *turned->cells);
    TurnedCell *cell = &turned->cells[turned->count++];
    *cell = (TurnedCell){.condition = read->condition, .seed = read->seed, .epoch = read->epoch};
    cell->choice = alloc_zeroed(turned->claims, sizeof *cell->choice);
    cell->fall = alloc_zeroed(turned->claims, sizeof *cell->fall);
    memset(cell->choice, -1, turned->claims);
    for (size_t i = 0; i < turned->claims; i++)
        cell->fall[i] = NAN;
    return cell;
}

/* The answers of epoch 0 are those before; of a memory the latest count. */
static bool take_answer(void *user, const CsvRow *row, Error *error)
{
    Turned *turned = user;
    PredictionRow read;
    size_t place;
    if (!prediction_row_read(&read, row, error) ||
        !asked_prompts_find(&turned->prompts, &read, row, &place, error))
        return false;
    size_t claim = turned->prompts.items[place].claim_index;
    if (!read.prompt.main)
        return true;
    if (read.epoch == 0) {
        turned->before[claim] = (int8_t)read.choice;
        return true;
    }
    TurnedCell *cell = find_cell(turned, &read.condition, read.seed);
    if (!cell)
        cell = add_cell(turned, &read);
    if (read.epoch < cell->epoch)
        return true;
    if (read.epoch > cell->epoch)
        memset(cell->choice, -1, turned->claims);
    cell->epoch = read.epoch;
    if (cell->choice[claim] >= 0)
        return fail(error,
                    "%s:%zu: claim %" PRId64 " is answered twice in one cell and epoch; give each "
                    "file once",
                    row->path, row->line, read.prompt.claim);
    cell->choice[claim] = (int8_t)read.choice;
    return true;
}

/* The claim's main prompt; NULL where there is none. */
static const AskedPrompt *find_claim(const Turned *turned, int64_t claim)
{
    for (size_t i = 0; i < turned->prompts.count; i++)
        if (turned->prompts.items[i].main && turned->prompts.items[i].claim == claim)
            return &turned->prompts.items[i];
    return NULL;
}

static bool take_evidence(void *user, const CsvRow *row, Error *error)
{
    Turned *turned = user;
    EvidenceRow read;
    if (!evidence_row_read(&read, row, error))
        return false;
    const AskedPrompt *prompt = find_claim(turned, read.claim);
    TurnedCell *cell = find_cell(turned, &read.condition, read.seed);
    if (!prompt || prompt->page != read.page)
        return fail(error,
                    "%s:%zu: claim %" PRId64 " is another claim in the answers or unknown there; "
                    "ask all cells from one encoded file",
                    row->path, row->line, read.claim);
    if (!cell || cell->epoch != read.epoch)
        return fail(error,
                    "%s:%zu: of this memory no answers of epoch %" PRId64 " are there; name its "
                    "file of the answer stage too",
                    row->path, row->line, read.epoch);
    cell->fall[prompt->claim_index] = read.without - read.nll;
    return true;
}

/* Numbers the pages of the claims. */
static void list_claims(Turned *turned)
{
    turned->claims = turned->prompts.claims_count;
    turned->label = alloc_zeroed(turned->claims, sizeof *turned->label);
    turned->page = alloc_zeroed(turned->claims, sizeof *turned->page);
    turned->before = alloc_zeroed(turned->claims, sizeof *turned->before);
    memset(turned->before, -1, turned->claims);
    int64_t *pages = alloc_zeroed(turned->claims, sizeof *pages);
    for (size_t i = 0; i < turned->prompts.count; i++) {
        const AskedPrompt *prompt = &turned->prompts.items[i];
        size_t page = 0;
        if (!prompt->main)
            continue;
        while (page < turned->pages && pages[page] != prompt->page)
            page++;
        if (page == turned->pages)
            pages[turned->pages++] = prompt->page;
        turned->page[prompt->claim_index] = page;
        turned->label[prompt->claim_index] = prompt->label;
    }
    free(pages);
}

/* Whether all is there that the table needs; `path` is the first file that was named. */
static bool complete(const Turned *turned, const char *path, Error *error)
{
    char text[CONDITION_TEXT];
    if (turned->count == 0)
        return fail(error, "%s: no answers with a memory beside it; name files of the answer stage",
                    path);
    for (size_t i = 0; i < turned->claims; i++)
        if (turned->before[i] < 0)
            return fail(error,
                        "%s: no answers without a memory beside it; name a cell that was asked at "
                        "epoch 0",
                        path);
    for (size_t c = 0; c < turned->count; c++) {
        const TurnedCell *cell = &turned->cells[c];
        size_t told = 0;
        for (size_t i = 0; i < turned->claims; i++) {
            if (cell->choice[i] < 0)
                return fail(error, "%s, seed %" PRId64 ": lacks an answer; run answer again",
                            condition_text(&cell->condition, text), cell->seed);
            told += !isnan(cell->fall[i]);
        }
        if (told == 0)
            return fail(error,
                        "%s, seed %" PRId64 ": no losses of evidence; name its file of held_out "
                        "--evidence",
                        condition_text(&cell->condition, text), cell->seed);
    }
    return true;
}

static int by_cell(const void *left, const void *right)
{
    const TurnedCell *a = left, *b = right;
    int order = condition_compare(&a->condition, &b->condition);
    return order ? order : (a->seed > b->seed) - (a->seed < b->seed);
}

bool turned_read(Turned *turned, char *const *paths, size_t count, Error *error)
{
    bool ok = true, any = false;
    *turned = (Turned){0};
    for (size_t i = 0; ok && !any && i < count; i++)
        if (!csvfile_has(paths[i], evidence_columns))
            any = ok = asked_prompts_read(&turned->prompts, paths[i], error);
    if (ok && !any)
        ok = fail(error, "%s: no answers beside it; name files of the answer stage",
                  count > 0 ? paths[0] : "no file");
    if (ok)
        list_claims(turned);
    for (int pass = 0; ok && pass < 2; pass++)
        for (size_t i = 0; ok && i < count; i++)
            if (csvfile_has(paths[i], evidence_columns) == (pass == 1))
                ok = csvfile_read(paths[i], pass ? evidence_columns : prediction_columns,
                                  pass ? take_evidence : take_answer, turned, error);
    ok = ok && complete(turned, paths[0], error);
    if (ok)
        qsort(turned->cells, turned->count, sizeof *turned->cells, by_cell);
    else
        turned_free(turned);
    return ok;
}

void turned_free(Turned *turned)
{
    for (size_t i = 0; i < turned->count; i++)
        free(turned->cells[i].choice), free(turned->cells[i].fall);
    free(turned->cells), free(turned->prompts.items);
    free(turned->label), free(turned->page), free(turned->before);
    *turned = (Turned){0};
}

/* ---- Numbers -------------------------------------------------------------------------------- */

const char *const turned_columns[] = {"allocation", "strength", "variant", "target",
                                      "layer",      "measure",  "value",   "low",
                                      "high",       "n",        "seeds",   NULL};

/* What one memory says of each claim by one measure. */
typedef struct {
    double *values; /* (claims) NaN where it does not count */
    int *labels;    /* (claims) of an AUC: 0 ranks above 1; 2 does not count */
    size_t *order;  /* (claims) of an AUC */
} Series;

static bool counts(Measure measure, bool right_before, double fall)
{
    if (measure < FALL)
        return true;
    return !isnan(fall) && (measure == FALL || right_before == (measure == KEPT_AUC));
}

/* The number of claims that count. */
static size_t fill(const Turned *turned, const TurnedCell *cell, Measure measure, Series *series)
{
    size_t n = 0;
    for (size_t i = 0; i < turned->claims; i++) {
        bool before = turned->before[i] == turned->label[i];
        bool after = cell->choice[i] == turned->label[i];
        double numbers[] = {!before && after, before && !after, after - before};
        bool counted = counts(measure, before, cell->fall[i]);
        series->labels[i] = counted ? !after : 2;
        series->values[i] = measure < FALL ? numbers[measure] : counted ? cell->fall[i] : 0;
        if (measure == FALL && !counted)
            series->values[i] = NAN;
        n += counted;
    }
    stats_order(series->values, measure >= RIGHT_AUC ? turned->claims : 0, series->order);
    return n;
}

/* Claim i counts weights[i] times, NULL: once. */
static double series_value(const Turned *turned, const Series *series, Measure measure,
                           const double *weights)
{
    double sum = 0, total = 0;
    if (measure >= RIGHT_AUC)
        return score_auc(series->values, series->order, series->labels, weights, turned->claims);
    for (size_t i = 0; i < turned->claims; i++)
        if (!isnan(series->values[i])) {
            double weight = weights ? weights[i] : 1;
            sum += weight * series->values[i], total += weight;
        }
    return total > 0 ? sum / total : 0;
}

/* value[3]: the mean over seeds and its interval, over pages and seeds drawn anew. */
static void measure_all(const Turned *turned, const Series *series, size_t seeds, Measure measure,
                        Draws draws, double value[3])
{
    double *pages = alloc_zeroed(turned->pages, sizeof *pages);
    double *weights = alloc_zeroed(turned->claims, sizeof *weights);
    double *times = alloc_zeroed(seeds, sizeof *times);
    double *samples = alloc_zeroed(draws.resamples, sizeof *samples);
    value[0] = 0;
    for (size_t s = 0; s < seeds; s++)
        value[0] += series_value(turned, &series[s], measure, NULL) / (double)seeds;
    for (size_t r = 0; r < draws.resamples; r++) {
        Rng rng = rng_stream("turned bootstrap", draws.seed, r);
        stats_draw(&rng, turned->pages, pages);
        stats_draw(&rng, seeds, times);
        for (size_t i = 0; i < turned->claims; i++)
            weights[i] = pages[turned->page[i]];
        for (size_t s = 0; s < seeds; s++)
            if (times[s] > 0)
                samples[r] +=
                    times[s] / (double)seeds * series_value(turned, &series[s], measure, weights);
    }
    stats_percentile_interval(samples, draws.resamples, &value[1], &value[2]);
    free(pages), free(weights), free(times), free(samples);
}

/* The rows of cells (seeds) of one condition. */
static void put_condition(const Turned *turned, CsvWriter *writer, const TurnedCell *cells,
                          size_t seeds, Draws draws)
{
    size_t claims = turned->claims, n = 0;
    Series *series = alloc_zeroed(seeds, sizeof *series);
    for (size_t s = 0; s < seeds; s++)
        series[s] = (Series){alloc_zeroed(claims, sizeof *series->values),
                             alloc_zeroed(claims, sizeof *series->labels),
                             alloc_zeroed(claims, sizeof *series->order)};
    for (Measure measure = 0; measure < MEASURES; measure++) {
        double value[3];
        for (size_t s = 0; s < seeds; s++)
            n = fill(turned, &cells[s], measure, &series[s]);
        measure_all(turned, series, seeds, measure, draws, value);
        condition_put(writer, &cells->condition);
        csvfile_put_text(writer, names[measure]);
        for (int i = 0; i < 3; i++)
            csvfile_put_real(writer, value[i]);
        csvfile_put_int(writer, (int64_t)n);
        csvfile_put_int(writer, (int64_t)seeds);
        csvfile_end_row(writer);
    }
    for (size_t s = 0; s < seeds; s++)
        free(series[s].values), free(series[s].labels), free(series[s].order);
    free(series);
}

void turned_write(const Turned *turned, CsvWriter *writer, Draws draws)
{
    for (size_t first = 0, end; first < turned->count; first = end) {
        for (end = first + 1; end < turned->count; end++)
            if (condition_compare(&turned->cells[end].condition, &turned->cells[first].condition) !=
                0)
                break;
        put_condition(turned, writer, turned->cells + first, end - first, draws);
    }
}
