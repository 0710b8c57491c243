/* layer_choice: which layer should a document memory follow?
 *
 * One unstructured memory is trained after each layer, from several seeds, and every cell is
 * measured at the same saved epochs: the loss on the documents (nats a token, mean over documents)
 * and the answers to the claims. Intervals are 95 % percentile bootstraps over documents or claims
 * and over seeds. Every claim is a contrast, a weighted sum over layers and epochs taken unit by
 * unit: C12, the slope of the loss over the layers at the first saved epoch; C13, accuracy at the
 * last saved epoch less that at the first, over all layers; C14, the last loss of the middle third
 * of the layers less that of the others; C15, last accuracy less the pretrained model's. Units'
 * signs are flipped to test their means over seeds; a single layer's accuracy from a single seed
 * has McNemar's exact test. Holm corrects within the four claims and within the parts of each. A
 * claim is /supported/ or /contradicted/ when the corrected p is below 0.05 and the interval lies
 * on one side of zero, else /undecided/; C15 by counting such layers.
 *
 * : layer_choice --report verdicts --out verdict.csv cells/0-1.safetensors cells/0-1.csv ... */
#include "measures_table.h"
#include "stage.h"
#include "verdict.h"

#include <inttypes.h>
#include <string.h>

/* The claims; the test is VERDICT_SIGN_FLIP where none is named. */
static const Verdict c12 = {.claim = "C12",
                            .expected = -1,
                            .effect_name = "slope of the first loss (nats a token a layer)",
                            .rule = "supported when it is below 0: later layers start lower"};
static const Verdict c13 = {.claim = "C13",
                            .expected = -1,
                            .effect_name = "accuracy, last saved epoch less first",
                            .rule = "supported when accuracy falls with longer training"};
static const Verdict c14 = {.claim = "C14",
                            .expected = -1,
                            .effect_name = "last loss, middle layers less others (nats a token)",
                            .rule = "supported when the middle third of the layers ends lower"};
static const Verdict c15 = {.claim = "C15",
                            .expected = -1,
                            .effect_name = "accuracy less pretrained, mean of layers",
                            .rule =
                                "supported when more than half of the layers lower accuracy and "
                                "one raises it; contradicted when half or more raise it"};

/* The verdicts under way and the contrast of the next one. */
typedef struct {
    VerdictList list;
    GridSum sum;
} Asked;

/* C12: least-squares slope of the first saved epoch's loss over the layers' numbers. */
static void first_slope(Asked *asked)
{
    const Grid *grid = asked->sum.grid;
    double mean = 0, squares = 0;
    for (size_t i = 0; i < grid->layers_count; i++)
        mean += (double)grid->layers[i] / (double)grid->layers_count;
    for (size_t i = 0; i < grid->layers_count; i++)
        squares += ((double)grid->layers[i] - mean) * ((double)grid->layers[i] - mean);
    for (size_t i = 0; i < grid->layers_count; i++)
        *grid_sum_weight(&asked->sum, i, 1) = ((double)grid->layers[i] - mean) / squares;
    verdict_list_add(&asked->list, c12, "", grid_sum_take(&asked->sum, CONTRAST_LOSS));
}

/* C13, C15: last accuracy less that at epoch `base` (0: pretrained), of layers from … end-1. */
static void last_accuracy(Asked *asked, Verdict verdict, size_t base, size_t from, size_t end,
                          const char *part)
{
    double share = 1 / (double)(end - from);
    for (size_t i = from; i < end; i++) {
        *grid_sum_weight(&asked->sum, i, asked->sum.grid->epochs_count - 1) += share;
        *grid_sum_weight(&asked->sum, i, base) -= share;
    }
    verdict_list_add(&asked->list, verdict, part, grid_sum_take(&asked->sum, CONTRAST_CHOICE));
}

/* The same for each layer by itself, a family of its own; the first of them. */
static const Verdict *each_last_accuracy(Asked *asked, Verdict verdict, size_t base)
{
    size_t first = asked->list.count, layers = asked->sum.grid->layers_count;
    for (size_t i = 0; i < layers; i++) {
        char part[32];
        snprintf(part, sizeof part, "layer %" PRId64, asked->sum.grid->layers[i]);
        last_accuracy(asked, verdict, base, i, i + 1, part);
    }
    verdict_settle(asked->list.items + first, layers);
    return asked->list.items + first;
}

/* The first, middle or last third of the layers as bit 0, 1 or 2. */
static unsigned third_of(const Grid *grid, size_t layer)
{
    return 1u << (3 * layer / grid->layers_count);
}

/* C14: last loss of the middle third less that of `others`: bit 0 the first third, 2 the last. */
static void middle_loss(Asked *asked, unsigned others, const char *part)
{
    const Grid *grid = asked->sum.grid;
    double middle = 0, other = 0;
    for (size_t i = 0; i < grid->layers_count; i++) {
        middle += third_of(grid, i) == 2;
        other += (third_of(grid, i) & others) != 0;
    }
    for (size_t i = 0; i < grid->layers_count; i++)
        if (third_of(grid, i) & (others | 2))
            *grid_sum_weight(&asked->sum, i, grid->epochs_count - 1) =
                third_of(grid, i) == 2 ? 1 / middle : -1 / other;
    verdict_list_add(&asked->list, c14, part, grid_sum_take(&asked->sum, CONTRAST_LOSS));
}

/* C15's verdict from those of its layers. */
static void count_layers(Verdict *claim, const Verdict *layers, size_t count)
{
    size_t lower = 0, higher = 0;
    for (size_t i = 0; i < count; i++) {
        lower += layers[i].kind == VERDICT_SUPPORTED;
        higher += layers[i].kind == VERDICT_CONTRADICTED;
    }
    VerdictKind kind = 2 * lower > count && higher > 0 ? VERDICT_SUPPORTED
                       : 2 * higher >= count           ? VERDICT_CONTRADICTED
                                                       : VERDICT_UNDECIDED;
    verdict_from_parts(claim, kind, layers, count);
}

/* The four claims, one family, then the parts of each. */
static void write_verdicts(const Grid *grid, VerdictDraws draws, CsvWriter *writer)
{
    Asked asked;
    verdict_list_begin(&asked.list, "layer_choice", draws);
    grid_sum_begin(&asked.sum, grid);
    first_slope(&asked);
    last_accuracy(&asked, c13, 1, 0, grid->layers_count, "");
    middle_loss(&asked, 5, "");
    last_accuracy(&asked, c15, 0, 0, grid->layers_count, "");
    verdict_settle(asked.list.items, 4);
    each_last_accuracy(&asked, c13, 1);
    middle_loss(&asked, 1, "against the first third");
    middle_loss(&asked, 4, "against the last third");
    verdict_settle(asked.list.items + asked.list.count - 2, 2);
    Verdict layer = c15;
    layer.test = VERDICT_MCNEMAR;
    layer.effect_name = "accuracy less pretrained", layer.rule = "supported when it is below 0";
    const Verdict *layers = each_last_accuracy(&asked, layer, 0);
    count_layers(&asked.list.items[3], layers, grid->layers_count);
    verdict_list_write(&asked.list, writer);
    verdict_list_free(&asked.list);
    grid_sum_free(&asked.sum);
}

/* Reads the grid from the command line's words. */
static void read_grid(Grid *grid, bool verdicts)
{
    Error error;
    int count;
    char **paths = stage_words(&count);
    if (!grid_read(grid, paths, (size_t)count, &error))
        stage_die(&error);
    if (verdicts && (grid->layers_count < 3 || grid->epochs_count < 3))
        stage_fail("%s: verdicts compare three layers and two saved epochs or more, here are "
                   "%zu and %zu; add layers or epochs to the profile",
                   paths[0], grid->layers_count, grid->epochs_count - 1);
}

int main(int argc, char **argv)
{
    const char *path = NULL, *kind = NULL;
    int64_t seed = 1, resamples = 2000;
    const Arg args[] = {
        {"report", ARG_TEXT, &kind, "measures or verdicts", true},
        {"out", ARG_OUTPUT, &path, "the CSV to write", true},
        {"seed", ARG_INT, &seed, "of the resampling", false},
        {"resamples", ARG_INT, &resamples, "for intervals and sign flips, 100 to 1000000", false},
        {0},
    };
    Grid grid;
    Error error;
    Out out;
    CsvWriter writer;
    stage_begin("layer_choice", "which layer should a memory follow? Words: files of all cells.",
                args, argc, argv);
    bool verdicts = strcmp(kind, "verdicts") == 0;
    if (!verdicts && strcmp(kind, "measures") != 0)
        stage_fail("--report: '%s' is no report; name measures or verdicts", kind);
    if (resamples < 100 || resamples > 1000000)
        stage_fail("--resamples: %" PRId64 " is out of range; name 100 to 1000000", resamples);
    VerdictDraws draws = {.resamples = (size_t)resamples, .seed = (uint64_t)seed};
    read_grid(&grid, verdicts);
    if (!out_open(&out, path, &error))
        stage_die(&error);
    csvfile_begin(&writer, &out, verdicts ? verdict_columns : measures_columns);
    if (verdicts)
        write_verdicts(&grid, draws, &writer);
    else
        measures_write(&writer, &grid, draws.resamples, draws.seed);
    if (!csvfile_finish(&writer, &error))
        stage_die(&error);
    stage_commit(&out);
    grid_free(&grid);
    return 0;
}
