/* Rules: what each claim asks of the measurements, as a file that a reader can follow
 * (paper/claims.rules, whose head describes the grammar).
 *
 * A part of a claim is an effect (a weighted sum of conditions, unit by unit), a bound, and which
 * of its members must reach it. */
#ifndef DOCMEM_RULES_H
#define DOCMEM_RULES_H
#include "base/error.h"
#include "base/text.h"
#include <stddef.h>
#include <stdint.h>

typedef enum { TEST_IS, TEST_NOT, TEST_ABOVE, TEST_AT_LEAST, TEST_BELOW, TEST_AT_MOST } RuleOp;

/* One word `key=value`, `key!=value`, `key>value` …; a value is names with * and ?, separated by
 * commas, a number, another key (after > >= < <=), or one of min, max, most, third-1 … third-3. */
typedef struct {
    char *key, *value;
    RuleOp op;
} RuleTest;

typedef struct {
    RuleTest *items;
    size_t count, capacity;
} RuleTests;

/* A partner of a condition: the same with what the tests change; weight -1 (less) or 1 (plus). */
typedef struct {
    RuleTests tests;
    bool pretrained; /* the model without a memory, whatever the rest */
    double weight;
} RuleTerm;

/* What is required, of the effect and its bound. */
typedef enum {
    WANT_ABOVE,  /* above the bound; fails below it */
    WANT_BELOW,  /* the reverse */
    WANT_WITHIN, /* between -bound and bound; fails outside */
    WANT_GAIN,   /* above 0; fails where below the bound, and no gain is shown */
    WANT_NO_GAIN,
    WANT_LOSS, /* below 0; fails where above -bound, and no loss is shown */
    WANT_NO_LOSS,
    WANTS
} RuleWant;
extern const char *const rule_wants[WANTS];

enum { RULE_EACH = 4, RULE_TERMS = 4, RULE_OF = 4, RULE_NEEDS = 4, RULE_VARY = 8 };

typedef struct {
    char *name, *measured; /* what the effect is called */
    Text text;             /* its lines, as one; NUL-terminated, as that of a claim */
    size_t line;
    RuleTests of[RULE_OF]; /* the conditions: any of these */
    RuleTerm terms[RULE_TERMS];
    RuleTests scale; /* the bound is in shares of this effect: of these, less scale_less */
    RuleTerm scale_less;
    char *each[RULE_EACH];  /* a member for each value of these keys */
    char *slope, *slope_by; /* the least-squares slope over this key [divided by that one] … */
    bool doublings;         /* … by doubling */
    RuleWant want;
    double bound;
    double need; /* members that must: a number, or a share above 0 and below 1 … */
    bool need_share, need_above; /* … of which more than that many; need 0: all */
    bool beside;                 /* shown, but does not decide */
    bool once;                   /* without claims whose text is also there with another label */
    size_t of_count, terms_count, each_count;
} RulePart;

typedef struct {
    char *name, *question;
    Text text; /* what it says, and its own lines */
    size_t line;
    bool apart; /* no member of the family */
    char *needs[RULE_NEEDS];
    RuleTest vary[RULE_VARY];
    RulePart *parts;
    size_t needs_count, vary_count, parts_count, parts_capacity;
} RuleClaim;

typedef struct {
    char *path, *date; /* YYYY-MM-DD */
    double level;
    RuleTests defaults; /* of keys that a condition does not name */
    RulePart *controls;
    RuleClaim *claims;
    size_t controls_count, controls_capacity, claims_count, claims_capacity;
} Rules;

/* Reads the file. False, with file:line and nothing kept, on a word that does not parse, a part
 * without conditions or bound, a name given twice, a control that is not declared, a missing
 * date. */
bool rules_read(Rules *rules, const char *path, Error *error);
void rules_free(Rules *rules);

/* The control of that name, or NULL. */
const RulePart *rules_control(const Rules *rules, const char *name);

#endif
