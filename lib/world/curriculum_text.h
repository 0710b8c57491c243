/* The texts a base model learns from: pages, and answered claims with and without what settles
 * them. */
#ifndef DOCMEM_CURRICULUM_TEXT_H
#define DOCMEM_CURRICULUM_TEXT_H
#include "world/world_claim.h"

/* The head of stages/curriculum.c says what each kind holds. */
typedef enum {
    CURRICULUM_MENTION,
    CURRICULUM_VERBATIM,
    CURRICULUM_CONTEXT,
    CURRICULUM_OPEN,
    CURRICULUM_EVIDENCE,
    CURRICULUM_PAGE,
    CURRICULUM_CLAIMS,
    CURRICULUM_PRIORS,
    CURRICULUM_STUDY,
    CURRICULUM_HELD_OPEN,
    CURRICULUM_HELD,
    CURRICULUM_KINDS
} CurriculumKind;

extern const char *const curriculum_kinds[CURRICULUM_KINDS]; /* their names */

enum { CURRICULUM_TEXT = 1 << 13 }; /* bytes that hold any text */

/* Appends text `number` of this kind, drawn from rng. Mention and verbatim texts show at most
 * `shown` sentences. */
void curriculum_text(const World *world, CurriculumKind kind, uint64_t number, int shown, Rng *rng,
                     WorldText *text);

/* Appends the 1-shot prompt of prompt.h: an answered example, then the claim up to "A:". */
void curriculum_prompt(WorldText *text, const WorldClaim *example, const WorldClaim *claim);

#endif
