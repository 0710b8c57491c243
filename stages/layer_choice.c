/* layer_choice: which layer should a document memory follow?
 *
 * One unstructured memory is trained after each layer, from several seeds, and every cell is
 * measured at the same saved epochs: the loss on the documents (nats a token, mean over documents)
 * and the answers to the claims. Intervals are 95 % percentile bootstraps over documents or claims
 * and over seeds. What is measured on each unit of each run goes to the stage =verdicts=.
 *
 * : layer_choice --report measures --out layer_choice.csv cells/0-1.safetensors cells/0-1.csv ...
 */
#include "run/stage.h"
#include "verdict/measures_table.h"
#include "verdict/units.h"

#include <string.h>

static const char *report, *out_path;
static Draws draws = {.resamples = 2000, .seed = 1};

static const Arg args[] = {
    {"report", ARG_TEXT, &report, "the table [measures or units]", true},
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    DRAWS_ARGS(draws),
    {0},
};

int main(int argc, char **argv)
{
    Grid grid;
    Error error;
    Out out;
    CsvWriter writer;
    int count;
    stage_begin("layer_choice", "which layer should a memory follow? Words: files of all cells.",
                args, argc, argv);
    bool units = strcmp(report, "units") == 0;
    char **paths = stage_words(&count);
    if (!grid_read(&grid, paths, (size_t)count, &error))
        stage_die(&error);
    stage_csv_begin(&writer, &out, out_path, units ? units_columns : measures_columns);
    if (units)
        measures_units_write(&writer, &grid);
    else
        measures_write(&writer, &grid, draws);
    stage_csv_commit(&writer, &out);
    if (!units)
        stage_note(&grid.note);
    grid_free(&grid);
    return 0;
}
