/* Three passes. Validation claims rank the pages. Training claims show which wanted pages can have
 * an example. The dump gives the texts. Pages that lack either are dropped; the others keep their
 * order. */
#include "fever/choose.h"

#include "base/alloc.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

bool claim_cites(const FeverClaim *claim)
{
    for (size_t i = 0; i < claim->rows_count; i++)
        if (claim->rows[i].title)
            return true;
    return false;
}

static void keep_claim(ClaimSet *set, const FeverClaim *claim)
{
    set->claims = alloc_grow(set->claims, &set->capacity, set->count + 1, sizeof *set->claims);
    fever_claim_copy(&set->claims[set->count++], claim);
}

static void claim_set_free(ClaimSet *set)
{
    for (size_t i = 0; i < set->count; i++)
        fever_claim_free(&set->claims[i]);
    free(set->claims);
    *set = (ClaimSet){0};
}

void chosen_free(Chosen *chosen)
{
    Corpus pages = {.pages = chosen->pages, .pages_count = chosen->pages_count};
    corpus_free(&pages);
    claim_set_free(&chosen->train);
    claim_set_free(&chosen->dev);
    names_free(&chosen->titles);
    *chosen = (Chosen){0};
}

/* A candidate page: its title, and how many validation claims cite it. */
typedef struct {
    const char *title;
    int64_t claims;
    size_t last; /* index of the claim counted last, plus 1 */
} Candidate;

static int by_rank(const void *left, const void *right)
{
    const Candidate *a = left, *b = right;
    if (a->claims != b->claims)
        return a->claims < b->claims ? 1 : -1;
    return strcmp(a->title, b->title);
}

/* *candidates (titles->count) = every page that a claim cites, by rank; their titles point into
 * *titles. */
static void rank_pages(const ClaimSet *dev, Names *titles, Candidate **candidates)
{
    size_t capacity = 0, number;
    *candidates = NULL;
    for (size_t i = 0; i < dev->count; i++)
        for (size_t j = 0; j < dev->claims[i].rows_count; j++) {
            const char *title = dev->claims[i].rows[j].title;
            if (!title)
                continue;
            if (names_add(titles, title, strlen(title), &number)) {
                *candidates = alloc_grow(*candidates, &capacity, number + 1, sizeof **candidates);
                (*candidates)[number] = (Candidate){0};
            }
            Candidate *candidate = &(*candidates)[number];
            candidate->claims += candidate->last != i + 1;
            candidate->last = i + 1;
        }
    for (size_t i = 0; i < titles->count; i++)
        (*candidates)[i].title = names_text(titles, i, NULL);
    if (titles->count)
        qsort(*candidates, titles->count, sizeof **candidates, by_rank);
}

static bool read_dev(const ChooseSettings *settings, ClaimSet *dev, Error *error)
{
    const FeverClaim *claim = NULL;
    FeverReader *reader = fever_open(settings->dev, error);
    bool ok = reader != NULL;
    while (ok && (ok = fever_next(reader, &claim, error)) && claim)
        if (claim_cites(claim) || settings->nei_by_title)
            keep_claim(dev, claim);
    if (ok)
        dev->counts = fever_counts(reader);
    fever_close(reader);
    return ok;
}

/* Marks the wanted pages that the claim cites; returns whether there are any. */
static bool mark_cited(const FeverClaim *claim, const Names *wanted, bool *cited)
{
    bool any = false;
    for (size_t i = 0; i < claim->rows_count; i++) {
        const char *title = claim->rows[i].title;
        size_t number;
        if (title && names_find(wanted, title, strlen(title), &number))
            any = cited[number] = true;
    }
    return any;
}

/* Reads the training claims that matter; cited[i] = whether one of them cites wanted page i. */
static bool read_train(const ChooseSettings *settings, const ClaimSet *dev, const Names *wanted,
                       ClaimSet *train, bool *cited, Error *error)
{
    const FeverClaim *claim = NULL;
    Names dev_ids = {0};
    size_t number;
    for (size_t i = 0; i < dev->count; i++)
        names_add(&dev_ids, &dev->claims[i].id, sizeof dev->claims[i].id, &number);
    FeverReader *reader = fever_open(settings->train, error);
    bool ok = reader != NULL;
    while (ok && (ok = fever_next(reader, &claim, error)) && claim) {
        if (names_find(&dev_ids, &claim->id, sizeof claim->id, &number))
            ok = fail(error,
                      "%s: claim id %lld stands in %s too; give a training split without "
                      "validation claims",
                      settings->train, (long long)claim->id, settings->dev);
        else if (mark_cited(claim, wanted, cited) ||
                 (settings->nei_by_title && !claim_cites(claim)))
            keep_claim(train, claim);
    }
    if (ok)
        train->counts = fever_counts(reader);
    fever_close(reader);
    names_free(&dev_ids);
    return ok;
}

static void take_page(void *context, size_t wanted, const Page *page)
{
    CorpusPage *taken = (CorpusPage *)context + wanted;
    taken->text = alloc_text(page->text);
    page_sentences(page->lines, &taken->sentences, &taken->sentences_count);
}

/* The wanted pages, and what is known of them; all by number. */
typedef struct {
    Names titles;
    CorpusPage *pages;
    bool *cited; /* by a training claim */
} Wanted;

/* What a wanted page lacks and is dropped for; a page without a text is dropped for that alone. */
typedef enum { LACKS_NOTHING, LACKS_TEXT, LACKS_TRAINING } Lack;

static Lack lack_of(const Wanted *wanted, size_t number)
{
    return !wanted->pages[number].text ? LACKS_TEXT
           : !wanted->cited[number]    ? LACKS_TRAINING
                                       : LACKS_NOTHING;
}

/* How many validation claims cite wanted pages that lack this, but none that are kept. */
static size_t count_lost(const ClaimSet *dev, const Wanted *wanted, Lack lack)
{
    size_t lost = 0, number;
    for (size_t i = 0; i < dev->count; i++) {
        bool kept = false, lacks = false;
        for (size_t j = 0; j < dev->claims[i].rows_count; j++) {
            const char *title = dev->claims[i].rows[j].title;
            if (!title || !names_find(&wanted->titles, title, strlen(title), &number))
                continue;
            kept = kept || lack_of(wanted, number) == LACKS_NOTHING;
            lacks = lacks || lack_of(wanted, number) == lack;
        }
        lost += lacks && !kept;
    }
    return lost;
}

/* Appends title `number` to a list of at most three, then dots for all further ones. */
static void list_title(Text *list, size_t number, const char *title)
{
    enum { MOST = 3 };
    if (number < MOST) {
        text_append(list, ", ", number ? 2 : 0);
        text_append(list, title, strlen(title));
    } else if (number == MOST) {
        text_append(list, " …", strlen(" …"));
    }
}

/* Adds to the note the wanted pages that lack this, if there are any: `file` is where it is
 * missing, and `one` and `many` say so of one page and of several. */
static void note_lack(const char *file, const Wanted *wanted, Lack lack, const char *one,
                      const char *many, Chosen *chosen)
{
    const Error before = chosen->note;
    Text list = {0};
    size_t count = 0;
    for (size_t i = 0; i < chosen->wanted; i++)
        if (lack_of(wanted, i) == lack)
            list_title(&list, count++, wanted->pages[i].title);
    if (count > 0)
        fail(&chosen->note, "%s%s%s: %zu of %zu wanted pages %s dropped with %zu claims: %.*s",
             before.text, *before.text ? "; " : "", file, count, chosen->wanted,
             count > 1 ? many : one, count_lost(&chosen->dev, wanted, lack), (int)list.length,
             list.bytes);
    text_free(&list);
}

/* Sets the note on wanted pages that are dropped, if there are any. */
static void note_dropped(const ChooseSettings *settings, const Wanted *wanted, Chosen *chosen)
{
    note_lack(settings->wiki, wanted, LACKS_TEXT, "is not there, or without a text, and",
              "are not there, or without a text, and", chosen);
    note_lack(settings->train, wanted, LACKS_TRAINING, "is cited by no training claim, and",
              "are cited by no training claim, and", chosen);
    const Error said = chosen->note;
    if (*said.text)
        fail(&chosen->note,
             "%s; where that is many, take the dump and splits that belong together, with titles "
             "written alike",
             said.text);
}

/* Moves the pages that lack nothing to the choice, in order; frees the others. Returns whether any
 * is left. */
static bool drop_pages(Chosen *chosen, const Wanted *wanted)
{
    size_t number;
    chosen->pages = alloc_zeroed(chosen->wanted, sizeof *chosen->pages);
    for (size_t i = 0; i < chosen->wanted; i++) {
        CorpusPage *page = &wanted->pages[i];
        Lack lack = lack_of(wanted, i);
        if (lack == LACKS_NOTHING) {
            names_add(&chosen->titles, page->title, strlen(page->title), &number);
            chosen->pages[chosen->pages_count++] = *page;
            continue;
        }
        chosen->dropped_no_text += lack == LACKS_TEXT;
        chosen->dropped_no_training_claim += lack == LACKS_TRAINING;
        free(page->title);
        free(page->text);
        page_sentences_free(page->sentences, page->sentences_count);
    }
    return chosen->pages_count > 0;
}

/* Reports that no page is left; always false. */
static bool fail_empty(const ChooseSettings *settings, const Candidate *candidates,
                       const Chosen *chosen, Error *error)
{
    Text list = {0};
    for (size_t i = 0; i < chosen->wanted; i++)
        list_title(&list, i, candidates[i].title);
    fail(error,
         "%s: none of the %zu pages wanted, as %.*s, has both a text (%zu have none) and a "
         "training claim; give the dump and splits that belong together, with titles written alike",
         settings->wiki, chosen->wanted, (int)list.length, list.bytes, chosen->dropped_no_text);
    text_free(&list);
    return false;
}

/* Reads training claims and texts for the wanted candidates, and drops pages that lack either. */
static bool fill_pages(const ChooseSettings *settings, const Candidate *candidates,
                       WikiProgress progress, Chosen *chosen, Error *error)
{
    size_t number, count = chosen->wanted;
    Wanted wanted = {.pages = alloc_zeroed(count, sizeof *wanted.pages),
                     .cited = alloc_zeroed(count, sizeof *wanted.cited)};
    for (size_t i = 0; i < count; i++) {
        names_add(&wanted.titles, candidates[i].title, strlen(candidates[i].title), &number);
        wanted.pages[i] =
            (CorpusPage){.title = alloc_text(candidates[i].title), .claims = candidates[i].claims};
    }
    bool ok =
        read_train(settings, &chosen->dev, &wanted.titles, &chosen->train, wanted.cited, error) &&
        wiki_read(settings->wiki, &wanted.titles, take_page, wanted.pages, progress, &chosen->wiki,
                  error);
    if (ok)
        note_dropped(settings, &wanted, chosen);
    if (!drop_pages(chosen, &wanted) && ok)
        ok = fail_empty(settings, candidates, chosen, error);
    names_free(&wanted.titles);
    free(wanted.pages);
    free(wanted.cited);
    return ok;
}

bool choose_documents(const ChooseSettings *settings, WikiProgress progress, Chosen *chosen,
                      Error *error)
{
    Names titles = {0};
    Candidate *candidates = NULL;
    *chosen = (Chosen){0};
    bool ok = read_dev(settings, &chosen->dev, error);
    if (ok) {
        rank_pages(&chosen->dev, &titles, &candidates);
        chosen->wanted = titles.count < settings->top ? titles.count : settings->top;
        ok = chosen->wanted > 0 || fail(error,
                                        "%s: no claim cites a page; give a split with "
                                        "evidence",
                                        settings->dev);
    }
    ok = ok && fill_pages(settings, candidates, progress, chosen, error);
    names_free(&titles);
    free(candidates);
    if (!ok)
        chosen_free(chosen);
    return ok;
}
