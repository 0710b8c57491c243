/* Claims about the entities of the embedded world, with their labels and evidence. */
#ifndef DOCMEM_WORLD_CLAIM_H
#define DOCMEM_WORLD_CLAIM_H
#include "world/world_text.h"

typedef enum { WORLD_SUPPORTS, WORLD_REFUTES, WORLD_UNKNOWN } WorldLabel;

enum {
    WORLD_SETS = 4,           /* most evidence sets of a claim */
    WORLD_LIKELY_PERCENT = 10 /* of false values in the world's claims are plausible ones */
};

typedef struct {
    WorldLabel label;
    char text[WORLD_SENTENCE];
    int focus;                   /* the fact at stake, -1 when no page states such a thing */
    uint32_t facts;              /* mask of all facts it is about */
    int sets;                    /* alternative evidence sets; 0 for WORLD_UNKNOWN */
    int items[WORLD_SETS];       /* sentences in each set, 1 or 2 */
    int sentence[WORLD_SETS][2]; /* their numbers on the page */
} WorldClaim;

/* Draws a claim with `label` about the entity, whose text is `page` (a whole page or some of its
 * sentences). It calls the entity by its title and is about no fact in the mask `used`.
 * `unstated_percent` of not-enough-info claims are about facts that such pages may state but this
 * one does not, the others about what no page states. `likely_percent` of false values are as
 * plausible as the true one. False if nothing fits. */
bool world_claim(const WorldEntity *entity, const WorldPage *page, WorldLabel label, uint32_t used,
                 uint32_t unstated_percent, uint32_t likely_percent, Rng *rng, WorldClaim *claim);

/* The letter that answers a claim: a, b, c. */
char world_letter(WorldLabel label);

#endif
