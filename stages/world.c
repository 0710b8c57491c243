/* world: write the embedded world as a folder of raw files in FEVER's format
 *
 * From a seed come invented people, films, towns, clubs, novels, bands and companies with twelve or
 * fewer stated facts each. A value usually goes with its thing's nation, era or theme (90 %), and
 * some values are more common than others, so that claims can be judged better than by chance
 * without knowing the page. Claims are a third each true, false and undecidable. Of the false
 * values 90 % go with another nation, era or theme and are rare ones there; the rest are as
 * plausible as the true one. About half of the true claims are in the page's own words, and 30 % of
 * the undecidable ones are about facts that such pages often state. Labels are right by
 * construction. The folder holds
 * =wiki-pages/wiki-001.jsonl= and on, =train.jsonl= and =paper_dev.jsonl=, with what real dumps
 * bring: pages without text, a repeated page, escaped titles, empty sentences that keep their
 * number, fragments without one. One much cited page has lost its text and another has no training
 * claim.
 *
 * With =--wordings= /n/ the folder holds only =wiki-pages/wiki-001.jsonl=, with each page in
 * /n/ other wordings of the same facts, none of which the base model has read.
 *
 * Under study are two halves of as many pages each, of which a folder holds one: an exploratory
 * half, and a confirmatory one that no rule was tuned on; the other pages are in both.
 *
 * Example: =build/bin/world --seed 1 --out build/tiny/world= */
#include "base/alloc.h"
#include "run/stage.h"
#include "world/world_fever.h"

#include <stdlib.h>
#include <string.h>

static const char *half = "exploratory", *out_path;
static int64_t seed = 1, pages = 80, others = 150, dev_mean = 10, train_mean = 6, files = 4;
static int64_t wordings;

static const Arg args[] = {
    {"seed", ARG_INT, &seed, "seed of the world", false},
    {"pages", ARG_INT, &pages, "pages under study in each half [from 1 to 1000]", false},
    {"half", ARG_TEXT, &half, "the half to write [exploratory or confirmatory]", false},
    {"others", ARG_INT, &others, "other pages [from 2 to 2000]", false},
    {"dev", ARG_INT, &dev_mean, "mean validation claims a page under study [from 3 to 14]", false},
    {"train", ARG_INT, &train_mean, "mean training claims a page under study [from 1 to 14]",
     false},
    {"files", ARG_INT, &files, "wiki files [from 1 to 109]", false},
    {"wordings", ARG_INT, &wordings, "only as many other wordings of each page [from 0 to 1000]",
     false},
    {"out", ARG_OUTPUT, &out_path, "folder to write", true},
    {0},
};

_Static_assert(WORLD_LIMIT == 2000 && WORLD_HALVES == 2 && FEVER_MEAN == 14 && FEVER_ODD_PAGES == 2,
               "as the help says");

/* The entities that the folder is about: one half of those under study, then the others. */
static uint32_t *choose(const World *world, size_t *count)
{
    uint32_t *chosen = alloc_zeroed((size_t)pages + world->other, sizeof *chosen);
    size_t first = strcmp(half, "confirmatory") == 0 ? (size_t)pages : 0;
    *count = 0;
    for (size_t i = 0; i < world->study + world->other; i++)
        if (i >= world->study || (i >= first && i < first + (size_t)pages))
            chosen[(*count)++] = (uint32_t)i;
    return chosen;
}

static bool write_split(Out *out, const World *world, const char *name, FeverClaims *claims,
                        uint32_t first_id, Error *error)
{
    return out_member(out, name, error) && fever_write_claims(out, world, claims, first_id);
}

/* Writes the pages of `order` (count), which it shuffles. */
static bool write_wiki(Out *out, const World *world, uint32_t *order, size_t count, Error *error)
{
    Rng rng = rng_stream("world page order", world->seed, 0);
    rng_shuffle(&rng, order, count);
    bool ok = true;
    for (int64_t file = 0; ok && file < files; file++) {
        char name[48];
        snprintf(name, sizeof name, "wiki-pages/wiki-%03d.jsonl", (int)file + 1);
        ok = out_member(out, name, error);
        if (ok)
            fever_write_blank(out, "");
        size_t low = count * (size_t)file / (size_t)files;
        size_t high = count * (size_t)(file + 1) / (size_t)files;
        for (size_t i = low; ok && i < high; i++)
            if (order[i] == world->study) /* an odd page: its text is lost */
                fever_write_blank(out, world->entities[order[i]].title);
            else
                fever_write_page(out, world, order[i]);
        /* Pages can repeat: one without text, one in other words. */
        if (ok && high > low + 1 && order[high - 1] != world->study)
            fever_write_blank(out, world->entities[order[high - 1]].title);
        if (ok && high > low + 1 && order[low] != world->study)
            fever_write_page_again(out, world, order[low]);
    }
    return ok;
}

/* Other wordings of each page. */
static bool write_wordings(Out *out, const World *world, const uint32_t *chosen, size_t count,
                           Error *error)
{
    bool ok = out_member(out, "wiki-pages/wiki-001.jsonl", error);
    for (size_t i = 0; ok && i < count; i++)
        for (int64_t w = 0; w < wordings; w++)
            fever_write_wording(out, world, chosen[i], (uint32_t)w);
    return ok;
}

/* The raw files: pages and both splits. */
static bool write_files(Out *out, const World *world, uint32_t *chosen, size_t count,
                        FeverClaims *train, FeverClaims *dev, Error *error)
{
    return write_wiki(out, world, chosen, count, error) &&
           write_split(out, world, "train.jsonl", train, 0, error) &&
           write_split(out, world, "paper_dev.jsonl", dev, (uint32_t)train->count, error);
}

int main(int argc, char **argv)
{
    stage_begin("world", "write the embedded world in FEVER's raw format", args, argc, argv);
    Error error;
    Out out;
    World world = world_make((uint64_t)seed, WORLD_HALVES * (size_t)pages, (size_t)others, 0);
    FeverClaims dev = {0}, train = {0};
    size_t count;
    uint32_t *chosen = choose(&world, &count);
    for (size_t i = 0; i < count; i++)
        fever_draw_splits(&dev, &train, &world, chosen[i], (size_t)dev_mean, (size_t)train_mean);
    if (!out_open_folder(&out, out_path, &error))
        stage_die(&error);
    if (!(wordings ? write_wordings(&out, &world, chosen, count, &error)
                   : write_files(&out, &world, chosen, count, &train, &dev, &error))) {
        out_abandon(&out);
        stage_die(&error);
    }
    stage_commit(&out);
    free(chosen);
    fever_free_claims(&dev);
    fever_free_claims(&train);
    world_free(&world);
    return 0;
}
