/* Links (claim, page) are made first, then thinned to each page's limit. Prompts and templates are
 * made from what is left, and then claims get their numbers in the corpus. */
#include "fever/pairs.h"

#include "base/alloc.h"
#include "base/rng.h"
#include "fever/title.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* A claim of one split that belongs to a document; both by number. */
typedef struct {
    size_t claim, page;
    int64_t rows; /* of the claim's evidence that cite the page */
    bool kept;    /* within the page's limit */
} Link;

typedef struct {
    Link *links; /* (count) sorted by claim, then page */
    size_t count, capacity;
    size_t by_title; /* how many claims were linked by title */
} Links;

static void add_link(Links *links, size_t claim, size_t page, int64_t rows)
{
    links->links =
        alloc_grow(links->links, &links->capacity, links->count + 1, sizeof *links->links);
    links->links[links->count++] = (Link){claim, page, rows, true};
}

static int by_page(const void *left, const void *right)
{
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    return (a > b) - (a < b);
}

/* Links a claim to the documents that its evidence cites, in rank order. */
static void link_cited(const Chosen *chosen, const FeverClaim *claim, size_t number, Links *links)
{
    size_t count = 0, *pages = alloc_zeroed(claim->rows_count, sizeof *pages);
    for (size_t i = 0; i < claim->rows_count; i++) {
        const char *title = claim->rows[i].title;
        count += title && names_find(&chosen->titles, title, strlen(title), &pages[count]);
    }
    qsort(pages, count, sizeof *pages, by_page);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && pages[next] == pages[i]; next++)
            continue;
        add_link(links, number, pages[i], (int64_t)(next - i));
    }
    free(pages);
}

/* Links a claim to the document whose readable title it contains, if any; names (documents) are the
 * readable titles. */
static void link_named(const Chosen *chosen, char *const *names, const FeverClaim *claim,
                       size_t number, Links *links)
{
    size_t best = chosen->pages_count, longest = 0;
    char *text = title_nfc(claim->text, strlen(claim->text));
    for (size_t i = 0; text && i < chosen->pages_count; i++) {
        size_t length = strlen(names[i]);
        if (length > longest && title_named(text, names[i])) {
            longest = length;
            best = i;
        }
    }
    free(text);
    if (best < chosen->pages_count) {
        add_link(links, number, best, 1);
        links->by_title++;
    }
}

static void link_claims(const Chosen *chosen, const ClaimSet *set, bool nei_by_title, Links *links)
{
    char **names = alloc_zeroed(chosen->pages_count, sizeof *names);
    for (size_t i = 0; i < chosen->pages_count; i++)
        names[i] = title_readable(chosen->pages[i].title);
    for (size_t i = 0; i < set->count; i++) {
        const FeverClaim *claim = &set->claims[i];
        if (claim_cites(claim))
            link_cited(chosen, claim, i, links);
        else if (nei_by_title && claim->label == FEVER_NEI)
            link_named(chosen, names, claim, i, links);
    }
    for (size_t i = 0; i < chosen->pages_count; i++)
        free(names[i]);
    free(names);
}

/* Groups the kept links by page: those of page p are of[start[p]] … of[start[p+1]-1], as indices;
 * start (pages+1). */
static void group_by_page(const Links *links, size_t pages, size_t *start, uint32_t *of)
{
    memset(start, 0, (pages + 1) * sizeof *start);
    for (size_t i = 0; i < links->count; i++)
        if (links->links[i].kept)
            start[links->links[i].page + 1]++;
    for (size_t p = 0; p < pages; p++)
        start[p + 1] += start[p];
    size_t *next = alloc_zeroed(pages, sizeof *next);
    memcpy(next, start, pages * sizeof *next);
    for (size_t i = 0; i < links->count; i++)
        if (links->links[i].kept)
            of[next[links->links[i].page]++] = (uint32_t)i;
    free(next);
}

/* Keeps `limit` links of each page (0: all), drawn from the stream `purpose`. */
static void limit_links(const Chosen *chosen, Links *links, size_t limit, const char *purpose,
                        uint64_t seed)
{
    size_t pages = chosen->pages_count, *start = alloc_zeroed(pages + 1, sizeof *start);
    uint32_t *of = alloc_zeroed(links->count, sizeof *of);
    group_by_page(links, pages, start, of);
    for (size_t p = 0; p < pages && limit > 0; p++) {
        size_t count = start[p + 1] - start[p];
        const char *title = chosen->pages[p].title;
        Rng rng = rng_stream(purpose, seed, XXH64(title, strlen(title), 0));
        rng_shuffle(&rng, of + start[p], count);
        for (size_t i = limit; i < count; i++)
            links->links[of[start[p] + i]].kept = false;
    }
    free(start);
    free(of);
}

/* Training claims by document, to draw examples from. */
typedef struct {
    const Chosen *chosen;
    const Links *train;
    size_t *start; /* (documents + 1) */
    uint32_t *of;  /* indices of links, see group_by_page */
    uint64_t seed;
} Examples;

/* Draws an example for the claim of FEVER id `id` on `page`; returns its number in the training
 * split. It is not claim `self` unless that is the only one; SIZE_MAX: nothing to avoid. */
static size_t draw_example(const Examples *examples, const char *purpose, int64_t id, size_t page,
                           size_t self)
{
    Rng rng = rng_stream(purpose, examples->seed, (uint64_t)id);
    const uint32_t *of = examples->of + examples->start[page];
    size_t count = examples->start[page + 1] - examples->start[page], place = count;
    for (size_t i = 0; i < count; i++)
        if (examples->train->links[of[i]].claim == self)
            place = i;
    if (place == count || count == 1)
        return examples->train->links[of[rng_below(&rng, (uint32_t)count)]].claim;
    size_t drawn = rng_below(&rng, (uint32_t)count - 1);
    return examples->train->links[of[drawn + (drawn >= place)]].claim;
}

/* Makes the prompts of validation claims (`dev`) or the templates of training claims, and returns
 * how many. Claims still have their numbers in their split. */
static size_t make_prompts(const Examples *examples, const Links *links, bool dev,
                           CorpusPrompt *prompts)
{
    const ClaimSet *set = dev ? &examples->chosen->dev : &examples->chosen->train;
    size_t count = 0, last = SIZE_MAX;
    for (size_t i = 0; i < links->count; i++) {
        const Link *link = &links->links[i];
        if (!link->kept)
            continue;
        size_t example =
            draw_example(examples, dev ? "example" : "template-example",
                         set->claims[link->claim].id, link->page, dev ? SIZE_MAX : link->claim);
        prompts[count++] =
            (CorpusPrompt){link->claim, link->page, example, link->rows, link->claim != last};
        last = link->claim;
    }
    return count;
}

/* Moves the used claims of a split into the corpus; number[i] = the new number of claim i. */
static void move_claims(ClaimSet *set, const bool *used, bool dev, size_t *number, Corpus *corpus)
{
    for (size_t i = 0; i < set->count; i++) {
        if (!used[i])
            continue;
        number[i] = corpus->claims_count;
        corpus->claims[corpus->claims_count++] = (CorpusClaim){set->claims[i], dev};
        set->claims[i] = (FeverClaim){0};
    }
}

/* Moves the used claims of both splits into the corpus and renumbers prompts and templates. */
static void renumber(Chosen *chosen, Corpus *corpus)
{
    ClaimSet *train = &chosen->train, *dev = &chosen->dev;
    bool *train_used = alloc_zeroed(train->count, 1), *dev_used = alloc_zeroed(dev->count, 1);
    size_t *train_number = alloc_zeroed(train->count, sizeof *train_number);
    size_t *dev_number = alloc_zeroed(dev->count, sizeof *dev_number);
    for (size_t i = 0; i < corpus->templates_count; i++)
        train_used[corpus->templates[i].claim] = train_used[corpus->templates[i].example] = true;
    for (size_t i = 0; i < corpus->prompts_count; i++)
        dev_used[corpus->prompts[i].claim] = train_used[corpus->prompts[i].example] = true;
    corpus->claims = alloc_zeroed(train->count + dev->count, sizeof *corpus->claims);
    move_claims(train, train_used, false, train_number, corpus);
    move_claims(dev, dev_used, true, dev_number, corpus);
    for (size_t i = 0; i < corpus->templates_count; i++) {
        corpus->templates[i].claim = train_number[corpus->templates[i].claim];
        corpus->templates[i].example = train_number[corpus->templates[i].example];
    }
    for (size_t i = 0; i < corpus->prompts_count; i++) {
        corpus->prompts[i].claim = dev_number[corpus->prompts[i].claim];
        corpus->prompts[i].example = train_number[corpus->prompts[i].example];
    }
    free(train_used);
    free(dev_used);
    free(train_number);
    free(dev_number);
}

static void count_split(Corpus *corpus, const char *split, const FeverCounts *counts, size_t named)
{
    const struct {
        const char *name;
        uint64_t value;
    } all[] = {{"claims", counts->claims},
               {"rows", counts->rows},
               {"evidence_sets", counts->evidence_sets},
               {"several_item_sets", counts->several_item_sets},
               {"pages", counts->pages},
               {"repeated_texts", counts->repeated_texts},
               {"contradictory_texts", counts->contradictory_texts},
               {"claims_with_repeated_sets", counts->repeated_sets_claims},
               {"claims_attached_by_title", named}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s_%s", split, all[i].name);
        corpus_count(corpus, name, (int64_t)all[i].value);
    }
}

static void count_all(const Chosen *chosen, const Links *train, const Links *dev, Corpus *corpus)
{
    count_split(corpus, "train", &chosen->train.counts, train->by_title);
    count_split(corpus, "dev", &chosen->dev.counts, dev->by_title);
    corpus_count(corpus, "wiki_pages_read", (int64_t)chosen->wiki.pages);
    corpus_count(corpus, "pages_wanted", (int64_t)chosen->wanted);
    corpus_count(corpus, "pages_found", (int64_t)chosen->wiki.found);
    corpus_count(corpus, "pages_repeated", (int64_t)chosen->wiki.repeated);
    corpus_count(corpus, "dropped_no_text", (int64_t)chosen->dropped_no_text);
    corpus_count(corpus, "dropped_no_training_claim", (int64_t)chosen->dropped_no_training_claim);
    corpus_count(corpus, "documents", (int64_t)corpus->pages_count);
    corpus_count(corpus, "prompts", (int64_t)corpus->prompts_count);
    corpus_count(corpus, "templates", (int64_t)corpus->templates_count);
}

void pairs_make(Chosen *chosen, const PairSettings *settings, Corpus *corpus)
{
    Links train = {0}, dev = {0};
    size_t pages = chosen->pages_count;
    *corpus = (Corpus){0};
    link_claims(chosen, &chosen->train, settings->nei_by_title, &train);
    link_claims(chosen, &chosen->dev, settings->nei_by_title, &dev);
    limit_links(chosen, &train, settings->train_limit, "train-claims", settings->seed);
    limit_links(chosen, &dev, settings->dev_limit, "dev-claims", settings->seed);
    Examples examples = {.chosen = chosen, .train = &train, .seed = settings->seed};
    examples.start = alloc_zeroed(pages + 1, sizeof *examples.start);
    examples.of = alloc_zeroed(train.count, sizeof *examples.of);
    group_by_page(&train, pages, examples.start, examples.of);
    corpus->prompts = alloc_zeroed(dev.count, sizeof *corpus->prompts);
    corpus->prompts_count = make_prompts(&examples, &dev, true, corpus->prompts);
    corpus->templates = alloc_zeroed(train.count, sizeof *corpus->templates);
    corpus->templates_count = make_prompts(&examples, &train, false, corpus->templates);
    corpus->pages = chosen->pages;
    corpus->pages_count = pages;
    chosen->pages = NULL;
    chosen->pages_count = 0;
    renumber(chosen, corpus);
    count_all(chosen, &train, &dev, corpus);
    free(examples.start);
    free(examples.of);
    free(train.links);
    free(dev.links);
    chosen_free(chosen);
}
