/* ingest: choose the documents and their claims from raw FEVER files into one SQLite corpus
 *
 * The corpus is computed from the FEVER v1 files as published: a training and
 * a validation split in JSON lines, and the Wikipedia dump as a folder or as its zip,
 * which is read as a stream. A /sample/ is one (claim, evidence set, evidence item) row;
 * sets and items are counted as they stand, null items included. Titles are
 * compared in Unicode form NFC. Validation claims are grouped by the pages their
 * evidence cites; pages are ranked by their number of claims, most first and ties by
 * title, and the first =--top= are wanted. A wanted page is dropped if the dump
 * holds no text for it or no training claim cites it; what remains are the documents. Claims
 * labelled NOT ENOUGH INFO cite no page: with =--nei title= each belongs to
 * the document whose readable title it names, the longest if there are
 * several, with =--nei none= they are left out. Every validation claim of a
 * document becomes a prompt, preceded by one training claim of the same
 * document, drawn from a random stream named by the claim; every training claim becomes
 * a template in the same form. Validation claims never serve as examples or templates.
 *
 *   build/bin/ingest --wiki data/wiki-pages.zip --train data/train.jsonl \
 *       --dev data/paper_dev.jsonl --top 500 --nei none --seed 1 --out build/corpus.db
 */
#include "pairs.h"
#include "stage.h"

#include <string.h>

static struct {
    const char *wiki, *train, *dev, *nei, *out;
    int64_t top, seed, train_limit, dev_limit;
} options = {.nei = "none", .top = 500, .seed = 1};

static const Arg args[] = {
    {"wiki", ARG_INPUT, &options.wiki, "folder or zip of wiki-*.jsonl", true},
    {"train", ARG_INPUT, &options.train, "training split (JSON lines)", true},
    {"dev", ARG_INPUT, &options.dev, "validation split (JSON lines)", true},
    {"top", ARG_INT, &options.top, "pages wanted, by number of claims", false},
    {"nei", ARG_TEXT, &options.nei, "none, or title: attach NOT ENOUGH INFO by title", false},
    {"seed", ARG_INT, &options.seed, "run seed of what is drawn", false},
    {"train-claims-per-page", ARG_INT, &options.train_limit, "training claims a page, 0: all",
     false},
    {"dev-claims-per-page", ARG_INT, &options.dev_limit, "validation claims a page, 0: all", false},
    {"out", ARG_OUTPUT, &options.out, "the corpus, an SQLite file", true},
    {0}};

static void check_options(void)
{
    if (options.top < 1 || options.seed < 0 || options.train_limit < 0 || options.dev_limit < 0)
        stage_fail("--top, --seed or a limit: too small; give --top at least 1, the others at "
                   "least 0");
    if (strcmp(options.nei, "none") != 0 && strcmp(options.nei, "title") != 0)
        stage_fail("--nei: %s is unknown; use none or title", options.nei);
}

int main(int argc, char **argv)
{
    Error error;
    Chosen chosen;
    Corpus corpus;
    Out out;
    stage_begin("ingest", "choose documents and claims from raw FEVER files", args, argc, argv);
    check_options();
    bool by_title = strcmp(options.nei, "title") == 0;
    ChooseSettings choose = {options.train, options.dev, options.wiki, (size_t)options.top,
                             by_title};
    PairSettings pairs = {(uint64_t)options.seed, (size_t)options.train_limit,
                          (size_t)options.dev_limit, by_title};
    if (!choose_documents(&choose, stage_progress, &chosen, &error))
        stage_die(&error);
    pairs_make(&chosen, &pairs, &corpus);
    if (!out_open(&out, options.out, &error) || !corpus_write(&corpus, out.temporary, &error))
        stage_die(&error);
    corpus_free(&corpus);
    stage_commit(&out);
    return 0;
}
