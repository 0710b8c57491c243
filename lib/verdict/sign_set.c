#include "verdict/sign_set.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static int by_group(const void *a, const void *b)
{
    const Interventions *x = (*(const Signs *const *)a)->all, *y = (*(const Signs *const *)b)->all;
    if (x->layer != y->layer)
        return x->layer < y->layer ? -1 : 1;
    if (x->lm != y->lm)
        return x->lm ? -1 : 1;
    if (x->phi != y->phi)
        return x->phi < y->phi ? -1 : 1;
    return (x->seed > y->seed) - (x->seed < y->seed);
}

static void sort(SignSet *set, bool layers)
{
    for (size_t i = 0; i < set->count; i++)
        set->order[i] = &set->signs[i];
    qsort(set->order, set->count, sizeof *set->order, by_group);
    for (size_t i = 0; i < set->count && !layers; i++) {
        const Interventions *all = set->order[i]->all;
        SignGroup *last = &set->groups[set->group_count ? set->group_count - 1 : 0];
        if (set->group_count && last->phi == all->phi && last->lm == all->lm)
            last->count++;
        else
            set->groups[set->group_count++] = (SignGroup){all->phi, all->lm, set->order + i, 1};
    }
}

/* Whether the memories belong together and no two are the same. */
static bool check(const SignSet *set, char *const *paths, bool layers, Error *error)
{
    const Interventions *first = &set->cells[0];
    for (size_t i = 1; i < set->count; i++) {
        const Interventions *one = &set->cells[i];
        if ((!layers && one->layer != first->layer) || one->entries != first->entries ||
            !interventions_alike(first, one))
            return fail(error,
                        "%s: differs from %s in layer, entries, words, documents or contexts; make "
                        "both again with the same settings of the intervene stage",
                        paths[i], paths[0]);
    }
    for (size_t i = 0; i < set->count; i++)
        for (size_t k = 0; k < i; k++) {
            const Interventions *a = &set->cells[i], *b = &set->cells[k];
            if (a->layer == b->layer && a->phi == b->phi && a->lm == b->lm && a->seed == b->seed)
                return fail(error, "%s: is of the same memory as %s; name each once", paths[i],
                            paths[k]);
        }
    return true;
}

/* Place of a word written without its mark. */
static bool find_word(const Words *words, const char *path, const char *word, size_t *place,
                      Error *error)
{
    for (*place = 0; *place < words->count; ++*place) {
        size_t from = words->offset[*place], length = words->offset[*place + 1] - from;
        if (length == strlen(word) && memcmp(words->text.bytes + from, word, length) == 0)
            return true;
    }
    return fail(error, "%s: '%s' is not among its words; name it to the intervene stage too", path,
                word);
}

bool sign_set_read(SignSet *set, char *const *paths, size_t count, const char *word, uint64_t seed,
                   bool layers, Error *error)
{
    size_t place = 0;
    bool ok = true;
    *set = (SignSet){0};
    if (count == 0)
        return fail(error, "interventions: no file is named; name those of the intervene stage");
    set->cells = alloc_zeroed(count, sizeof *set->cells);
    set->signs = alloc_zeroed(count, sizeof *set->signs);
    set->order = alloc_zeroed(count, sizeof *set->order);
    for (size_t i = 0; ok && i < count; i++) {
        ok = interventions_read(&set->cells[i], paths[i], error);
        set->count += ok;
    }
    ok = ok && check(set, paths, layers, error) &&
         find_word(&set->cells[0].words, paths[0], word, &place, error);
    if (!ok) {
        sign_set_free(set);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        signs_make(&set->signs[i], &set->cells[i], place, seed);
    sort(set, layers);
    return true;
}

void sign_set_free(SignSet *set)
{
    for (size_t i = 0; i < set->count; i++) {
        signs_free(&set->signs[i]);
        interventions_free(&set->cells[i]);
    }
    free(set->cells), free(set->signs), free(set->order);
    *set = (SignSet){0};
}
