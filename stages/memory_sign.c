/* memory_sign: what does an activation above, at or below zero mean?
 *
 * Reads the interventions on several DocRep memories. An entry's /stance/ on a word is the sign
 * that a lens gives it; at selection -1 a lens predicts the opposite. The short lens is taken times
 * the sign of the entry's mean activation, for a GELU can be negative. Measured are Δ logit and
 * Δ log p against selection 0, means over the contexts; an entry's value is the mean over its
 * words (every word, the ten with the strongest stance, or ten drawn at random). Intervals
 * are 95 % percentile bootstraps over memories and entries (contexts for the word that is asked
 * about, documents for pools); what is measured on each of these units goes to the stage
 * =verdicts=. The stance is of the logit; the effect on log p bears the log-sum-exp as well, which
 * all words share, and stands beside. The embedded vocabulary has no "hate": "hated"
 * stands in for it. Each document's whole selection is set against 0, on the document's own
 * text; Δ log p of its next tokens is split into Δ logit and Δ log Σ exp,
 * and precision among the 20 words raised most is compared with the words of another, random,
 * document. *Reading:* "no pool" is selection 0 of a trained memory, whose biases still act.
 *
 *   memory_sign --report measures --word hated --out memory_sign.csv
 * interventions/tanh-1.safetensors interventions/relu-1.safetensors
 */
#include "base/alloc.h"
#include "base/text.h"
#include "fever/corpus.h"
#include "fever/title.h"
#include "run/stage.h"
#include "verdict/sign_tables.h"
#include "verdict/units.h"

#include <stdlib.h>

static const char *kind, *out_path, *corpus_path, *word = "hated";
static Draws draws = {.resamples = 2000, .seed = 1};

static const Arg args[] = {
    {"report", ARG_TEXT, &kind, "the table [measures, units, pairs, pools, words or layers]", true},
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    {"corpus", ARG_INPUT, &corpus_path, "corpus, for the titles that pools show", false},
    {"word", ARG_TEXT, &word, "the word of the worked example", false},
    DRAWS_ARGS(draws),
    {0},
};

typedef enum { MEASURES_REPORT, UNITS, PAIRS_REPORT, POOLS, WORDS, LAYERS, REPORTS } Report;

static Report parse_report(void)
{
    static const char *const names[] = {"measures", "units", "pairs", "pools", "words", "layers"};
    return (Report)text_which(kind, names, REPORTS);
}

/* The documents' titles are those of the corpus's first pages. */
static void write_pools(const SignSet *set, CsvWriter *writer)
{
    Error error;
    Corpus corpus;
    size_t documents = set->cells[0].documents;
    if (!corpus_read(&corpus, corpus_path, &error))
        stage_die(&error);
    if (corpus.pages_count < documents)
        stage_fail("%s: has %zu pages, fewer than the memories' %zu documents; name their corpus",
                   corpus_path, corpus.pages_count, documents);
    char **titles = alloc_zeroed(documents, sizeof *titles);
    for (size_t i = 0; i < documents; i++)
        titles[i] = title_readable(corpus.pages[i].title);
    sign_pools_write(set, titles, writer);
    for (size_t i = 0; i < documents; i++)
        free(titles[i]);
    free(titles);
    corpus_free(&corpus);
}

static void write_report(Report report, const SignSet *set, CsvWriter *writer)
{
    switch (report) {
    case MEASURES_REPORT:
        sign_measures_write(set, draws, writer);
        break;
    case UNITS:
        sign_units_write(set, writer);
        break;
    case PAIRS_REPORT:
        sign_pairs_write(set, writer);
        break;
    case POOLS:
        write_pools(set, writer);
        break;
    case LAYERS:
        sign_layers_write(set, draws, writer);
        break;
    default:
        sign_pool_words_write(set, writer);
    }
}

int main(int argc, char **argv)
{
    static const char *const *const columns[] = {sign_measure_columns,   units_columns,
                                                 sign_pair_columns,      sign_pool_columns,
                                                 sign_pool_word_columns, sign_layer_columns};
    Error error;
    SignSet set;
    CsvWriter writer;
    Out out;
    int count;
    stage_begin("memory_sign", "what does an activation's sign mean? Words: interventions.", args,
                argc, argv);
    Report report = parse_report();
    stage_want(report != POOLS || corpus_path, "corpus", "named, for the titles that pools show");
    char **paths = stage_words(&count);
    if (!sign_set_read(&set, paths, (size_t)count, word, draws.seed, report == LAYERS, &error))
        stage_die(&error);
    stage_csv_begin(&writer, &out, out_path, columns[report]);
    write_report(report, &set, &writer);
    stage_csv_commit(&writer, &out);
    sign_set_free(&set);
    return 0;
}
