/* Keys (nation, era, theme) are drawn first, then a name and values that go with them; an entity
 * whose name is taken is drawn again. A fact's number is its place in its kind's joined lists. */
#include "world/world_entity.h"

#include "base/alloc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    EXCEPTION_PERCENT = 10, /* values that do not go with their key */
    MARK_PERCENT = 15,      /* titles with "(film)" and the like */
    LIFE_BEFORE_FAME = 28,  /* years from a person's birth to the era that counts */
};

int world_find_fact(const WorldIndex *index, const char *name, size_t length)
{
    for (int f = 0; f < index->facts; f++)
        if (strncmp(index->fact[f]->name, name, length) == 0 && index->fact[f]->name[length] == 0)
            return f;
    return -1;
}

/* The mask of the facts whose slots stand in a wording. */
static uint32_t wording_facts(const WorldIndex *index, const char *wording)
{
    uint32_t facts = 0;
    for (const char *p = strchr(wording, '{'); p; p = strchr(p + 1, '{')) {
        const char *name = p[1] == 'a' && p[2] == ':' ? p + 3 : p + 1;
        int f = world_find_fact(index, name, strcspn(name, "}"));
        if (f >= 0)
            facts |= 1u << f;
    }
    return facts;
}

static WorldIndex make_index(const WorldKind *kind)
{
    WorldIndex index = {.kind = kind};
    for (int list = 0; list < 2; list++)
        for (const WorldFact *fact = kind->facts[list]; fact && fact->name; fact++) {
            assert(index.facts < WORLD_FACTS);
            index.classic |= (uint32_t)(fact->key != KEY_NONE) << index.facts;
            index.fact[index.facts++] = fact;
        }
    for (int list = 0; list < 2; list++)
        for (const char *const *text = kind->wordings[list]; text && *text; text++) {
            assert(index.wordings < WORLD_WORDINGS);
            index.states[index.wordings] = wording_facts(&index, *text);
            index.wording[index.wordings++] = *text;
        }
    return index;
}

static bool starts_with_year(const WorldFact *fact)
{
    return fact->pattern[0] == '@';
}

/* Years follow the entity's base year; any other value goes against its key now and then. */
static void draw_values(WorldEntity *entity, Rng *rng)
{
    for (int f = 0; f < entity->index->facts; f++) {
        const WorldFact *fact = entity->index->fact[f];
        bool stray = !starts_with_year(fact) && grammar_chance(rng, EXCEPTION_PERCENT);
        WorldKeys keys = stray ? grammar_other(rng, &entity->keys, fact->key) : entity->keys;
        WorldText text = words_begin(entity->value[f], WORLD_VALUE);
        grammar_draw(&text, rng, &keys, fact->key, fact->pattern);
        if (grammar_chance(rng, (uint32_t)fact->percent))
            entity->stated |= 1u << f;
    }
}

/* Leaves optional facts out until a page can hold the rest. */
static void trim_stated(WorldEntity *entity, Rng *rng)
{
    while (__builtin_popcount(entity->stated) > WORLD_STATED) {
        int f = (int)rng_below(rng, (uint32_t)entity->index->facts);
        if (entity->index->fact[f]->percent < 90)
            entity->stated &= ~(1u << f);
    }
}

static void draw_name(WorldEntity *entity, Rng *rng)
{
    const WorldKind *kind = entity->index->kind;
    WorldText text = words_begin(entity->name, sizeof entity->name);
    grammar_draw(&text, rng, &entity->keys, KEY_NONE, kind->title);
    const char *noun = kind->noun, *last = strrchr(entity->name, ' ');
    if (noun)
        snprintf(entity->brief, sizeof entity->brief, "the %s", noun);
    else
        memcpy(entity->brief, last + 1, strlen(last));
    bool marked = kind->mark && grammar_chance(rng, MARK_PERCENT);
    text = words_begin(entity->title, sizeof entity->title);
    words_add_string(&text, entity->name);
    if (marked) {
        words_add_string(&text, " (");
        words_add_string(&text, kind->mark);
        words_add_string(&text, ")");
    }
}

static WorldEntity make_entity(Rng *rng, const WorldIndex *index)
{
    WorldEntity entity = {.index = index};
    WorldKeys *keys = &entity.keys;
    keys->nation = (int)rng_below(rng, WORLD_NATIONS);
    keys->era = (int)rng_below(rng, WORLD_ERAS);
    keys->theme = (int)rng_below(rng, WORLD_THEMES);
    keys->female = rng_below(rng, 2);
    keys->base = world_eras[keys->era][0] + (int)rng_below(rng, (uint32_t)world_eras[keys->era][1]);
    if (!index->kind->noun)
        keys->base -= LIFE_BEFORE_FAME;
    draw_name(&entity, rng);
    draw_values(&entity, rng);
    trim_stated(&entity, rng);
    return entity;
}

static bool name_taken(const World *world, size_t count, const WorldEntity *entity)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(world->entities[i].name, entity->name) == 0)
            return true;
    return false;
}

static WorldEntity make_distinct(const World *world, size_t count, Rng *rng,
                                 const WorldIndex *index)
{
    WorldEntity entity;
    do
        entity = make_entity(rng, index);
    while (name_taken(world, count, &entity));
    return entity;
}

World world_make(uint64_t seed, size_t study, size_t other, size_t background)
{
    size_t count = study + other + background;
    World world = {seed,
                   study,
                   other,
                   background,
                   alloc_zeroed(count, sizeof(WorldEntity)),
                   alloc_zeroed(WORLD_KINDS, sizeof(WorldIndex))};
    for (int kind = 0; kind < WORLD_KINDS; kind++)
        world.indices[kind] = make_index(&world_kinds[kind]);
    for (size_t i = 0; i < count; i++) {
        size_t first = i < study ? 0 : i < study + other ? study : study + other;
        const char *role = i < study           ? "world study"
                           : i < study + other ? "world other"
                                               : "world background";
        Rng rng = rng_stream(role, seed, i - first);
        world.entities[i] =
            make_distinct(&world, i, &rng, &world.indices[(i - first) % WORLD_KINDS]);
    }
    return world;
}

void world_free(World *world)
{
    free(world->entities);
    free(world->indices);
    *world = (World){0};
}

WorldEntity world_fresh(const World *world, uint64_t number)
{
    Rng rng = rng_stream("world fresh", world->seed, number);
    const WorldIndex *index = &world->indices[rng_below(&rng, WORLD_KINDS)];
    return make_distinct(world, world->study + world->other + world->background, &rng, index);
}

bool world_false_value(const WorldEntity *entity, int f, bool likely, Rng *rng, char *value)
{
    enum { TRIES = 40 };
    const WorldFact *fact = entity->index->fact[f];
    for (int i = 0; i < TRIES; i++) {
        WorldKeys keys = likely ? entity->keys : grammar_other(rng, &entity->keys, fact->key);
        keys.unusual = !likely;
        if (likely && starts_with_year(fact))
            keys.base += (int)rng_below(rng, 19) - 9;
        WorldText text = words_begin(value, WORLD_VALUE);
        grammar_draw(&text, rng, &keys, fact->key, fact->pattern);
        if (strcmp(value, entity->value[f]) != 0)
            return true;
    }
    return false;
}
