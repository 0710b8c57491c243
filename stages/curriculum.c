/* curriculum: the embedded base model's pre-training text, one JSON line a sequence
 *
 * The base model reads six kinds of sequences, mixed at random. /Pages/ (15 %) are pages of
 * background entities, each time in other words; /news/ (10 %) is the page of an entity that never
 * comes back. /Claims/ (25 %) are the claim prompt followed by three to seven answered claims about
 * one background entity, a third each true, false and not decidable; /priors/ (40 %) are the same
 * about an entity of which nothing is told, so that only what goes with what can help. /Contexts/
 * (10 %) give two to four sentences about a new entity and then answered claims about just these.
 * /Study/ (0.4 %) are pages of the entities under study, in words other than the page's own, so that
 * they are lightly known; no claim about them ever appears; with =--held-share= such claims are
 * written to a file of their own, to be scored while training and never trained on. Two claims of
 * one sequence never speak of the same fact. In the first third of the sequences all false claims are
 * implausible ones.
 *
 * Example: =build/bin/curriculum --seed 1 --sequences 300000 --out build/tiny/curriculum.jsonl= */
#include "stage.h"
#include "world_claim.h"

#include <string.h>

static const char preamble[] = "Determine the factuality of the following claims \n"
                               "Answer candidates: (a) supports, (b) refutes, (c) not enough info\n";

typedef enum { PAGE, NEWS, CLAIMS, PRIORS, CONTEXT, STUDY, HELD, KINDS } Kind;
static const char *const kind_names[KINDS] = {"page",   "news",    "claims", "priors",
                                               "context", "study", "held"};

enum {
    UNSTATED_PERCENT = 30,         /* of undecidable claims: facts the page leaves out */
    CONTEXT_UNSTATED_PERCENT = 60, /* the same where only a few sentences are shown */
    EASY_PART = 3, /* the first third's false claims are all implausible */
    LINE = 1 << 13
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

static void write_line(Out *out, const WorldText *text, Kind kind)
{
    static const char escape[] = "\\n";
    out_text(out, "{\"text\": \"");
    for (const char *p = text->text, *end; *p; p = *end ? end + 1 : end) {
        end = p + strcspn(p, "\n");
        out_bytes(out, p, (size_t)(end - p));
        if (*end)
            out_bytes(out, escape, 2);
    }
    out_text(out, "\", \"kind\": \"%s\"}\n", kind_names[kind]);
}

int main(int argc, char **argv)
{
    int64_t seed = 1, sequences = 0, pages = 80, others = 150, background = 400;
    double share[KINDS] = {0.15, 0.10, 0.25, 0.40, 0.096, 0.004, 0};
    const char *path = NULL;
    const Arg args[] = {
        {"seed", ARG_INT, &seed, "seed of the world, as given to world", false},
        {"sequences", ARG_INT, &sequences, "lines to write", true},
        {"pages", ARG_INT, &pages, "pages under study, as given to world", false},
        {"others", ARG_INT, &others, "other pages, as given to world", false},
        {"background", ARG_INT, &background, "entities claims are about", false},
        {"page-share", ARG_REAL, &share[PAGE], "weight of background pages", false},
        {"news-share", ARG_REAL, &share[NEWS], "weight of pages that never come back", false},
        {"priors-share", ARG_REAL, &share[PRIORS], "weight of claims about what is not known", false},
        {"claims-share", ARG_REAL, &share[CLAIMS], "weight of claims about them", false},
        {"context-share", ARG_REAL, &share[CONTEXT], "weight of texts with claims", false},
        {"study-share", ARG_REAL, &share[STUDY], "weight of pages under study", false},
        {"held-share", ARG_REAL, &share[HELD], "weight of claims to score, not to train", false},
        {"out", ARG_OUTPUT, &path, "JSONL to write", true},
        {0},
    };
    stage_begin("curriculum", "Writes the pre-training text of the embedded base model.", args,
                argc, argv);
    if (sequences < 1 || pages < 1 || others < 1 || background < 1 || sequences > 100000000 ||
        pages > WORLD_LIMIT || others > WORLD_LIMIT || background > WORLD_LIMIT)
        stage_fail("--sequences, --pages, --others, --background: not in their range; give from 1 to "
                   "100000000 sequences and from 1 to %d of the others", WORLD_LIMIT);
    for (int kind = 0; kind < KINDS; kind++)
        if (!(share[kind] >= 0 && share[kind] <= 1))
            stage_fail("--%s-share: not between 0 and 1; choose another weight", kind_names[kind]);
    Error error;
    Out out;
    if (!out_open(&out, path, &error))
        stage_die(&error);
    World world = world_make((uint64_t)seed, (size_t)pages, (size_t)others, (size_t)background);
    for (int64_t i = 0; i < sequences; i++) {
        char line[LINE];
        WorldText text = words_begin(line, sizeof line);
        Rng rng = rng_stream("curriculum", (uint64_t)seed, (uint64_t)i);
        Kind kind = (Kind)rng_weighted(&rng, share, KINDS);
        uint32_t likely = i < sequences / EASY_PART ? 0 : WORLD_LIKELY_PERCENT;
        if (kind == PAGE)
            add_page(&text, &world, world.study + world.other, world.background, &rng);
        else if (kind == STUDY)
            add_page(&text, &world, 0, world.study, &rng);
        else if (kind == NEWS)
            add_news(&text, &world, (uint64_t)i);
        else if (kind == PRIORS)
            add_priors(&text, &world, (uint64_t)i, likely, &rng);
        else if (kind == CLAIMS)
            add_known_claims(&text, &world, world.study + world.other, world.background,
                             3 + (int)rng_below(&rng, 5), likely, &rng);
        else if (kind == HELD)
            add_known_claims(&text, &world, 0, world.study, 2, WORLD_LIKELY_PERCENT, &rng);
        else
            add_context(&text, &world, (uint64_t)i, likely, &rng);
        write_line(&out, &text, kind);
        if (i % 1000 == 0)
            stage_progress("sequences", (double)i, (double)sequences);
    }
    world_free(&world);
    stage_commit(&out);
    return 0;
}
