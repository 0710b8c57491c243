/* Every table is a walk over the groups; a row is put in three parts: the condition, what is
 * measured, and the value with its interval. */
#include "verdict/drift_table.h"

#include "base/alloc.h"
#include "verdict/condition.h"
#include "verdict/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MEAN = -1, FRAMES = 25, SHOWN_DOCUMENTS = 40 };

/* ---- Parts of rows --------------------------------------------------------------------- */

#define DRIFT_COLUMNS                                                                              \
    "layer", "phi", "selection", "lm", "dimension", "documents", "entries", "batch", "alpha",      \
        "tau", "form", "negative", "delta"
#define CELL_COLUMNS "phi", "selection", "dimension", "documents", "seed"

/* The kind of selection and, after +, what is not as usual in how vectors start and are trained. */
static void put_selection(CsvWriter *writer, const DocRepSettings *s)
{
    char text[64];
    snprintf(text, sizeof text, "%s%s%s%s%s%s", selection_kind_name(s->selection),
             s->start == START_NORMAL ? "" : "+",
             s->start == START_NORMAL ? "" : vector_start_name(s->start),
             s->constant ? "+constant" : "", s->sgd ? "+sgd" : "", s->in_order ? "+in-order" : "");
    csvfile_put_text(writer, text);
}

/* Without a forgetting loss there is no form, negative, tau or delta. */
static void put_condition(CsvWriter *writer, const DocRepSettings *s)
{
    const Guidance *guidance = &s->guidance;
    bool forgets = guidance->alpha > 0;
    csvfile_put_int(writer, (int64_t)s->layer);
    csvfile_put_text(writer, phi_name(s->phi));
    put_selection(writer, s);
    csvfile_put_text(writer, s->lm ? "yes" : "no");
    csvfile_put_int(writer, (int64_t)s->dimension);
    csvfile_put_int(writer, (int64_t)s->documents);
    csvfile_put_int(writer, (int64_t)s->entries);
    csvfile_put_int(writer, (int64_t)s->batch);
    csvfile_put_real(writer, guidance->alpha);
    csvfile_put_real(writer, forgets ? guidance->tau : 0);
    csvfile_put_text(writer, forgets ? forget_form_name(guidance->form) : "none");
    csvfile_put_text(writer, forgets ? negative_kind_name(guidance->negative) : "none");
    csvfile_put_real(writer, forgets ? guidance->delta : 0);
}

static void put_cell(CsvWriter *writer, const DocRepSettings *s)
{
    csvfile_put_text(writer, phi_name(s->phi));
    put_selection(writer, s);
    csvfile_put_int(writer, (int64_t)s->dimension);
    csvfile_put_int(writer, (int64_t)s->documents);
    csvfile_put_int(writer, (int64_t)s->seed);
}

/* Mean and interval of values (seeds, units). */
static void put_mean(CsvWriter *writer, const double *values, size_t seeds, size_t units, size_t n,
                     Draws draws)
{
    double interval[2], mean = 0;
    for (size_t i = 0; i < seeds * units; i++)
        mean += values[i];
    stats_bootstrap(values, seeds, units, draws, &interval[0], &interval[1]);
    interval_put(writer, mean / (double)(seeds * units), interval, n);
}

/* ---- measures ---------------------------------------------------------------------------- */

static const char *const measure_columns[] = {DRIFT_COLUMNS, "seed", "epoch", "measure", "value",
                                              "low",         "high", "n",     NULL};

static void put_measure(CsvWriter *writer, const DocRepSettings *s, int64_t seed, const char *name)
{
    put_condition(writer, s);
    csvfile_put_int(writer, seed);
    csvfile_put_int(writer, (int64_t)s->epochs);
    csvfile_put_text(writer, name);
}

static void write_measure(CsvWriter *writer, const DriftGroup *group, DriftMeasure measure,
                          Draws draws)
{
    const char *name = drift_measure_name(measure);
    const DocRepSettings *s = group->settings;
    size_t n = s->documents;
    double *values = alloc_zeroed(group->count, n * sizeof *values);
    for (size_t i = 0; i < group->count; i++) {
        const DriftCell *cell = &group->cells[i];
        double mean = 0;
        for (size_t j = 0; j < n; j++)
            mean += cell->of_document[measure][j] / (double)n;
        memcpy(values + i * n, cell->of_document[measure], n * sizeof *values);
        put_measure(writer, s, (int64_t)cell->settings.seed, name);
        interval_put(writer, mean, NULL, n);
    }
    put_measure(writer, s, MEAN, name);
    put_mean(writer, values, group->count, n, n, draws);
    free(values);
}

static void write_run(CsvWriter *writer, const DriftGroup *group, int run, Draws draws)
{
    const DocRepSettings *s = group->settings;
    double *values = alloc_zeroed(group->count, sizeof *values);
    if (isnan(group->cells[0].of_run[run])) {
        free(values);
        return;
    }
    for (size_t i = 0; i < group->count; i++) {
        values[i] = group->cells[i].of_run[run];
        put_measure(writer, s, (int64_t)group->cells[i].settings.seed, drift_run_name(run));
        interval_put(writer, values[i], NULL, 1);
    }
    put_measure(writer, s, MEAN, drift_run_name(run));
    put_mean(writer, values, group->count, 1, group->count, draws);
    free(values);
}

static bool write_measures(CsvWriter *writer, const DriftGrid *grid, Draws draws, Error *error)
{
    (void)error;
    for (size_t i = 0; i < grid->groups_count; i++) {
        for (int measure = 0; measure < DRIFT_MEASURES; measure++)
            write_measure(writer, &grid->groups[i], (DriftMeasure)measure, draws);
        for (int run = 0; run < DRIFT_RUNS; run++)
            write_run(writer, &grid->groups[i], run, draws);
    }
    return true;
}

/* ---- unit effects ------------------------------------------------------------------------- */

/* The settings of a cell as keys; those of a forgetting loss only where there is one. */
static UnitsSeries series_of(const DocRepSettings *s)
{
    const Guidance *guidance = &s->guidance;
    UnitsSeries series = {.condition = "stage=representation_drift",
                          .seed = (int64_t)s->seed,
                          .epoch = (int64_t)s->epochs};
    units_key(&series, "phi", phi_name(s->phi));
    units_key(&series, "selection", selection_kind_name(s->selection));
    units_key(&series, "lm", s->lm ? "yes" : "no");
    if (s->start != START_NORMAL)
        units_key(&series, "start", vector_start_name(s->start));
    if (s->constant)
        units_key(&series, "schedule", "constant");
    if (s->sgd)
        units_key(&series, "optimizer", "sgd");
    if (s->in_order)
        units_key(&series, "order", "fixed");
    units_key_real(&series, "layer", (double)s->layer);
    units_key_real(&series, "dimension", (double)s->dimension);
    units_key_real(&series, "documents", (double)s->documents);
    units_key_real(&series, "entries", (double)s->entries);
    units_key_real(&series, "batch", (double)s->batch);
    units_key_real(&series, "steps", (double)drift_steps(s));
    units_key_real(&series, "alpha", guidance->alpha);
    if (guidance->alpha > 0) {
        units_key_real(&series, "tau", guidance->tau);
        units_key(&series, "form", forget_form_name(guidance->form));
        units_key(&series, "negative", negative_kind_name(guidance->negative));
        units_key_real(&series, "delta", guidance->delta);
    }
    return series;
}

static bool write_units(CsvWriter *writer, const DriftGrid *grid, Draws draws, Error *error)
{
    (void)draws, (void)error;
    for (size_t i = 0; i < grid->cells_count; i++) {
        const DriftCell *cell = &grid->cells[i];
        UnitsSeries series = series_of(&cell->settings);
        series.unit = "document";
        for (int measure = 0; measure < DRIFT_MEASURES; measure++) {
            series.measure = drift_measure_name(measure);
            units_put_all(writer, &series, cell->of_document[measure], cell->settings.documents,
                          true);
        }
        series.measure = "acts", series.unit = "run";
        if (cell->settings.guidance.alpha > 0)
            units_put_all(writer, &series, &cell->acts, 1, false);
    }
    return true;
}

/* ---- gradients ----------------------------------------------------------------------------- */

static const char *const gradient_columns[] = {DRIFT_COLUMNS, "epoch", "part", "size", "value",
                                               "low",         "high",  "n",    NULL};

/* Numbers in a part of the gradient, of a cell of width d. */
static size_t gradient_size(const DocRepSettings *s, size_t d, int part)
{
    size_t k = s->dimension, m = s->entries;
    switch (part) {
    case GRADIENT_OWN_K:
    case GRADIENT_NEGATIVE_K:
    case GRADIENT_K:
        return k;
    case GRADIENT_WEIGHTS + WEIGHT_UP:
    case GRADIENT_WEIGHTS + WEIGHT_DOWN:
        return m * d;
    case GRADIENT_WEIGHTS + WEIGHT_LM:
        return d * d;
    case GRADIENT_WEIGHTS + WEIGHT_G:
        return s->selection == SELECTION_LINEAR ? m * k : m * k + m * m;
    default:
        return m;
    }
}

static void write_gradient(CsvWriter *writer, const DriftGroup *group, size_t epoch, int part,
                           Draws draws)
{
    double *values = alloc_zeroed(group->count, sizeof *values);
    for (size_t i = 0; i < group->count; i++)
        values[i] = group->cells[i].gradient[part][epoch - 1];
    put_condition(writer, group->settings);
    csvfile_put_int(writer, (int64_t)epoch);
    csvfile_put_text(writer, docrep_gradient_name(part));
    csvfile_put_int(writer, (int64_t)gradient_size(group->settings, group->cells[0].width, part));
    put_mean(writer, values, group->count, 1, group->count, draws);
    free(values);
}

static bool write_gradients(CsvWriter *writer, const DriftGrid *grid, Draws draws, Error *error)
{
    (void)error;
    for (size_t i = 0; i < grid->groups_count; i++) {
        const DriftGroup *group = &grid->groups[i];
        size_t last = group->settings->epochs;
        for (size_t epoch = 1; epoch <= last;
             epoch = epoch < last && 2 * epoch > last ? last : 2 * epoch)
            for (int part = 0; part < DOCREP_GRADIENTS; part++)
                if (group->cells[0].gradient[part])
                    write_gradient(writer, group, epoch, part, draws);
    }
    return true;
}

/* ---- losses ---------------------------------------------------------------------------------- */

static const char *const loss_columns[] = {DRIFT_COLUMNS, "epoch", "measure", "value",
                                           "low",         "high",  "n",       NULL};

/* A row of documents' losses (seeds, n) after an epoch. */
static void put_losses(CsvWriter *writer, const DriftGroup *group, int64_t epoch,
                       const char *measure, const double *values, Draws draws)
{
    size_t n = group->settings->documents;
    put_condition(writer, group->settings);
    csvfile_put_int(writer, epoch);
    csvfile_put_text(writer, measure);
    put_mean(writer, values, group->count, n, n, draws);
}

/* The files of the group's cells, whole; false where one cannot be read or is scored at other
 * epochs than the first. Those read are *count. */
static bool read_group(DocRepCell *cells, size_t *count, const DriftGroup *group, Error *error)
{
    for (*count = 0; *count < group->count; ++*count) {
        const char *path = group->cells[*count].path;
        DocRepCell *cell = &cells[*count];
        if (!docrep_cell_read(cell, path, error))
            return false;
        if (cell->scored == cells->scored &&
            memcmp(cell->epoch, cells->epoch, cell->scored * sizeof *cell->epoch) == 0)
            continue;
        ++*count;
        return fail(error, "%s: is scored at other epochs than %s; train both with one --save",
                    path, group->cells->path);
    }
    return true;
}

/* What a table says of one group, from its cells' files. */
typedef void PutCells(CsvWriter *writer, const DriftGroup *group, const DocRepCell *cells,
                      Draws draws);

static bool write_group_files(CsvWriter *writer, const DriftGroup *group, PutCells *put,
                              Draws draws, Error *error)
{
    size_t read;
    DocRepCell *cells = alloc_zeroed(group->count, sizeof *cells);
    bool ok = read_group(cells, &read, group, error);
    if (ok)
        put(writer, group, cells, draws);
    for (size_t i = 0; i < read; i++)
        docrep_cell_free(&cells[i]);
    free(cells);
    return ok;
}

static bool write_files(CsvWriter *writer, const DriftGrid *grid, PutCells *put, Draws draws,
                        Error *error)
{
    for (size_t i = 0; i < grid->groups_count; i++)
        if (!write_group_files(writer, &grid->groups[i], put, draws, error))
            return false;
    return true;
}

static void put_all_losses(CsvWriter *writer, const DriftGroup *group, const DocRepCell *cells,
                           Draws draws)
{
    size_t n = group->settings->documents;
    double *values = alloc_zeroed(group->count, n * sizeof *values);
    for (size_t i = 0; i < group->count; i++)
        memcpy(values + i * n, cells[i].base_nll, n * sizeof *values);
    put_losses(writer, group, 0, "nll_base", values, draws);
    for (size_t at = 0; at < cells->scored; at++) {
        for (size_t i = 0; i < group->count; i++)
            memcpy(values + i * n, cells[i].document_nll + at * n, n * sizeof *values);
        put_losses(writer, group, cells->epoch[at], "nll", values, draws);
    }
    free(values);
}

static bool write_losses(CsvWriter *writer, const DriftGrid *grid, Draws draws, Error *error)
{
    return write_files(writer, grid, put_all_losses, draws, error);
}

/* ---- curves ---------------------------------------------------------------------------------- */

/* A row of one training loss (seeds) of an epoch. */
static void put_curve(CsvWriter *writer, const DriftGroup *group, size_t epoch, const char *measure,
                      const double *values, Draws draws)
{
    put_condition(writer, group->settings);
    csvfile_put_int(writer, (int64_t)epoch);
    csvfile_put_text(writer, measure);
    put_mean(writer, values, group->count, 1, group->count, draws);
}

/* What was trained on is loss = loss_pos + the forgetting loss, its weight α in it. */
static void put_curves(CsvWriter *writer, const DriftGroup *group, const DocRepCell *cells,
                       Draws draws)
{
    double *memorising = alloc_zeroed(group->count, sizeof *memorising);
    double *forgetting = alloc_zeroed(group->count, sizeof *forgetting);
    for (size_t epoch = 1; epoch <= group->settings->epochs; epoch++) {
        for (size_t i = 0; i < group->count; i++) {
            memorising[i] = cells[i].loss_pos[epoch - 1];
            forgetting[i] = cells[i].loss[epoch - 1] - memorising[i];
        }
        put_curve(writer, group, epoch, "memorising", memorising, draws);
        put_curve(writer, group, epoch, "forgetting", forgetting, draws);
    }
    free(memorising), free(forgetting);
}

static bool write_curves(CsvWriter *writer, const DriftGrid *grid, Draws draws, Error *error)
{
    return write_files(writer, grid, put_curves, draws, error);
}

/* ---- Single cells, shown whole ----------------------------------------------------------------
 */

static const char *const selection_columns[] = {CELL_COLUMNS, "epoch", "document",
                                                "entry",      "s",     NULL};
static const char *const vector_columns[] = {CELL_COLUMNS, "epoch", "document",
                                             "coordinate", "value", NULL};

/* The first cell of the published condition of `phi` with the smallest dimension and then most
 * documents; NULL if there is none. */
static const DriftCell *shown_cell(const DriftGrid *grid, Phi phi)
{
    const DriftGroup *best = NULL;
    for (size_t i = 0; i < grid->groups_count; i++) {
        const DocRepSettings *s = grid->groups[i].settings;
        if (s->phi != phi || !drift_published(s))
            continue;
        if (!best || s->dimension < best->settings->dimension ||
            (s->dimension == best->settings->dimension && s->documents > best->settings->documents))
            best = &grid->groups[i];
    }
    return best ? best->cells : NULL;
}

/* Rows of one state: `count` rows of `size` numbers from `values`. */
static void put_state(CsvWriter *writer, const DocRepSettings *s, size_t epoch, const float *values,
                      size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < size; j++) {
            put_cell(writer, s);
            csvfile_put_int(writer, (int64_t)epoch);
            csvfile_put_int(writer, (int64_t)i);
            csvfile_put_int(writer, (int64_t)j);
            csvfile_put_real(writer, values[i * size + j]);
            csvfile_end_row(writer);
        }
}

static void write_selection(CsvWriter *writer, const DocRepCell *cell)
{
    const DocRepSettings *s = &cell->settings;
    size_t n = s->documents, m = s->entries, shown = n < SHOWN_DOCUMENTS ? n : SHOWN_DOCUMENTS;
    size_t frames = s->epochs + 1 < FRAMES ? s->epochs + 1 : FRAMES;
    for (size_t i = 0; i < frames; i++) {
        size_t epoch = i * s->epochs / (frames - 1);
        put_state(writer, s, epoch, cell->selections + epoch * n * m, shown, m);
    }
}

static void write_vectors(CsvWriter *writer, const DocRepCell *cell)
{
    const DocRepSettings *s = &cell->settings;
    size_t n = s->documents, k = s->dimension;
    for (size_t epoch = 0; epoch <= s->epochs; epoch++)
        put_state(writer, s, epoch, cell->vectors + epoch * n * k, n, k);
}

static bool write_shown(CsvWriter *writer, const DriftGrid *grid,
                        void (*write)(CsvWriter *, const DocRepCell *), Error *error)
{
    for (int phi = 0; phi < PHIS; phi++) {
        const DriftCell *shown = shown_cell(grid, (Phi)phi);
        DocRepCell cell;
        if (!shown)
            return fail(error,
                        "command line: names no cell of the published condition with %s (linear, "
                        "lm, squared, other, alpha above 0); add one",
                        phi_name((Phi)phi));
        if (!docrep_cell_read(&cell, shown->path, error))
            return false;
        write(writer, &cell);
        docrep_cell_free(&cell);
    }
    return true;
}

static bool write_selections(CsvWriter *writer, const DriftGrid *grid, Draws draws, Error *error)
{
    (void)draws;
    return write_shown(writer, grid, write_selection, error);
}

static bool write_all_vectors(CsvWriter *writer, const DriftGrid *grid, Draws draws, Error *error)
{
    (void)draws;
    return write_shown(writer, grid, write_vectors, error);
}

const DriftTable drift_tables[] = {{"measures", measure_columns, write_measures},
                                   {"units", units_columns, write_units},
                                   {"gradients", gradient_columns, write_gradients},
                                   {"losses", loss_columns, write_losses},
                                   {"curves", loss_columns, write_curves},
                                   {"selection", selection_columns, write_selections},
                                   {"vectors", vector_columns, write_all_vectors},
                                   {0}};
