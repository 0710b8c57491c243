/* The embedded world: invented people, films, towns, clubs, novels, bands and companies with known
 * facts. */
#ifndef DOCMEM_WORLD_ENTITY_H
#define DOCMEM_WORLD_ENTITY_H
#include "world/world_grammar.h"

enum {
    WORLD_FACTS = 28,     /* most facts of a kind */
    WORLD_WORDINGS = 112, /* most wordings of a kind */
    WORLD_VALUE = 160,    /* bytes of a value */
    WORLD_NAME = 64,      /* bytes of a name */
    WORLD_LIMIT = 2000,   /* most entities of a role: names are finite */
    WORLD_HALVES = 2,     /* of what is under study: exploratory, confirmatory */
    WORLD_STATED = 12     /* most facts a page states */
};

/* One kind of thing, its lists joined. */
typedef struct {
    const WorldKind *kind;
    int facts, wordings;
    uint32_t classic; /* mask of the facts that go with nation, era or theme */
    const WorldFact *fact[WORLD_FACTS];
    const char *wording[WORLD_WORDINGS];
    uint32_t states[WORLD_WORDINGS]; /* mask of the facts in each wording */
} WorldIndex;

/* One thing of the world. Bit f of a fact mask is fact number f of its kind. */
typedef struct {
    const WorldIndex *index; /* owned by the World */
    WorldKeys keys;
    char name[WORLD_NAME];  /* as the text calls it: "The Iron Kiss" */
    char title[WORLD_NAME]; /* the readable page title: "The Iron Kiss (film)" */
    char brief[WORLD_NAME]; /* the short form: a surname, or "the film" */
    char value[WORLD_FACTS][WORLD_VALUE];
    uint32_t stated; /* mask of the facts that its page states */
} WorldEntity;

/* Everything with a lasting page, from one seed: `study` entities under study,
 * then `other` ones, then `background`. All titles differ. */
typedef struct {
    uint64_t seed;
    size_t study, other, background;
    WorldEntity *entities; /* (study + other + background) */
    WorldIndex *indices;   /* (WORLD_KINDS) */
} World;

/* Makes the world; world_free frees it. */
World world_make(uint64_t seed, size_t study, size_t other, size_t background);
void world_free(World *world);

/* Entity `number` of an endless supply that shares no title with *world. */
WorldEntity world_fresh(const World *world, uint64_t number);

/* Number of the fact called name[0 … length-1], -1 when the kind has none. */
int world_find_fact(const WorldIndex *index, const char *name, size_t length);

/* Writes to value[WORLD_VALUE] a value of fact f that differs from the entity's own. If `likely`,
 * it is drawn as the entity's own was. Else it goes with another nation, era or theme and is rarely
 * drawn even there, since false claims tend to sound less plausible than true ones. False if no
 * other value was found. */
bool world_false_value(const WorldEntity *entity, int f, bool likely, Rng *rng, char *value);

#endif
