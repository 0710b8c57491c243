/* Fuzz target: the zip of wiki pages, through libarchive. */
#include "fever/wiki.h"
#include "fuzz.h"

#include <string.h>

static size_t received;

static void take(void *context, size_t wanted, const Page *page)
{
    const Names *names = context;
    received++;
    fuzz_check(strcmp(names_text(names, wanted, NULL), page->title) == 0);
    fuzz_check(page_has_text(page) && fuzz_is_text(page->text) && fuzz_is_text(page->lines));
}

static void run(const uint8_t *data, size_t size)
{
    static const char *const titles[] = {"Alpha", "Beta_-LRB-b-RRB-", "Z\xc3\xa9ta", "Gone"};
    const char *path = fuzz_file(0, data, size);
    Names wanted = {0};
    WikiCounts counts;
    Error error;
    size_t number;
    for (int i = 0; i < 4; i++)
        names_add(&wanted, titles[i], strlen(titles[i]), &number);
    received = 0;
    if (wiki_read(path, &wanted, take, &wanted, NULL, &counts, &error)) {
        fuzz_check(counts.pages > 0 && counts.files > 0 && counts.found <= wanted.count);
        fuzz_check(received == counts.found - counts.without_text);
        fuzz_accepted("pages", counts.pages);
        fuzz_accepted("found", counts.found);
    } else {
        fuzz_refused(&error, path);
    }
    fuzz_inflated(counts.bytes);
    names_free(&wanted);
}

const FuzzTarget fuzz_target = {"zip", run, 2000000, 400, 50000, 40};
