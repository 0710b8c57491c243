/* Where evidence stands among a document's tokens: by hand, with a tokenizer of single letters. */
#include "fever/spans.h"

#include "tokenizer_files.h"

/* Readable: "Q ( c ) . Un . Two ." */
static FeverRow rows[] = {
    {0, 0, "Q", 3}, {0, 1, "Q", 0}, {1, 0, "Q", 3}, {2, 0, "Q", 2}, {3, 0, "P", 0}};
static CorpusClaim claims[] = {
    {.claim = {.id = 7, .text = "Words are.", .label = FEVER_SUPPORTS}},
    {.claim = {.id = 8, .text = "Q is.", .label = FEVER_REFUTES, .rows = rows, .rows_count = 5},
     .dev = true}};
static PageSentence sentences[] = {
    {0, "Q -LRB- c -RRB- ."}, {1, ""}, {2, "Absent ."}, {3, "Two ."}};
static PageSentence others[] = {{0, "A page ."}};
static CorpusPage pages[] = {
    {.title = "P", .text = "A page .", .claims = 1, .sentences = others, .sentences_count = 1},
    {.title = "Q",
     .text = "Q -LRB- c -RRB- . Un . Two .",
     .claims = 1,
     .sentences = sentences,
     .sentences_count = 4}};
static CorpusPrompt prompts[] = {{1, 1, 0, 1, true}, {1, 0, 0, 1, false}};
static CorpusPrompt templates[] = {{0, 0, 0, 0, false}};

/* What is found where a document has at most so many tokens. */
static Spans found(size_t max_tokens)
{
    const Corpus whole = {.pages = pages,
                          .pages_count = 2,
                          .claims = claims,
                          .claims_count = 2,
                          .prompts = prompts,
                          .prompts_count = 2,
                          .templates = templates,
                          .templates_count = 1};
    Corpus corpus;
    Tokenizer tokenizer;
    Spans spans = {0};
    Error error = {""};
    Out out;
    const char *path = scratch("spans.db");
    load_tokenizer(&tokenizer, make_tokenizer("spans.json", "", form_merges[FORM_PLAIN]));
    if (!out_open(&out, path, &error) || !corpus_write(&whole, out.temporary, &error) ||
        !out_commit(&out, &error) || !corpus_read(&corpus, path, &error) ||
        !spans_find(&spans, &corpus, path, &tokenizer, max_tokens, &error))
        fail_msg("%s", error.text);
    corpus_free(&corpus);
    tokenizer_free(&tokenizer);
    return spans;
}

static void is(const Span *span, int64_t sentence, int64_t first, int64_t end)
{
    assert_true(span->claim == 1 && span->page == 1 && span->sentence == sentence);
    assert_int_equal(span->first, first);
    assert_int_equal(span->end, end);
}

/* BOS and the space that begins a text are tokens 0 and 1; then each letter is one. What is no main
 * document's, and a sentence that the text lacks, are left out; each is named once. */
static void test_places(void **state)
{
    (void)state;
    Spans spans = found(64);
    assert_int_equal(spans.count, 2);
    is(&spans.items[0], 0, 1, 2 + 9);
    is(&spans.items[1], 3, 2 + 14, 2 + 20);
    free(spans.items);
    spans = found(18); /* cut inside the last sentence */
    assert_int_equal(spans.count, 2);
    is(&spans.items[1], 3, 16, 18);
    free(spans.items);
    spans = found(16); /* and before it */
    assert_int_equal(spans.count, 1);
    free(spans.items);
}

static void test_read(void **state)
{
    (void)state;
    static const char header[] = "claim,page,sentence,first,end\n";
    static const struct {
        const char *row, *words;
    } cases[] = {{"1,1,0,5,5\n", "end above first"},
                 {"1,1,0,-1,5\n", "end above first"},
                 {"-1,1,0,1,5\n", "end above first"},
                 {"1,-1,0,1,5\n", "end above first"},
                 {"1,1,-1,1,5\n", "end above first"},
                 {"1,1,0,1\n", "4 fields where"},
                 {"1,1,0,x,5\n", "x"}};
    char text[128];
    Error error = {""};
    Spans spans = {0};
    snprintf(text, sizeof text, "%s1,1,0,1,11\n1,1,3,16,22\n", header);
    assert_true(spans_read(&spans, fixture_text("spans.csv", text), &error));
    assert_int_equal(spans.count, 2);
    is(&spans.items[1], 3, 16, 22);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, "%s%s", header, cases[i].row);
        assert_false(spans_read(&spans, fixture_text("spans.csv", text), &error));
        if (!strstr(error.text, cases[i].words) || !strstr(error.text, "spans.csv:2"))
            fail_msg("'%s' does not say '%s'", error.text, cases[i].words);
    }
    free(spans.items);
}

static void test_refused(void **state)
{
    (void)state;
    Error error = {""};
    Corpus corpus = {0};
    Spans spans = {0};
    Tokenizer tokenizer = {0};
    assert_false(spans_find(&spans, &corpus, fixture_text("spans-no.db", "no database at all"),
                            &tokenizer, 64, &error));
    assert_non_null(strstr(error.text, "spans-no.db"));
    assert_int_equal(spans.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests_name("spans", tests, NULL, NULL);
}
