/* What is told before a prompt: whole pages, evidence alone, and what has no room. */
#include "fever/context.h"
#include "fever/encoding.h"

#include "tokenizer_files.h"

static FeverRow rows[] = {{0, 0, "Q", 2}, {0, 1, "P", 0}, {1, 0, "Q", 0}, {2, 0, "Q", 2}};
static CorpusClaim claims[] = {
    {.claim = {.id = 7, .text = "Words are.", .label = FEVER_SUPPORTS}},
    {.claim = {.id = 8, .text = "Q is.", .label = FEVER_REFUTES, .rows = rows, .rows_count = 4},
     .dev = true},
    {.claim = {.id = 9, .text = "Who knows?", .label = FEVER_NEI}, .dev = true}};
static PageSentence sentences[] = {{0, "Q (b) a ."}, {1, "Unasked ."}, {2, "Q -LRB- c -RRB- ."}};
static CorpusPage pages[] = {{.title = "P", .text = "A page .", .claims = 1},
                             {.title = "Q",
                              .text = "Q -LRB- film -RRB- . More words .",
                              .claims = 1,
                              .sentences = sentences,
                              .sentences_count = 3}};
static CorpusPrompt prompts[] = {{1, 1, 0, 1, true}, {1, 0, 0, 1, false}, {2, 1, 0, 1, true}};
static CorpusPrompt templates[] = {{0, 0, 0, 0, false}};

/* The corpus written and read back with what is told before it. */
static Corpus told(ContextKind kind)
{
    const Corpus whole = {.pages = pages,
                          .pages_count = 2,
                          .claims = claims,
                          .claims_count = 3,
                          .prompts = prompts,
                          .prompts_count = 3,
                          .templates = templates,
                          .templates_count = 1};
    Corpus corpus;
    Error error = {""};
    Out out;
    const char *path = scratch("context.db");
    if (!out_open(&out, path, &error) || !corpus_write(&whole, out.temporary, &error) ||
        !out_commit(&out, &error) || !corpus_read(&corpus, path, &error) ||
        !context_read(&corpus, path, kind, &error))
        fail_msg("%s", error.text);
    return corpus;
}

static void test_kinds(void **state)
{
    (void)state;
    static const char *const page[] = {"Q ( film ) . More words .", "A page .",
                                       "Q ( film ) . More words ."};
    for (ContextKind kind = CONTEXT_PAGE; kind <= CONTEXT_OTHER; kind++) {
        Corpus corpus = told(kind);
        for (int i = 0; i < 3; i++)
            assert_string_equal(corpus.before[i], page[i]);
        corpus_free(&corpus);
    }
    Corpus corpus = told(CONTEXT_EVIDENCE); /* each sentence once, in the page's order */
    assert_string_equal(corpus.before[0], "Q (b) a . Q ( c ) .");
    assert_null(corpus.before[1]); /* P has no sentence 0 */
    assert_null(corpus.before[2]);
    corpus_free(&corpus);
    assert_int_equal(context_parse("other"), CONTEXT_OTHER);
    assert_int_equal(context_parse("Page"), CONTEXTS);
}

static void test_refused(void **state)
{
    (void)state;
    Error error = {""};
    Corpus corpus = {.prompts_count = 1};
    assert_false(context_read(&corpus, fixture_text("context-no.db", "no database at all"),
                              CONTEXT_EVIDENCE, &error));
    assert_non_null(strstr(error.text, "context-no.db: its evidence cannot be read"));
    assert_null(corpus.before);
}

/* Prompts end as they did; before them stands as much as has room. */
static void test_room(void **state)
{
    (void)state;
    Error error = {""};
    Tokenizer tokenizer;
    Encoding bare, whole, cut;
    load_tokenizer(&tokenizer, make_tokenizer("context.json", "", form_merges[FORM_PLAIN]));
    Corpus corpus = told(CONTEXT_PAGE);
    assert_true(encoding_make(&corpus, "c", &tokenizer, 64, NULL, &whole, &error));
    assert_int_equal(whole.cut, 0);
    size_t first = (size_t)whole.prompts.offset[1], branches = LETTERS;
    corpus.longest = first + branches - 6; /* "words ." do not fit, nor does half of "More" */
    assert_true(encoding_make(&corpus, "c", &tokenizer, 64, NULL, &cut, &error));
    corpus_forget_before(&corpus);
    corpus.longest = 0;
    assert_true(encoding_make(&corpus, "c", &tokenizer, 64, NULL, &bare, &error));
    assert_int_equal(cut.cut, 2); /* the first and, with a longer claim, the third */
    size_t plain = (size_t)bare.prompts.offset[1], fitting = (size_t)cut.prompts.offset[1];
    assert_int_equal(first - plain, strlen("Q ( film ) . More words .\n"));
    assert_int_equal(fitting - plain, strlen("Q ( film ) . More\n"));
    assert_memory_equal(whole.prompts.ids.ids, cut.prompts.ids.ids, 17 * sizeof(int32_t));
    for (size_t t = 2; t < plain; t++) /* behind BOS and the space that begins a text */
        assert_true(cut.prompts.ids.ids[fitting - plain + t] == bare.prompts.ids.ids[t] &&
                    whole.prompts.ids.ids[first - plain + t] == bare.prompts.ids.ids[t]);
    assert_int_equal(whole.prompts.offset[2] - whole.prompts.offset[1],
                     cut.prompts.offset[2] - cut.prompts.offset[1]);
    assert_null(bare.start);
    for (int i = 0; i < 2; i++) { /* claims end as they did, behind what was told */
        size_t from = (size_t)cut.claims.offset[i], end = (size_t)cut.claims.offset[i + 1];
        size_t own = (size_t)(bare.claims.offset[i + 1] - bare.claims.offset[i]) - 2;
        assert_int_equal(end - from - (size_t)cut.start[i], own);
        assert_memory_equal(cut.claims.ids.ids + end - own,
                            bare.claims.ids.ids + bare.claims.offset[i + 1] - own,
                            own * sizeof(int32_t));
        assert_int_equal(cut.same[i], bare.same[i]);
    }
    corpus_free(&corpus);
    encoding_free(&bare), encoding_free(&whole), encoding_free(&cut);
    tokenizer_free(&tokenizer);
}

/* No more words are told than have as many ids, BOS and the space that begins a text among them. */
static void test_told(void **state)
{
    (void)state;
    Error error = {""};
    Tokenizer tokenizer;
    Encoding encoding;
    load_tokenizer(&tokenizer, make_tokenizer("context.json", "", form_merges[FORM_PLAIN]));
    Corpus corpus = told(CONTEXT_PAGE);
    const struct {
        size_t told, kept;
        bool cut;
    } cases[] = {
        {2 + strlen("Q ( film ) . More"), strlen("Q ( film ) . More"), true},
        {1 + strlen("Q ( film ) . More"), strlen("Q ( film ) ."), true},
        {2 + strlen("Q ( film ) . More words ."), strlen("Q ( film ) . More words ."), false},
        {2, 0, true},
        {0, strlen("Q ( film ) . More words ."), false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        corpus.told = cases[i].told;
        assert_true(encoding_make(&corpus, "c", &tokenizer, 64, NULL, &encoding, &error));
        assert_int_equal(encoding.kept[0], cases[i].kept);
        assert_true((encoding.cut > 0) == cases[i].cut);
        encoding_free(&encoding);
    }
    corpus_free(&corpus);
    tokenizer_free(&tokenizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_room),
        cmocka_unit_test(test_told),
    };
    return cmocka_run_group_tests_name("context", tests, NULL, NULL);
}
