/* The verdicts that tables of unit effects give by the project's own rules, for the tests. */
#ifndef DOCMEM_VERDICT_FILES_H
#define DOCMEM_VERDICT_FILES_H
#include "verdict/judge.h"

#include "check.h" /* last: cmocka has a macro called fail */

#include <string.h>

/* Reads tables in which all documents are confirmatory, and judges by the rules in `path`; ends the
 * test where it cannot. */
typedef struct {
    Rules rules;
    Effects effects;
    Judgements judgements;
} Heard;

static inline void hear(Heard *heard, const char *path, char *const *tables, size_t count)
{
    Error error;
    *heard = (Heard){0};
    if (!rules_read(&heard->rules, path, &error) ||
        !effects_read(&heard->effects, tables, count, &error) ||
        !effects_defaults(&heard->effects, &heard->rules.defaults, &error))
        fail_msg("%s", error.text);
    judge_all(&heard->judgements, &heard->rules, &heard->effects,
              (Draws){.resamples = 300, .seed = 1});
}

static inline void heard_free(Heard *heard)
{
    judgements_free(&heard->judgements);
    effects_free(&heard->effects);
    rules_free(&heard->rules);
}

static inline const Judgement *heard_claim(const Heard *heard, const char *claim)
{
    for (size_t i = 0; i < heard->judgements.count; i++)
        if (strcmp(heard->judgements.items[i].claim->name, claim) == 0)
            return &heard->judgements.items[i];
    fail_msg("no claim %s", claim);
    return NULL;
}

static inline const JudgeMember *heard_part(const Heard *heard, const char *claim, const char *part)
{
    const Judgement *judgement = heard_claim(heard, claim);
    for (size_t i = 0; i < judgement->count; i++)
        if (strcmp(judgement->members[i].name, part) == 0)
            return &judgement->members[i];
    fail_msg("%s has no part '%s'", claim, part);
    return NULL;
}

static inline void expect_verdict(const Heard *heard, const char *claim, const char *wanted)
{
    char words[64];
    const Judgement *judgement = heard_claim(heard, claim);
    if (strcmp(judgement_words(judgement, words), wanted) != 0) {
        const JudgeMember *member = judgement->shown;
        fail_msg("%s is '%s' (%s; %s %g, %g to %g, p %g), wanted '%s'", claim, words,
                 judgement->why, member ? member->name : "", member ? member->measured.effect : 0,
                 member ? member->measured.low : 0, member ? member->measured.high : 0,
                 judgement->p_holm, wanted);
    }
}

/* A table of controls in which the page in the prompt helps by `gain`: its name. */
static inline char *sow_controls(double gain, int claims)
{
    char *path = strdup(scratch("controls.csv"));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "condition,seed,epoch,measure,unit,document,item,value\n");
    for (int side = 0; side < 2; side++)
        for (int i = 0; i < claims; i++)
            fprintf(file, "stage=controls control=%s,-1,0,accuracy,claim,0,%d,%d\n",
                    side ? "page-in-context" : "pretrained", i,
                    (i * 37) % claims < claims * (0.5 + (side ? gain : 0)));
    assert_int_equal(fclose(file), 0);
    return path;
}

/* The stage's table of unit effects on these files, in scratch: its path; ends the test where the
 * stage fails. Frees the paths. */
static inline char *units_of(const char *stage, const char *words, char **paths, size_t count)
{
    static char command[1 << 16];
    const char *bin = getenv("BIN");
    char *path = strdup(scratch("units.csv"));
    int used = snprintf(command, sizeof command, "%s/%s --report units %s --out %s",
                        bin ? bin : "build/bin", stage, words, path);
    for (size_t i = 0; i < count; i++) {
        used += snprintf(command + used, sizeof command - (size_t)used, " %s", paths[i]);
        free(paths[i]);
    }
    assert_in_range(used, 1, sizeof command - 1);
    assert_int_equal(system(command), 0);
    return path;
}

#endif
