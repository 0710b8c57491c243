/* Claims go in rounds of a bounded number of rows: from the prefix through the blocks above the
 * memory or, without a prefix, from their embeddings through all blocks. */
#include "memory/claim_likelihood.h"

#include "base/alloc.h"
#include "memory/pack.h"
#include "memory/stack.h"
#include "model/head.h"

#include <stdlib.h>
#include <string.h>

/* One round of claims on its way. */
typedef struct {
    const Speaker *speaker;
    Stack upper; /* the blocks above the memory */
    Batch batch;
    float *packed, *mask; /* (rows,d) (rows,m), mask NULL where nothing is masked */
    int32_t *target;      /* (rows) */
    double *nll;          /* (rows) */
    size_t capacity;      /* rows of each */
} Round;

static void free_rows(Round *round)
{
    free(round->packed), free(round->mask), free(round->target), free(round->nll);
}

static void fit(Round *round, size_t rows)
{
    const Speaker *speaker = round->speaker;
    if (rows <= round->capacity)
        return;
    free_rows(round);
    round->capacity = rows;
    round->packed = alloc_scratch(rows, speaker->model->config.width * sizeof *round->packed);
    round->target = alloc_scratch(rows, sizeof *round->target);
    round->nll = alloc_scratch(rows, sizeof *round->nll);
    round->mask = speaker->memory && allocation_masks(speaker->allocation)
                      ? alloc_scratch(rows, speaker->allocation->entries * sizeof *round->mask)
                      : NULL;
}

/* packed = the embeddings of the batch's texts, which have no rows of a prefix. */
static void embed(Round *round, const MemoryText *const *texts, size_t count)
{
    const Batch *batch = &round->batch;
    int32_t *ids = alloc_zeroed(batch->rows, sizeof *ids);
    for (size_t i = 0; i < count; i++)
        memcpy(ids + batch->sequences[i].start, texts[i]->ids, texts[i]->length * sizeof *ids);
    model_embed(round->speaker->model, round->packed, ids, batch);
    free(ids);
}

/* nll (count) of some claims, carried together; a text's `answer` is where its own tokens start. */
static void run_round(Round *round, const MemoryText *const *texts, size_t count, double *nll)
{
    const Speaker *speaker = round->speaker;
    Batch *batch = &round->batch;
    pack_lay(batch, texts, count, count);
    fit(round, batch->rows);
    for (size_t i = 0; round->mask && i < count; i++)
        allocation_pack(speaker->allocation, batch, i, texts[i]->document, texts[i]->ids,
                        round->mask);
    pack_fill(batch, texts, count, speaker->model->config.width, round->packed, round->target);
    if (!texts[0]->h)
        embed(round, texts, count);
    const float *h = stack_forward(&round->upper, batch, round->packed, round->mask);
    head_loss(speaker->model, NULL, h, round->target, NULL, batch->rows, round->nll, NULL);
    for (size_t i = 0; i < count; i++) {
        const double *row = round->nll + batch->sequences[i].start;
        nll[i] = 0;
        for (size_t t = texts[i]->answer - 1; t < texts[i]->length; t++)
            nll[i] += row[t];
    }
}

void likelihood_claims(const Speaker *speaker, const Encoded *encoded, const float *rows,
                       double *nll)
{
    size_t count = encoded->count[TEXT_CLAIM], d = speaker->model->config.width;
    MemoryText *texts = alloc_zeroed(count, sizeof *texts);
    const MemoryText **all = alloc_zeroed(count, sizeof *all);
    Round round = {.speaker = speaker};
    for (size_t i = 0; i < count; i++) {
        EncodedText text = encoded_text(encoded, TEXT_CLAIM, i);
        size_t page = (size_t)encoded->prompt_document[encoded->claim_prompt[i]];
        texts[i] =
            (MemoryText){.ids = text.ids,
                         .h = rows ? rows + text.first_row * d : NULL,
                         .length = text.length,
                         .answer = encoded->claim_start ? (size_t)encoded->claim_start[i] : 1,
                         .document = page};
        all[i] = &texts[i];
    }
    stack_begin(&round.upper, speaker->model, speaker->memory, speaker->layer,
                rows ? speaker_first(speaker) : 0, false);
    for (size_t first = 0, next; first < count; first = next) {
        next = pack_round(all, first, count);
        run_round(&round, all + first, next - first, nll + first);
    }
    stack_free(&round.upper);
    batch_free(&round.batch);
    free_rows(&round);
    free(texts), free(all);
}
