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
 * Three settings make controls. =--answer-weight 1= trains claims by their answer's letter alone,
 * where a template trains all its tokens alike; the target is then recorded as =letter=
 * (=letter-0.3= for a share of 0.3). The target =cheat= is no result but a proof that the path
 * works: letters of the very claims that will be asked. =--pages other= records that the corpus
 * given holds other pages than those that the claims are about, =--pages wordings= that it holds
 * each page in several wordings. =--pages half-1= and =half-2= train on the pages of one half, by a
 * hash of their titles, and score all: so each page has a memory that stored it, and one that
 * stored as many others.
 *
 * Four variants are baselines. =zero= is plain, but its last layer starts at zero: training starts
 * from the model as it is, and the path is proved a little away from there. =lora-mlp= and
 * =lora-attention= are low-rank changes of the block's own MLP or attention (Hu et al., LoRA, ICLR
 * 2022): to a weight the product of two matrices /B/ and /A/ is added, at a scale of 1 (alpha is
 * the rank). /B/ starts at zero, and /A/ uniform within one over the root of its columns. The rank
 * is the one at which the trained parameters come nearest to those of a plain memory of
 * =--entries=. =mlp= trains the block's MLP itself, which has as many parameters as it has. Such a
 * block is run with its changed weights on the stream before it, so that nothing else differs.
 *
 * =--rows without-first= leaves a text's first row as it is, where pretrained Llamas carry massive
 * activations (Sun et al., COLM 2024), which a memory with orthogonal weights amplifies.
 *
 *   memorize --model base --encoded encoded.safetensors --prefix prefix.safetensors
 *     --layer 3 --seed 1 --epochs 25 --save 1,5,25 --out cell.safetensors
 */
#include "base/alloc.h"
#include "memory/cell.h"
#include "memory/target.h"
#include "memory/train.h"
#include "memory/tuned.h"
#include "run/stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static FrozenPaths from = {.float_budget = 1024};
static const char *allocation_path, *start_path, *pages, *out_path;
static const char *rows_text = "all", *variant_text = "plain", *target = "document", *save_text;
static int64_t layer, seed = 1, entries = 128, epochs = 25, batch = 4, warmup = 10;
static double lr = 1e-3, decay = 0.05, clip = 10, strength = 1, answer_weight;

static const Arg args[] = {
    FROZEN_ARGS(from, true),
    {"layer", ARG_INT, &layer, "block the memory follows, from 0", true},
    {"out", ARG_OUTPUT, &out_path, "cell, a safetensors file", true},
    {"seed", ARG_INT, &seed, "run: first parameters and order of texts [0 or more]", false},
    {"variant", ARG_TEXT, &variant_text,
     "its form, or a baseline [plain, norm-gate, lm, zero, lora-mlp, lora-attention or mlp]",
     false},
    {"rows", ARG_TEXT, &rows_text, "that it acts on [all or without-first]", false},
    {"target", ARG_TEXT, &target, "texts to train on [document, template, both or cheat]", false},
    {"answer-weight", ARG_REAL, &answer_weight,
     "share of the loss that answers' letters bear [from 0 to 1]", false},
    {"pages", ARG_TEXT, &pages,
     "a half, or what the documents are [half-1, half-2, other or wordings]", false},
    {"entries", ARG_INT, &entries, "m, memory entries [from 1 to 65536]", false},
    {"allocation", ARG_INPUT, &allocation_path, "documents' entries; all to all if absent", false},
    {"strength", ARG_REAL, &strength, "of the masks, 0: none, 1: hard [from 0 to 1]", false},
    {"start", ARG_INPUT, &start_path, "cell whose last state to start from", false},
    {"epochs", ARG_INT, &epochs, "passes over the texts [from 1 to 100000]", false},
    {"save", ARG_TEXT, &save_text, "epochs to keep and score, like 1,5,25", true},
    {"batch", ARG_INT, &batch, "texts a step [from 1 to 4096]", false},
    {"lr", ARG_REAL, &lr, "peak learning rate [above 0 to 1e6]", false},
    {"warmup", ARG_INT, &warmup, "steps of linear warm-up [from 1 to 1000000]", false},
    {"decay", ARG_REAL, &decay, "decoupled weight decay [from 0 to 1e6]", false},
    {"clip", ARG_REAL, &clip, "largest gradient norm [above 0 to 1e300]", false},
    BUDGET_ARG(from),
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

/* The half of the pages to train on, 0 or 1; −1 for all. */
static int half_named(void)
{
    return !pages ? -1 : strcmp(pages, "half-1") == 0 ? 0 : strcmp(pages, "half-2") == 0 ? 1 : -1;
}

/* Leaves the texts whose page is in that half. */
static void keep_half(Run *run, int half)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->text_count; i++)
        if (run->frozen.encoded.half[run->texts[i].document] == half)
            run->texts[kept++] = run->texts[i];
    run->text_count = kept;
}

static void open_inputs(Run *run)
{
    Error error;
    if (!frozen_open(&run->frozen, &from, &error))
        stage_die(&error);
    stage_want(layer >= 0 && (size_t)layer < run->frozen.model.config.blocks, "layer",
               "a block of the model");
    size_t first = memory_first(memory_variant_parse(variant_text), (size_t)layer);
    run->documents =
        target_texts(&run->frozen, first, TARGET_DOCUMENT, 0, &run->document_count, &error);
    if (!run->documents)
        stage_die(&error);
    run->texts =
        target_texts(&run->frozen, first, target_parse(target), 0, &run->text_count, &error);
    if (!run->texts)
        stage_die(&error);
    if (half_named() >= 0)
        keep_half(run, half_named());
    if (run->text_count == 0 || run->document_count == 0)
        stage_fail("%s: holds no text for the target %s; encode a corpus that has some",
                   from.encoded, target);
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
                       state == 0 ? from.model : out_path, (long long)epoch, i,
                       train_where(&run->train, &run->documents[i], state == 0, (char[64]){0}),
                       state == 0 ? "check the checkpoint's weights" : "choose a lower --lr");
        sum += nll[i];
        nll[i] /= (double)(run->documents[i].length - 1);
    }
    cell->epoch[state] = epoch;
    cell->nll[state] = sum / (double)encoded_predicted(&run->frozen.encoded, TEXT_DOCUMENT);
    if (state > 0) {
        size_t bytes = run->memory.count * sizeof(float);
        cell->parameters[state] = memcpy(alloc_scratch(bytes, 1), run->memory.parameters, bytes);
    }
}

/* With an answer's weight each text must have an answer. */
static void check_answers(const Run *run)
{
    for (size_t i = 0; answer_weight > 0 && i < run->text_count; i++)
        if (run->texts[i].answers == 0)
            stage_fail(
                "%s: text %zu of the target %s ends in no answer; leave out --answer-weight, "
                "or train templates of a corpus that the encode stage has made",
                from.encoded, i, target);
}

static void run_cell(Run *run, Cell *cell, const int64_t *saves, size_t save_count)
{
    Error error;
    size_t next = 0, rounds = (run->text_count + (size_t)batch - 1) / (size_t)batch;
    TrainSettings settings = {
        lr,           decay, clip, (uint64_t)warmup, rounds * (uint64_t)epochs, &cell->allocation,
        answer_weight};
    train_begin(&run->train, &run->frozen.model, &run->memory, (size_t)layer, &settings);
    save_state(run, cell, 0, 0);
    if (!train_check_path(&run->train, run->documents, 1, &error))
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
    stage_want(!pages || target_parse(target) == TARGET_DOCUMENT, "pages",
               "left out but with the target document");
    stage_want(strength == 1 || allocation_path, "strength", "1 without an --allocation");
    bool tunes = memory_tunes(memory_variant_parse(variant_text));
    stage_want(!tunes || !allocation_path, "allocation", "left out where a block is trained");
    stage_want(!tunes || strcmp(rows_text, "all") == 0, "rows", "all where a block is trained");
    for (size_t i = 0; i < save_count; i++)
        stage_want(i == 0 || saves[i] > saves[i - 1], "save", "a rising list");
}

/* What the cell records that it was trained on. */
static char *recorded_target(void)
{
    char name[64];
    if (target_parse(target) == TARGET_TEMPLATE && answer_weight > 0)
        snprintf(name, sizeof name, answer_weight < 1 ? "letter-%.6g" : "letter", answer_weight);
    else
        snprintf(name, sizeof name, "%s", pages ? pages : target);
    return alloc_text(name);
}

/* The memory's first parameters: of one that is added, or of the block's own weights. */
static void begin_memory(Run *run)
{
    Error error;
    const Model *model = &run->frozen.model;
    MemoryVariant variant = memory_variant_parse(variant_text);
    if (!memory_tunes(variant)) {
        memory_make(&run->memory, model->config.width, (size_t)entries, variant);
        memory_draw(&run->memory, (uint64_t)seed);
        return;
    }
    if (!tuned_fits(model, &error))
        stage_fail("%s: %s", from.model, error.text);
    tuned_make(&run->memory, model, (size_t)entries, variant);
    tuned_draw(&run->memory, model, (size_t)layer, (uint64_t)seed);
}

/* The cell's settings, and the memory's first parameters. */
static void begin_cell(Run *run, Cell *cell, size_t save_count)
{
    Error error;
    begin_memory(run);
    memory_rows_parse(rows_text, &run->memory.without_first);
    cell_make(cell, &run->memory, save_count + 1, run->document_count, (size_t)epochs);
    cell->layer = (size_t)layer;
    cell->seed = (uint64_t)seed;
    cell->rounded = run->frozen.rounded;
    cell->target = recorded_target();
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
    if (!stage_list("save", save_text, 1, epochs, &saves, &save_count, &error))
        stage_die(&error);
    check_arguments(saves, save_count);
    if (target_parse(target) == TARGET_CHEAT)
        answer_weight = 1;
    open_inputs(&run);
    check_answers(&run);
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
