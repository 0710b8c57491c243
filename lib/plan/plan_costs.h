/* What each command of a run costs, stage by stage. */
#ifndef DOCMEM_PLAN_COSTS_H
#define DOCMEM_PLAN_COSTS_H
#include "plan/commands.h"
#include "plan/plan_grid.h"

/* Sets the row's name, tokens, operations, disk and memory to those of one of `commands`. A stage
 * without a formula costs nothing. Layers must be the model's. */
void plan_cost(const PlanSettings *settings, const Commands *commands, const Command *command,
               PlanRow *row);

#endif
