/* A table's row is named by its first columns, as many as it takes to make all rows differ. The
 * nearest names are those that miss the fewest words, then those of the smallest edit distance. */
#include "trace/trace_names.h"

#include "base/alloc.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { COLUMNS_LIMIT = 64, NUMBERS_COLUMNS = 2 };

/* --- rows of one statement, as texts ------------------------------------------------ */

typedef struct {
    char **fields; /* (rows, columns) */
    char *columns[COLUMNS_LIMIT];
    size_t rows, count, capacity;
    size_t statement;
} Shown;

static const char *field(const Query *query, int column)
{
    const char *text = db_text(query, column);
    return text ? text : "";
}

static void shown_free(Shown *shown)
{
    for (size_t i = 0; i < shown->rows * shown->count; i++)
        free(shown->fields[i]);
    for (size_t i = 0; i < shown->count; i++)
        free(shown->columns[i]);
    free(shown->fields);
    *shown = (Shown){0};
}

static void take_shown(void *user, size_t number, const Query *query)
{
    Shown *shown = user;
    int count = trace_columns(query);
    if (count > COLUMNS_LIMIT)
        return;
    if (!shown->count) {
        shown->statement = number;
        shown->count = (size_t)count;
        for (int i = 0; i < count; i++)
            shown->columns[i] = alloc_text(trace_column(query, i));
    }
    size_t first = shown->rows * shown->count;
    shown->fields =
        alloc_grow(shown->fields, &shown->capacity, first + shown->count, sizeof(char *));
    for (int i = 0; i < count; i++)
        shown->fields[first + (size_t)i] = alloc_text(field(query, i));
    shown->rows++;
}

/* Those of the first `keys` fields that are not empty, with spaces between; freed by the caller. */
static char *join(char *const *fields, size_t keys)
{
    Text text = {0};
    for (size_t i = 0; i < keys; i++) {
        if (!*fields[i])
            continue;
        if (text.length)
            text_append(&text, " ", 1);
        text_append(&text, fields[i], strlen(fields[i]));
    }
    text_append(&text, "", 1);
    return text.bytes;
}

/* How many first columns it takes to make all rows differ; all columns if even so two are equal. */
static size_t count_keys(const Shown *shown)
{
    for (size_t keys = 1; keys < shown->count; keys++) {
        bool apart = true;
        for (size_t i = 0; apart && i < shown->rows; i++)
            for (size_t j = 0; apart && j < i; j++) {
                apart = false;
                for (size_t k = 0; !apart && k < keys; k++)
                    apart = strcmp(shown->fields[i * shown->count + k],
                                   shown->fields[j * shown->count + k]) != 0;
            }
        if (apart)
            return keys;
    }
    return shown->count;
}

/* --- the list ------------------------------------------------------------------------ */

static TraceResult *add(TraceResults *names, TraceKind kind, const char *script)
{
    names->results =
        alloc_grow(names->results, &names->capacity, names->count + 1, sizeof *names->results);
    TraceResult *result = &names->results[names->count++];
    *result = (TraceResult){.kind = kind, .script = alloc_text(script), .statement = TRACE_ALL};
    return result;
}

/* NAME of paper/NAME.sql; freed by the caller. */
static char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    return alloc_text_n(base, strcspn(base, "."));
}

static void add_cells(TraceResults *names, const TraceScript *script, const Shown *shown)
{
    char *table = name_of(script->path);
    size_t keys = count_keys(shown);
    for (size_t i = 0; i < shown->rows; i++) {
        char *const *fields = shown->fields + i * shown->count;
        char *key = join(fields, keys);
        for (size_t j = keys; j < shown->count; j++) {
            if (!*fields[j])
                continue;
            TraceResult *result = add(names, TRACE_CELL, script->path);
            size_t size = strlen(table) + strlen(key) + strlen(shown->columns[j]) + 5;
            result->name = alloc_zeroed(size, 1);
            snprintf(result->name, size, "%s: %s: %s", table, key, shown->columns[j]);
            result->key = alloc_text(key);
            result->value = alloc_text(fields[j]);
            result->statement = (long)shown->statement;
            result->line = script->statements[shown->statement].line;
            result->keys = (int)keys;
            result->column = (int)j;
        }
        free(key);
    }
    free(table);
}

static void add_numbers(TraceResults *names, const TraceScript *script, const Shown *shown)
{
    for (size_t i = 0; shown->count == NUMBERS_COLUMNS && i < shown->rows; i++) {
        TraceResult *result = add(names, TRACE_NUMBER, script->path);
        result->name = alloc_text(shown->fields[NUMBERS_COLUMNS * i]);
        result->key = alloc_text(result->name);
        result->value = alloc_text(shown->fields[NUMBERS_COLUMNS * i + 1]);
        result->statement = (long)shown->statement;
        result->line = script->statements[shown->statement].line;
        result->keys = result->column = 1;
    }
}

/* Adds what the script at `path` shows. */
static bool add_script(TraceResults *names, Db *db, const char *profile, const char *path,
                       bool numbers, Error *error)
{
    TraceScript script = {0};
    bool ok = trace_script_read(&script, path, error) && trace_script_import(&script, db, error);
    for (size_t i = 0; ok && i < script.count; i++) {
        Shown shown = {0};
        ok = trace_script_run(&script, db, profile, (long)i, take_shown, &shown, error);
        if (ok)
            (numbers ? add_numbers : add_cells)(names, &script, &shown);
        shown_free(&shown);
    }
    trace_script_free(&script);
    return ok;
}

/* Adds the figure of a query, if there is a NAME.gp that draws it; other queries are only read by
 * those of figures. */
static void add_figure(TraceResults *names, const char *path)
{
    size_t stem = strlen(path) - strlen("sql");
    char *drawing = alloc_zeroed(stem + sizeof "gp", 1);
    snprintf(drawing, stem + sizeof "gp", "%.*sgp", (int)stem, path);
    bool drawn = access(drawing, F_OK) == 0;
    free(drawing);
    if (!drawn)
        return;
    TraceResult *result = add(names, TRACE_FIGURE, path);
    char *name = name_of(path);
    size_t size = strlen(name) + sizeof "figure ";
    result->name = alloc_zeroed(size, 1);
    snprintf(result->name, size, "figure %s", name);
    result->line = 1;
    free(name);
}

bool trace_names_list(TraceResults *names, Db *db, const char *profile, Error *error)
{
    glob_t scripts = {0}, figures = {0};
    bool ok = true;
    *names = (TraceResults){0};
    if (glob("paper/*.sql", 0, NULL, &scripts) != 0 ||
        glob("figures/*.sql", 0, NULL, &figures) != 0)
        ok = fail(error,
                  "paper and figures: no queries there; run it in the folder of the Makefile");
    for (size_t i = 0; ok && i < scripts.gl_pathc; i++) {
        const char *path = scripts.gl_pathv[i];
        ok = add_script(names, db, profile, path, strcmp(path, "paper/numbers.sql") == 0, error);
    }
    for (size_t i = 0; ok && i < figures.gl_pathc; i++)
        add_figure(names, figures.gl_pathv[i]);
    globfree(&scripts);
    globfree(&figures);
    return ok;
}

void trace_names_free(TraceResults *names)
{
    for (size_t i = 0; i < names->count; i++) {
        free(names->results[i].name);
        free(names->results[i].script);
        free(names->results[i].key);
        free(names->results[i].value);
    }
    free(names->results);
    *names = (TraceResults){0};
}

/* --- finding --------------------------------------------------------------------------- */

/* How many of the words are in the name, ignoring case; *all = how many words there are. */
static size_t words_in(const char *name, const char *words, size_t *all)
{
    size_t found = 0;
    *all = 0;
    for (const char *at = words; *at;) {
        size_t length = strcspn(at, " \t\n");
        char *word = alloc_text_n(at, length);
        if (length) {
            (*all)++;
            found += strcasestr(name, word) != NULL;
        }
        free(word);
        at += length;
        at += strspn(at, " \t\n");
    }
    return found;
}

/* Whether `words` is the result's whole name; for a figure also its name without "figure ", or its
 * file. */
static bool is_called(const TraceResult *result, const char *words)
{
    if (strcasecmp(result->name, words) == 0)
        return true;
    if (result->kind != TRACE_FIGURE)
        return false;
    const char *name = result->name + strlen("figure "), *slash = strrchr(words, '/');
    const char *base = slash ? slash + 1 : words;
    size_t length = strlen(name);
    return strncmp(base, name, length) == 0 && (!base[length] || base[length] == '.');
}

const TraceResult *trace_names_find(const TraceResults *names, const char *words, bool *matches)
{
    const TraceResult *only = NULL, *called = NULL;
    size_t count = 0, all;
    for (size_t i = 0; i < names->count; i++) {
        const TraceResult *result = &names->results[i];
        matches[i] = words_in(result->name, words, &all) == all && all > 0;
        if (matches[i]) {
            only = result;
            count++;
        }
        if (!called && is_called(result, words))
            called = result;
    }
    return called ? called : count == 1 ? only : NULL;
}

/* The edit distance (Levenshtein) from a to b, ignoring case; of b only 255 bytes count. */
static size_t edits(const char *a, const char *b)
{
    enum { LONGEST = 255 };
    size_t row[LONGEST + 1], length = strlen(b) < LONGEST ? strlen(b) : LONGEST;
    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t corner = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            bool same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);
            size_t best = corner + !same;
            corner = row[j + 1];
            best = corner + 1 < best ? corner + 1 : best;
            row[j + 1] = row[j] + 1 < best ? row[j] + 1 : best;
        }
    }
    return row[length];
}

/* Smaller is nearer: first by words missing, then by edits. */
static size_t distance(const TraceResult *result, const char *words)
{
    size_t all, found = words_in(result->name, words, &all);
    return 1000 * (all - found) + edits(words, result->name);
}

size_t trace_names_near(const TraceResults *names, const char *words, const TraceResult **near,
                        size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < names->count; i++) {
        const TraceResult *result = &names->results[i];
        size_t own = distance(result, words), place = kept;
        while (place > 0 && distance(near[place - 1], words) > own)
            place--;
        if (place == count)
            continue;
        kept += kept < count;
        memmove(near + place + 1, near + place, (kept - place - 1) * sizeof *near);
        near[place] = result;
    }
    return kept;
}

/* --- a result's own row ------------------------------------------------------------------ */

void trace_names_take(const TraceResult *result, const Query *query, Text *text)
{
    int count = trace_columns(query);
    if (result->kind == TRACE_FIGURE) {
        for (int i = 0; i < count; i++) {
            text_append(text, field(query, i), strlen(field(query, i)));
            text_append(text, "\t", 1);
        }
        return;
    }
    char *fields[COLUMNS_LIMIT] = {0};
    if (count > COLUMNS_LIMIT || result->column >= count)
        return;
    for (int i = 0; i < result->keys; i++)
        fields[i] = alloc_text(field(query, i));
    char *key = join(fields, (size_t)result->keys);
    if (strcmp(key, result->key) == 0)
        text_append(text, field(query, result->column), strlen(field(query, result->column)) + 1);
    free(key);
    for (int i = 0; i < result->keys; i++)
        free(fields[i]);
}
