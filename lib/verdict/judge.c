/* Each part of a claim is measured for each of its members, a member comes out by its interval and
 * p-value, a part by its members, a claim by its parts. Then Holm corrects all claims at once and
 * takes back what does not stand. */
#include "verdict/judge.h"

#include "base/alloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a member ----------------------------------------------------------------------------------
 */

/* One side of a bound: whether effect and interval lie there, and the p-value. */
typedef struct {
    bool shown;
    double p, bound;
} Side;

/* The side of `bound` on which sign × effect is the greater. */
static Side side_of(const Measured *m, double bound, int sign)
{
    Side side = {.p = 1, .bound = bound};
    if (sign * (m->effect - bound) > 0)
        side.p = measured_p(m, bound);
    side.shown = sign > 0 ? m->low > bound : m->high < bound;
    return side;
}

/* Within ±bound, or outside: the nearer bound's test is the weaker. */
static void sides_within(const Measured *m, double bound, Side *holds, Side *fails)
{
    int sign = m->effect < 0 ? -1 : 1;
    *holds = side_of(m, sign * bound, -sign);
    *fails = side_of(m, sign * bound, sign);
    holds->shown = m->low > -bound && m->high < bound;
}

/* The two ways a member can come out. Of a gain and none as large as the bound, both of which can
 * be so, the gain counts. */
static void sides_of(const JudgeMember *member, double level, Side *holds, Side *fails)
{
    const Measured *m = &member->measured;
    RuleWant want = member->part->want;
    double bound = member->bound;
    int sign = want == WANT_BELOW || want >= WANT_LOSS ? -1 : 1;
    if (want == WANT_WITHIN) {
        sides_within(m, bound, holds, fails);
        return;
    }
    if (want <= WANT_BELOW) {
        *holds = side_of(m, bound, sign);
        *fails = side_of(m, bound, -sign);
        return;
    }
    Side some = side_of(m, 0, sign), none = side_of(m, sign * bound, -sign);
    if (some.shown && some.p < level)
        none = (Side){.p = 1, .bound = none.bound};
    bool wanted = want == WANT_GAIN || want == WANT_LOSS;
    *holds = wanted ? some : none;
    *fails = wanted ? none : some;
}

void judge_member(JudgeMember *member, double scale, double level)
{
    Side holds, fails;
    member->bound = member->part->bound * scale;
    sides_of(member, level, &holds, &fails);
    member->p_holds = holds.p;
    member->p_fails = fails.p;
    member->kind = holds.shown && holds.p < level   ? KIND_HOLDS
                   : fails.shown && fails.p < level ? KIND_FAILS
                                                    : KIND_UNDECIDED;
}

/* What would decide it at this level, of the bounds it can be decided at the nearest. */
static void find_needed(JudgeMember *member, double level)
{
    Side sides[2];
    sides_of(member, 0, &sides[0], &sides[1]);
    for (int way = 0; way < 2; way++)
        for (int i = 0; i < 2; i++) {
            double *needed = way ? &member->units_needed : &member->seeds_needed;
            double found = sides[i].p < 1
                               ? measured_needed(&member->measured, sides[i].bound, level, way == 0)
                               : 0;
            if (found > 0 && (*needed == 0 || found < *needed))
                *needed = found;
        }
}

/* --- the members of a part -----------------------------------------------------------------------
 */

/* What everything here is judged from. */
typedef struct {
    const Rules *rules;
    const Effects *effects;
    Draws draws;
} Court;

static void name_member(JudgeMember *member, const Effects *effects, size_t cell)
{
    const RulePart *part = member->part;
    size_t used = (size_t)snprintf(member->name, sizeof member->name, "%s", part->name);
    for (size_t i = 0; i < part->each_count && used < sizeof member->name; i++)
        used += (size_t)snprintf(member->name + used, sizeof member->name - used, "%s%s %s",
                                 i ? ", " : ": ", part->each[i],
                                 effects_value(effects, cell, part->each[i]));
}

/* Measures a member from its cells. */
static void measure(const Court *court, JudgeMember *member, const Judgement *judgement,
                    const size_t *cells, size_t count)
{
    const RulePart *part = member->part;
    EffectTable table;
    Error error;
    double scale = 1;
    member->there =
        effects_table(&table, court->effects, part, cells, count, judgement->half, &error);
    if (member->there) {
        member->measured = measured_of(&table, court->draws);
        free(table.values);
        if (part->scale.count > 0)
            member->there = effects_scale(&scale, court->effects, part, judgement->claim->question,
                                          judgement->variant, judgement->half, &error);
    }
    if (member->there)
        judge_member(member, scale, court->rules->level);
    else
        snprintf(member->why, sizeof member->why, "%.100s", error.text);
}

static bool same_member(const Effects *effects, const RulePart *part, size_t a, size_t b)
{
    for (size_t i = 0; i < part->each_count; i++)
        if (strcmp(effects_value(effects, a, part->each[i]),
                   effects_value(effects, b, part->each[i])) != 0)
            return false;
    return true;
}

/* Adds the members of a part to the judgement. */
static void add_part(const Court *court, Judgement *judgement, const RulePart *part)
{
    size_t count, kept,
        *cells = effects_select(court->effects, part, judgement->claim->question,
                                judgement->variant, &count);
    do {
        size_t first = judgement->count, capacity = first;
        judgement->members =
            alloc_grow(judgement->members, &capacity, first + 1, sizeof *judgement->members);
        JudgeMember *member = &judgement->members[judgement->count++];
        size_t *own = alloc_zeroed(count + 1, sizeof *own), owned = kept = 0, lead = cells[0];
        *member = (JudgeMember){.part = part, .p_holds = 1, .p_fails = 1};
        for (size_t i = 0; i < count; i++)
            if (same_member(court->effects, part, cells[i], lead))
                own[owned++] = cells[i];
            else
                cells[kept++] = cells[i];
        if (owned > 0)
            name_member(member, court->effects, own[0]);
        else
            snprintf(member->name, sizeof member->name, "%s", part->name);
        measure(court, member, judgement, own, owned);
        free(own);
        count = kept;
    } while (count > 0);
    free(cells);
}

/* --- a claim -------------------------------------------------------------------------------------
 */

/* Members that must reach the bound, of `count`. */
static size_t needed_of(const RulePart *part, size_t count)
{
    double need = part->need_share ? part->need * (double)count : part->need;
    if (part->need == 0)
        return count;
    need = part->need_above ? floor(need) + 1 : ceil(need);
    return need < (double)count ? (size_t)need : count;
}

/* How a part came out, of its members (count). */
typedef struct {
    JudgeKind kind;
    double p_holds, p_fails;
} Outcome;

static Outcome part_outcome(const JudgeMember *members, size_t count)
{
    size_t need = needed_of(members->part, count), holds = 0, fails = 0;
    double *up = alloc_zeroed(count, sizeof *up), *down = alloc_zeroed(count, sizeof *down);
    for (size_t i = 0; i < count; i++) {
        holds += members[i].kind == KIND_HOLDS;
        fails += members[i].kind == KIND_FAILS;
        up[i] = members[i].p_holds, down[i] = members[i].p_fails;
    }
    qsort(up, count, sizeof *up, stats_ascending);
    qsort(down, count, sizeof *down, stats_ascending);
    Outcome outcome = {.p_holds = fmin(1, (double)(count - need + 1) * up[need - 1]),
                       .p_fails = fmin(1, (double)need * down[count - need])};
    outcome.kind = holds >= need               ? KIND_HOLDS
                   : fails >= count - need + 1 ? KIND_FAILS
                                               : KIND_UNDECIDED;
    free(up), free(down);
    return outcome;
}

/* The claim's p and, before any correction, its kind, from the parts that decide; why it has none
 * where one of them was not measured. */
static void weigh(Judgement *judgement)
{
    double holds = 0, fails = 1, parts = 0;
    bool all = true, any = false;
    for (size_t i = 0, end; i < judgement->count; i = end) {
        const JudgeMember *first = &judgement->members[i];
        for (end = i + 1; end < judgement->count && judgement->members[end].part == first->part;)
            end++;
        if (first->part->beside)
            continue;
        for (size_t j = i; j < end && !judgement->why[0]; j++)
            if (!judgement->members[j].there)
                snprintf(judgement->why, sizeof judgement->why, "%.150s: %.120s",
                         judgement->members[j].name, judgement->members[j].why);
        Outcome outcome = part_outcome(first, end - i);
        holds = fmax(holds, outcome.p_holds);
        fails = fmin(fails, outcome.p_fails);
        all = all && outcome.kind == KIND_HOLDS;
        any = any || outcome.kind == KIND_FAILS;
        parts++;
    }
    if (judgement->why[0])
        return;
    fails = fmin(1, parts * fails);
    judgement->kind = all ? KIND_HOLDS : any ? KIND_FAILS : KIND_UNDECIDED;
    judgement->p = all ? holds : any ? fails : fmin(holds, fails);
}

bool judgement_own(const Judgement *judgement, const JudgeMember *member)
{
    const RuleClaim *claim = judgement->claim;
    for (size_t i = 0; i < claim->parts_count; i++)
        if (member->part == &claim->parts[i])
            return true;
    return false;
}

/* The member that a verdict rests on: of a claim that fails the surest against it, of one that
 * holds the least sure, else the least sure that is undecided; `there` alone count. */
static JudgeMember *member_shown(Judgement *judgement)
{
    JudgeMember *best = NULL;
    for (size_t i = 0; i < judgement->count; i++) {
        JudgeMember *member = &judgement->members[i];
        if (member->part->beside || !member->there || !judgement_own(judgement, member))
            continue;
        double a = member->kind == KIND_UNDECIDED, b = best && best->kind == KIND_UNDECIDED;
        bool better = !best;
        if (best && judgement->kind == KIND_FAILS)
            better = member->p_fails < best->p_fails;
        else if (best && judgement->kind == KIND_HOLDS)
            better = member->p_holds > best->p_holds;
        else if (best)
            better = a > b || (a == b && fmin(member->p_holds, member->p_fails) >
                                             fmin(best->p_holds, best->p_fails));
        if (better)
            best = member;
    }
    return best;
}

/* A judgement of the claim in a half, or of its variant, that is not corrected yet. */
static Judgement hear(const Court *court, const RuleClaim *claim, Half half, EffectVariant variant)
{
    Judgement judgement = {.claim = claim, .half = half, .variant = variant, .p = 2, .p_holm = 2};
    for (size_t i = 0; i < claim->parts_count; i++)
        if (!variant.key || !claim->parts[i].beside)
            add_part(court, &judgement, &claim->parts[i]);
    weigh(&judgement);
    return judgement;
}

/* Whether the controls show that the claim could have come out otherwise; else says which does not.
 * Adds them as members. */
static bool controlled(const Court *court, Judgement *judgement)
{
    const RuleClaim *claim = judgement->claim;
    bool ok = true;
    for (size_t i = 0; i < claim->needs_count; i++) {
        const RulePart *control = rules_control(court->rules, claim->needs[i]);
        size_t first = judgement->count;
        add_part(court, judgement, control);
        const JudgeMember *member = &judgement->members[first];
        if (part_outcome(member, judgement->count - first).kind == KIND_HOLDS || !ok)
            continue;
        ok = false;
        if (member->there)
            snprintf(judgement->why, sizeof judgement->why,
                     "control %s: %+.3g (%+.3g to %+.3g), wanted %s %g", member->name,
                     member->measured.effect, member->measured.low, member->measured.high,
                     rule_wants[control->want], member->bound);
        else
            snprintf(judgement->why, sizeof judgement->why, "control %s: %.120s", member->name,
                     member->why);
    }
    return ok;
}

/* --- all claims ----------------------------------------------------------------------------------
 */

static Judgement *append(Judgements *judgements, Judgement judgement)
{
    judgements->items = alloc_grow(judgements->items, &judgements->capacity, judgements->count + 1,
                                   sizeof *judgements->items);
    judgements->items[judgements->count] = judgement;
    return &judgements->items[judgements->count++];
}

/* Whether the judgement is of the family that Holm corrects. */
static bool tested(const Judgement *judgement)
{
    return judgement->p <= 1 && judgement->kind != KIND_UNMEASURED && !judgement->claim->apart;
}

/* Corrects the p-values of the judgements from place `first`, and takes back what does not stand;
 * returns the size of the family. */
static size_t correct(Judgements *judgements, size_t first, double level)
{
    size_t size = 0;
    double *p = alloc_zeroed(judgements->count - first + 1, sizeof *p);
    for (size_t i = first; i < judgements->count; i++)
        if (tested(&judgements->items[i]))
            p[size++] = judgements->items[i].p;
    stats_holm(p, size, p);
    for (size_t i = first, at = 0; i < judgements->count; i++) {
        Judgement *judgement = &judgements->items[i];
        if (judgement->p <= 1)
            judgement->p_holm = tested(judgement) ? p[at++] : judgement->p;
        if (judgement->kind != KIND_UNMEASURED && !(judgement->p_holm < level))
            judgement->kind = KIND_UNDECIDED;
    }
    free(p);
    return size;
}

/* Fills which member is shown and, where undecided, what each member would need. */
static void explain(Judgement *judgement, double level)
{
    judgement->shown = member_shown(judgement);
    if (judgement->kind != KIND_UNDECIDED || judgement->p > 1)
        return;
    double factor = judgement->p > 0 ? judgement->p_holm / judgement->p : 1;
    for (size_t i = 0; i < judgement->count; i++)
        if (judgement->members[i].there)
            find_needed(&judgement->members[i], level / fmax(factor, 1));
}

/* Whether the part's conditions all have this value already. */
static bool is_declared(const RulePart *part, const char *key, const char *value)
{
    bool found = false;
    for (size_t i = 0; i < part->of_count; i++)
        for (size_t j = 0; j < part->of[i].count; j++) {
            const RuleTest *test = &part->of[i].items[j];
            if (strcmp(test->key, key) != 0)
                continue;
            found = test->op == TEST_IS && strcmp(test->value, value) == 0;
            if (!found)
                return false;
        }
    return found;
}

/* The variants of a claim over one key: its values in the conditions of the parts that decide. */
static void add_variants(const Court *court, Judgements *judgements, const RuleClaim *claim,
                         const RuleTest *vary, Half half, size_t family)
{
    const RulePart *part = claim->parts;
    while (part->beside)
        part++;
    Names values = {0};
    size_t count, number,
        *cells = effects_select(court->effects, part, claim->question,
                                (EffectVariant){vary->key, "*"}, &count);
    const RuleTests tests = {(RuleTest *)vary, 1, 1};
    for (size_t i = 0; i < count; i++) {
        const char *value = effects_value(court->effects, cells[i], vary->key);
        if (*value && effects_passes(court->effects, cells[i], &tests))
            names_add(&values, value, strlen(value), &number);
    }
    free(cells);
    for (size_t i = 0; i < values.count; i++) {
        size_t place;
        const char *text = names_text(&values, i, NULL);
        if (is_declared(part, vary->key, text))
            continue;
        names_find(&court->effects->values, text, strlen(text), &place);
        EffectVariant variant = {vary->key, names_text(&court->effects->values, place, NULL)};
        Judgement judgement = hear(court, claim, half, variant);
        if (judgement.p <= 1)
            judgement.p_holm = fmin(1, judgement.p * (double)(family ? family : 1));
        if (!(judgement.p_holm < court->rules->level))
            judgement.kind = KIND_UNDECIDED;
        explain(append(judgements, judgement), court->rules->level);
    }
    names_free(&values);
}

/* Lets the judgement say what it depends on, where its variants, from place `first`, are decided
 * both ways. */
static void compare(Judgement *judgement, const Judgements *judgements, size_t first)
{
    bool seen[2] = {judgement->kind == KIND_HOLDS, judgement->kind == KIND_FAILS};
    for (size_t i = first; i < judgements->count; i++)
        for (int k = 0; k < 2; k++)
            seen[k] |= judgements->items[i].kind == (k ? KIND_FAILS : KIND_HOLDS);
    if (!seen[0] || !seen[1] || judgement->kind == KIND_UNMEASURED)
        return;
    size_t used = 0;
    judgement->why[0] = 0;
    for (size_t i = first; i < judgements->count && used < sizeof judgement->why; i++) {
        const Judgement *variant = &judgements->items[i];
        if (variant->kind != KIND_UNDECIDED)
            used +=
                (size_t)snprintf(judgement->why + used, sizeof judgement->why - used, "%s%s=%s %s",
                                 used ? ", " : "", variant->variant.key, variant->variant.value,
                                 variant->kind == KIND_HOLDS ? "holds" : "fails");
    }
    for (size_t i = first; i < judgements->count; i++) {
        const Judgement *variant = &judgements->items[i];
        if (variant->kind != KIND_UNDECIDED && variant->kind != judgement->kind) {
            judgement->variant.key = variant->variant.key;
            break;
        }
    }
    judgement->kind = KIND_DEPENDS;
}

static void judge_half(const Court *court, Judgements *judgements, Half half)
{
    const Rules *rules = court->rules;
    size_t first = judgements->count;
    for (size_t i = 0; i < rules->claims_count; i++) {
        Judgement *judgement =
            append(judgements, hear(court, &rules->claims[i], half, (EffectVariant){0}));
        if (!controlled(court, judgement))
            judgement->kind = KIND_UNMEASURED;
    }
    size_t family = correct(judgements, first, rules->level);
    for (size_t i = 0; i < rules->claims_count; i++) {
        const RuleClaim *claim = &rules->claims[i];
        size_t variants = judgements->count;
        explain(&judgements->items[first + i], rules->level);
        for (size_t v = 0; v < claim->vary_count; v++)
            add_variants(court, judgements, claim, &claim->vary[v], half, family);
        compare(&judgements->items[first + i], judgements, variants);
    }
}

void judge_all(Judgements *judgements, const Rules *rules, const Effects *effects, Draws draws)
{
    const Court court = {rules, effects, draws};
    *judgements = (Judgements){0};
    for (int half = 0; half < HALVES; half++)
        judge_half(&court, judgements, (Half)half);
}

void judgements_free(Judgements *judgements)
{
    for (size_t i = 0; i < judgements->count; i++)
        free(judgements->items[i].members);
    free(judgements->items);
    *judgements = (Judgements){0};
}
