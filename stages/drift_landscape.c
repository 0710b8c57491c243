/* drift_landscape: a document's loss under every vector of a plane, after training
 *
 * Where document vectors have two numbers, the loss of one document's text can be drawn over
 * the plane they lie in: the trained memory and selection stay as they are, and the vector alone
 * takes the places of a square grid around the origin, which holds all vectors of the cell as they
 * started and ended, and a tenth more. The losses, in nats a token, show
 * whether the change from one vector to another is smooth, and whether a document's own vector lies
 * in a valley of its own.
 *
 * : drift_landscape --model base --encoded encoded.safetensors --prefix prefix.safetensors
 * :   --cell vectors/cell.safetensors --document 0 --out drift_landscapes/cell.csv
 */
#include "csvfile.h"
#include "docrep_cell.h"
#include "mem.h"
#include "stage.h"
#include "target.h"

#include <math.h>
#include <stdlib.h>

static const char *model_path, *encoded_path, *prefix_path, *cell_path, *out_path;
static int64_t document, steps = 41, float_budget_mib = 1024;

static const Arg args[] = {
    {"model", ARG_INPUT, &model_path, "model folder", true},
    {"encoded", ARG_INPUT, &encoded_path, "encoded corpus", true},
    {"prefix", ARG_INPUT, &prefix_path, "activations below the memory", true},
    {"cell", ARG_INPUT, &cell_path, "trained DocRep memory whose vectors have two numbers", true},
    {"document", ARG_INT, &document, "whose loss, from 0", false},
    {"steps", ARG_INT, &steps, "places along each side of the plane, 2 to 1000", false},
    {"float-budget", ARG_INT, &float_budget_mib, "MiB of weights held as float32", false},
    {"out", ARG_OUTPUT, &out_path, "the losses, CSV", true},
    {0},
};

static const char *const columns[] = {"phi",      "selection", "dimension", "documents", "seed",
                                      "document", "x",         "y",         "nll",       NULL};

/* Everything one run works with. */
typedef struct {
    Frozen frozen;
    DocRepCell cell;
    DocRep docrep;
    MemoryText text; /* the document's */
} Run;

static void open_inputs(Run *run)
{
    Error error;
    size_t count;
    if (!frozen_open(&run->frozen, model_path, encoded_path, prefix_path,
                     (size_t)float_budget_mib << 20, &error) ||
        !docrep_cell_read(&run->cell, cell_path, &error) ||
        !docrep_cell_load(&run->cell, cell_path, &run->frozen.model, &run->docrep, &error))
        stage_die(&error);
    const DocRepSettings *s = &run->cell.settings;
    if (s->dimension != 2)
        stage_fail("%s: its vectors have %zu numbers, not 2; choose a cell of --dimension 2",
                   cell_path, s->dimension);
    if (document < 0 || (size_t)document >= s->documents)
        stage_fail("--document: %s has no document %lld; choose from 0 to %zu", cell_path,
                   (long long)document, s->documents - 1);
    if (s->documents > run->frozen.encoded.count[TEXT_DOCUMENT])
        stage_fail("%s: has %zu documents, %s fewer; name its corpus", cell_path, s->documents,
                   encoded_path);
    MemoryText *texts =
        target_texts(&run->frozen, s->layer, TARGET_DOCUMENT, s->tokens, &count, &error);
    if (!texts)
        stage_die(&error);
    run->text = texts[document];
    free(texts);
}

/* Half the side of the plane: beyond every coordinate of all vectors at start and end. */
static double reach(const DocRepCell *cell)
{
    size_t numbers = cell->settings.documents * 2;
    const float *start = cell->vectors, *end = cell->vectors + cell->settings.epochs * numbers;
    double most = 0;
    for (size_t i = 0; i < numbers; i++)
        most = fmax(most, fmax(fabs((double)start[i]), fabs((double)end[i])));
    return 1.1 * most;
}

/* The place's vector (2): step `at` of `steps` rows of `steps`. */
static void place(size_t at, double side, float *vector)
{
    double last = (double)(steps - 1);
    vector[0] = (float)(side * (2 * (double)(at % (size_t)steps) / last - 1));
    vector[1] = (float)(side * (2 * (double)(at / (size_t)steps) / last - 1));
}

static void write_places(CsvWriter *writer, Run *run)
{
    const DocRepSettings *s = &run->cell.settings;
    size_t count = (size_t)steps * (size_t)steps;
    double *nll = mem_alloc(count, sizeof *nll), side = reach(&run->cell);
    float *vectors = mem_alloc(count, 2 * sizeof *vectors);
    const MemoryText **texts = mem_alloc(count, sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        place(i, side, vectors + 2 * i);
        texts[i] = &run->text;
    }
    docrep_score_under(&run->docrep, texts, vectors, count, nll);
    for (size_t i = 0; i < count; i++) {
        csvfile_put_text(writer, phi_name(s->phi));
        csvfile_put_text(writer, selection_kind_name(s->selection));
        csvfile_put_int(writer, (int64_t)s->dimension);
        csvfile_put_int(writer, (int64_t)s->documents);
        csvfile_put_int(writer, (int64_t)s->seed);
        csvfile_put_int(writer, document);
        csvfile_put_real(writer, vectors[2 * i]);
        csvfile_put_real(writer, vectors[2 * i + 1]);
        csvfile_put_real(writer, nll[i] / (double)(run->text.length - 1));
        csvfile_end_row(writer);
    }
    free(nll);
    free(vectors);
    free(texts);
}

int main(int argc, char **argv)
{
    Error error;
    Run run;
    Out out;
    CsvWriter writer;
    stage_begin("drift_landscape", "a document's loss under every vector of a plane", args, argc,
                argv);
    if (steps < 2 || steps > 1000)
        stage_fail("--steps: %lld is out of range; choose 2 to 1000", (long long)steps);
    open_inputs(&run);
    if (!out_open(&out, out_path, &error))
        stage_die(&error);
    csvfile_begin(&writer, &out, columns);
    write_places(&writer, &run);
    if (!csvfile_finish(&writer, &error))
        stage_die(&error);
    stage_commit(&out);
    docrep_free(&run.docrep);
    docrep_cell_free(&run.cell);
    frozen_close(&run.frozen);
    return 0;
}
