/* A move is taken between the first and the last state of a path, beside the way that it went.
 * Cells are sorted by condition and seed, so that the seeds of a condition stand together. */
#include "verdict/drift.h"

#include "base/alloc.h"
#include "verdict/start.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int sign_of(float x)
{
    return (x > 0) - (x < 0);
}

static double distance(const float *a, const float *b, size_t size)
{
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
    return sqrt(sum);
}

static double product(const float *a, const float *b, size_t size)
{
    double sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

DriftMove drift_move(const float *path, size_t states, size_t stride, size_t size)
{
    const float *start = path, *end = path + (states - 1) * stride;
    double length = sqrt(product(start, start, size)), last = sqrt(product(end, end, size));
    double net = distance(start, end, size), walked = 0;
    size_t flipped = 0;
    for (size_t i = 0; i < size; i++)
        flipped += sign_of(start[i]) != sign_of(end[i]);
    for (size_t i = 1; i < states; i++)
        walked += distance(path + (i - 1) * stride, path + i * stride, size);
    return (DriftMove){
        .drift = length > 0 ? net / length : last > 0,
        .cosine =
            length > 0 && last > 0 ? product(start, end, size) / (length * last) : length == last,
        .flipped = (double)flipped / (double)size,
        .straightness = walked > 0 ? net / walked : 1,
    };
}

const char *drift_measure_name(int measure)
{
    static const char *const names[DRIFT_MEASURES] = {"vector_drift",
                                                      "vector_cosine",
                                                      "vector_flipped",
                                                      "vector_straightness",
                                                      "selection_drift",
                                                      "selection_cosine",
                                                      "selection_flipped",
                                                      "selection_straightness",
                                                      "vector_shift",
                                                      "vector_shift_less_up",
                                                      "nll",
                                                      "nll_negative",
                                                      "nll_base"};
    return names[measure];
}

const char *drift_run_name(int run)
{
    static const char *const names[DRIFT_RUNS] = {"loss_pos", "loss_neg",   "forgot",   "dead",
                                                  "up_drift", "down_drift", "lm_drift", "G_drift"};
    return names[run];
}

/* ---- Reading ---------------------------------------------------------------------------- */

static void put_move(DriftCell *cell, DriftMeasure first, size_t document, DriftMove move)
{
    cell->of_document[first][document] = move.drift;
    cell->of_document[first + 1][document] = move.cosine;
    cell->of_document[first + 2][document] = move.flipped;
    cell->of_document[first + 3][document] = move.straightness;
}

static void measure_documents(DriftCell *cell, const DocRepCell *file)
{
    const DocRepSettings *s = &file->settings;
    size_t n = s->documents, k = s->dimension, m = s->entries, last = (file->scored - 1) * n;
    for (int i = 0; i < DRIFT_MEASURES; i++)
        cell->of_document[i] = alloc_zeroed(n, sizeof **cell->of_document);
    for (size_t i = 0; i < n; i++) {
        put_move(cell, DRIFT_VECTOR, i, drift_move(file->vectors + i * k, s->epochs + 1, n * k, k));
        put_move(cell, DRIFT_SELECTION, i,
                 drift_move(file->selections + i * m, s->epochs + 1, n * m, m));
        cell->of_document[DRIFT_SHIFT][i] =
            distance(file->vectors + i * k, file->vectors + (s->epochs * n + i) * k, k) /
            sqrt((double)k);
        cell->of_document[DRIFT_SHIFT_LESS_UP][i] =
            cell->of_document[DRIFT_SHIFT][i] - file->distance[WEIGHT_UP][s->epochs];
        cell->of_document[DRIFT_NLL][i] = file->document_nll[last + i];
        cell->of_document[DRIFT_NLL_NEGATIVE][i] = file->negative_nll[last + i];
        cell->of_document[DRIFT_NLL_BASE][i] = file->base_nll[i];
    }
}

static void measure_run(DriftCell *cell, DocRepCell *file)
{
    size_t last = file->settings.epochs;
    cell->of_run[DRIFT_LOSS_POSITIVE] = file->loss_pos[last - 1];
    cell->of_run[DRIFT_LOSS_NEGATIVE] = file->loss_neg ? file->loss_neg[last - 1] : NAN;
    cell->of_run[DRIFT_FORGOT] = file->forgot ? file->forgot[last - 1] : NAN;
    for (size_t i = 0; file->forgot && i < last; i++)
        cell->acts = fmax(cell->acts, file->forgot[i]);
    cell->of_run[DRIFT_DEAD] = file->dead[last];
    for (int i = 0; i < DOCREP_WEIGHTS; i++)
        cell->of_run[DRIFT_WEIGHTS + i] = file->distance[i] ? file->distance[i][last] : NAN;
    for (int i = 0; i < DOCREP_GRADIENTS; i++) {
        cell->gradient[i] = file->gradient[i];
        file->gradient[i] = NULL;
    }
}

static bool check_finite(const DriftCell *cell, Error *error)
{
    for (int i = 0; i < DRIFT_MEASURES; i++)
        for (size_t j = 0; j < cell->settings.documents; j++)
            if (!isfinite(cell->of_document[i][j]))
                return fail(error, "%s: %s of document %zu is not a finite number; train it again",
                            cell->path, drift_measure_name(i), j);
    for (int i = 0; i < DOCREP_GRADIENTS; i++)
        for (size_t j = 0; cell->gradient[i] && j < cell->settings.epochs; j++)
            if (!isfinite(cell->gradient[i][j]))
                return fail(error,
                            "%s: gradient.%s of epoch %zu is not a finite number; train it again",
                            cell->path, docrep_gradient_name(i), j + 1);
    return true;
}

static bool read_cell(DriftCell *cell, const char *path, Error *error)
{
    DocRepCell file;
    if (!docrep_cell_read(&file, path, error))
        return false;
    *cell = (DriftCell){.settings = file.settings, .width = file.width, .path = alloc_text(path)};
    bool ok = file.epoch[file.scored - 1] == (int64_t)file.settings.epochs;
    if (!ok)
        fail(error, "%s: its documents were not scored after the last epoch; train it again", path);
    measure_documents(cell, &file);
    measure_run(cell, &file);
    docrep_cell_free(&file);
    return ok && check_finite(cell, error);
}

static int order_of(double a, double b)
{
    return (a > b) - (a < b);
}

/* Order of conditions: layer, phi, selection, lm, dimension, documents, entries, batch, alpha, tau,
 * form, negative, delta; the last four count only where alpha is above 0. */
static int order_of_settings(const DocRepSettings *a, const DocRepSettings *b)
{
    const Guidance none = {0};
    const Guidance *x = a->guidance.alpha > 0 ? &a->guidance : &none;
    const Guidance *y = b->guidance.alpha > 0 ? &b->guidance : &none;
    const double pairs[][2] = {
        {(double)a->layer, (double)b->layer},
        {a->phi, b->phi},
        {a->selection, b->selection},
        {a->lm, b->lm},
        {(double)a->dimension, (double)b->dimension},
        {(double)a->documents, (double)b->documents},
        {(double)a->entries, (double)b->entries},
        {(double)a->batch, (double)b->batch},
        {a->start, b->start},
        {a->constant, b->constant},
        {a->sgd, b->sgd},
        {a->in_order, b->in_order},
        {x->alpha, y->alpha},
        {x->tau, y->tau},
        {x->form, y->form},
        {x->negative, y->negative},
        {x->delta, y->delta},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][0] != pairs[i][1])
            return order_of(pairs[i][0], pairs[i][1]);
    return 0;
}

static int by_condition_and_seed(const void *a, const void *b)
{
    const DriftCell *x = a, *y = b;
    int order = order_of_settings(&x->settings, &y->settings);
    if (order != 0)
        return order;
    return (x->settings.seed > y->settings.seed) - (x->settings.seed < y->settings.seed);
}

/* Cells of one condition must differ in their seeds alone. */
static bool check_group(const DriftCell *a, const DriftCell *b, Error *error)
{
    const TrainSettings *x = &a->settings.train, *y = &b->settings.train;
    if (a->settings.seed == b->settings.seed)
        return fail(error, "%s: the same condition and seed %" PRIu64 " as %s; give one of them",
                    b->path, b->settings.seed, a->path);
    if (a->settings.epochs != b->settings.epochs || a->settings.tokens != b->settings.tokens ||
        x->lr != y->lr || x->decay != y->decay || x->clip != y->clip || x->warmup != y->warmup ||
        a->width != b->width)
        return fail(error,
                    "%s: has other epochs, tokens, rates or width than %s; train both the same way",
                    b->path, a->path);
    return true;
}

static Start start_of(const DriftCell *cell)
{
    return (Start){cell->settings.rounded, cell->settings.layer + 1};
}

/* The first of those that have most documents: of all cells, or of those that start as `like`. */
static const DriftCell *most_documents(const DriftGrid *grid, const DriftCell *like)
{
    const DriftCell *most = NULL;
    for (const DriftCell *cell = grid->cells; cell < grid->cells + grid->cells_count; cell++)
        if ((!like || start_equal(start_of(cell), start_of(like))) &&
            (!most || cell->settings.documents > most->settings.documents))
            most = cell;
    return most;
}

/* Without a memory the cell's documents must have the losses that they have in `most`. */
static bool check_losses(const DriftCell *cell, const DriftCell *most, Error *error)
{
    const double *x = most->of_document[DRIFT_NLL_BASE], *y = cell->of_document[DRIFT_NLL_BASE];
    double tolerance = start_loss_tolerance(start_of(most), start_of(cell));
    for (size_t j = 0; j < cell->settings.documents; j++)
        if (!(fabs(x[j] - y[j]) <= tolerance))
            return fail(error,
                        "%s: without a memory document %zu has another loss than in %s; make "
                        "all cells from one model and one encoded file",
                        cell->path, j, most->path);
    return true;
}

/* Document i must be the same text in all cells: compares with the cell that has most. */
static bool check_documents(const DriftGrid *grid, Error *error)
{
    const DriftCell *most = most_documents(grid, NULL);
    for (const DriftCell *cell = grid->cells; cell < grid->cells + grid->cells_count; cell++)
        if (!check_losses(cell, most, error) ||
            !check_losses(cell, most_documents(grid, cell), error))
            return false;
    return true;
}

/* Lists the groups of the sorted cells. */
static bool list_groups(DriftGrid *grid, Error *error)
{
    grid->groups = alloc_zeroed(grid->cells_count, sizeof *grid->groups);
    for (size_t i = 0; i < grid->cells_count; i++) {
        const DriftCell *cell = &grid->cells[i];
        DriftGroup *group = grid->groups + grid->groups_count;
        if (i > 0 && order_of_settings(&cell[-1].settings, &cell->settings) == 0) {
            if (!check_group(cell - 1, cell, error))
                return false;
            group[-1].count++;
        } else {
            *group = (DriftGroup){cell, 1, &cell->settings};
            grid->groups_count++;
        }
    }
    return check_documents(grid, error);
}

bool drift_grid_read(DriftGrid *grid, char *const *paths, size_t count, Error *error)
{
    *grid = (DriftGrid){0};
    if (count == 0)
        return fail(error, "command line: names no cell; give files of document_vectors");
    grid->cells = alloc_zeroed(count, sizeof *grid->cells);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = read_cell(&grid->cells[grid->cells_count++], paths[i], error);
    if (ok)
        qsort(grid->cells, count, sizeof *grid->cells, by_condition_and_seed);
    ok = ok && list_groups(grid, error);
    if (!ok)
        drift_grid_free(grid);
    return ok;
}

void drift_grid_free(DriftGrid *grid)
{
    for (size_t i = 0; i < grid->cells_count; i++) {
        DriftCell *cell = &grid->cells[i];
        for (int j = 0; j < DRIFT_MEASURES; j++)
            free(cell->of_document[j]);
        for (int j = 0; j < DOCREP_GRADIENTS; j++)
            free(cell->gradient[j]);
        free(cell->path);
    }
    free(grid->cells);
    free(grid->groups);
    *grid = (DriftGrid){0};
}

bool drift_published(const DocRepSettings *settings)
{
    const Guidance *guidance = &settings->guidance;
    return settings->start == START_NORMAL && !settings->constant && !settings->sgd &&
           !settings->in_order && settings->selection == SELECTION_LINEAR && settings->lm &&
           guidance->alpha > 0 && guidance->form == FORGET_SQUARED &&
           guidance->negative == NEGATIVE_OTHER;
}

size_t drift_steps(const DocRepSettings *settings)
{
    return (settings->documents + settings->batch - 1) / settings->batch;
}
