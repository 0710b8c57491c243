/* Words of a row become keys and values by number; a row goes on with the series before it or
 * begins one. Afterwards cells are sorted, so that the order of files does not matter. */
#include "verdict/effects.h"

#include "base/alloc.h"
#include "base/text.h"
#include "verdict/units.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *const half_names[] = {"confirmatory", "exploratory"};

/* --- reading --------------------------------------------------------------------------------- */

typedef struct {
    Effects *effects;
    Names cells;      /* texts; their numbers are places in effects->cells */
    char *series;     /* the columns that the last row shares with its series */
    size_t cell, run; /* of that series */
} Reader;

static bool wrong(const CsvRow *row, const char *what, const char *field, Error *error)
{
    return fail(error, "%s:%zu: %s '%.60s'; run the stage that wrote it again", row->path,
                row->line, what, field);
}

/* Gives the cell the word key=value. */
static bool set_key(Effects *effects, EffectCell *cell, const char *word, size_t length)
{
    const char *equals = memchr(word, '=', length);
    size_t key, value;
    if (!equals || equals == word || equals + 1 == word + length)
        return false;
    names_add(&effects->keys, word, (size_t)(equals - word), &key);
    names_add(&effects->values, equals + 1, (size_t)(word + length - equals - 1), &value);
    if (key >= EFFECT_KEYS || cell->values[key])
        return false;
    cell->values[key] = (uint32_t)value + 1;
    return true;
}

static bool set_keys(Effects *effects, EffectCell *cell)
{
    for (const char *at = cell->text; *at;) {
        size_t length = strcspn(at, " ");
        if (!set_key(effects, cell, at, length))
            return false;
        at += length + (at[length] == ' ');
    }
    return true;
}

/* The place of the cell of this text, which is added where it is new. */
static bool find_cell(Reader *reader, const char *text, const CsvRow *row, Error *error)
{
    Effects *effects = reader->effects;
    if (!names_add(&reader->cells, text, strlen(text), &reader->cell))
        return true;
    effects->cells =
        alloc_grow(effects->cells, &effects->capacity, effects->count + 1, sizeof *effects->cells);
    EffectCell *cell = &effects->cells[effects->count++];
    *cell = (EffectCell){.text = alloc_text(text)};
    return set_keys(effects, cell) || wrong(row, "cannot read the condition", text, error);
}

/* Begins the series of the row. */
static bool begin_series(Reader *reader, const CsvRow *row, int64_t seed, Error *error)
{
    Text text = {0};
    const char *const *f = row->fields;
    const char *parts[] = {f[0],     " epoch=",    f[UNITS_EPOCH], " measure=", f[UNITS_MEASURE],
                           " unit=", f[UNITS_UNIT]};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        text_append(&text, parts[i], strlen(parts[i]));
    text_append(&text, "", 1);
    bool ok = find_cell(reader, text.bytes, row, error);
    text_free(&text);
    if (!ok)
        return false;
    EffectCell *cell = &reader->effects->cells[reader->cell];
    for (size_t i = 0; i < cell->count; i++)
        if (cell->runs[i].seed == seed)
            return wrong(row, "a series stands there twice, of", f[0], error);
    cell->runs = alloc_grow(cell->runs, &cell->capacity, cell->count + 1, sizeof *cell->runs);
    reader->run = cell->count++;
    cell->runs[reader->run] = (EffectRun){.seed = seed};
    return true;
}

/* Whether the row goes on with the series under way; remembers it. */
static bool goes_on(Reader *reader, const CsvRow *row)
{
    Text text = {0};
    for (size_t i = 0; i <= UNITS_UNIT; i++) {
        text_append(&text, row->fields[i], strlen(row->fields[i]));
        text_append(&text, i < UNITS_UNIT ? "\n" : "", 1);
    }
    bool same = reader->series && strcmp(reader->series, text.bytes) == 0;
    free(reader->series);
    reader->series = text.bytes;
    return same;
}

static void grow_run(EffectRun *run)
{
    size_t capacity = run->capacity, wanted = run->count + 1;
    run->item = alloc_grow(run->item, &capacity, wanted, sizeof *run->item);
    capacity = run->capacity;
    run->document = alloc_grow(run->document, &capacity, wanted, sizeof *run->document);
    run->value = alloc_grow(run->value, &run->capacity, wanted, sizeof *run->value);
}

static bool take_row(void *user, const CsvRow *row, Error *error)
{
    Reader *reader = user;
    int64_t seed, epoch, document, item;
    double value;
    if (!csvfile_int(row, UNITS_SEED, &seed, error) ||
        !csvfile_int(row, UNITS_EPOCH, &epoch, error) ||
        !csvfile_int(row, UNITS_DOCUMENT, &document, error) ||
        !csvfile_int(row, UNITS_ITEM, &item, error) ||
        !csvfile_real(row, UNITS_ITEM + 1, &value, error) ||
        (!goes_on(reader, row) && !begin_series(reader, row, seed, error)))
        return false;
    EffectRun *run = &reader->effects->cells[reader->cell].runs[reader->run];
    if (run->count > 0 && run->item[run->count - 1] >= item)
        return wrong(row, "units do not ascend at", row->fields[UNITS_ITEM], error);
    grow_run(run);
    run->item[run->count] = item;
    run->document[run->count] = document;
    run->value[run->count++] = value;
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const EffectCell *)a)->text, ((const EffectCell *)b)->text);
}

static int by_seed(const void *a, const void *b)
{
    const EffectRun *x = a, *y = b;
    return (x->seed > y->seed) - (x->seed < y->seed);
}

bool effects_read(Effects *effects, char *const *paths, size_t count, Error *error)
{
    Reader reader = {.effects = effects};
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = csvfile_read(paths[i], units_columns, take_row, &reader, error);
    free(reader.series);
    names_free(&reader.cells);
    if (effects->count > 0)
        qsort(effects->cells, effects->count, sizeof *effects->cells, by_text);
    for (size_t i = 0; i < effects->count; i++)
        if (effects->cells[i].count > 0) /* a condition that cannot be read has no run */
            qsort(effects->cells[i].runs, effects->cells[i].count, sizeof *effects->cells[i].runs,
                  by_seed);
    return ok;
}

void effects_free(Effects *effects)
{
    for (size_t i = 0; i < effects->count; i++) {
        EffectCell *cell = &effects->cells[i];
        for (size_t j = 0; j < cell->count; j++)
            free(cell->runs[j].item), free(cell->runs[j].document), free(cell->runs[j].value);
        free(cell->runs), free(cell->text);
    }
    free(effects->cells), free(effects->half), free(effects->claim), free(effects->same),
        free(effects->mixed);
    names_free(&effects->keys), names_free(&effects->values);
    *effects = (Effects){0};
}

const char *effects_value(const Effects *effects, size_t cell, const char *key)
{
    size_t place;
    uint32_t value = names_find(&effects->keys, key, strlen(key), &place)
                         ? effects->cells[cell].values[place]
                         : 0;
    return value ? names_text(&effects->values, value - 1, NULL) : "";
}

bool effects_defaults(Effects *effects, const RuleTests *defaults, Error *error)
{
    for (size_t i = 0; i < defaults->count; i++) {
        const RuleTest *test = &defaults->items[i];
        size_t key, value;
        names_add(&effects->keys, test->key, strlen(test->key), &key);
        names_add(&effects->values, test->value, strlen(test->value), &value);
        if (key >= EFFECT_KEYS)
            return fail(error, "command line: the tables use more than %d keys; name fewer",
                        EFFECT_KEYS);
        for (size_t j = 0; j < effects->count; j++)
            if (effects->cells[j].values[key] == 0)
                effects->cells[j].values[key] = (uint32_t)value + 1;
    }
    return true;
}

/* --- documents and claims --------------------------------------------------------------------- */

/* FNV-1a, 32 bits (Fowler, Noll, Vo). */
static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 16777619u;
    return hash;
}

static bool take_document(void *user, const CsvRow *row, Error *error)
{
    Effects *effects = user;
    size_t capacity = effects->documents;
    int64_t number;
    if (!csvfile_int(row, 0, &number, error))
        return false;
    if (number != (int64_t)effects->documents)
        return wrong(row, "documents are not numbered from 0 on, at", row->fields[0], error);
    effects->half = alloc_grow(effects->half, &capacity, effects->documents + 1, 1);
    effects->half[effects->documents++] =
        hash_of(row->fields[1]) >> 16 & 1 ? HALF_CONFIRMATORY : HALF_EXPLORATORY;
    return true;
}

bool effects_halve(Effects *effects, const char *path, Error *error)
{
    static const char *const columns[] = {"document", "title", "claims", NULL};
    return csvfile_read(path, columns, take_document, effects, error);
}

size_t effects_claim(const Effects *effects, int64_t number)
{
    size_t low = 0, high = effects->claims;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (effects->claim[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < effects->claims && effects->claim[low] == number ? low : SIZE_MAX;
}

/* The claims under way: their texts, and of each text the place of its first claim. */
typedef struct {
    Effects *effects;
    Names texts;
    size_t *first;
    char **labels; /* (claims) */
    size_t room[5];
} Claims;

static void grow_claims(Claims *claims)
{
    Effects *e = claims->effects;
    size_t wanted = e->claims + 1;
    e->claim = alloc_grow(e->claim, &claims->room[0], wanted, sizeof *e->claim);
    e->same = alloc_grow(e->same, &claims->room[1], wanted, sizeof *e->same);
    e->mixed = alloc_grow(e->mixed, &claims->room[2], wanted, 1);
    claims->first = alloc_grow(claims->first, &claims->room[3], wanted, sizeof *claims->first);
    claims->labels = alloc_grow(claims->labels, &claims->room[4], wanted, sizeof *claims->labels);
}

static bool take_claim(void *user, const CsvRow *row, Error *error)
{
    Claims *claims = user;
    Effects *effects = claims->effects;
    size_t at = effects->claims, text;
    const char *label = row->fields[2], *words = row->fields[3];
    int64_t number;
    if (!csvfile_int(row, 0, &number, error))
        return false;
    if (at > 0 && number <= effects->claim[at - 1])
        return wrong(row, "claims do not ascend at", row->fields[0], error);
    grow_claims(claims);
    if (names_add(&claims->texts, words, strlen(words), &text))
        claims->first[text] = at;
    size_t first = claims->first[text];
    effects->claim[at] = number, effects->same[at] = first, effects->mixed[at] = 0;
    claims->labels[at] = alloc_text(label);
    effects->claims++;
    effects->mixed[first] |= strcmp(claims->labels[first], label) != 0;
    return true;
}

/* The units of a run that are of one text become their mean, at the place of the first. */
static void join_run(const Effects *effects, EffectRun *run)
{
    size_t kept = 0, *place = alloc_zeroed(effects->claims + 1, sizeof *place); /* and one more */
    double *times = alloc_zeroed(run->count, sizeof *times);
    for (size_t i = 0; i < run->count; i++) {
        size_t claim = effects_claim(effects, run->item[i]);
        size_t *at = claim != SIZE_MAX ? &place[effects->same[claim]] : NULL;
        size_t to = at && *at ? *at - 1 : kept++;
        if (at)
            *at = to + 1;
        double before = times[to] > 0 ? run->value[to] : 0;
        if (times[to] == 0)
            run->item[to] = run->item[i], run->document[to] = run->document[i];
        run->value[to] = before + (run->value[i] - before) / ++times[to];
    }
    run->count = kept;
    free(place), free(times);
}

bool effects_join_claims(Effects *effects, const char *path, Error *error)
{
    static const char *const columns[] = {"claim", "fever_id", "label", "text", NULL};
    Claims claims = {.effects = effects};
    bool ok = csvfile_read(path, columns, take_claim, &claims, error);
    for (size_t i = 0; i < effects->claims; i++)
        effects->mixed[i] = effects->mixed[effects->same[i]];
    for (size_t i = 0; ok && i < effects->count; i++)
        if (strcmp(effects_value(effects, i, "unit"), "claim") == 0)
            for (size_t j = 0; j < effects->cells[i].count; j++)
                join_run(effects, &effects->cells[i].runs[j]);
    for (size_t i = 0; i < effects->claims; i++)
        free(claims.labels[i]);
    free(claims.labels), free(claims.first);
    names_free(&claims.texts);
    return ok;
}
