/* The prompts that the embedded base model must be able to answer, with their right answers. */
#ifndef DOCMEM_GATE_PROMPTS_H
#define DOCMEM_GATE_PROMPTS_H
#include "base/text.h"
#include "world/world_entity.h"

/* Whose pages: the two halves under study, the background ones that the model has come to know, and
 * others that it never read. */
typedef enum { GATE_EXPLORATORY, GATE_CONFIRMATORY, GATE_KNOWN, GATE_UNKNOWN, GATE_ROLES } GateRole;
/* What stands before the 1-shot prompt: nothing, the whole page, or the sentences that settle the
 * claim; the latter two end in a newline. */
typedef enum { GATE_CLOSED, GATE_PAGE, GATE_EVIDENCE, GATE_CONTEXTS } GateContext;

typedef struct {
    Text text;
    int label;   /* 0, 1, 2: supports, refutes, not enough info */
    size_t page; /* from 0 among the role's pages */
    int choice;  /* the likeliest letter, 0, 1, 2; set by gate_ask */
    bool truer;  /* whether (a) is likelier than (b); set by gate_ask */
} GatePrompt;

/* A growing list; a zeroed one is empty. */
typedef struct {
    GatePrompt *prompts;
    size_t count, capacity, pages;
} GatePrompts;

/* Appends the prompts about the pages of a role: the page's validation claims, those of the raw
 * files of a world with the usual means (world's --dev and --train), each after one of its training
 * claims, answered. With GATE_EVIDENCE undecidable claims are left out. gate_prompts_free frees
 * them. */
void gate_prompts(GatePrompts *list, const World *world, GateRole role, GateContext context);
void gate_prompts_free(GatePrompts *list);

/* The first of the role's pages among the world's entities; *count = how many there are. */
size_t gate_role(const World *world, GateRole role, size_t *count);
/* Appends the text of entity i's page, as in the world's raw files. */
void gate_page(Text *text, const World *world, size_t i);

#endif
