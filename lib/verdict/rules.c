/* A line at a time: its first word picks the function that takes it. A block ends where the next
 * begins, and is then checked to be whole. */
#include "verdict/rules.h"

#include "base/alloc.h"
#include "base/lines.h"
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_LIMIT = 4096, WORDS = 64, NAME_LIMIT = 48 };

const char *const rule_wants[] = {"above", "below", "within", "gain", "no-gain", "loss", "no-loss"};

/* The file under way: the line's words, and the blocks that they belong to. */
typedef struct {
    Rules *rules;
    const char *path;
    size_t line, count;
    char *words[WORDS];
    const char *rest; /* of the line, behind its first word */
    RuleClaim *claim;
    RulePart *part;
    Error *error;
} Reader;

static bool refuse(const Reader *reader, const char *what, const char *word, const char *cure)
{
    return fail(reader->error, "%s:%zu: %s '%.60s'; %s", reader->path, reader->line, what, word,
                cure);
}

/* --- words ----------------------------------------------------------------------------------- */

static bool is_name(const char *text, const char *more)
{
    size_t length = strlen(text);
    for (const char *at = text; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr(more, *at))
            return false;
    return length > 0 && length < NAME_LIMIT;
}

static bool parse_number(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return *text && !isspace((unsigned char)*text) && !*end && isfinite(*number);
}

static bool parse_test(const Reader *reader, const char *word, RuleTest *test)
{
    size_t length = strcspn(word, "=!<>");
    const char *at = word + length;
    char *key = alloc_text_n(word, length);
    int op = at[0] == '>' ? TEST_ABOVE : at[0] == '<' ? TEST_BELOW : at[0] == '!' ? TEST_NOT : 0;
    bool ok = is_name(key, "_") && *at && (op != TEST_NOT || at[1] == '=');
    at += 1 + (op != TEST_IS && at[0] && at[1] == '=');
    if (ok && op > TEST_NOT && at[-1] == '=')
        op++;
    if (!ok || !is_name(at, "_-.,*?+")) {
        free(key);
        return refuse(reader, "cannot read the test", word,
                      "write key=value, key!=value, key>value or key<value");
    }
    *test = (RuleTest){key, alloc_text(at), (RuleOp)op};
    return true;
}

static bool parse_tests(const Reader *reader, size_t from, RuleTests *tests)
{
    for (size_t i = from; i < reader->count; i++) {
        RuleTest test;
        if (!parse_test(reader, reader->words[i], &test))
            return false;
        tests->items =
            alloc_grow(tests->items, &tests->capacity, tests->count + 1, sizeof *tests->items);
        tests->items[tests->count++] = test;
    }
    return tests->count > 0 ||
           refuse(reader, "nothing follows", reader->words[0], "write what it is about");
}

static bool parse_term(const Reader *reader, RuleTerm *term, double weight)
{
    term->weight = weight;
    term->pretrained = reader->count == 2 && strcmp(reader->words[1], "pretrained") == 0;
    return term->pretrained || parse_tests(reader, 1, &term->tests);
}

static bool set_text(const Reader *reader, char **field)
{
    if (*field || !*reader->rest)
        return refuse(reader, *field ? "a second" : "nothing follows", reader->words[0],
                      "give it once, with its text");
    *field = alloc_text(reader->rest);
    return true;
}

/* --- lines of a part ------------------------------------------------------------------------- */

static bool take_of(Reader *reader)
{
    RulePart *part = reader->part;
    if (part->of_count == RULE_OF)
        return refuse(reader, "too many lines", "of", "four are read");
    return parse_tests(reader, 1, &part->of[part->of_count++]);
}

static bool take_term(Reader *reader)
{
    RulePart *part = reader->part;
    if (part->terms_count == RULE_TERMS)
        return refuse(reader, "too many lines", reader->words[0], "four partners are read");
    return parse_term(reader, &part->terms[part->terms_count++],
                      reader->words[0][0] == 'l' ? -1 : 1);
}

static bool take_scale(Reader *reader)
{
    return parse_tests(reader, 1, &reader->part->scale);
}

static bool take_scale_less(Reader *reader)
{
    return parse_term(reader, &reader->part->scale_less, -1);
}

static bool take_each(Reader *reader)
{
    RulePart *part = reader->part;
    for (size_t i = 1; i < reader->count; i++) {
        if (part->each_count == RULE_EACH || !is_name(reader->words[i], "_"))
            return refuse(reader, "cannot take", reader->words[i], "name up to four keys");
        part->each[part->each_count++] = alloc_text(reader->words[i]);
    }
    return true;
}

/* slope KEY [/ KEY] [by doubling] */
static bool take_slope(Reader *reader)
{
    RulePart *part = reader->part;
    size_t at = 2;
    if (reader->count < 2 || part->slope || !is_name(reader->words[1], "_"))
        return refuse(reader, "cannot read", "slope", "name one key");
    part->slope = alloc_text(reader->words[1]);
    if (at + 1 < reader->count && strcmp(reader->words[at], "/") == 0) {
        part->slope_by = alloc_text(reader->words[at + 1]);
        at += 2;
    }
    if (at + 1 < reader->count && strcmp(reader->words[at], "by") == 0 &&
        strcmp(reader->words[at + 1], "doubling") == 0) {
        part->doublings = true;
        at += 2;
    }
    return at == reader->count || refuse(reader, "cannot read", reader->words[at],
                                         "write slope KEY [/ KEY] [by doubling]");
}

/* want WORD NUMBER */
static bool take_want(Reader *reader)
{
    RulePart *part = reader->part;
    int want = 0;
    while (reader->count == 3 && want < WANTS && strcmp(reader->words[1], rule_wants[want]) != 0)
        want++;
    if (part->want != WANTS || reader->count != 3 || want == WANTS ||
        !parse_number(reader->words[2], &part->bound) || (want >= WANT_WITHIN && part->bound <= 0))
        return refuse(reader, "cannot read", reader->rest,
                      "write want once: above, below, within, gain, no-gain, loss or no-loss, and "
                      "a number (of within and the last four above 0)");
    part->want = (RuleWant)want;
    return true;
}

/* need all | at least NUMBER | above NUMBER */
static bool take_need(Reader *reader)
{
    RulePart *part = reader->part;
    const char *number = reader->words[reader->count - 1];
    if (reader->count == 2 && strcmp(number, "all") == 0)
        return true;
    part->need_above = reader->count == 3 && strcmp(reader->words[1], "above") == 0;
    bool least = reader->count == 4 && strcmp(reader->words[1], "at") == 0 &&
                 strcmp(reader->words[2], "least") == 0;
    if ((!least && !part->need_above) || !parse_number(number, &part->need) || part->need <= 0)
        return refuse(reader, "cannot read", reader->rest,
                      "write need all, need at least NUMBER or need above SHARE");
    part->need_share = part->need < 1;
    return true;
}

static bool take_beside(Reader *reader)
{
    return reader->part->beside = true;
}

static bool take_once(Reader *reader)
{
    return reader->part->once = true;
}

static bool take_measured(Reader *reader)
{
    return set_text(reader, &reader->part->measured);
}

/* --- lines of a claim and of the file ----------------------------------------------------------
 */

static bool take_says(Reader *reader)
{
    return !reader->claim->text.length || refuse(reader, "comes late or twice:", "says",
                                                 "give it once, first of the claim's lines");
}

static bool take_apart(Reader *reader)
{
    return reader->claim->apart = true;
}

static bool take_needs(Reader *reader)
{
    RuleClaim *claim = reader->claim;
    if (claim->needs_count == RULE_NEEDS || !rules_control(reader->rules, reader->rest))
        return refuse(reader, "no control is called", reader->rest,
                      "declare it above; four are read");
    claim->needs[claim->needs_count++] = alloc_text(reader->rest);
    return true;
}

/* vary KEY | TEST …: over all its values, or those that pass. */
static bool take_vary(Reader *reader)
{
    RuleClaim *claim = reader->claim;
    for (size_t i = 1; i < reader->count; i++) {
        RuleTest test = {0};
        if (claim->vary_count == RULE_VARY)
            return refuse(reader, "too many keys vary at", reader->words[i], "eight are read");
        if (is_name(reader->words[i], "_"))
            test = (RuleTest){alloc_text(reader->words[i]), alloc_text("*"), TEST_IS};
        else if (!parse_test(reader, reader->words[i], &test))
            return false;
        claim->vary[claim->vary_count++] = test;
    }
    return true;
}

/* What stands in the block that ends must be whole. */
static bool end_part(Reader *reader)
{
    RulePart *part = reader->part;
    reader->part = NULL;
    if (part && (part->of_count == 0 || part->want == WANTS || !part->measured)) {
        reader->line = part->line;
        return refuse(reader, "has no 'of', 'want' or 'measured':", part->name, "write all three");
    }
    return true;
}

static bool end_claim(Reader *reader)
{
    RuleClaim *claim = reader->claim;
    if (!end_part(reader))
        return false;
    reader->claim = NULL;
    bool decided = !claim;
    for (size_t i = 0; claim && i < claim->parts_count; i++)
        decided |= !claim->parts[i].beside;
    if (!decided || (claim && !claim->text.length)) {
        reader->line = claim->line;
        return refuse(reader, "has no 'says', or no part that decides:", claim->name, "write both");
    }
    return true;
}

static bool new_part(Reader *reader, RulePart **parts, size_t *count, size_t *capacity)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp((*parts)[i].name, reader->rest) == 0)
            return refuse(reader, "is declared twice:", reader->rest, "give it another name");
    if (!*reader->rest || strlen(reader->rest) >= NAME_LIMIT)
        return refuse(reader, "cannot name a part", reader->rest, "use 1 to 47 bytes");
    *parts = alloc_grow(*parts, capacity, *count + 1, sizeof **parts);
    reader->part = &(*parts)[(*count)++];
    *reader->part =
        (RulePart){.name = alloc_text(reader->rest), .line = reader->line, .want = WANTS};
    return true;
}

static bool take_part(Reader *reader)
{
    RuleClaim *claim = reader->claim;
    return end_part(reader) &&
           new_part(reader, &claim->parts, &claim->parts_count, &claim->parts_capacity);
}

static bool take_control(Reader *reader)
{
    Rules *rules = reader->rules;
    return end_claim(reader) &&
           new_part(reader, &rules->controls, &rules->controls_count, &rules->controls_capacity);
}

/* claim NAME QUESTION */
static bool take_claim(Reader *reader)
{
    Rules *rules = reader->rules;
    if (!end_claim(reader))
        return false;
    if (reader->count != 3 || !is_name(reader->words[1], "_") || !is_name(reader->words[2], "_"))
        return refuse(reader, "cannot read the claim", reader->rest, "write claim NAME QUESTION");
    for (size_t i = 0; i < rules->claims_count; i++)
        if (strcmp(rules->claims[i].name, reader->words[1]) == 0)
            return refuse(reader, "is declared twice:", reader->words[1], "give it another name");
    rules->claims = alloc_grow(rules->claims, &rules->claims_capacity, rules->claims_count + 1,
                               sizeof *rules->claims);
    reader->claim = &rules->claims[rules->claims_count++];
    *reader->claim = (RuleClaim){.name = alloc_text(reader->words[1]),
                                 .question = alloc_text(reader->words[2]),
                                 .line = reader->line};
    return true;
}

static bool take_date(Reader *reader)
{
    const char *date = reader->rest, *form = "dddd-dd-dd";
    bool ok = strlen(date) == strlen(form);
    for (size_t i = 0; ok && form[i]; i++)
        ok = form[i] == 'd' ? isdigit((unsigned char)date[i]) != 0 : date[i] == form[i];
    return ok ? set_text(reader, &reader->rules->date)
              : refuse(reader, "is no date:", date,
                       "write YYYY-MM-DD, the day the rules were frozen");
}

static bool take_level(Reader *reader)
{
    double *level = &reader->rules->level;
    return (reader->count == 2 && parse_number(reader->words[1], level) && *level > 0 &&
            *level < 1) ||
           refuse(reader, "is no level:", reader->rest, "write one number between 0 and 1");
}

static bool take_default(Reader *reader)
{
    return parse_tests(reader, 1, &reader->rules->defaults);
}

/* Each first word, where it may stand, and what takes the line. */
static const struct {
    const char *word;
    enum { IN_FILE, IN_CLAIM, IN_PART } place;
    bool (*take)(Reader *reader);
} lines[] = {{"date", IN_FILE, take_date},         {"level", IN_FILE, take_level},
             {"default", IN_FILE, take_default},   {"control", IN_FILE, take_control},
             {"claim", IN_FILE, take_claim},       {"says", IN_CLAIM, take_says},
             {"apart", IN_CLAIM, take_apart},      {"needs", IN_CLAIM, take_needs},
             {"vary", IN_CLAIM, take_vary},        {"part", IN_CLAIM, take_part},
             {"measured", IN_PART, take_measured}, {"of", IN_PART, take_of},
             {"less", IN_PART, take_term},         {"plus", IN_PART, take_term},
             {"scale", IN_PART, take_scale},       {"scale-less", IN_PART, take_scale_less},
             {"each", IN_PART, take_each},         {"slope", IN_PART, take_slope},
             {"want", IN_PART, take_want},         {"need", IN_PART, take_need},
             {"beside", IN_PART, take_beside},     {"once", IN_PART, take_once}};

/* Adds the line to what its claim or part says, in the file's own words. */
static void quote(const Reader *reader, Text *says)
{
    bool text = strcmp(reader->words[0], "says") == 0;
    says->length -= says->length > 0; /* the end */
    text_append(says, "; ", says->length ? 2 : 0);
    for (size_t i = text; i < reader->count; i++) {
        text_append(says, reader->words[i], strlen(reader->words[i]));
        text_append(says, i + 1 < reader->count ? " " : "", 1);
    }
}

static bool take_line(Reader *reader)
{
    size_t i = 0;
    while (i < sizeof lines / sizeof *lines && strcmp(lines[i].word, reader->words[0]) != 0)
        i++;
    if (i == sizeof lines / sizeof *lines)
        return refuse(reader, "starts with", reader->words[0],
                      "see the head of the file for the words");
    int place = lines[i].place;
    if ((place == IN_CLAIM && !reader->claim) || (place == IN_PART && !reader->part))
        return refuse(reader, "stands outside a claim or part:", reader->words[0],
                      "put it below its claim, control or part");
    if (!lines[i].take(reader))
        return false;
    if (place == IN_PART && lines[i].take != take_measured)
        quote(reader, &reader->part->text);
    if (place == IN_CLAIM && lines[i].take != take_part)
        quote(reader, &reader->claim->text);
    return true;
}

/* Splits the line in place and takes it; comments and blank lines are passed over. */
static bool read_line(Reader *reader, char *line, size_t length)
{
    char *text = alloc_text_n(line, length), *from = text, *state = NULL;
    from[strcspn(from, "#\r")] = 0;
    from += strspn(from, " \t");
    for (size_t end = strlen(from); end > 0 && strchr(" \t", from[end - 1]);)
        from[--end] = 0;
    char *copy = alloc_text(from);
    size_t first = strcspn(copy, " \t");
    reader->rest = copy + first + strspn(copy + first, " \t");
    reader->count = 0;
    for (char *word = strtok_r(from, " \t", &state); word; word = strtok_r(NULL, " \t", &state))
        if (reader->count < WORDS)
            reader->words[reader->count++] = word;
        else
            reader->count = WORDS + 1;
    bool ok = utf8_valid(line, length) == length && !memchr(line, 0, length);
    if (!ok)
        refuse(reader, "is not UTF-8 text:", "", "save the file as such");
    else if (reader->count > WORDS)
        ok = refuse(reader, "too many words after", reader->words[0], "split the line");
    else if (reader->count > 0)
        ok = take_line(reader);
    free(copy);
    free(text);
    return ok;
}

static bool read_lines(Reader *reader, FILE *file)
{
    Lines source = {0};
    LinesResult result;
    char *line;
    size_t length;
    bool ok = true;
    lines_begin(&source, lines_read_file, file, LINE_LIMIT);
    while (ok && (result = lines_next(&source, &line, &length)) == LINES_LINE) {
        reader->line = source.number;
        ok = read_line(reader, line, length);
    }
    if (ok && result != LINES_END)
        ok = fail(reader->error, "%s:%zu: cannot be read, or is longer than %d bytes; shorten it",
                  reader->path, (size_t)source.number, LINE_LIMIT);
    lines_free(&source);
    return ok && end_claim(reader);
}

bool rules_read(Rules *rules, const char *path, Error *error)
{
    *rules = (Rules){.path = alloc_text(path)};
    Reader reader = {.rules = rules, .path = path, .error = error};
    FILE *file = fopen(path, "rb");
    bool ok =
        file ? read_lines(&reader, file)
             : fail(error, "%s: cannot be read (%s); name the claims' rules", path, errno_text());
    if (file)
        fclose(file);
    if (ok && (!rules->date || rules->level == 0 || rules->claims_count == 0))
        ok = fail(error, "%s: has no date, level or claim; write all three", path);
    if (!ok)
        rules_free(rules);
    return ok;
}

const RulePart *rules_control(const Rules *rules, const char *name)
{
    for (size_t i = 0; i < rules->controls_count; i++)
        if (strcmp(rules->controls[i].name, name) == 0)
            return &rules->controls[i];
    return NULL;
}

/* --- freeing -------------------------------------------------------------------------- */

static void free_tests(RuleTests *tests)
{
    for (size_t i = 0; i < tests->count; i++) {
        free(tests->items[i].key);
        free(tests->items[i].value);
    }
    free(tests->items);
}

static void free_part(RulePart *part)
{
    for (size_t i = 0; i < RULE_OF; i++)
        free_tests(&part->of[i]);
    for (size_t i = 0; i < RULE_TERMS; i++)
        free_tests(&part->terms[i].tests);
    free_tests(&part->scale);
    free_tests(&part->scale_less.tests);
    for (size_t i = 0; i < RULE_EACH; i++)
        free(part->each[i]);
    free(part->name), free(part->measured), free(part->slope), free(part->slope_by);
    text_free(&part->text);
}

static void free_claim(RuleClaim *claim)
{
    for (size_t i = 0; i < claim->parts_count; i++)
        free_part(&claim->parts[i]);
    for (size_t i = 0; i < claim->needs_count; i++)
        free(claim->needs[i]);
    for (size_t i = 0; i < claim->vary_count; i++)
        free(claim->vary[i].key), free(claim->vary[i].value);
    free(claim->parts), free(claim->name), free(claim->question);
    text_free(&claim->text);
}

void rules_free(Rules *rules)
{
    for (size_t i = 0; i < rules->controls_count; i++)
        free_part(&rules->controls[i]);
    for (size_t i = 0; i < rules->claims_count; i++)
        free_claim(&rules->claims[i]);
    free_tests(&rules->defaults);
    free(rules->controls), free(rules->claims), free(rules->path), free(rules->date);
    *rules = (Rules){0};
}
