/* Judge: the verdicts as a table. */
#include "verdict/judge.h"

#include <stdio.h>

const char *const judge_columns[] = {"claim",
                                     "half",
                                     "part",
                                     "role",
                                     "question",
                                     "effect_name",
                                     "effect",
                                     "low",
                                     "high",
                                     "test",
                                     "p",
                                     "p_holm",
                                     "seeds",
                                     "n",
                                     "verdict",
                                     "bound",
                                     "needed_seeds",
                                     "needed_units",
                                     "reason",
                                     "rule",
                                     "rules_of",
                                     NULL};

const char *judgement_words(const Judgement *judgement, char text[64])
{
    static const char *const words[] = {"undecided", "holds here", "fails here",
                                        "not measurable here"};
    if (judgement->kind == KIND_DEPENDS)
        snprintf(text, 64, "depends on %.48s", judgement->variant.key);
    else
        snprintf(text, 64, "%s", words[judgement->kind]);
    return text;
}

static void put_some(CsvWriter *writer, bool there, double value)
{
    if (there)
        csvfile_put_real(writer, value);
    else
        csvfile_put_none(writer);
}

static void put_count(CsvWriter *writer, double count)
{
    if (count > 0)
        csvfile_put_int(writer, (int64_t)count);
    else
        csvfile_put_none(writer);
}

/* effect_name … high, and which test; `member` may be NULL. */
static void put_effect(CsvWriter *writer, const JudgeMember *member)
{
    bool there = member && member->there;
    csvfile_put_text(writer, member ? member->part->measured : "");
    put_some(writer, there, there ? member->measured.effect : 0);
    put_some(writer, there, there ? member->measured.low : 0);
    put_some(writer, there, there ? member->measured.high : 0);
    csvfile_put_text(writer, !there                        ? "none"
                             : member->measured.seeds == 0 ? "t of units"
                             : member->measured.seeds == 1 ? "none of one seed"
                                                           : "t of seeds and units");
}

static void put_sizes(CsvWriter *writer, const JudgeMember *member)
{
    for (int i = 0; i < 2; i++)
        if (member && member->there)
            csvfile_put_int(writer, (int64_t)(i ? member->measured.units : member->measured.seeds));
        else
            csvfile_put_none(writer);
}

static void put_bound(CsvWriter *writer, const JudgeMember *member)
{
    put_some(writer, member && member->there, member ? member->bound : 0);
    put_count(writer, member ? member->seeds_needed : 0);
    put_count(writer, member ? member->units_needed : 0);
}

/* The claim itself, or a variant of it. */
static void write_claim(const Judgement *judgement, bool variant, const Rules *rules,
                        CsvWriter *writer)
{
    char words[64], part[160] = "";
    const RuleClaim *claim = judgement->claim;
    if (variant)
        snprintf(part, sizeof part, "with %.40s=%.100s", judgement->variant.key,
                 judgement->variant.value);
    csvfile_put_text(writer, claim->name);
    csvfile_put_text(writer, half_names[judgement->half]);
    csvfile_put_text(writer, part);
    csvfile_put_text(writer, variant ? "variant" : "claim");
    csvfile_put_text(writer, claim->question);
    put_effect(writer, judgement->shown);
    put_some(writer, judgement->p <= 1, judgement->p);
    put_some(writer, judgement->p_holm <= 1, judgement->p_holm);
    put_sizes(writer, judgement->shown);
    csvfile_put_text(writer, judgement_words(judgement, words));
    put_bound(writer, judgement->shown);
    csvfile_put_text(writer, judgement->why);
    csvfile_put_text(writer, claim->text.bytes);
    csvfile_put_text(writer, rules->date);
    csvfile_end_row(writer);
}

static void write_member(const Judgement *judgement, const JudgeMember *member, const Rules *rules,
                         CsvWriter *writer)
{
    static const char *const words[] = {"undecided", "holds", "fails"};
    const RuleClaim *claim = judgement->claim;
    bool own = judgement_own(judgement, member);
    double p = member->p_holds < member->p_fails ? member->p_holds : member->p_fails;
    csvfile_put_text(writer, claim->name);
    csvfile_put_text(writer, half_names[judgement->half]);
    csvfile_put_text(writer, member->name);
    csvfile_put_text(writer, !own ? "control" : member->part->beside ? "beside" : "decides");
    csvfile_put_text(writer, claim->question);
    put_effect(writer, member);
    put_some(writer, member->there, p);
    csvfile_put_none(writer);
    put_sizes(writer, member);
    csvfile_put_text(writer, member->there ? words[member->kind] : "not measured");
    put_bound(writer, member);
    csvfile_put_text(writer, member->why);
    csvfile_put_text(writer, member->part->text.bytes);
    csvfile_put_text(writer, rules->date);
    csvfile_end_row(writer);
}

void judgements_write(const Judgements *judgements, const Rules *rules, CsvWriter *writer)
{
    for (size_t i = 0; i < judgements->count; i++) {
        const Judgement *judgement = &judgements->items[i];
        bool variant = judgement->variant.value != NULL;
        write_claim(judgement, variant, rules, writer);
        for (size_t j = 0; !variant && j < judgement->count; j++)
            write_member(judgement, &judgement->members[j], rules, writer);
    }
}
