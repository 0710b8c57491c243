/* Pages that no claim cites: which are taken, by length; and other wordings of the same pages. */
#include "fever/others.h"
#include "base/alloc.h"

#include <stdlib.h>

#include "fixture.h"

#define CLAIM(id, title)                                                                           \
    "{\"id\": " #id ", \"verifiable\": \"VERIFIABLE\", \"label\": \"SUPPORTS\", "                  \
    "\"claim\": \"x\", \"evidence\": [[[1, 2, \"" title "\", 0]]]}\n"
#define PAGE(id, text) "{\"id\": \"" id "\", \"text\": \"" text "\", \"lines\": \"0\\t" text "\"}\n"
#define TEN "0123456789"

static const char dev[] = CLAIM(1, "Short") CLAIM(2, "Long") CLAIM(3, "Cited");
static const char train[] = CLAIM(101, "Short") CLAIM(102, "Trained");
static const char wiki[] = PAGE("Short", "short") PAGE("Cited", TEN TEN) PAGE("Trained", TEN TEN)
    PAGE("Blank", " ") PAGE("Nine", "123456789") PAGE("Twenty", TEN TEN) PAGE("Nine", "again")
        PAGE("Forty", TEN TEN TEN TEN);

/* Two documents, of 5 and 25 bytes. */
static Corpus documents(void)
{
    Corpus corpus = {.pages_count = 2, .pages = alloc_zeroed(2, sizeof *corpus.pages)};
    corpus.pages[0] = (CorpusPage){.title = alloc_text("Short"), .text = alloc_text("short")};
    corpus.pages[1] =
        (CorpusPage){.title = alloc_text("Long"), .text = alloc_text(TEN TEN "12345")};
    return corpus;
}

static bool place(Corpus *corpus, const char *pages, Error *error)
{
    char paths[2][512], folder[512];
    snprintf(paths[0], sizeof paths[0], "%s", fixture_text("others-train.jsonl", train));
    snprintf(paths[1], sizeof paths[1], "%s", fixture_text("others-dev.jsonl", dev));
    fixture_text("others-wiki/wiki-001.jsonl", pages);
    snprintf(folder, sizeof folder, "%s", scratch("others-wiki"));
    return others_place(corpus, &(OtherSettings){paths[0], paths[1], folder, 1}, NULL, error);
}

/* The nearest in length is taken for the first document, then the nearest left; the first text of a
 * repeated page counts. */
static void test_places(void **state)
{
    (void)state;
    Error error = {""};
    Corpus corpus = documents();
    if (!place(&corpus, wiki, &error))
        fail_msg("%s", error.text);
    assert_string_equal(corpus.pages[0].title, "Nine");
    assert_string_equal(corpus.pages[0].text, "123456789");
    assert_string_equal(corpus.pages[1].title, "Twenty");
    assert_int_equal(corpus.pages[1].claims, 0);
    corpus_free(&corpus);
}

/* With more pages than candidates the choice does not hang on the order of the dump. */
static void test_drawn(void **state)
{
    (void)state;
    enum { PAGES = 200, LINE = 64 };
    Error error = {""};
    char *there = alloc_zeroed(PAGES, LINE), *back = alloc_zeroed(PAGES, LINE);
    for (int i = 0; i < PAGES; i++)
        for (int way = 0; way < 2; way++) {
            char *end = way ? back + strlen(back) : there + strlen(there);
            snprintf(end, LINE, PAGE("N%d", "x"), way ? PAGES - 1 - i : i);
        }
    Corpus one = documents(), two = documents();
    assert_true(place(&one, there, &error) && place(&two, back, &error));
    for (int i = 0; i < 2; i++)
        assert_string_equal(one.pages[i].title, two.pages[i].title);
    assert_string_not_equal(one.pages[0].title, one.pages[1].title);
    corpus_free(&one), corpus_free(&two);
    free(there), free(back);
}

static void test_too_few(void **state)
{
    (void)state;
    Error error = {""};
    Corpus corpus = documents();
    assert_false(place(&corpus, PAGE("Short", "short") PAGE("Nine", "123456789"), &error));
    assert_non_null(strstr(error.text, "has 1 pages that no claim cites, fewer than the 2"));
    assert_string_equal(corpus.pages[0].title, "Short");
    corpus_free(&corpus);
}

/* The next document stands in each one's place; one alone has none. */
static void test_turn(void **state)
{
    (void)state;
    Error error = {""};
    Corpus corpus = documents();
    assert_true(others_turn(&corpus, "c.db", &error));
    assert_string_equal(corpus.pages[0].title, "Long");
    assert_string_equal(corpus.pages[1].title, "Short");
    assert_string_equal(corpus.pages[1].text, "short");
    corpus.pages_count = 1;
    assert_false(others_turn(&corpus, "c.db", &error));
    assert_non_null(strstr(error.text, "c.db: has one document alone"));
    corpus.pages_count = 2;
    corpus_free(&corpus);
}

static void test_wordings(void **state)
{
    (void)state;
    static const char pages[] = PAGE("Long", "long two") PAGE("Short", "short two")
        PAGE("Short", "short") PAGE("Other", "x") PAGE("Short", "short three");
    static const char *const wanted[][2] = {{"Short", "short"},
                                            {"Long", TEN TEN "12345"},
                                            {"Short", "short two"},
                                            {"Short", "short three"},
                                            {"Long", "long two"}};
    Error error = {""};
    Corpus corpus = documents();
    char folder[512];
    fixture_text("others-words/wiki-001.jsonl", pages);
    snprintf(folder, sizeof folder, "%s", scratch("others-words"));
    if (!others_add_wordings(&corpus, folder, NULL, &error))
        fail_msg("%s", error.text);
    assert_int_equal(corpus.pages_count, 5);
    for (int i = 0; i < 5; i++) {
        assert_string_equal(corpus.pages[i].title, wanted[i][0]);
        assert_string_equal(corpus.pages[i].text, wanted[i][1]);
    }
    corpus_free(&corpus);
    corpus = documents();
    fixture_text("others-words/wiki-001.jsonl", PAGE("Short", "short two"));
    assert_false(others_add_wordings(&corpus, folder, NULL, &error));
    assert_non_null(strstr(error.text, "has no other text of the page 'Long'"));
    corpus_free(&corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),   cmocka_unit_test(test_drawn),
        cmocka_unit_test(test_too_few),  cmocka_unit_test(test_turn),
        cmocka_unit_test(test_wordings),
    };
    return cmocka_run_group_tests_name("others", tests, NULL, NULL);
}
