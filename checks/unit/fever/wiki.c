/* Checks of the wiki reader: quick look, sentences, folder and zip, and every fault of a dump. */
#include "fever/wiki.h"
#include "base/alloc.h"
#include "base/lines.h"
#include "base/names.h"

#include <string.h>
#include <sys/stat.h>

#include "fixture.h"

#define PAGE(id, text, lines)                                                                      \
    "{\"id\": \"" id "\", \"text\": \"" text "\", \"lines\": \"" lines "\"}\n"

/* "Zoë" as the dump may write it: composed, decomposed, and both as JSON escapes. */
#define NFC_RAW "Zo\xc3\xab"
#define NFD_RAW "Zoe\xcc\x88"
#define NFC_ESCAPED "Zo\\u00eb"
#define NFD_ESCAPED "Zoe\\u0308"

static void looks_like(const char *line, const char *expected)
{
    char title[PAGE_TITLE_LIMIT];
    size_t length;
    bool sure = page_look(line, strlen(line), title, &length);
    if (sure != (expected != NULL))
        fail_msg("%s: sure is %d", line, sure);
    if (expected) {
        assert_string_equal(title, expected);
        assert_int_equal(length, strlen(expected));
    }
}

static void test_look(void **state)
{
    (void)state;
    looks_like("{\"id\": \"A_b\", \"text\"", "A_b");
    looks_like(" {\t\"id\"  :\"\"", "");
    looks_like("{\"id\": \"" NFC_RAW "\"", NFC_RAW);
    looks_like("{\"id\": \"" NFD_RAW "\"", NFC_RAW);
    looks_like("{\"id\": \"" NFC_ESCAPED "\"", NFC_RAW);
    looks_like("{\"id\": \"" NFD_ESCAPED "\"", NFC_RAW);
    looks_like("{\"id\": \"\\ud83d\\uDE00 \\\"q\\\" \\/ \\\\\"", "\xf0\x9f\x98\x80 \"q\" / \\");
    /* Uncertain: only a whole parse may judge these. */
    looks_like("{\"text\": \"x\", \"id\": \"A\"", NULL);
    looks_like("{\"\\u0069d\": \"A\"", NULL);
    looks_like("{\"id\": 3", NULL);
    looks_like("{\"id\": \"A", NULL);
    looks_like("{\"id\": \"A\\", NULL);
    looks_like("{\"id\": \"\\ud83d\"", NULL);
    looks_like("{\"id\": \"\\ud83d\\u0041\"", NULL);
    looks_like("{\"id\": \"\\ude00\"", NULL);
    looks_like("{\"id\": \"\\u00g0\"", NULL);
    looks_like("{\"id\": \"\\u0000\"", NULL);
    looks_like("{\"id\": \"\\x\"", NULL);
    looks_like("{\"id\": \"a\tb\"", NULL);
    looks_like("{\"id\": \"Zo\xc3\"", NULL);
    looks_like("{\"id\": \"\\ud83d\\", NULL);
    looks_like("{\"id\": \"\\ud83d\\n\"", NULL);
    looks_like("{\"id\": \"\\ud83dxy\"", NULL);
    looks_like("{\"id\": \"\\ud83d\\uffff\"", NULL);
    looks_like("{\"id\": \"\\ud83d\\ude0", NULL);
    looks_like("{\"id\": \"\\u00", NULL);
    looks_like("{\"id\": \"\\uff21\"", "\xef\xbc\xa1");
    looks_like("{\"id\" \"A\"", NULL);
    looks_like("{\"id\":", NULL);
    looks_like("\v{\"id\": \"A\"", NULL);
    looks_like("", NULL);
}

/* Titles at the limit: what may not fit is left to a whole parse, also if it grows in NFC. */
static void test_long_titles(void **state)
{
    (void)state;
    enum { SIZE = PAGE_TITLE_LIMIT + 64 };
    char *line = alloc_zeroed(SIZE, 1), title[PAGE_TITLE_LIMIT];
    size_t length;
    for (size_t n = PAGE_TITLE_LIMIT - 8; n < PAGE_TITLE_LIMIT + 2; n++) {
        snprintf(line, SIZE, "{\"id\": \"%*s\"", (int)n, "x");
        bool sure = page_look(line, strlen(line), title, &length);
        assert_int_equal(sure, n <= PAGE_TITLE_LIMIT - 4);
        assert_true(!sure || length == n);
    }
    /* U+0958 is two characters in NFC, six bytes of three. */
    char *to = line + sprintf(line, "{\"id\": \"");
    for (int i = 0; i < PAGE_TITLE_LIMIT / 6 + 10; i++)
        to += sprintf(to, "\xe0\xa5\x98");
    strcpy(to, "\"");
    assert_false(page_look(line, strlen(line), title, &length));
    /* A NUL is no white space, and ends a title in no way. */
    static const char nul[] = "\0{\"id\": \"A\"", escaped[] = "{\"id\": \"\\\0\"";
    assert_false(page_look(nul, sizeof nul - 1, title, &length));
    assert_false(page_look(escaped, sizeof escaped - 1, title, &length));
    free(line);
}

/* A look that is sure gives what a parse gives, whatever the bytes. */
static void test_look_agrees_with_parse(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a",       "\\u00e9", "e\\u0301", "\xcc\x81",
                                         "\\\\",    "\\n",     "\xc3\xa9", "\\ud83d",
                                         "\\ude00", "\xff",    "\\u0",     "\""};
    enum { PIECES = sizeof pieces / sizeof *pieces };
    size_t sure = 0;
    for (size_t i = 0; i < PIECES * PIECES * PIECES; i++) {
        char line[256], title[PAGE_TITLE_LIMIT];
        size_t length;
        Page page;
        Error error;
        snprintf(line, sizeof line, "{\"id\": \"%s%s%s\", \"text\": \"\", \"lines\": \"\"}",
                 pieces[i % PIECES], pieces[i / PIECES % PIECES], pieces[i / PIECES / PIECES]);
        if (!page_parse(line, strlen(line), &page, &error))
            continue;
        if (page_look(line, strlen(line), title, &length)) {
            assert_string_equal(title, page.title);
            sure++;
        }
        page_free(&page);
    }
    assert_true(sure > 300);
}

static void test_sentences(void **state)
{
    (void)state;
    PageSentence *sentences;
    size_t count;
    page_sentences("0\tOne .\tLink\tLink_-LRB-x-RRB-\n1\t\n2\tTwo\n stray words\n\n"
                   "word\ttabbed\n12345678901\tlong\n-1\tminus\n2\tagain\n4",
                   &sentences, &count);
    assert_int_equal(count, 3);
    assert_int_equal(sentences[0].number, 0);
    assert_string_equal(sentences[0].text, "One .");
    assert_int_equal(sentences[1].number, 1);
    assert_string_equal(sentences[1].text, "");
    assert_string_equal(sentences[2].text, "Two");
    page_sentences_free(sentences, count);
    page_sentences("", &sentences, &count);
    assert_int_equal(count, 0);
    page_sentences_free(sentences, count);
}

/* What a pass handed out: texts by wanted title, NULL where none came. */
typedef struct {
    char *texts[8];
} Got;

static void receive(void *context, size_t wanted, const Page *page)
{
    Got *got = context;
    assert_null(got->texts[wanted]);
    got->texts[wanted] = alloc_text(page->text);
}

static void add(Names *names, const char *text)
{
    size_t number;
    names_add(names, text, strlen(text), &number);
}

#define FIRST                                                                                      \
    PAGE("", "", "")                                                                               \
    PAGE("Other", "o", "0\\to")                                                                    \
    PAGE(NFD_ESCAPED, "singer", "0\\tsinger") PAGE("Empty", " \\n", "") PAGE("Late", "", "")
#define SECOND                                                                                     \
    PAGE(NFC_RAW, "second", "")                                                                    \
    PAGE("Late", "late text", "0\\tlate text")                                                     \
    "{\"text\": \"unusual\", \"lines\": \"\", \"id\": "                                            \
    "\"Order\"}\n" PAGE("Q_-LRB-\\\"film\\\"-RRB-", "film", "0\\tfilm")

static void reads_all(const char *path, uint64_t passed_over)
{
    Names wanted = {0};
    Got got = {{NULL}};
    WikiCounts counts;
    Error error = {""};
    add(&wanted, NFC_RAW);
    add(&wanted, "Empty");
    add(&wanted, "Late");
    add(&wanted, "Order");
    add(&wanted, "Q_-LRB-\"film\"-RRB-");
    add(&wanted, "Absent");
    if (!wiki_read(path, &wanted, receive, &got, NULL, &counts, &error))
        fail_msg("%s", error.text);
    assert_string_equal(got.texts[0], "singer");
    assert_null(got.texts[1]);
    assert_string_equal(got.texts[2], "late text");
    assert_string_equal(got.texts[3], "unusual");
    assert_string_equal(got.texts[4], "film");
    assert_null(got.texts[5]);
    assert_int_equal(counts.files, 2);
    assert_int_equal(counts.pages, 9);
    assert_int_equal(counts.parsed, 7);
    assert_int_equal(counts.found, 5);
    assert_int_equal(counts.repeated, 2);
    assert_int_equal(counts.without_text, 1);
    assert_int_equal(counts.reworded, 1);
    assert_string_equal(counts.reworded_title, NFC_RAW);
    assert_in_range(counts.bytes, strlen(FIRST) + strlen(SECOND), strlen(FIRST SECOND) + 7);
    assert_int_equal(counts.passed_over, passed_over);
    assert_true(!*counts.passed_name == !passed_over);
    for (size_t i = 0; i < 6; i++)
        free(got.texts[i]);
    names_free(&wanted);
}

static void take_none(void *context, size_t wanted, const Page *page)
{
    (void)context, (void)wanted, (void)page;
}

/* Further pages of a title are told only where they have a text, and another one or other lines. */
static void test_reworded(void **state)
{
    (void)state;
    static const struct {
        const char *pages;
        uint64_t repeated, reworded;
        const char *title;
    } cases[] = {
        {PAGE("A", "t", "0\\tt") PAGE("A", "t", "0\\tt") PAGE("B", "u", ""), 1, 0, ""},
        {PAGE("A", "", "") PAGE("A", "t", "") PAGE("A", " ", ""), 2, 0, ""},
        {PAGE("A", "t", "") PAGE("A", "u", "") PAGE("A", "v", ""), 2, 1, "A"},
        {PAGE("A", "t", "0\\tt") PAGE("A", "t", "1\\tt"), 1, 1, "A"},
        {PAGE("A", "t", "") PAGE("B", "t", "") PAGE("B", "u", "") PAGE("A", "u", ""), 2, 2, "B"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Names wanted = {0};
        WikiCounts counts;
        Error error;
        add(&wanted, "A");
        add(&wanted, "B");
        const char *path = fixture_text("reworded.jsonl", cases[i].pages);
        assert_true(wiki_read(path, &wanted, take_none, NULL, NULL, &counts, &error));
        assert_int_equal(counts.repeated, cases[i].repeated);
        assert_int_equal(counts.reworded, cases[i].reworded);
        assert_string_equal(counts.reworded_title, cases[i].title);
        names_free(&wanted);
    }
}

static void test_folder(void **state)
{
    (void)state;
    fixture_text("wiki/wiki-002.jsonl", SECOND);
    fixture_text("wiki/wiki-001.jsonl", FIRST);
    unlink(scratch("wiki/train.jsonl")); /* of an earlier run */
    unlink(scratch("wiki/wiki-003.jsonl.prov"));
    fixture_text("wiki/._wiki-001.jsonl", "\xff\xfe rubbish");
    reads_all(scratch("wiki"), 0);
    fixture_text("wiki/train.jsonl", "rubbish");
    fixture_text("wiki/wiki-003.jsonl.prov", "rubbish");
    reads_all(scratch("wiki"), 2);
    /* A mark and blank lines are no pages. */
    fixture_text("wiki/wiki-001.jsonl", "\xef\xbb\xbf" FIRST "\r\n\n");
    fixture_text("wiki/wiki-002.jsonl", "\n" SECOND);
    reads_all(scratch("wiki"), 2);
}

/* One file by itself, whatever it is called; what is wrong with it is told with its own path. */
static void test_lone_file(void **state)
{
    (void)state;
    Names wanted = {0};
    WikiCounts counts;
    Error error;
    size_t number;
    names_add(&wanted, "A", 1, &number);
    const char *path = fixture_text("pages of my own.jsonl", PAGE("A", "Text .", "0\\tText ."));
    assert_true(wiki_read(path, &wanted, take_none, NULL, NULL, &counts, &error));
    assert_int_equal(counts.files, 1);
    assert_int_equal(counts.found, 1);
    path = fixture_text("pages.jsonl", PAGE("B", "", "") "{\n");
    assert_false(wiki_read(path, &wanted, take_none, NULL, NULL, &counts, &error));
    assert_non_null(strstr(error.text, "pages.jsonl:2: "));
    names_free(&wanted);
}

static void test_zip(void **state)
{
    (void)state;
    const Member members[] = {{"wiki-pages/", NULL},
                              {"wiki-pages/wiki-001.jsonl", FIRST},
                              {"__MACOSX/", NULL},
                              {"__MACOSX/wiki-pages/._wiki-001.jsonl", "\x05\x16\x07 rubbish"},
                              {"__MACOSX/._wiki-001.jsonl", "\x05\x16\x07 rubbish"},
                              {"wiki-pages/wiki-002.jsonl", SECOND},
                              {"__MACOSX/wiki-pages/wiki-002.jsonl", "rubbish"},
                              {"wiki-pages/.DS_Store", "rubbish"},
                              {NULL, NULL}};
    reads_all(fixture_zip("wiki.zip", members), 0);
}

/* Forms of zips that people have: all pages are read, or the line says what to do. */
static void test_zip_forms(void **state)
{
    (void)state;
    static const struct {
        const char *name, *words; /* NULL: read */
        uint64_t passed_over;
    } cases[] = {
        {"deflated", NULL, 0},
        {"stored", NULL, 0},
        {"piped", NULL, 0},
        {"in-64-bits", NULL, 0},
        {"foreign", NULL, 2},
        {"accented", NULL, 0},
        {"accented-bytes", NULL, 0},
        {"behind", NULL, 0},
        {"before", NULL, 0},
        {"lzma", "is packed by another method than deflate", 0},
        {"bzip2", "is packed by another method than deflate", 0},
        {"refused-encrypted", "is encrypted; unpack the zip into a folder", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[128];
        Names wanted = {0};
        Got got = {{NULL}};
        WikiCounts counts;
        Error error = {""};
        add(&wanted, "Alpha");
        add(&wanted, "Z\xc3\xa9ta");
        snprintf(path, sizeof path, "checks/audit/fuzz/seeds/zip/%s", cases[i].name);
        bool ok = wiki_read(path, &wanted, receive, &got, NULL, &counts, &error);
        if (ok != !cases[i].words || (!ok && !strstr(error.text, cases[i].words)))
            fail_msg("%s: %s", cases[i].name, error.text);
        if (ok && (counts.found != 2 || counts.files != 2 || counts.pages != 3))
            fail_msg("%s: %llu pages of two found", cases[i].name,
                     (unsigned long long)counts.found);
        assert_int_equal(counts.passed_over, cases[i].passed_over);
        free(got.texts[0]), free(got.texts[1]);
        names_free(&wanted);
    }
}

static void refused(const char *path, const char *place, const char *what)
{
    Names wanted = {0};
    Got got = {{NULL}};
    WikiCounts counts;
    Error error = {""};
    add(&wanted, "Wanted");
    assert_false(wiki_read(path, &wanted, receive, &got, NULL, &counts, &error));
    free(got.texts[0]);
    names_free(&wanted);
    if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, place) ||
        !strstr(error.text, what) || !strchr(error.text, ';') || strchr(error.text, '\n'))
        fail_msg("unexpected message: %s", error.text);
}

static void refused_line(const char *line, const char *what)
{
    char text[2048];
    snprintf(text, sizeof text, "%s%s", PAGE("Other", "o", "0\\to"), line);
    fixture_text("wiki-bad/wiki-001.jsonl", text);
    refused(scratch("wiki-bad"), "/wiki-001.jsonl:2: ", what);
    const Member members[] = {{"d/wiki-001.jsonl", text}, {NULL, NULL}};
    refused(fixture_zip("wiki-bad.zip", members), "/d/wiki-001.jsonl:2: ", what);
}

static void test_bad_pages(void **state)
{
    (void)state;
    refused_line("{\"id\": \"Wanted\", \"text\": \"cut", "not JSON");
    refused_line(PAGE("Wanted", "bad \xff", ""), "UTF-8");
    refused_line("{\"id\": \"Wanted\", \"lines\": \"\"}", "\"text\" is missing");
    refused_line("{\"id\": \"Wanted\", \"text\": 3, \"lines\": \"\"}", "\"text\" is not a text");
    refused_line("{\"id\": \"Wanted\", \"text\": \"\"}", "\"lines\" is missing");
    refused_line("{\"id\": \"Wanted\", \"text\": \"\", \"lines\": []}", "\"lines\" is not a text");
    refused_line("{\"text\": \"\", \"lines\": \"\"}", "\"id\" is missing");
    refused_line("{\"id\": 1, \"text\": \"\", \"lines\": \"\"}", "\"id\" is not a text");
    refused_line("{\"_id\": \"1\", \"wikipedia_title\": \"Wanted\", \"text\": [\"a\"]}",
                 "KILT's knowledge source");
    refused_line("{\"_id\": \"Wanted\", \"title\": \"Wanted\", \"text\": \"a\"}", "BEIR's corpus");
    refused_line("{\"claim\": \"c\", \"id\": 1}", "is a claim, and no page");
    refused_line("[]", "not a JSON object");
    refused_line("\xef\xbb\xbf" PAGE("Wanted", "", ""), "an invisible byte-order mark");
    refused_line("{\"id\": \"Wanted\", \"text\": \"\", \"lines\": \"\", \"text\": \"\"}",
                 "not JSON");
}

static void test_bad_dumps(void **state)
{
    (void)state;
    refused(scratch("wiki-absent"), "", "cannot be opened");
    fixture_text("wiki-none/train.jsonl", "{}");
    refused(scratch("wiki-none"), "", "holds no page");
    fixture_text("wiki-empty/wiki-001.jsonl", "");
    refused(scratch("wiki-empty"), "", "holds no page");
    refused(fixture_text("wiki-empty.zip", ""), "", "not a whole zip");
    refused(fixture_text("wiki-text.zip", "text"), "", "not a whole zip");
    refused(fixture_text("wiki-packed/wiki-001.jsonl.gz", "x") ? scratch("wiki-packed") : NULL, "",
            "but holds wiki-001.jsonl.gz; unpack it");
    refused(fixture_text("wiki-pointer/wiki-001.jsonl",
                         "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 42\n")
                ? scratch("wiki-pointer")
                : NULL,
            "", "a Git LFS pointer to 42 bytes");
    /* Pages by another name, or as one JSON text. */
    refused(fixture_text("wiki-upper/WIKI-001.JSONL", FIRST) ? scratch("wiki-upper") : NULL, "",
            "but holds WIKI-001.JSONL; rename files of pages to wiki-001.jsonl and so on");
    const Member other_names[] = {{"pages/001.jsonl", FIRST}, {NULL, NULL}};
    refused(fixture_zip("wiki-names.zip", other_names), "",
            "but holds pages/001.jsonl; rename files of pages to wiki-001.jsonl and so on");
    refused(fixture_text("wiki-deep/wiki-pages/wiki-001.jsonl", FIRST) ? scratch("wiki-deep")
                                                                       : NULL,
            "", "but holds wiki-pages; name the folder");
    refused(fixture_text("wiki-list.json", "["
                                           "{}"
                                           "]"),
            ":1: ", "a list; write one page a line");
    refused(fixture_text("wiki-list.json", " [\n{},\n{}\n]\n"),
            ":1: ", "one JSON text over many lines; write one page a line");
    refused(fixture_text("wiki-list.jsonl", "[{},\n{}]\n"),
            ":1: ", "one JSON text over many lines");
    fixture_text("wiki-object/wiki-001.jsonl", "\n{\n\"id\": \"A\"}\n");
    refused(scratch("wiki-object"), "/wiki-001.jsonl:2: ", "one JSON text over many lines");
    const Member only_mac[] = {{"__MACOSX/._wiki-001.jsonl", "x"}, {NULL, NULL}};
    refused(fixture_zip("wiki-mac.zip", only_mac), "", "holds no page");
    char *text = alloc_zeroed(LINES_LIMIT + 2, 1);
    memset(text, 'x', LINES_LIMIT + 1);
    fixture_text("wiki-long/wiki-001.jsonl", text);
    refused(scratch("wiki-long"), ":1: ", "longer than 64 MiB");
    free(text);
    const char *denied = fixture_text("wiki-denied/wiki-001.jsonl", FIRST);
    assert_int_equal(unlink(denied), 0);
    assert_int_equal(symlink("/absent", denied), 0);
    refused(scratch("wiki-denied"), "/wiki-001.jsonl: ", "cannot be opened");
    assert_int_equal(unlink(denied), 0);
    assert_int_equal(mkdir(denied, 0777), 0);
    refused(scratch("wiki-denied"), "/wiki-001.jsonl:", "cannot be read");
    assert_int_equal(rmdir(denied), 0);
}

/* One file of pages is read as such, whatever it is called; a zip, too. */
static void test_lone_names(void **state)
{
    (void)state;
    static const char *const names[] = {"lone.zip", "lone.txt", "lone.jsonl"};
    for (size_t i = 0; i < 3; i++) {
        Names wanted = {0};
        Got got = {{NULL}};
        WikiCounts counts;
        Error error = {""};
        const char *path = fixture_text(names[i], i == 1 ? "\xef\xbb\xbf\n" FIRST : FIRST);
        if (!wiki_read(path, &wanted, receive, &got, NULL, &counts, &error))
            fail_msg("%s", error.text);
        assert_int_equal(counts.files, 1);
    }
    const Member members[] = {{"wiki-001.jsonl", FIRST}, {NULL, NULL}};
    Names wanted = {0};
    Got got = {{NULL}};
    WikiCounts counts;
    Error error = {""};
    assert_true(wiki_read(fixture_zip("zipped.jsonl", members), &wanted, receive, &got, NULL,
                          &counts, &error));
}

/* A fault in the first file ends the pass; nothing of a later one is told. */
static void test_first_fault(void **state)
{
    (void)state;
    fixture_text("wiki-two/wiki-001.jsonl", "[]\n");
    fixture_text("wiki-two/wiki-002.jsonl", "{}\n");
    refused(scratch("wiki-two"), "/wiki-001.jsonl:1: ", "not a JSON object");
}

/* A link in a zip: under the name of pages it is refused. */
static void test_links(void **state)
{
    (void)state;
    static const struct {
        unsigned type;
        const char *name, *what; /* NULL: taken */
    } cases[] = {
        {AE_IFLNK, "d/wiki-001.jsonl",
         "is a link, and holds no pages; unpack the zip into a folder"},
        {AE_IFLNK, "d/latest", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = scratch("wiki-link.zip");
        struct archive *zip = archive_write_new();
        assert_int_equal(archive_write_set_format_zip(zip), ARCHIVE_OK);
        assert_int_equal(archive_write_open_filename(zip, path), ARCHIVE_OK);
        for (int link = 0; link < 2; link++) {
            struct archive_entry *entry = archive_entry_new();
            archive_entry_set_pathname(entry, link ? cases[i].name : "wiki-002.jsonl");
            archive_entry_set_mode(entry, (link ? cases[i].type : AE_IFREG) | 0644);
            if (link && cases[i].type == AE_IFLNK)
                archive_entry_set_symlink(entry, "other.jsonl");
            archive_entry_set_size(entry, link ? 0 : (int64_t)strlen(FIRST));
            assert_int_equal(archive_write_header(zip, entry), ARCHIVE_OK);
            if (!link)
                archive_write_data(zip, FIRST, strlen(FIRST));
            archive_entry_free(entry);
        }
        assert_int_equal(archive_write_free(zip), ARCHIVE_OK);
        if (cases[i].what) {
            refused(path, "/d/wiki-001.jsonl: ", cases[i].what);
            continue;
        }
        Names wanted = {0};
        WikiCounts counts;
        Error error;
        assert_true(wiki_read(path, &wanted, receive, NULL, NULL, &counts, &error));
        assert_int_equal(counts.passed_over, 1);
    }
}

static void note_progress(const char *what, double done, double total)
{
    (void)what;
    assert_true(done > 0 && done <= total);
}

/* Progress is told every few thousand lines, of a folder and of a zip. */
static void test_progress(void **state)
{
    (void)state;
    enum { LINES = 17000 };
    static const char line[] = PAGE("Other", "o", "0\\to");
    char *text = alloc_zeroed(LINES * (sizeof line - 1) + 1, 1);
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + i * (sizeof line - 1), line, sizeof line - 1);
    fixture_text("wiki-many/wiki-001.jsonl", text);
    const Member members[] = {{"wiki-001.jsonl", text}, {NULL, NULL}};
    const char *const paths[] = {scratch("wiki-many"), fixture_zip("wiki-many.zip", members)};
    for (int i = 0; i < 2; i++) {
        Names wanted = {0};
        WikiCounts counts;
        Error error;
        add(&wanted, "Wanted");
        assert_true(wiki_read(paths[i], &wanted, receive, NULL, note_progress, &counts, &error));
        assert_int_equal(counts.pages, LINES);
        assert_int_equal(counts.found, 0);
        names_free(&wanted);
    }
    free(text);
}

/* Cuts the zip at every length and flips bytes of its data: never a silent success. */
static void test_damaged_zips(void **state)
{
    (void)state;
    char bytes[4096], copy[4096];
    const Member members[] = {{"wiki-001.jsonl", FIRST}, {"wiki-002.jsonl", SECOND}, {NULL, NULL}};
    FILE *file = fopen(fixture_zip("wiki-whole.zip", members), "rb");
    assert_non_null(file);
    size_t count = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(count > 400 && count < sizeof bytes);
    for (size_t cut = 0; cut < count; cut += 7)
        refused(fixture_file("wiki-cut.zip", bytes, cut), "", "");
    for (size_t at = 66; at < 150; at += 6) { /* inside the first member's data */
        memcpy(copy, bytes, count);
        copy[at] ^= 0x55;
        refused(fixture_file("wiki-flip.zip", copy, count), "", "");
    }
}

static void test_data_names(void **state)
{
    (void)state;
    assert_true(wiki_is_data("wiki-001.jsonl"));
    assert_true(wiki_is_data("a/b/wiki-x.jsonl"));
    assert_false(wiki_is_data("wiki-.jsonl"));
    assert_false(wiki_is_data("a/._wiki-001.jsonl"));
    assert_false(wiki_is_data("__MACOSX/wiki-001.jsonl"));
    assert_false(wiki_is_data("a/__MACOSX/wiki-001.jsonl"));
    assert_false(wiki_is_data("wiki-001.json"));
    assert_false(wiki_is_data("wiki-001.jsonl/"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_look),         cmocka_unit_test(test_look_agrees_with_parse),
        cmocka_unit_test(test_sentences),    cmocka_unit_test(test_folder),
        cmocka_unit_test(test_zip),          cmocka_unit_test(test_lone_file),
        cmocka_unit_test(test_bad_pages),    cmocka_unit_test(test_bad_dumps),
        cmocka_unit_test(test_damaged_zips), cmocka_unit_test(test_data_names),
        cmocka_unit_test(test_long_titles),  cmocka_unit_test(test_first_fault),
        cmocka_unit_test(test_progress),     cmocka_unit_test(test_zip_forms),
        cmocka_unit_test(test_lone_names),   cmocka_unit_test(test_reworded),
        cmocka_unit_test(test_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
