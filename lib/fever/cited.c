/* A sentence that several claims name counts once. */
#include "fever/cited.h"

#include <string.h>

/* A sentence, by its document's number and its own. */
typedef struct {
    size_t page;
    int64_t number;
} Cited;

typedef struct {
    const Chosen *chosen;
    Names seen; /* Cited */
    size_t absent;
    Cited first; /* of those absent */
} Count;

static bool is_there(const CorpusPage *page, int64_t number)
{
    for (size_t i = 0; i < page->sentences_count; i++)
        if (page->sentences[i].number == number)
            return *page->sentences[i].text && strstr(page->text, page->sentences[i].text);
    return false;
}

static void count_claims(Count *count, const ClaimSet *set)
{
    const Chosen *chosen = count->chosen;
    for (size_t i = 0; i < set->count; i++)
        for (size_t j = 0; j < set->claims[i].rows_count; j++) {
            const FeverRow *row = &set->claims[i].rows[j];
            Cited cited = {.number = row->sentence};
            size_t ignored;
            if (!row->title ||
                !names_find(&chosen->titles, row->title, strlen(row->title), &cited.page) ||
                !names_add(&count->seen, &cited, sizeof cited, &ignored) ||
                is_there(&chosen->pages[cited.page], cited.number))
                continue;
            if (count->absent++ == 0)
                count->first = cited;
        }
}

void cited_note(const char *wiki, const Chosen *chosen, Error *note)
{
    Count count = {.chosen = chosen};
    *note = (Error){""};
    count_claims(&count, &chosen->dev);
    count_claims(&count, &chosen->train);
    if (count.absent > 0)
        fail(note,
             "%s: %zu of %zu evidence sentences %s not on %s, as sentence %lld of %s; "
             "where that is many, take the dump that belongs to the claims, with \"lines\" "
             "numbered as FEVER does",
             wiki, count.absent, count.seen.count, count.absent > 1 ? "are" : "is",
             count.absent > 1 ? "their pages" : "its page", (long long)count.first.number,
             chosen->pages[count.first.page].title);
    names_free(&count.seen);
}
