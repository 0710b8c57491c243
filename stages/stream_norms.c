/* stream_norms: how long the residual stream is at a text's first rows and after them, by block
 *
 * Pretrained Llamas carry massive activations at their first row (Sun et al., Massive activations
 * in large language models, COLM 2024), which a memory with orthogonal weights amplifies there.
 * Documents are carried through the frozen model; after the embedding (layer −1) and after each
 * block the Euclidean norm of the stream is averaged over documents, for each of the first four
 * rows by itself and for all others together (row −1), with the least and the largest among them.
 *
 *   stream_norms --model base --encoded encoded.safetensors --documents 40 --out stream_norm.csv
 */
#include "base/alloc.h"
#include "memory/frozen.h"
#include "memory/stack.h"
#include "run/stage.h"

#include <math.h>
#include <stdlib.h>

enum { FIRST = 4, ROWS = FIRST + 1 }; /* the last is all others */

static FrozenPaths from = {.float_budget = 1024};
static const char *out_path;
static int64_t documents = 40;

static const Arg args[] = {
    CORPUS_ARGS(from),
    {"documents", ARG_INT, &documents, "how many, from the first [1 or more]", false},
    BUDGET_ARG(from),
    {"out", ARG_OUTPUT, &out_path, "norms, CSV", true},
    {0},
};

static const char *const columns[] = {"layer", "row", "norm", "least", "most", "n", NULL};

typedef struct {
    double sum, least, most;
    int64_t n;
} Norms;

static void take(Norms *norms, const float *row, size_t d)
{
    double square = 0;
    for (size_t i = 0; i < d; i++)
        square += (double)row[i] * row[i];
    double norm = sqrt(square);
    if (!isfinite(norm))
        stage_fail("%s: the stream is not finite; check the checkpoint's weights", from.model);
    norms->least = norms->n == 0 || norm < norms->least ? norm : norms->least;
    norms->most = norms->n == 0 || norm > norms->most ? norm : norms->most;
    norms->sum += norm;
    norms->n++;
}

/* Adds a document's rows to norms (N+1, ROWS). */
static void measure(const Frozen *frozen, size_t document, Stack *stack, Batch *batch, Norms *norms)
{
    const ModelConfig *config = &frozen->model.config;
    EncodedText text = encoded_text(&frozen->encoded, TEXT_DOCUMENT, document);
    batch_clear(batch);
    size_t start = encoded_batch(&text, batch);
    int32_t *ids = alloc_zeroed(batch->rows, sizeof *ids);
    float *h = alloc_scratch(batch->rows, config->width * sizeof *h);
    for (size_t t = 0; t < text.length; t++)
        ids[start + t] = text.ids[t];
    model_embed(&frozen->model, h, ids, batch);
    stack_forward(stack, batch, h, NULL);
    for (size_t l = 0; l <= config->blocks; l++)
        for (size_t t = 0; t < text.length; t++)
            take(&norms[l * ROWS + (t < FIRST ? t : FIRST)],
                 stack->h[l] + (start + t) * config->width, config->width);
    free(ids), free(h);
}

static void put(CsvWriter *writer, const Norms *norms, size_t blocks)
{
    for (size_t i = 0; i < (blocks + 1) * ROWS; i++) {
        if (norms[i].n == 0) /* every text is shorter */
            continue;
        csvfile_put_int(writer, (int64_t)(i / ROWS) - 1);
        csvfile_put_int(writer, i % ROWS < FIRST ? (int64_t)(i % ROWS) : -1);
        csvfile_put_real(writer, norms[i].sum / (double)norms[i].n);
        csvfile_put_real(writer, norms[i].least);
        csvfile_put_real(writer, norms[i].most);
        csvfile_put_int(writer, norms[i].n);
        csvfile_end_row(writer);
    }
}

int main(int argc, char **argv)
{
    Error error;
    Frozen frozen;
    Stack stack;
    Batch batch = {0};
    CsvWriter writer;
    Out out;
    stage_begin("stream_norms", "how long the residual stream is, by row and block", args, argc,
                argv);
    if (!frozen_open(&frozen, &from, &error))
        stage_die(&error);
    stage_csv_begin(&writer, &out, out_path, columns);
    size_t blocks = frozen.model.config.blocks, count = frozen.encoded.count[TEXT_DOCUMENT];
    Norms *norms = alloc_zeroed((blocks + 1) * ROWS, sizeof *norms);
    stack_begin(&stack, &frozen.model, NULL, 0, 0, false);
    for (size_t i = 0; i < count && (int64_t)i < documents; i++) {
        measure(&frozen, i, &stack, &batch, norms);
        stage_progress("documents", (double)i + 1,
                       (double)documents < (double)count ? (double)documents : (double)count);
    }
    put(&writer, norms, blocks);
    stage_csv_commit(&writer, &out);
    stack_free(&stack);
    batch_free(&batch);
    free(norms);
    frozen_close(&frozen);
    return 0;
}
