/* verdicts: what do the measurements say about each claim?
 *
 * Every question writes what it measured on each unit (a document, a claim, an entry) of each run
 * into one long table, whatever the claims ask of it; this stage alone decides. Its rules are a
 * file, =paper/claims.rules=, which was written before the data that it is used on and carries its
 * date: for each claim the conditions, their weights, the bound, the parts that decide, the control
 * that must work, and what the verdict must not hang on. An effect is a mean over seeds and units,
 * paired unit by unit. Its interval (95 %) is the percentile bootstrap over seeds and units, never
 * narrower than the seeds' own /t/ interval. Its test takes the seed as a unit: the larger /p/ of
 * Student's /t/ over the seeds' means, and of the mean over the root of both variances, of seeds'
 * and of units' means, with Satterthwaite's degrees of freedom. Holm corrects over all claims of
 * the profile together. A claim /holds here/ or /fails here/ when its interval lies on one side of
 * the bound and the corrected /p/ is below 0.05; it /depends on/ a setting when that turns it
 * round; it is /not measurable here/ when a control that must show an effect shows none; else it is
 * /undecided/, with the seeds, or the units, that would decide. One half of the documents is
 * exploratory: rules may have been made with it in view. The verdict comes from the other, the
 * confirmatory half; halves go by a hash of the title, unless the whole profile is one of them.
 * Claims of one text are one unit.
 *
 * : verdicts --documents document.csv --claims fever_claim.csv --out verdict.csv
 * units/layer_choice.csv ...
 */
#include "run/stage.h"
#include "verdict/judge.h"

#include <string.h>

static const char *rules_path = "paper/claims.rules", *documents_path, *claims_path, *out_path;
static const char *half = "title";
static Draws draws = {.resamples = 2000, .seed = 1};

static const Arg args[] = {
    {"rules", ARG_INPUT, &rules_path, "what each claim asks", false},
    {"documents", ARG_INPUT, &documents_path, "table of their titles", true},
    {"claims", ARG_INPUT, &claims_path, "table of their texts and labels", true},
    {"half", ARG_TEXT, &half,
     "of documents, by their titles or all one [title, exploratory or confirmatory]", false},
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    DRAWS_ARGS(draws),
    {0},
};

/* Fills the effects from the tables that the command line names. */
static bool read_effects(Effects *effects, const Rules *rules, Error *error)
{
    int count;
    char **paths = stage_words(&count);
    effects->whole = strcmp(half, "exploratory") == 0 ? HALF_EXPLORATORY : HALF_CONFIRMATORY;
    return effects_read(effects, paths, (size_t)count, error) &&
           effects_join_claims(effects, claims_path, error) &&
           (strcmp(half, "title") != 0 || effects_halve(effects, documents_path, error)) &&
           effects_defaults(effects, &rules->defaults, error);
}

int main(int argc, char **argv)
{
    Rules rules;
    Effects effects = {0};
    Judgements judgements;
    Error error;
    Out out;
    CsvWriter writer;
    stage_begin("verdicts", "what is said about each claim? Words: tables of unit effects.", args,
                argc, argv);
    if (!rules_read(&rules, rules_path, &error) || !read_effects(&effects, &rules, &error))
        stage_die(&error);
    judge_all(&judgements, &rules, &effects, draws);
    stage_csv_begin(&writer, &out, out_path, judge_columns);
    judgements_write(&judgements, &rules, &writer);
    stage_csv_commit(&writer, &out);
    judgements_free(&judgements);
    effects_free(&effects);
    rules_free(&rules);
    return 0;
}
