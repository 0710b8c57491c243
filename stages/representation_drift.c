/* representation_drift: how far do document vectors move while a DocRep memory is trained?
 *
 * Cells of the =document_vectors= stage are compared, in any combination of settings. Of each
 * document the stage measures, for its vector and for its selection, the relative drift
 * ‖/x_T/ − /x_0/‖ / ‖/x_0/‖, the cosine of start and end, the share of coordinates whose sign
 * (−, 0, +) is another, and the straightness, the distance from start to end as a share of the
 * path walked, and the vectors' shift ‖/K_T/ − /K_0/‖ / √/k/, their move in the usual length of a
 * vector; and it takes the gradient apart on its way to the vectors. The relative drift of /k/ = 2
 * normal numbers has no variance (a few that start short outweigh all others), so both measures
 * stand side by side. Vectors start alike in all cells of one seed and /k/, so that conditions can
 * be compared document by document; what is measured on each document of each run goes to the stage
 * =verdicts=. Intervals are 95 % bootstraps over documents and seeds. =--report curves= lists what
 * each epoch trained on, to stand beside curves that were reported.
 *
 * : representation_drift --report measures --out representation_drift.csv vectors/a.safetensors ...
 */
#include "run/stage.h"
#include "verdict/drift_table.h"

#include <string.h>

static const char *report, *out_path;
static Draws draws = {.resamples = 2000, .seed = 1};

static const Arg args[] = {
    {"report", ARG_TEXT, &report,
     "the table [measures, units, gradients, losses, curves, selection or vectors]", true},
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    DRAWS_ARGS(draws),
    {0},
};

int main(int argc, char **argv)
{
    DriftGrid grid;
    Error error;
    Out out;
    CsvWriter writer;
    int count;
    stage_begin("representation_drift",
                "how far do document vectors move? Words: files of document_vectors.", args, argc,
                argv);
    const DriftTable *table = drift_tables;
    while (strcmp(table->name, report) != 0)
        table++;
    char **paths = stage_words(&count);
    if (!drift_grid_read(&grid, paths, (size_t)count, &error))
        stage_die(&error);
    stage_csv_begin(&writer, &out, out_path, table->columns);
    if (!table->write(&writer, &grid, draws, &error))
        stage_die(&error);
    stage_csv_commit(&writer, &out);
    drift_grid_free(&grid);
    return 0;
}
