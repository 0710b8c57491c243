/* controls: could the instrument see at all? From the worst it can do to the best, in one table
 *
 * That storing is not using means nothing unless using would have shown. So beside what memories
 * show stand the commonest label and shuffled labels, which are chance; the pretrained model; a
 * page about something else in its context, which should not help; the page itself in its context,
 * and only its evidence sentences, which is what using could be worth; memories of as many pages
 * that no claim cites, trained for as many steps; the entries of another document; a memory trained
 * on the letters of the very claims that are asked, a cheat that only shows that the path works;
 * and one trained on the letters of training claims. Baselines are trained on the same pages for as
 * many steps: a memory that starts silent, low-rank changes of the block's own MLP and attention
 * with as many trained parameters as the rank allows, and the MLP itself, which has more. With
 * =--known=, the table that the =gates= stage made of the embedded model, stand claims about
 * entities that the model has come to know and about others that it never read, which are claims of
 * their own. Of each: accuracy among three letters, among (a) and (b), the AUC of the letters and
 * of the claims' likelihood, and the loss of pages that were stored and of pages that were not.
 * Means over seeds; 95 % intervals over texts of claims, or pages, and seeds.
 *
 * With =--report claims= it is told claim by claim: how many answers a memory turned right and
 * wrong, against the pretrained model; and whether those are the claims whose evidence it has
 * stored best, by the AUC of how far the loss of the evidence has fallen (=held_out=). There a half
 * means that storing and answering are unrelated; intervals are over pages and seeds.
 *
 * : controls --out controls.csv predictions/a.csv likelihoods/a.csv page_losses/a.csv ... */
#include "base/alloc.h"
#include "run/stage.h"
#include "verdict/control_rows.h"
#include "verdict/known_rows.h"
#include "verdict/turned.h"
#include "verdict/units.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *report = "measures", *known_path, *out_path;
static Draws draws = {.resamples = 2000, .seed = 1};

static const Arg args[] = {
    {"report", ARG_TEXT, &report, "the table [measures, units or claims]", false},
    {"out", ARG_OUTPUT, &out_path, "the CSV to write", true},
    {"known", ARG_INPUT, &known_path, "gates of the model, for what it knows", false},
    DRAWS_ARGS(draws),
    {0},
};

/* The report by claims. */
static int put_claims(char **paths, size_t count)
{
    Turned turned;
    Error error;
    Out out;
    CsvWriter writer;
    if (!turned_read(&turned, paths, count, &error))
        stage_die(&error);
    stage_csv_begin(&writer, &out, out_path, turned_columns);
    turned_write(&turned, &writer, draws);
    stage_csv_commit(&writer, &out);
    turned_free(&turned);
    return 0;
}

int main(int argc, char **argv)
{
    Scores scores;
    PageLosses losses = {0};
    Error error;
    Out out;
    CsvWriter writer;
    int count;
    stage_begin("controls", "from chance to ceiling. Words: predictions, likelihoods and losses.",
                args, argc, argv);
    char **paths = stage_words(&count);
    if (strcmp(report, "claims") == 0)
        return put_claims(paths, (size_t)count);
    char **asked = alloc_zeroed((size_t)count, sizeof *asked);
    size_t asked_count = 0;
    for (int i = 0; i < count; i++)
        if (!page_losses_are(paths[i]))
            asked[asked_count++] = paths[i];
        else if (!page_losses_read(&losses, paths[i], &error))
            stage_die(&error);
    page_losses_sort(&losses);
    if (!scores_read(&scores, asked, asked_count, &error))
        stage_die(&error);
    bool units = strcmp(report, "units") == 0;
    stage_csv_begin(&writer, &out, out_path, units ? units_columns : controls_columns);
    if (units)
        controls_units_write(&scores, &writer);
    else
        controls_write(&scores, &losses, &writer, draws);
    if (!units && known_path && !known_rows_write(known_path, &writer, &error))
        stage_die(&error);
    stage_csv_commit(&writer, &out);
    scores_free(&scores);
    page_losses_free(&losses);
    free(asked);
    return 0;
}
