/* The hash of its title decides whether a page is drawn, so the order of the dump does not matter,
 * and one pass suffices. It keeps the candidates of smallest hash. */
#include "fever/others.h"

#include "base/alloc.h"
#include "fever/fever.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

/* A candidate page and the hash of its title. */
typedef struct {
    uint64_t hash;
    char *title, *text; /* owned; NULL once a document has taken them */
} Candidate;

/* The candidates so far, by ascending hash, then title. */
typedef struct {
    Names cited;
    uint64_t seed;
    Candidate *candidates; /* (most + 1): one more, for insertion */
    size_t count, most;
} Drawing;

static bool add_cited(const char *path, Names *cited, Error *error)
{
    const FeverClaim *claim = NULL;
    size_t number;
    FeverReader *reader = fever_open(path, error);
    bool ok = reader != NULL;
    while (ok && (ok = fever_next(reader, &claim, error)) && claim)
        for (size_t i = 0; i < claim->rows_count; i++)
            if (claim->rows[i].title)
                names_add(cited, claim->rows[i].title, strlen(claim->rows[i].title), &number);
    fever_close(reader);
    return ok;
}

/* The index at which a hash and title are or would be inserted; *there = whether they are in the
 * list. */
static size_t find_place(const Drawing *drawing, uint64_t hash, const char *title, bool *there)
{
    size_t low = 0, high = drawing->count;
    *there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const Candidate *candidate = &drawing->candidates[middle];
        int order = candidate->hash == hash ? strcmp(candidate->title, title)
                                            : (candidate->hash > hash) - (candidate->hash < hash);
        *there = *there || order == 0;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool want_uncited(void *context, const char *title, size_t length)
{
    const Drawing *drawing = context;
    size_t number;
    if (names_find(&drawing->cited, title, length, &number))
        return false;
    return drawing->count < drawing->most ||
           XXH64(title, length, drawing->seed) <= drawing->candidates[drawing->count - 1].hash;
}

static void candidate_free(Candidate *candidate)
{
    free(candidate->title);
    free(candidate->text);
}

static void take_candidate(void *context, size_t wanted, const Page *page)
{
    Drawing *drawing = context;
    bool there;
    uint64_t hash = XXH64(page->title, strlen(page->title), drawing->seed);
    size_t place = find_place(drawing, hash, page->title, &there);
    (void)wanted;
    if (there)
        return;
    Candidate *at = drawing->candidates + place;
    memmove(at + 1, at, (drawing->count - place) * sizeof *at);
    *at = (Candidate){hash, alloc_text(page->title), alloc_text(page->text)};
    if (drawing->count == drawing->most)
        candidate_free(&drawing->candidates[drawing->most]);
    else
        drawing->count++;
}

/* Replaces the page by the remaining candidate whose text is nearest in length. */
static void replace_page(CorpusPage *page, Drawing *drawing)
{
    size_t length = strlen(page->text), best = SIZE_MAX;
    Candidate *nearest = NULL;
    for (size_t i = 0; i < drawing->count; i++) {
        Candidate *candidate = &drawing->candidates[i];
        if (!candidate->title)
            continue;
        size_t other = strlen(candidate->text);
        size_t apart = other > length ? other - length : length - other;
        if (apart < best)
            best = apart, nearest = candidate;
    }
    assert(nearest); /* others_place has checked that there are enough */
    free(page->title), free(page->text);
    page_sentences_free(page->sentences, page->sentences_count);
    *page = (CorpusPage){.title = nearest->title, .text = nearest->text};
    *nearest = (Candidate){.hash = nearest->hash};
}

bool others_place(Corpus *corpus, const OtherSettings *settings, WikiProgress progress,
                  Error *error)
{
    WikiCounts counts;
    Drawing drawing = {.seed = settings->seed};
    if (!size_mul(corpus->pages_count, OTHERS_DRAWN, &drawing.most))
        alloc_exhausted();
    drawing.candidates = alloc_zeroed(drawing.most + 1, sizeof *drawing.candidates);
    bool ok =
        add_cited(settings->train, &drawing.cited, error) &&
        add_cited(settings->dev, &drawing.cited, error) &&
        wiki_scan(settings->wiki, want_uncited, take_candidate, &drawing, progress, &counts, error);
    if (ok && drawing.count < corpus->pages_count)
        ok = fail(error,
                  "%s: has %zu pages that no claim cites, fewer than the %zu documents; give a "
                  "larger dump",
                  settings->wiki, drawing.count, corpus->pages_count);
    for (size_t i = 0; ok && i < corpus->pages_count; i++)
        replace_page(&corpus->pages[i], &drawing);
    for (size_t i = 0; i < drawing.count; i++)
        candidate_free(&drawing.candidates[i]);
    free(drawing.candidates);
    names_free(&drawing.cited);
    return ok;
}

bool others_turn(Corpus *corpus, const char *path, Error *error)
{
    if (corpus->pages_count < 2)
        return fail(error, "%s: has one document alone, and no other in its place; keep more pages",
                    path);
    CorpusPage first = corpus->pages[0];
    size_t last = corpus->pages_count - 1;
    memmove(corpus->pages, corpus->pages + 1, last * sizeof *corpus->pages);
    corpus->pages[last] = first;
    return true;
}

/* The other texts of the documents' titles, in the order of the dump. */
typedef struct {
    const Corpus *corpus;
    Names titles;
    struct Wording {
        size_t page, number;
        char *text;
    } * wordings;
    size_t count, capacity;
} Wordings;

static bool want_title(void *context, const char *title, size_t length)
{
    size_t number;
    return names_find(&((Wordings *)context)->titles, title, length, &number);
}

static void take_wording(void *context, size_t wanted, const Page *page)
{
    Wordings *list = context;
    size_t number;
    if (!names_find(&list->titles, page->title, strlen(page->title), &number) ||
        strcmp(page->text, list->corpus->pages[number].text) == 0)
        return;
    list->wordings =
        alloc_grow(list->wordings, &list->capacity, list->count + 1, sizeof *list->wordings);
    list->wordings[list->count++] = (struct Wording){number, wanted, alloc_text(page->text)};
}

static int by_page(const void *left, const void *right)
{
    const struct Wording *a = left, *b = right;
    if (a->page != b->page)
        return a->page < b->page ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

/* Appends the wordings to the documents. */
static bool add_wordings(Corpus *corpus, Wordings *list, const char *wiki, Error *error)
{
    size_t documents = corpus->pages_count, capacity = documents, next = 0;
    if (list->count)
        qsort(list->wordings, list->count, sizeof *list->wordings, by_page);
    for (size_t i = 0; i < documents; i++) {
        if (next == list->count || list->wordings[next].page != i)
            return fail(error, "%s: has no other text of the page '%s'; give a dump of wordings",
                        wiki, corpus->pages[i].title);
        for (; next < list->count && list->wordings[next].page == i; next++) {
            corpus->pages = alloc_grow(corpus->pages, &capacity, corpus->pages_count + 1,
                                       sizeof *corpus->pages);
            corpus->pages[corpus->pages_count++] = (CorpusPage){
                .title = alloc_text(corpus->pages[i].title), .text = list->wordings[next].text};
            list->wordings[next].text = NULL;
        }
    }
    return true;
}

bool others_add_wordings(Corpus *corpus, const char *wiki, WikiProgress progress, Error *error)
{
    WikiCounts counts;
    Wordings list = {.corpus = corpus};
    size_t number;
    for (size_t i = 0; i < corpus->pages_count; i++)
        names_add(&list.titles, corpus->pages[i].title, strlen(corpus->pages[i].title), &number);
    bool ok = wiki_scan(wiki, want_title, take_wording, &list, progress, &counts, error) &&
              add_wordings(corpus, &list, wiki, error);
    for (size_t i = 0; i < list.count; i++)
        free(list.wordings[i].text);
    free(list.wordings);
    names_free(&list.titles);
    return ok;
}
