/* A page is a set of sentences that together state its facts. A sentence is kept as its wording and
 * the seed of its alternatives, so that it can be written again. */
#include "world/world_text.h"

#include <assert.h>
#include <string.h>

/* "an" before a vowel and before 8, 11 and 18 read aloud. */
static void add_article(WorldText *text, const char *value)
{
    bool vowel = (strchr("aeiouAEIOU8", value[0]) && strncmp(value, "uni", 3) != 0) ||
                 strncmp(value, "18", 2) == 0 || strncmp(value, "11", 2) == 0;
    words_add_string(text, vowel ? "an " : "a ");
}

static void add_subject(WorldText *text, const WorldEntity *entity, const char *slot, size_t length,
                        WorldSubject subject)
{
    bool person = !entity->index->kind->noun, female = entity->keys.female;
    bool possessive = length == 2, object = slot[0] == 't';
    const char *who = !person ? "it" : female ? "she" : "he";
    const char *whom = !person ? "it" : female ? "her" : "him";
    const char *whose = !person ? "its" : female ? "her" : "his";
    if (slot[0] == 'n')
        subject = subject == SUBJECT_TITLE ? SUBJECT_TITLE : SUBJECT_NAME;
    bool after_of = text->length > 3 && strcmp(text->text + text->length - 3, "of ") == 0;
    if (object && person && after_of && subject == SUBJECT_PRONOUN)
        subject = SUBJECT_BRIEF;
    if (strchr("uop", slot[0])) {
        words_add_string(text, slot[0] == 'u' ? who : slot[0] == 'o' ? whom : whose);
    } else if (subject == SUBJECT_PRONOUN && !(object && !person)) {
        words_add_string(text, possessive ? whose : object ? whom : who);
    } else {
        words_add_string(text, subject == SUBJECT_NAME    ? entity->name
                               : subject == SUBJECT_TITLE ? entity->title
                                                          : entity->brief);
        words_add_string(text, possessive ? "'s" : "");
    }
}

/* What world_sentence needs at each step. */
typedef struct {
    const WorldEntity *entity;
    WorldSubject subject;
    int changed;
    const char *value;
    Rng rng;
} Speaker;

/* Adds the slot that starts at *at and moves *at behind it. */
static void add_slot(WorldText *text, const Speaker *speaker, const char **at)
{
    const char *name = *at + 1;
    bool article = name[0] == 'a' && name[1] == ':';
    if (article)
        name += 2;
    size_t length = strcspn(name, "}");
    *at = name + length + 1;
    if (length <= 2) {
        add_subject(text, speaker->entity, name, length, speaker->subject);
        return;
    }
    int f = world_find_fact(speaker->entity->index, name, length);
    assert(f >= 0);
    const char *value = f == speaker->changed ? speaker->value : speaker->entity->value[f];
    if (article)
        add_article(text, value);
    words_add_string(text, value);
}

static void add_span(WorldText *text, Speaker *speaker, const char *at, const char *end)
{
    while (at < end) {
        if (*at == '{') {
            add_slot(text, speaker, &at);
        } else if (*at == '[') {
            const char *close = strchr(at, ']'), *stop;
            size_t count = grammar_parts(at + 1, close, '|');
            const char *part =
                grammar_part(at + 1, close, '|', rng_below(&speaker->rng, (uint32_t)count), &stop);
            add_span(text, speaker, part, stop);
            at = close + 1;
        } else {
            grammar_atom(text, &speaker->rng, &speaker->entity->keys, &at);
        }
    }
}

bool world_possessive(const char *wording, WorldText *text)
{
    static const char the[] = "the ", of[] = " of {t} ";
    const char *at = strncmp(wording, the, strlen(the)) == 0 ? strstr(wording, of) : NULL;
    if (!at || strncmp(at + strlen(of), "and ", 4) == 0)
        return false;
    words_add_string(text, "{Ss} ");
    words_add(text, wording + strlen(the), (size_t)(at - wording) - strlen(the));
    words_add_string(text, at + strlen(of) - 1);
    return true;
}

void world_sentence(WorldText *text, const WorldEntity *entity, const char *wording,
                    uint32_t choices, WorldSubject subject, int changed, const char *value)
{
    Speaker speaker = {entity, subject, changed, value, rng_stream("world wording", choices, 0)};
    size_t start = text->length;
    char block[WORLD_SENTENCE];
    WorldText own = words_begin(block, sizeof block);
    if (subject == SUBJECT_PRONOUN && world_possessive(wording, &own))
        wording = block;
    const char *at = wording + (wording[0] == '^');
    add_span(text, &speaker, at, at + strlen(at));
    char *first = &text->text[start];
    if (*first >= 'a' && *first <= 'z')
        *first = (char)(*first - 'a' + 'A');
    words_add(text, ".", 1);
}

void world_page_sentence(WorldText *text, const WorldEntity *entity, const WorldPage *page, int s)
{
    const WorldSentence *sentence = &page->sentence[s];
    world_sentence(text, entity, entity->index->wording[sentence->wording], sentence->choices,
                   sentence->subject, -1, NULL);
}

int world_find_wordings(const WorldIndex *index, bool opening, uint32_t wanted, uint32_t allowed,
                        int *found)
{
    int count = 0;
    for (int w = 0; w < index->wordings; w++) {
        uint32_t facts = index->states[w];
        if ((index->wording[w][0] == '^') == opening && !(facts & ~allowed) &&
            (facts & wanted) == wanted)
            found[count++] = w;
    }
    return count;
}

static WorldSubject draw_subject(Rng *rng)
{
    uint32_t point = rng_below(rng, 100);
    return point < 65 ? SUBJECT_PRONOUN : point < 94 ? SUBJECT_BRIEF : SUBJECT_NAME;
}

static void page_add(WorldPage *page, const WorldEntity *entity, int wording, WorldSubject subject,
                     Rng *rng)
{
    uint32_t facts = entity->index->states[wording];
    page->sentence[page->count++] = (WorldSentence){wording, rng_u32(rng), subject, facts};
    page->stated |= facts;
}

/* The next fact to state: one time in four the first one left, so that pages share a rough order,
 * else any. */
static int next_fact(uint32_t left, Rng *rng)
{
    int skip = rng_below(rng, 4) == 0 ? 0 : (int)rng_below(rng, (uint32_t)__builtin_popcount(left));
    for (; skip > 0; skip--)
        left &= left - 1;
    return __builtin_ctz(left);
}

/* A wording that states `wanted` and otherwise only facts not told yet: of two drawn, the one that
 * states more. */
static int draw_wording(const WorldIndex *index, uint32_t wanted, uint32_t left, Rng *rng)
{
    int found[WORLD_WORDINGS];
    int count = world_find_wordings(index, false, wanted, left, found);
    assert(count > 0);
    int best = found[rng_below(rng, (uint32_t)count)],
        other = found[rng_below(rng, (uint32_t)count)];
    return __builtin_popcount(index->states[other]) > __builtin_popcount(index->states[best])
               ? other
               : best;
}

WorldPage world_page(const WorldEntity *entity, uint64_t seed, uint64_t page_number,
                     uint64_t rendering)
{
    WorldPage page = {0};
    int found[WORLD_WORDINGS];
    Rng rng = rng_stream("world page", seed ^ rendering * 0x9E3779B97F4A7C15u, page_number);
    int count = world_find_wordings(entity->index, true, 0, entity->stated, found);
    assert(count > 0);
    page_add(&page, entity, found[rng_below(&rng, (uint32_t)count)], SUBJECT_NAME, &rng);
    uint32_t left;
    while ((left = entity->stated & ~page.stated) != 0) {
        assert(page.count < WORLD_SENTENCES);
        int wording = draw_wording(entity->index, 1u << next_fact(left, &rng), left, &rng);
        page_add(&page, entity, wording, draw_subject(&rng), &rng);
    }
    return page;
}
