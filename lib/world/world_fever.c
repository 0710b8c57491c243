#include "world/world_fever.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

enum {
    UNSTATED_PERCENT = 30, /* of undecidable claims: about facts that the page leaves out */
    EMPTY_PERCENT = 8,     /* sentences after an empty one, which takes a number */
    FRAGMENT_PERCENT = 4,  /* sentences after a fragment without a number */
    BLOCK = 1 << 13
};

void fever_page_id(const char *title, WorldText *id)
{
    for (const char *p = title; *p; p++)
        if (*p == ' ')
            words_add(id, "_", 1);
        else if (*p == '(')
            words_add_string(id, "-LRB-");
        else if (*p == ')')
            words_add_string(id, "-RRB-");
        else
            words_add(id, p, 1);
}

static void write_string(Out *out, const char *text)
{
    out_bytes(out, "\"", 1);
    for (const char *p = text; *p; p++)
        if (*p == '\t')
            out_bytes(out, "\\t", 2);
        else if (*p == '\n')
            out_bytes(out, "\\n", 2);
        else if (*p == '"' || *p == '\\')
            out_text(out, "\\%c", *p);
        else
            out_bytes(out, p, 1);
    out_bytes(out, "\"", 1);
}

static void write_id(Out *out, const char *title)
{
    char block[2 * WORLD_NAME];
    WorldText id = words_begin(block, sizeof block);
    fever_page_id(title, &id);
    write_string(out, block);
}

/* line[s] = the number that sentence s of entity i's page has in `lines`; bit s of *fragments: a
 * fragment stands before it. The stream depends only on world and i, so that evidence agrees with
 * the page. */
static void lay_out(const World *world, size_t i, const WorldPage *page, int line[WORLD_SENTENCES],
                    uint32_t *fragments)
{
    Rng rng = rng_stream("world layout", world->seed, i);
    int number = 0;
    *fragments = 0;
    for (int s = 0; s < page->count; s++) {
        if (s > 0 && grammar_chance(&rng, EMPTY_PERCENT))
            number++;
        if (s > 0 && grammar_chance(&rng, FRAGMENT_PERCENT))
            *fragments |= 1u << s;
        line[s] = number++;
    }
}

/* Link columns: the names a sentence mentions, as shown and as page id. */
static void add_links(WorldText *lines, const WorldEntity *entity, uint32_t facts)
{
    for (int f = 0; f < entity->index->facts; f++) {
        const char *value = entity->value[f];
        if (!(facts >> f & 1) || value[0] < 'A' || value[0] > 'Z')
            continue;
        words_add(lines, "\t", 1);
        words_add_string(lines, value);
        words_add(lines, "\t", 1);
        fever_page_id(value, lines);
    }
}

static void write_rendering(Out *out, const World *world, size_t i, uint64_t rendering)
{
    const WorldEntity *entity = &world->entities[i];
    WorldPage page = world_page(entity, world->seed, i, rendering);
    char text_block[BLOCK], lines_block[BLOCK], digits[16];
    WorldText text = words_begin(text_block, BLOCK), lines = words_begin(lines_block, BLOCK);
    int line[WORLD_SENTENCES], number = 0;
    uint32_t fragments;
    lay_out(world, i, &page, line, &fragments);
    for (int s = 0; s < page.count; s++) {
        for (; number <= line[s]; number++) {
            snprintf(digits, sizeof digits, "%s%d\t", number ? "\n" : "", number);
            if (number == line[s] && fragments >> s & 1)
                words_add_string(&lines, "\nsee also");
            words_add_string(&lines, digits);
        }
        words_add_string(&text, s ? " " : "");
        world_page_sentence(&text, entity, &page, s);
        world_page_sentence(&lines, entity, &page, s);
        add_links(&lines, entity, page.sentence[s].facts);
    }
    snprintf(digits, sizeof digits, "\n%d\t", number); /* dumps end in an empty line */
    words_add_string(&lines, digits);
    out_text(out, "{\"id\": ");
    write_id(out, entity->title);
    out_text(out, ", \"text\": ");
    write_string(out, text_block);
    out_text(out, ", \"lines\": ");
    write_string(out, lines_block);
    out_text(out, "}\n");
}

void fever_write_page(Out *out, const World *world, size_t i)
{
    write_rendering(out, world, i, 0);
}

void fever_write_page_again(Out *out, const World *world, size_t i)
{
    write_rendering(out, world, i, UINT64_MAX);
}

void fever_write_wording(Out *out, const World *world, size_t i, uint32_t wording)
{
    const uint64_t beyond = (uint64_t)1 << 33; /* the curriculum's renderings are 1 to 2^32 */
    write_rendering(out, world, i, beyond + wording);
}

void fever_write_blank(Out *out, const char *title)
{
    out_text(out, "{\"id\": ");
    write_id(out, title);
    out_text(out, ", \"text\": \"\", \"lines\": \"\"}\n");
}

/* Whether a text names the title of another entity under study. */
static bool names_another(const World *world, size_t i, const char *text)
{
    for (size_t other = 0; other < world->study; other++)
        if (other != i && strstr(text, world->entities[other].name))
            return true;
    return false;
}

static bool repeats(const FeverClaim *claims, size_t count, size_t entity, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (claims[i].entity == entity && strcmp(claims[i].claim.text, text) == 0)
            return true;
    return false;
}

void fever_draw_claims(FeverClaims *list, const World *world, size_t i, size_t count,
                       const FeverClaim *others, size_t other_count, Rng *rng)
{
    enum { TRIES = 60 };
    const WorldEntity *entity = &world->entities[i];
    WorldPage page = world_page(entity, world->seed, i, 0);
    uint32_t turn = rng_below(rng, 3);
    for (size_t made = 0; made < count; made++) {
        FeverClaim drawn = {.entity = i};
        bool ok = false;
        for (int tries = 0; !ok && tries < TRIES; tries++)
            ok = world_claim(entity, &page, (WorldLabel)((turn + made) % 3), 0, UNSTATED_PERCENT,
                             WORLD_LIKELY_PERCENT, rng, &drawn.claim) &&
                 !names_another(world, i, drawn.claim.text) &&
                 !repeats(list->claims, list->count, i, drawn.claim.text) &&
                 !repeats(others, other_count, i, drawn.claim.text);
        if (!ok)
            continue;
        list->claims = alloc_grow(list->claims, &list->capacity, list->count + 1, sizeof drawn);
        list->claims[list->count++] = drawn;
    }
}

static size_t around(Rng *rng, size_t mean, size_t spread)
{
    size_t low = mean > spread ? mean - spread : 1;
    return low + rng_below(rng, (uint32_t)(2 * (mean - low) + 1));
}

void fever_draw_splits(FeverClaims *dev, FeverClaims *train, const World *world, size_t i,
                       size_t dev_mean, size_t train_mean)
{
    enum { SPREAD = 2, ODD_CLAIMS = 14 };
    Rng rng = rng_stream("world claims", world->seed, i);
    size_t dev_count = around(&rng, dev_mean, SPREAD);
    size_t train_count = around(&rng, train_mean, SPREAD);
    if (i >= world->study) { /* pages not under study are rarely cited … */
        dev_count = rng_below(&rng, 2);
        train_count = 1 + rng_below(&rng, 2);
    }
    if (i >= world->study && i < world->study + FEVER_ODD_PAGES) { /* … but for the odd ones */
        dev_count = ODD_CLAIMS;
        train_count = i == world->study ? ODD_CLAIMS : 0;
    }
    size_t from = dev->count;
    fever_draw_claims(dev, world, i, dev_count, NULL, 0, &rng);
    fever_draw_claims(train, world, i, train_count, dev->claims + from, dev->count - from, &rng);
}

void fever_free_claims(FeverClaims *list)
{
    free(list->claims);
    *list = (FeverClaims){0};
}

/* The evidence of one claim; annotation and evidence ids follow from its own. */
static void write_evidence(Out *out, const World *world, const FeverClaim *item, uint32_t id)
{
    const WorldClaim *claim = &item->claim;
    const WorldEntity *entity = &world->entities[item->entity];
    WorldPage page = world_page(entity, world->seed, item->entity, 0);
    int line[WORLD_SENTENCES];
    uint32_t fragments, annotation = 100000 + id * WORLD_SETS;
    lay_out(world, item->entity, &page, line, &fragments);
    if (claim->sets == 0)
        out_text(out,
                 id % 5 ? "[[[%u, null, null, null]]]"
                        : "[[[%u, null, null, null], [%u, null, null, null]]]",
                 annotation, annotation + 1);
    for (int set = 0; set < claim->sets; set++) {
        out_text(out, set ? ", [" : "[[");
        for (int n = 0; n < claim->items[set]; n++) {
            out_text(out, "%s[%u, %u, ", n ? ", " : "", annotation + (uint32_t)set,
                     annotation + 7 * (uint32_t)set + 50000);
            write_id(out, entity->title);
            out_text(out, ", %d]", line[claim->sentence[set][n]]);
        }
        out_text(out, set + 1 == claim->sets ? "]]" : "]");
    }
}

static void shuffle_claims(FeverClaims *list, Rng *rng)
{
    for (size_t i = list->count; i > 1; i--) {
        size_t j = rng_below(rng, (uint32_t)i);
        FeverClaim swap = list->claims[i - 1];
        list->claims[i - 1] = list->claims[j];
        list->claims[j] = swap;
    }
}

bool fever_write_claims(Out *out, const World *world, FeverClaims *list, uint32_t first_id)
{
    enum { SPACING = 7, FIRST = 1000 };
    static const char *const labels[] = {"SUPPORTS", "REFUTES", "NOT ENOUGH INFO"};
    Rng rng = rng_stream("world claim order", world->seed, first_id);
    shuffle_claims(list, &rng);
    for (size_t i = 0; i < list->count; i++) {
        const FeverClaim *item = &list->claims[i];
        uint32_t id = FIRST + (first_id + (uint32_t)i) * SPACING + rng_below(&rng, SPACING);
        out_text(out, "{\"id\": %u, \"verifiable\": \"%s\", \"label\": \"%s\", \"claim\": ", id,
                 item->claim.sets ? "VERIFIABLE" : "NOT VERIFIABLE", labels[item->claim.label]);
        write_string(out, item->claim.text);
        out_text(out, ", \"evidence\": ");
        write_evidence(out, world, item, id);
        out_text(out, "}\n");
    }
    return true;
}
