/* A fact is chosen, then a wording that states it, then a value: the entity's own, or another. The
 * evidence is every sentence that settles the claim alone, or else two that do so together. */
#include "world/world_claim.h"

#include <string.h>

enum {
    PAGE_WORDING_PERCENT = 75, /* claims in the very words of the page */
    CLASSIC_PERCENT = 85,      /* claims about classic facts (WorldIndex) */
    TRIES = 30
};

char world_letter(WorldLabel label)
{
    return "abc"[label];
}

static void speak(WorldClaim *claim, const WorldEntity *entity, const char *wording,
                  uint32_t choices, const char *value)
{
    WorldText text = words_begin(claim->text, sizeof claim->text);
    world_sentence(&text, entity, wording, choices, SUBJECT_TITLE, value ? claim->focus : -1,
                   value);
}

/* A sentence of the page that states `focus` and at most one other fact, so that a claim can take
 * its wording; NULL if there is none. */
static const WorldSentence *page_wording(const WorldPage *page, int focus)
{
    for (int s = 0; s < page->count; s++) {
        const WorldSentence *sentence = &page->sentence[s];
        if (sentence->facts >> focus & 1 && __builtin_popcount(sentence->facts) <= 2)
            return sentence;
    }
    return NULL;
}

/* Draws a wording that states fact `focus` and at most one of the `allowed` facts beside it. */
static bool draw_wording(const WorldEntity *entity, const WorldPage *page, int focus,
                         uint32_t allowed, Rng *rng, int *wording, uint32_t *choices)
{
    const WorldSentence *sentence = page_wording(page, focus);
    *choices = rng_u32(rng);
    if (sentence && !(sentence->facts & ~allowed) && grammar_chance(rng, PAGE_WORDING_PERCENT)) {
        *wording = sentence->wording;
        *choices = sentence->choices;
        return true;
    }
    int found[WORLD_WORDINGS];
    int count = world_find_wordings(entity->index, false, 1u << focus, allowed, found);
    for (int i = 0; i < TRIES && count > 0; i++) {
        *wording = found[rng_below(rng, (uint32_t)count)];
        if (__builtin_popcount(entity->index->states[*wording]) <= 2)
            return true;
    }
    return false;
}

/* First sentence at or after `from` that states fact f, -1 if none. */
static int find_sentence(const WorldPage *page, int f, int from)
{
    for (int s = from; s < page->count; s++)
        if (page->sentence[s].facts >> f & 1)
            return s;
    return -1;
}

static void add_set(WorldClaim *claim, int first, int second)
{
    if (claim->sets == WORLD_SETS)
        return;
    claim->items[claim->sets] = second < 0 ? 1 : 2;
    claim->sentence[claim->sets][0] = first;
    claim->sentence[claim->sets++][1] = second;
}

/* Every sentence that settles the claim alone is a set; else two sentences together are one. */
static void find_evidence(WorldClaim *claim, const WorldPage *page)
{
    uint32_t needed = claim->label == WORLD_REFUTES ? 1u << claim->focus : claim->facts;
    for (int s = 0; s < page->count; s++)
        if ((page->sentence[s].facts & needed) == needed)
            add_set(claim, s, -1);
    if (claim->sets)
        return;
    int other = __builtin_ctz(needed & ~(1u << claim->focus));
    add_set(claim, find_sentence(page, claim->focus, 0), find_sentence(page, other, 0));
}

/* A claim about fact `focus`, true or false of the entity. */
static bool about_fact(const WorldEntity *entity, const WorldPage *page, uint32_t allowed,
                       bool truth, uint32_t likely_percent, Rng *rng, WorldClaim *claim)
{
    int wording;
    uint32_t choices;
    char value[WORLD_VALUE];
    if (!draw_wording(entity, page, claim->focus, allowed, rng, &wording, &choices))
        return false;
    if (!truth &&
        !world_false_value(entity, claim->focus, grammar_chance(rng, likely_percent), rng, value))
        return false;
    claim->facts = entity->index->states[wording];
    speak(claim, entity, entity->index->wording[wording], choices, truth ? NULL : value);
    return true;
}

static void never_stated(const WorldEntity *entity, Rng *rng, WorldClaim *claim)
{
    const char *const *list = entity->index->kind->never_stated;
    uint32_t count = 0;
    while (list[count])
        count++;
    claim->focus = -1;
    claim->facts = 0;
    uint32_t choices = rng_u32(rng); /* C leaves open which argument of a call is evaluated first */
    speak(claim, entity, list[rng_below(rng, count)], choices, NULL);
}

bool world_claim(const WorldEntity *entity, const WorldPage *page, WorldLabel label, uint32_t used,
                 uint32_t unstated_percent, uint32_t likely_percent, Rng *rng, WorldClaim *claim)
{
    uint32_t all = (1u << entity->index->facts) - 1;
    uint32_t unstated = all & ~page->stated & ~used, stated = page->stated & ~used;
    *claim = (WorldClaim){.label = label};
    if (label == WORLD_UNKNOWN && !(unstated && grammar_chance(rng, unstated_percent))) {
        never_stated(entity, rng, claim);
        return true;
    }
    uint32_t pool = label == WORLD_UNKNOWN ? unstated : stated;
    for (int i = 0; i < TRIES && pool; i++) {
        uint32_t classic = pool & entity->index->classic;
        claim->focus =
            grammar_bit(rng, classic && grammar_chance(rng, CLASSIC_PERCENT) ? classic : pool);
        bool truth = label == WORLD_UNKNOWN ? rng_below(rng, 2) : label == WORLD_SUPPORTS;
        if (about_fact(entity, page, stated | 1u << claim->focus, truth, likely_percent, rng,
                       claim)) {
            if (label != WORLD_UNKNOWN)
                find_evidence(claim, page);
            return true;
        }
    }
    return false;
}
