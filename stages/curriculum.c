/* curriculum: write the base model's pre-training text, one JSON line a sequence
 *
 * The base model learns to compare a claim with a text before it, then to do without the text. It
 * reads nine kinds of sequences. /Mention/: one to =--shown= sentences about a new entity, then
 * values alone as claims, which stand there or do not. /Verbatim/: such sentences, then each of
 * them again as a claim, as it stands there or with one value changed for one that stands nowhere
 * in them. /Context/: two to six sentences and claims about what they state, in any wording.
 * /Open/: a whole page, then the prompt about it; /evidence/: the sentences that settle the
 * prompt's last claim, then the prompt. /Pages/: pages of background entities, each time in other
 * words; /claims/: prompts about them, the page left out; /priors/: the same about an entity of
 * which nothing is told, so that only what goes with what can help. /Study/: pages of the entities
 * under study, in words other than the page's own, so that they are lightly known; no claim about
 * them ever appears. Two more kinds, /held-open/ and /held/, are claims about entities under study
 * with and without their page; they are scored while training and never trained on. A prompt is the
 * 1-shot prompt or, to learn more from one look at a page, the same with up to seven claims. Two
 * claims of one sequence never speak of the same fact. The run has phases, each with its own shares
 * of the kinds: comparing verbatim comes first, for with paraphrases from the start it is not
 * learned at all.
 *
 * Example: =build/bin/curriculum --seed 1 --sequences 80000 --phases 0.4,1 --verbatim 0.9,0.1
 * --page 0.1,0.4 --open 0,0.5 --out build/tiny/curriculum.jsonl= */
#include "run/stage.h"
#include "world/curriculum_text.h"

#include <stdlib.h>
#include <string.h>

enum { PHASES = 8 };
_Static_assert(WORLD_LIMIT == 2000 && WORLD_HALVES == 2, "as the help says");

static int64_t seed = 1, sequences, pages = 80, others = 150, background = 36;
static const char *phases_list = "1", *shown_list = "4", *share_list[CURRICULUM_KINDS];
static const char *out_path;
static double end[PHASES], shown[PHASES], share[CURRICULUM_KINDS][PHASES];

static const Arg args[] = {
    {"seed", ARG_INT, &seed, "seed of the world, as given to world", false},
    {"sequences", ARG_INT, &sequences, "lines to write [from 1 to 100000000]", true},
    {"pages", ARG_INT, &pages, "pages under study in each half, as given to world [from 1 to 1000]",
     false},
    {"others", ARG_INT, &others, "other pages, as given to world [from 1 to 2000]", false},
    {"background", ARG_INT, &background, "entities the model gets to know [from 1 to 2000]", false},
    {"phases", ARG_TEXT, &phases_list, "where each phase ends, the last at 1, as 0.4,0.7,1", false},
    {"shown", ARG_TEXT, &shown_list, "sentences a verbatim text shows at most, by phase", false},
    {"mention", ARG_TEXT, &share_list[CURRICULUM_MENTION],
     "weight of values alone as claims, by phase", false},
    {"verbatim", ARG_TEXT, &share_list[CURRICULUM_VERBATIM],
     "weight of a page's own sentences as claims, by phase", false},
    {"context", ARG_TEXT, &share_list[CURRICULUM_CONTEXT],
     "weight of some sentences with claims, by phase", false},
    {"open", ARG_TEXT, &share_list[CURRICULUM_OPEN], "weight of a page with its prompt, by phase",
     false},
    {"evidence", ARG_TEXT, &share_list[CURRICULUM_EVIDENCE],
     "weight of evidence with its prompt, by phase", false},
    {"page", ARG_TEXT, &share_list[CURRICULUM_PAGE], "weight of background pages, by phase", false},
    {"claims", ARG_TEXT, &share_list[CURRICULUM_CLAIMS], "weight of prompts about them, by phase",
     false},
    {"priors", ARG_TEXT, &share_list[CURRICULUM_PRIORS],
     "weight of prompts about what is not known, by phase", false},
    {"study", ARG_TEXT, &share_list[CURRICULUM_STUDY], "weight of pages under study, by phase",
     false},
    {"held-open", ARG_TEXT, &share_list[CURRICULUM_HELD_OPEN],
     "weight of prompts to score behind their page, by phase", false},
    {"held", ARG_TEXT, &share_list[CURRICULUM_HELD],
     "weight of prompts to score, not to train, by phase", false},
    {"out", ARG_OUTPUT, &out_path, "JSONL to write", true},
    {0},
};

static void write_line(Out *out, const WorldText *text, CurriculumKind kind)
{
    static const char escape[] = "\\n";
    out_text(out, "{\"text\": \"");
    for (const char *p = text->text, *stop; *p; p = *stop ? stop + 1 : stop) {
        stop = p + strcspn(p, "\n");
        out_bytes(out, p, (size_t)(stop - p));
        if (*stop)
            out_bytes(out, escape, 2);
    }
    out_text(out, "\", \"kind\": \"%s\"}\n", curriculum_kinds[kind]);
}

/* Reads numbers from low to high between commas; returns how many. */
static int read_list(const char *name, const char *list, double low, double high, double *values)
{
    int count = 0;
    for (const char *p = list;; p++) {
        char *stop;
        double value = strtod(p, &stop);
        if (stop == p || !(value >= low && value <= high) || (*stop && *stop != ',') ||
            count == PHASES)
            stage_fail(
                "--%s: %s: not up to %d numbers from %g to %g, with commas between; write them so",
                name, list, PHASES, low, high);
        values[count++] = value;
        p = stop;
        if (!*p)
            return count;
    }
}

/* Reads one number a phase into values[PHASES]; a single one counts for all. */
static void read_by_phase(const char *name, const char *list, int phases, double low, double high,
                          double *values)
{
    int count = read_list(name, list, low, high, values);
    if (count != phases && count != 1)
        stage_fail("--%s: %s: %d numbers for %d phases; give one a phase", name, list, count,
                   phases);
    for (int i = count; i < phases; i++)
        values[i] = values[0];
}

/* Reads all lists. */
static void read_lists(void)
{
    int phases = read_list("phases", phases_list, 0, 1, end);
    for (int i = 1; i < phases; i++)
        if (end[i] <= end[i - 1])
            stage_fail("--phases: %s: does not rise; write the ends in order", phases_list);
    if (end[phases - 1] != 1)
        stage_fail("--phases: %s: the last one does not end at 1; write 1 there", phases_list);
    read_by_phase("shown", shown_list, phases, 1, WORLD_SENTENCES, shown);
    for (int kind = 0; kind < CURRICULUM_KINDS; kind++)
        if (share_list[kind])
            read_by_phase(curriculum_kinds[kind], share_list[kind], phases, 0, 1, share[kind]);
    for (int i = 0; i < phases; i++) {
        double sum = 0;
        for (int kind = 0; kind < CURRICULUM_KINDS; kind++)
            sum += share[kind][i];
        if (!(sum > 0))
            stage_fail("phase %d: no kind of text has a weight; give one", i + 1);
    }
}

static void write_text(const World *world, int64_t number, Out *out)
{
    char line[CURRICULUM_TEXT];
    int phase = 0;
    double weight[CURRICULUM_KINDS];
    WorldText text = words_begin(line, sizeof line);
    Rng rng = rng_stream("curriculum", (uint64_t)seed, (uint64_t)number);
    while ((double)number >= end[phase] * (double)sequences)
        phase++;
    for (int kind = 0; kind < CURRICULUM_KINDS; kind++)
        weight[kind] = share[kind][phase];
    CurriculumKind kind = (CurriculumKind)rng_weighted(&rng, weight, CURRICULUM_KINDS);
    curriculum_text(world, kind, (uint64_t)number, (int)shown[phase], &rng, &text);
    write_line(out, &text, kind);
}

int main(int argc, char **argv)
{
    Error error;
    Out out;
    stage_begin("curriculum", "write the pre-training text of the embedded base model", args, argc,
                argv);
    read_lists();
    if (!out_open(&out, out_path, &error))
        stage_die(&error);
    World world = world_make((uint64_t)seed, WORLD_HALVES * (size_t)pages, (size_t)others,
                             (size_t)background);
    for (int64_t i = 0; i < sequences; i++) {
        write_text(&world, i, &out);
        if (i % 1000 == 0)
            stage_progress("sequences", (double)i, (double)sequences);
    }
    world_free(&world);
    stage_commit(&out);
    return 0;
}
