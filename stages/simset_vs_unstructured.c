/* simset_vs_unstructured: does a structured memory help recall at equal parameters?
 *
 * A condition is an allocation of entries to documents with its strength, a variant of the memory,
 * a training target and a layer; its cells differ in their seed, and are compared as they stand
 * after their last epoch. Comparisons are paired, the same documents' losses or the same claims'
 * answers over the seeds that both conditions have, and are made within one variant, at strength
 * 1, after the layer that most cells have. A claim shows the comparison that decides it, for a
 * mean over allocations may hide that one is better and one worse. C16: structured memories store
 * about as well when each one's loss lies within a tenth of what the unstructured memory gains
 * over the pretrained model. C17: SimSet by dimension, in the mean, has a higher loss, and an
 * accuracy not lower by the margin. C18: an allocation gains accuracy where it is above the
 * pretrained model and above the unstructured memory; the claim, that none does, needs every gain
 * over either to lie below the margin, for a gain that is merely not significant says nothing.
 * C19: a memory of the documents gains after one layer and not after another. C20: in the mean,
 * training on the claims after storing beats storing alone and the same training without storing.
 * Beside them stands the author's mistake: SimSets trained on the template, without norm and gate,
 * less those made like the unstructured memory. *Reading:* the margins, a tenth of the gain in
 * loss and 0.02 of accuracy, are ours. Intervals are 95 % percentile bootstraps over seeds and
 * units; units' signs are flipped, about the margin where one decides, to test their means; Holm
 * corrects within the claims and within the parts of each. A claim whose cells are missing has no
 * row.
 *
 * : simset_vs_unstructured --report verdicts --out simset_vs_unstructured.csv cells/none_1...
 */
#include "claims.h"
#include "stage.h"
#include "study_table.h"

#include <inttypes.h>
#include <string.h>

static int64_t layer = -1, seed = 1, resamples = 5000;
static double accuracy_margin = 0.02, loss_share = 0.1;
static const char *report, *out_path;

static const Arg args[] = {
    {"report", ARG_TEXT, &report, "measures or verdicts", true},
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    {"layer", ARG_INT, &layer, "where allocations are compared; that of most cells if absent",
     false},
    {"accuracy-margin", ARG_REAL, &accuracy_margin, "smallest difference that counts", false},
    {"loss-margin", ARG_REAL, &loss_share, "the same, a share of the unstructured gain", false},
    {"seed", ARG_INT, &seed, "of the resampling", false},
    {"resamples", ARG_INT, &resamples, "for intervals and sign flips, 100 to 1000000", false},
    {0},
};

/* The claims, and what they compare. */
static ClaimSide c16 = {
    .verdict = {.claim = "C16",
                .criterion = VERDICT_EQUIVALENT,
                .effect_name = "loss less that of the unstructured memory (nats a token)",
                .rule = "supported when every structured memory is within the margin, a share of "
                        "what the unstructured one gains; contradicted when one is outside"},
    .rule = {.target = "document", .other_allocation = "none"},
    .of = CONTRAST_LOSS,
    .of_gain = true};
#define C17_RULE                                                                                   \
    "supported when the loss is higher and the accuracy not lower by the margin; of the two the "  \
    "less sure is shown"
static ClaimSide c17[2] = {
    {.verdict = {.claim = "C17",
                 .expected = 1,
                 .effect_name = "loss less that of the unstructured memory (nats a token)",
                 .rule = C17_RULE},
     .rule = {.allocation = "simset-*-dim", .target = "document", .other_allocation = "none"},
     .of = CONTRAST_LOSS,
     .name = "loss",
     .prefix = "loss "},
    {.verdict = {.claim = "C17",
                 .criterion = VERDICT_NOT_WORSE,
                 .expected = 1,
                 .effect_name = "accuracy less that of the unstructured memory",
                 .rule = C17_RULE},
     .rule = {.allocation = "simset-*-dim", .target = "document", .other_allocation = "none"},
     .of = CONTRAST_CHOICE,
     .name = "accuracy",
     .prefix = "accuracy "}};
#define C18                                                                                        \
    {                                                                                              \
        .claim = "C18", .criterion = VERDICT_GAIN, .expected = -1,                                 \
        .effect_name = "accuracy gained",                                                          \
        .rule =                                                                                    \
            "contradicted when an allocation gains over pretrained and over none; supported when " \
            "each gains less than the margin over either; the pair that decides is shown"          \
    }
static ClaimSide c18[2] = {
    {.verdict = C18,
     .rule = {.target = "document", .pretrained = true, .suffix = " over pretrained"},
     .of = CONTRAST_CHOICE},
    {.verdict = C18,
     .rule = {.target = "document", .other_allocation = "none", .suffix = " over none"},
     .of = CONTRAST_CHOICE}};
static ClaimSide c19 = {
    .verdict = {.claim = "C19",
                .criterion = VERDICT_GAIN,
                .expected = 1,
                .effect_name = "accuracy gained over pretrained",
                .rule = "supported when a memory gains at one layer, and at another less than the "
                        "margin; contradicted when all gain or none as much; the largest is shown"},
    .rule = {.target = "document", .pretrained = true},
    .of = CONTRAST_CHOICE};
#define C20                                                                                        \
    {                                                                                              \
        .claim = "C20", .expected = 1,                                                             \
        .effect_name = "accuracy after document-then-template less after one target",              \
        .rule =                                                                                    \
            "supported when above document and above template; of the two the less sure is shown"  \
    }
static ClaimSide c20[2] = {{.verdict = C20,
                            .rule = {.target = "document-then-template",
                                     .other_target = "document",
                                     .suffix = " over document"},
                            .of = CONTRAST_CHOICE,
                            .name = "over document"},
                           {.verdict = C20,
                            .rule = {.target = "document-then-template",
                                     .other_target = "template",
                                     .suffix = " over template"},
                            .of = CONTRAST_CHOICE,
                            .name = "over template"}};
static ClaimSide mistake = {
    .verdict = {.claim = "mistake",
                .criterion = VERDICT_EQUIVALENT,
                .effect_name = "accuracy of plain SimSets on the template less norm-gate ones on "
                               "the documents",
                .rule = "supported, the mistake does not matter, when every SimSet is within the "
                        "margin; contradicted when one is outside"},
    .rule = {.allocation = "simset-*",
             .variant = "plain",
             .target = "template",
             .other_variant = "norm-gate",
             .other_target = "document"},
    .of = CONTRAST_CHOICE};

/* Says of a claim whose cells are not there what they would be. */
static void expect(bool found, const char *claim, const char *wanted)
{
    if (!found)
        fprintf(stderr, "docmem: simset_vs_unstructured: %s has no row: %s are missing\n", claim,
                wanted);
}

static void write_verdicts(const Study *study, VerdictDraws draws, CsvWriter *writer)
{
    Claims claims;
    c16.margin = loss_share;
    c17[1].margin = c18[0].margin = c18[1].margin = c19.margin = mistake.margin = accuracy_margin;
    claims_begin(&claims, study, layer < 0 ? study_main_layer(study) : layer,
                 "simset_vs_unstructured", draws);
    expect(claims_all(&claims, &c16, false), "C16", "structured memories beside one that gains");
    expect(claims_both(&claims, c17), "C17", "SimSets by dimension beside allocation none");
    expect(claims_either(&claims, c18), "C18", "memories trained on the documents");
    expect(claims_somewhere(&claims, &c19), "C19", "memories after several layers");
    expect(claims_both(&claims, c20), "C20",
           "memories of targets document, template and both in turn");
    expect(claims_all(&claims, &mistake, true), "mistake", "SimSets with and without it");
    claims_write(&claims, writer);
    claims_free(&claims);
}

int main(int argc, char **argv)
{
    Study study;
    Error error;
    Out out;
    CsvWriter writer;
    int count;
    stage_begin("simset_vs_unstructured",
                "does a structured memory help recall? Words: files of all cells.", args, argc,
                argv);
    bool verdicts = strcmp(report, "verdicts") == 0;
    if (!verdicts && strcmp(report, "measures") != 0)
        stage_fail("--report: '%s' is no report; name measures or verdicts", report);
    if (resamples < 100 || resamples > 1000000)
        stage_fail("--resamples: %" PRId64 " is out of range; name 100 to 1000000", resamples);
    if (!(accuracy_margin > 0 && accuracy_margin < 1 && loss_share > 0 && loss_share < 1))
        stage_fail("--accuracy-margin, --loss-margin: are not between 0 and 1; name shares");
    const VerdictDraws draws = {.resamples = (size_t)resamples, .seed = (uint64_t)seed};
    char **paths = stage_words(&count);
    if (!study_read(&study, paths, (size_t)count, &error) || !out_open(&out, out_path, &error))
        stage_die(&error);
    csvfile_begin(&writer, &out, verdicts ? verdict_columns : study_columns);
    if (verdicts)
        write_verdicts(&study, draws, &writer);
    else
        study_write(&writer, &study, draws.resamples, draws.seed);
    if (!csvfile_finish(&writer, &error))
        stage_die(&error);
    stage_commit(&out);
    study_free(&study);
    return 0;
}
