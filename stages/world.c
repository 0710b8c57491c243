/* world: write the embedded world as a folder of raw files in FEVER's format
 *
 * From a seed come invented people, films, towns, clubs, novels, bands and companies with twelve or
 * fewer stated facts each. A value usually goes with its thing's nation, era or theme (90 %), and
 * some values are more common than others, so that claims can be judged better than by chance
 * without knowing the page. Claims are a third each true, false and undecidable. Of the false
 * values 75 % go with another nation, era or theme and are rare ones there; the rest are as
 * plausible as the true one. About four in ten true claims are in the page's own words, and 30 % of
 * the undecidable ones are about facts that such pages often state. Labels are right by
 * construction. The folder holds
 * =wiki-pages/wiki-001.jsonl= and on, =train.jsonl= and =paper_dev.jsonl=, with what real dumps
 * bring: pages without text, a repeated page, escaped titles, empty sentences that keep their
 * number, fragments without one. One much cited page has lost its text and another has no training
 * claim.
 *
 * Example: =build/bin/world --seed 1 --out build/tiny/world= */
#include "mem.h"
#include "stage.h"
#include "world_fever.h"

#include <stdlib.h>

enum { DEV_SPREAD = 2, TRAIN_SPREAD = 2, ODD_PAGES = 2, ODD_CLAIMS = 14 };

static size_t around(Rng *rng, int64_t mean, int64_t spread)
{
    int64_t low = mean > spread ? mean - spread : 1;
    return (size_t)(low + (int64_t)rng_below(rng, (uint32_t)(2 * (mean - low) + 1)));
}

/* Draws the claims of all pages into both splits. */
static void draw_claims(const World *world, int64_t dev_mean, int64_t train_mean, FeverClaims *dev,
                        FeverClaims *train)
{
    for (size_t i = 0; i < world->study + world->other; i++) {
        Rng rng = rng_stream("world claims", world->seed, i);
        size_t dev_count = around(&rng, dev_mean, DEV_SPREAD);
        size_t train_count = around(&rng, train_mean, TRAIN_SPREAD);
        if (i >= world->study) { /* pages beside those under study are rarely cited … */
            dev_count = rng_below(&rng, 2);
            train_count = 1 + rng_below(&rng, 2);
        }
        if (i >= world->study && i < world->study + ODD_PAGES) { /* … but for the odd ones */
            dev_count = ODD_CLAIMS;
            train_count = i == world->study ? ODD_CLAIMS : 0;
        }
        size_t from = dev->count;
        fever_draw_claims(dev, world, i, dev_count, NULL, 0, &rng);
        fever_draw_claims(train, world, i, train_count, dev->claims + from, dev->count - from,
                          &rng);
    }
}

static bool write_split(Out *out, const World *world, const char *name, FeverClaims *claims,
                        uint32_t first_id, Error *error)
{
    return out_member(out, name, error) && fever_write_claims(out, world, claims, first_id);
}

static bool write_wiki(Out *out, const World *world, int64_t files, Error *error)
{
    size_t count = world->study + world->other;
    uint32_t *order = mem_alloc(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
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
    free(order);
    return ok;
}

int main(int argc, char **argv)
{
    int64_t seed = 1, pages = 80, others = 150, dev_mean = 10, train_mean = 6, files = 4;
    const char *path = NULL;
    const Arg args[] = {
        {"seed", ARG_INT, &seed, "seed of the world", false},
        {"pages", ARG_INT, &pages, "pages under study", false},
        {"others", ARG_INT, &others, "other pages", false},
        {"dev", ARG_INT, &dev_mean, "validation claims a page under study, on average", false},
        {"train", ARG_INT, &train_mean, "training claims a page under study, on average", false},
        {"files", ARG_INT, &files, "wiki files", false},
        {"out", ARG_OUTPUT, &path, "folder to write", true},
        {0},
    };
    stage_begin("world", "write the embedded world in FEVER's raw format", args, argc, argv);
    if (pages < 1 || others < ODD_PAGES || pages > WORLD_LIMIT || others > WORLD_LIMIT)
        stage_fail("--pages, --others: not in 1 … %d and %d … %d; choose other numbers",
                   WORLD_LIMIT, ODD_PAGES, WORLD_LIMIT);
    if (dev_mean < 3 || train_mean < 1 || dev_mean > FEVER_MEAN || train_mean > FEVER_MEAN ||
        files < 1 || files > 109)
        stage_fail("--dev, --train, --files: not in 3 … %d, 1 … %d and 1 … 109; choose other "
                   "numbers",
                   FEVER_MEAN, FEVER_MEAN);
    Error error;
    Out out;
    World world = world_make((uint64_t)seed, (size_t)pages, (size_t)others, 0);
    FeverClaims dev = {0}, train = {0};
    draw_claims(&world, dev_mean, train_mean, &dev, &train);
    if (!out_open_folder(&out, path, &error))
        stage_die(&error);
    if (!write_wiki(&out, &world, files, &error) ||
        !write_split(&out, &world, "train.jsonl", &train, 0, &error) ||
        !write_split(&out, &world, "paper_dev.jsonl", &dev, (uint32_t)train.count, &error)) {
        out_abandon(&out);
        stage_die(&error);
    }
    stage_commit(&out);
    fever_free_claims(&dev);
    fever_free_claims(&train);
    world_free(&world);
    return 0;
}
