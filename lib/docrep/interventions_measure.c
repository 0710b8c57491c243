/* An entry's effect is the difference of two passes over the contexts' texts: with the entry as it
 * is set, and with it at 0. What predicts the effect has seen only other texts. */
#include "docrep/interventions_measure.h"

#include "base/alloc.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

/* which (C) = the first C of `order`, sorted. */
static void take(const Interventions *all, const uint32_t *order, int64_t *which)
{
    size_t n = 0;
    bool *taken = alloc_zeroed(all->documents, sizeof *taken);
    for (size_t c = 0; c < all->contexts; c++)
        taken[order[c]] = true;
    for (size_t i = 0; i < all->documents; i++)
        if (taken[i])
            which[n++] = (int64_t)i;
    free(taken);
}

void interventions_draw(Interventions *all, uint64_t seed)
{
    uint32_t *order = alloc_zeroed(all->documents, sizeof *order);
    Rng rng = rng_stream("contexts", seed, 0);
    for (size_t i = 0; i < all->documents; i++)
        order[i] = (uint32_t)i;
    rng_shuffle(&rng, order, all->documents);
    take(all, order, all->context);
    take(all, order + all->contexts, all->held);
    free(order);
}

void interventions_predict(Interventions *all, Stance *held)
{
    const Words *words = &all->words;
    StanceMeans own;
    stance_short(held->model, held->memory, words->ids, words->count, all->narrow);
    stance_means_make(&own, held);
    stance_pass(held, &own);
    stance_activation(held, all->activation);
    for (size_t j = 0; j < all->entries; j++)
        stance_linear(held, j, words->ids, words->count,
                      all->linear + j * all->contexts * words->count);
    stance_means_free(&own);
}

/* Stores pass a less pass b as the effect of setting `set` of entry j. */
static void store(Interventions *all, const Stance *stance, int set, size_t j, const StanceMeans *a,
                  const StanceMeans *b)
{
    const Words *words = &all->words;
    size_t at = interventions_at(all, set, j, 0);
    stance_logits(stance, a, b, words->ids, words->count, all->logit + at * words->count);
    for (size_t c = 0; c < all->contexts; c++)
        all->logsumexp[at + c] = a->logsumexp[c] - b->logsumexp[c];
}

void interventions_entry(Interventions *all, Stance *stance, const StanceMeans *own, size_t j)
{
    const Words *words = &all->words;
    static const float values[] = {-1, 1}; /* SET_MINUS, SET_PLUS */
    StanceMeans zero, set;
    stance_means_make(&zero, stance), stance_means_make(&set, stance);
    stance_set(stance, j, 0);
    stance_pass(stance, &zero);
    for (int i = 0; i < 2; i++) {
        stance_set(stance, j, values[i]);
        stance_pass(stance, &set);
        store(all, stance, i, j, &set, &zero);
    }
    stance_own(stance, j);
    store(all, stance, SET_OWN, j, own, &zero);
    stance_true(stance, j, words->ids, words->count, all->path + j * all->contexts * words->count,
                all->path_sum + j * all->contexts);
    all->removed[j] = stance_removed(stance, j);
    stance_means_free(&zero), stance_means_free(&set);
}

void interventions_pools(Interventions *all, Stance *stance, size_t first)
{
    const Words *words = &all->words;
    size_t C = stance->contexts;
    StanceMeans own, none;
    double *own_next = alloc_zeroed(C, sizeof *own_next),
           *none_next = alloc_zeroed(C, sizeof *none_next);
    stance_means_make(&own, stance), stance_means_make(&none, stance);
    stance_pass(stance, &own);
    stance_next(stance, own_next);
    for (size_t j = 0; j < all->entries; j++)
        stance_set(stance, j, 0);
    stance_pass(stance, &none);
    stance_next(stance, none_next);
    for (size_t j = 0; j < all->entries; j++)
        stance_own(stance, j);
    stance_logits(stance, &own, &none, words->ids, words->count,
                  all->pool_logit + first * words->count);
    for (size_t c = 0; c < C; c++) {
        all->pool_sum[first + c] = own.logsumexp[c] - none.logsumexp[c];
        all->next_logit[first + c] = own.next[c] - none.next[c];
        all->next_log_p[first + c] = own_next[c] - none_next[c];
        all->own_log_p[first + c] = own_next[c];
    }
    stance_means_free(&own), stance_means_free(&none);
    free(own_next), free(none_next);
}
