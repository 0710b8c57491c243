#include "verdict/page_losses.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

const char *const page_loss_columns[] = {"allocation", "strength", "variant", "target", "layer",
                                         "seed",       "epoch",    "pages",   "page",   "tokens",
                                         "nll",        "without",  NULL};

enum { SEED = CONDITION_COLUMNS, EPOCH, PAGES, PAGE, TOKENS, NLL, WITHOUT };

bool page_losses_are(const char *path)
{
    return csvfile_has(path, page_loss_columns);
}

static bool take(void *user, const CsvRow *row, Error *error)
{
    PageLosses *losses = user;
    PageLoss read = {.other = strcmp(row->fields[PAGES], "other") == 0};
    if (!read.other && strcmp(row->fields[PAGES], "study") != 0)
        return fail(error, "%s:%zu: pages is '%.20s', neither study nor other; run held_out again",
                    row->path, row->line, row->fields[PAGES]);
    if (!condition_of_row(&read.condition, row, error) ||
        !csvfile_int(row, SEED, &read.seed, error) ||
        !csvfile_int(row, EPOCH, &read.epoch, error) ||
        !csvfile_int(row, PAGE, &read.page, error) ||
        !csvfile_int(row, TOKENS, &read.tokens, error) ||
        !csvfile_real(row, NLL, &read.nll, error) ||
        !csvfile_real(row, WITHOUT, &read.without, error))
        return false;
    if (read.tokens < 1 || read.page < 0 || read.nll < 0 || read.without < 0)
        return fail(
            error,
            "%s:%zu: tokens must be 1 or more, page and losses 0 or more; run held_out again",
            row->path, row->line);
    losses->items =
        alloc_grow(losses->items, &losses->capacity, losses->count + 1, sizeof *losses->items);
    losses->items[losses->count++] = read;
    return true;
}

bool page_losses_read(PageLosses *losses, const char *path, Error *error)
{
    return csvfile_read(path, page_loss_columns, take, losses, error);
}

static int by_place(const void *left, const void *right)
{
    const PageLoss *a = left, *b = right;
    int order = condition_compare(&a->condition, &b->condition);
    if (order == 0)
        order = (a->epoch > b->epoch) - (a->epoch < b->epoch);
    if (order == 0)
        order = (a->other > b->other) - (a->other < b->other);
    if (order == 0)
        order = (a->seed > b->seed) - (a->seed < b->seed);
    return order ? order : (a->page > b->page) - (a->page < b->page);
}

void page_losses_sort(PageLosses *losses)
{
    if (losses->count)
        qsort(losses->items, losses->count, sizeof *losses->items, by_place);
}

void page_losses_free(PageLosses *losses)
{
    free(losses->items);
    *losses = (PageLosses){0};
}
