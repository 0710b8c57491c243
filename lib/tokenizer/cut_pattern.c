/* One pass over the pattern, item by item. What both engines read alike is copied, what they read
 * differently is rewritten, and what PCRE2 cannot express is refused. */
#include "tokenizer/cut_pattern.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH = 4096, DEPTH = 32, REPEATS = 1000 };

/* A pattern being translated. */
typedef struct {
    const char *at; /* the next byte to read */
    Text *out;
    char *why;         /* (128) */
    bool folds[DEPTH]; /* whether each enclosing group ignores case */
    int depth;
    bool item; /* the last thing read can be repeated */
} Translation;

static bool refuse(const Translation *t, const char *what, size_t length)
{
    snprintf(t->why, 128, "a pattern with %.*s", (int)length, what);
    return false;
}

static bool refuse_text(const Translation *t, const char *what)
{
    return refuse(t, what, strlen(what));
}

static void put(const Translation *t, const char *text)
{
    text_append(t->out, text, strlen(text));
}

/* ---- Escapes ---- */

/* \p{Lu}, \P{N}, \p{^L}: only general categories. */
static bool take_category(Translation *t)
{
    const char *names =
        " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z "
        "Zs Zl Zp C Cc Cf Cs Co Cn ";
    const char *end = t->at[1] == '{' ? strchr(t->at, '}') : NULL;
    size_t length = end ? (size_t)(end - t->at) + 1 : 1, skip = end && t->at[2] == '^' ? 3 : 2;
    char name[8] = "";
    if (end && length > skip + 1 && length - skip - 1 <= 2)
        snprintf(name, sizeof name, " %.*s ", (int)(length - skip - 1), t->at + skip);
    if (!*name || !strstr(names, name))
        return refuse(t, t->at - 1, length < 24 ? length + 1 : 24);
    put(t, "\\");
    text_append(t->out, t->at, length);
    t->at += length;
    return true;
}

/* A code point: \uHHHH or \x{H…}. */
static bool take_code(Translation *t)
{
    char *end, code[32];
    bool wide = t->at[0] == 'x';
    char digits[9] = "";
    const char *from = t->at + (wide ? 2 : 1);
    size_t count = strspn(from, "0123456789abcdefABCDEF");
    if ((wide && (t->at[1] != '{' || from[count] != '}' || count < 1 || count > 6)) ||
        (!wide && count < 4))
        return refuse(t, t->at - 1, 2);
    memcpy(digits, from, wide ? count : 4);
    unsigned long value = strtoul(digits, &end, 16);
    if (value == 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return refuse_text(t, "a code point that is no character");
    snprintf(code, sizeof code, "\\x{%lx}", value);
    put(t, code);
    t->at = from + (wide ? count + 1 : 4);
    return true;
}

/* Translates an escape; t->at is behind the backslash. */
static bool take_escape(Translation *t, bool in_class)
{
    static const char *const plain[][2] = {{"n", "\\x{a}"}, {"r", "\\x{d}"}, {"t", "\\x{9}"},
                                           {"f", "\\x{c}"}, {"v", "\\x{b}"}, {"d", "\\p{Nd}"},
                                           {"D", "\\P{Nd}"}};
    char c = *t->at;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (c == *plain[i][0]) {
            put(t, plain[i][1]);
            t->at++;
            return true;
        }
    if (c == 'p' || c == 'P')
        return take_category(t);
    if (c == 'u' || c == 'x')
        return take_code(t);
    if (c == 's' || (c == 'S' && !in_class)) {
        put(t, in_class ? CUT_SPACES : c == 's' ? "[" CUT_SPACES "]" : "[^" CUT_SPACES "]");
        t->at++;
        return true;
    }
    if ((unsigned char)c >= 0x80 || isalnum((unsigned char)c) || c == 0 || c == ' ')
        return refuse(t, t->at - 1, c ? 2 : 1);
    put(t, "\\");
    text_append(t->out, t->at++, 1);
    return true;
}

/* ---- Classes ---- */

/* Translates a character class; t->at goes from behind the [ to behind the ]. */
static bool take_class(Translation *t)
{
    put(t, "[");
    if (*t->at == '^')
        text_append(t->out, t->at++, 1);
    for (bool first = true; *t->at != ']' || first; first = false) {
        if (*t->at == 0 || *t->at == ']')
            return refuse_text(t, "an empty or open class");
        if (*t->at == '[' || strncmp(t->at, "&&", 2) == 0)
            return refuse_text(t, "a class within a class");
        if (t->folds[t->depth] && (unsigned char)*t->at >= 0x80)
            return refuse_text(t, "letters without case that may be one character");
        if (*t->at == '\\') {
            t->at++;
            if (!take_escape(t, true))
                return false;
        } else {
            text_append(t->out, t->at++, 1);
        }
    }
    t->at++;
    put(t, "]");
    return true;
}

/* ---- Groups and repeats ---- */

static bool take_group(Translation *t)
{
    static const char *const heads[] = {"?:", "?i:", "?=", "?!"};
    const char *head = "?:";
    size_t length = 0;
    for (int i = 0; *t->at == '?' && i < 4; i++)
        if (strncmp(t->at, heads[i], strlen(heads[i])) == 0)
            head = heads[i], length = strlen(head);
    if (*t->at == '?' && !length)
        return refuse(t, t->at - 1, strnlen(t->at, 3) + 1);
    if (t->depth + 1 == DEPTH)
        return refuse_text(t, "too many groups in groups");
    t->folds[t->depth + 1] = t->folds[t->depth] || strcmp(head, "?i:") == 0;
    t->depth++;
    t->at += length;
    t->item = false;
    put(t, "(");
    put(t, head);
    return true;
}

/* {n}, {n,} or {n,m}. */
static bool take_count(Translation *t)
{
    const char *from = t->at;
    char *end = NULL;
    unsigned long least = 0, most = 0;
    if (isdigit((unsigned char)from[1])) {
        least = most = strtoul(from + 1, &end, 10);
        if (*end == ',')
            most = end[1] == '}'                    ? (end++, least)
                   : isdigit((unsigned char)end[1]) ? strtoul(end + 1, &end, 10)
                                                    : 0;
    }
    if (!end || *end != '}' || most < least || most > REPEATS ||
        strchr("?+*{", end[1] ? end[1] : 'x'))
        return refuse_text(t, "a count that is not {n}, {n,} or {n,m} of at most 1000");
    text_append(t->out, from, (size_t)(end - from) + 1);
    t->at = end + 1;
    return true;
}

/* A repeat of the item before it: greedy, lazy (?) or possessive (+). */
static bool take_repeat(Translation *t)
{
    if (!t->item)
        return refuse_text(t, "a repeat of nothing");
    t->item = false;
    if (*t->at == '{')
        return take_count(t);
    text_append(t->out, t->at++, 1);
    if (*t->at == '?' || *t->at == '+')
        text_append(t->out, t->at++, 1);
    return !*t->at || !strchr("?*+{", *t->at) || refuse_text(t, "a repeat of a repeat");
}

/* Whether two letters begin here that Oniguruma, ignoring case, also matches with one character, as
 * ss with ß. */
static bool folds_to_one(const char *at)
{
    static const char *const pairs[] = {"ss", "st", "ff", "fi", "fl"};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (strncasecmp(at, pairs[i], 2) == 0)
            return true;
    return false;
}

static bool take_literal(Translation *t)
{
    if (t->folds[t->depth] && ((unsigned char)*t->at >= 0x80 || folds_to_one(t->at)))
        return refuse_text(t, "letters without case that may be one character");
    do
        text_append(t->out, t->at++, 1);
    while (((unsigned char)*t->at & 0xc0) == 0x80);
    return true;
}

/* Translates one item, repeat, parenthesis or bar. */
static bool take(Translation *t)
{
    char c = *t->at;
    if (strchr("?*+{", c))
        return take_repeat(t);
    if (c == '(') {
        t->at++;
        return take_group(t);
    }
    t->item = c != '|';
    if (c == '|' || c == ')') {
        t->depth -= c == ')';
        text_append(t->out, t->at++, 1);
        return t->depth >= 0 || refuse_text(t, "a group that ends before it begins");
    }
    if (c == '\\' || c == '[') {
        t->at++;
        return c == '[' ? take_class(t) : take_escape(t, false);
    }
    if (c == '^' || c == '$' || c == '}' || c == ']')
        return refuse(t, t->at, 1);
    if (c == '.') {
        put(t, "[^\\x{a}]");
        t->at++;
        return true;
    }
    return take_literal(t);
}

bool cut_translate(const char *pattern, Text *out, char why[128])
{
    Translation t = {.at = pattern, .out = out, .why = why};
    if (strlen(pattern) > LENGTH)
        return refuse_text(&t, "more than 4096 bytes");
    put(&t, "");
    while (*t.at)
        if (!take(&t))
            return false;
    return t.depth == 0 || refuse_text(&t, "a group that does not end");
}

bool cut_literal(const char *literal, Text *out)
{
    for (; *literal; literal++) {
        if (ispunct((unsigned char)*literal))
            text_append(out, "\\", 1);
        text_append(out, literal, 1);
    }
    return true;
}
