/* other_pages: the same corpus with other pages in its documents' places, or in several wordings
 *
 * A memory that has stored /other/ pages is the floor of what counts as use: training on any page
 * moves a model's answers. Each document's place is taken by a page that no training or validation
 * claim cites; among sixteen times as many candidates, those whose titles have the least hash, the
 * one of the nearest length. The claims, and the prompts about them, stay as they are. The same
 * pages, put before prompts, are the control of a page in context. Where a dump has only cited
 * pages, =--kind next= puts the next document of the study in the place of each: enough for what is
 * told, not for what is stored.
 *
 * With =--kind wordings= the documents stay and all further texts that the dump has of them follow,
 * the same facts in other words: what is stored from one wording only may not be there to be used
 * (Allen-Zhu and Li, Physics of Language Models, part 3.1, 2023).
 *
 *   build/bin/other_pages --corpus build/corpus.db --wiki data/wiki-pages.zip \
 *       --train data/train.jsonl --dev data/paper_dev.jsonl --out build/corpus_other.db
 */
#include "fever/others.h"
#include "run/stage.h"

#include <string.h>

static const char *corpus_path, *wiki, *train, *dev, *kind = "other", *out_path;
static int64_t seed = 1;

static const Arg args[] = {
    {"corpus", ARG_INPUT, &corpus_path, "SQLite file made by ingest", true},
    {"wiki", ARG_INPUT, &wiki, "folder or zip of wiki-*.jsonl", true},
    {"kind", ARG_TEXT, &kind, "what takes the pages' place [other, next or wordings]", false},
    {"train", ARG_INPUT, &train, "training split, for other pages", false},
    {"dev", ARG_INPUT, &dev, "validation split, for other pages", false},
    {"seed", ARG_INT, &seed, "of the choice [0 or more]", false},
    {"out", ARG_OUTPUT, &out_path, "the corpus, an SQLite file", true},
    {0}};

int main(int argc, char **argv)
{
    Error error;
    Corpus corpus;
    Out out;
    stage_begin("other_pages", "put other pages, or other wordings, in a corpus", args, argc, argv);
    bool other = strcmp(kind, "other") == 0;
    stage_want(!other || (train && dev), "train", "given, and --dev, for other pages");
    if (!corpus_read(&corpus, corpus_path, &error))
        stage_die(&error);
    const OtherSettings settings = {train, dev, wiki, (uint64_t)seed};
    bool ok = other ? others_place(&corpus, &settings, stage_progress, &error)
              : strcmp(kind, "next") == 0
                  ? others_turn(&corpus, corpus_path, &error)
                  : others_add_wordings(&corpus, wiki, stage_progress, &error);
    if (!ok || !out_open(&out, out_path, &error) || !corpus_write(&corpus, out.temporary, &error))
        stage_die(&error);
    stage_commit(&out);
    corpus_free(&corpus);
    return 0;
}
