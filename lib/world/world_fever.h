/* Writes pages and claims of the embedded world as FEVER's raw files hold them. */
#ifndef DOCMEM_WORLD_FEVER_H
#define DOCMEM_WORLD_FEVER_H
#include "file/out.h"
#include "world/world_claim.h"

enum {
    FEVER_MEAN = 14,    /* claims a page can carry without repeating itself */
    FEVER_ODD_PAGES = 2 /* pages beside those under study that are cited much */
};

typedef struct {
    size_t entity; /* index in the World */
    WorldClaim claim;
} FeverClaim;

/* A growing list; a zeroed one is empty. */
typedef struct {
    FeverClaim *claims;
    size_t count, capacity;
} FeverClaims;

/* Adds up to `count` claims, a third each label, about entity number i: none
 * equal to another of that entity here or among the `others`, and none that
 * names the title of a second entity under study. */
void fever_draw_claims(FeverClaims *list, const World *world, size_t i, size_t count,
                       const FeverClaim *others, size_t other_count, Rng *rng);
void fever_free_claims(FeverClaims *list);
/* Adds the validation and training claims of entity i, about `dev_mean` and `train_mean`; a page
 * beside those under study has few but, the first two, many. What is drawn depends on nothing but
 * world and i. */
void fever_draw_splits(FeverClaims *dev, FeverClaims *train, const World *world, size_t i,
                       size_t dev_mean, size_t train_mean);

/* The title as page id: underscores for spaces, -LRB- and -RRB- for parentheses. */
void fever_page_id(const char *title, WorldText *id);

/* Rendering 0 of entity i's page, the one that claims were drawn from. */
void fever_write_page(Out *out, const World *world, size_t i);
/* The same id in other words, as a dump repeats a page now and then. */
void fever_write_page_again(Out *out, const World *world, size_t i);
/* The same in its `wording`-th other words, from 0: none that the base model reads. */
void fever_write_wording(Out *out, const World *world, size_t i, uint32_t wording);
/* A page with neither text nor lines. */
void fever_write_blank(Out *out, const char *title);

/* Shuffles the list and writes a split; ids are distinct and grow out of first_id.
 * Always true; failures show in out_commit. */
bool fever_write_claims(Out *out, const World *world, FeverClaims *list, uint32_t first_id);

#endif
