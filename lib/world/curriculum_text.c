/* Each kind of text draws a subject, then shows sentences of its page, claims about it, or both. */
#include "world/curriculum_text.h"

#include <string.h>

const char *const curriculum_kinds[CURRICULUM_KINDS] = {
    "mention", "verbatim", "context", "open",      "evidence", "page",
    "claims",  "priors",   "study",   "held-open", "held"};

static const char preamble[] =
    "Determine the factuality of the following claims \n"
    "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n";

enum {
    UNSTATED_PERCENT = 30,     /* of undecidable claims: about facts that the page leaves out */
    ODD_PERCENT = 12,          /* of claims among a page's own sentences: about what no page says */
    KNOWN_PERCENT = 15,        /* of open texts: a background page, which the model sees again */
    LIKELY_CHANGE_PERCENT = 50 /* of changed sentences: to a plausible value */
};

/* An entity with the page that is shown of it. */
typedef struct {
    const WorldEntity *entity;
    WorldPage page;
} Subject;

/* One of the entities first … first+count-1, its page in other words than the world's own. */
static Subject lasting_subject(const World *world, size_t first, size_t count, Rng *rng)
{
    size_t i = first + rng_below(rng, (uint32_t)count);
    uint64_t rendering = 1 + (uint64_t)rng_u32(rng);
    return (Subject){&world->entities[i],
                     world_page(&world->entities[i], world->seed, i, rendering)};
}

/* An entity that comes only once, made in *entity. */
static Subject fresh_subject(const World *world, uint64_t number, WorldEntity *entity)
{
    *entity = world_fresh(world, number);
    return (Subject){entity, world_page(entity, world->seed, number, UINT64_MAX)};
}

static void add_sentences(WorldText *text, const WorldEntity *entity, const WorldPage *page)
{
    for (int s = 0; s < page->count; s++) {
        if (s > 0)
            words_add(text, " ", 1);
        world_page_sentence(text, entity, page, s);
    }
}

static void add_answered(WorldText *text, const char *claim, WorldLabel label)
{
    words_add_string(text, "Claim: ");
    words_add_string(text, claim);
    words_add_string(text, "\nA: (");
    words_add(text, &(char){world_letter(label)}, 1);
    words_add_string(text, ")\n");
}

void curriculum_prompt(WorldText *text, const WorldClaim *example, const WorldClaim *claim)
{
    words_add_string(text, preamble);
    add_answered(text, example->text, example->label);
    words_add_string(text, "Claim: ");
    words_add_string(text, claim->text);
    words_add_string(text, "\nA:");
}

/* Adds up to `count` answered claims; those that can be decided are about facts that `shown`
 * states. No two are about one fact. */
static void add_claims(WorldText *text, const Subject *subject, const WorldPage *shown, int count,
                       Rng *rng)
{
    WorldClaim claim;
    uint32_t used = 0;
    for (int i = 0; i < count; i++) {
        WorldLabel label = rng_below(rng, 3);
        const WorldPage *page = label == WORLD_UNKNOWN ? &subject->page : shown;
        if (!world_claim(subject->entity, page, label, used, UNSTATED_PERCENT, WORLD_LIKELY_PERCENT,
                         rng, &claim))
            continue;
        used |= claim.facts;
        add_answered(text, claim.text, label);
    }
}

/* The prompt: two answered claims, as in the 1-shot prompt, or four to seven about the same
 * page. */
static void add_prompt(WorldText *text, const Subject *subject, Rng *rng)
{
    words_add_string(text, preamble);
    add_claims(text, subject, &subject->page,
               grammar_chance(rng, 40) ? 2 : 4 + (int)rng_below(rng, 4), rng);
}

/* `count` of the page's sentences, drawn at random, in their order. */
static WorldPage excerpt(const WorldPage *page, int count, Rng *rng)
{
    WorldPage part = {0};
    for (int s = 0; s < page->count; s++) {
        uint32_t left = (uint32_t)(page->count - s), wanted = (uint32_t)(count - part.count);
        if (rng_below(rng, left) >= wanted)
            continue;
        part.sentence[part.count++] = page->sentence[s];
        part.stated |= page->sentence[s].facts;
    }
    return part;
}

/* Adds a claim that is one of the sentences in `shown`, as it stands there or with one value
 * changed to one that stands nowhere in it. */
static void add_sentence_claim(WorldText *text, const WorldEntity *entity,
                               const WorldSentence *sentence, const char *shown, Rng *rng)
{
    char block[WORLD_SENTENCE], value[WORLD_VALUE];
    WorldText claim = words_begin(block, sizeof block);
    int changed = -1;
    if (rng_below(rng, 2) && sentence->facts) {
        int f = grammar_bit(rng, sentence->facts);
        if (world_false_value(entity, f, grammar_chance(rng, LIKELY_CHANGE_PERCENT), rng, value) &&
            !strstr(shown, value))
            changed = f;
    }
    world_sentence(&claim, entity, entity->index->wording[sentence->wording], sentence->choices,
                   sentence->subject, changed, value);
    add_answered(text, block, changed < 0 ? WORLD_SUPPORTS : WORLD_REFUTES);
}

/* Some sentences, then values alone as claims: those that stand there and others that do not. */
static void add_mention(WorldText *text, const Subject *subject, int most, Rng *rng)
{
    WorldPage part = excerpt(&subject->page, 1 + (int)rng_below(rng, (uint32_t)most), rng);
    char shown[WORLD_PAGE], value[WORLD_VALUE];
    WorldText block = words_begin(shown, sizeof shown);
    add_sentences(&block, subject->entity, &part);
    words_add_string(text, shown);
    words_add(text, "\n", 1);
    for (uint32_t left = part.stated; left;) {
        int f = grammar_bit(rng, left);
        left &= ~(1u << f);
        if (rng_below(rng, 2))
            add_answered(text, subject->entity->value[f], WORLD_SUPPORTS);
        else if (world_false_value(subject->entity, f, grammar_chance(rng, LIKELY_CHANGE_PERCENT),
                                   rng, value) &&
                 !strstr(shown, value))
            add_answered(text, value, WORLD_REFUTES);
    }
}

/* Some sentences, then each again as a claim, in another order, as it was or changed. */
static void add_verbatim(WorldText *text, const Subject *subject, int most, Rng *rng)
{
    WorldPage part = excerpt(&subject->page, 1 + (int)rng_below(rng, (uint32_t)most), rng);
    char shown[WORLD_PAGE];
    uint32_t order[WORLD_SENTENCES];
    WorldText block = words_begin(shown, sizeof shown);
    add_sentences(&block, subject->entity, &part);
    words_add_string(text, shown);
    words_add(text, "\n", 1);
    for (int s = 0; s < part.count; s++)
        order[s] = (uint32_t)s;
    rng_shuffle(rng, order, (size_t)part.count);
    for (int s = 0; s < part.count; s++)
        if (grammar_chance(rng, ODD_PERCENT)) {
            WorldClaim claim;
            world_claim(subject->entity, &part, WORLD_UNKNOWN, 0, 0, 0, rng, &claim);
            add_answered(text, claim.text, WORLD_UNKNOWN);
        } else {
            add_sentence_claim(text, subject->entity, &part.sentence[order[s]], shown, rng);
        }
}

static void add_context(WorldText *text, const Subject *subject, Rng *rng)
{
    int count = 2 + (int)rng_below(rng, 5);
    WorldPage part =
        count < subject->page.count ? excerpt(&subject->page, count, rng) : subject->page;
    add_sentences(text, subject->entity, &part);
    words_add(text, "\n", 1);
    if (rng_below(rng, 2))
        words_add_string(text, preamble);
    add_claims(text, subject, &part, 3 + (int)rng_below(rng, 3), rng);
}

static void add_open(WorldText *text, const Subject *subject, Rng *rng)
{
    add_sentences(text, subject->entity, &subject->page);
    words_add(text, "\n", 1);
    add_prompt(text, subject, rng);
}

/* The sentences that settle the prompt's second claim and no others, then the 1-shot prompt. */
static void add_evidence(WorldText *text, const Subject *subject, Rng *rng)
{
    const WorldPage *page = &subject->page;
    WorldClaim claim;
    WorldLabel label = rng_below(rng, 2);
    if (!world_claim(subject->entity, page, label, 0, 0, WORLD_LIKELY_PERCENT, rng, &claim))
        return;
    WorldPage part = {0};
    for (int s = 0; s < page->count; s++)
        if (s == claim.sentence[0][0] || (claim.items[0] == 2 && s == claim.sentence[0][1]))
            part.sentence[part.count++] = page->sentence[s];
    add_sentences(text, subject->entity, &part);
    words_add(text, "\n", 1);
    words_add_string(text, preamble);
    add_claims(text, subject, page, 1, rng);
    add_answered(text, claim.text, label);
}

/* Claims about an entity under study, after its page as the world has it if `open`. */
static void add_held(WorldText *text, const World *world, bool open, Rng *rng)
{
    size_t i = rng_below(rng, (uint32_t)world->study);
    Subject subject = {&world->entities[i], world_page(&world->entities[i], world->seed, i, 0)};
    if (open) {
        add_sentences(text, subject.entity, &subject.page);
        words_add(text, "\n", 1);
    }
    words_add_string(text, preamble);
    add_claims(text, &subject, &subject.page, 2, rng);
}

void curriculum_text(const World *world, CurriculumKind kind, uint64_t number, int shown, Rng *rng,
                     WorldText *text)
{
    size_t background = world->study + world->other;
    bool known = kind == CURRICULUM_PAGE || kind == CURRICULUM_CLAIMS ||
                 (kind == CURRICULUM_OPEN && grammar_chance(rng, KNOWN_PERCENT));
    WorldEntity fresh;
    Subject subject;
    if (known)
        subject = lasting_subject(world, background, world->background, rng);
    else if (kind == CURRICULUM_STUDY)
        subject = lasting_subject(world, 0, world->study, rng);
    else
        subject = fresh_subject(world, number, &fresh);
    switch (kind) {
    case CURRICULUM_MENTION:
        add_mention(text, &subject, shown, rng);
        break;
    case CURRICULUM_VERBATIM:
        add_verbatim(text, &subject, shown, rng);
        break;
    case CURRICULUM_CONTEXT:
        add_context(text, &subject, rng);
        break;
    case CURRICULUM_OPEN:
        add_open(text, &subject, rng);
        break;
    case CURRICULUM_EVIDENCE:
        add_evidence(text, &subject, rng);
        break;
    case CURRICULUM_PAGE:
    case CURRICULUM_STUDY:
        add_sentences(text, subject.entity, &subject.page);
        break;
    case CURRICULUM_CLAIMS:
    case CURRICULUM_PRIORS:
        add_prompt(text, &subject, rng);
        break;
    default:
        add_held(text, world, kind == CURRICULUM_HELD_OPEN, rng);
    }
}
