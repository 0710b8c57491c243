/* One short formula a stage, by what it carries through which blocks, forward or back. */
#include "plan/plan_costs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What commands are costed with. */
typedef struct {
    const PlanSettings *settings;
    const Commands *commands; /* all, to find a cell's own */
} Work;

enum { FLOAT = 4, LANDSCAPE = 41 * 41 };

static CostTexts all_of(const Work *work, TextKind kind)
{
    return plan_texts(&work->settings->corpus, kind, 0, 0);
}

/* The kinds that the list `texts` names, of all where it is NULL. */
static CostTexts texts_of(const Work *work, const char *texts)
{
    CostTexts sum = {0};
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        if (!texts || strstr(texts, encoded_kind((TextKind)kind)))
            sum = cost_sum(sum, all_of(work, (TextKind)kind));
    return sum;
}

static void ingest(const Work *work, const Command *command, PlanRow *row)
{
    enum { A_TOKEN = 12, A_CLAIM = 600 }; /* text and sentences; claim, prompt, evidence */
    (void)command;
    row->disk = A_TOKEN * all_of(work, TEXT_DOCUMENT).tokens +
                A_CLAIM * (all_of(work, TEXT_TEMPLATE).count + all_of(work, TEXT_PROMPT).count);
}

static void encode(const Work *work, const Command *command, PlanRow *row)
{
    (void)command;
    row->disk = FLOAT * texts_of(work, NULL).tokens;
}

/* The last layer of a list such as 0,5,10. */
static void prefix(const Work *work, const Command *command, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    const char *layers = command_value(command, "layers"),
               *last = layers ? strrchr(layers, ',') : NULL;
    CostTexts texts = texts_of(work, command_value(command, "texts"));
    double blocks = layers ? strtod(last ? last + 1 : layers, NULL) + 1 : 0;
    row->tokens = texts.tokens;
    row->operations = cost_forward(shape, blocks, texts);
    bool bf16 = command_says(command, "stream", "bf16");
    double stream = FLOAT * texts.tokens * (double)shape->width;
    row->disk = stream * (double)command_items(command, "layers") / (bf16 ? 2 : 1);
    row->memory = cost_prefix_bytes(shape, texts) + (bf16 ? stream : 0);
}

static void allocate(const Work *work, const Command *command, PlanRow *row)
{
    row->disk = all_of(work, TEXT_DOCUMENT).count * (double)command_number(command, "entries", 128);
}

/* Of the head, both ways, over the rows that a memory which learns letters alone does not need. */
static double spared(const Shape *shape, const Command *command, CostTexts texts)
{
    bool letters =
        command_says(command, "target", "cheat") || command_real(command, "answer-weight") == 1;
    return letters ? 2 * cost_head(shape, texts.tokens - texts.count) : 0;
}

static void memorize(const Work *work, const Command *command, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    CostMemory memory = {command_number(command, "layer", 0),
                         command_number(command, "entries", 128),
                         command_says(command, "variant", "lm")};
    CostTexts documents = all_of(work, TEXT_DOCUMENT), texts = documents;
    double epochs = (double)command_number(command, "epochs", 25),
           states = (double)command_items(command, "save");
    if (command_says(command, "target", "template"))
        texts = all_of(work, TEXT_TEMPLATE);
    if (command_says(command, "target", "both"))
        texts = cost_sum(documents, all_of(work, TEXT_TEMPLATE));
    if (command_says(command, "target", "cheat"))
        texts = all_of(work, TEXT_PROMPT);
    if (command_says(command, "pages", "half-1") || command_says(command, "pages", "half-2"))
        texts = cost_times(documents, 0.5);
    snprintf(row->name, sizeof row->name, "memorize %s%s",
             command_value(command, "start") ? "then " : "",
             command_value(command, "target") ? command_value(command, "target") : "document");
    row->tokens = epochs * texts.tokens + (states + 1) * documents.tokens;
    row->operations = epochs * (cost_train(shape, memory, texts) - spared(shape, command, texts)) +
                      (states + 1) * cost_score(shape, memory, documents);
    row->disk =
        states * FLOAT * cost_memory_size(shape, memory) + 8 * (states + 1) * documents.count;
    row->memory =
        cost_train_bytes(shape, memory, texts, (double)command_number(command, "batch", 4), states);
}

/* Texts behind a page each, which is the most that is told before them. */
static CostTexts told(const Work *work, CostTexts texts)
{
    CostTexts pages = all_of(work, TEXT_DOCUMENT);
    double page = pages.count > 0 ? pages.tokens / pages.count : 0;
    return (CostTexts){texts.count, texts.tokens + page * texts.count,
                       texts.squares + 2 * page * texts.tokens + page * page * texts.count,
                       texts.longest + pages.longest};
}

/* Without a cell: a page told before each, no memory, all blocks. */
static void told_answer(const Work *work, CostTexts prompts, PlanRow *row)
{
    const PlanSettings *settings = work->settings;
    CostTexts texts = told(work, prompts);
    row->tokens = texts.tokens;
    row->operations = cost_answer(&settings->shape, (CostMemory){0}, texts, 1, settings->open) +
                      cost_forward(&settings->shape, 1, texts);
    row->memory = cost_answer_bytes(&settings->shape, (CostMemory){0}, texts, 32);
}

/* Of the grid's own texts, or of others, which are told a page. */
static void pretrained_likelihood(const Work *work, const Command *command, CostTexts claims,
                                  PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    bool own = commands_maker(work->commands, command_value(command, "encoded"));
    CostTexts texts = own ? claims : told(work, claims);
    row->tokens = texts.tokens;
    row->operations =
        cost_forward(shape, (double)shape->blocks, texts) + cost_head(shape, claims.tokens);
    row->memory = cost_score_bytes(shape, (CostMemory){0}, texts, 32);
}

/* Asks every saved state of its cell and the model without one, or the last alone. */
static void answer(const Work *work, const Command *command, PlanRow *row)
{
    enum { A_ROW = 110 };
    const PlanSettings *settings = work->settings;
    const Command *cell = commands_maker(work->commands, command_value(command, "cell"));
    CostTexts prompts = all_of(work, TEXT_PROMPT);
    if (!command_value(command, "cell"))
        told_answer(work, prompts, row);
    if (!cell)
        return;
    CostMemory memory = {command_number(cell, "layer", 0), command_number(cell, "entries", 128),
                         false};
    double states =
        command_says(command, "epochs", "last") ? 1 : (double)command_items(cell, "save") + 1;
    row->tokens = states * prompts.tokens;
    row->operations = cost_answer(&settings->shape, memory, prompts, states, settings->open);
    row->disk = states * A_ROW * prompts.count;
    row->memory = cost_answer_bytes(&settings->shape, memory, prompts, 32);
}

/* Every claim with each saved state of its cell, or the last alone, and without a memory where no
 * file brings that. */
static void likelihood(const Work *work, const Command *command, PlanRow *row)
{
    enum { A_ROW = 110 };
    const Shape *shape = &work->settings->shape;
    const Command *cell = commands_maker(work->commands, command_value(command, "cell"));
    CostTexts claims = all_of(work, TEXT_CLAIM);
    if (!command_value(command, "cell"))
        pretrained_likelihood(work, command, claims, row);
    if (!cell)
        return;
    CostMemory memory = {command_number(cell, "layer", 0), command_number(cell, "entries", 128),
                         false};
    bool last = command_says(command, "epochs", "last");
    double states = last ? 1 : (double)command_items(cell, "save") + 1;
    double times = states + (command_value(command, "without") ? 0 : 1);
    row->tokens = times * claims.tokens;
    row->operations = times * cost_score(shape, memory, claims);
    row->disk = states * A_ROW * claims.count;
    row->memory = cost_score_bytes(shape, memory, claims, 32);
}

/* A DocRep memory: where it is, and the texts it is trained on. */
static CostMemory vectors_memory(const Command *command)
{
    return (CostMemory){command_number(command, "layer", 0), command_number(command, "entries", 32),
                        !command_says(command, "lm", "no")};
}

static CostTexts vectors_texts(const Work *work, const Command *command)
{
    return plan_texts(&work->settings->corpus, TEXT_DOCUMENT,
                      command_number(command, "documents", 1),
                      command_number(command, "tokens", 0));
}

/* With a forgetting loss every step carries the texts twice. Scored are the texts without a memory,
 * and at each saved epoch and before training under their own and negative vectors. */
static void document_vectors(const Work *work, const Command *command, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    CostMemory memory = vectors_memory(command);
    CostTexts texts = vectors_texts(work, command);
    double epochs = (double)command_number(command, "epochs", 30), n = texts.count;
    double ways = command_real(command, "alpha") > 0 ? 2 : 1;
    double scores = 2 * ((double)command_items(command, "save") + 1) + 1;
    double kept = n * (double)(command_number(command, "dimension", 2) + memory.entries);
    row->tokens = (epochs * ways + scores) * texts.tokens;
    row->operations = epochs * ways * cost_train(shape, memory, texts) +
                      scores * cost_score(shape, memory, texts);
    row->disk = FLOAT * ((epochs + 1) * kept + cost_memory_size(shape, memory));
    row->memory = cost_train_bytes(shape, memory, texts,
                                   ways * (double)command_number(command, "batch", 16), 0);
}

static void landscape(const Work *work, const Command *command, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    const Command *cell = commands_maker(work->commands, command_value(command, "cell"));
    if (!cell)
        return;
    CostTexts first =
        plan_texts(&work->settings->corpus, TEXT_DOCUMENT, 1, command_number(cell, "tokens", 0));
    CostTexts texts = cost_times(first, LANDSCAPE);
    row->tokens = texts.tokens;
    row->operations = cost_score(shape, vectors_memory(cell), texts);
    row->disk = LANDSCAPE * 60;
    row->memory = cost_train_bytes(shape, vectors_memory(cell), first, 16, 0);
}

/* An entry: the contexts' texts at 0, −1, +1 and on both sides of 0, with logits; at 0 and with the
 * entry erased, without; four times the words' logits of each context. The pools: all documents
 * four times. Words are taken to be a quarter of the vocabulary. */
static void intervene(const Work *work, const Command *command, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    const Command *cell = commands_maker(work->commands, command_value(command, "cell"));
    if (!cell)
        return;
    CostMemory memory = vectors_memory(cell);
    CostTexts documents = vectors_texts(work, cell);
    if (documents.count == 0)
        return;
    double contexts = (double)command_number(command, "contexts", 10), m = (double)memory.entries;
    CostTexts some = cost_times(documents, contexts / documents.count);
    double logits = cost_head(shape, some.tokens), words = (double)shape->vocabulary / 4;
    row->tokens = (7 * m + 1) * some.tokens + 4 * documents.tokens;
    row->operations = (7 * m + 1) * cost_score(shape, memory, some) - 2 * m * logits +
                      4 * cost_score(shape, memory, documents) +
                      cost_head(shape, 4 * m * contexts + m + documents.count);
    row->disk = FLOAT * words * (4 * m * contexts + 2 * documents.count);
    row->memory = row->disk + cost_score_bytes(shape, memory, documents, contexts);
}

static const struct {
    const char *stage;
    void (*cost)(const Work *work, const Command *command, PlanRow *row);
} formulas[] = {{"ingest", ingest},
                {"encode", encode},
                {"prefix", prefix},
                {"allocate", allocate},
                {"memorize", memorize},
                {"answer", answer},
                {"likelihood", likelihood},
                {"document_vectors", document_vectors},
                {"drift_landscape", landscape},
                {"intervene", intervene}};

/* Tokens whose rows of the prefix the command reads. */
static double tokens_read(const Work *work, const Command *command)
{
    const char *stage = command->words[0], *target = command_value(command, "target");
    TextKind kind = strcmp(stage, "answer") == 0       ? TEXT_PROMPT
                    : strcmp(stage, "likelihood") == 0 ? TEXT_CLAIM
                                                       : TEXT_DOCUMENT;
    double tokens = all_of(work, kind).tokens;
    if (target && (strcmp(target, "template") == 0 || strcmp(target, "both") == 0))
        tokens += all_of(work, TEXT_TEMPLATE).tokens;
    if (target && strcmp(target, "cheat") == 0)
        tokens += all_of(work, TEXT_PROMPT).tokens;
    return tokens;
}

/* The rows of the prefix that the command reads, where they are in BF16 and so are widened. */
static double widened(const Work *work, const Command *command)
{
    const char *path = command_value(command, "prefix");
    const Command *prefix = path ? commands_maker(work->commands, path) : NULL;
    if (!prefix || !command_says(prefix, "stream", "bf16"))
        return 0;
    return FLOAT * tokens_read(work, command) * (double)work->settings->shape.width;
}

void plan_cost(const PlanSettings *settings, const Commands *commands, const Command *command,
               PlanRow *row)
{
    const Work work = {settings, commands};
    snprintf(row->name, sizeof row->name, "%s", command->words[0]);
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        if (strcmp(command->words[0], formulas[i].stage) == 0)
            formulas[i].cost(&work, command, row);
    row->memory += widened(&work, command);
    if (row->tokens > 0) /* it carries texts, and so holds weights */
        row->memory += cost_held_weights(&settings->shape, settings->budget);
}
