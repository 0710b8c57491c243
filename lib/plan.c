/* What a run would take, kind of target by kind of target, before it is run. */
#include "plan.h"

#include "mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- the corpus --------------------------------------------------------------------------- */

bool plan_corpus_read(PlanCorpus *corpus, const char *path, Error *error)
{
    Encoded encoded;
    if (!encoded_open(&encoded, path, error))
        return false;
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        corpus->count[kind] = encoded.count[kind];
        corpus->length[kind] = mem_alloc(encoded.count[kind], sizeof **corpus->length);
        for (size_t i = 0; i < encoded.count[kind]; i++)
            corpus->length[kind][i] = encoded_text(&encoded, (TextKind)kind, i).length;
    }
    encoded_close(&encoded);
    return true;
}

void plan_corpus_guess(PlanCorpus *corpus, const size_t count[TEXT_KINDS],
                       const size_t length[TEXT_KINDS])
{
    for (int kind = 0; kind < TEXT_KINDS; kind++) {
        corpus->count[kind] = count[kind];
        corpus->length[kind] = mem_alloc(count[kind], sizeof **corpus->length);
        for (size_t i = 0; i < count[kind]; i++)
            corpus->length[kind][i] = length[kind];
    }
}

void plan_corpus_free(PlanCorpus *corpus)
{
    for (int kind = 0; kind < TEXT_KINDS; kind++)
        free(corpus->length[kind]);
    *corpus = (PlanCorpus){0};
}

/* The first `count` texts of a kind, each cut after `tokens`; 0: all, whole. */
static CostTexts texts_of(const PlanCorpus *corpus, TextKind kind, size_t count, size_t tokens)
{
    CostTexts sum = {0};
    size_t all = corpus->count[kind];
    for (size_t i = 0; i < (count && count < all ? count : all); i++) {
        size_t whole = corpus->length[kind][i];
        double n = (double)(tokens && whole > tokens ? tokens : whole);
        sum = cost_sum(sum, (CostTexts){1, n, n * n, n});
    }
    return sum;
}

/* --- the commands ------------------------------------------------------------------------- */

typedef struct {
    char *text;   /* owns the words */
    char **words; /* (count) */
    size_t count;
} Line;

/* All lines of the file, and what they are costed with. */
typedef struct {
    const PlanSettings *settings;
    Line *lines;
    size_t count, capacity;
} Work;

/* The last value of an argument, as the stages take it; NULL where it is not named. */
static const char *value_of(const Line *line, const char *name)
{
    const char *value = NULL;
    for (size_t i = 1; i + 1 < line->count; i++)
        if (strncmp(line->words[i], "--", 2) == 0 && strcmp(line->words[i] + 2, name) == 0)
            value = line->words[i + 1];
    return value;
}

static size_t number_of(const Line *line, const char *name, size_t missing)
{
    const char *value = value_of(line, name);
    return value ? (size_t)strtoull(value, NULL, 10) : missing;
}

static double real_of(const Line *line, const char *name)
{
    const char *value = value_of(line, name);
    return value ? strtod(value, NULL) : 0;
}

static bool says(const Line *line, const char *name, const char *wanted)
{
    const char *value = value_of(line, name);
    return value && strcmp(value, wanted) == 0;
}

/* Numbers in a list such as 1,5,25; 0 where it is not named. */
static size_t list_length(const Line *line, const char *name)
{
    const char *value = value_of(line, name);
    size_t count = value ? 1 : 0;
    for (; value && *value; value++)
        count += *value == ',';
    return count;
}

/* The command that makes a file; NULL where none does. */
static const Line *maker_of(const Work *work, const char *path)
{
    for (size_t i = 0; path && i < work->count; i++) {
        const char *out = value_of(&work->lines[i], "out");
        if (out && strcmp(out, path) == 0)
            return &work->lines[i];
    }
    return NULL;
}

static void read_line(Work *work, const char *text)
{
    work->lines = mem_grow(work->lines, &work->capacity, work->count + 1, sizeof *work->lines);
    Line *line = &work->lines[work->count++];
    size_t capacity = 0;
    *line = (Line){.text = mem_text(text)};
    char *rest = NULL, *word = strtok_r(line->text, " \t\r\n", &rest);
    for (; word; word = strtok_r(NULL, " \t\r\n", &rest)) {
        line->words = mem_grow(line->words, &capacity, line->count + 1, sizeof *line->words);
        line->words[line->count++] = word;
    }
}

/* --- what each costs ------------------------------------------------------------------------ */

enum { FLOAT = 4, LANDSCAPE = 41 * 41 };

static CostTexts all_of(const Work *work, TextKind kind)
{
    return texts_of(&work->settings->corpus, kind, 0, 0);
}

static CostTexts everything(const Work *work)
{
    return cost_sum(all_of(work, TEXT_DOCUMENT),
                    cost_sum(all_of(work, TEXT_TEMPLATE), all_of(work, TEXT_PROMPT)));
}

static void ingest(const Work *work, const Line *line, PlanRow *row)
{
    enum { A_TOKEN = 12, A_CLAIM = 600 }; /* text and sentences; claim, prompt, evidence */
    (void)line;
    row->disk = A_TOKEN * all_of(work, TEXT_DOCUMENT).tokens +
                A_CLAIM * (all_of(work, TEXT_TEMPLATE).count + all_of(work, TEXT_PROMPT).count);
}

static void encode(const Work *work, const Line *line, PlanRow *row)
{
    (void)line;
    row->disk = FLOAT * everything(work).tokens;
}

/* The last layer of a list such as 0,5,10. */
static void prefix(const Work *work, const Line *line, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    const char *layers = value_of(line, "layers"), *last = layers ? strrchr(layers, ',') : NULL;
    CostTexts texts = everything(work);
    double blocks = layers ? strtod(last ? last + 1 : layers, NULL) + 1 : 0;
    row->tokens = texts.tokens;
    row->operations = cost_forward(shape, blocks, texts);
    row->disk = FLOAT * texts.tokens * (double)shape->width * (double)list_length(line, "layers");
    row->memory = cost_prefix_bytes(shape, texts);
}

static void allocate(const Work *work, const Line *line, PlanRow *row)
{
    row->disk = all_of(work, TEXT_DOCUMENT).count * (double)number_of(line, "entries", 128);
}

static void memorize(const Work *work, const Line *line, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    CostMemory memory = {number_of(line, "layer", 0), number_of(line, "entries", 128),
                         says(line, "variant", "lm")};
    CostTexts documents = all_of(work, TEXT_DOCUMENT), texts = documents;
    double epochs = (double)number_of(line, "epochs", 25),
           states = (double)list_length(line, "save");
    if (says(line, "target", "template"))
        texts = all_of(work, TEXT_TEMPLATE);
    if (says(line, "target", "both"))
        texts = cost_sum(documents, all_of(work, TEXT_TEMPLATE));
    snprintf(row->name, sizeof row->name, "memorize %s%s", value_of(line, "start") ? "then " : "",
             value_of(line, "target") ? value_of(line, "target") : "document");
    row->tokens = epochs * texts.tokens + (states + 1) * documents.tokens;
    row->operations = epochs * cost_train(shape, memory, texts) +
                      (states + 1) * cost_score(shape, memory, documents);
    row->disk =
        states * FLOAT * cost_memory_size(shape, memory) + 8 * (states + 1) * documents.count;
    row->memory =
        cost_train_bytes(shape, memory, texts, (double)number_of(line, "batch", 4), states);
}

/* Asks every saved state of its cell and the model without one, or the last alone. */
static void answer(const Work *work, const Line *line, PlanRow *row)
{
    enum { A_ROW = 110 };
    const PlanSettings *settings = work->settings;
    const Line *cell = maker_of(work, value_of(line, "cell"));
    CostTexts prompts = all_of(work, TEXT_PROMPT);
    if (!cell)
        return;
    CostMemory memory = {number_of(cell, "layer", 0), number_of(cell, "entries", 128), false};
    double states = says(line, "epochs", "last") ? 1 : (double)list_length(cell, "save") + 1;
    row->tokens = states * prompts.tokens;
    row->operations = states * cost_answer(&settings->shape, memory, prompts, settings->open);
    row->disk = states * A_ROW * prompts.count;
    row->memory = cost_answer_bytes(&settings->shape, memory, prompts, 32);
}

/* A DocRep memory: where it is, and the texts it is trained on. */
static CostMemory vectors_memory(const Line *line)
{
    return (CostMemory){number_of(line, "layer", 0), number_of(line, "entries", 32),
                        !says(line, "lm", "no")};
}

static CostTexts vectors_texts(const Work *work, const Line *line)
{
    return texts_of(&work->settings->corpus, TEXT_DOCUMENT, number_of(line, "documents", 1),
                    number_of(line, "tokens", 0));
}

/* With a forgetting loss every step carries the texts twice. Scored are the texts without a memory,
 * and at each saved epoch and before training under their own and negative vectors. */
static void document_vectors(const Work *work, const Line *line, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    CostMemory memory = vectors_memory(line);
    CostTexts texts = vectors_texts(work, line);
    double epochs = (double)number_of(line, "epochs", 30), n = texts.count;
    double ways = real_of(line, "alpha") > 0 ? 2 : 1;
    double scores = 2 * ((double)list_length(line, "save") + 1) + 1;
    double kept = n * (double)(number_of(line, "dimension", 2) + memory.entries);
    row->tokens = (epochs * ways + scores) * texts.tokens;
    row->operations = epochs * ways * cost_train(shape, memory, texts) +
                      scores * cost_score(shape, memory, texts);
    row->disk = FLOAT * ((epochs + 1) * kept + cost_memory_size(shape, memory));
    row->memory =
        cost_train_bytes(shape, memory, texts, ways * (double)number_of(line, "batch", 16), 0);
}

static void landscape(const Work *work, const Line *line, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    const Line *cell = maker_of(work, value_of(line, "cell"));
    if (!cell)
        return;
    CostTexts first =
        texts_of(&work->settings->corpus, TEXT_DOCUMENT, 1, number_of(cell, "tokens", 0));
    CostTexts texts = cost_times(first, LANDSCAPE);
    row->tokens = texts.tokens;
    row->operations = cost_score(shape, vectors_memory(cell), texts);
    row->disk = LANDSCAPE * 60;
    row->memory = cost_train_bytes(shape, vectors_memory(cell), first, 16, 0);
}

/* An entry: the contexts' texts at 0, −1, +1 and on both sides of 0, with logits; at 0 and with the
 * entry erased, without; four times the words' logits of each context. The pools: all documents
 * four times. Words are taken to be a quarter of the vocabulary. */
static void intervene(const Work *work, const Line *line, PlanRow *row)
{
    const Shape *shape = &work->settings->shape;
    const Line *cell = maker_of(work, value_of(line, "cell"));
    if (!cell)
        return;
    CostMemory memory = vectors_memory(cell);
    CostTexts documents = vectors_texts(work, cell);
    double contexts = (double)number_of(line, "contexts", 10), m = (double)memory.entries;
    CostTexts some = cost_times(documents, contexts / documents.count);
    double logits = cost_head(shape, some.tokens), words = (double)shape->vocabulary / 4;
    row->tokens = (7 * m + 1) * some.tokens + 4 * documents.tokens;
    row->operations = (7 * m + 1) * cost_score(shape, memory, some) - 2 * m * logits +
                      4 * cost_score(shape, memory, documents) +
                      cost_head(shape, 4 * m * contexts + m + documents.count);
    row->disk = FLOAT * words * (4 * m * contexts + 2 * documents.count);
    row->memory = row->disk + cost_train_bytes(shape, memory, some, contexts, 0);
}

static const struct {
    const char *stage;
    void (*cost)(const Work *work, const Line *line, PlanRow *row);
} formulas[] = {{"ingest", ingest},
                {"encode", encode},
                {"prefix", prefix},
                {"allocate", allocate},
                {"memorize", memorize},
                {"answer", answer},
                {"document_vectors", document_vectors},
                {"drift_landscape", landscape},
                {"intervene", intervene}};

/* --- the plan ------------------------------------------------------------------------------- */

/* Whether the stage carries texts through the model, and so holds its weights. */
static bool holds_weights(const PlanRow *row)
{
    return row->tokens > 0;
}

static PlanRow cost_of(const Work *work, const Line *line)
{
    PlanRow row = {.targets = 1};
    snprintf(row.name, sizeof row.name, "%s", line->words[0]);
    for (size_t i = 0; i < sizeof formulas / sizeof *formulas; i++)
        if (strcmp(line->words[0], formulas[i].stage) == 0)
            formulas[i].cost(work, line, &row);
    if (holds_weights(&row))
        row.memory += cost_held_weights(&work->settings->shape, work->settings->budget);
    row.done = access(value_of(line, "out"), F_OK) == 0;
    row.left = row.done ? 0 : row.operations;
    row.disk_left = row.done ? 0 : row.disk;
    return row;
}

static void add(PlanRow *sum, const PlanRow *row)
{
    sum->targets += row->targets, sum->done += row->done;
    sum->tokens += row->tokens;
    sum->operations += row->operations, sum->left += row->left;
    sum->disk += row->disk, sum->disk_left += row->disk_left;
    sum->memory = row->memory > sum->memory ? row->memory : sum->memory;
}

/* The plan's row of that name, a new one where there is none; NULL where there is no room. */
static PlanRow *row_named(Plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->rows[i].name, name) == 0)
            return &plan->rows[i];
    if (plan->count == PLAN_ROWS)
        return NULL;
    PlanRow *row = &plan->rows[plan->count++];
    snprintf(row->name, sizeof row->name, "%s", name);
    return row;
}

static bool read_lines(Work *work, const char *path, Error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, "%s: cannot be read (%s); make plan writes it", path, errno_text());
    char *text = NULL;
    size_t size = 0;
    while (getline(&text, &size, file) >= 0)
        read_line(work, text);
    bool ok = !ferror(file) || fail(error, "%s: cannot be read whole; make plan again", path);
    free(text);
    fclose(file);
    return ok;
}

static void free_lines(Work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        free(work->lines[i].text);
        free(work->lines[i].words);
    }
    free(work->lines);
}

bool plan_read(Plan *plan, const PlanSettings *settings, const char *path, Error *error)
{
    Work work = {.settings = settings};
    *plan = (Plan){0};
    bool ok = read_lines(&work, path, error);
    for (size_t i = 0; ok && i < work.count; i++) {
        const Line *line = &work.lines[i];
        if (line->count == 0)
            continue;
        ok = value_of(line, "out") != NULL ||
             fail(error, "%s:%zu: a command without --out; name its target", path, i + 1);
        size_t layer = number_of(line, "layer", 0);
        ok = ok && (layer < settings->shape.blocks ||
                    fail(error,
                         "%s:%zu: layer %zu is beyond the model's %zu blocks; choose others "
                         "in the profile",
                         path, i + 1, layer, settings->shape.blocks));
        if (!ok)
            break;
        PlanRow row = cost_of(&work, line), *sum = row_named(plan, row.name);
        if (sum)
            add(sum, &row);
        else
            ok = fail(error, "%s:%zu: more than %d kinds of commands; give fewer", path, i + 1,
                      PLAN_ROWS);
    }
    free_lines(&work);
    return ok;
}

PlanRow plan_total(const Plan *plan)
{
    PlanRow total = {.name = "all"};
    for (size_t i = 0; i < plan->count; i++)
        add(&total, &plan->rows[i]);
    return total;
}
