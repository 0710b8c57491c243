/* intervene: set single entries of a DocRep memory to -1, 0, +1 and measure what words gain
 *
 * On a trained DocRep memory the selection of one entry at a time is set to -1, 0 and +1
 * at every token of sampled documents' own texts, while all other entries stay as the
 * document selects them; the change of a word's mean log probability against 0 is the
 * measured effect. Words are the vocabulary's tokens that stand for whole words. Lenses predict it
 * on as many other documents, held apart: /short/, the unembedding read on the entry's
 * column of W_down, scaled by the final norm's weight, with nothing in between; and /linear path/,
 * the derivative of the logit by the selection at 0, exact: the Jacobian of the logits at the
 * memory's output, on what the entry writes there through W_lm and its GELU, carried forward
 * through the blocks above, the final norm and the unembedding. The same derivative as a finite
 * step on the very documents it predicts (/true path/) stands beside. *Reading:* a
 * derivative, as the finite effect would be the measurement itself. For
 * every document its whole selection is set against 0 as well, and Δ log p of its
 * words split into Δ logit less Δ log Σ exp.
 *
 *   intervene --model base --encoded encoded.safetensors --prefix prefix.safetensors
 *     --cell vectors.safetensors --word hated --contexts 10 --out interventions.safetensors
 */
#include "base/alloc.h"
#include "docrep/docrep_cell.h"
#include "docrep/interventions_measure.h"
#include "memory/target.h"
#include "run/stage.h"

#include <stdlib.h>
#include <string.h>

static FrozenPaths from = {.float_budget = 1024};
static const char *cell_path, *word = "hated", *out_path;
static int64_t contexts = 10, seed = 1;

static const Arg args[] = {
    FROZEN_ARGS(from, true),
    {"cell", ARG_INPUT, &cell_path, "trained memory of the document_vectors stage", true},
    {"out", ARG_OUTPUT, &out_path, "interventions, a safetensors file", true},
    {"word", ARG_TEXT, &word, "a word to include in any case", false},
    {"contexts", ARG_INT, &contexts,
     "documents on whose texts entries are set; as many others predict [1 or more]", false},
    {"seed", ARG_INT, &seed, "of the draw of contexts [0 or more]", false},
    BUDGET_ARG(from),
    {0},
};

/* Everything one run works with. */
typedef struct {
    Frozen frozen;
    Tokenizer tokenizer;
    DocRepCell cell;
    MemoryText *texts;      /* (documents) */
    const float *selection; /* (documents,m) the cell's last */
    Interventions all;
} Run;

static void open_cell(Run *run)
{
    Error error;
    size_t count, width = run->frozen.model.config.width;
    const DocRepSettings *s = &run->cell.settings;
    if (!docrep_cell_read(&run->cell, cell_path, &error))
        stage_die(&error);
    if (run->cell.width != width || s->layer >= run->frozen.model.config.blocks ||
        s->documents > run->frozen.encoded.count[TEXT_DOCUMENT])
        stage_fail("%s: made for another model or corpus; train it on %s and %s", cell_path,
                   from.model, from.encoded);
    if ((size_t)contexts > s->documents / 2)
        stage_fail(
            "--contexts: must be from 1 to half of the memory's %zu documents; choose another "
            "value",
            s->documents);
    run->selection = run->cell.selections + s->epochs * s->documents * s->entries;
    run->texts = /* cut as it was trained on them */
        target_texts(&run->frozen, s->layer + 1, TARGET_DOCUMENT, s->tokens, &count, &error);
    if (!run->texts)
        stage_die(&error);
    for (size_t i = 0; i < s->documents; i++)
        if (run->texts[i].length < 2)
            stage_fail("%s: document %zu has no token to predict; leave it out", from.encoded, i);
}

static void open_inputs(Run *run, Words *words)
{
    Error error;
    if (!tokenizer_open(&run->tokenizer, from.model, &error) ||
        !frozen_open(&run->frozen, &from, &error) ||
        !words_find(words, &run->tokenizer, run->tokenizer.path, &run->frozen.encoded, word,
                    &error))
        stage_die(&error);
    stage_note(&run->tokenizer.note);
    if ((size_t)words->ids[words->count - 1] >= run->frozen.model.config.vocabulary)
        stage_fail("%s: holds tokens that the model does not; they belong together",
                   run->tokenizer.path);
    open_cell(run);
}

/* Room for the results, the contexts, and which words the documents hold. */
static void prepare(Run *run, Words *words)
{
    Interventions *all = &run->all;
    const DocRepSettings *s = &run->cell.settings;
    interventions_make(all, (size_t)contexts, s->documents, s->entries, words);
    all->phi = s->phi, all->lm = s->lm, all->seed = s->seed, all->layer = s->layer;
    memcpy(all->selection, run->selection, s->documents * s->entries * sizeof *all->selection);
    for (size_t e = 0; run->cell.forgot && e < s->epochs; e++) /* epochs have as many steps each */
        all->acts[0] += run->cell.forgot[e] / (double)s->epochs;
    interventions_draw(all, (uint64_t)seed);
    for (size_t i = 0; i < s->documents; i++) {
        EncodedText text = encoded_text(&run->frozen.encoded, TEXT_DOCUMENT, i);
        text.length = run->texts[i].length;
        words_in(&all->words, &run->tokenizer, &text, all->contains + i * all->words.count);
    }
}

/* The texts of `which` (C) documents with their selections. */
static void begin(Run *run, const int64_t *which, Stance *stance, const MemoryText **texts,
                  float *selection)
{
    size_t C = run->all.contexts, m = run->all.entries;
    for (size_t c = 0; c < C; c++) {
        texts[c] = &run->texts[which[c]];
        memcpy(selection + c * m, run->selection + (size_t)which[c] * m, m * sizeof *selection);
    }
    stance_begin(stance, &run->frozen.model, &run->cell.memory, run->all.layer, texts, selection,
                 C);
}

/* Predicts on the documents held apart, then sets every entry on the contexts' texts. */
static void set_entries(Run *run)
{
    Interventions *all = &run->all;
    size_t C = all->contexts, m = all->entries;
    const MemoryText **texts = alloc_zeroed(C, sizeof *texts);
    float *selection = alloc_zeroed(C, m * sizeof *selection);
    Stance stance;
    StanceMeans own;
    begin(run, all->held, &stance, texts, selection);
    interventions_predict(all, &stance);
    stance_free(&stance);
    begin(run, all->context, &stance, texts, selection);
    stance_means_make(&own, &stance);
    stance_pass(&stance, &own);
    for (size_t j = 0; j < m; j++) {
        interventions_entry(all, &stance, &own, j);
        stage_progress("entries", (double)j + 1, (double)m);
    }
    stance_means_free(&own);
    stance_free(&stance);
    free(texts), free(selection);
}

/* Sets whole pools on every document's text, some documents at a time. */
static void set_pools(Run *run)
{
    Interventions *all = &run->all;
    const MemoryText **texts = alloc_zeroed(all->documents, sizeof *texts);
    for (size_t i = 0; i < all->documents; i++)
        texts[i] = &run->texts[i];
    for (size_t first = 0, next; first < all->documents; first = next) {
        Stance stance;
        next = pack_round(texts, first, all->documents);
        stance_begin(&stance, &run->frozen.model, &run->cell.memory, all->layer, texts + first,
                     run->selection + first * all->entries, next - first);
        interventions_pools(all, &stance, first);
        stance_free(&stance);
        stage_progress("documents", (double)next, (double)all->documents);
    }
    free(texts);
}

int main(int argc, char **argv)
{
    Error error;
    Run run = {0};
    Words words;
    Out out;
    stage_begin("intervene", "set single entries of a DocRep memory and measure what words gain",
                args, argc, argv);
    open_inputs(&run, &words);
    prepare(&run, &words);
    set_entries(&run);
    set_pools(&run);
    if (!out_open(&out, out_path, &error) || !interventions_write(&run.all, &out, &error))
        stage_die(&error);
    stage_commit(&out);
    interventions_free(&run.all);
    docrep_cell_free(&run.cell);
    frozen_close(&run.frozen);
    tokenizer_free(&run.tokenizer);
    free(run.texts);
    return 0;
}
