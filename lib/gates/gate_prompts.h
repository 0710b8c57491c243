/* The prompts that the embedded base model must be able to answer, with their right answers. */
#ifndef DOCMEM_GATE_PROMPTS_H
#define DOCMEM_GATE_PROMPTS_H
#include "base/text.h"
#include "world/world_entity.h"

/* Whose pages: the two halves under study, those the model has come to know, those it never read.
 */
typedef enum { GATE_EXPLORATORY, GATE_CONFIRMATORY, GATE_KNOWN, GATE_UNKNOWN, GATE_ROLES } GateRole;
/* What stands before the 1-shot prompt: nothing, the whole page, the sentences that settle the
 * claim; the latter two end in a line break. */
typedef enum { GATE_CLOSED, GATE_PAGE, GATE_EVIDENCE, GATE_CONTEXTS } GateContext;

typedef struct {
    Text text;
    int label;   /* 0, 1, 2: supports, refutes, not enough info */
    size_t page; /* number among the role's pages */
    int choice;  /* the likeliest letter, 0, 1, 2; written by gate_ask */
    bool truer;  /* whether (a) is likelier than (b); written by gate_ask */
} GatePrompt;

/* A growing list; a zeroed one is empty. */
typedef struct {
    GatePrompt *prompts;
    size_t count, capacity, pages;
} GatePrompts;

/* The prompts about the pages of a role: its validation claims, those of the world's raw files,
 * each behind a training claim of its page. Behind evidence there are no undecidable claims. */
void gate_prompts(GatePrompts *list, const World *world, GateRole role, GateContext context);
void gate_prompts_free(GatePrompts *list);

/* The pages of a role: their first number in the world; *count is how many. */
size_t gate_role(const World *world, GateRole role, size_t *count);
/* Appends the page of entity i, as the world's raw files hold it. */
void gate_page(Text *text, const World *world, size_t i);

#endif
