/* memory_sign: what does an activation above, at or below zero mean?
 *
 * Reads the interventions on several DocRep memories. An entry's /stance/ on a word is the sign
 * that a lens gives it; at selection -1 a lens predicts the opposite. The short lens is taken times
 * the sign of the entry's mean activation, for a GELU can be negative. Measured are Δ logit and
 * Δ log p against selection 0, means over the contexts; an entry's value is the mean over its
 * words (every word, the ten with the strongest stance, or ten drawn at random). Intervals
 * are 95 % percentile bootstraps over memories and entries (contexts for the word that is asked
 * about, documents for pools); tests flip the signs of units' means over memories, Holm corrects
 * within the five claims and within the parts of each. C7 holds if ReLU memories move words with
 * their stance at +1 /and/ selection 0 leaves the bits of the memory without the entry; C8 if
 * raising pairs rise and lowering pairs fall at +1; C9 if most pairs move opposite ways at -1 and
 * +1 in tanh memories; C10 if the four signs of the worked example are as said, for the entries
 * whose true path raises and lowers the word most. The embedded vocabulary has no "hate": "hated"
 * stands in for it. C11 asks of each document's whole selection against 0, on the document's own
 * text, whether log p of its next tokens rises; Δ log p is split into Δ logit and Δ log Σ exp,
 * and precision among the 20 words raised most is compared with the words of another, random,
 * document. *Reading:* "no pool" is selection 0 of a trained memory, whose biases still act.
 *
 *   memory_sign --report verdicts --word hated --out memory_sign.csv
 * interventions/tanh-1.safetensors interventions/relu-1.safetensors
 */
#include "corpus.h"
#include "mem.h"
#include "sign_tables.h"
#include "sign_verdicts.h"
#include "stage.h"
#include "title.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *kind, *out_path, *corpus_path, *word = "hated";
static int64_t seed = 1, resamples = 2000;

static const Arg args[] = {
    {"report", ARG_TEXT, &kind, "measures, pairs, pools, words or verdicts", true},
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    {"corpus", ARG_INPUT, &corpus_path, "corpus, for the titles that pools show", false},
    {"word", ARG_TEXT, &word, "the word of the worked example", false},
    {"seed", ARG_INT, &seed, "of random words, documents and resampling", false},
    {"resamples", ARG_INT, &resamples, "for intervals and sign flips, 100 to 1000000", false},
    {0},
};

typedef enum { MEASURES_REPORT, PAIRS_REPORT, POOLS, WORDS, VERDICTS, REPORTS } Report;

static Report parse_report(void)
{
    static const char *const names[] = {"measures", "pairs", "pools", "words", "verdicts"};
    int report = 0;
    while (report < REPORTS && strcmp(kind, names[report]) != 0)
        report++;
    if (report == REPORTS)
        stage_fail("--report: '%s' is no report; name measures, pairs, pools, words or verdicts",
                   kind);
    if (report == POOLS && !corpus_path)
        stage_fail("--corpus: pools show titles; name the corpus");
    if (resamples < 100 || resamples > 1000000)
        stage_fail("--resamples: %" PRId64 " is out of range; name 100 to 1000000", resamples);
    return (Report)report;
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
    char **titles = mem_alloc(documents, sizeof *titles);
    for (size_t i = 0; i < documents; i++)
        titles[i] = title_readable(corpus.pages[i].title);
    sign_pools_write(set, titles, writer);
    for (size_t i = 0; i < documents; i++)
        free(titles[i]);
    free(titles);
    corpus_free(&corpus);
}

static void write_verdicts(const SignSet *set, VerdictDraws draws, CsvWriter *writer)
{
    Error error;
    VerdictList list;
    verdict_list_begin(&list, "memory_sign", draws);
    if (!sign_verdicts(&list, set, &error))
        stage_die(&error);
    verdict_list_write(&list, writer);
    verdict_list_free(&list);
}

static void write_report(Report report, const SignSet *set, CsvWriter *writer)
{
    VerdictDraws draws = {.resamples = (size_t)resamples, .seed = (uint64_t)seed};
    switch (report) {
    case MEASURES_REPORT:
        sign_measures_write(set, draws.resamples, draws.seed, writer);
        break;
    case PAIRS_REPORT:
        sign_pairs_write(set, writer);
        break;
    case POOLS:
        write_pools(set, writer);
        break;
    case WORDS:
        sign_pool_words_write(set, writer);
        break;
    default:
        write_verdicts(set, draws, writer);
    }
}

int main(int argc, char **argv)
{
    static const char *const *const columns[] = {sign_measure_columns, sign_pair_columns,
                                                 sign_pool_columns, sign_pool_word_columns,
                                                 verdict_columns};
    Error error;
    SignSet set;
    CsvWriter writer;
    Out out;
    int count;
    stage_begin("memory_sign", "what does an activation's sign mean? Words: interventions.", args,
                argc, argv);
    Report report = parse_report();
    char **paths = stage_words(&count);
    if (!sign_set_read(&set, paths, (size_t)count, word, (uint64_t)seed, &error) ||
        !out_open(&out, out_path, &error))
        stage_die(&error);
    csvfile_begin(&writer, &out, columns[report]);
    write_report(report, &set, &writer);
    if (!csvfile_finish(&writer, &error))
        stage_die(&error);
    stage_commit(&out);
    sign_set_free(&set);
    return 0;
}
