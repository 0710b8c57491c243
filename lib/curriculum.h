/* The texts a base model learns from: pages, claims, and claims about what it has just read. */
#ifndef DOCMEM_CURRICULUM_H
#define DOCMEM_CURRICULUM_H
#include "world_text.h"

/* What each kind holds is told at the head of stages/curriculum.c. */
typedef enum {
    CURRICULUM_PAGE,
    CURRICULUM_NEWS,
    CURRICULUM_CLAIMS,
    CURRICULUM_PRIORS,
    CURRICULUM_CONTEXT,
    CURRICULUM_STUDY,
    CURRICULUM_HELD,
    CURRICULUM_KINDS
} CurriculumKind;

extern const char *const curriculum_kinds[CURRICULUM_KINDS]; /* their names */

enum { CURRICULUM_TEXT = 1 << 13 }; /* bytes that hold any text */

/* Appends text `number` of the curriculum; of its false claims `likely_percent` are plausible. */
void curriculum_text(const World *world, CurriculumKind kind, uint64_t number,
                     uint32_t likely_percent, Rng *rng, WorldText *text);

#endif
