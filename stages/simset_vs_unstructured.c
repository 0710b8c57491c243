/* simset_vs_unstructured: does a structured memory help recall at equal parameters?
 *
 * A condition is an allocation of entries to documents with its strength, a variant of the memory,
 * a training target and a layer; its cells differ in their seed, and are compared as they stand
 * after their last epoch: the loss on the documents, the answers to the claims, and the share of
 * the trained parameters that more than one document uses. Intervals are 95 % percentile bootstraps
 * over seeds and units. What is measured on each unit of each run goes to the stage =verdicts=,
 * which compares conditions in pairs: the same documents' losses or the same claims' answers.
 *
 * : simset_vs_unstructured --report measures --out simset_vs_unstructured.csv cells/none_1...
 */
#include "run/stage.h"
#include "verdict/study_table.h"
#include "verdict/units.h"

#include <string.h>

static Draws draws = {.resamples = 5000, .seed = 1};
static const char *report, *out_path;

static const Arg args[] = {
    {"report", ARG_TEXT, &report, "the table [measures or units]", true},
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    DRAWS_ARGS(draws),
    {0},
};

int main(int argc, char **argv)
{
    Study study;
    Error error;
    Out out;
    CsvWriter writer;
    int count;
    stage_begin("simset_vs_unstructured",
                "does a structured memory help recall? Words: files of all cells.", args, argc,
                argv);
    bool units = strcmp(report, "units") == 0;
    char **paths = stage_words(&count);
    if (!study_read(&study, paths, (size_t)count, &error))
        stage_die(&error);
    stage_csv_begin(&writer, &out, out_path, units ? units_columns : study_columns);
    if (units)
        study_units_write(&writer, &study);
    else
        study_write(&writer, &study, draws);
    stage_csv_commit(&writer, &out);
    study_free(&study);
    return 0;
}
