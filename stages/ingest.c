/* ingest: choose the documents and their claims from raw FEVER files into one SQLite corpus
 *
 * The corpus is computed from the FEVER v1 files as published: a training and
 * a validation split in JSON lines, and the Wikipedia dump as a folder, as one file, or as its zip,
 * which is read as a stream. A /sample/ is one (claim, evidence set, evidence item) row;
 * sets and items are counted as they stand, null items included. Titles are
 * compared in Unicode form NFC. Claims that repeat a text, texts under two labels, and claims that
 * name an evidence set twice are counted and told. Validation claims are grouped by the pages their
 * evidence cites; pages are ranked by their number of claims, most first and ties by
 * title, and the first =--top= are wanted. A wanted page is dropped if the dump
 * holds no text for it or no training claim cites it; what remains are the documents. Pages that
 * are dropped, evidence that is not on its page, and pages of one title that differ are told.
 * Claims labelled NOT ENOUGH INFO cite no page: with =--nei title= each belongs to the document
 * whose readable title it names, the longest if there are several, with =--nei none= they are left
 * out. Every validation claim of a document becomes a prompt, preceded by one training claim of the
 * same document, drawn from a random stream named by the claim; every training claim becomes a
 * template in the same form. Validation claims never serve as examples or templates.
 *
 *   build/bin/ingest --wiki data/wiki-pages.zip --train data/train.jsonl \
 *       --dev data/paper_dev.jsonl --top 500 --nei none --seed 1 --out build/corpus.db
 */
#include "fever/cited.h"
#include "fever/pairs.h"
#include "run/stage.h"

#include <string.h>

static const char *wiki_path, *train, *dev, *nei = "none", *out_path;
static int64_t top = 500, seed = 1, train_limit, dev_limit;

static const Arg args[] = {
    {"wiki", ARG_INPUT, &wiki_path, "folder or zip of wiki-*.jsonl", true},
    {"train", ARG_INPUT, &train, "training split (JSON lines)", true},
    {"dev", ARG_INPUT, &dev, "validation split (JSON lines)", true},
    {"top", ARG_INT, &top, "pages wanted, by number of claims [1 or more]", false},
    {"nei", ARG_TEXT, &nei, "what NOT ENOUGH INFO is attached by [none or title]", false},
    {"seed", ARG_INT, &seed, "run seed of what is drawn [0 or more]", false},
    {"train-claims-per-page", ARG_INT, &train_limit, "training claims a page, 0: all [0 or more]",
     false},
    {"dev-claims-per-page", ARG_INT, &dev_limit, "validation claims a page, 0: all [0 or more]",
     false},
    {"out", ARG_OUTPUT, &out_path, "the corpus, an SQLite file", true},
    {0}};

/* Tells of files or members that are no pages by their names. */
static void note_passed_over(const WikiCounts *wiki)
{
    Error note;
    if (wiki->passed_over == 0)
        return;
    fail(&note, "%s: %llu %s not called wiki-*.jsonl and passed over: %s%s", wiki_path,
         (unsigned long long)wiki->passed_over, wiki->passed_over > 1 ? "files are" : "file is",
         wiki->passed_name, wiki->passed_over > 1 ? " …" : "");
    stage_note(&note);
}

/* Tells of pages of one title that differ. */
static void note_reworded(const WikiCounts *wiki)
{
    Error note;
    if (wiki->reworded == 0)
        return;
    fail(&note,
         "%s: %llu wanted %s there again with another text or other lines, and the first is taken: "
         "%s%s; leave one "
         "page of a title",
         wiki_path, (unsigned long long)wiki->reworded,
         wiki->reworded > 1 ? "pages are" : "page is", wiki->reworded_title,
         wiki->reworded > 1 ? " …" : "");
    stage_note(&note);
}

/* Tells of validation claims that are not independent of each other. */
static void note_repeats(const FeverCounts *asked)
{
    Error note;
    if (asked->repeated_texts + asked->repeated_sets_claims == 0)
        return;
    fail(&note,
         "%s: %llu claims repeat another's text, %llu texts stand under two labels, %llu claims "
         "name "
         "an evidence set twice; rows count as published, and scores take claims of one text for "
         "one",
         dev, (unsigned long long)asked->repeated_texts,
         (unsigned long long)asked->contradictory_texts,
         (unsigned long long)asked->repeated_sets_claims);
    stage_note(&note);
}

int main(int argc, char **argv)
{
    Error error;
    Chosen chosen;
    Corpus corpus;
    Out out;
    stage_begin("ingest", "choose documents and claims from raw FEVER files", args, argc, argv);
    bool by_title = strcmp(nei, "title") == 0;
    ChooseSettings choose = {train, dev, wiki_path, (size_t)top, by_title};
    PairSettings pairs = {(uint64_t)seed, (size_t)train_limit, (size_t)dev_limit, by_title};
    if (!choose_documents(&choose, stage_progress, &chosen, &error))
        stage_die(&error);
    const Error note = chosen.note;
    Error cited;
    cited_note(wiki_path, &chosen, &cited);
    const WikiCounts wiki = chosen.wiki;
    const FeverCounts asked = chosen.dev.counts;
    pairs_make(&chosen, &pairs, &corpus);
    if (!out_open(&out, out_path, &error) || !corpus_write(&corpus, out.temporary, &error))
        stage_die(&error);
    corpus_free(&corpus);
    stage_commit(&out);
    stage_note(&note);
    stage_note(&cited);
    note_passed_over(&wiki);
    note_reworded(&wiki);
    note_repeats(&asked);
    return 0;
}
