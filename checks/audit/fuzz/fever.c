/* Fuzz target: FEVER claims with their evidence. */
#include "fever/fever.h"
#include "fever/title.h"
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check_row(const FeverRow *row)
{
    fuzz_check((row->title == NULL) == (row->sentence == -1));
    if (!row->title)
        return;
    char *again = title_nfc(row->title, strlen(row->title));
    fuzz_check(row->sentence >= 0 && row->title[0]);
    fuzz_check(again && strcmp(again, row->title) == 0);
    free(again);
}

/* Adds the claim to the counts kept here. */
static void check_claim(const FeverClaim *claim, FeverCounts *counts)
{
    fuzz_check(claim->text && claim->text[0] && fuzz_is_text(claim->text));
    fuzz_check((int)claim->label >= 0 && claim->label < FEVER_LABELS);
    counts->claims++;
    counts->rows += claim->rows_count;
    for (size_t i = 0; i < claim->rows_count; i++) {
        const FeverRow *row = &claim->rows[i], *last = i ? row - 1 : NULL;
        check_row(row);
        bool next = last && row->set == last->set && row->item == last->item + 1;
        fuzz_check(next || (row->item == 0 && row->set == (last ? last->set + 1 : 0)));
        counts->evidence_sets += row->item == 0;
        counts->several_item_sets += row->item == 1;
    }
}

static void run(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(0, data, size);
    const FeverClaim *claim = NULL;
    FeverCounts counts = {0};
    Error error;
    FeverReader *reader = fever_open(path, &error);
    fuzz_check(reader);
    bool ok;
    while ((ok = fever_next(reader, &claim, &error)) && claim)
        check_claim(claim, &counts);
    FeverCounts found = fever_counts(reader);
    if (ok) {
        counts.pages = found.pages; /* and what no single claim tells */
        counts.repeated_texts = found.repeated_texts;
        counts.contradictory_texts = found.contradictory_texts;
        counts.repeated_sets_claims = found.repeated_sets_claims;
        fuzz_check(memcmp(&counts, &found, sizeof counts) == 0 && found.pages <= found.rows);
        fuzz_accepted("claims", counts.claims);
        fuzz_accepted("rows", counts.rows);
    } else {
        fuzz_refused(&error, path);
    }
    fever_close(reader);
}

const FuzzTarget fuzz_target = {"fever", run, 400000, 400, 50000, 40};
