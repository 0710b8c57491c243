/* representation_drift: how far do document vectors move while a DocRep memory is trained?
 *
 * Cells of the =document_vectors= stage are compared, in any combination of settings. Of each
 * document the stage measures, for its vector and for its selection, the relative drift
 * ‖/x_T/ − /x_0/‖ / ‖/x_0/‖, the cosine of start and end, the share of coordinates whose sign
 * (−, 0, +) is another, and the straightness, the distance from start to end as a share of the
 * path walked; and it takes the gradient apart on its way to the vectors. Tests are of the vectors'
 * shift ‖/K_T/ − /K_0/‖ / √/k/, since the relative drift of /k/ = 2 normal numbers has no variance:
 * a few that start short outweigh all others. A claim is tested on a contrast, a weighted sum of
 * conditions that differ in one setting alone, by document and seed, over the documents and
 * seeds that all of them have; vectors start alike in all cells of one seed and /k/. Declared:
 * a shift is /small/ below 0.10, /almost none/ below 0.05, signs flip /hardly ever/
 * below a share of 0.05, a path is /smooth/ above a straightness of 0.5, tanh and ReLU are /alike/
 * within 0.05, a gain below 0.01 is none. Claims about drift as such are asked of the published
 * DocRep: linear selection, /W_lm/, squared forgetting loss, other documents' vectors. Numbers of
 * documents are compared at equal steps an epoch, since AdamW moves a vector by the step. Intervals
 * are 95 % bootstraps over documents and seeds, tests sign flips of documents, corrected by
 * Holm within the six claims and within the parts of each.
 *
 * : representation_drift --report verdicts --out representation_drift.csv vectors/a.safetensors ...
 */
#include "drift_table.h"
#include "drift_verdict.h"
#include "stage.h"

#include <inttypes.h>
#include <string.h>

/* The bounds, declared once; TEXT puts them into the rules. */
#define SMALL 0.10
#define NONE 0.05
#define RARE 0.05
#define ALIKE 0.05
#define STRAIGHT 0.5
#define WORTH 0.01
#define QUOTE(number) #number
#define TEXT(number) QUOTE(number)
#define LOW(bound) "supported when it is below " TEXT(bound)
#define HIGH "supported when it is above 0"
#define NONE_WORTH "contradicted when by less than " TEXT(WORTH)
#define GAIN HIGH ", " NONE_WORTH
#define DRIFT "shift of the vectors"
#define FLIPS "share of flipped signs"
#define ADDED "shift that the forgetting loss adds, mlp less linear"
#define COUPLED "shift, gradient into the other's vector less none"

#define FORGETS (DRIFT_FORGETS | DRIFT_LINEAR)
#define COUPLES (DRIFT_FORGETS | DRIFT_OTHER)

static const DriftComparison itself = {{{.weight = 1}}, NULL};
static const DriftComparison relu = {{{.change = DRIFT_TO_RELU, .weight = 1}, {.weight = -1}},
                                     NULL};
static const DriftComparison compact = {{{.weight = 1}, {.dimension = DRIFT_EXTREME, .weight = -1}},
                                        NULL};
static const DriftComparison batches = {{{.weight = 1}, {.documents = DRIFT_EXTREME, .weight = -1}},
                                        NULL};
static const DriftComparison documents = {{{0}}, drift_doublings},
                             share = {{{0}}, drift_doublings_of_share};
static const DriftComparison mlp = {{{.change = DRIFT_TO_MLP, .weight = 1}, {.weight = -1}}, NULL};
static const DriftComparison added = {{{.change = DRIFT_TO_MLP, .weight = 1},
                                       {.change = DRIFT_TO_MLP | DRIFT_TO_NO_LOSS, .weight = -1},
                                       {.weight = -1},
                                       {.change = DRIFT_TO_NO_LOSS, .weight = 1}},
                                      NULL};
static const DriftComparison coupled = {
    {{.weight = 1}, {.change = DRIFT_TO_DETACHED, .weight = -1}}, NULL};
static const DriftComparison other = {{{.weight = 1}, {.change = DRIFT_TO_RANDOM, .weight = -1}},
                                      NULL};

/* Every claim, and after it its parts. */
static const DriftQuestion questions[] = {
    {"C1", "", DRIFT,
     "supported when it is small with tanh and with ReLU, the two are alike, and W_up moves "
     "further",
     DRIFT_BELOW, SMALL, DRIFT_WHOLE, 0, &itself, DRIFT_SHIFT, true},
    {"C1", "tanh", DRIFT, LOW(SMALL), DRIFT_BELOW, SMALL, DRIFT_WHOLE, DRIFT_TANH, &itself,
     DRIFT_SHIFT, true},
    {"C1", "relu", DRIFT, LOW(SMALL), DRIFT_BELOW, SMALL, DRIFT_WHOLE, DRIFT_RELU, &itself,
     DRIFT_SHIFT, true},
    {"C1", "relu less tanh", DRIFT, "supported when it is within " TEXT(ALIKE), DRIFT_WITHIN, ALIKE,
     DRIFT_WHOLE, DRIFT_TANH, &relu, DRIFT_SHIFT, true},
    {"C1", "less that of W_up", DRIFT, LOW(0), DRIFT_BELOW, 0, DRIFT_WHOLE, 0, &itself,
     DRIFT_SHIFT_LESS_UP, true},
    {"C2", "", DRIFT ", smallest k less largest",
     "supported when compact vectors drift further, visibly, smoothly, and the further the more "
     "documents and the smaller k / documents",
     DRIFT_ABOVE, 0, DRIFT_COMPACT, 0, &compact, DRIFT_SHIFT, true},
    {"C2", "documents", DRIFT " at the smallest k, by doubling of documents", HIGH, DRIFT_ABOVE, 0,
     DRIFT_COMPACT, 0, &documents, DRIFT_SHIFT, true},
    {"C2", "documents, equal batch", DRIFT " at the smallest k, more documents less fewest", HIGH,
     DRIFT_ABOVE, 0, DRIFT_COMPACT_ANY_STEPS, 0, &batches, DRIFT_SHIFT, false},
    {"C2", "documents, all k", DRIFT ", by doubling of documents", HIGH, DRIFT_ABOVE, 0, DRIFT_ALL,
     0, &documents, DRIFT_SHIFT, false},
    {"C2", "k / documents", DRIFT ", by doubling of k / documents", LOW(0), DRIFT_BELOW, 0,
     DRIFT_ALL, 0, &share, DRIFT_SHIFT, true},
    {"C2", "visible", DRIFT " at the smallest k and most documents, less " TEXT(SMALL), HIGH,
     DRIFT_ABOVE, SMALL, DRIFT_DENSE, 0, &itself, DRIFT_SHIFT, true},
    {"C2", "smooth", "straightness at the smallest k and most documents, less " TEXT(STRAIGHT),
     HIGH, DRIFT_ABOVE, STRAIGHT, DRIFT_DENSE, 0, &itself, DRIFT_VECTOR_STRAIGHTNESS, true},
    {"C3", "", DRIFT ", fewest documents and largest k", LOW(NONE), DRIFT_BELOW, NONE, DRIFT_SPARSE,
     0, &itself, DRIFT_SHIFT, false},
    {"C4", "", FLIPS " of the vectors",
     "supported when it is below " TEXT(RARE) " with tanh and with ReLU", DRIFT_BELOW, RARE,
     DRIFT_WHOLE, 0, &itself, DRIFT_VECTOR_FLIPPED, true},
    {"C4", "vectors, tanh", FLIPS, LOW(RARE), DRIFT_BELOW, RARE, DRIFT_WHOLE, DRIFT_TANH, &itself,
     DRIFT_VECTOR_FLIPPED, true},
    {"C4", "vectors, relu", FLIPS, LOW(RARE), DRIFT_BELOW, RARE, DRIFT_WHOLE, DRIFT_RELU, &itself,
     DRIFT_VECTOR_FLIPPED, true},
    {"C4", "selections, tanh", FLIPS, LOW(RARE), DRIFT_BELOW, RARE, DRIFT_WHOLE, DRIFT_TANH,
     &itself, DRIFT_SELECTION_FLIPPED, false},
    {"C4", "selections, relu", FLIPS, LOW(RARE), DRIFT_BELOW, RARE, DRIFT_WHOLE, DRIFT_RELU,
     &itself, DRIFT_SELECTION_FLIPPED, false},
    {"C5", "", ADDED,
     "supported when the loss moves vectors further under non-linear selection, " NONE_WORTH,
     DRIFT_GAINED, WORTH, DRIFT_ANY, FORGETS, &added, DRIFT_SHIFT, false},
    {"C5", "tanh", ADDED, GAIN, DRIFT_GAINED, WORTH, DRIFT_ANY, FORGETS | DRIFT_TANH, &added,
     DRIFT_SHIFT, false},
    {"C5", "relu", ADDED, GAIN, DRIFT_GAINED, WORTH, DRIFT_ANY, FORGETS | DRIFT_RELU, &added,
     DRIFT_SHIFT, false},
    {"C5", "with the loss", DRIFT ", mlp less linear", GAIN, DRIFT_GAINED, WORTH, DRIFT_ANY,
     FORGETS, &mlp, DRIFT_SHIFT, false},
    {"C6", "", COUPLED,
     "supported when vectors move further where the loss lets them depend on each "
     "other, " NONE_WORTH,
     DRIFT_GAINED, WORTH, DRIFT_ANY, COUPLES, &coupled, DRIFT_SHIFT, false},
    {"C6", "tanh", COUPLED, GAIN, DRIFT_GAINED, WORTH, DRIFT_ANY, COUPLES | DRIFT_TANH, &coupled,
     DRIFT_SHIFT, false},
    {"C6", "relu", COUPLED, GAIN, DRIFT_GAINED, WORTH, DRIFT_ANY, COUPLES | DRIFT_RELU, &coupled,
     DRIFT_SHIFT, false},
    {"C6", "less random negatives", DRIFT ", other documents' vectors less random ones", GAIN,
     DRIFT_GAINED, WORTH, DRIFT_ANY, COUPLES, &other, DRIFT_SHIFT, false},
};

static void write_verdicts(CsvWriter *writer, const DriftGrid *grid, VerdictDraws draws)
{
    Error error;
    VerdictList list;
    verdict_list_begin(&list, "representation_drift", draws);
    if (!drift_verdicts(&list, grid, questions, sizeof questions / sizeof *questions, &error))
        stage_die(&error);
    verdict_list_write(&list, writer);
    verdict_list_free(&list);
}

/* The table of that name; NULL for verdicts. */
static const DriftTable *table_of(const char *report)
{
    for (const DriftTable *table = drift_tables; table->name; table++)
        if (strcmp(table->name, report) == 0)
            return table;
    if (strcmp(report, "verdicts") != 0)
        stage_fail("--report: '%s' is no report; name measures, gradients, losses, selection, "
                   "vectors or verdicts",
                   report);
    return NULL;
}

int main(int argc, char **argv)
{
    const char *path = NULL, *report = NULL;
    int64_t seed = 1, resamples = 2000;
    const Arg args[] = {
        {"report", ARG_TEXT, &report, "measures, gradients, losses, selection, vectors or verdicts",
         true},
        {"out", ARG_OUTPUT, &path, "the CSV to write", true},
        {"seed", ARG_INT, &seed, "of the resampling", false},
        {"resamples", ARG_INT, &resamples, "for intervals and sign flips, 100 to 1000000", false},
        {0},
    };
    DriftGrid grid;
    Error error;
    Out out;
    CsvWriter writer;
    int count;
    stage_begin("representation_drift",
                "how far do document vectors move? Words: files of document_vectors.", args, argc,
                argv);
    const DriftTable *table = table_of(report);
    if (resamples < 100 || resamples > 1000000)
        stage_fail("--resamples: %" PRId64 " is out of range; name 100 to 1000000", resamples);
    VerdictDraws draws = {.resamples = (size_t)resamples, .seed = (uint64_t)seed};
    char **paths = stage_words(&count);
    if (!drift_grid_read(&grid, paths, (size_t)count, &error) || !out_open(&out, path, &error))
        stage_die(&error);
    csvfile_begin(&writer, &out, table ? table->columns : verdict_columns);
    if (!table)
        write_verdicts(&writer, &grid, draws);
    else if (!table->write(&writer, &grid, draws, &error))
        stage_die(&error);
    if (!csvfile_finish(&writer, &error))
        stage_die(&error);
    stage_commit(&out);
    drift_grid_free(&grid);
    return 0;
}
