/* Commands of one name make one row; memory is the largest, all else a sum. */
#include "plan/plan_grid.h"

#include "plan/plan_costs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void add(PlanRow *sum, const PlanRow *row)
{
    sum->targets += row->targets, sum->done += row->done;
    sum->tokens += row->tokens;
    sum->operations += row->operations, sum->left += row->left;
    sum->disk += row->disk, sum->disk_left += row->disk_left;
    sum->memory = row->memory > sum->memory ? row->memory : sum->memory;
}

/* The plan's row of that name, a new one where there is none; NULL where there is no room. */
static PlanRow *row_named(Plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->rows[i].name, name) == 0)
            return &plan->rows[i];
    if (plan->count == PLAN_ROWS)
        return NULL;
    PlanRow *row = &plan->rows[plan->count++];
    snprintf(row->name, sizeof row->name, "%s", name);
    return row;
}

static bool check(const Command *command, const Shape *shape, const char *path, Error *error)
{
    size_t layer = command_number(command, "layer", 0);
    if (!command_value(command, "out"))
        return fail(error, "%s:%zu: a command without --out; name its target", path, command->line);
    return layer < shape->blocks ||
           fail(error,
                "%s:%zu: layer %zu is beyond the model's %zu blocks; choose others in the profile",
                path, command->line, layer, shape->blocks);
}

bool plan_read(Plan *plan, const PlanSettings *settings, const char *path, Error *error)
{
    Commands commands;
    *plan = (Plan){0};
    bool ok = commands_read(&commands, path, error);
    for (size_t i = 0; ok && i < commands.count; i++) {
        const Command *command = &commands.items[i];
        PlanRow row = {.targets = 1}, *sum;
        if (!(ok = check(command, &settings->shape, path, error)))
            break;
        plan_cost(settings, &commands, command, &row);
        row.done = access(command_value(command, "out"), F_OK) == 0;
        row.left = row.done ? 0 : row.operations;
        row.disk_left = row.done ? 0 : row.disk;
        ok = (sum = row_named(plan, row.name)) != NULL ||
             fail(error, "%s:%zu: more than %d kinds of commands; give fewer", path, command->line,
                  PLAN_ROWS);
        if (ok)
            add(sum, &row);
    }
    commands_free(&commands);
    return ok;
}

PlanRow plan_total(const Plan *plan)
{
    PlanRow total = {.name = "all"};
    for (size_t i = 0; i < plan->count; i++)
        add(&total, &plan->rows[i]);
    return total;
}
