/* The corpus of a plan: the texts of an encoded one, or a guess. */
#include "plan/plan_grid.h"

#include "base/alloc.h"

#include <stdlib.h>

bool plan_corpus_read(PlanCorpus *corpus, const char *path, Error *error)
{
    Encoded encoded;
    if (!encoded_open(&encoded, path, error))
        return false;
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        corpus->count[kind] = encoded.count[kind];
        corpus->length[kind] = alloc_zeroed(encoded.count[kind], sizeof **corpus->length);
        for (size_t i = 0; i < encoded.count[kind]; i++)
            corpus->length[kind][i] = encoded_text(&encoded, (TextKind)kind, i).length;
    }
    encoded_close(&encoded);
    return true;
}

void plan_corpus_guess(PlanCorpus *corpus, const size_t count[TEXT_KINDS],
                       const size_t length[TEXT_KINDS])
{
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        corpus->count[kind] = count[kind];
        corpus->length[kind] = alloc_zeroed(count[kind], sizeof **corpus->length);
        for (size_t i = 0; i < count[kind]; i++)
            corpus->length[kind][i] = length[kind];
    }
}

void plan_corpus_free(PlanCorpus *corpus)
{
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        free(corpus->length[kind]);
    *corpus = (PlanCorpus){0};
}

CostTexts plan_texts(const PlanCorpus *corpus, TextKind kind, size_t count, size_t tokens)
{
    CostTexts sum = {0};
    size_t all = corpus->count[kind];
    for (size_t i = 0; i < (count && count < all ? count : all); i++) {
        size_t whole = corpus->length[kind][i];
        double n = (double)(tokens && whole > tokens ? tokens : whole);
        sum = cost_sum(sum, (CostTexts){1, n, n * n, n});
    }
    return sum;
}
