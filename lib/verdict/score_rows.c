/* Scores beside accuracy: reading the files of all cells. */
#include "verdict/score_rows.h"

#include "base/alloc.h"
#include "base/vmath.h"
#include "verdict/prediction_rows.h"

#include <float.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The reading of one file: what to do with its rows. */
typedef enum { LIST_CLAIMS, TAKE_LOSSES, TAKE_LETTERS } Pass;

typedef struct {
    Scores *scores;
    Pass pass;
    bool likelihood, any; /* what the file's header says; whether claims are listed */
    LikelihoodRow first;  /* of the cell and epoch that list them */
    ScoredCell *last;     /* found for the row before */
    size_t claims_capacity;
} Reader;

static int by_id(const void *a, const void *b)
{
    const ScoredClaim *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_cell(const void *a, const void *b)
{
    const ScoredCell *x = a, *y = b;
    int order = condition_compare(&x->condition, &y->condition);
    if (order == 0)
        order = (x->epoch > y->epoch) - (x->epoch < y->epoch);
    return order ? order : (x->seed > y->seed) - (x->seed < y->seed);
}

static const ScoredClaim *find_claim(const Scores *scores, int64_t id)
{
    const ScoredClaim wanted = {.id = id};
    return scores->claims_count == 0
               ? NULL
               : bsearch(&wanted, scores->claims, scores->claims_count, sizeof wanted, by_id);
}

/* The cell of these, made where there is none; its losses and letters are unset. */
static ScoredCell *find_cell(Reader *reader, const Condition *condition, int64_t seed,
                             int64_t epoch)
{
    Scores *scores = reader->scores;
    const ScoredCell wanted = {.condition = *condition, .seed = seed, .epoch = epoch};
    if (reader->last && by_cell(reader->last, &wanted) == 0)
        return reader->last;
    for (size_t i = 0; i < scores->count; i++)
        if (by_cell(&scores->cells[i], &wanted) == 0)
            return reader->last = &scores->cells[i];
    scores->cells =
        alloc_grow(scores->cells, &scores->capacity, scores->count + 1, sizeof *scores->cells);
    ScoredCell *cell = reader->last = &scores->cells[scores->count++];
    *cell = wanted;
    cell->nll = alloc_zeroed(scores->claims_count, sizeof *cell->nll);
    cell->without = alloc_zeroed(scores->claims_count, sizeof *cell->without);
    for (size_t i = 0; i < scores->claims_count; i++)
        cell->nll[i] = -1; /* not told */
    return cell;
}

static bool list_claim(Reader *reader, const LikelihoodRow *read)
{
    Scores *scores = reader->scores;
    if (read->epoch < 0) /* asked behind a context, whose page may be of another half */
        return true;
    if (!reader->any)
        reader->first = *read;
    reader->any = true;
    if (condition_compare(&read->condition, &reader->first.condition) != 0 ||
        read->seed != reader->first.seed || read->epoch != reader->first.epoch)
        return true;
    scores->claims = alloc_grow(scores->claims, &reader->claims_capacity, scores->claims_count + 1,
                                sizeof *scores->claims);
    scores->claims[scores->claims_count++] = (ScoredClaim){
        .id = read->claim, .same = read->same, .label = read->label, .half = read->half};
    return true;
}

static bool take_losses(Reader *reader, const LikelihoodRow *read, const CsvRow *row, Error *error)
{
    const ScoredClaim *claim = find_claim(reader->scores, read->claim);
    if (!claim || claim->label != read->label || claim->same != read->same ||
        (read->epoch >= 0 && claim->half != read->half) || read->nll < 0)
        return fail(error,
                    "%s:%zu: claim %" PRId64 " is another claim elsewhere or unknown there; ask "
                    "all cells from one encoded file",
                    row->path, row->line, read->claim);
    if (read->epoch == 0) /* as without a memory */
        return true;
    ScoredCell *cell = find_cell(reader, &read->condition, read->seed, read->epoch);
    size_t place = (size_t)(claim - reader->scores->claims);
    if (cell->nll[place] >= 0)
        return fail(error,
                    "%s:%zu: claim %" PRId64 " stands there twice for one cell and epoch; give "
                    "each file once",
                    row->path, row->line, read->claim);
    cell->nll[place] = read->nll;
    cell->without[place] = read->without;
    cell->told++;
    return true;
}

/* The pretrained model, as the tables of the other questions name it. */
static const Condition pretrained = {.allocation = "pretrained", .layer = -1};

static bool take_letters(Reader *reader, const PredictionRow *read, const CsvRow *row, Error *error)
{
    Scores *scores = reader->scores;
    if (!read->prompt.main)
        return true;
    const ScoredClaim *claim = find_claim(scores, read->prompt.claim);
    if (!claim || claim->label != read->prompt.label)
        return fail(error,
                    "%s:%zu: claim %" PRId64 " is another claim in the likelihood files or "
                    "unknown there; ask all cells from one encoded file",
                    row->path, row->line, read->prompt.claim);
    bool bare = read->epoch == 0;
    ScoredCell *cell = find_cell(reader, bare ? &pretrained : &read->condition,
                                 bare ? -1 : read->seed, read->epoch);
    size_t place = (size_t)(claim - scores->claims);
    if (!cell->letters) {
        cell->letters = alloc_zeroed(scores->claims_count, 3 * sizeof *cell->letters);
        for (size_t i = 0; i < 3 * scores->claims_count; i++)
            cell->letters[i] = 1; /* not told */
    }
    double *letters = cell->letters + 3 * place;
    if (letters[0] <= 0)
        return bare || fail(error,
                            "%s:%zu: claim %" PRId64 " is answered twice in one cell and epoch; "
                            "give each file once",
                            row->path, row->line, read->prompt.claim);
    for (int x = 0; x < 3; x++)
        letters[x] = vm_log(read->probability[x] > DBL_MIN ? read->probability[x] : DBL_MIN);
    cell->told_letters++;
    return true;
}

/* The header says what kind of file it is; rows of another kind than the pass is for are skipped.
 */
static bool take_row(void *user, const CsvRow *row, Error *error)
{
    Reader *reader = user;
    if (row->header) {
        size_t i = 0;
        while (i < row->count && likelihood_columns[i] &&
               strcmp(row->fields[i], likelihood_columns[i]) == 0)
            i++;
        reader->likelihood = i == row->count && !likelihood_columns[i];
        return true;
    }
    if (!reader->likelihood || reader->pass == TAKE_LETTERS)
        return true;
    LikelihoodRow read;
    if (!likelihood_row_read(&read, row, error))
        return false;
    return reader->pass == LIST_CLAIMS ? list_claim(reader, &read)
                                       : take_losses(reader, &read, row, error);
}

static bool take_prediction(void *user, const CsvRow *row, Error *error)
{
    PredictionRow read;
    return prediction_row_read(&read, row, error) && take_letters(user, &read, row, error);
}

/* Numbers the claims' texts, the claims sorted. */
static bool number_units(Scores *scores, const char *path, Error *error)
{
    qsort(scores->claims, scores->claims_count, sizeof *scores->claims, by_id);
    for (size_t i = 0; i < scores->claims_count; i++) {
        ScoredClaim *claim = &scores->claims[i];
        const ScoredClaim *first = find_claim(scores, claim->same);
        if ((i > 0 && claim->id == claim[-1].id) || !first || first->same != first->id)
            return fail(error,
                        "%s: claim %" PRId64
                        " stands there twice, or has the text of no claim; run "
                        "the likelihood stage again",
                        path, claim->id);
        if (first == claim)
            claim->unit = scores->units++;
    }
    for (size_t i = 0; i < scores->claims_count; i++)
        scores->claims[i].unit = find_claim(scores, scores->claims[i].same)->unit;
    return true;
}

static bool check_complete(const Scores *scores, const char *path, Error *error)
{
    char text[CONDITION_TEXT];
    for (size_t i = 0; i < scores->count; i++) {
        const ScoredCell *cell = &scores->cells[i];
        bool bare = condition_compare(&cell->condition, &pretrained) == 0;
        if ((cell->told != scores->claims_count && (cell->told > 0 || !cell->letters)) ||
            (cell->letters && cell->told_letters != scores->claims_count))
            return fail(error,
                        "%s: among these files, %s, seed %" PRId64 ", epoch %" PRId64
                        " was not asked about every claim; ask it again",
                        path,
                        bare ? "the pretrained model" : condition_text(&cell->condition, text),
                        cell->seed, cell->epoch);
    }
    return true;
}

/* The pretrained model's losses, as the first trained cell tells them; false where there is none.
 */
static bool add_pretrained(Reader *reader)
{
    Scores *scores = reader->scores;
    size_t trained = 0;
    while (trained < scores->count && scores->cells[trained].epoch <= 0)
        trained++;
    if (trained == scores->count)
        return false;
    ScoredCell *cell = find_cell(reader, &pretrained, -1, 0);
    const double *from = scores->cells[trained].without;
    memcpy(cell->nll, from, scores->claims_count * sizeof *from);
    memcpy(cell->without, from, scores->claims_count * sizeof *from);
    cell->told = scores->claims_count;
    return true;
}

static bool read_all(Reader *reader, char *const *paths, size_t count, Error *error)
{
    bool *likelihood = alloc_zeroed(count, sizeof *likelihood), ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        reader->pass = reader->scores->claims_count ? TAKE_LETTERS : LIST_CLAIMS;
        ok = csvfile_read(paths[i], NULL, take_row, reader, error);
        likelihood[i] = reader->likelihood;
    }
    ok = ok && (reader->any || fail(error,
                                    "%s: no file of the likelihood stage is among those "
                                    "named; name one of each cell",
                                    count ? paths[0] : "the words"));
    ok = ok && number_units(reader->scores, paths[0], error);
    reader->pass = TAKE_LOSSES;
    for (size_t i = 0; ok && i < count; i++)
        ok = !likelihood[i] || csvfile_read(paths[i], NULL, take_row, reader, error);
    ok = ok && (add_pretrained(reader) ||
                fail(error, "%s: tells of no epoch after 0; ask a trained state of the memory",
                     paths[0]));
    for (size_t i = 0; ok && i < count; i++)
        ok = likelihood[i] ||
             csvfile_read(paths[i], prediction_columns, take_prediction, reader, error);
    free(likelihood);
    return ok && check_complete(reader->scores, paths[0], error);
}

bool scores_read(Scores *scores, char *const *paths, size_t count, Error *error)
{
    *scores = (Scores){0};
    Reader reader = {.scores = scores};
    bool ok = read_all(&reader, paths, count, error);
    if (ok)
        qsort(scores->cells, scores->count, sizeof *scores->cells, by_cell);
    else
        scores_free(scores);
    return ok;
}

void scores_free(Scores *scores)
{
    for (size_t i = 0; i < scores->count; i++)
        free(scores->cells[i].nll), free(scores->cells[i].without), free(scores->cells[i].letters);
    free(scores->claims), free(scores->cells);
    *scores = (Scores){0};
}
