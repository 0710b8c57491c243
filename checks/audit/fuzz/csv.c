/* Fuzz target: CSV tables, predictions and likelihoods in particular. */
#include "fuzz.h"
#include "verdict/page_losses.h"
#include "verdict/prediction_rows.h"
#include "verdict/score_rows.h"

#include <stdlib.h>
#include <string.h>

static bool take(void *user, const CsvRow *row, Error *error)
{
    uint64_t *rows = user;
    int64_t whole;
    double real;
    Error inner;
    (void)error;
    ++*rows;
    fuzz_check(row->header == (*rows == 1));
    for (size_t i = 0; i < row->count; i++)
        fuzz_check(fuzz_is_text(row->fields[i]) && fuzz_is_text(row->columns[i]));
    for (size_t i = 0; i < row->count && i < 2; i++) {
        if (!csvfile_int(row, i, &whole, &inner))
            fuzz_refused(&inner, row->path);
        if (!csvfile_real(row, i, &real, &inner))
            fuzz_refused(&inner, row->path);
    }
    return true;
}

static void check_prompts(const AskedPrompts *prompts)
{
    fuzz_check(prompts->count > 0 && prompts->claims_count > 0);
    for (size_t i = 0; i < prompts->count; i++) {
        const AskedPrompt *prompt = &prompts->items[i];
        fuzz_check(i == 0 || prompt->id >= prompts->items[i - 1].id);
        fuzz_check(prompt->claim_index < prompts->claims_count);
        fuzz_check(prompt->label >= 0 && prompt->label <= 2 && prompt->rows >= 1);
    }
}

static void check_scores(const Scores *scores)
{
    fuzz_check(scores->claims_count > 0 && scores->units > 0 && scores->count > 0);
    for (size_t i = 0; i < scores->claims_count; i++) {
        const ScoredClaim *claim = &scores->claims[i];
        fuzz_check(i == 0 || claim->id > claim[-1].id);
        fuzz_check(claim->unit < scores->units && claim->label >= 0 && claim->label <= 2);
    }
    for (size_t i = 0; i < scores->count; i++)
        fuzz_check(scores->cells[i].told == scores->claims_count);
}

static void run(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(0, data, size);
    AskedPrompts prompts;
    uint64_t rows = 0;
    Error error;
    if (csvfile_read(path, NULL, take, &rows, &error))
        fuzz_accepted("rows", rows);
    else
        fuzz_refused(&error, path);
    if (asked_prompts_read(&prompts, path, &error)) {
        fuzz_accepted("prompts", prompts.count);
        check_prompts(&prompts);
    } else {
        fuzz_refused(&error, path);
    }
    free(prompts.items);
    PageLosses losses = {0};
    if (page_losses_read(&losses, path, &error)) {
        fuzz_accepted("losses", losses.count);
        fuzz_check(page_losses_are(path) || losses.count == 0);
        page_losses_sort(&losses);
    } else {
        fuzz_refused(&error, path);
    }
    page_losses_free(&losses);
    Scores scores;
    if (scores_read(&scores, (char *[]){(char *)path}, 1, &error)) {
        fuzz_accepted("claims", scores.claims_count);
        check_scores(&scores);
        scores_free(&scores);
    } else {
        fuzz_refused(&error, path);
    }
}

const FuzzTarget fuzz_target = {"csv", run, 400000, 400, 50000, 40};
