/* Checks of the corpus: choice of documents, pairs, SQLite there and back, and the ingest stage. */
#include "fever/corpus.h"
#include "base/alloc.h"
#include "fever/cited.h"
#include "fever/pairs.h"

#include <sqlite3.h>
#include <string.h>

#include "fixture.h"

#define CLAIM(id, label, text, evidence)                                                           \
    "{\"id\": " #id ", "                                                                           \
    "\"label\": \"" label "\", \"claim\": \"" text "\", \"evidence\": [" evidence "]}\n"
#define NEI(id, text)                                                                              \
    CLAIM(id, "NOT ENOUGH INFO", text,                                                             \
          "[[1, null, null, null], "                                                               \
          "[2, null, null, null]]")
#define AT(title, sentence) "[1, 2, \"" title "\", " #sentence "]"
#define PAGE(id, text, lines)                                                                      \
    "{\"id\": \"" id "\", \"text\": \"" text "\", \"lines\": \"" lines "\"}\n"
#define BETA "Beta_-LRB-film-RRB-"
#define ZOE "Zo\xc3\xab"

/* Claims by page: Alpha 3, Beta 2, No_text 2, No_train 2, Zoë 2 (one spelled NFD), Last 1. */
static const char dev_text[] =
    CLAIM(1, "SUPPORTS", "Alpha one.", "[" AT("Alpha", 0) "], [" AT("Alpha", 1) "]")
        CLAIM(2, "REFUTES", "Alpha and Beta.", "[" AT("Alpha", 0) ", " AT(BETA, 0) "]") CLAIM(
            3, "SUPPORTS", "Beta x.", "[" AT(BETA, 1) "], [" AT(BETA, 2) "], [" AT("Alpha", 0) "]")
            CLAIM(4, "SUPPORTS", "Zoe a.", "[" AT("Zoe\\u0308", 0) "]")
                CLAIM(5, "REFUTES", "Zoe b.", "[" AT("Zo\\u00eb", 0) "]")
                    CLAIM(6, "SUPPORTS", "t", "[" AT("No_text", 0) "]")
                        CLAIM(7, "SUPPORTS", "t", "[" AT("No_text", 0) "]")
                            CLAIM(8, "SUPPORTS", "t", "[" AT("No_train", 0) "]")
                                CLAIM(9, "SUPPORTS", "t", "[" AT("No_train", 0) "]")
                                    CLAIM(10, "SUPPORTS", "t", "[" AT("Last", 0) "]")
                                        NEI(11, "Who knows Alpha?")
                                            NEI(12, "Alpha wrote Beta (film).")
                                                NEI(13, "Alphabet soup.");

static const char train_text[] = CLAIM(101, "SUPPORTS", "Alpha t.", "[" AT("Alpha", 0) "]")
    CLAIM(102, "REFUTES", "Alpha u.", "[" AT("Alpha", 2) "]")
        CLAIM(103, "REFUTES", "Beta t.", "[" AT(BETA, 0) "]")
            CLAIM(104, "SUPPORTS", "Alpha v.", "[" AT("No_text", 0) ", " AT("Alpha", 1) "]")
                CLAIM(105, "SUPPORTS", "Last t.", "[" AT("Last", 0) "]")
                    NEI(106, "Beta (film) is long.")
                        CLAIM(107, "SUPPORTS", "Zoe t.", "[" AT(ZOE, 0) "]") NEI(108, "Nothing.");

static const char wiki_one[] = PAGE("", "", "") PAGE("No_train", "text", "0\\ttext")
    PAGE("Alpha", "Alpha text .", "0\\tAlpha text .\\tLink\\n1\\t") PAGE(BETA, "", "")
        PAGE("Unrelated", "x", "0\\tx");
static const char wiki_two[] =
    PAGE(BETA, "Beta -LRB- film -RRB- text .", "0\\tBeta -LRB- film -RRB- text .")
        PAGE("Zoe\\u0308", "Zoe text .", "0\\tZoe text .") PAGE("No_text", " ", "")
            PAGE("Alpha", "Second Alpha .", "") PAGE("Last", "Last text .", "0\\tLast text .");

static void make_inputs(void)
{
    const Member members[] = {{"wiki-pages/wiki-001.jsonl", wiki_one},
                              {"__MACOSX/wiki-pages/._wiki-001.jsonl", "\x05\x16\x07"},
                              {"wiki-pages/wiki-002.jsonl", wiki_two},
                              {NULL, NULL}};
    fixture_text("corpus-dev.jsonl", dev_text);
    fixture_text("corpus-train.jsonl", train_text);
    fixture_zip("corpus-wiki.zip", members);
    fixture_text("corpus-wiki/wiki-001.jsonl", wiki_one);
    fixture_text("corpus-wiki/wiki-002.jsonl", wiki_two);
}

static bool choose(size_t top, bool nei_by_title, Chosen *chosen, Error *error)
{
    char train[512], dev[512], wiki[512];
    snprintf(train, sizeof train, "%s", scratch("corpus-train.jsonl"));
    snprintf(dev, sizeof dev, "%s", scratch("corpus-dev.jsonl"));
    snprintf(wiki, sizeof wiki, "%s", scratch("corpus-wiki.zip"));
    ChooseSettings settings = {train, dev, wiki, top, nei_by_title};
    return choose_documents(&settings, NULL, chosen, error);
}

static void make_corpus(size_t train_limit, size_t dev_limit, bool nei_by_title, uint64_t seed,
                        Corpus *corpus)
{
    Chosen chosen;
    Error error;
    make_inputs();
    assert_true(choose(5, nei_by_title, &chosen, &error));
    PairSettings settings = {seed, train_limit, dev_limit, nei_by_title};
    pairs_make(&chosen, &settings, corpus);
}

static void test_choice(void **state)
{
    (void)state;
    Chosen chosen;
    Error error;
    make_inputs();
    assert_true(choose(5, false, &chosen, &error));
    assert_int_equal(chosen.wanted, 5);
    assert_int_equal(chosen.pages_count, 3);
    assert_int_equal(chosen.dropped_no_text, 1);
    assert_int_equal(chosen.dropped_no_training_claim, 1);
    assert_string_equal(chosen.pages[0].title, "Alpha");
    assert_string_equal(chosen.pages[0].text, "Alpha text .");
    assert_int_equal(chosen.pages[0].claims, 3);
    assert_int_equal(chosen.pages[0].sentences_count, 2);
    assert_string_equal(chosen.pages[1].title, BETA);
    assert_string_equal(chosen.pages[1].text, "Beta -LRB- film -RRB- text .");
    assert_string_equal(chosen.pages[2].title, ZOE);
    assert_int_equal(chosen.pages[2].claims, 2);
    assert_int_equal(chosen.dev.count, 10);
    assert_int_equal(chosen.train.count, 5);
    chosen_free(&chosen);
    assert_true(choose(2, false, &chosen, &error));
    assert_int_equal(chosen.pages_count, 2);
    chosen_free(&chosen);
}

static void test_choice_does_not_depend_on_order(void **state)
{
    (void)state;
    char turned[sizeof dev_text] = "";
    const char *end = dev_text + strlen(dev_text);
    for (const char *line = end; line > dev_text;) {
        const char *start = line - 1;
        while (start > dev_text && start[-1] != '\n')
            start--;
        strncat(turned, start, (size_t)(line - start));
        line = start;
    }
    Chosen chosen;
    Error error;
    make_inputs();
    fixture_text("corpus-dev.jsonl", turned);
    assert_true(choose(5, false, &chosen, &error));
    assert_int_equal(chosen.dev.claims[0].id, 10);
    assert_string_equal(chosen.pages[0].title, "Alpha");
    assert_string_equal(chosen.pages[1].title, BETA);
    assert_string_equal(chosen.pages[2].title, ZOE);
    chosen_free(&chosen);
}

static void refused_choice(const char *what)
{
    Chosen chosen;
    Error error = {""};
    assert_false(choose(5, true, &chosen, &error));
    if (!strstr(error.text, what) || !strchr(error.text, ';'))
        fail_msg("unexpected message: %s", error.text);
    assert_null(chosen.pages);
}

static void test_bad_choices(void **state)
{
    (void)state;
    make_inputs();
    fixture_text("corpus-train.jsonl", CLAIM(1, "SUPPORTS", "x", ""));
    refused_choice("claim id 1 stands in");
    fixture_text("corpus-train.jsonl", CLAIM(105, "SUPPORTS", "x", "[" AT("Last", 0) "]"));
    refused_choice(
        "none of the 5 pages wanted, as Alpha, Beta_-LRB-film-RRB-, No_text …, has both");
    fixture_text("corpus-train.jsonl", "{\"id\"");
    refused_choice("corpus-train.jsonl:1: not JSON");
    fixture_text("corpus-dev.jsonl", NEI(1, "x"));
    refused_choice("no claim cites a page");
    fixture_text("corpus-dev.jsonl", "");
    refused_choice("empty");
    make_inputs();
    fixture_text("corpus-wiki.zip", "no zip");
    refused_choice("not a whole zip");
}

/* Chooses from dumps of one page, of which evidence names sentences 0 and 3, and compares the note.
 */
static void test_cited(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *note; /* NULL: none */
    } cases[] = {
        {"0\\tOne .\\n3\\tThree .", NULL},
        {"0\\tOne .\\n1\\tThree .",
         ": 1 of 2 evidence sentences is not on its page, as sentence 3 of A;"},
        {"0\\tOne .\\n3\\t", ": 1 of 2 evidence sentences is "},
        {"0\\tOne .\\n3\\tFour .", ": 1 of 2 evidence sentences is "},
        {"0 One .\\n3 Three .", ": 2 of 2 evidence sentences are "},
        {"One .\\nThree .", ": 2 of 2 evidence sentences are "},
        {"", ": 2 of 2 evidence sentences are not on their pages, as sentence 0 of A;"},
    };
    fixture_text("corpus-dev.jsonl",
                 CLAIM(1, "SUPPORTS", "x", "[" AT("A", 0) "], [" AT("A", 3) "]"));
    fixture_text("corpus-train.jsonl",
                 CLAIM(2, "SUPPORTS", "y", "[" AT("A", 3) ", " AT("B", 9) "]"));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char page[512];
        Chosen chosen;
        Error note;
        snprintf(page, sizeof page, PAGE("A", "One . Three . ", "%s"), cases[i].lines);
        const Member members[] = {{"wiki-001.jsonl", page}, {NULL, NULL}};
        fixture_zip("corpus-wiki.zip", members);
        if (!choose(5, false, &chosen, &note))
            fail_msg("%s", note.text);
        cited_note("W", &chosen, &note);
        if (cases[i].note ? !strstr(note.text, cases[i].note) : *note.text)
            fail_msg("%s: %s", cases[i].lines, note.text);
        chosen_free(&chosen);
    }
}

static int64_t fever_id(const Corpus *corpus, size_t claim)
{
    return corpus->claims[claim].claim.id;
}

static void check_prompt(const Corpus *corpus, size_t i, int64_t id, size_t page, int64_t rows,
                         bool main)
{
    assert_int_equal(fever_id(corpus, corpus->prompts[i].claim), id);
    assert_int_equal(corpus->prompts[i].page, page);
    assert_int_equal(corpus->prompts[i].rows, rows);
    assert_int_equal(corpus->prompts[i].main, main);
    assert_false(corpus->claims[corpus->prompts[i].example].dev);
}

static void test_prompts(void **state)
{
    (void)state;
    Corpus corpus;
    make_corpus(0, 0, false, 1, &corpus);
    assert_int_equal(corpus.prompts_count, 7);
    check_prompt(&corpus, 0, 1, 0, 2, true);
    check_prompt(&corpus, 1, 2, 0, 1, true);
    check_prompt(&corpus, 2, 2, 1, 1, false);
    check_prompt(&corpus, 3, 3, 0, 1, true);
    check_prompt(&corpus, 4, 3, 1, 2, false);
    check_prompt(&corpus, 5, 4, 2, 1, true);
    check_prompt(&corpus, 6, 5, 2, 1, true);
    assert_int_equal(fever_id(&corpus, corpus.prompts[2].example), 103);
    assert_int_equal(fever_id(&corpus, corpus.prompts[6].example), 107);
    assert_int_equal(corpus.claims_count, 10); /* five training claims, five to answer */
    assert_int_equal(corpus.claims[4].dev, false);
    assert_int_equal(corpus.claims[5].dev, true);
    corpus_free(&corpus);
}

static void test_templates(void **state)
{
    (void)state;
    static const int64_t ids[] = {101, 102, 103, 104, 107};
    size_t drawn[2] = {0};
    for (uint64_t seed = 0; seed < 20; seed++) {
        Corpus corpus;
        make_corpus(0, 0, false, seed, &corpus);
        assert_int_equal(corpus.templates_count, 5);
        for (size_t i = 0; i < 5; i++) {
            assert_int_equal(fever_id(&corpus, corpus.templates[i].claim), ids[i]);
            bool alone = ids[i] == 103 || ids[i] == 107;
            assert_int_equal(corpus.templates[i].example == corpus.templates[i].claim, alone);
        }
        int64_t example = fever_id(&corpus, corpus.templates[0].example);
        assert_true(example == 102 || example == 104);
        drawn[example == 104]++;
        corpus_free(&corpus);
    }
    assert_true(drawn[0] > 2 && drawn[1] > 2);
}

static void test_attached_by_title(void **state)
{
    (void)state;
    Corpus corpus;
    make_corpus(0, 0, true, 1, &corpus);
    assert_int_equal(corpus.prompts_count, 9);
    check_prompt(&corpus, 7, 11, 0, 1, true);
    check_prompt(&corpus, 8, 12, 1, 1, true);
    assert_int_equal(corpus.templates_count, 6);
    assert_int_equal(fever_id(&corpus, corpus.templates[4].claim), 106);
    assert_int_equal(corpus.templates[4].page, 1);
    assert_int_equal(fever_id(&corpus, corpus.templates[4].example), 103);
    corpus_free(&corpus);
}

static void test_limits(void **state)
{
    (void)state;
    bool differs = false;
    int64_t first = 0;
    for (uint64_t seed = 0; seed < 10; seed++) {
        Corpus corpus;
        make_corpus(1, 1, false, seed, &corpus);
        assert_int_equal(corpus.prompts_count, 3);
        assert_int_equal(corpus.templates_count, 3);
        for (size_t i = 0; i < 3; i++)
            for (size_t j = 0; j < 3; j++)
                if (corpus.prompts[i].page == corpus.templates[j].page)
                    assert_int_equal(corpus.prompts[i].example, corpus.templates[j].claim);
        int64_t id = fever_id(&corpus, corpus.templates[0].claim);
        differs |= seed > 0 && id != first;
        first = seed ? first : id;
        corpus_free(&corpus);
    }
    assert_true(differs);
}

static int64_t count_of(const Corpus *corpus, const char *name)
{
    for (size_t i = 0; i < corpus->counts_count; i++)
        if (strcmp(corpus->counts[i].name, name) == 0)
            return corpus->counts[i].value;
    fail_msg("no count %s", name);
    return -1;
}

/* An empty file of the scratch folder, ready for corpus_write. */
static const char *database(const char *name)
{
    return fixture_file(name, "", 0);
}

static void test_there_and_back(void **state)
{
    (void)state;
    Corpus corpus, back;
    Error error;
    make_corpus(0, 0, true, 1, &corpus);
    const char *path = database("corpus.db");
    assert_true(corpus_write(&corpus, path, &error));
    assert_true(corpus_read(&back, path, &error));
    assert_int_equal(back.pages_count, corpus.pages_count);
    for (size_t i = 0; i < back.pages_count; i++) {
        assert_string_equal(back.pages[i].title, corpus.pages[i].title);
        assert_string_equal(back.pages[i].text, corpus.pages[i].text);
        assert_int_equal(back.pages[i].claims, corpus.pages[i].claims);
    }
    assert_int_equal(back.claims_count, corpus.claims_count);
    for (size_t i = 0; i < back.claims_count; i++) {
        assert_int_equal(fever_id(&back, i), fever_id(&corpus, i));
        assert_int_equal(back.claims[i].dev, corpus.claims[i].dev);
        assert_int_equal(back.claims[i].claim.label, corpus.claims[i].claim.label);
        assert_string_equal(back.claims[i].claim.text, corpus.claims[i].claim.text);
    }
    assert_int_equal(back.prompts_count, corpus.prompts_count);
    for (size_t i = 0; i < back.prompts_count; i++)
        assert_memory_equal(&back.prompts[i].claim, &corpus.prompts[i].claim, 3 * sizeof(size_t));
    assert_int_equal(back.templates_count, corpus.templates_count);
    assert_int_equal(back.templates[3].example, corpus.templates[3].example);
    assert_int_equal(count_of(&back, "dev_claims"), 13);
    assert_int_equal(count_of(&back, "dev_rows"), 20);
    assert_int_equal(count_of(&back, "dev_evidence_sets"), 16);
    assert_int_equal(count_of(&back, "dev_several_item_sets"), 4);
    assert_int_equal(count_of(&back, "dev_pages"), 6);
    assert_int_equal(count_of(&back, "dev_claims_attached_by_title"), 2);
    assert_int_equal(count_of(&back, "pages_repeated"), 2);
    assert_int_equal(count_of(&back, "dropped_no_text"), 1);
    assert_int_equal(count_of(&back, "documents"), 3);
    corpus_free(&back);
    corpus_free(&corpus);
}

/* Runs the statements; the first value of the last one. */
static size_t query(const char *path, const char *sql)
{
    sqlite3 *base;
    sqlite3_stmt *rows;
    size_t value = 0;
    assert_int_equal(sqlite3_open(path, &base), SQLITE_OK);
    while (*sql) {
        assert_int_equal(sqlite3_prepare_v2(base, sql, -1, &rows, &sql), SQLITE_OK);
        int status = sqlite3_step(rows);
        assert_true(status == SQLITE_ROW || status == SQLITE_DONE);
        value = status == SQLITE_ROW ? (size_t)sqlite3_column_int64(rows, 0) : 0;
        sqlite3_finalize(rows);
    }
    sqlite3_close(base);
    return value;
}

static void test_tables(void **state)
{
    (void)state;
    Corpus corpus;
    Error error;
    make_corpus(0, 0, true, 1, &corpus);
    const char *path = database("corpus.db");
    assert_true(corpus_write(&corpus, path, &error));
    corpus_free(&corpus);
    assert_int_equal(query(path, "SELECT count(*) FROM sentence"), 4);
    assert_int_equal(query(path, "SELECT count(*) FROM sentence WHERE page = 0 AND number = 1 "
                                 "AND text = ''"),
                     1);
    assert_int_equal(query(path, "SELECT count(*) FROM evidence JOIN claim ON claim.id = claim "
                                 "WHERE fever_id = 11 AND title IS NULL AND sentence IS NULL"),
                     2);
    assert_int_equal(query(path, "SELECT count(*) FROM evidence JOIN claim ON claim.id = claim "
                                 "WHERE fever_id = 3 AND split = 'dev'"),
                     3);
    assert_int_equal(query(path, "SELECT count(*) FROM evidence JOIN claim ON claim.id = claim "
                                 "WHERE title = 'Zo\xc3\xab'"),
                     3);
    assert_int_equal(query(path, "SELECT sum(rows) FROM prompt"), 11);
}

static void refused_corpus(const char *path, const char *what)
{
    Corpus corpus;
    Error error = {""};
    assert_false(corpus_read(&corpus, path, &error));
    if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, what) ||
        !strchr(error.text, ';'))
        fail_msg("unexpected message: %s", error.text);
    assert_null(corpus.pages);
}

static void test_bad_corpora(void **state)
{
    (void)state;
    static const char *const faults[][2] = {
        {"UPDATE page SET text = x'00ff' WHERE id = 1", ":page row 1: text is not a text"},
        {"UPDATE page SET claims = 'many' WHERE id = 0", ":page row 0: claims is not"},
        {"DELETE FROM page WHERE id = 0", ":page row 0: id is not"},
        {"DELETE FROM page; DELETE FROM claim; DELETE FROM prompt; DELETE FROM template",
         ": has no page; "},
        {"UPDATE claim SET label = 'MAYBE' WHERE id = 2", ":claim row 2: label is unknown"},
        {"UPDATE claim SET split = 'test' WHERE id = 2", ":claim row 2: split is neither"},
        {"UPDATE prompt SET claim = 99 WHERE id = 1", ":prompt row 1: claim is not"},
        {"UPDATE prompt SET claim = 0 WHERE id = 1", ":prompt row 1: claim is of the wrong"},
        {"UPDATE prompt SET page = -1 WHERE id = 1", ":prompt row 1: page is not"},
        {"UPDATE prompt SET example = 7 WHERE id = 1", ":prompt row 1: example is no training"},
        {"UPDATE template SET example = NULL WHERE id = 0", ":template row 0: example is not"},
        {"UPDATE page SET title = x'00' WHERE id = 0", ":page row 0: title is not a text"},
        {"UPDATE claim SET id = 99 WHERE id = 2", ":claim row 2: id is not"},
        {"UPDATE claim SET fever_id = 'x' WHERE id = 2", ":claim row 2: fever_id is not"},
        {"UPDATE claim SET split = NULL WHERE id = 2", ":claim row 2: split is neither"},
        {"UPDATE claim SET label = NULL WHERE id = 2", ":claim row 2: label is unknown"},
        {"UPDATE prompt SET id = 99 WHERE id = 1", ":prompt row 1: id is not"},
        {"UPDATE count SET value = 'many' WHERE name = 'dev_pages'", "value is not"},
        {"UPDATE count SET name = x'00' WHERE name = 'dev_pages'", "name is not a text"},
        {"DROP TABLE count", "no such table"},
        {"DROP TABLE template", "no such table"},
        /* Views instead of tables, which fail when their rows are counted, or read. */
        {"ALTER TABLE page RENAME TO other; CREATE VIEW page AS SELECT id, title, text, claims "
         "FROM other WHERE abs(claims - 9223372036854775807 - 1 - claims)",
         "integer overflow"},
        {"ALTER TABLE page RENAME TO other; CREATE VIEW page AS SELECT id, title, text, "
         "abs(claims - 9223372036854775807 - 1 - claims) AS claims FROM other",
         "integer overflow"},
        {"ALTER TABLE claim RENAME COLUMN label TO lable", "no such column"}};
    Corpus corpus;
    Error error;
    make_corpus(0, 0, false, 1, &corpus);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        const char *path = database("corpus-bad.db");
        assert_true(corpus_write(&corpus, path, &error));
        query(path, faults[i][0]);
        refused_corpus(path, faults[i][1]);
    }
    corpus_free(&corpus);
    refused_corpus(scratch("corpus-absent.db"), "not a readable corpus");
    refused_corpus(fixture_text("corpus-bad.db", ""), "no such table");
    refused_corpus(fixture_text("corpus-bad.db", dev_text), "not a readable corpus");
}

/* Runs ingest on the inputs above; see fixture_run. */
static int ingest(const char *prefix, const char *arguments, char *message, size_t size)
{
    char all[2048];
    snprintf(all, sizeof all, "--wiki %s --train %s --dev %s %s", scratch("corpus-wiki"),
             scratch("corpus-train.jsonl"), scratch("corpus-dev.jsonl"), arguments);
    return fixture_run(prefix, "ingest", all, message, size);
}

static size_t read_whole(const char *path, char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t count = fread(bytes, 1, size, file);
    fclose(file);
    assert_true(count < size);
    return count;
}

static void test_stage(void **state)
{
    (void)state;
    enum { SIZE = 1 << 17 };
    char message[2048], arguments[1024], first[512], second[512];
    make_inputs();
    snprintf(first, sizeof first, "%s", scratch("ingest-1.db"));
    snprintf(second, sizeof second, "%s", scratch("ingest-2.db"));
    snprintf(arguments, sizeof arguments, "--top 5 --nei title --out %s", first);
    assert_int_equal(ingest("", arguments, message, sizeof message), 0);
    assert_non_null(strstr(message, ": 1 of 5 wanted pages is not there, or without a text, and "
                                    "dropped with 2 claims: No_text; "));
    assert_non_null(strstr(message, "corpus-train.jsonl: 1 of 5 wanted pages is cited by no "
                                    "training claim, and dropped with 2 claims: No_train; where "));
    assert_non_null(strstr(message, " claims repeat another's text, "));
    assert_non_null(strstr(message,
                           "corpus-wiki: 4 of 7 evidence sentences are not on their pages, as "
                           "sentence 1 of Alpha; "));
    assert_non_null(strstr(message,
                           "corpus-wiki: 1 wanted page is there again with another text or "
                           "other lines, and the first is taken: Alpha; "));
    size_t lines = 0;
    for (const char *at = message; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, 4);
    snprintf(arguments, sizeof arguments, "--top 5 --nei title --out %s --wiki %s", second,
             scratch("corpus-wiki.zip"));
    assert_int_equal(ingest("", arguments, message, sizeof message), 0);
    char *one = alloc_zeroed(SIZE, 1), *two = alloc_zeroed(SIZE, 1);
    size_t count = read_whole(first, one, SIZE);
    assert_int_equal(read_whole(second, two, SIZE), count);
    assert_memory_equal(one, two, count); /* folder and zip: the same bytes */
    free(one);
    free(two);
    snprintf(arguments, sizeof arguments, "%s.prov", first);
    assert_int_equal(access(arguments, R_OK), 0);
}

/* Runs ingest, which must fail with one line that holds `what` and leave nothing behind. */
static void stage_refuses(const char *prefix, const char *arguments, int status, const char *what)
{
    char message[2048], all[1024];
    snprintf(all, sizeof all, "--out %s %s", scratch("ingest-bad/corpus.db"), arguments);
    int got = ingest(prefix, all, message, sizeof message);
    fixture_refused("ingest", got, status, message, what);
    fixture_nothing_in("ingest-bad");
}

static void test_stage_failures(void **state)
{
    (void)state;
    make_inputs();
    stage_refuses("", "--top 0", 1, "--top");
    stage_refuses("", "--nei some", 1, "--nei: must be none or title");
    stage_refuses("", "--wiki absent", 1, "absent: cannot be opened");
    stage_refuses("", "--wrong 1", 2, "--wrong");
    stage_refuses("trap '' XFSZ; ulimit -S -f 8;", "", 1, "could not be written");
    fixture_text("corpus-wiki/wiki-002.jsonl", PAGE("Alpha", "\xff", ""));
    stage_refuses("", "", 1, "wiki-002.jsonl:1: not JSON");
    fixture_text("corpus-dev.jsonl", CLAIM(1, "MAYBE", "x", ""));
    stage_refuses("", "", 1, "corpus-dev.jsonl:1: \"label\" is an unknown label");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),      cmocka_unit_test(test_choice_does_not_depend_on_order),
        cmocka_unit_test(test_bad_choices), cmocka_unit_test(test_prompts),
        cmocka_unit_test(test_templates),   cmocka_unit_test(test_attached_by_title),
        cmocka_unit_test(test_limits),      cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_tables),      cmocka_unit_test(test_bad_corpora),
        cmocka_unit_test(test_stage),       cmocka_unit_test(test_stage_failures),
        cmocka_unit_test(test_cited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
