/* Claims about the entities of the embedded world, with their labels and evidence. */
#ifndef DOCMEM_WORLD_CLAIM_H
#define DOCMEM_WORLD_CLAIM_H
#include "world/world_text.h"

typedef enum { WORLD_SUPPORTS, WORLD_REFUTES, WORLD_UNKNOWN } WorldLabel;

enum {
    WORLD_SETS = 4,
    WORLD_LIKELY_PERCENT = 10 /* of false values in the world's claims are plausible ones */
};

typedef struct {
    WorldLabel label;
    char text[WORLD_SENTENCE];
    int focus;      /* the fact at stake, -1 when no page states such a thing */
    uint32_t facts; /* all facts it speaks of */
    int sets;       /* alternative evidence sets; 0 for WORLD_UNKNOWN */
    int items[WORLD_SETS];
    int sentence[WORLD_SETS][2]; /* page sentences of each set */
} WorldClaim;

/* Draws a claim with `label` about entity, whose text is `page` (a whole page
 * or some of its sentences). It names the entity's title and speaks of no fact
 * in `used`. Not-enough-info claims are to `unstated_percent` about facts such
 * pages may state but this one does not, else about what no page states. False values
 * are to `likely_percent` as plausible as the true one. False when nothing fits. */
bool world_claim(const WorldEntity *entity, const WorldPage *page, WorldLabel label, uint32_t used,
                 uint32_t unstated_percent, uint32_t likely_percent, Rng *rng, WorldClaim *claim);

/* The letter that answers a claim: a, b, c. */
char world_letter(WorldLabel label);

#endif
