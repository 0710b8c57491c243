/* Writes pages and claims of the embedded world as FEVER's raw files hold them. */
#ifndef DOCMEM_WORLD_FEVER_H
#define DOCMEM_WORLD_FEVER_H
#include "file/out.h"
#include "world/world_claim.h"

enum {
    FEVER_MEAN = 14,    /* the largest mean of claims a page: more would repeat themselves */
    FEVER_ODD_PAGES = 2 /* pages not under study that many claims cite */
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
/* Adds the validation and training claims of entity i, about `dev_mean` and `train_mean`. A page
 * not under study has few claims; only the first FEVER_ODD_PAGES of these have many. What is drawn
 * depends only on world, i and the means. */
void fever_draw_splits(FeverClaims *dev, FeverClaims *train, const World *world, size_t i,
                       size_t dev_mean, size_t train_mean);

/* The title as page id: underscores for spaces, -LRB- and -RRB- for parentheses. */
void fever_page_id(const char *title, WorldText *id);

/* Writes rendering 0 of entity i's page, the one that claims are drawn from. */
void fever_write_page(Out *out, const World *world, size_t i);
/* Writes the page again in other words under the same id, as a dump repeats a page now and then. */
void fever_write_page_again(Out *out, const World *world, size_t i);
/* Writes the page in other wording number `wording`, from 0. The base model reads none of these. */
void fever_write_wording(Out *out, const World *world, size_t i, uint32_t wording);
/* Writes a page with neither text nor lines. */
void fever_write_blank(Out *out, const char *title);

/* Shuffles the list and writes it as a split. Claim i of the shuffled list has an id made from
 * first_id + i; ids are distinct and rise. Always true; out_commit reports failures. */
bool fever_write_claims(Out *out, const World *world, FeverClaims *list, uint32_t first_id);

#endif
