/* answer: ask a model with a trained memory about every claim; one cell's predictions
 *
 * Every validation claim is asked 1-shot, after a training claim about the same
 * page with its answer. Two readings of the reply are kept. =choice= is the letter
 * with the highest probability among the three, the product over the letter's own tokens where
 * there are several. =free= is the letter in the
 * first answer of the form " (x)" of the greedy continuation; where there
 * is none the reply is invalid, and wrong. The rows of epoch 0 are the model's without a memory.
 * A structured memory masks its activations while it answers as it did in training: a prompt
 * uses the entries of its page, or those of its own tokens.
 *
 *   answer --model base --encoded encoded.safetensors --prefix prefix.safetensors
 *     --cell cell.safetensors --epochs 5,25 --out predictions.csv
 */
#include "answer.h"
#include "cell.h"
#include "csvfile.h"
#include "frozen.h"
#include "mem.h"
#include "prediction_rows.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

static const char *model_path, *encoded_path, *prefix_path, *cell_path, *epochs_text, *out_path;
static int64_t batch = 32, float_budget_mib = 1024;

static const Arg args[] = {
    {"model", ARG_INPUT, &model_path, "model folder with its tokenizer.json", true},
    {"encoded", ARG_INPUT, &encoded_path, "encoded corpus", true},
    {"prefix", ARG_INPUT, &prefix_path, "activations below the memory", true},
    {"cell", ARG_INPUT, &cell_path, "trained memory", true},
    {"epochs", ARG_TEXT, &epochs_text, "saved epochs to ask, like 0,5,25, or last; all if absent",
     false},
    {"batch", ARG_INT, &batch, "prompts carried at once", false},
    {"float-budget", ARG_INT, &float_budget_mib, "MiB of weights held as float32", false},
    {"out", ARG_OUTPUT, &out_path, "predictions, CSV", true},
    {0},
};

/* Everything one run works with. */
typedef struct {
    Frozen frozen;
    Tokenizer tokenizer;
    Cell cell;
    const float *rows;
} Run;

static void load_tokenizer(Run *run)
{
    Error error;
    size_t size = strlen(model_path) + 16;
    char *path = mem_alloc(size, 1);
    snprintf(path, size, "%s/tokenizer.json", model_path);
    if (!tokenizer_load(&run->tokenizer, path, &error))
        stage_die(&error);
    free(path);
}

static void open_inputs(Run *run)
{
    Error error;
    load_tokenizer(run);
    if (!frozen_open(&run->frozen, model_path, encoded_path, prefix_path,
                     (size_t)float_budget_mib << 20, &error) ||
        !cell_read(&run->cell, cell_path, &error))
        stage_die(&error);
    if (run->cell.width != run->frozen.model.config.width ||
        run->cell.layer >= run->frozen.model.config.blocks)
        stage_fail("%s: made for another model; train it on %s", cell_path, model_path);
    if (allocation_by_document(&run->cell.allocation) &&
        run->cell.documents != run->frozen.encoded.count[TEXT_DOCUMENT])
        stage_fail("%s: allocates to other documents than those of %s; give the corpus it was "
                   "trained on",
                   cell_path, encoded_path);
    if (!frozen_rows(&run->frozen, run->cell.layer, &run->rows, &error))
        stage_die(&error);
}

static void put_letter(CsvWriter *csv, int letter)
{
    csvfile_put_text(csv, (const char *[]){"-", "a", "b", "c"}[letter + 1]);
}

static void put_rows(const Run *run, CsvWriter *csv, int64_t epoch, const Prediction *predictions)
{
    const Encoded *e = &run->frozen.encoded;
    for (size_t i = 0; i < e->count[TEXT_PROMPT]; i++) {
        csvfile_put_text(csv, allocation_name(run->cell.allocation.kind));
        csvfile_put_real(csv, run->cell.allocation.strength);
        csvfile_put_text(csv, memory_variant_name(run->cell.variant));
        csvfile_put_text(csv, run->cell.target);
        csvfile_put_int(csv, (int64_t)run->cell.layer);
        csvfile_put_int(csv, (int64_t)run->cell.seed);
        csvfile_put_int(csv, epoch);
        csvfile_put_int(csv, (int64_t)i);
        csvfile_put_int(csv, e->claim[i]);
        csvfile_put_int(csv, e->prompt_document[i]);
        put_letter(csv, e->label[i]);
        csvfile_put_int(csv, e->evidence_rows[i]);
        csvfile_put_int(csv, e->main[i]);
        put_letter(csv, predictions[i].choice);
        put_letter(csv, predictions[i].free);
        for (int x = 0; x < 3; x++)
            csvfile_put_real(csv, predictions[i].probability[x]);
        csvfile_end_row(csv);
    }
}

/* The state saved after `epoch`. */
static size_t find_state(const Cell *cell, int64_t epoch)
{
    for (size_t i = 0; i < cell->states; i++)
        if (cell->epoch[i] == epoch)
            return i;
    stage_fail("%s: no state was saved after epoch %lld; choose among the memorize stage's --save",
               cell_path, (long long)epoch);
}

static void ask(Run *run, size_t state, Prediction *predictions)
{
    Memory memory;
    if (state > 0)
        cell_memory(&run->cell, state, &memory);
    const Speaker speaker = {&run->frozen.model, state > 0 ? &memory : NULL, run->cell.layer,
                             &run->cell.allocation};
    answer_prompts(&speaker, &run->frozen.encoded, run->rows, &run->tokenizer, (size_t)batch,
                   predictions);
    if (state > 0)
        memory_free(&memory);
}

/* states[]: the states to ask, freed by the caller; how many. */
static size_t list_states(const Cell *cell, size_t **states)
{
    Error error;
    int64_t *epochs = NULL;
    size_t count = cell->states;
    bool last = epochs_text && strcmp(epochs_text, "last") == 0;
    if (last)
        count = 1;
    else if (epochs_text && !stage_list(epochs_text, 0, INT32_MAX, &epochs, &count, &error))
        stage_die(&error);
    *states = mem_alloc(count, sizeof **states);
    for (size_t i = 0; i < count; i++)
        (*states)[i] = last ? cell->states - 1 : epochs ? find_state(cell, epochs[i]) : i;
    free(epochs);
    return count;
}

static void ask_all(Run *run, Out *out)
{
    Error error;
    CsvWriter csv;
    size_t *states, count = list_states(&run->cell, &states);
    Prediction *predictions =
        mem_alloc(run->frozen.encoded.count[TEXT_PROMPT], sizeof *predictions);
    csvfile_begin(&csv, out, prediction_columns);
    for (size_t i = 0; i < count; i++) {
        ask(run, states[i], predictions);
        put_rows(run, &csv, run->cell.epoch[states[i]], predictions);
        stage_progress("states", (double)i + 1, (double)count);
    }
    if (!csvfile_finish(&csv, &error))
        stage_die(&error);
    free(predictions);
    free(states);
}

int main(int argc, char **argv)
{
    Error error;
    Run run;
    Out out;
    stage_begin("answer", "ask a model with a trained memory about every claim", args, argc, argv);
    if (batch < 1 || batch > 4096)
        stage_fail("--batch: must be from 1 to 4096; choose another value");
    open_inputs(&run);
    if (!out_open(&out, out_path, &error))
        stage_die(&error);
    ask_all(&run, &out);
    stage_commit(&out);
    cell_free(&run.cell);
    frozen_close(&run.frozen);
    tokenizer_free(&run.tokenizer);
    return 0;
}
