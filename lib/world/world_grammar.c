/* A draw picks the group of the key, then an alternative, the first ones more often, and writes it
 * atom by atom; an atom may itself be a draw. */
#include "world/world_grammar.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool grammar_chance(Rng *rng, uint32_t percent)
{
    return rng_below(rng, 100) < percent;
}

int grammar_bit(Rng *rng, uint32_t mask)
{
    int skip = (int)rng_below(rng, (uint32_t)__builtin_popcount(mask));
    for (; skip > 0; skip--)
        mask &= mask - 1;
    return __builtin_ctz(mask);
}

WorldText words_begin(char *block, size_t size)
{
    block[0] = 0;
    return (WorldText){block, size, 0};
}

void words_add(WorldText *text, const char *bytes, size_t count)
{
    assert(count < text->size - text->length);
    memcpy(text->text + text->length, bytes, count);
    text->length += count;
    text->text[text->length] = 0;
}

void words_add_string(WorldText *text, const char *string)
{
    words_add(text, string, strlen(string));
}

size_t grammar_parts(const char *text, const char *text_end, char separator)
{
    size_t count = 1;
    for (const char *p = text; p < text_end; p++)
        count += *p == separator;
    return count;
}

const char *grammar_part(const char *text, const char *text_end, char separator, size_t index,
                         const char **end)
{
    const char *start = text;
    for (; index > 0; index--) {
        start = memchr(start, separator, (size_t)(text_end - start));
        assert(start);
        start++;
    }
    const char *stop = memchr(start, separator, (size_t)(text_end - start));
    *end = stop ? stop : text_end;
    return start;
}

/* An index below `count`; low ones are more often drawn (density 1/√index), or, if the keys ask for
 * the unusual, high ones. */
static size_t skewed(Rng *rng, const WorldKeys *keys, size_t count)
{
    double point = rng_uniform(rng);
    size_t index = (size_t)((double)count * point * point);
    return keys->unusual ? count - 1 - index : index;
}

/* Adds part `index` of a '|' list. */
static void add_part(WorldText *text, const char *list, size_t index)
{
    const char *end, *start = grammar_part(list, list + strlen(list), '|', index, &end);
    words_add(text, start, (size_t)(end - start));
}

/* First names come into fashion: each era favours other stems. */
static void add_first(WorldText *text, Rng *rng, const WorldKeys *keys, bool female)
{
    const WorldNation *nation = &world_nations[keys->nation];
    const char *endings = female ? nation->female : nation->male;
    size_t stems = grammar_parts(nation->first, nation->first + strlen(nation->first), '|');
    size_t shift = (size_t)keys->era * stems / WORLD_ERAS;
    add_part(text, nation->first, (skewed(rng, keys, stems) + shift) % stems);
    add_part(text, endings,
             skewed(rng, keys, grammar_parts(endings, endings + strlen(endings), '|')));
}

static void add_compound(WorldText *text, Rng *rng, const WorldKeys *keys, const char *stems,
                         const char *endings)
{
    add_part(text, stems, skewed(rng, keys, grammar_parts(stems, stems + strlen(stems), '|')));
    add_part(text, endings,
             rng_below(rng, (uint32_t)grammar_parts(endings, endings + strlen(endings), '|')));
}

static void add_person(WorldText *text, Rng *rng, const WorldKeys *keys, bool female)
{
    const WorldNation *nation = &world_nations[keys->nation];
    add_first(text, rng, keys, female);
    words_add(text, " ", 1);
    add_compound(text, rng, keys, nation->family, nation->family_end);
}

/* The names that depend on nation and sex; false when `name` is none of them. */
static bool add_name(WorldText *text, Rng *rng, const WorldKeys *keys, const char *name)
{
    const WorldNation *nation = &world_nations[keys->nation];
    if (strcmp(name, "town") == 0)
        add_compound(text, rng, keys, nation->place, nation->place_end);
    else if (strcmp(name, "surname") == 0)
        add_compound(text, rng, keys, nation->family, nation->family_end);
    else if (strcmp(name, "first") == 0)
        add_first(text, rng, keys, rng_below(rng, 2));
    else if (strcmp(name, "person") == 0)
        add_person(text, rng, keys, rng_below(rng, 2));
    else if (strcmp(name, "man") == 0)
        add_person(text, rng, keys, false);
    else if (strcmp(name, "self") == 0)
        add_person(text, rng, keys, keys->female);
    else if (strcmp(name, "partner") == 0)
        add_person(text, rng, keys, !keys->female);
    else if (strcmp(name, "country") == 0)
        words_add_string(text, nation->country);
    else if (strcmp(name, "nationality") == 0)
        words_add_string(text, nation->nationality);
    else if (strcmp(name, "language") == 0)
        words_add_string(text, nation->language);
    else if (strcmp(name, "capital") == 0)
        words_add_string(text, nation->capital);
    else
        return false;
    return true;
}

static void add_number(WorldText *text, int number, bool grouped)
{
    char digits[24];
    if (grouped && number >= 1000000)
        snprintf(digits, sizeof digits, "%d,%03d,%03d", number / 1000000, number / 1000 % 1000,
                 number % 1000);
    else if (grouped && number >= 1000)
        snprintf(digits, sizeof digits, "%d,%03d", number / 1000, number % 1000);
    else
        snprintf(digits, sizeof digits, "%d", number);
    words_add_string(text, digits);
}

static void number_atom(WorldText *text, Rng *rng, const WorldKeys *keys, const char **at)
{
    char kind = **at, *end;
    long low = strtol(*at + 1, &end, 10);
    assert(*end == '-');
    long high = strtol(end + 1, &end, 10);
    assert(high >= low);
    long number = low + (long)rng_below(rng, (uint32_t)(high - low + 1));
    *at = end;
    add_number(text, (int)number + (kind == '@' ? keys->base : 0), kind == '%');
}

static void named_atom(WorldText *text, Rng *rng, const WorldKeys *keys, const char **at)
{
    char name[32];
    const char *end = strchr(*at, '>');
    assert(end && (size_t)(end - *at) < sizeof name);
    memcpy(name, *at + 1, (size_t)(end - *at - 1));
    name[end - *at - 1] = 0;
    *at = end + 1;
    WorldKeys any = *keys;
    if (strncmp(name, "any ", 4) == 0) {
        memmove(name, name + 4, strlen(name + 4) + 1);
        any.nation = (int)rng_below(rng, WORLD_NATIONS);
        any.era = (int)rng_below(rng, WORLD_ERAS);
        keys = &any;
    }
    if (add_name(text, rng, keys, name))
        return;
    if (strcmp(name, "day") == 0) {
        add_number(text, 1 + (int)rng_below(rng, 28), false);
        words_add(text, " ", 1);
        strcpy(name, "month");
    }
    const WorldWords *words = world_words;
    while (words->name && strcmp(words->name, name) != 0)
        words++;
    assert(words->name);
    grammar_draw(text, rng, keys, words->key, words->pattern);
}

void grammar_atom(WorldText *text, Rng *rng, const WorldKeys *keys, const char **at)
{
    if (**at == '<')
        named_atom(text, rng, keys, at);
    else if ((**at == '~' || **at == '%' || **at == '@'))
        number_atom(text, rng, keys, at);
    else
        words_add(text, (*at)++, 1);
}

void grammar_draw(WorldText *text, Rng *rng, const WorldKeys *keys, WorldKey key,
                  const char *pattern)
{
    const char *end = pattern + strlen(pattern), *part_end;
    size_t groups = grammar_parts(pattern, end, '/');
    size_t group = key == KEY_NATION  ? (size_t)keys->nation
                   : key == KEY_ERA   ? (size_t)keys->era
                   : key == KEY_THEME ? (size_t)keys->theme
                                      : 0;
    if (groups > 1)
        pattern = grammar_part(pattern, end, '/', group, &end);
    pattern = grammar_part(pattern, end, '|', skewed(rng, keys, grammar_parts(pattern, end, '|')),
                           &part_end);
    while (pattern < part_end)
        grammar_atom(text, rng, keys, &pattern);
}

WorldKeys grammar_other(Rng *rng, const WorldKeys *keys, WorldKey key)
{
    WorldKeys other = *keys;
    if (key == KEY_NATION)
        other.nation = (keys->nation + 1 + (int)rng_below(rng, WORLD_NATIONS - 1)) % WORLD_NATIONS;
    else if (key == KEY_THEME)
        other.theme = (keys->theme + 1 + (int)rng_below(rng, WORLD_THEMES - 1)) % WORLD_THEMES;
    else if (key == KEY_ERA) {
        other.era = (keys->era + 1 + (int)rng_below(rng, WORLD_ERAS - 1)) % WORLD_ERAS;
        other.base += world_eras[other.era][0] - world_eras[keys->era][0];
    }
    return other;
}
