/* likelihood: what a model with a trained memory thinks of the claims' own words; one cell's losses
 *
 * Every validation claim stands alone behind the beginning-of-sequence token, and its tokens'
 * losses are summed, in nats (Lee et al., Towards few-shot fact-checking via perplexity, NAACL
 * 2021): a claim that a model holds true should surprise it less. With the memory, at each asked
 * epoch, and without it (=without=), so that the change is at hand. No answer format is needed. A
 * structured memory masks its activations as in training: a claim uses the entries of its page, or
 * those of its own tokens. Claims of one text have the same number under =same=.
 *
 * What the model without a memory thinks is the same beside every cell: =--without= takes it from a
 * file that was made without a cell, rather than ask again.
 *
 * Without a cell and a prefix the model is asked as it is, about claims that may be told something
 * first, and =--mask wrong= gives each document the entries of another, as in =answer=; =without=
 * is then, where there is no cell, the same as =nll=.
 *
 *   likelihood --model base --encoded encoded.safetensors --out without.csv
 *   likelihood --model base --encoded encoded.safetensors --prefix prefix.safetensors
 *     --cell cell.safetensors --epochs 5,25 --without without.csv --out likelihood.csv
 */
#include "base/alloc.h"
#include "memory/asked.h"
#include "memory/claim_likelihood.h"
#include "run/stage.h"
#include "verdict/likelihood_rows.h"

#include <math.h>
#include <stdlib.h>

static AskedPaths paths = {.from.float_budget = 1024, .mask = "own"};
static const char *without_path, *out_path;

static const Arg args[] = {
    ASKED_ARGS(paths),
    BUDGET_ARG(paths.from),
    {"without", ARG_INPUT, &without_path, "losses without a cell, made before from the same texts",
     false},
    {"out", ARG_OUTPUT, &out_path, "losses of the claims, CSV", true},
    {0},
};

/* nll (claims) with the memory of a state, 0: without one. */
static void ask(const Asked *asked, size_t state, double *nll)
{
    Memory memory;
    const Speaker speaker = asked_speaker(asked, state, &memory);
    likelihood_claims(&speaker, &asked->frozen.encoded, asked->rows, nll);
    for (size_t i = 0; i < asked->frozen.encoded.count[TEXT_CLAIM]; i++)
        if (!isfinite(nll[i]))
            stage_fail("%s: claim %zu has a loss that is not a finite number after %lld epochs; %s",
                       state ? asked->path : paths.from.model, i,
                       (long long)(state ? asked->cell.epoch[state] : 0),
                       state ? "train the cell with a lower --lr"
                             : "check the checkpoint's weights");
    memory_free(&memory);
}

/* Losses of the claims that a file has brought. */
typedef struct {
    const Encoded *encoded;
    double *nll;
    size_t count;
} Brought;

static bool take_row(void *user, const CsvRow *row, Error *error)
{
    Brought *brought = user;
    const Encoded *e = brought->encoded;
    LikelihoodRow read;
    if (!likelihood_row_read(&read, row, error))
        return false;
    if (brought->count == e->count[TEXT_CLAIM] ||
        read.claim != e->claim[e->claim_prompt[brought->count]])
        return fail(error,
                    "%s:%zu: is not the claim of that place in %s; make both from one corpus",
                    row->path, row->line, paths.from.encoded);
    brought->nll[brought->count++] = read.without;
    return true;
}

/* nll (claims) without a memory, from the file of a run without a cell. */
static void read_without(const Encoded *encoded, double *nll)
{
    Error error;
    Brought brought = {encoded, nll, 0};
    if (!csvfile_read(without_path, likelihood_columns, take_row, &brought, &error))
        stage_die(&error);
    if (brought.count < encoded->count[TEXT_CLAIM])
        stage_fail("%s: has %zu of the %zu claims of %s; make both from one corpus", without_path,
                   brought.count, encoded->count[TEXT_CLAIM], paths.from.encoded);
}

static void put_rows(const Asked *asked, CsvWriter *csv, int64_t epoch, const double *with,
                     const double *without)
{
    const Encoded *e = &asked->frozen.encoded;
    for (size_t i = 0; i < e->count[TEXT_CLAIM]; i++) {
        size_t prompt = (size_t)e->claim_prompt[i];
        size_t same = (size_t)e->claim_prompt[e->claim_same[i]];
        condition_put_cell(csv, &asked->cell);
        csvfile_put_int(csv, epoch);
        csvfile_put_int(csv, e->claim[prompt]);
        csvfile_put_int(csv, e->claim[same]);
        csvfile_put_int(csv, e->prompt_document[prompt]);
        csvfile_put_int(csv, e->half[e->prompt_document[prompt]]);
        csvfile_put_text(csv, (const char *[]){"a", "b", "c"}[e->label[prompt]]);
        csvfile_put_int(csv, (int64_t)encoded_text(e, TEXT_CLAIM, i).length -
                                 (e->claim_start ? e->claim_start[i] : 1));
        csvfile_put_real(csv, with[i]);
        csvfile_put_real(csv, without[i]);
        csvfile_end_row(csv);
    }
}

int main(int argc, char **argv)
{
    Error error;
    Asked asked;
    Out out;
    CsvWriter csv;
    stage_begin("likelihood", "what a model with a trained memory thinks of the claims' own words",
                args, argc, argv);
    if (!asked_open(&asked, &paths, TEXT_CLAIM, &error))
        stage_die(&error);
    size_t claims = asked.frozen.encoded.count[TEXT_CLAIM];
    if (claims == 0)
        stage_fail("%s: holds no claims; make it again with the encode stage", paths.from.encoded);
    double *without = alloc_zeroed(claims, sizeof *without);
    double *with = alloc_zeroed(claims, sizeof *with);
    stage_csv_begin(&csv, &out, out_path, likelihood_columns);
    if (without_path)
        read_without(&asked.frozen.encoded, without);
    else
        ask(&asked, 0, without);
    for (size_t i = 0; i < asked.states_count; i++) {
        size_t state = asked.states[i];
        if (state > 0)
            ask(&asked, state, with);
        put_rows(&asked, &csv, asked.cell.epoch[state], state > 0 ? with : without, without);
        stage_progress("states", (double)i + 1, (double)asked.states_count);
    }
    stage_csv_commit(&csv, &out);
    asked_close(&asked);
    free(without), free(with);
    return 0;
}
