/* memorize: train one memory at one layer to store the documents; one cell of the grid
 *
 * A memory after block /L/ is trained to predict the texts of its target token by
 * token: the documents' pages (=document=), their training claims in the
 * prompt's form (=template=), or both mixed. Everything else is frozen, and the
 * stream below the memory comes from the =prefix= stage. AdamW with decoupled
 * weight decay, a cosine schedule with linear warm-up, gradients clipped to a norm;
 * texts are shuffled anew each epoch from a named random stream. Before the first step the
 * stage proves that the memory is in the path: the logits must change with it, and
 * come back bit for bit without it.
 *
 * With =--allocation= activations are masked by the entries that the text's document, or each of
 * its tokens, owns (see =allocate=); =--strength= /s/ multiplies the others by 1 − /s/ instead of
 * 0. With =--start= training goes on from the last state of another cell, with an optimiser and a
 * schedule of its own: =document-then-template= stores, and then trains the use of what is stored.
 *
 *   memorize --model base --encoded encoded.safetensors --prefix prefix.safetensors
 *     --layer 3 --seed 1 --epochs 25 --save 1,5,25 --out cell.safetensors
 */
#include "cell.h"
#include "mem.h"
#include "stage.h"
#include "target.h"
#include "train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *model_path, *encoded_path, *prefix_path, *out_path;
static const char *allocation_path, *start_path;
static const char *variant_text = "plain", *target = "document", *save_text;
static int64_t layer, seed = 1, entries = 128, epochs = 25, batch = 4, warmup = 10;
static int64_t float_budget_mib = 1024;
static double lr = 1e-3, decay = 0.05, clip = 10, strength = 1;

static const Arg args[] = {
    {"model", ARG_INPUT, &model_path, "model folder", true},
    {"encoded", ARG_INPUT, &encoded_path, "encoded corpus", true},
    {"prefix", ARG_INPUT, &prefix_path, "activations below the memory", true},
    {"layer", ARG_INT, &layer, "block the memory follows, from 0", true},
    {"out", ARG_OUTPUT, &out_path, "cell, a safetensors file", true},
    {"seed", ARG_INT, &seed, "run: first parameters and order of texts", false},
    {"variant", ARG_TEXT, &variant_text, "plain, norm-gate or lm", false},
    {"target", ARG_TEXT, &target, "document, template or both", false},
    {"entries", ARG_INT, &entries, "m, memory entries", false},
    {"allocation", ARG_INPUT, &allocation_path, "documents' entries; all to all if absent", false},
    {"strength", ARG_REAL, &strength, "of the masks, 0 (none) to 1 (hard)", false},
    {"start", ARG_INPUT, &start_path, "cell whose last state to start from", false},
    {"epochs", ARG_INT, &epochs, "passes over the texts", false},
    {"save", ARG_TEXT, &save_text, "epochs to keep and score, like 1,5,25", true},
    {"batch", ARG_INT, &batch, "texts a step", false},
    {"lr", ARG_REAL, &lr, "peak learning rate", false},
    {"warmup", ARG_INT, &warmup, "steps of linear warm-up", false},
    {"decay", ARG_REAL, &decay, "decoupled weight decay", false},
    {"clip", ARG_REAL, &clip, "largest gradient norm", false},
    {"float-budget", ARG_INT, &float_budget_mib, "MiB of weights held as float32", false},
    {0},
};

/* Everything one run works with. */
typedef struct {
    Frozen frozen;
    Memory memory;
    Train train;
    MemoryText *documents, *texts; /* to score; to train on */
    size_t document_count, text_count;
} Run;

static void open_inputs(Run *run)
{
    Error error;
    if (!frozen_open(&run->frozen, model_path, encoded_path, prefix_path,
                     (size_t)float_budget_mib << 20, &error))
        stage_die(&error);
    stage_want(layer >= 0 && (size_t)layer < run->frozen.model.config.blocks, "layer",
               "a block of the model");
    run->documents =
        target_texts(&run->frozen, (size_t)layer, TARGET_DOCUMENT, 0, &run->document_count, &error);
    if (!run->documents)
        stage_die(&error);
    run->texts = target_texts(&run->frozen, (size_t)layer, target_parse(target), 0,
                              &run->text_count, &error);
    if (!run->texts)
        stage_die(&error);
    if (run->text_count == 0 || run->document_count == 0)
        stage_fail("%s: holds no text for the target %s; encode a corpus that has some",
                   encoded_path, target);
}

/* Scores all documents into state `state` of the cell: 0 without the memory. */
static void save_state(Run *run, Cell *cell, size_t state, int64_t epoch)
{
    double *nll = cell->document_nll + state * cell->documents, sum = 0;
    train_score(&run->train, run->documents, run->document_count, state == 0, nll);
    for (size_t i = 0; i < run->document_count; i++) {
        if (!isfinite(nll[i]))
            stage_fail("%s: after %lld epochs document %zu has a loss that is not a finite number, "
                       "%s; %s",
                       state == 0 ? model_path : out_path, (long long)epoch, i,
                       train_where(&run->train, &run->documents[i], state == 0, (char[64]){0}),
                       state == 0 ? "check the checkpoint's weights" : "choose a lower --lr");
        sum += nll[i];
        nll[i] /= (double)(run->documents[i].length - 1);
    }
    cell->epoch[state] = epoch;
    cell->nll[state] = sum / (double)encoded_predicted(&run->frozen.encoded, TEXT_DOCUMENT);
    if (state > 0) {
        size_t bytes = run->memory.count * sizeof(float);
        cell->parameters[state] = memcpy(mem_scratch(bytes, 1), run->memory.parameters, bytes);
    }
}

static void run_cell(Run *run, Cell *cell, const int64_t *saves, size_t save_count)
{
    Error error;
    size_t next = 0, rounds = (run->text_count + (size_t)batch - 1) / (size_t)batch;
    TrainSettings settings = {
        lr, decay, clip, (uint64_t)warmup, rounds * (uint64_t)epochs, &cell->allocation};
    train_begin(&run->train, &run->frozen.model, &run->memory, (size_t)layer, &settings);
    save_state(run, cell, 0, 0);
    if (!train_check_path(&run->train, &run->documents[0], &error))
        stage_die(&error);
    for (int64_t epoch = 1; epoch <= epochs; epoch++) {
        if (!train_epoch(&run->train, run->texts, run->text_count, (size_t)batch, (uint64_t)seed,
                         (uint64_t)epoch, &cell->train_loss[epoch - 1], &error))
            stage_fail("%s: %s", out_path, error.text);
        if (next < save_count && saves[next] == epoch)
            save_state(run, cell, ++next, epoch);
        stage_progress("epochs", (double)epoch, (double)epochs);
    }
}

static void check_arguments(const int64_t *saves, size_t save_count)
{
    stage_want(memory_variant_parse(variant_text) != MEMORY_VARIANTS, "variant",
               "plain, norm-gate or lm");
    stage_want(target_parse(target) != TARGETS, "target", "document, template or both");
    stage_want(entries >= 1 && entries <= 1 << 16, "entries", "from 1 to 65536");
    stage_want(batch >= 1 && batch <= 4096, "batch", "from 1 to 4096");
    stage_want(warmup >= 1 && warmup <= 1000000, "warmup", "from 1 to 1000000");
    stage_want(seed >= 0, "seed", "0 or more");
    stage_want(strength >= 0 && strength <= 1, "strength", "from 0 to 1");
    stage_want(strength == 1 || allocation_path, "strength", "1 without an --allocation");
    stage_want(lr > 0 && lr < 1e6 && decay >= 0 && decay < 1e6 && clip > 0, "lr",
               "positive, as --clip");
    for (size_t i = 0; i < save_count; i++)
        stage_want(i == 0 || saves[i] > saves[i - 1], "save", "a rising list");
}

/* The cell's settings, and the memory's first parameters. */
static void begin_cell(Run *run, Cell *cell, size_t save_count)
{
    Error error;
    memory_make(&run->memory, run->frozen.model.config.width, (size_t)entries,
                memory_variant_parse(variant_text));
    memory_draw(&run->memory, (uint64_t)seed);
    cell_make(cell, &run->memory, save_count + 1, run->document_count, (size_t)epochs);
    cell->layer = (size_t)layer;
    cell->seed = (uint64_t)seed;
    cell->target = mem_text(target);
    if (allocation_path && !allocation_open(&cell->allocation, allocation_path, run->document_count,
                                            (size_t)entries, &error))
        stage_die(&error);
    cell->allocation.strength = strength;
    if (start_path && !cell_continue(cell, start_path, &run->memory, &error))
        stage_die(&error);
}

int main(int argc, char **argv)
{
    Error error;
    Run run = {0};
    Cell cell;
    Out out;
    int64_t *saves;
    size_t save_count;
    stage_begin("memorize", "train one memory to store the documents", args, argc, argv);
    stage_want(epochs >= 1 && epochs <= 100000, "epochs", "from 1 to 100000");
    if (!stage_list(save_text, 1, epochs, &saves, &save_count, &error))
        stage_die(&error);
    check_arguments(saves, save_count);
    open_inputs(&run);
    begin_cell(&run, &cell, save_count);
    run_cell(&run, &cell, saves, save_count);
    if (!out_open(&out, out_path, &error) || !cell_write(&cell, &out, &error))
        stage_die(&error);
    stage_commit(&out);
    train_free(&run.train);
    cell_free(&cell);
    memory_free(&run.memory);
    frozen_close(&run.frozen);
    free(run.documents), free(run.texts), free(saves);
    return 0;
}
