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
#include "base/alloc.h"
#include "docrep/docrep_cell.h"
#include "file/csvfile.h"
#include "memory/target.h"
#include "run/stage.h"

#include <math.h>
#include <stdlib.h>

static FrozenPaths from = {.float_budget = 1024};
static const char *cell_path, *out_path;
static int64_t document, steps = 41;

static const Arg args[] = {
    FROZEN_ARGS(from, true),
    {"cell", ARG_INPUT, &cell_path, "trained DocRep memory whose vectors have two numbers", true},
    {"document", ARG_INT, &document, "whose loss [0 or more]", false},
    {"steps", ARG_INT, &steps, "places along each side of the plane [from 2 to 1000]", false},
    BUDGET_ARG(from),
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
    if (!frozen_open(&run->frozen, &from, &error) ||
        !docrep_cell_read(&run->cell, cell_path, &error) ||
        !docrep_cell_load(&run->cell, cell_path, &run->frozen.model, &run->docrep, &error))
        stage_die(&error);
    const DocRepSettings *s = &run->cell.settings;
    if (s->dimension != 2)
        stage_fail("%s: its vectors have %zu numbers, not 2; choose a cell of --dimension 2",
                   cell_path, s->dimension);
    if ((size_t)document >= s->documents)
        stage_fail("--document: %s has no document %lld; choose from 0 to %zu", cell_path,
                   (long long)document, s->documents - 1);
    if (s->documents > run->frozen.encoded.count[TEXT_DOCUMENT])
        stage_fail("%s: has %zu documents, %s fewer; name its corpus", cell_path, s->documents,
                   from.encoded);
    MemoryText *texts =
        target_texts(&run->frozen, s->layer + 1, TARGET_DOCUMENT, s->tokens, &count, &error);
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
    double *nll = alloc_zeroed(count, sizeof *nll), side = reach(&run->cell);
    float *vectors = alloc_zeroed(count, 2 * sizeof *vectors);
    const MemoryText **texts = alloc_zeroed(count, sizeof *texts);
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
    Run run;
    Out out;
    CsvWriter writer;
    stage_begin("drift_landscape", "a document's loss under every vector of a plane", args, argc,
                argv);
    open_inputs(&run);
    stage_csv_begin(&writer, &out, out_path, columns);
    write_places(&writer, &run);
    stage_csv_commit(&writer, &out);
    docrep_free(&run.docrep);
    docrep_cell_free(&run.cell);
    frozen_close(&run.frozen);
    return 0;
}
