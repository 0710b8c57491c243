/* Claims about a study: each is decided by comparisons between its cells, alone or several
 * together. */
#include "claims.h"

void claims_begin(Claims *claims, const Study *study, int64_t layer, const char *question,
                  VerdictDraws draws)
{
    *claims = (Claims){.study = study, .layer = layer};
    verdict_list_begin(&claims->claims, question, draws);
    verdict_list_begin(&claims->parts, question, draws);
}

void claims_free(Claims *claims)
{
    verdict_list_free(&claims->claims);
    verdict_list_free(&claims->parts);
}

/* Ends the family of parts under way; its first. */
static Verdict *settle(Claims *claims)
{
    Verdict *family = claims->parts.items + claims->family;
    verdict_settle(family, claims->parts.count - claims->family);
    claims->family = claims->parts.count;
    return family;
}

/* Gives up the family of parts under way. */
static bool drop(Claims *claims)
{
    claims->parts.count = claims->family;
    return false;
}

/* Adds the claim, by its own rule, that a part of it decides, to the claims or, apart from them, to
 * the parts; the p-value is the part's among the parts. */
static void add_decided(Claims *claims, const ClaimSide *side, const Verdict *part, bool apart)
{
    Verdict claim = *part;
    claim.part[0] = 0;
    claim.rule = side->verdict.rule;
    claim.p = part->p_holm;
    verdict_list_append(apart ? &claims->parts : &claims->claims, &claim);
    claims->family = claims->parts.count;
}

/* Makes each margin a share of what the other cell gains over the pretrained model; false where one
 * gains nothing. */
static bool set_margins(const Study *study, Comparisons *pairs, double share)
{
    for (size_t i = 0; i < pairs->count; i++) {
        Contrast gain;
        const StudyTerm terms[] = {{&study->pretrained, 1}, {pairs->items[i].terms[1].cell, -1}};
        if (!study_contrast(terms, 2, CONTRAST_LOSS, &gain))
            return false;
        pairs->items[i].margin = share * contrast_mean(&gain);
        contrast_free(&gain);
        if (pairs->items[i].margin <= 0)
            return false;
    }
    return true;
}

static bool find_pairs(const Claims *claims, const ClaimSide *side, int64_t layer,
                       Comparisons *pairs)
{
    *pairs = (Comparisons){0};
    comparisons_find(pairs, claims->study, &side->rule, layer, side->margin);
    return pairs->count > 0 && (!side->of_gain || set_margins(claims->study, pairs, side->margin));
}

static void add_parts(Claims *claims, const ClaimSide *side, const Comparisons *pairs)
{
    Verdict part = side->verdict;
    part.rule = verdict_criterion_rule(&part);
    comparisons_parts(pairs, &claims->parts, part, side->prefix ? side->prefix : "", side->of);
}

bool claims_all(Claims *claims, const ClaimSide *side, bool apart)
{
    Comparisons pairs;
    bool found = find_pairs(claims, side, claims->layer, &pairs);
    if (found) {
        add_parts(claims, side, &pairs);
        const Verdict *family = settle(claims), *part = family;
        for (size_t i = 1; i < pairs.count; i++)
            part = verdict_weaker(part, &family[i]);
        add_decided(claims, side, part, apart);
    }
    comparisons_free(&pairs);
    return found;
}

bool claims_both(Claims *claims, const ClaimSide sides[2])
{
    Comparisons pairs[2];
    bool found = true;
    for (int i = 0; i < 2; i++) {
        Verdict mean = sides[i].verdict;
        mean.rule = verdict_criterion_rule(&mean);
        found = find_pairs(claims, &sides[i], claims->layer, &pairs[i]) && found &&
                comparisons_mean(&pairs[i], &claims->parts, mean, sides[i].name, sides[i].of);
    }
    for (int i = 0; found && i < 2; i++)
        add_parts(claims, &sides[i], &pairs[i]);
    if (found) {
        const Verdict *family = settle(claims), *part = verdict_weaker(&family[0], &family[1]);
        add_decided(claims, sides, part, false);
    }
    comparisons_free(&pairs[0]);
    comparisons_free(&pairs[1]);
    return found || drop(claims);
}

/* The stronger of part `i` and those of the second side about the same cell. */
static const Verdict *stronger(const Verdict *family, const Comparisons pairs[2], size_t i)
{
    const Verdict *best = &family[i];
    for (size_t j = 0; j < pairs[1].count; j++) {
        const Verdict *other = &family[pairs[0].count + j];
        if (pairs[1].items[j].terms[0].cell == pairs[0].items[i].terms[0].cell &&
            verdict_weaker(best, other) == best)
            best = other;
    }
    return best;
}

bool claims_either(Claims *claims, const ClaimSide sides[2])
{
    Comparisons pairs[2];
    for (int i = 0; i < 2; i++) {
        find_pairs(claims, &sides[i], claims->layer, &pairs[i]);
        add_parts(claims, &sides[i], &pairs[i]);
    }
    bool found = pairs[0].count > 0;
    if (found) {
        const Verdict *family = settle(claims), *part = stronger(family, pairs, 0);
        for (size_t i = 1; i < pairs[0].count; i++)
            part = verdict_weaker(part, stronger(family, pairs, i));
        add_decided(claims, sides, part, false);
    }
    comparisons_free(&pairs[0]);
    comparisons_free(&pairs[1]);
    return found || drop(claims);
}

/* Whether two cells differ in nothing but the layer. */
static bool same_but_layer(const Comparison *a, const Comparison *b)
{
    Condition first = a->terms[0].cell->condition, second = b->terms[0].cell->condition;
    first.layer = second.layer;
    return condition_compare(&first, &second) == 0;
}

/* Keeps the pairs whose cell has a neighbour at another layer. */
static void keep_layers(Comparisons *pairs)
{
    Comparison *items = pairs->items;
    size_t kept = 0;
    for (size_t i = 0, end; i < pairs->count; i = end) {
        for (end = i + 1; end < pairs->count && same_but_layer(&items[i], &items[end]);)
            end++;
        for (size_t j = i; end - i > 1 && j < end; j++)
            items[kept++] = items[j];
    }
    pairs->count = kept;
}

/* Supported where one memory gains at one layer and not at another; contradicted where all parts
 * are alike and decided. */
static VerdictKind kind_of_layers(const Verdict *family, const Comparisons *pairs)
{
    size_t kinds[3] = {0};
    for (size_t i = 0; i < pairs->count; i++) {
        kinds[family[i].kind]++;
        for (size_t j = 0; j < pairs->count; j++)
            if (family[i].kind == VERDICT_SUPPORTED && family[j].kind == VERDICT_CONTRADICTED &&
                same_but_layer(&pairs->items[i], &pairs->items[j]))
                return VERDICT_SUPPORTED;
    }
    bool alike =
        kinds[VERDICT_SUPPORTED] == pairs->count || kinds[VERDICT_CONTRADICTED] == pairs->count;
    return alike ? VERDICT_CONTRADICTED : VERDICT_UNDECIDED;
}

bool claims_somewhere(Claims *claims, const ClaimSide *side)
{
    Comparisons pairs;
    find_pairs(claims, side, -1, &pairs);
    keep_layers(&pairs);
    bool found = pairs.count > 0;
    if (found) {
        claims->first = claims->family;
        claims->count = pairs.count;
        add_parts(claims, side, &pairs);
        const Verdict *family = settle(claims), *most = family;
        for (size_t i = 1; i < pairs.count; i++)
            most = family[i].effect > most->effect ? &family[i] : most;
        claims->spread_kind = kind_of_layers(family, &pairs);
        add_decided(claims, side, most, false);
        claims->spread = claims->claims.count;
    }
    comparisons_free(&pairs);
    return found;
}

void claims_write(Claims *claims, CsvWriter *writer)
{
    VerdictList *list = &claims->claims;
    verdict_settle(list->items, list->count);
    if (claims->spread > 0)
        verdict_from_parts(&list->items[claims->spread - 1], claims->spread_kind,
                           claims->parts.items + claims->first, claims->count);
    verdict_list_write(list, writer);
    verdict_list_write(&claims->parts, writer);
}
