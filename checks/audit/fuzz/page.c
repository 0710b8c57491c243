/* Fuzz target: lines of wiki pages: the quick look, the parse, the sentences. */
#include "fever/page.h"
#include "fever/title.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static size_t sentences_of(const char *lines)
{
    PageSentence *sentences;
    size_t count, length = strlen(lines);
    page_sentences(lines, &sentences, &count);
    for (size_t i = 0; i < count; i++) {
        fuzz_check(sentences[i].number >= 0 && sentences[i].number <= 999999999);
        fuzz_check(strlen(sentences[i].text) < length);
        fuzz_check(!strpbrk(sentences[i].text, "\t\n"));
        for (size_t j = 0; j < i && j < 64; j++)
            fuzz_check(sentences[i].number != sentences[j].number);
    }
    page_sentences_free(sentences, count);
    return count;
}

static void read_line(const char *line, size_t length)
{
    char title[PAGE_TITLE_LIMIT];
    size_t count = 0;
    Page page;
    Error error;
    bool sure = page_look(line, length, title, &count);
    fuzz_check(!sure || (count < PAGE_TITLE_LIMIT && title[count] == 0 && strlen(title) == count));
    if (!page_parse(line, length, &page, &error)) {
        fuzz_refused(&error, "");
        return;
    }
    fuzz_check(fuzz_is_text(page.title) && fuzz_is_text(page.text) && fuzz_is_text(page.lines));
    fuzz_check(!sure || strcmp(title, page.title) == 0); /* the look is as good as the parse */
    fuzz_accepted("sentences", sentences_of(page.lines));
    fuzz_accepted("text", page_has_text(&page));
    page_free(&page);
}

static void run(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data, *end = at + size;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        read_line(at, (size_t)(stop - at));
        at = newline ? newline + 1 : end;
    }
    char *copy = malloc(size + 1);
    fuzz_check(copy);
    if (size)
        memcpy(copy, data, size);
    copy[size] = 0;
    sentences_of(copy);
    free(copy);
}

const FuzzTarget fuzz_target = {"page", run, 100000, 400, 50000, 40};
