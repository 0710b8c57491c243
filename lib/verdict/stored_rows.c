/* A cell of half 1 is paired with the cell of half 2 that is otherwise alike. A page takes its loss
 * from the one that stored it, or from the other. */
#include "verdict/stored_rows.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum { MEASURES = 3, MEAN = -1 };
static const char *const names[MEASURES] = {"pages_without", "pages", "pages_other"};

static int64_t last_epoch(const CellLosses *cell)
{
    return cell->epochs[cell->epochs_count - 1];
}

static bool is(const CellLosses *cell, const char *target)
{
    return strcmp(cell->condition.target, target) == 0;
}

/* Of a cell of half 1 the one that stored the other half alike; of one of all pages itself; else
 * NULL. */
static const CellLosses *beside(const CellLosses *cells, size_t count, const CellLosses *cell)
{
    Condition wanted = cell->condition;
    if (!is(cell, "half-1"))
        return is(cell, "document") ? cell : NULL;
    snprintf(wanted.target, sizeof wanted.target, "half-2");
    for (size_t i = 0; i < count; i++)
        if (condition_compare(&cells[i].condition, &wanted) == 0 && cells[i].seed == cell->seed &&
            last_epoch(&cells[i]) == last_epoch(cell))
            return &cells[i];
    return NULL;
}

/* values (documents) of a measure: of a page under the memory that stored it, or the other. */
static void take(const CellLosses *first, const CellLosses *second, int measure,
                 const int32_t *half, double *values)
{
    for (size_t d = 0; d < first->documents; d++) {
        const CellLosses *cell = (half[d] == 1) == (measure == 1) ? second : first;
        size_t state = measure == 0 ? 0 : cell->epochs_count - 1;
        values[d] = cell->document_nll[state * cell->documents + d];
    }
}

static void put(CsvWriter *writer, const CellLosses *cell, int64_t seed, const char *name,
                const double *values, size_t count, const double *interval)
{
    Condition condition = cell->condition;
    double sum = 0;
    if (!is(cell, "document"))
        snprintf(condition.target, sizeof condition.target, "halves");
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    condition_put(writer, &condition);
    csvfile_put_int(writer, seed);
    csvfile_put_int(writer, last_epoch(cell));
    csvfile_put_text(writer, name);
    interval_put(writer, sum / (double)count, interval, cell->documents);
}

/* The rows of cells (end), seeds of one condition, of which others[i] stands beside, or NULL. */
static void put_condition(CsvWriter *writer, const CellLosses *cells, size_t end,
                          const CellLosses *const *others, const int32_t *half, Draws draws)
{
    size_t documents = cells->documents;
    double *values = alloc_zeroed(end * documents, sizeof *values), interval[2];
    for (int measure = 0; measure < (is(cells, "document") ? 2 : MEASURES); measure++) {
        const CellLosses *last = NULL;
        size_t seeds = 0;
        for (size_t i = 0; i < end; i++) {
            if (!others[i])
                continue;
            double *row = values + seeds++ * documents;
            take(last = &cells[i], others[i], measure, half, row);
            put(writer, last, last->seed, names[measure], row, documents, NULL);
        }
        if (!last)
            continue;
        stats_bootstrap(values, seeds, documents, draws, &interval[0], &interval[1]);
        put(writer, last, MEAN, names[measure], values, seeds * documents, interval);
    }
    free(values);
}

void stored_rows_write(const CellLosses *cells, size_t count, const int32_t *half,
                       CsvWriter *writer, Draws draws)
{
    const CellLosses **others = alloc_zeroed(count, sizeof *others);
    for (size_t i = 0; i < count; i++)
        others[i] = beside(cells, count, &cells[i]);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count; end++)
            if (condition_compare(&cells[end].condition, &cells[first].condition) != 0 ||
                last_epoch(&cells[end]) != last_epoch(&cells[first]))
                break;
        put_condition(writer, cells + first, end - first, others + first, half, draws);
    }
    free(others);
}
