#include "memory/asked.h"

#include "base/alloc.h"
#include "memory/tuned.h"
#include "run/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool check_cell(const Cell *cell, const char *path, const Frozen *frozen, Error *error)
{
    Memory shape = cell_shape(cell);
    if (cell->width != frozen->model.config.width || cell->layer >= frozen->model.config.blocks ||
        (memory_tunes(cell->variant) && !tuned_of_model(&shape, &frozen->model)))
        return fail(error, "%s: made for another model; train it on the one that is named", path);
    if (cell->rounded != frozen->rounded)
        return fail(error,
                    "%s: is not of the numeric tier of %s; name the prefix it was trained on", path,
                    frozen->prefix.path);
    return !allocation_by_document(&cell->allocation) ||
           cell->documents == frozen->encoded.count[TEXT_DOCUMENT] ||
           fail(error,
                "%s: allocates to other documents than those of %s; give the corpus it was "
                "trained on",
                path, frozen->encoded.file.path);
}

/* cell->target = its name and the ending. */
static void name_target(Cell *cell, const char *name, const char *ending)
{
    size_t size = strlen(name) + strlen(ending) + 1;
    char *target = alloc_zeroed(size, 1);
    snprintf(target, size, "%s%s", name, ending);
    free((char *)cell->target);
    cell->target = target;
}

/* In the place of a cell the model as it is. */
static void take_none(Cell *cell, const Frozen *frozen)
{
    const char *context = tensors_metadata(&frozen->encoded.file, "context");
    *cell = (Cell){.states = 1, .allocation.strength = 1};
    cell->epoch = alloc_zeroed(1, sizeof *cell->epoch);
    *cell->epoch = -1;
    name_target(cell, context ? context : "nothing", "-in-context");
}

/* Gives each document the entries of another. */
static bool shift_mask(Asked *asked, Error *error)
{
    Error inner;
    if (!allocation_shift(&asked->cell.allocation, &inner))
        return fail(error, "%s: %s", asked->path, inner.text);
    name_target(&asked->cell, asked->cell.target, "-wrong-mask");
    return true;
}

/* Reads the cell, or stands the model as it is in its place. */
static bool open_cell(Asked *asked, const AskedPaths *paths, TextKind kind, Error *error)
{
    Cell *cell = &asked->cell;
    if (!paths->cell) {
        take_none(cell, &asked->frozen);
        return true;
    }
    return cell_read(cell, paths->cell, error) &&
           check_cell(cell, paths->cell, &asked->frozen, error) &&
           frozen_enter(&asked->frozen, memory_first(cell->variant, cell->layer), kind,
                        &asked->rows, error) &&
           (strcmp(paths->mask, "own") == 0 || shift_mask(asked, error));
}

static bool find_state(const Asked *asked, int64_t epoch, size_t *state, Error *error)
{
    for (*state = 0; *state < asked->cell.states; ++*state)
        if (asked->cell.epoch[*state] == epoch)
            return true;
    return fail(error,
                "%s: no state was saved after epoch %lld; choose among the memorize stage's --save",
                asked->path, (long long)epoch);
}

static bool find_states(Asked *asked, const char *epochs, Error *error)
{
    const Cell *cell = &asked->cell;
    int64_t *named = NULL;
    bool last = epochs && strcmp(epochs, "last") == 0, ok = true;
    asked->states_count = last ? 1 : cell->states;
    if (epochs && !last &&
        !stage_list("epochs", epochs, 0, INT32_MAX, &named, &asked->states_count, error))
        return false;
    asked->states = alloc_zeroed(asked->states_count, sizeof *asked->states);
    for (size_t i = 0; ok && i < asked->states_count; i++)
        if (named)
            ok = find_state(asked, named[i], &asked->states[i], error);
        else
            asked->states[i] = last ? cell->states - 1 : i;
    free(named);
    return ok;
}

bool asked_open(Asked *asked, const AskedPaths *paths, TextKind kind, Error *error)
{
    *asked = (Asked){.path = paths->cell ? paths->cell : paths->from.model};
    if (!paths->cell != !paths->from.prefix)
        return fail(error, "--cell: must be given with --prefix, or neither of them; choose "
                           "another value");
    if (!paths->cell && strcmp(paths->mask, "own") != 0)
        return fail(error, "--mask: must be own without a --cell; choose another value");
    bool ok = frozen_open(&asked->frozen, &paths->from, error) &&
              open_cell(asked, paths, kind, error) && find_states(asked, paths->epochs, error);
    if (!ok)
        asked_close(asked);
    return ok;
}

void asked_close(Asked *asked)
{
    cell_free(&asked->cell);
    frozen_close(&asked->frozen);
    free(asked->states);
}

Speaker asked_speaker(const Asked *asked, size_t state, Memory *memory)
{
    const Cell *cell = &asked->cell;
    *memory = (Memory){0};
    if (state > 0)
        cell_memory(cell, state, memory);
    return (Speaker){&asked->frozen.model, state > 0 ? memory : NULL, cell->layer,
                     &cell->allocation, memory_tunes(cell->variant)};
}
