/* Fuzz target: rules of claims, and tables of unit effects, judged where they can be. */
#include "fuzz.h"
#include "verdict/judge.h"

#include <string.h>

/* Whatever is read has what judging relies on. */
static void check_part(const RulePart *part)
{
    fuzz_check(part->of_count > 0 && part->of_count <= RULE_OF && part->terms_count <= RULE_TERMS);
    fuzz_check(part->want < WANTS && part->measured && part->text.length > 0);
    fuzz_check(fuzz_is_text(part->name) && fuzz_is_text(part->text.bytes));
}

static void check_rules(const Rules *rules)
{
    fuzz_check(rules->claims_count > 0 && rules->level > 0 && rules->level < 1);
    for (size_t i = 0; i < rules->claims_count; i++) {
        const RuleClaim *claim = &rules->claims[i];
        fuzz_check(claim->parts_count > 0 && claim->text.length > 0);
        for (size_t j = 0; j < claim->parts_count; j++)
            check_part(&claim->parts[j]);
    }
}

/* Units ascend in every run, runs in every cell. */
static void check_effects(const Effects *effects)
{
    for (size_t i = 0; i < effects->count; i++)
        for (size_t j = 0; j < effects->cells[i].count; j++) {
            const EffectRun *run = &effects->cells[i].runs[j];
            fuzz_check(run->count > 0 && (j == 0 || run->seed > run[-1].seed));
            for (size_t k = 1; k < run->count; k++)
                fuzz_check(run->item[k] > run->item[k - 1]);
        }
}

/* The input as rules over a small table. */
static void judge(const Rules *rules)
{
    static const char table[] = "condition,seed,epoch,measure,unit,document,item,value\n"
                                "stage=s a=1 k=1,1,0,m,u,0,0,1\nstage=s a=1 "
                                "k=1,1,0,m,u,1,1,2\nstage=s a=1 k=1,2,0,m,u,0,0,3\n"
                                "stage=s a=1 k=1,2,0,m,u,1,1,5\nstage=s a=2 "
                                "k=4,1,0,m,u,0,0,4\nstage=s a=2 k=4,2,0,m,u,0,0,9\n"
                                "stage=s allocation=pretrained,-1,0,m,u,0,0,1\n";
    char *paths[] = {(char *)fuzz_file(1, (const uint8_t *)table, sizeof table - 1)};
    Effects effects = {0};
    Judgements judgements;
    Error error;
    fuzz_check(effects_read(&effects, paths, 1, &error));
    if (effects_defaults(&effects, &rules->defaults, &error)) {
        judge_all(&judgements, rules, &effects, (Draws){.resamples = 3, .seed = 1});
        fuzz_check(judgements.count >= 2 * rules->claims_count);
        judgements_free(&judgements);
    } else {
        fuzz_refused(&error, "command line");
    }
    effects_free(&effects);
}

static void run(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(0, data, size);
    Effects effects = {0};
    Rules rules;
    Error error;
    if (!effects_join_claims(&effects, path, &error))
        fuzz_refused(&error, path);
    effects_free(&effects);
    if (!effects_halve(&effects, path, &error))
        fuzz_refused(&error, path);
    effects_free(&effects);
    if (effects_read(&effects, (char *[]){(char *)path}, 1, &error)) {
        fuzz_accepted("cells", effects.count);
        check_effects(&effects);
    } else {
        fuzz_refused(&error, path);
    }
    effects_free(&effects);
    if (rules_read(&rules, path, &error)) {
        fuzz_accepted("claims", rules.claims_count);
        check_rules(&rules);
        judge(&rules);
        rules_free(&rules);
    } else {
        fuzz_refused(&error, path);
    }
}

const FuzzTarget fuzz_target = {"rules", run, 400000, 400, 50000, 40};
