/* held_out: the losses of pages under a memory: those it stored, or those it never saw
 *
 * What storing costs elsewhere: every page of a corpus is scored with a trained memory and without,
 * in nats a token. Given the corpus that was stored, with =--mask wrong=, it shows what a
 * structured memory loses when each document is given the entries of another. With =--evidence=,
 * the table that =encode= makes, the loss is told claim by claim, over the tokens of the sentences
 * that settle the claim, where they stand in their page. With =--report entries= it is told instead
 * how strongly each entry answers to each page, the mean over its tokens of the activation's size,
 * and before training at epoch 0; entries that never do are left out.
 *
 *   held_out --model base --encoded encoded_other.safetensors --prefix prefix_other.safetensors
 *     --pages other --cell cell.safetensors --out losses.csv
 */
#include "base/alloc.h"
#include "fever/spans.h"
#include "memory/activity.h"
#include "memory/asked.h"
#include "memory/target.h"
#include "run/stage.h"
#include "verdict/evidence_rows.h"
#include "verdict/page_losses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static AskedPaths paths = {.from.float_budget = 1024, .mask = "own", .epochs = "last"};
static const char *pages = "study", *report = "losses", *evidence_path, *out_path;

static const Arg args[] = {
    FROZEN_ARGS(paths.from, true),
    {"cell", ARG_INPUT, &paths.cell, "trained memory", true},
    {"epochs", ARG_TEXT, &paths.epochs, "saved epochs to ask, like 1,5,25, or last, or all", false},
    {"pages", ARG_TEXT, &pages, "what its documents are [study or other]", false},
    MASK_ARG(paths),
    {"evidence", ARG_INPUT, &evidence_path, "tokens of claims' evidence, CSV", false},
    {"report", ARG_TEXT, &report, "the table [losses or entries]", false},
    BUDGET_ARG(paths.from),
    {"out", ARG_OUTPUT, &out_path, "losses of the pages or claims, or activations, CSV", true},
    {0},
};

/* Everything one run works with. */
typedef struct {
    Asked asked;
    MemoryText *texts;
    size_t count;
    Spans evidence;
    double **with, **without; /* (count) each the losses of a text's tokens */
} Run;

static const char *const entry_columns[] = {"allocation", "layer", "seed",       "epoch",
                                            "document",   "entry", "activation", NULL};

static void open_inputs(Run *run)
{
    Error error;
    Asked *asked = &run->asked;
    if (strcmp(paths.epochs, "all") == 0)
        paths.epochs = NULL;
    if (!asked_open(asked, &paths, TEXT_DOCUMENT, &error) ||
        !(run->texts =
              target_texts(&asked->frozen, memory_first(asked->cell.variant, asked->cell.layer),
                           TARGET_DOCUMENT, 0, &run->count, &error)) ||
        (evidence_path && !spans_read(&run->evidence, evidence_path, &error)))
        stage_die(&error);
    if (asked->cell.states < 2)
        stage_fail("%s: holds no trained state; train it again", paths.cell);
    for (const Span *s = run->evidence.items; s < run->evidence.items + run->evidence.count; s++)
        if ((size_t)s->page >= run->count || (size_t)s->end > run->texts[s->page].length)
            stage_fail("%s: claim %lld: page %lld has no token %lld; make it from the corpus of %s",
                       evidence_path, (long long)s->claim, (long long)s->page,
                       (long long)s->end - 1, paths.from.encoded);
}

/* A table (count) of places for each text's losses. */
static double **tokens_make(const Run *run)
{
    double **nll = alloc_zeroed(run->count, sizeof *nll);
    for (size_t i = 0; i < run->count; i++)
        nll[i] = alloc_zeroed(run->texts[i].length, sizeof **nll);
    return nll;
}

static void tokens_free_all(const Run *run, double **nll)
{
    for (size_t i = 0; i < run->count; i++)
        free(nll[i]);
    free(nll);
}

/* The losses of the tokens of text i from `first` to `end` − 1, BOS being token 0. */
static double sum_of(double *const *nll, size_t i, size_t first, size_t end)
{
    double sum = 0;
    for (size_t t = first > 0 ? first : 1; t < end; t++)
        sum += nll[i][t - 1];
    return sum;
}

/* The losses of all tokens under a state, and once for all without a memory. */
static void score(Run *run, size_t state)
{
    Train train;
    Memory memory;
    const TrainSettings settings = {
        .allocation = &run->asked.cell.allocation, .steps = 1, .warmup = 1};
    cell_memory(&run->asked.cell, state > 0 ? state : 1, &memory);
    train_begin(&train, &run->asked.frozen.model, &memory, run->asked.cell.layer, &settings);
    if (!run->without) {
        run->without = tokens_make(run);
        train_score_tokens(&train, run->texts, run->count, true, run->without);
    }
    train_score_tokens(&train, run->texts, run->count, state == 0, run->with);
    for (size_t i = 0; i < run->count; i++)
        if (!isfinite(sum_of(run->with, i, 1, run->texts[i].length)) ||
            !isfinite(sum_of(run->without, i, 1, run->texts[i].length)))
            stage_fail("%s: document %zu has a loss that is not a finite number; train the cell "
                       "with a lower --lr",
                       paths.cell, i);
    train_free(&train);
    memory_free(&memory);
}

/* ---- The tables ----------------------------------------------------------------------------- */

static void name_condition(const Run *run, Condition *condition)
{
    const Cell *cell = &run->asked.cell;
    *condition = (Condition){.strength = cell->allocation.strength, .layer = (int64_t)cell->layer};
    snprintf(condition->allocation, sizeof condition->allocation, "%s",
             allocation_name(cell->allocation.kind));
    cell_variant(cell, condition->variant);
    snprintf(condition->target, sizeof condition->target, "%s", cell->target);
}

static void put_pages(const Run *run, const Condition *condition, int64_t epoch, CsvWriter *csv)
{
    for (size_t i = 0; i < run->count; i++) {
        size_t length = run->texts[i].length;
        if (length < 2)
            continue;
        condition_put(csv, condition);
        csvfile_put_int(csv, (int64_t)run->asked.cell.seed);
        csvfile_put_int(csv, epoch);
        csvfile_put_text(csv, pages);
        csvfile_put_int(csv, (int64_t)i);
        csvfile_put_int(csv, (int64_t)length - 1);
        csvfile_put_real(csv, sum_of(run->with, i, 1, length) / (double)(length - 1));
        csvfile_put_real(csv, sum_of(run->without, i, 1, length) / (double)(length - 1));
        csvfile_end_row(csv);
    }
}

static int by_claim(const void *left, const void *right)
{
    const Span *a = left, *b = right;
    int order = (a->claim > b->claim) - (a->claim < b->claim);
    return order ? order : (a->first > b->first) - (a->first < b->first);
}

static void put_claims(const Run *run, const Condition *condition, int64_t epoch, CsvWriter *csv)
{
    const Span *span = run->evidence.items, *end = span + run->evidence.count;
    while (span < end) {
        EvidenceRow row = {.condition = *condition,
                           .seed = (int64_t)run->asked.cell.seed,
                           .epoch = epoch,
                           .claim = span->claim,
                           .page = span->page};
        for (; span < end && span->claim == row.claim; span++) {
            size_t i = (size_t)span->page, first = (size_t)span->first, last = (size_t)span->end;
            row.tokens += span->end - (first > 0 ? span->first : 1);
            row.nll += sum_of(run->with, i, first, last);
            row.without += sum_of(run->without, i, first, last);
        }
        row.nll /= (double)row.tokens;
        row.without /= (double)row.tokens;
        evidence_row_put(csv, &row);
    }
}

/* How strongly entries answer to pages: of state 0 as the memory was drawn. */
static void put_entries(const Run *run, size_t state, CsvWriter *csv)
{
    const Cell *cell = &run->asked.cell;
    size_t m = cell->entries;
    double *mean = alloc_zeroed(run->count, m * sizeof *mean);
    Memory memory;
    cell_memory(cell, state > 0 ? state : 1, &memory);
    if (state == 0)
        memory_draw(&memory, cell->seed);
    activity_mean(&memory, &cell->allocation, run->texts, run->count, mean);
    for (size_t i = 0; i < run->count * m; i++)
        if (mean[i] > 0) {
            csvfile_put_text(csv, allocation_name(cell->allocation.kind));
            csvfile_put_int(csv, (int64_t)cell->layer);
            csvfile_put_int(csv, (int64_t)cell->seed);
            csvfile_put_int(csv, cell->epoch[state]);
            csvfile_put_int(csv, (int64_t)(i / m));
            csvfile_put_int(csv, (int64_t)(i % m));
            csvfile_put_real(csv, mean[i]);
            csvfile_end_row(csv);
        }
    memory_free(&memory);
    free(mean);
}

static void put_losses(Run *run, CsvWriter *csv)
{
    Condition condition;
    name_condition(run, &condition);
    if (run->evidence.count > 0)
        qsort(run->evidence.items, run->evidence.count, sizeof *run->evidence.items, by_claim);
    run->with = tokens_make(run);
    for (size_t i = 0; i < run->asked.states_count; i++) {
        int64_t epoch = run->asked.cell.epoch[run->asked.states[i]];
        score(run, run->asked.states[i]);
        if (evidence_path)
            put_claims(run, &condition, epoch, csv);
        else
            put_pages(run, &condition, epoch, csv);
    }
    tokens_free_all(run, run->with), tokens_free_all(run, run->without);
}

int main(int argc, char **argv)
{
    Run run = {0};
    Out out;
    CsvWriter csv;
    stage_begin("held_out", "losses of pages that a memory stored, or never saw", args, argc, argv);
    open_inputs(&run);
    bool entries = strcmp(report, "entries") == 0;
    if (entries &&
        (memory_tunes(run.asked.cell.variant) || strstr(run.asked.cell.target, "-then-")))
        stage_fail("%s: no entries that were drawn and then trained; name a memory of another "
                   "variant, and of one target",
                   paths.cell);
    stage_csv_begin(&csv, &out, out_path,
                    entries         ? entry_columns
                    : evidence_path ? evidence_columns
                                    : page_loss_columns);
    for (size_t i = 0; entries && i < run.asked.states_count; i++)
        put_entries(&run, run.asked.states[i], &csv);
    if (!entries)
        put_losses(&run, &csv);
    stage_csv_commit(&csv, &out);
    asked_close(&run.asked);
    free(run.texts), free(run.evidence.items);
    return 0;
}
