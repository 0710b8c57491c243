/* scores: what moves beside accuracy: AUC of letters and of the claims' likelihood, of every cell
 *
 * Accuracy can move because all letters lean another way. So of each cell and epoch are shown the
 * area under the curve (AUC) of log p(a) − log p(b), supported claims against refuted ones, and the
 * accuracy once each letter's mean log probability is taken out; of the claims' own words, the
 * summed loss behind BOS, how much the memory lowers it, and the AUC of both. A change alone proves
 * no use of what is stored: training on any page moves the likelihood of all claims. Where two
 * memories have stored one half of the pages each, every claim is asked of the memory that stored
 * its page and of the one that did not, and =use= is the first change less the second, claim by
 * claim. So it is of each claim's page in the model's context, less another page there, which is
 * what using could be worth. Intervals are 95 % percentile bootstraps over texts, claims of one
 * text being one unit, and over seeds.
 *
 * Where the memories themselves are named as well, what they have stored is told: the
 * loss of the pages, in nats a token, by the memory that stored them, by the other, and without
 * one.
 *
 * : scores --out scores.csv likelihood/0-1.csv predictions/0-1.csv ... */
#include "base/alloc.h"
#include "fever/encoded.h"
#include "run/stage.h"
#include "verdict/score_rows.h"
#include "verdict/stored_rows.h"

#include <stdlib.h>
#include <string.h>

static const char *encoded_path, *out_path;
static Draws draws = {.resamples = 2000, .seed = 1};

static const Arg args[] = {
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    {"encoded", ARG_INPUT, &encoded_path, "encoded corpus, where memories are named", false},
    DRAWS_ARGS(draws),
    {0},
};

/* Of the words, those that are memories apart from the others. */
static size_t part(char **paths, size_t count, char **memories, char **others)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(paths[i]);
        bool csv = length > 4 && strcmp(paths[i] + length - 4, ".csv") == 0;
        if (csv)
            others[i - taken] = paths[i];
        else
            memories[taken++] = paths[i];
    }
    return taken;
}

/* What the memories have stored. */
static void put_stored(CsvWriter *writer, char **memories, size_t count)
{
    Error error;
    Encoded encoded;
    CellLosses *cells = NULL;
    stage_want(encoded_path, "encoded", "given where memories are named");
    if (!encoded_open(&encoded, encoded_path, &error) ||
        !cell_losses_read_all(&cells, memories, count, &error))
        stage_die(&error);
    if (cells->documents != encoded.count[TEXT_DOCUMENT])
        stage_fail("%s: has %zu documents and %s has %zu; train the memory on this corpus",
                   cells->path, cells->documents, encoded_path, encoded.count[TEXT_DOCUMENT]);
    stored_rows_write(cells, count, encoded.half, writer, draws);
    cell_losses_free_all(cells, count);
    encoded_close(&encoded);
}

int main(int argc, char **argv)
{
    Scores scores;
    Error error;
    Out out;
    CsvWriter writer;
    int count;
    stage_begin("scores",
                "AUC of letters and likelihood. Words: likelihood, predictions, memories.", args,
                argc, argv);
    char **paths = stage_words(&count);
    char **memories = alloc_zeroed((size_t)count, sizeof *memories);
    char **others = alloc_zeroed((size_t)count, sizeof *others);
    size_t stored = part(paths, (size_t)count, memories, others);
    if (!scores_read(&scores, others, (size_t)count - stored, &error))
        stage_die(&error);
    stage_csv_begin(&writer, &out, out_path, scores_columns);
    scores_write(&scores, &writer, draws);
    if (stored > 0)
        put_stored(&writer, memories, stored);
    stage_csv_commit(&writer, &out);
    scores_free(&scores);
    free(memories), free(others);
    return 0;
}
