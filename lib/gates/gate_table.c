/* A gate is a ratio of two sums over pages; its interval is a bootstrap over pages. */
#include "gates/gate_table.h"

#include "base/alloc.h"
#include "verdict/stats.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { RESAMPLES = 2000 };

bool gate_holds(const Gate *gate)
{
    return !gate->gate || (gate->value >= gate->least && gate->value <= gate->most);
}

static Gate *add_gate(Gates *gates, const char *name, const char *what, double least, double most)
{
    assert(gates->count < GATES_MOST);
    Gate *gate = &gates->gates[gates->count++];
    *gate = (Gate){name, what, least, most, 0, 0, 0, 0, 0, least > -INFINITY || most < INFINITY};
    return gate;
}

/* A numerator and a denominator by page: right answers and claims, or nats after and before. */
typedef struct {
    double *part, *whole; /* (pages) */
    size_t pages;
} Shares;

static Shares make_shares(size_t pages)
{
    return (Shares){alloc_zeroed(pages, sizeof(double)), alloc_zeroed(pages, sizeof(double)),
                    pages};
}

static void free_shares(Shares *shares)
{
    free(shares->part);
    free(shares->whole);
}

static double sum(const double *values, size_t count)
{
    double total = 0;
    for (size_t i = 0; i < count; i++)
        total += values[i];
    return total;
}

/* The ratio over one bootstrap sample of the pages. */
static double resample(const Shares *shares, Rng *rng)
{
    double part = 0, whole = 0;
    for (size_t i = 0; i < shares->pages; i++) {
        size_t page = rng_below(rng, (uint32_t)shares->pages);
        part += shares->part[page];
        whole += shares->whole[page];
    }
    return whole > 0 ? part / whole : 0;
}

/* Sets the gate's value, the ratio of `shares` less that of `other` (unless NULL), and its
 * interval. */
static void measure(Gate *gate, const Shares *shares, const Shares *other)
{
    double samples[RESAMPLES];
    Rng rng = rng_stream("gate bootstrap", 1, 0);
    for (int i = 0; i < RESAMPLES; i++) {
        samples[i] = resample(shares, &rng);
        samples[i] -= other ? resample(other, &rng) : 0;
    }
    stats_percentile_interval(samples, RESAMPLES, &gate->low, &gate->high);
    gate->pages = shares->pages;
    gate->items = (size_t)sum(shares->whole, shares->pages);
    gate->value = sum(shares->part, shares->pages) / sum(shares->whole, shares->pages);
    if (other)
        gate->value -= sum(other->part, other->pages) / sum(other->whole, other->pages);
}

/* Right answers by page: between (a) and (b), for claims that are true or false; or, if `three`,
 * among the three letters. */
static Shares right_answers(const GatePrompts *list, bool three)
{
    Shares shares = make_shares(list->pages);
    for (size_t i = 0; i < list->count; i++) {
        const GatePrompt *prompt = &list->prompts[i];
        if (!three && prompt->label == 2)
            continue;
        shares.whole[prompt->page] += 1;
        shares.part[prompt->page] +=
            three ? prompt->choice == prompt->label : prompt->truer == (prompt->label == 0);
    }
    return shares;
}

/* What the measurements share. */
typedef struct {
    Gates *gates;
    const Model *model;
    const Tokenizer *tokenizer;
    const World *world;
    Error *error;
} Work;

/* A question: what stands before the prompt, the gate's bounds, and its names by role, for (a) or
 * (b) and for three letters. */
typedef struct {
    GateContext context;
    double least, most;
    const char *names[GATE_ROLES][2];
} Question;

static const Question questions[GATE_CONTEXTS] = {
    {GATE_CLOSED,
     0.60,
     0.80,
     {{"pretrained", "pretrained three-way"},
      {"pretrained confirmatory", "pretrained confirmatory three-way"},
      {"known", "known three-way"},
      {"unknown", "unknown three-way"}}},
    {GATE_PAGE,
     0.85,
     INFINITY,
     {{"page in context", "page in context three-way"},
      {"page in context confirmatory", "page in context confirmatory three-way"}}},
    {GATE_EVIDENCE,
     0.90,
     INFINITY,
     {{"evidence in context", "evidence in context three-way"},
      {"evidence in context confirmatory", "evidence in context confirmatory three-way"}}},
};

/* Measures accuracy for one role and question; *two = the shares for (a) or (b), freed by the
 * caller. */
static bool ask(Work *work, const Question *question, GateRole role, Shares *two)
{
    GatePrompts list = {0};
    bool bound = role == GATE_EXPLORATORY || role == GATE_CONFIRMATORY;
    gate_prompts(&list, work->world, role, question->context);
    bool ok = gate_ask(work->model, work->tokenizer, &list, work->error);
    *two = right_answers(&list, false);
    Shares three = right_answers(&list, true);
    if (ok) {
        measure(add_gate(work->gates, question->names[role][0], "true or false, accuracy",
                         bound ? question->least : -INFINITY, bound ? question->most : INFINITY),
                two, NULL);
        measure(add_gate(work->gates, question->names[role][1], "one of three letters, accuracy",
                         -INFINITY, INFINITY),
                &three, NULL);
    }
    free_shares(&three);
    gate_prompts_free(&list);
    return ok;
}

static bool ask_known(Work *work)
{
    Shares known, unknown;
    bool ok = ask(work, &questions[GATE_CLOSED], GATE_KNOWN, &known);
    ok = ask(work, &questions[GATE_CLOSED], GATE_UNKNOWN, &unknown) && ok;
    if (ok)
        measure(
            add_gate(work->gates, "known less unknown", "difference of accuracies", 0.10, INFINITY),
            &known, &unknown);
    free_shares(&known);
    free_shares(&unknown);
    return ok;
}

static bool ask_all(Work *work, int halves)
{
    bool ok = true;
    for (int context = 0; ok && context < GATE_CONTEXTS; context++)
        for (int role = 0; ok && role < halves; role++) {
            Shares two;
            ok = ask(work, &questions[context], (GateRole)role, &two);
            free_shares(&two);
        }
    return ok && ask_known(work);
}

/* Measures the loss of a role's pages, and the share of it that is left with a memory. */
static bool read_pages(Work *work, GateRole role, const GateMemory *memory)
{
    static const char *const names[] = {"page NLL", "page NLL confirmatory"};
    static const char *const left[] = {"NLL left by a memory", "NLL left by a memory confirmatory"};
    size_t count;
    gate_role(work->world, role, &count);
    Shares loss = make_shares(count), rest = make_shares(count);
    bool ok = gate_pages(work->model, work->tokenizer, work->world, role, memory, loss.part,
                         rest.part, work->error);
    for (size_t i = 0; i < count; i++) {
        rest.whole[i] = loss.part[i];
        loss.whole[i] = 1;
    }
    if (ok) {
        measure(add_gate(work->gates, names[role], "nats a token", 1.5, INFINITY), &loss, NULL);
        measure(add_gate(work->gates, left[role], "share of the nats", -INFINITY, 0.5), &rest,
                NULL);
        work->gates->gates[work->gates->count - 1].items = count;
    }
    free_shares(&loss);
    free_shares(&rest);
    return ok;
}

bool gates_measure(Gates *gates, const Model *model, const Tokenizer *tokenizer, const World *world,
                   int halves, const GateMemory *memory, Error *error)
{
    Work work = {gates, model, tokenizer, world, error};
    gates->count = 0;
    bool ok = ask_all(&work, halves);
    for (int role = 0; ok && role < halves; role++)
        ok = read_pages(&work, (GateRole)role, memory);
    return ok;
}
