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
 * Two controls are asked here too. Without a cell and a prefix the model is asked as it is, about
 * prompts that may be told something first (see =encode=); the target is then recorded as =page=,
 * =other= or =evidence= and =-in-context=, the epoch as −1. With =--mask wrong= each document is
 * given the entries of another one, and the target recorded with =-wrong-mask=.
 *
 *   answer --model base --encoded encoded.safetensors --prefix prefix.safetensors
 *     --cell cell.safetensors --epochs 5,25 --out predictions.csv
 */
#include "base/alloc.h"
#include "file/csvfile.h"
#include "memory/asked.h"
#include "memory/predict.h"
#include "run/stage.h"
#include "verdict/prediction_rows.h"

#include <stdlib.h>

static AskedPaths paths = {.from.float_budget = 1024, .mask = "own"};
static const char *out_path;
static int64_t batch = 32;

static const Arg args[] = {
    ASKED_ARGS(paths),
    {"batch", ARG_INT, &batch, "prompts carried at once [from 1 to 4096]", false},
    BUDGET_ARG(paths.from),
    {"out", ARG_OUTPUT, &out_path, "predictions, CSV", true},
    {0},
};

static void put_letter(CsvWriter *csv, int letter)
{
    csvfile_put_text(csv, (const char *[]){"-", "a", "b", "c"}[letter + 1]);
}

static void put_rows(const Asked *asked, CsvWriter *csv, int64_t epoch,
                     const Prediction *predictions)
{
    const Encoded *e = &asked->frozen.encoded;
    for (size_t i = 0; i < e->count[TEXT_PROMPT]; i++) {
        condition_put_cell(csv, &asked->cell);
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

static void ask(const Asked *asked, const Tokenizer *tokenizer, CsvWriter *csv)
{
    const Encoded *encoded = &asked->frozen.encoded;
    size_t states = asked->states_count, prompts = encoded->count[TEXT_PROMPT];
    Prediction *predictions = alloc_zeroed(states * prompts, sizeof *predictions);
    Memory *memories = alloc_zeroed(states, sizeof *memories);
    Speaker *speakers = alloc_zeroed(states, sizeof *speakers);
    for (size_t i = 0; i < states; i++)
        speakers[i] = asked_speaker(asked, asked->states[i], &memories[i]);
    predict_prompts(speakers, states, encoded, asked->rows, tokenizer, (size_t)batch, predictions);
    for (size_t i = 0; i < states; i++) {
        put_rows(asked, csv, asked->cell.epoch[asked->states[i]], predictions + i * prompts);
        memory_free(&memories[i]);
    }
    free(predictions), free(memories), free(speakers);
}

int main(int argc, char **argv)
{
    Error error;
    Asked asked;
    Tokenizer tokenizer;
    CsvWriter csv;
    Out out;
    stage_begin("answer", "ask a model with a trained memory about every claim", args, argc, argv);
    if (!tokenizer_open(&tokenizer, paths.from.model, &error))
        stage_die(&error);
    stage_note(&tokenizer.note);
    if (!asked_open(&asked, &paths, TEXT_PROMPT, &error))
        stage_die(&error);
    stage_csv_begin(&csv, &out, out_path, prediction_columns);
    ask(&asked, &tokenizer, &csv);
    stage_csv_commit(&csv, &out);
    asked_close(&asked);
    tokenizer_free(&tokenizer);
    return 0;
}
