/* Claims come from the same draws as the raw files, so that gates ask what the study asks. */
#include "gates/gate_prompts.h"

#include "base/alloc.h"
#include "world/curriculum_text.h"
#include "world/world_fever.h"

#include <stdlib.h>

enum { DEV_MEAN = 10, TRAIN_MEAN = 6 }; /* the world stage's defaults */

size_t gate_role(const World *world, GateRole role, size_t *count)
{
    size_t half = world->study / WORLD_HALVES;
    switch (role) {
    case GATE_EXPLORATORY:
        *count = half;
        return 0;
    case GATE_CONFIRMATORY:
        *count = world->study - half;
        return half;
    case GATE_KNOWN:
        *count = world->background;
        return world->study + world->other;
    default:
        *count = world->other < half ? world->other : half;
        return world->study;
    }
}

/* Appends the page's sentences to a text: all, or, if `only` is not NULL, those of this claim's
 * first evidence set. */
static void append_sentences(Text *text, const WorldEntity *entity, const WorldPage *page,
                             const WorldClaim *only)
{
    char block[WORLD_PAGE];
    WorldText words = words_begin(block, sizeof block);
    for (int s = 0; s < page->count; s++) {
        if (only && s != only->sentence[0][0] &&
            !(only->items[0] == 2 && s == only->sentence[0][1]))
            continue;
        if (words.length)
            words_add(&words, " ", 1);
        world_page_sentence(&words, entity, page, s);
    }
    text_append(text, block, words.length);
}

void gate_page(Text *text, const World *world, size_t i)
{
    WorldPage page = world_page(&world->entities[i], world->seed, i, 0);
    append_sentences(text, &world->entities[i], &page, NULL);
}

/* Draws claims of entity i: those of the raw files for a page under study. Other pages have few
 * there, so as many are drawn for them here. */
static void draw_claims(FeverClaims *dev, FeverClaims *train, const World *world, size_t i)
{
    dev->count = train->count = 0;
    if (i < world->study) {
        fever_draw_splits(dev, train, world, i, DEV_MEAN, TRAIN_MEAN);
        return;
    }
    Rng rng = rng_stream("gate claims", world->seed, i);
    fever_draw_claims(dev, world, i, DEV_MEAN, NULL, 0, &rng);
    fever_draw_claims(train, world, i, TRAIN_MEAN, dev->claims, dev->count, &rng);
}

static void add_prompt(GatePrompts *list, const World *world, size_t page, GateContext context,
                       const FeverClaim *item, const WorldClaim *example)
{
    char block[CURRICULUM_TEXT];
    const WorldEntity *entity = &world->entities[item->entity];
    WorldPage own = world_page(entity, world->seed, item->entity, 0);
    GatePrompt prompt = {.label = (int)item->claim.label, .page = page};
    if (context != GATE_CLOSED) {
        append_sentences(&prompt.text, entity, &own,
                         context == GATE_EVIDENCE ? &item->claim : NULL);
        text_append(&prompt.text, "\n", 1);
    }
    WorldText words = words_begin(block, sizeof block);
    curriculum_prompt(&words, example, &item->claim);
    text_append(&prompt.text, block, words.length);
    list->prompts =
        alloc_grow(list->prompts, &list->capacity, list->count + 1, sizeof *list->prompts);
    list->prompts[list->count++] = prompt;
}

void gate_prompts(GatePrompts *list, const World *world, GateRole role, GateContext context)
{
    FeverClaims dev = {0}, train = {0};
    size_t first = gate_role(world, role, &list->pages);
    for (size_t page = 0; page < list->pages; page++) {
        draw_claims(&dev, &train, world, first + page);
        Rng rng = rng_stream("gate examples", world->seed, first + page);
        for (size_t i = 0; i < dev.count && train.count; i++) {
            size_t example = rng_below(&rng, (uint32_t)train.count);
            if (context != GATE_EVIDENCE || dev.claims[i].claim.sets)
                add_prompt(list, world, page, context, &dev.claims[i],
                           &train.claims[example].claim);
        }
    }
    fever_free_claims(&dev);
    fever_free_claims(&train);
}

void gate_prompts_free(GatePrompts *list)
{
    for (size_t i = 0; i < list->count; i++)
        text_free(&list->prompts[i].text);
    free(list->prompts);
    *list = (GatePrompts){0};
}
