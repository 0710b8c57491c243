/* Checks of the FEVER reader: the published counts, every fault of a line, the helpers below. */
#include "fever/fever.h"
#include "base/alloc.h"
#include "base/lines.h"
#include "fever/title.h"

#include <string.h>

#include "fixture.h"

#define ROW(set)                                                                                   \
    "{\"id\": 7, \"verifiable\": \"VERIFIABLE\", \"label\": \"REFUTES\", "                         \
    "\"claim\": \"A b.\", \"evidence\": [" set "]}"

/* Counts a file of this text, which must fail with a line holding `place` and `what`. */
static void refused(const char *text, size_t length, const char *place, const char *what)
{
    Error error = {""};
    FeverCounts counts;
    const char *path = fixture_file("fever-bad.jsonl", text, length);
    assert_false(fever_count(path, &counts, &error));
    size_t prefix = strlen(path);
    assert_memory_equal(error.text, path, prefix);
    if (strncmp(error.text + prefix, place, strlen(place)) != 0 || !strstr(error.text, what) ||
        !strchr(error.text, ';') || strchr(error.text, '\n'))
        fail_msg("unexpected message: %s", error.text);
}

static void refused_line(const char *line, const char *what)
{
    char text[4096];
    snprintf(text, sizeof text, "%s\n%s\n", ROW("[[1, 2, \"Other\", 0]]"), line);
    char *id = strstr(text, "7");
    *id = '6';
    refused(text, strlen(text), ":2: ", what);
}

static void test_published_counts(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        FeverCounts counts;
    } splits[] = {{"fever/paper_dev.jsonl", {9999, 18999, 15775, 2062, 1460, 256, 32, 941}},
                  {"fever/paper_test.jsonl", {9999, 18567, 15616, 1921, 1499, 145, 22, 876}}};
    for (size_t i = 0; i < 2; i++) {
        char path[512];
        Error error;
        FeverCounts counts;
        SHARED_OR_SKIP(path, splits[i].name);
        assert_true(fever_count(path, &counts, &error));
        assert_int_equal(counts.claims, splits[i].counts.claims);
        assert_int_equal(counts.rows, splits[i].counts.rows);
        assert_int_equal(counts.evidence_sets, splits[i].counts.evidence_sets);
        assert_int_equal(counts.several_item_sets, splits[i].counts.several_item_sets);
        assert_int_equal(counts.pages, splits[i].counts.pages);
        assert_int_equal(counts.repeated_texts, splits[i].counts.repeated_texts);
        assert_int_equal(counts.contradictory_texts, splits[i].counts.contradictory_texts);
        assert_int_equal(counts.repeated_sets_claims, splits[i].counts.repeated_sets_claims);
    }
}

static void test_fields_and_rows(void **state)
{
    (void)state;
    const char text[] =
        "{\"id\": 75397, \"verifiable\": \"VERIFIABLE\", \"label\": \"SUPPORTS\", \"claim\": "
        "\"Zo\\u00eb sang.\", \"extra\": [1], \"evidence\": [[[92206, 104971, \"Zoe\\u0308\", 7], "
        "[92206, 104971, \"Song_-LRB-film-RRB-\", 0]], [[1, 2, \"Zo\\u00eb\", 0]]]}\n"
        "{\"id\": -2, \"verifiable\": \"NOT VERIFIABLE\", \"label\": \"NOT ENOUGH INFO\", "
        "\"claim\": \"c\", \"evidence\": [[[5, null, null, null], [6, null, null, null]]]}\r\n"
        "{\"id\": 3, \"verifiable\": \"NOT VERIFIABLE\", \"label\": \"NOT ENOUGH INFO\", "
        "\"claim\": \"none\", \"evidence\": []}";
    Error error;
    const FeverClaim *claim;
    FeverReader *reader = fever_open(fixture_file("fever.jsonl", text, sizeof text - 1), &error);
    assert_non_null(reader);
    assert_true(fever_next(reader, &claim, &error));
    assert_int_equal(claim->id, 75397);
    assert_true(claim->verifiable);
    assert_int_equal(claim->label, FEVER_SUPPORTS);
    assert_string_equal(claim->text, "Zo\xc3\xab sang.");
    assert_int_equal(claim->rows_count, 3);
    assert_string_equal(claim->rows[0].title, "Zo\xc3\xab");
    assert_int_equal(claim->rows[0].sentence, 7);
    assert_string_equal(claim->rows[1].title, "Song_-LRB-film-RRB-");
    assert_int_equal(claim->rows[1].item, 1);
    assert_int_equal(claim->rows[2].set, 1);
    FeverClaim copy;
    fever_claim_copy(&copy, claim);
    assert_true(fever_next(reader, &claim, &error));
    assert_string_equal(copy.rows[1].title, "Song_-LRB-film-RRB-");
    fever_claim_free(&copy);
    assert_int_equal(claim->id, -2);
    assert_false(claim->verifiable);
    assert_null(claim->rows[1].title);
    assert_int_equal(claim->rows[1].sentence, -1);
    assert_true(fever_next(reader, &claim, &error));
    assert_int_equal(claim->rows_count, 0);
    assert_true(fever_next(reader, &claim, &error));
    assert_null(claim);
    FeverCounts counts = fever_counts(reader);
    assert_int_equal(counts.claims, 3);
    assert_int_equal(counts.rows, 5);
    assert_int_equal(counts.evidence_sets, 3);
    assert_int_equal(counts.several_item_sets, 2);
    assert_int_equal(counts.pages, 2); /* the NFD and NFC spellings are one page */
    fever_close(reader);
}

/* What comes twice: a text under one label, then under two; a set in a claim, and what is no
 * repeat. */
static void test_repeats(void **state)
{
    (void)state;
#define LINE(id, label, claim, evidence)                                                           \
    "{\"id\": " #id ", \"label\": \"" label "\", \"claim\": \"" claim                              \
    "\", \"evidence\": [" evidence "]}\n"
#define ITEM(annotation, title, sentence) "[" #annotation ", 1, \"" title "\", " #sentence "]"
    static const char lines[] =
        LINE(1, "SUPPORTS", "A.", "[" ITEM(1, "P", 0) "], [" ITEM(2, "P", 0) "]") /* a set again */
        LINE(2, "SUPPORTS", "A.", "[" ITEM(1, "P", 0) ", " ITEM(1, "P", 1) "]")   /* a text again */
        LINE(3, "REFUTES", "A.", "[" ITEM(1, "P", 0) "], [" ITEM(1, "P", 1) "]") /* another label */
        LINE(4, "NOT ENOUGH INFO", "A.", "[[1, 1, null, null]]")                 /* and a third */
        LINE(5, "REFUTES", "a.",
             "[" ITEM(1, "P", 0) ", " ITEM(1, "Q", 0) "], [" ITEM(1, "Q", 0) ", " ITEM(
                 1, "P", 0) "]"); /* in another order */
    FeverCounts counts;
    Error error;
    assert_true(fever_count(fixture_text("repeats.jsonl", lines), &counts, &error));
    assert_int_equal(counts.repeated_texts, 3);
    assert_int_equal(counts.contradictory_texts, 1);
    assert_int_equal(counts.repeated_sets_claims, 1);
}

static void test_bad_fields(void **state)
{
    (void)state;
    const char *rest = "\"verifiable\": \"VERIFIABLE\", \"label\": \"REFUTES\", \"claim\": \"c\", "
                       "\"evidence\": []}";
    char line[1024];
    const char *ids[][2] = {{"{", "\"id\" is missing"},
                            {"{\"id\": \"9\", ", "\"id\" is not an integer"},
                            {"{\"id\": 9.0, ", "\"id\" is not an integer"},
                            {"{\"id\": 99999999999999999999, ", "not JSON"},
                            {"{\"id\": 9, \"id\": 9, ", "not JSON"},
                            {"{\"id\": 6, ", "stands on an earlier line"}};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        snprintf(line, sizeof line, "%s%s", ids[i][0], rest);
        refused_line(line, ids[i][1]);
    }
    refused_line("{\"id\": 9, \"verifiable\": \"MAYBE\", \"label\": \"REFUTES\", \"claim\": \"c\", "
                 "\"evidence\": []}",
                 "\"verifiable\" is an unknown value");
    refused_line("{\"id\": 9, \"verifiable\": \"VERIFIABLE\", \"claim\": \"c\", \"evidence\": []}",
                 "\"label\" is missing");
    refused_line("{\"id\": 9, \"verifiable\": \"VERIFIABLE\", \"label\": 1, \"claim\": \"c\", "
                 "\"evidence\": []}",
                 "\"label\" is not a text");
    refused_line("{\"id\": 9, \"verifiable\": \"VERIFIABLE\", \"label\": \"supports\", "
                 "\"claim\": \"c\", \"evidence\": []}",
                 "unknown label");
    refused_line("{\"id\": 9, \"verifiable\": \"VERIFIABLE\", \"label\": \"REFUTES\", "
                 "\"claim\": null, \"evidence\": []}",
                 "\"claim\" is not a text");
    refused_line("{\"id\": 9, \"verifiable\": \"VERIFIABLE\", \"label\": \"REFUTES\", "
                 "\"claim\": \"\", \"evidence\": []}",
                 "\"claim\" is empty");
    refused_line("{\"id\": 9, \"verifiable\": \"VERIFIABLE\", \"label\": \"REFUTES\", "
                 "\"claim\": \"c\"}",
                 "\"evidence\" is missing");
    refused_line("{\"id\": 9, \"verifiable\": \"VERIFIABLE\", \"label\": \"REFUTES\", "
                 "\"claim\": \"c\", \"evidence\": {}}",
                 "\"evidence\" is not a list");
    refused_line("[1]", "not a JSON object");
}

/* "verifiable" may be missing; then the label says it. If it is there, both must agree. */
static void test_verifiable(void **state)
{
    (void)state;
    static const struct {
        const char *field, *label, *fault; /* NULL: taken */
    } cases[] = {
        {"", "SUPPORTS", NULL},
        {"", "NOT ENOUGH INFO", NULL},
        {"\"verifiable\": null, ", "REFUTES", NULL},
        {"\"verifiable\": \"VERIFIABLE\", ", "REFUTES", NULL},
        {"\"verifiable\": \"NOT VERIFIABLE\", ", "NOT ENOUGH INFO", NULL},
        {"\"verifiable\": \"NOT VERIFIABLE\", ", "SUPPORTS",
         "\"verifiable\" is NOT VERIFIABLE, but \"label\" SUPPORTS; mend one"},
        {"\"verifiable\": \"NOT VERIFIABLE\", ", "REFUTES", "but \"label\" REFUTES"},
        {"\"verifiable\": \"VERIFIABLE\", ", "NOT ENOUGH INFO", "but \"label\" NOT ENOUGH INFO"},
        {"\"verifiable\": true, ", "SUPPORTS", "\"verifiable\" is not a text"},
        {"\"verifiable\": \"\", ", "SUPPORTS", "\"verifiable\" is an unknown value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char line[512];
        const FeverClaim *claim;
        Error error;
        snprintf(line, sizeof line,
                 "{\"id\": 9, %s\"label\": \"%s\", \"claim\": \"c\", \"evidence\": []}",
                 cases[i].field, cases[i].label);
        if (cases[i].fault) {
            refused_line(line, cases[i].fault);
            continue;
        }
        FeverReader *reader = fever_open(fixture_text("verifiable.jsonl", line), &error);
        if (!fever_next(reader, &claim, &error))
            fail_msg("%s", error.text);
        assert_int_equal(claim->verifiable, strcmp(cases[i].label, "NOT ENOUGH INFO") != 0);
        fever_close(reader);
    }
}

static void test_bad_evidence(void **state)
{
    (void)state;
    refused_line(ROW("3"), "evidence set is not a list");
    refused_line(ROW("[]"), "evidence set is not a list");
    refused_line(ROW("[7]"), "evidence item is not");
    refused_line(ROW("[[1, 2, \"T\"]]"), "evidence item is not");
    refused_line(ROW("[[1, 2, \"T\", 0, 0]]"), "evidence item is not");
    refused_line(ROW("[[\"1\", 2, \"T\", 0]]"), "evidence item is not");
    refused_line(ROW("[[1, 2, 3, 0]]"), "title is not a text");
    refused_line(ROW("[[1, 2, \"\", 0]]"), "title is not a text");
    refused_line(ROW("[[1, 2, null, 0]]"), "title is not a text");
    refused_line(ROW("[[1, 2, \"T\", null]]"), "sentence is not a number");
    refused_line(ROW("[[1, 2, \"T\", -1]]"), "sentence is not a number");
    refused_line(ROW("[[1, 2, \"T\", 1.5]]"), "sentence is not a number");
}

static void test_bad_bytes(void **state)
{
    (void)state;
    refused_line("[", "not JSON");
    refused_line(ROW("[[1, 2, \"T\xff\", 0]]"), "UTF-8");
    refused_line(ROW("[[1, 2, \"T\xed\xa0\x80\", 0]]"), "UTF-8");
    refused_line(ROW("[[1, 2, \"T\\u0000\", 0]]"), "not JSON");
    refused_line(ROW("[[1, 2, \"T\", 0]]") " x", "not JSON");
    refused_line("{\"id\": 9, \"verifiable\": \"VERIF", "not JSON"); /* cut short */
    refused("", 0, ": empty", "empty");
    refused("\0\0\0", 3, ":1: ", "not JSON");
    refused(" \t\r\n\n", 5, ": empty", "empty");
    refused("[\n {\n", 5, ":1: ", "one JSON text over many lines");
    refused("{ \r\n \"id\": 1\n}", 15, ":1: ", "one JSON text over many lines");
    refused("[{\"id\": 1}, \n{}]", 16, ":1: ", "one JSON text over many lines");
    refused("[{\"id\": 1}\n{}]", 14, ":1: ", "not JSON");
    refused("{\"id\": 1,\n}", 12, ":1: ", "not JSON");
    refused("\x1f\x8b\x08\0", 4, ": is compressed by gzip", "gunzip");
    refused("version https://git-lfs.github.com/spec/v1\nsize 7\n", 50, ": is a Git LFS pointer",
            "7");
}

/* Lines of other data sets are told for what they are. */
static void test_other_forms(void **state)
{
    (void)state;
    static const char *const forms[][2] = {
        {"{\"id\": 1, \"label\": \"SUPPORTS\", \"claim\": \"c\", \"evidence_annotation_id\": 1, "
         "\"evidence_id\": 1, \"evidence_wiki_url\": \"A\", \"evidence_sentence_id\": 0}",
         "a row of the datasets package"},
        {"{\"id\": \"7\", \"input\": \"c\", \"output\": [], \"meta\": {}}", "a line of KILT"},
        {"{\"id\": \"7\", \"input\": \"c\"}", "a line of KILT"},
        {"{\"claim\": \"c\", \"case_id\": \"x\", \"label\": \"SUPPORTS\"}", "a line of VitaminC"},
        {"{\"uid\": \"x\", \"claim\": \"c\", \"supporting_facts\": []}", "a line of HoVer"},
        {"{\"claim\": \"c\", \"label\": \"Supported\", \"justification\": \"\"}",
         "a line of AVeriTeC"},
        {"{\"cid\": 1, \"verifiable\": \"VERIFIABLE\", \"label\": \"SUPPORTS\", "
         "\"context\": \"a\", \"query\": \"c\"}",
         "a pair of texts for inference"},
        {"{\"id\": 1, \"claim\": \"c\", \"evidence\": \"a\", \"gold_label\": \"SUPPORTS\"}",
         "a line of FEVER-Symmetric"},
        {"{\"id\": 1, \"predicted_label\": \"SUPPORTS\", \"predicted_evidence\": []}",
         "a prediction for FEVER's scorer"},
        {"{\"id\": 7, \"claim\": \"c\", \"evidence\": {}, \"cited_doc_ids\": [1]}",
         "a line of SciFact"},
        {"{\"_id\": \"7\", \"text\": \"c\", \"metadata\": {}}", "a line of BEIR"},
        {"{\"id\": 7, \"claim\": \"c\"}", "the split is unlabelled"},
        {"{\"id\": 7, \"claim\": \"c\", \"label\": null, \"verifiable\": \"\"}", "unlabelled"},
        {"{\"id\": \"A\", \"text\": \"c\", \"lines\": \"0\\tc\"}", "a page, and no claim"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        refused(forms[i][0], strlen(forms[i][0]), ":1: is ", forms[i][1]);
}

/* A byte-order mark, ends of lines of Windows and blank lines change nothing. */
static void test_marks_and_blanks(void **state)
{
    (void)state;
    FeverCounts plain, marked;
    Error error;
    char text[4096];
    const char *one = ROW("[[1, 2, \"T\", 0]]");
    assert_true(fever_count(fixture_text("fever-plain.jsonl", one), &plain, &error));
    snprintf(text, sizeof text, "\xef\xbb\xbf\r\n \t\n%s\r\n\n  ", one);
    assert_true(fever_count(fixture_text("fever-marked.jsonl", text), &marked, &error));
    assert_memory_equal(&plain, &marked, sizeof plain);
    /* A mark elsewhere, as of joined files, is told: behind a newline, and behind none. */
    snprintf(text, sizeof text, "%s\n\xef\xbb\xbf%s", one, one);
    refused(text, strlen(text),
            ":2: ", "an invisible byte-order mark, as where files were joined: remove it, byte 0");
    snprintf(text, sizeof text, "%s\xef\xbb\xbf%s", one, one);
    refused(text, strlen(text), ":1: ", "an invisible byte-order mark");
}

static void test_long_line(void **state)
{
    (void)state;
    size_t length = LINES_LIMIT + 1;
    char *text = alloc_zeroed(length, 1);
    memset(text, ' ', length);
    refused(text, length, ":1: ", "longer than 64 MiB");
    free(text);
}

static void test_unreadable(void **state)
{
    (void)state;
    Error error;
    FeverCounts counts;
    assert_false(fever_count(scratch("fever-absent.jsonl"), &counts, &error));
    assert_non_null(strstr(error.text, "cannot be opened"));
    fixture_file("fever-folder/inner", "x", 1);
    assert_false(fever_count(scratch("fever-folder"), &counts, &error));
    assert_non_null(strstr(error.text, "cannot be read"));
}

static void test_labels(void **state)
{
    (void)state;
    FeverLabel label;
    assert_true(fever_label_read(fever_label_text(FEVER_NEI), &label));
    assert_int_equal(label, FEVER_NEI);
    assert_false(fever_label_read("NEI", &label));
}

/* A source that hands out a text in pieces of a few bytes, then fails or ends. */
typedef struct {
    const char *text;
    size_t piece;
    bool fails;
} Pieces;

static ssize_t read_piece(void *source, void *bytes, size_t capacity)
{
    Pieces *pieces = source;
    size_t count = strlen(pieces->text);
    if (count == 0)
        return pieces->fails ? -1 : 0;
    count = count < pieces->piece ? count : pieces->piece;
    count = count < capacity ? count : capacity;
    memcpy(bytes, pieces->text, count);
    pieces->text += count;
    return (ssize_t)count;
}

static void test_lines_in_pieces(void **state)
{
    (void)state;
    static const char *const expected[] = {"one", "", "three3", "end"};
    for (size_t piece = 1; piece < 20; piece++) {
        Pieces pieces = {"one\n\nthree3\nend", piece, false};
        Lines lines = {0};
        char *line;
        size_t length;
        lines_begin(&lines, read_piece, &pieces, 6);
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(lines_next(&lines, &line, &length), LINES_LINE);
            assert_int_equal(length, strlen(expected[i]));
            assert_memory_equal(line, expected[i], length);
            assert_int_equal(lines.number, i + 1);
        }
        assert_int_equal(lines_next(&lines, &line, &length), LINES_END);
        lines_begin(&lines, read_piece, &(Pieces){"1234567\n", piece, false}, 6);
        assert_int_equal(lines_next(&lines, &line, &length), LINES_TOO_LONG);
        lines_begin(&lines, read_piece, &(Pieces){"123", piece, true}, 6);
        assert_int_equal(lines_next(&lines, &line, &length), LINES_FAILED);
        lines_free(&lines);
    }
}

static void test_titles(void **state)
{
    (void)state;
    char *text = title_readable("Soul_Food_-LRB-film-RRB-_-LSB-x-RSB-_Part-COLON-_-LRB");
    assert_string_equal(text, "Soul Food (film) [x] Part: -LRB");
    free(text);
    text = title_unescape("a_b -LRB- c -RRB- --LRB-");
    assert_string_equal(text, "a_b ( c ) -(");
    free(text);
    text = title_nfc("Beyonce\xcc\x81", 9);
    assert_string_equal(text, "Beyonc\xc3\xa9");
    free(text);
    assert_null(title_nfc("\xc3(", 2));
}

static void test_titles_named(void **state)
{
    (void)state;
    assert_true(title_named("Ann Lee sang.", "Ann Lee"));
    assert_true(title_named("They met Ann Lee", "Ann Lee"));
    assert_true(title_named("McAnn met Ann.", "Ann"));
    assert_true(title_named("the \xe2\x80\x9c"
                            "Ann\xe2\x80\x9d song",
                            "Ann"));
    assert_false(title_named("Annie sang.", "Ann"));
    assert_false(title_named("Ann\xc3\xa9 sang.", "Ann"));
    assert_false(title_named("\xc3\xa9"
                             "Ann sang.",
                             "Ann"));
    assert_false(title_named("Ann7", "Ann"));
    assert_false(title_named("ann", "Ann"));
    assert_false(title_named("Ann", ""));
}

/* `probe fever` prints one JSON line a file, and one line of its fault for a bad file. */
static void test_probe(void **state)
{
    (void)state;
    char arguments[1024], message[1024], line[1024] = "";
    const char *good =
        fixture_text("probe-good.jsonl", ROW("[[1, 2, \"T\", 0], [1, 2, \"U\", 0]]"));
    snprintf(arguments, sizeof arguments, "fever %s > %s", good, scratch("probe-out"));
    assert_int_equal(fixture_run("", "probe", arguments, message, sizeof message), 0);
    FILE *file = fopen(scratch("probe-out"), "r");
    assert_non_null(file);
    line[fread(line, 1, sizeof line - 1, file)] = 0;
    fclose(file);
    assert_non_null(strstr(line, "\"claims\":1,\"rows\":2,\"evidence_sets\":1,"
                                 "\"several_item_sets\":1,\"pages\":2}\n"));
    snprintf(arguments, sizeof arguments, "fever %s", fixture_text("probe-bad.jsonl", "{}\n"));
    int status = fixture_run("", "probe", arguments, message, sizeof message);
    fixture_refused("probe", status, 1, message, "probe-bad.jsonl:1: \"id\" is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_counts), cmocka_unit_test(test_fields_and_rows),
        cmocka_unit_test(test_repeats),          cmocka_unit_test(test_bad_fields),
        cmocka_unit_test(test_verifiable),       cmocka_unit_test(test_bad_evidence),
        cmocka_unit_test(test_bad_bytes),        cmocka_unit_test(test_other_forms),
        cmocka_unit_test(test_marks_and_blanks), cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_unreadable),       cmocka_unit_test(test_labels),
        cmocka_unit_test(test_lines_in_pieces),  cmocka_unit_test(test_titles),
        cmocka_unit_test(test_titles_named),     cmocka_unit_test(test_probe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
