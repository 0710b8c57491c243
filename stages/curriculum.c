/* curriculum: write the base model's pre-training text, one JSON line a sequence
 *
 * The base model reads six kinds of sequences, mixed at random. /Pages/ (15 %) are pages of
 * background entities, each time in other words; /news/ (10 %) is the page of an entity that never
 * comes back. /Claims/ (25 %) are the claim prompt followed by three to seven answered claims about
 * one background entity, a third each true, false and not decidable; /priors/ (40 %) are the same
 * about an entity of which nothing is told, so that only what goes with what can help. /Contexts/
 * (10 %) give two to four sentences about a new entity and then answered claims about just these.
 * /Study/ (0.4 %) are pages of the entities under study, in words other than the page's own, so
 * that they are lightly known; no claim about them ever appears; with =--held-share= such claims
 * are written to a file of their own, to be scored while training and never trained on. Two claims
 * of one sequence never speak of the same fact. In the first third of the sequences all false
 * claims are implausible ones.
 *
 * Example: =build/bin/curriculum --seed 1 --sequences 300000 --out build/tiny/curriculum.jsonl= */
#include "curriculum.h"
#include "stage.h"
#include "world_claim.h"

#include <string.h>

enum { EASY_PART = 3 }; /* the first third's false claims are all implausible */

static int64_t seed = 1, sequences, pages = 80, others = 150, background = 400;
static double share[CURRICULUM_KINDS] = {0.15, 0.10, 0.25, 0.40, 0.096, 0.004, 0};
static const char *out_path;

static const Arg args[] = {
    {"seed", ARG_INT, &seed, "seed of the world, as given to world", false},
    {"sequences", ARG_INT, &sequences, "lines to write", true},
    {"pages", ARG_INT, &pages, "pages under study, as given to world", false},
    {"others", ARG_INT, &others, "other pages, as given to world", false},
    {"background", ARG_INT, &background, "entities claims are about", false},
    {"page-share", ARG_REAL, &share[CURRICULUM_PAGE], "weight of background pages", false},
    {"news-share", ARG_REAL, &share[CURRICULUM_NEWS], "weight of pages that never come back",
     false},
    {"priors-share", ARG_REAL, &share[CURRICULUM_PRIORS],
     "weight of claims about what is not known", false},
    {"claims-share", ARG_REAL, &share[CURRICULUM_CLAIMS], "weight of claims about them", false},
    {"context-share", ARG_REAL, &share[CURRICULUM_CONTEXT], "weight of texts with claims", false},
    {"study-share", ARG_REAL, &share[CURRICULUM_STUDY], "weight of pages under study", false},
    {"held-share", ARG_REAL, &share[CURRICULUM_HELD], "weight of claims to score, not to train",
     false},
    {"out", ARG_OUTPUT, &out_path, "JSONL to write", true},
    {0},
};

static void write_line(Out *out, const WorldText *text, CurriculumKind kind)
{
    static const char escape[] = "\\n";
    out_text(out, "{\"text\": \"");
    for (const char *p = text->text, *end; *p; p = *end ? end + 1 : end) {
        end = p + strcspn(p, "\n");
        out_bytes(out, p, (size_t)(end - p));
        if (*end)
            out_bytes(out, escape, 2);
    }
    out_text(out, "\", \"kind\": \"%s\"}\n", curriculum_kinds[kind]);
}

static void check_arguments(void)
{
    if (sequences < 1 || pages < 1 || others < 1 || background < 1 || sequences > 100000000 ||
        pages > WORLD_LIMIT || others > WORLD_LIMIT || background > WORLD_LIMIT)
        stage_fail("--sequences, --pages, --others, --background: not in their range; give from 1 "
                   "to 100000000 sequences and from 1 to %d of the others",
                   WORLD_LIMIT);
    for (int kind = 0; kind < CURRICULUM_KINDS; kind++)
        if (!(share[kind] >= 0 && share[kind] <= 1))
            stage_fail("--%s-share: not between 0 and 1; choose another weight",
                       curriculum_kinds[kind]);
}

static void write_text(const World *world, int64_t number, Out *out)
{
    char line[CURRICULUM_TEXT];
    WorldText text = words_begin(line, sizeof line);
    Rng rng = rng_stream("curriculum", (uint64_t)seed, (uint64_t)number);
    CurriculumKind kind = (CurriculumKind)rng_weighted(&rng, share, CURRICULUM_KINDS);
    bool easy = kind != CURRICULUM_HELD && number < sequences / EASY_PART;
    curriculum_text(world, kind, (uint64_t)number, easy ? 0 : WORLD_LIKELY_PERCENT, &rng, &text);
    write_line(out, &text, kind);
}

int main(int argc, char **argv)
{
    Error error;
    Out out;
    stage_begin("curriculum", "write the pre-training text of the embedded base model", args, argc,
                argv);
    check_arguments();
    if (!out_open(&out, out_path, &error))
        stage_die(&error);
    World world = world_make((uint64_t)seed, (size_t)pages, (size_t)others, (size_t)background);
    for (int64_t i = 0; i < sequences; i++) {
        write_text(&world, i, &out);
        if (i % 1000 == 0)
            stage_progress("sequences", (double)i, (double)sequences);
    }
    world_free(&world);
    stage_commit(&out);
    return 0;
}
