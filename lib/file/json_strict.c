/* jansson parses. A scan before it looks for what jansson would accept and, for Python's files,
 * rewrites in place the numbers that JSON does not have. */
#include "file/json_strict.h"

#include "base/alloc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Where the integer -0 stands outside of strings, or `length`. */
static size_t find_minus_zero(const char *bytes, size_t length)
{
    bool text = false;
    for (size_t i = 0; i + 1 < length; i++) {
        bool exponent = i > 0 && (bytes[i - 1] == 'e' || bytes[i - 1] == 'E');
        char after = i + 2 < length ? bytes[i + 2] : ' ';
        if (text && bytes[i] == '\\')
            i++;
        else if (bytes[i] == '"')
            text = !text;
        else if (!text && !exponent && bytes[i] == '-' && bytes[i + 1] == '0' &&
                 !strchr(".eE", after))
            return i;
    }
    return length;
}

/* Says in *problem what is wrong at byte `at`; returns NULL. */
static json_t *refuse(const char *bytes, size_t at, const char *what, json_error_t *problem)
{
    *problem = (json_error_t){.line = 1, .column = (int)at, .position = (int)at};
    for (size_t i = 0; i < at; i++)
        problem->line += bytes[i] == '\n';
    snprintf(problem->text, sizeof problem->text, "%s", what);
    return NULL;
}

/* Names a byte-order mark that jansson stumbles over, since its own words would show nothing. */
static void name_mark(json_error_t *problem)
{
    static const char near_mark[] = "near '\xef\xbb\xbf";
    enum { MARK = 3 };
    if (!strstr(problem->text, near_mark))
        return;
    snprintf(problem->text, sizeof problem->text,
             "an invisible byte-order mark, as where files were joined: remove it");
    problem->position = problem->position < MARK ? 0 : problem->position - MARK;
}

json_t *json_strict(const char *bytes, size_t length, size_t flags, json_error_t *problem)
{
    const char *nul = length ? memchr(bytes, 0, length) : NULL;
    if (nul)
        return refuse(bytes, (size_t)(nul - bytes), "a NUL byte", problem);
    size_t minus = find_minus_zero(bytes, length);
    if (minus < length)
        return refuse(bytes, minus, "the number -0", problem);
    json_t *value = json_loadb(bytes, length, flags, problem);
    if (!value)
        name_mark(problem);
    return value;
}

/* Reads the rest of a file, without a byte-order mark at its start; freed by the caller. */
static char *read_rest(FILE *file, size_t *length)
{
    enum { PIECE = 1 << 14 };
    static const char mark[] = "\xef\xbb\xbf";
    char *bytes = NULL;
    size_t capacity = 0, count;
    *length = 0;
    do {
        bytes = alloc_grow(bytes, &capacity, *length + PIECE, 1);
        count = fread(bytes + *length, 1, PIECE, file);
        *length += count;
    } while (count > 0);
    if (*length >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0) {
        *length -= strlen(mark);
        memmove(bytes, bytes + strlen(mark), *length);
    }
    return bytes;
}

static json_t *parse_rest(FILE *file, char *bytes, size_t length, size_t flags,
                          json_error_t *problem)
{
    json_t *value = ferror(file) ? refuse(bytes, 0, "cannot be read to its end", problem)
                                 : json_strict(bytes, length, flags, problem);
    free(bytes);
    return value;
}

json_t *json_strict_file(FILE *file, size_t flags, json_error_t *problem)
{
    size_t length;
    char *bytes = read_rest(file, &length);
    return parse_rest(file, bytes, length, flags, problem);
}

/* Bytes of the number at `at`, where `length` bytes are left, if jansson cannot read it: NaN, an
 * infinity, or an integer of more than 18 digits. Else 0. */
static size_t odd_number(const char *at, size_t length)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
    size_t digits = 0;
    for (int i = 0; i < 3; i++)
        if (length >= strlen(words[i]) && memcmp(at, words[i], strlen(words[i])) == 0)
            return strlen(words[i]);
    while (digits < length && at[digits] >= '0' && at[digits] <= '9')
        digits++;
    return digits > 18 && (digits == length || !strchr(".eE", at[digits])) ? digits : 0;
}

static bool of_number(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '.' || byte == 'e' || byte == 'E' ||
           byte == '+' || byte == '-';
}

/* Rewrites such a number in place: a word becomes a string, digits become a real. Returns the
 * length of the number at `at`, rewritten or not, or 0 if there is none. */
static size_t soften_number(char *at, size_t length)
{
    size_t odd = odd_number(at, length), count = 0;
    if (odd > 0 && *at >= '0' && *at <= '9') {
        memcpy(at + odd - 2, "e2", 2);
    } else if (odd > 0) {
        memset(at, '?', odd);
        at[0] = at[odd - 1] = '"';
    }
    while (!odd && *at != '-' && count < length && of_number(at[count]))
        count++;
    return odd ? odd : count;
}

static void soften(char *bytes, size_t length)
{
    bool text = false;
    for (size_t i = 0; i < length; i++) {
        size_t number = text || bytes[i] == '"' ? 0 : soften_number(bytes + i, length - i);
        text = text != (bytes[i] == '"' && number == 0);
        i += (text && bytes[i] == '\\') + (number ? number - 1 : 0);
    }
}

json_t *json_python_file(FILE *file, size_t flags, json_error_t *problem)
{
    size_t length;
    char *bytes = read_rest(file, &length);
    soften(bytes, length);
    return parse_rest(file, bytes, length, flags, problem);
}
