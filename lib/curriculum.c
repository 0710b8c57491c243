/* The texts a base model learns from: pages, claims, and claims about what it has just read. */
#include "curriculum.h"

#include "world_claim.h"

const char *const curriculum_kinds[CURRICULUM_KINDS] = {"page",    "news",  "claims", "priors",
                                                        "context", "study", "held"};

static const char preamble[] =
    "Determine the factuality of the following claims \n"
    "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n";

enum {
    UNSTATED_PERCENT = 30,         /* of undecidable claims: facts the page leaves out */
    CONTEXT_UNSTATED_PERCENT = 60, /* the same where only a few sentences are shown */
};

static void add_sentences(WorldText *text, const WorldEntity *entity, const WorldPage *page)
{
    for (int s = 0; s < page->count; s++) {
        if (s > 0)
            words_add(text, " ", 1);
        world_page_sentence(text, entity, page, s);
    }
}

static void add_claims(WorldText *text, const WorldEntity *entity, const WorldPage *page, int count,
                       uint32_t unstated_percent, uint32_t likely_percent, Rng *rng)
{
    WorldClaim claim;
    uint32_t used = 0;
    words_add_string(text, preamble);
    for (int i = 0; i < count; i++) {
        WorldLabel label = rng_below(rng, 3);
        if (!world_claim(entity, page, label, used, unstated_percent, likely_percent, rng, &claim))
            continue;
        used |= claim.facts;
        words_add_string(text, "Claim: ");
        words_add_string(text, claim.text);
        words_add_string(text, "\nA: (");
        words_add(text, &(char){world_letter(label)}, 1);
        words_add_string(text, ")\n");
    }
}

/* The opening and some others of a page's sentences, in their order. */
static WorldPage excerpt(const WorldPage *page, int count, Rng *rng)
{
    WorldPage part = {0};
    for (int s = 0; s < page->count; s++) {
        uint32_t left = (uint32_t)(page->count - s), wanted = (uint32_t)(count - part.count);
        if (s > 0 && rng_below(rng, left) >= wanted)
            continue;
        part.sentence[part.count++] = page->sentence[s];
        part.stated |= page->sentence[s].facts;
    }
    return part;
}

static void add_page(WorldText *text, const World *world, size_t first, size_t count, Rng *rng)
{
    size_t i = first + rng_below(rng, (uint32_t)count);
    uint64_t rendering = 1 + (uint64_t)rng_u32(rng);
    WorldPage page = world_page(&world->entities[i], world->seed, i, rendering);
    add_sentences(text, &world->entities[i], &page);
}

/* `claims` claims about one of the entities first … first+count-1 */
static void add_known_claims(WorldText *text, const World *world, size_t first, size_t count,
                             int claims, uint32_t likely_percent, Rng *rng)
{
    size_t i = first + rng_below(rng, (uint32_t)count);
    WorldPage page = world_page(&world->entities[i], world->seed, i, 1 + (uint64_t)rng_u32(rng));
    add_claims(text, &world->entities[i], &page, claims, UNSTATED_PERCENT, likely_percent, rng);
}

/* The page of an entity that never comes back. */
static void add_news(WorldText *text, const World *world, uint64_t number)
{
    WorldEntity entity = world_fresh(world, number);
    WorldPage page = world_page(&entity, world->seed, number, UINT64_MAX);
    add_sentences(text, &entity, &page);
}

/* Claims about an entity of which nothing was ever told. */
static void add_priors(WorldText *text, const World *world, uint64_t number,
                       uint32_t likely_percent, Rng *rng)
{
    WorldEntity entity = world_fresh(world, number);
    WorldPage page = world_page(&entity, world->seed, number, UINT64_MAX);
    add_claims(text, &entity, &page, 3 + (int)rng_below(rng, 5), UNSTATED_PERCENT, likely_percent,
               rng);
}

static void add_context(WorldText *text, const World *world, uint64_t number,
                        uint32_t likely_percent, Rng *rng)
{
    WorldEntity entity = world_fresh(world, number);
    WorldPage page = world_page(&entity, world->seed, number, UINT64_MAX);
    int sentences = 2 + (int)rng_below(rng, 3);
    page = excerpt(&page, sentences < page.count ? sentences : page.count, rng);
    add_sentences(text, &entity, &page);
    words_add(text, "\n", 1);
    add_claims(text, &entity, &page, 2 + (int)rng_below(rng, 3), CONTEXT_UNSTATED_PERCENT,
               likely_percent, rng);
}

void curriculum_text(const World *world, CurriculumKind kind, uint64_t number,
                     uint32_t likely_percent, Rng *rng, WorldText *text)
{
    size_t background = world->study + world->other;
    switch (kind) {
    case CURRICULUM_PAGE:
        add_page(text, world, background, world->background, rng);
        break;
    case CURRICULUM_NEWS:
        add_news(text, world, number);
        break;
    case CURRICULUM_CLAIMS: {
        int claims = 3 + (int)rng_below(rng, 5);
        add_known_claims(text, world, background, world->background, claims, likely_percent, rng);
        break;
    }
    case CURRICULUM_PRIORS:
        add_priors(text, world, number, likely_percent, rng);
        break;
    case CURRICULUM_CONTEXT:
        add_context(text, world, number, likely_percent, rng);
        break;
    case CURRICULUM_STUDY:
        add_page(text, world, 0, world->study, rng);
        break;
    default:
        add_known_claims(text, world, 0, world->study, 2, likely_percent, rng);
    }
}
