/* Checks the embedded world by reading its raw files back: labels, evidence, format, the same bits
 * twice. */
#include "base/alloc.h"
#include "world/world_fever.h"

#include "check.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <jansson.h>
#include <pcre2.h>
#include <string.h>
#include <strings.h>

enum { STUDY = 48, OTHER = 48, PAGES = STUDY + OTHER, CLAIMS = 9, LINES = 32 };

/* A page and its claims as the raw text shows them. */
typedef struct {
    char *line[LINES];
} RawPage;

typedef struct {
    World world;
    RawPage page[PAGES];
    char *text; /* the written files, NUL-terminated */
} Raw;

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t capacity = 0, length = 0, count;
    char *text = alloc_grow(NULL, &capacity, 1 << 16, 1);
    while ((count = fread(text + length, 1, capacity - length - 1, file)) > 0) {
        length += count;
        text = alloc_grow(text, &capacity, length + (1 << 16), 1);
    }
    assert_int_equal(fclose(file), 0);
    text[length] = 0;
    return text;
}

static const char *write_files(const World *world, const char *name, size_t per_page)
{
    Error error;
    Out out;
    const char *path = scratch(name);
    FeverClaims claims = {0};
    for (size_t i = 0; i < PAGES; i++) {
        Rng rng = rng_stream("check", 5, i);
        fever_draw_claims(&claims, world, i, per_page, NULL, 0, &rng);
    }
    assert_true(out_open_folder(&out, path, &error));
    assert_true(out_member(&out, "wiki-pages/wiki-001.jsonl", &error));
    for (size_t i = 0; i < PAGES; i++)
        fever_write_page(&out, world, i);
    assert_true(out_member(&out, "claims.jsonl", &error));
    assert_true(fever_write_claims(&out, world, &claims, 0));
    assert_true(out_commit(&out, &error));
    fever_free_claims(&claims);
    return path;
}

static char *member(const char *folder, const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return read_all(path);
}

/* ---- Reading sentences back with regular expressions made from the wordings ---- */

typedef struct {
    char text[4096];
    int fact[WORLD_FACTS]; /* the fact each group captures */
    int groups;
} Pattern;

static void add(Pattern *pattern, const char *bytes, size_t count)
{
    size_t length = strlen(pattern->text);
    assert_true(length + count < sizeof pattern->text);
    memcpy(pattern->text + length, bytes, count);
    pattern->text[length + count] = 0;
}

static void add_literal(Pattern *pattern, char byte)
{
    if (strchr("\\.^$()|?*+{}", byte))
        add(pattern, "\\", 1);
    add(pattern, &byte, 1);
}

/* Any subject of the entity: name, title, brief form or pronoun, with or without possessive. */
static void add_subject(Pattern *pattern, const WorldEntity *entity)
{
    const char *forms[] = {entity->title, entity->name, entity->brief};
    add(pattern, "(?:", 3);
    for (int i = 0; i < 3; i++) {
        for (const char *p = forms[i]; *p; p++)
            add_literal(pattern, *p);
        add(pattern, "(?:'s)?|", 8);
    }
    const char *pronouns = "she|he|her|him|his|it|its)";
    add(pattern, pronouns, strlen(pronouns));
}

/* What an atom of a value's pattern can read as; NULL for a plain byte. */
static const char *atom_shape(const char *atom)
{
    return strncmp(atom, "<day>", 5) == 0 ? "\\d+ \\w+"
           : *atom == '<'                 ? "[^,\\d]+?"
           : *atom == '@'                 ? "\\d{4}"
           : *atom == '~'                 ? "\\d+"
           : *atom == '%'                 ? "[\\d,]+"
                                          : NULL;
}

/* A group for values of a fact, whichever of its class. */
static void add_value(Pattern *pattern, const char *shape)
{
    add(pattern, "(", 1);
    while (*shape) {
        const char *group = atom_shape(shape);
        if (group)
            add(pattern, group, strlen(group));
        if (*shape == '<')
            shape = strchr(shape, '>') + 1;
        else if (group)
            shape += 1 + strspn(shape + 1, "0123456789-");
        else if (*shape == '/' || *shape == '|')
            shape += (add(pattern, "|", 1), 1);
        else
            add_literal(pattern, *shape++);
    }
    add(pattern, ")", 1);
}

static void add_slot(Pattern *pattern, const WorldEntity *entity, const char *name)
{
    bool article = name[0] == 'a' && name[1] == ':';
    name += article ? 2 : 0;
    size_t length = strcspn(name, "}");
    if (length <= 2) {
        add_subject(pattern, entity);
        return;
    }
    int f = world_find_fact(entity->index, name, length);
    if (article)
        add(pattern, "an? ", 4);
    add_value(pattern, entity->index->fact[f]->pattern);
    pattern->fact[pattern->groups++] = f;
}

static Pattern make_pattern(const WorldEntity *entity, const char *wording)
{
    Pattern pattern = {.text = "(?i)^"};
    for (const char *p = wording + (*wording == '^'); *p; p++)
        if (*p == '{') {
            add_slot(&pattern, entity, p + 1);
            p = strchr(p, '}');
        } else if (*p == '[')
            add(&pattern, "(?:", 3);
        else if (*p == ']')
            add(&pattern, ")", 1);
        else if (*p == '|')
            add(&pattern, "|", 1);
        else
            add_literal(&pattern, *p);
    add(&pattern, "\\.$", 3);
    return pattern;
}

typedef struct {
    uint32_t facts;
    char value[WORLD_FACTS][WORLD_VALUE];
} Reading;

/* Reads a sentence by one wording; false when it does not fit. */
static bool read_as(const WorldEntity *entity, const char *wording, const char *text,
                    Reading *reading)
{
    int code;
    PCRE2_SIZE offset;
    Pattern pattern = make_pattern(entity, wording);
    pcre2_code *regex =
        pcre2_compile((PCRE2_SPTR)pattern.text, PCRE2_ZERO_TERMINATED, 0, &code, &offset, NULL);
    assert_non_null(regex);
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(regex, NULL);
    int rc = pcre2_match(regex, (PCRE2_SPTR)text, strlen(text), 0, 0, match, NULL);
    for (int g = 0; rc > 0 && g < pattern.groups; g++) {
        PCRE2_SIZE size = WORLD_VALUE;
        int f = pattern.fact[g];
        if (pcre2_substring_copy_bynumber(match, (uint32_t)g + 1, (PCRE2_UCHAR *)reading->value[f],
                                          &size) != 0)
            rc = -1;
        reading->facts |= 1u << f;
    }
    pcre2_match_data_free(match);
    pcre2_code_free(regex);
    return rc > 0;
}

/* The same by either form of the wording. */
static bool read_by(const WorldEntity *entity, const char *wording, const char *text,
                    Reading *reading)
{
    char block[WORLD_SENTENCE];
    WorldText own = words_begin(block, sizeof block);
    return read_as(entity, wording, text, reading) ||
           (world_possessive(wording, &own) && read_as(entity, block, text, reading));
}

/* Whether each value is a name and not a name with more behind it. */
static bool plausible(const WorldIndex *index, const Reading *reading)
{
    static const char *const joints[] = {" in ",  " on ",     " by ",   " and ", " for ",
                                         " who ", " of the ", " with ", " to ",  " at "};
    for (int f = 0; f < index->facts; f++)
        for (size_t i = 0; reading->facts >> f & 1 && i < sizeof joints / sizeof *joints; i++)
            if (strstr(reading->value[f], joints[i]) && !strstr(index->fact[f]->pattern, joints[i]))
                return false;
    return true;
}

/* All ways to read a sentence; returns how many, at most `limit`. */
static int read_sentence(const WorldEntity *entity, const char *text, Reading *readings, int limit)
{
    int count = 0;
    for (int w = 0; w < entity->index->wordings && count < limit; w++) {
        Reading reading = {0};
        if (read_by(entity, entity->index->wording[w], text, &reading) &&
            plausible(entity->index, &reading))
            readings[count++] = reading;
    }
    return count;
}

/* Whether some pair of readings agrees (or differs) on a fact that both state. */
static bool any_common(const Reading *a, int a_count, const Reading *b, int b_count, bool equal)
{
    for (int i = 0; i < a_count; i++)
        for (int j = 0; j < b_count; j++)
            for (int f = 0; f < WORLD_FACTS; f++)
                if (a[i].facts & b[j].facts & 1u << f &&
                    (strcasecmp(a[i].value[f], b[j].value[f]) == 0) == equal)
                    return true;
    return false;
}

/* ---- The raw files ---- */

static size_t find_entity(const World *world, const char *id)
{
    for (size_t i = 0; i < PAGES; i++) {
        char block[2 * WORLD_NAME];
        WorldText text = words_begin(block, sizeof block);
        fever_page_id(world->entities[i].title, &text);
        if (strcmp(block, id) == 0)
            return i;
    }
    fail_msg("%s is no page of the world", id);
    return 0;
}

/* Splits `lines` as its format says: index, tab, sentence, tab, links. */
static void split_lines(RawPage *page, const char *lines)
{
    for (const char *p = lines; *p;) {
        size_t length = strcspn(p, "\n");
        char *end;
        long number = strtol(p, &end, 10);
        if (end != p && *end == '\t') {
            assert_in_range(number, 0, LINES - 1);
            page->line[number] = alloc_text_n(end + 1, strcspn(end + 1, "\t\n"));
        }
        p += length + (p[length] == '\n');
    }
}

static int setup(void **state)
{
    Raw *raw = alloc_zeroed(1, sizeof *raw);
    raw->world = world_make(11, STUDY, OTHER, 0);
    const char *folder = write_files(&raw->world, "world-raw", CLAIMS);
    char *pages = member(folder, "wiki-pages/wiki-001.jsonl");
    raw->text = member(folder, "claims.jsonl");
    for (char *line = strtok(pages, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *page = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
        const char *id, *text, *lines;
        assert_int_equal(
            json_unpack(page, "{s:s,s:s,s:s!}", "id", &id, "text", &text, "lines", &lines), 0);
        split_lines(&raw->page[find_entity(&raw->world, id)], lines);
        json_decref(page);
    }
    free(pages);
    *state = raw;
    return 0;
}

static int teardown(void **state)
{
    Raw *raw = *state;
    for (int i = 0; i < PAGES; i++)
        for (int n = 0; n < LINES; n++)
            free(raw->page[i].line[n]);
    world_free(&raw->world);
    free(raw->text);
    free(raw);
    return 0;
}

enum { READINGS = 8 };

/* The evidence sentence of [annotation, id, title, line], read back; *entity is its page. */
static int read_evidence(const Raw *raw, json_t *item, size_t *entity, Reading *readings)
{
    json_t *title = json_array_get(item, 2), *line = json_array_get(item, 3);
    assert_true(json_is_string(title) && json_is_integer(line));
    *entity = find_entity(&raw->world, json_string_value(title));
    assert_in_range(json_integer_value(line), 0, LINES - 1);
    const char *text = raw->page[*entity].line[json_integer_value(line)];
    assert_non_null(text);
    assert_true(*text != 0);
    int count = read_sentence(&raw->world.entities[*entity], text, readings, READINGS);
    if (count == 0)
        fail_msg("no wording fits the sentence \"%s\"", text);
    return count;
}

static void check_set(const Raw *raw, const char *claim, bool supports, json_t *set)
{
    Reading claimed[READINGS], shown[READINGS];
    size_t entity, n;
    json_t *item;
    json_array_foreach (set, n, item) {
        int shown_count = read_evidence(raw, item, &entity, shown);
        int count = read_sentence(&raw->world.entities[entity], claim, claimed, READINGS);
        if (count == 0)
            fail_msg("no wording fits the claim \"%s\"", claim);
        assert_non_null(strstr(claim, raw->world.entities[entity].title));
        if (!any_common(claimed, count, shown, shown_count, supports))
            fail_msg("the evidence does not %s \"%s\"", supports ? "support" : "refute", claim);
        if (supports && count == 1 && shown_count == 1 &&
            any_common(claimed, count, shown, shown_count, false))
            fail_msg("the evidence also refutes \"%s\"", claim);
    }
}

/* An undecidable claim, where it can be read at all, states a fact that no line of its page states.
 */
static void check_unknown(const Raw *raw, const char *claim)
{
    for (size_t i = 0; i < PAGES; i++) {
        const WorldEntity *entity = &raw->world.entities[i];
        Reading claimed[READINGS];
        if (!strstr(claim, entity->title))
            continue;
        int count = read_sentence(entity, claim, claimed, READINGS);
        for (int r = 0; r < count; r++)
            assert_true((claimed[r].facts & ~entity->stated) != 0);
    }
}

static void test_labels_follow_from_the_raw_files(void **state)
{
    Raw *raw = *state;
    int counts[3] = {0};
    char *text = alloc_text(raw->text);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *claim = json_loads(line, JSON_REJECT_DUPLICATES, NULL), *evidence, *set;
        const char *verifiable, *label, *words;
        int id;
        size_t n;
        assert_int_equal(json_unpack(claim, "{s:i,s:s,s:s,s:s,s:o!}", "id", &id, "verifiable",
                                     &verifiable, "label", &label, "claim", &words, "evidence",
                                     &evidence),
                         0);
        bool unknown = strcmp(label, "NOT ENOUGH INFO") == 0;
        assert_string_equal(verifiable, unknown ? "NOT VERIFIABLE" : "VERIFIABLE");
        assert_true(json_array_size(evidence) > 0);
        counts[unknown ? 2 : strcmp(label, "REFUTES") == 0]++;
        if (unknown)
            check_unknown(raw, words);
        else
            json_array_foreach (evidence, n, set)
                check_set(raw, words, strcmp(label, "SUPPORTS") == 0, set);
        json_decref(claim);
    }
    free(text);
    for (int i = 0; i < 3; i++)
        assert_true(counts[i] > PAGES * CLAIMS / 4);
}

/* The reader above must notice a wrong label, or it proves nothing. */
static void test_the_reader_sees_a_planted_fault(void **state)
{
    Raw *raw = *state;
    const WorldEntity *entity = &raw->world.entities[0];
    char truth[WORLD_SENTENCE], lie[WORLD_SENTENCE];
    WorldText text = words_begin(truth, sizeof truth);
    world_sentence(&text, entity, "{S} was born in {birthplace}", 1, SUBJECT_TITLE, -1, NULL);
    text = words_begin(lie, sizeof lie);
    int f = world_find_fact(entity->index, "birthplace", 10);
    world_sentence(&text, entity, "{S} was born in {birthplace}", 1, SUBJECT_TITLE, f, "Nowhere");
    Reading a[READINGS], b[READINGS];
    int a_count = read_sentence(entity, truth, a, READINGS);
    int b_count = read_sentence(entity, lie, b, READINGS);
    assert_true(a_count > 0 && b_count > 0);
    assert_true(any_common(a, a_count, a, a_count, true));
    assert_false(any_common(a, a_count, b, b_count, true));
    assert_true(any_common(a, a_count, b, b_count, false));
}

static void test_same_seed_same_bits(void **state)
{
    Raw *raw = *state;
    World again = world_make(11, STUDY, OTHER, 7);
    char *text = member(write_files(&again, "world-again", CLAIMS), "claims.jsonl");
    assert_string_equal(text, raw->text);
    free(text);
    world_free(&again);
    again = world_make(12, STUDY, OTHER, 0);
    assert_string_not_equal(again.entities[0].name, raw->world.entities[0].name);
    world_free(&again);
}

static void test_titles_are_distinct(void **state)
{
    (void)state;
    World world = world_make(3, 80, 150, 400);
    for (size_t i = 0; i < 630; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(world.entities[i].name, world.entities[j].name);
    for (uint64_t n = 0; n < 300; n++) {
        WorldEntity fresh = world_fresh(&world, n);
        for (size_t j = 0; j < 630; j++)
            assert_string_not_equal(fresh.name, world.entities[j].name);
    }
    world_free(&world);
}

static void test_wordings_cover_every_fact(void **state)
{
    (void)state;
    World world = world_make(1, 12, 0, 0);
    for (int kind = 0; kind < WORLD_KINDS; kind++) {
        const WorldIndex *index = &world.indices[kind];
        for (int f = 0; f < index->facts; f++) {
            int found[WORLD_WORDINGS];
            if (world_find_wordings(index, false, 1u << f, 1u << f, found) == 0)
                fail_msg("no wording states %s of kind %d alone", index->fact[f]->name, kind);
        }
    }
    world_free(&world);
}

static void test_renderings_state_the_same_facts(void **state)
{
    Raw *raw = *state;
    for (size_t i = 0; i < PAGES; i++)
        for (uint64_t rendering = 0; rendering < 20; rendering++) {
            WorldPage page = world_page(&raw->world.entities[i], 11, i, rendering);
            assert_int_equal(page.stated, raw->world.entities[i].stated);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_labels_follow_from_the_raw_files),
        cmocka_unit_test(test_the_reader_sees_a_planted_fault),
        cmocka_unit_test(test_same_seed_same_bits),
        cmocka_unit_test(test_titles_are_distinct),
        cmocka_unit_test(test_wordings_cover_every_fact),
        cmocka_unit_test(test_renderings_state_the_same_facts),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
