/* Small grids of DocRep cells with planted moves, for the tests. */
#ifndef DOCMEM_DRIFT_FILES_H
#define DOCMEM_DRIFT_FILES_H
#include "base/rng.h"
#include "docrep/docrep_cell.h"

#include "check.h" /* last: cmocka has a macro called fail */

#include <math.h>
#include <string.h>

enum { PLANTED_ENTRIES = 6, PLANTED_EPOCHS = 4, PLANTED_WIDTH = 3, PLANTED_LIMIT = 400 };

/* What is planted: the drift of a published condition at k and n, by doublings of n and k; what
 * ReLU, the forgetting loss under non-linear selection, and coupling add; sideways, the share of
 * drift that is walked to and fro; the share of coordinates that flip; the drift of W_up. */
typedef struct {
    double base, by_documents, by_dimension, relu, guided_mlp, coupled, to_and_fro, flips, up;
} PlantedDrift;

static inline double planted_drift(const PlantedDrift *plan, const DocRepSettings *s)
{
    bool forgets = s->guidance.alpha > 0;
    double drift = plan->base + plan->by_documents * log2((double)s->documents / 10) +
                   plan->by_dimension * log2((double)s->dimension / 2);
    if (s->phi == PHI_RELU)
        drift += plan->relu;
    if (s->selection == SELECTION_MLP)
        drift += 0.02 + (forgets ? plan->guided_mlp : 0);
    if (forgets && s->guidance.negative == NEGATIVE_OTHER)
        drift += plan->coupled;
    return drift;
}

/* Moves a vector of `size` from the normal numbers of `start` along itself by `drift` in even
 * steps; a flipped coordinate jumps to its negative, in the last step. */
static inline void planted_walk(float *path, size_t stride, size_t size, Rng start, Rng noise,
                                double drift, const PlantedDrift *plan)
{
    double length = drift * (1 + 0.1 * rng_normal(&noise));
    for (size_t j = 0; j < size; j++) {
        double x = rng_normal(&start);
        bool flips = rng_uniform(&start) < plan->flips; /* the same in all cells */
        for (size_t e = 0; e <= PLANTED_EPOCHS; e++) {
            double done = (double)e / PLANTED_EPOCHS;
            double fro = e > 0 && e < PLANTED_EPOCHS ? plan->to_and_fro * (e % 2 ? 1 : -1) : 0;
            path[e * stride + j] = (float)(x * (1 + length * (done + fro)));
        }
        if (flips)
            path[PLANTED_EPOCHS * stride + j] = (float)-x * 0.1f;
    }
}

static inline const char *planted_cell(const PlantedDrift *plan, const DocRepSettings *s, size_t i)
{
    char name[64];
    snprintf(name, sizeof name, "drift-%zu.safetensors", i);
    const char *path = scratch(name);
    size_t n = s->documents, k = s->dimension, m = s->entries;
    DocRepCell cell;
    Error error;
    Out out;
    docrep_cell_make(&cell, s, PLANTED_WIDTH, 2);
    cell.epoch[1] = PLANTED_EPOCHS;
    for (size_t d = 0; d < n; d++) {
        Rng base = rng_stream("base", 1, d);
        cell.base_nll[d] = 2 + 0.2 * rng_normal(&base);
        for (int state = 0; state < 2; state++) {
            cell.document_nll[(size_t)state * n + d] = cell.base_nll[d] - state;
            cell.negative_nll[(size_t)state * n + d] = cell.base_nll[d] + 0.5 * state;
        }
        planted_walk(cell.vectors + d * k, n * k, k, rng_stream("vector", s->seed, d),
                     rng_stream("noise", s->seed * 1000 + i, d), planted_drift(plan, s), plan);
        planted_walk(cell.selections + d * m, n * m, m, rng_stream("selection", s->seed, d),
                     rng_stream("noise", s->seed * 1000 + i, d + 1000), 0.3, plan);
    }
    for (size_t e = 0; e <= PLANTED_EPOCHS; e++)
        for (int w = 0; w < DOCREP_WEIGHTS; w++)
            if (cell.distance[w])
                cell.distance[w][e] = plan->up * (double)e / PLANTED_EPOCHS;
    for (size_t e = 0; e < PLANTED_EPOCHS; e++)
        for (int g = 0; g < DOCREP_GRADIENTS; g++)
            if (cell.gradient[g])
                cell.gradient[g][e] = (double)(g + 1) / (double)(e + s->seed);
    for (size_t e = 0; cell.forgot && e < PLANTED_EPOCHS; e++)
        cell.forgot[e] = 0.5;
    assert_true(out_open(&out, path, &error));
    assert_true(docrep_cell_write(&cell, &out, &error));
    assert_true(out_commit(&out, &error));
    docrep_cell_free(&cell);
    return path;
}

/* The settings of the grid that is planted; a seed more is another cell. */
typedef struct {
    DocRepSettings cells[PLANTED_LIMIT];
    size_t count;
} PlantedGrid;

static inline void planted_add(PlantedGrid *grid, DocRepSettings settings)
{
    settings.layer = 1;
    settings.entries = PLANTED_ENTRIES;
    settings.lm = true;
    settings.epochs = PLANTED_EPOCHS;
    settings.guidance.tau = 1.5;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        settings.seed = seed;
        assert_true(grid->count < PLANTED_LIMIT);
        grid->cells[grid->count++] = settings;
    }
}

/* Published conditions of three k and three n, equal steps but for one; at n = 20 also what the
 * other claims compare. */
static inline void planted_settings(PlantedGrid *grid)
{
    const size_t dimensions[] = {2, 8, 32}, documents[] = {10, 20, 40};
    grid->count = 0;
    for (int phi = 0; phi < PHIS; phi++) {
        DocRepSettings s = {.phi = (Phi)phi, .batch = 2, .guidance = {.alpha = 0.1}};
        s.guidance.negative = NEGATIVE_OTHER;
        for (int i = 0; i < 9; i++) {
            s.dimension = dimensions[i / 3];
            s.documents = documents[i % 3];
            s.batch = s.documents / 10;
            planted_add(grid, s);
        }
        s.dimension = 2, s.documents = 10, s.batch = 4;
        planted_add(grid, s);
        s.documents = 20, s.batch = 2;
        for (int i = 1; i < 4; i++) {
            s.selection = i & 1 ? SELECTION_MLP : SELECTION_LINEAR;
            s.guidance.alpha = i & 2 ? 0 : 0.1;
            planted_add(grid, s);
        }
        s.selection = SELECTION_LINEAR, s.guidance.alpha = 0.1;
        s.guidance.negative = NEGATIVE_OTHER_DETACHED;
        planted_add(grid, s);
        s.guidance.negative = NEGATIVE_RANDOM;
        planted_add(grid, s);
    }
}

/* Writes every cell; fills paths, each to be freed. */
static inline void planted_write(const PlantedDrift *plan, const PlantedGrid *grid, char **paths)
{
    for (size_t i = 0; i < grid->count; i++)
        paths[i] = strdup(planted_cell(plan, &grid->cells[i], i));
}

static inline void planted_free(const PlantedGrid *grid, char **paths)
{
    for (size_t i = 0; i < grid->count; i++)
        free(paths[i]);
}

#endif
