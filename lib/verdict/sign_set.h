/* The interventions on several memories, sorted into groups that may be averaged over. */
#ifndef DOCMEM_SIGN_SET_H
#define DOCMEM_SIGN_SET_H
#include "verdict/sign.h"

/* Memories of one activation, with W_lm or without, by rising seed. */
typedef struct {
    Phi phi;
    bool lm;
    const Signs *const *signs; /* (count) */
    size_t count;
} SignGroup;
enum { SIGN_GROUPS = 4 };

typedef struct {
    size_t count, group_count;
    Interventions *cells; /* (count) */
    Signs *signs;         /* (count) */
    const Signs **order;  /* (count) by layer, those with W_lm first, then by φ and seed */
    SignGroup groups[SIGN_GROUPS]; /* (group_count) in that order; none of several layers */
} SignSet;

/* Reads `count` files in any order. False, with nothing kept, when one is damaged, when two are of
 * the same memory, when they differ in layer (unless `layers`), entries, words, documents or
 * contexts, or when `word` is not among the words. */
bool sign_set_read(SignSet *set, char *const *paths, size_t count, const char *word, uint64_t seed,
                   bool layers, Error *error);
void sign_set_free(SignSet *set);

#endif
