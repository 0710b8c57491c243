/* Interventions with planted signs, written as files, for the checks of memory_sign. */
#ifndef DOCMEM_SIGN_FILES_H
#define DOCMEM_SIGN_FILES_H
#include "base/alloc.h"
#include "base/rng.h"
#include "docrep/interventions.h"

#include <string.h>

#include "check.h" /* last: cmocka has a macro called fail */

enum { SIGN_CONTEXTS = 8, SIGN_DOCUMENTS = 18, SIGN_ENTRIES = 9, SIGN_WORDS = 30 };

/* What is planted: each (entry, word) has a stance of ±1, up to ±2 for words 0 to 9; every effect
 * is s × stance × 0.1 plus `both` on log p at s = ±1 (by log Σ exp), the short lens is right in
 * `right` of ten words, the entries are removed bit for bit, and pools raise the first `own` of
 * the document's ten words most. */
typedef struct {
    double both;
    int right, own;
} SignPlan;

static inline double planted_stance(size_t j, size_t w)
{
    Rng rng = rng_stream("planted stance", 0, j * SIGN_WORDS + w);
    double size = w < 10 ? 1.5 + 0.5 * rng_uniform(&rng) : 1;
    return (j + w) % 2 ? size : -size;
}

static inline bool planted_word(size_t i, size_t w)
{
    return (w + 2 * SIGN_WORDS - 3 * i) % SIGN_WORDS < 10;
}

static inline Words planted_words(void)
{
    Words words = {.count = SIGN_WORDS};
    words.ids = alloc_zeroed(SIGN_WORDS, sizeof *words.ids);
    words.offset = alloc_zeroed(SIGN_WORDS + 1, sizeof *words.offset);
    for (size_t w = 0; w < SIGN_WORDS; w++) {
        char text[16];
        int length = snprintf(text, sizeof text, "w%zu", w);
        text_append(&words.text, text, (size_t)length);
        words.ids[w] = (int32_t)(5 + 2 * w);
        words.offset[w + 1] = words.text.length;
    }
    return words;
}

static inline void plant_entries(Interventions *all, const SignPlan *plan)
{
    Rng rng = rng_stream("planted noise", all->seed, all->phi);
    static const double values[] = {-1, 1};
    for (size_t j = 0; j < SIGN_ENTRIES; j++)
        for (size_t c = 0; c < SIGN_CONTEXTS; c++) {
            double own = (double)all->selection[(size_t)all->context[c] * SIGN_ENTRIES + j];
            for (int set = 0; set < SETS; set++) {
                double s = set == SET_OWN ? own : values[set];
                size_t at = interventions_at(all, set, j, c);
                all->logsumexp[at] = set == SET_OWN ? 0 : -plan->both;
                for (size_t w = 0; w < SIGN_WORDS; w++)
                    all->logit[at * SIGN_WORDS + w] =
                        (float)(s * 0.1 * planted_stance(j, w) + 0.002 * rng_normal(&rng));
            }
            for (size_t w = 0; w < SIGN_WORDS; w++) {
                all->path[(j * SIGN_CONTEXTS + c) * SIGN_WORDS + w] =
                    all->linear[(j * SIGN_CONTEXTS + c) * SIGN_WORDS + w] =
                        (float)(0.1 * planted_stance(j, w));
                all->narrow[j * SIGN_WORDS + w] =
                    (float)(((int)(w % 10) < plan->right ? 1 : -1) * planted_stance(j, w));
            }
            all->activation[c * SIGN_ENTRIES + j] = 0.5f;
        }
    memset(all->removed, 1, SIGN_ENTRIES);
}

static inline void plant_pools(Interventions *all, const SignPlan *plan)
{
    Rng rng = rng_stream("planted pools", all->seed, all->phi);
    for (size_t i = 0; i < SIGN_DOCUMENTS; i++) {
        for (size_t w = 0; w < SIGN_WORDS; w++) {
            size_t at = i * SIGN_WORDS + w, place = (w + 2 * SIGN_WORDS - 3 * i) % SIGN_WORDS;
            all->contains[at] = planted_word(i, w);
            all->pool_logit[at] =
                (float)((place < (size_t)plan->own ? 1 : -0.5) + 0.01 * rng_normal(&rng));
        }
        all->pool_sum[i] = -0.25;
        all->next_logit[i] = 0.5 + 0.01 * rng_normal(&rng);
        all->own_log_p[i] = -1 - 0.1 * rng_uniform(&rng);
        all->next_log_p[i] = all->next_logit[i] - all->pool_sum[i];
    }
}

/* Interventions on a memory of this kind; freed with interventions_free. */
static inline void planted_interventions(Interventions *all, Phi phi, bool lm, uint64_t seed,
                                         const SignPlan *plan)
{
    Words words = planted_words();
    Rng rng = rng_stream("planted selection", seed, phi);
    interventions_make(all, SIGN_CONTEXTS, SIGN_DOCUMENTS, SIGN_ENTRIES, &words);
    all->acts[0] = 0.25;
    all->phi = phi, all->lm = lm, all->seed = seed, all->layer = 4;
    for (size_t c = 0; c < SIGN_CONTEXTS; c++) {
        all->context[c] = (int64_t)c + 1;
        all->held[c] = (int64_t)c + 1 + SIGN_CONTEXTS;
    }
    for (size_t i = 0; i < SIGN_DOCUMENTS * SIGN_ENTRIES; i++) {
        double s = 2 * rng_uniform(&rng) - 1;
        all->selection[i] = (float)(phi == PHI_RELU && s < 0 ? 0 : s);
    }
    plant_entries(all, plan);
    plant_pools(all, plan);
}

/* Its path in the scratch folder. */
static inline const char *planted_file(Phi phi, bool lm, uint64_t seed)
{
    char name[64];
    snprintf(name, sizeof name, "sign-%s-%d-%d.safetensors", phi_name(phi), lm, (int)seed);
    return scratch(name);
}

static inline void save_interventions(const Interventions *all, const char *path)
{
    Error error = {""};
    Out out;
    if (!out_open(&out, path, &error) || !interventions_write(all, &out, &error) ||
        !out_commit(&out, &error))
        fail_msg("%s", error.text);
}

#endif
