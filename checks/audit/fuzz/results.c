/* Fuzz target: docmem's own results: encoded corpus, memories, vectors, interventions. */
#include "docrep/docrep_cell.h"
#include "docrep/interventions.h"
#include "fever/encoded.h"
#include "memory/cell.h"
#include "tensors.h"

#include <math.h>

static bool holds(const uint8_t *data, size_t size, const char *name)
{
    return memmem(data, size, name, strlen(name)) != NULL;
}

static bool run_encoded(const char *path, Error *error)
{
    Encoded encoded;
    uint64_t sum = 0;
    if (!encoded_open(&encoded, path, error))
        return false;
    for (size_t i = 0; i < encoded_total(&encoded); i++) {
        EncodedText text = encoded_any(&encoded, i);
        fuzz_check(text.length > text.siblings && text.length <= encoded.longest);
        for (size_t t = 0; t < text.length; t++) {
            int32_t id = encoded_id(&encoded, &text, t);
            fuzz_check(id >= 0 && id <= encoded.largest_id);
            sum += (uint64_t)id;
        }
        fuzz_check(text.first_row + text.length <= encoded.rows);
    }
    for (size_t i = 0; i < encoded.count[TEXT_PROMPT]; i++)
        fuzz_check((size_t)encoded.prompt_document[i] < encoded.count[TEXT_DOCUMENT]);
    for (size_t i = 0; i < encoded.count[TEXT_CLAIM]; i++)
        fuzz_check(encoded.main[encoded.claim_prompt[i]] == 1 &&
                   (size_t)encoded.claim_same[i] <= i);
    for (size_t i = 0; i < encoded.count[TEXT_DOCUMENT]; i++)
        fuzz_check(encoded.half[i] == 0 || encoded.half[i] == 1);
    fuzz_accepted("ids", sum);
    encoded_close(&encoded);
    return true;
}

static bool run_cell(const char *path, Error *error)
{
    Cell cell;
    if (!cell_read(&cell, path, error))
        return false;
    fuzz_check(cell.states >= 1 && cell.epoch[0] == 0 && cell.target && cell.target[0]);
    for (size_t i = 1; i < cell.states; i++) {
        Memory memory;
        cell_memory(&cell, i, &memory);
        fuzz_check(memory.count == cell_parameters(&cell));
        memory_free(&memory);
    }
    double shared = cell_shared(&cell);
    fuzz_check(shared >= 0 && shared <= 1);
    fuzz_accepted("states", cell.states);
    fuzz_accepted("documents", cell.documents);
    cell_free(&cell);
    return true;
}

static bool run_vectors(const char *path, Error *error)
{
    DocRepCell cell;
    if (!docrep_cell_read(&cell, path, error))
        return false;
    size_t last = cell.settings.epochs * cell.settings.documents * cell.settings.dimension;
    fuzz_check(isfinite(cell.vectors[last]) && cell.epoch[0] == 0);
    fuzz_accepted("entries", cell.settings.entries);
    docrep_cell_free(&cell);
    return true;
}

static bool run_interventions(const char *path, Error *error)
{
    Interventions all;
    if (!interventions_read(&all, path, error))
        return false;
    for (size_t c = 0; c < all.contexts; c++)
        fuzz_check((size_t)all.context[c] < all.documents);
    fuzz_check(all.words.count > 0 &&
               utf8_valid(all.words.text.bytes, all.words.text.length) == all.words.text.length);
    fuzz_accepted("words", all.words.count);
    interventions_free(&all);
    return true;
}

static void run(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(0, data, size);
    Error error;
    bool ok = holds(data, size, "document.offset") ? run_encoded(path, &error)
              : holds(data, size, "drift")         ? run_vectors(path, &error)
              : holds(data, size, "word.id")       ? run_interventions(path, &error)
                                                   : run_cell(path, &error);
    if (!ok)
        fuzz_refused(&error, path);
}

const FuzzTarget fuzz_target = {"results", run, 200000, 400, 50000, 40};
