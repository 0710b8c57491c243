/* Verdicts on what the sign of an activation means: claims C7 to C11 and their parts. */
#include "sign_verdicts.h"

#include <string.h>

/* Which memories are compared. */
typedef enum { RELU, TANH, BOTH, WITHOUT_LM } Memories;

/* One effect: a sum of measures times their weights, and a constant. A claim with deciding parts,
 * which stand before its others, stands or falls with them. */
enum { TERMS = 4 };
typedef struct {
    const char *claim, *part, *effect_name, *rule;
    int expected;
    bool decides;
    Memories memories;
    double constant;
    struct {
        double weight;
        SignWish wish;
    } terms[TERMS]; /* weight 0 ends them */
} Plan;

/* clang-format off */
#define WISH(weight, measure, lens, outcome, pairs, set) \
    {weight, {measure, lens, outcome, pairs, set}}
#define STANCE(lens, outcome, pairs, set) {WISH(1, SIGN_STANCE, lens, outcome, pairs, set)}
#define EFFECT(pairs, outcome, set) {WISH(1, SIGN_EFFECT, LENS_TRUE, outcome, pairs, set)}
#define FLIP(outcome, pairs) {WISH(1, SIGN_FLIP, 0, outcome, pairs, 0)}
#define WORD(weight, pairs, set) WISH(weight, SIGN_WORD, 0, OUTCOME_LOG_P, pairs, set)
#define POOL(weight, measure, outcome) WISH(weight, measure, 0, outcome, 0, 0)

static const char SIGNED_NATS[] = "effect at +1 times stance (nats)";
static const char NATS[] = "effect on log p (nats)", LOGITS[] = "effect on the logit";
static const char FLIPS[] = "share of pairs turned round, less one half";
static const char PART[] = "supported when the effect has the sign expected";

/* The claims first, in their order; then the parts, those of a claim together. */
static const Plan plans[] = {
    {"C7", "", SIGNED_NATS,
     "supported when selecting an entry with +1 moves words the way of its stance, and with 0 "
     "leaves the bits of the memory without it, for every entry",
     1, false, RELU, 0, STANCE(LENS_TRUE, OUTCOME_LOG_P, PAIRS_EVERY, SET_PLUS)},
    {"C8", "", "effect at +1, raising less lowering pairs (nats)",
     "supported when raising pairs rise and lowering pairs fall; contradicted when the opposite is "
     "so of either",
     1, false, BOTH, 0,
     {WISH(1, SIGN_EFFECT, LENS_TRUE, OUTCOME_LOG_P, PAIRS_RAISING, SET_PLUS),
      WISH(-1, SIGN_EFFECT, LENS_TRUE, OUTCOME_LOG_P, PAIRS_LOWERING, SET_PLUS)}},
    {"C9", "", FLIPS, "supported when log p moves opposite ways at -1 and +1 for most pairs",
     1, false, TANH, -0.5, FLIP(OUTCOME_LOG_P, PAIRS_EVERY)},
    {"C10", "", "mean of the four effects, each in the direction expected (nats)",
     "supported when all four signs are as said; contradicted when one is the opposite",
     1, false, BOTH, 0,
     {WORD(0.25, PAIRS_RAISING, SET_PLUS), WORD(-0.25, PAIRS_RAISING, SET_MINUS),
      WORD(-0.25, PAIRS_LOWERING, SET_PLUS), WORD(0.25, PAIRS_LOWERING, SET_MINUS)}},
    {"C11", "", "effect of the pool on log p of the document's next tokens (nats)",
     "supported when a document's pool makes its own words more likely where they stand",
     1, false, BOTH, 0, {POOL(1, SIGN_NEXT, OUTCOME_LOG_P)}},

    {"C7", "on the logit", "effect at +1 times stance (logit)", PART, 1, false, RELU, 0,
     STANCE(LENS_TRUE, OUTCOME_LOGIT, PAIRS_EVERY, SET_PLUS)},
    {"C7", "strong pairs", SIGNED_NATS, PART, 1, false, RELU, 0,
     STANCE(LENS_TRUE, OUTCOME_LOG_P, PAIRS_STRONG, SET_PLUS)},
    {"C7", "as selected", "effect of s > 0 as documents select it times stance (nats)", PART,
     1, false, RELU, 0, STANCE(LENS_TRUE, OUTCOME_LOG_P, PAIRS_EVERY, SET_OWN)},
    {"C7", "raising pairs at -1", NATS, PART, -1, false, RELU, 0,
     EFFECT(PAIRS_RAISING, OUTCOME_LOG_P, SET_MINUS)},

    {"C8", "raising pairs", NATS, PART, 1, true, BOTH, 0,
     EFFECT(PAIRS_RAISING, OUTCOME_LOG_P, SET_PLUS)},
    {"C8", "lowering pairs", NATS, PART, -1, true, BOTH, 0,
     EFFECT(PAIRS_LOWERING, OUTCOME_LOG_P, SET_PLUS)},
    {"C8", "raising pairs, logit", LOGITS, PART, 1, false, BOTH, 0,
     EFFECT(PAIRS_RAISING, OUTCOME_LOGIT, SET_PLUS)},
    {"C8", "lowering pairs, logit", LOGITS, PART, -1, false, BOTH, 0,
     EFFECT(PAIRS_LOWERING, OUTCOME_LOGIT, SET_PLUS)},
    {"C8", "strong pairs", SIGNED_NATS, PART, 1, false, BOTH, 0,
     STANCE(LENS_TRUE, OUTCOME_LOG_P, PAIRS_STRONG, SET_PLUS)},
    {"C8", "by the short lens", SIGNED_NATS, PART, 1, false, BOTH, 0,
     STANCE(LENS_SHORT, OUTCOME_LOG_P, PAIRS_EVERY, SET_PLUS)},
    {"C8", "by the short lens, without W_lm", SIGNED_NATS, PART, 1, false, WITHOUT_LM, 0,
     STANCE(LENS_SHORT, OUTCOME_LOG_P, PAIRS_EVERY, SET_PLUS)},

    {"C9", "on the logit", FLIPS, PART, 1, false, TANH, -0.5, FLIP(OUTCOME_LOGIT, PAIRS_EVERY)},
    {"C9", "strong pairs", FLIPS, PART, 1, false, TANH, -0.5, FLIP(OUTCOME_LOG_P, PAIRS_STRONG)},
    {"C9", "effect at -1", "effect at -1 times stance (nats)", PART, -1, false, TANH, 0,
     STANCE(LENS_TRUE, OUTCOME_LOG_P, PAIRS_EVERY, SET_MINUS)},
    {"C9", "effect at -1, logit", "effect at -1 times stance (logit)", PART, -1, false, TANH, 0,
     STANCE(LENS_TRUE, OUTCOME_LOGIT, PAIRS_EVERY, SET_MINUS)},

    {"C10", "raising entry at +1", NATS, PART, 1, true, BOTH, 0, {WORD(1, PAIRS_RAISING, SET_PLUS)}},
    {"C10", "raising entry at -1", NATS, PART, -1, true, BOTH, 0,
     {WORD(1, PAIRS_RAISING, SET_MINUS)}},
    {"C10", "lowering entry at +1", NATS, PART, -1, true, BOTH, 0,
     {WORD(1, PAIRS_LOWERING, SET_PLUS)}},
    {"C10", "lowering entry at -1", NATS, PART, 1, true, BOTH, 0,
     {WORD(1, PAIRS_LOWERING, SET_MINUS)}},

    {"C11", "by raising them", "effect on the logit of next tokens", PART, 1, false, BOTH, 0,
     {POOL(1, SIGN_NEXT, OUTCOME_LOGIT)}},
    {"C11", "by acting on the others", "fall of log sum exp (nats)", PART, 1, false, BOTH, 0,
     {POOL(-1, SIGN_SUM, 0)}},
    {"C11", "against another's words", "log p of own words less another document's (nats)", PART,
     1, false, BOTH, 0, {POOL(1, SIGN_OWN, OUTCOME_LOG_P), POOL(-1, SIGN_OTHER, OUTCOME_LOG_P)}},
    {"C11", "precision at 20", "precision less another document's", PART, 1, false, BOTH, 0,
     {POOL(1, SIGN_PRECISION, 0), POOL(-1, SIGN_OTHER_PRECISION, 0)}},
};
/* clang-format on */
enum { PLANS = sizeof plans / sizeof *plans, CLAIMS = 5 };

/* The memories of a plan, *count of them; NULL where there is none. */
static const Signs *const *find_memories(const SignSet *set, Memories memories, size_t *count)
{
    const SignGroup *tanh = sign_set_group(set, PHI_TANH, memories != WITHOUT_LM);
    const SignGroup *relu = sign_set_group(set, PHI_RELU, memories != WITHOUT_LM);
    const SignGroup *only = memories == RELU ? relu : tanh ? tanh : relu;
    if (!only)
        return NULL;
    bool both = tanh && relu && memories != RELU && memories != TANH;
    *count = only->count + (both ? relu->count : 0); /* tanh's stand before those of relu */
    return only->signs;
}

/* What the plan measures over its memories, or nothing where there are none. */
static Contrast contrast_of(const SignSet *set, const Plan *plan)
{
    size_t count = 0;
    Contrast contrast = {0};
    const Signs *const *signs = find_memories(set, plan->memories, &count);
    for (int t = 0; t < TERMS && plan->terms[t].weight != 0; t++)
        sign_contrast(&contrast, signs, count, &plan->terms[t].wish, plan->terms[t].weight);
    for (size_t i = 0; i < contrast.seeds * contrast.units; i++)
        contrast.values[i] += plan->constant;
    return contrast;
}

static void add(VerdictList *list, const SignSet *set, const Plan *plan)
{
    const Verdict verdict = {.claim = plan->claim,
                             .effect_name = plan->effect_name,
                             .rule = plan->rule,
                             .expected = plan->expected};
    verdict_list_add(list, verdict, plan->part, contrast_of(set, plan));
}

/* Whether each entry of all memories leaves no trace at 0. */
static bool all_removed(const SignSet *set)
{
    for (size_t k = 0; k < set->count; k++)
        for (size_t j = 0; j < set->cells[k].entries; j++)
            if (!set->cells[k].removed[j])
                return false;
    return true;
}

/* The claim's verdict from its deciding parts: all supported, or one contradicted. */
static void decide(Verdict *claim, const Verdict *parts, size_t count)
{
    bool all = true, against = false;
    for (size_t i = 0; i < count; i++) {
        all = all && parts[i].kind == VERDICT_SUPPORTED;
        against = against || parts[i].kind == VERDICT_CONTRADICTED;
    }
    VerdictKind kind = against ? VERDICT_CONTRADICTED : all ? VERDICT_SUPPORTED : VERDICT_UNDECIDED;
    if (count > 0)
        verdict_from_parts(claim, kind, parts, count);
}

/* Adds and settles the parts of a claim, which stand together from plan `first`; returns the plan
 * behind them. `claim` is its place in the list. */
static int add_parts(VerdictList *list, const SignSet *set, int first, size_t claim)
{
    size_t start = list->count, deciding = 0, none;
    int i = first;
    for (; i < PLANS && strcmp(plans[i].claim, plans[first].claim) == 0; i++)
        if (find_memories(set, plans[i].memories, &none)) {
            add(list, set, &plans[i]);
            deciding += plans[i].decides;
        }
    verdict_settle(list->items + start, list->count - start);
    decide(&list->items[claim], list->items + start, deciding);
    return i;
}

bool sign_verdicts(VerdictList *list, const SignSet *set, Error *error)
{
    if (!sign_set_group(set, PHI_TANH, true) || !sign_set_group(set, PHI_RELU, true))
        return fail(error, "interventions: none of a memory with tanh, or none with relu, with "
                           "W_lm; name files of both");
    for (int i = 0; i < CLAIMS; i++)
        add(list, set, &plans[i]);
    verdict_settle(list->items, CLAIMS);
    int next = CLAIMS;
    for (size_t claim = 0; claim < CLAIMS; claim++)
        next = add_parts(list, set, next, claim);
    if (!all_removed(set))
        verdict_from_parts(&list->items[0], VERDICT_CONTRADICTED, NULL, 0);
    return true;
}
