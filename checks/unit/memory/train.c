/* Training a memory: ten steps as PyTorch takes them, the memory in the path, scores by text. */
#include "memory/train.h"
#include "tensor/gemm.h"

#include "bf16.h"
#include "parity.h"
#include "steps.h"

/* Of a tensor's largest entry, as checks/oracle/README.org asks; float32 PyTorch needs 3e-5. */
static const double TOLERANCE = 1e-4;

/* One reference case, and the memory it starts from. */
typedef struct {
    Steps steps;
    Memory memory;
} Case;

static float *part(const Memory *memory, const MemoryPart *part)
{
    float *values;
    memcpy(&values, (const char *)memory + part->member, sizeof values);
    return values;
}

/* Every parameter of *memory against the tensors "<prefix>.<name>"; `what` they are, in words. */
static void parts_near(const Case *c, const char *what, const char *prefix, const Memory *memory)
{
    MemoryPart parts[MEMORY_PARTS];
    for (int i = memory_parts_of(memory, parts); i-- > 0;) {
        char name[64];
        snprintf(name, sizeof name, "%s.%s", prefix, parts[i].name);
        const Tensor *tensor = steps_find(&c->steps, name);
        float *values = alloc_zeroed(tensor->count, sizeof *values);
        tensors_to_float(tensor, 0, tensor->count, values);
        double *exact = widen(values, tensor->count);
        parity_hold(&c->steps.model, what,
                    relative_gap(part(memory, &parts[i]), exact, tensor->count), TOLERANCE);
        free(values), free(exact);
    }
}

enum {
    ENTRIES = 8
}; /* of the oracle's memories; of its baselines what their parameters are near */

static void read_memory(Case *c)
{
    MemoryPart parts[MEMORY_PARTS];
    MemoryVariant variant = memory_variant_parse(tensors_metadata(&c->steps.file, "variant"));
    if (memory_tunes(variant))
        tuned_make(&c->memory, &c->steps.model, ENTRIES, variant);
    else
        memory_make(&c->memory, c->steps.model.config.width, ENTRIES, variant);
    for (int i = memory_parts_of(&c->memory, parts); i-- > 0;) {
        char name[64];
        snprintf(name, sizeof name, "init.%s", parts[i].name);
        const Tensor *tensor = steps_find(&c->steps, name);
        assert_int_equal(tensor->count, parts[i].count);
        tensors_to_float(tensor, 0, tensor->count, part(&c->memory, &parts[i]));
    }
}

static void open_case(Case *c, const char *name)
{
    memset(c, 0, sizeof *c);
    steps_open(&c->steps, "memory", name);
    read_memory(c);
}

static void close_case(Case *c)
{
    memory_free(&c->memory);
    steps_close(&c->steps);
}

/* --- ten steps ------------------------------------------------------------------ */

static void check_case(const char *name)
{
    Case c;
    Train train;
    open_case(&c, name);
    train_begin(&train, &c.steps.model, &c.memory, c.steps.layer, &c.steps.settings);
    for (size_t step = 0; step < 10; step++) {
        char label[32];
        int64_t batch[4];
        const MemoryText *texts[4];
        snprintf(label, sizeof label, "batch.%zu", step);
        steps_ints(&c.steps, label, batch, 4);
        for (int i = 0; i < 4; i++)
            texts[i] = &c.steps.texts[batch[i]];
        double rate = cosine_schedule(c.steps.settings.lr, step, c.steps.settings.warmup,
                                      c.steps.settings.steps);
        assert_true(fabs(rate - steps_number(&c.steps, "lr", step)) < 1e-12);
        steps_near("the loss", step, train_step(&train, texts, 4),
                   steps_number(&c.steps, "loss", step), TOLERANCE);
        steps_near("the gradient norm", step, train.norm, steps_number(&c.steps, "gradnorm", step),
                   TOLERANCE);
        snprintf(label, sizeof label, "grad.%zu", step);
        if (step == 0 || step == 4 || step == 9)
            parts_near(&c, "memory gradients", label, &train.gradients);
    }
    parts_near(&c, "memory after ten steps", "final", &c.memory);
    train_free(&train);
    close_case(&c);
}

static void test_ten_steps(void **state)
{
    (void)state;
    static const char *const names[] = {
        "gqa-1-plain",           "gqa-1-norm-gate",       "gqa-2-plain",
        "gqa-2-norm-gate",       "bf16-1-plain",          "bf16-1-norm-gate",
        "bf16-2-plain",          "bf16-2-norm-gate",      "gqa-1-plain-harsh",
        "gqa-1-norm-gate-harsh", "neox-parallel-1-plain", "neox-parallel-1-norm-gate",
        "neox-bf16-1-plain",     "neox-bf16-1-norm-gate", "gqa-1-lora-mlp",
        "gqa-0-lora-attention",  "bf16-2-lora-mlp",       "gqa-2-mlp",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_case(names[i]);
}

/* --- the bf16 engine --------------------------------------------------------------- */

enum { ENGINE_STEPS = 30 };

/* The losses of a memory's first steps with the engine that is on, all documents in each. */
static void train_losses(const char *name, double *losses)
{
    Case c;
    Train train;
    const MemoryText *texts[DOCUMENTS];
    open_case(&c, name);
    train_begin(&train, &c.steps.model, &c.memory, c.steps.layer, &c.steps.settings);
    for (int i = 0; i < DOCUMENTS; i++)
        texts[i] = &c.steps.texts[i];
    for (int step = 0; step < ENGINE_STEPS; step++)
        losses[step] = train_step(&train, texts, DOCUMENTS);
    train_free(&train);
    close_case(&c);
}

/* A memory learns as well with either engine: every loss within a hundredth. */
static void test_engine(void **state)
{
    (void)state;
    static const char *const names[] = {"bf16-1-plain", "bf16-2-norm-gate", "neox-bf16-1-plain"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        double wanted[ENGINE_STEPS], losses[ENGINE_STEPS], gap = 0;
        train_losses(names[i], wanted);
        BF16_OR_SKIP();
        train_losses(names[i], losses);
        gemm_bf16_end();
        for (int step = 0; step < ENGINE_STEPS; step++)
            gap = fmax(gap, fabs(losses[step] / wanted[step] - 1));
        print_message("%s: losses %.4f to %.4f in %d steps, with the bf16 engine to %.4f; at most "
                      "%.1e apart\n",
                      names[i], wanted[0], wanted[ENGINE_STEPS - 1], ENGINE_STEPS,
                      losses[ENGINE_STEPS - 1], gap);
        assert_true(gap > 0 && gap < 1e-2);
    }
}

/* --- scores and the path --------------------------------------------------------- */

static const TrainSettings SETTINGS = {
    .lr = 1e-2, .decay = 0, .clip = 10, .warmup = 1, .steps = 100};

static void test_scores(void **state)
{
    (void)state;
    Case c;
    Train train;
    double all[DOCUMENTS], one, with_none[DOCUMENTS];
    open_case(&c, "gqa-1-norm-gate");
    train_begin(&train, &c.steps.model, &c.memory, c.steps.layer, &SETTINGS);
    train_score(&train, c.steps.texts, DOCUMENTS, false, all);
    for (int i = 0; i < DOCUMENTS; i++) {
        train_score(&train, &c.steps.texts[i], 1, false, &one);
        assert_memory_equal(&one, &all[i], sizeof one); /* a text's score is its own */
    }
    /* Token by token it is the same, and what the model's own losses are without the memory. */
    double *tokens[DOCUMENTS];
    for (int i = 0; i < DOCUMENTS; i++)
        tokens[i] = alloc_zeroed(c.steps.texts[i].length, sizeof **tokens);
    train_score_tokens(&train, c.steps.texts, DOCUMENTS, false, tokens);
    for (int i = 0; i < DOCUMENTS; i++) {
        double sum = 0;
        for (size_t t = 0; t < c.steps.texts[i].length; t++)
            sum += tokens[i][t];
        assert_true(sum == all[i] && tokens[i][c.steps.texts[i].length - 1] == 0);
    }
    train_score_tokens(&train, c.steps.texts, DOCUMENTS, true, tokens);
    for (int i = 0; i < DOCUMENTS; i++) {
        Walk w;
        walk(&w, &c.steps.model, c.steps.texts[i].ids, &(Piece){c.steps.texts[i].length, 0}, 1);
        assert_memory_equal(tokens[i], w.nll, c.steps.texts[i].length * sizeof **tokens);
        walk_free(&w);
        free(tokens[i]);
    }
    /* Detached, it is the model's own loss, bit for bit. */
    train_score(&train, c.steps.texts, DOCUMENTS, true, with_none);
    for (int i = 0; i < DOCUMENTS; i++) {
        Walk w;
        walk(&w, &c.steps.model, c.steps.texts[i].ids, &(Piece){c.steps.texts[i].length, 0}, 1);
        double sum = 0;
        for (size_t t = 0; t < c.steps.texts[i].length; t++)
            sum += w.nll[t];
        assert_true(with_none[i] == sum && with_none[i] != all[i]);
        walk_free(&w);
    }
    train_free(&train);
    close_case(&c);
}

static void test_it_stores(void **state)
{
    (void)state;
    Case c;
    Train train;
    double before[DOCUMENTS], after[DOCUMENTS], gain = 0;
    const MemoryText *texts[DOCUMENTS];
    open_case(&c, "gqa-2-plain");
    train_begin(&train, &c.steps.model, &c.memory, c.steps.layer, &SETTINGS);
    for (int i = 0; i < DOCUMENTS; i++)
        texts[i] = &c.steps.texts[i];
    train_score(&train, c.steps.texts, DOCUMENTS, false, before);
    for (int step = 0; step < 40; step++)
        train_step(&train, texts, DOCUMENTS);
    train_score(&train, c.steps.texts, DOCUMENTS, false, after);
    for (int i = 0; i < DOCUMENTS; i++)
        gain += (before[i] - after[i]) / before[i] / DOCUMENTS;
    assert_true(gain > 0.2);
    train_free(&train);
    close_case(&c);
}

/* One epoch of all documents, two a step, from the case's first parameters; its mean loss. */
static double train_once(Case *c, double lr, uint64_t seed, uint64_t epoch, uint64_t *steps)
{
    TrainSettings settings = SETTINGS;
    Train train;
    double loss;
    Error error;
    settings.lr = lr;
    open_case(c, "gqa-1-plain");
    train_begin(&train, &c->steps.model, &c->memory, c->steps.layer, &settings);
    assert_true(train_epoch(&train, c->steps.texts, DOCUMENTS - 1, 2, seed, epoch, &loss, &error));
    *steps = train.adamw.step;
    train_free(&train);
    return loss;
}

/* An epoch takes every text once, those of the last batch too, in an order of its seed and number.
 */
/* The loss and the gradients (count) of a first step on texts 0 to 3, whose ids 3 and 4 are
 * answers. */
static double weighted_step(double share, float **gradients, size_t *count)
{
    Case c;
    Train train;
    MemoryText texts[4];
    const MemoryText *some[4];
    TrainSettings settings = SETTINGS;
    open_case(&c, "gqa-1-plain");
    settings.answer_weight = share;
    for (int i = 0; i < 4; i++) {
        texts[i] = c.steps.texts[i];
        texts[i].answer = 3, texts[i].answers = 2;
        some[i] = &texts[i];
    }
    train_begin(&train, &c.steps.model, &c.memory, c.steps.layer, &settings);
    double loss = train_step(&train, some, 4), letters = 0;
    for (int i = 0; i < 4; i++) /* id 3 is predicted by row 2, id 4 by row 3 */
        for (int t = 2; t < 4; t++)
            letters += train.nll[train.batch.sequences[i].start + (size_t)t] / 8;
    assert_true(share < 1 || fabs(loss / letters - 1) < 1e-6);
    *count = train.gradients.count;
    *gradients = alloc_zeroed(*count, sizeof **gradients);
    memcpy(*gradients, train.gradients.parameters, *count * sizeof **gradients);
    train_free(&train);
    close_case(&c);
    return loss;
}

/* Loss and gradients are those of the letters, `share` times, and those of all other tokens: so at
 * the letters' own share of the tokens nothing changes, and what lies between is a mean. */
static void test_answer_weight(void **state)
{
    (void)state;
    Case c;
    double letters = 8, predicted = 0, loss[4], share[4] = {0, 0, 1, 0.5};
    float *gradients[4];
    size_t count;
    open_case(&c, "gqa-1-plain");
    for (int i = 0; i < 4; i++)
        predicted += (double)c.steps.texts[i].length - 1;
    close_case(&c);
    share[1] = letters / predicted;
    for (int i = 0; i < 4; i++)
        loss[i] = weighted_step(share[i], &gradients[i], &count);
    assert_true(fabs(loss[1] / loss[0] - 1) < 1e-6);
    assert_true(fabs(loss[2] / loss[0] - 1) > 1e-3);
    double at = (share[3] - share[1]) / (share[2] - share[1]);
    assert_true(fabs(loss[1] + at * (loss[2] - loss[1]) - loss[3]) < 1e-6 * loss[0]);
    double most = 0, same = 0, between = 0, moved = 0;
    for (size_t i = 0; i < count; i++) {
        double own = (double)gradients[1][i], all = (double)gradients[2][i];
        most = fmax(most, fabs((double)gradients[0][i]));
        same = fmax(same, fabs(own - (double)gradients[0][i]));
        moved = fmax(moved, fabs(all - own));
        between = fmax(between, fabs(own + at * (all - own) - (double)gradients[3][i]));
    }
    assert_true(same < 1e-5 * most && between < 1e-5 * most && moved > 0.1 * most);
    for (int i = 0; i < 4; i++)
        free(gradients[i]);
}

static void test_epoch(void **state)
{
    (void)state;
    Case still, first, again, other;
    Train train;
    uint64_t steps, odd = (DOCUMENTS - 1) % 2;
    double all[DOCUMENTS], sum = 0, tokens = 0, loss = train_once(&still, 0, 1, 1, &steps);
    assert_int_equal(odd, 1); /* else no batch is left to forget */
    assert_int_equal(steps, DOCUMENTS / 2);
    train_begin(&train, &still.steps.model, &still.memory, still.steps.layer, &SETTINGS);
    train_score(&train, still.steps.texts, DOCUMENTS - 1, false, all);
    for (int i = 0; i < DOCUMENTS - 1; i++)
        sum += all[i], tokens += (double)still.steps.texts[i].length - 1;
    if (!(fabs(loss - sum / tokens) < 1e-9)) /* nothing learnt: the mean over all texts */
        fail_msg("an epoch's loss is %.9f, that of its texts %.9f", loss, sum / tokens);
    train_free(&train);
    train_once(&first, 1e-2, 1, 1, &steps);
    train_once(&again, 1e-2, 1, 1, &steps);
    assert_same_bits("parameters", again.memory.parameters, first.memory.parameters,
                     first.memory.count);
    for (int i = 0; i < 2; i++) {
        train_once(&other, 1e-2, i == 0 ? 2 : 1, i == 0 ? 1 : 2, &steps);
        if (memcmp(other.memory.parameters, first.memory.parameters,
                   first.memory.count * sizeof(float)) == 0)
            fail_msg("another %s trains in the same order", i == 0 ? "seed" : "epoch");
        close_case(&other);
    }
    close_case(&still), close_case(&first), close_case(&again);
}

static void test_path(void **state)
{
    (void)state;
    Case c;
    Train train;
    Error error = {""};
    open_case(&c, "bf16-1-plain");
    train_begin(&train, &c.steps.model, &c.memory, c.steps.layer, &SETTINGS);
    assert_true(train_check_path(&train, c.steps.texts, 1, &error));
    /* A memory that writes nothing is as good as absent, and that is told. */
    memset(c.memory.parameters, 0, c.memory.count * sizeof *c.memory.parameters);
    assert_false(train_check_path(&train, c.steps.texts, 1, &error));
    assert_non_null(strstr(error.text, "not in the path;"));
    c.memory.down_bias[0] = 0.01f;
    assert_true(train_check_path(&train, c.steps.texts, 1, &error));
    /* One that starts silent is, and stays as it was. */
    c.memory.variant = MEMORY_ZERO;
    memory_draw(&c.memory, 1);
    Memory drawn = c.memory;
    memory_make(&c.memory, drawn.width, drawn.entries, MEMORY_ZERO);
    memory_draw(&c.memory, 1);
    assert_true(train_check_path(&train, c.steps.texts, 1, &error));
    assert_same_bits("parameters", c.memory.parameters, drawn.parameters, drawn.count);
    memory_free(&drawn);
    train_free(&train);
    close_case(&c);
}

static void test_stack(void **state)
{
    (void)state;
    /* From the embedding or from the stored stream, whether or not caches are kept: the same bits;
     * and without a memory, those of the bare blocks. */
    Case c;
    open_case(&c, "gqa-1-plain");
    Walk w;
    size_t d = c.steps.model.config.width, N = c.steps.model.config.blocks;
    walk(&w, &c.steps.model, c.steps.ids, &(Piece){c.steps.texts[0].length, 0}, 1);
    size_t count = w.batch.rows * d;
    float *first = NULL;
    for (int way = 0; way < 4; way++) {
        Stack stack;
        bool stored = way & 1, keep = way & 2;
        stack_begin(&stack, &c.steps.model, &c.memory, c.steps.layer,
                    stored ? c.steps.layer + 1 : 0, keep);
        const float *end =
            stack_forward(&stack, &w.batch, stored ? w.h[c.steps.layer + 1] : w.h[0], NULL);
        if (first)
            assert_same_bits("end", end, first, c.steps.texts[0].length * d);
        else
            first = memcpy(alloc_zeroed(count, sizeof *first), end, count * sizeof *first);
        stack_free(&stack);
        stack_begin(&stack, &c.steps.model, NULL, c.steps.layer, stored ? c.steps.layer + 1 : 0,
                    keep);
        end = stack_forward(&stack, &w.batch, stored ? w.h[c.steps.layer + 1] : w.h[0], NULL);
        assert_same_bits("end without", end, w.h[N], count);
        stack_free(&stack);
    }
    free(first);
    walk_free(&w);
    close_case(&c);
}

/* --- rows --- */

/* Loss a token of the case's first three documents. */
static double loss_of(Train *train, const Case *c)
{
    double nll[3], sum = 0, tokens = 0;
    train_score(train, c->steps.texts, 3, false, nll);
    for (int i = 0; i < 3; i++)
        sum += nll[i], tokens += (double)c->steps.texts[i].length - 1;
    return sum / tokens;
}

/* A memory without a text's first row: the stream there is left as it is, and nowhere else; along
 * its gradient the loss changes as fast as the gradient is long. */
static void check_rows(const char *name, bool without_first)
{
    Case c;
    Train train;
    TrainSettings still = SETTINGS;
    const float size = 2e-3f; /* of the step; the loss is summed in float32 rows */
    double loss[2];
    open_case(&c, name);
    const MemoryText *texts[3] = {&c.steps.texts[0], &c.steps.texts[1], &c.steps.texts[2]};
    c.memory.without_first = without_first;
    still.lr = 1e-30;
    train_begin(&train, &c.steps.model, &c.memory, c.steps.layer, &still);
    train_step(&train, texts, 3);
    size_t d = c.steps.model.config.width;
    for (size_t r = 0; r < 3; r++) {
        const float *raw = train.with.raw + train.batch.sequences[r].start * d;
        const float *after = train.with.h[c.steps.layer + 1] + train.batch.sequences[r].start * d;
        assert_true((memcmp(raw, after, d * sizeof *raw) == 0) == without_first);
        assert_memory_not_equal(raw + d, after + d, d * sizeof *raw);
    }
    double norm = train.norm;
    float *start = alloc_scratch(c.memory.count, sizeof *start);
    memcpy(start, c.memory.parameters, c.memory.count * sizeof *start);
    for (int way = 0; way < 2; way++) {
        for (size_t i = 0; i < c.memory.count; i++)
            c.memory.parameters[i] =
                start[i] + (way ? size : -size) * train.gradients.parameters[i] / (float)norm;
        loss[way] = loss_of(&train, &c);
    }
    double slope = (loss[1] - loss[0]) / (2 * (double)size);
    if (!(fabs(slope - norm) < 0.01 * norm))
        fail_msg("%s: the loss changes by %.6g, the gradient is %.6g long", name, slope, norm);
    free(start);
    train_free(&train);
    close_case(&c);
}

static void test_rows(void **state)
{
    (void)state;
    static const char *const names[] = {"gqa-1-plain", "gqa-1-norm-gate"};
    for (int i = 0; i < 4; i++)
        check_rows(names[i % 2], i / 2);
}

/* --- masks ----------------------------------------------------------------------- */

/* An allocation of this kind to the case's documents. */
static Allocation allocate(const Case *c, AllocationKind kind, double strength)
{
    Allocation a = {.kind = kind,
                    .documents = DOCUMENTS,
                    .entries = c->memory.entries,
                    .bands = 2,
                    .seed = 1,
                    .strength = strength};
    int64_t offset[DOCUMENTS + 1];
    Error error;
    steps_ints(&c->steps, "document.offset", offset, DOCUMENTS + 1);
    if (!allocation_make(&a, c->steps.ids, offset, &error))
        fail_msg("%s", error.text);
    return a;
}

/* Ten steps on documents first … first + 3 under an allocation, NULL for none; then all scores. */
static void train_masked(const char *name, AllocationKind kind, double strength, Case *c,
                         Memory *gradients, double *scores)
{
    open_case(c, name);
    Allocation a = allocate(c, kind, strength);
    TrainSettings settings = SETTINGS;
    Train train;
    const MemoryText *texts[4] = {&c->steps.texts[2], &c->steps.texts[5], &c->steps.texts[3],
                                  &c->steps.texts[2]};
    settings.allocation = &a;
    train_begin(&train, &c->steps.model, &c->memory, c->steps.layer, &settings);
    for (int step = 0; step < 10; step++)
        train_step(&train, texts, 4);
    memory_make(gradients, c->memory.width, c->memory.entries, c->memory.variant);
    memcpy(gradients->parameters, train.gradients.parameters,
           gradients->count * sizeof *gradients->parameters);
    train_score(&train, c->steps.texts, DOCUMENTS, false, scores);
    for (int i = 0; i < DOCUMENTS; i++) { /* a text's score is its own, whoever is beside it */
        double alone;
        train_score(&train, &c->steps.texts[i], 1, false, &alone);
        assert_memory_equal(&alone, &scores[i], sizeof alone);
    }
    train_free(&train);
    allocation_free(&a);
}

static void test_no_strength(void **state)
{
    (void)state;
    static const char *const names[] = {"gqa-1-norm-gate", "bf16-2-plain"};
    double scores[DOCUMENTS], masked_scores[DOCUMENTS];
    for (int n = 0; n < 2; n++)
        for (int kind = ALLOCATION_DISJOINT; kind < ALLOCATION_KINDS; kind++) {
            Case plain, masked;
            Memory gradients, masked_gradients;
            train_masked(names[n], ALLOCATION_NONE, 1, &plain, &gradients, scores);
            train_masked(names[n], (AllocationKind)kind, 0, &masked, &masked_gradients,
                         masked_scores);
            assert_same_bits("parameters", masked.memory.parameters, plain.memory.parameters,
                             plain.memory.count);
            assert_same_bits("gradients", masked_gradients.parameters, gradients.parameters,
                             gradients.count);
            assert_memory_equal(scores, masked_scores, sizeof scores);
            memory_free(&gradients), memory_free(&masked_gradients);
            close_case(&plain), close_case(&masked);
        }
}

/* Entries of none of the trained documents get no gradient, those of one do. */
static void test_masked_gradients(void **state)
{
    (void)state;
    double scores[DOCUMENTS], other_scores[DOCUMENTS];
    for (int kind = ALLOCATION_DISJOINT; kind < ALLOCATION_KINDS; kind++) {
        Case c, none;
        Memory g, free_g;
        size_t without = 0;
        train_masked("gqa-2-plain", (AllocationKind)kind, 1, &c, &g, scores);
        Allocation a = allocate(&c, (AllocationKind)kind, 1);
        for (size_t j = 0; j < g.entries; j++) {
            bool used =
                a.mask[2 * g.entries + j] || a.mask[5 * g.entries + j] || a.mask[3 * g.entries + j];
            double size = fabs((double)g.up_bias[j]);
            for (size_t i = 0; i < g.width; i++)
                size +=
                    fabs((double)g.up[j * g.width + i]) + fabs((double)g.down[i * g.entries + j]);
            assert_true(used ? size > 1e-9 : size == 0);
            without += !used;
        }
        assert_true(allocation_by_token(a.kind) || without > 0);
        train_masked("gqa-2-plain", ALLOCATION_NONE, 1, &none, &free_g, other_scores);
        assert_memory_not_equal(scores, other_scores, sizeof scores);
        memory_free(&g), memory_free(&free_g);
        allocation_free(&a);
        close_case(&c), close_case(&none);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_steps),
        cmocka_unit_test(test_engine),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_it_stores),
        cmocka_unit_test(test_epoch),
        cmocka_unit_test(test_answer_weight),
        cmocka_unit_test(test_path),
        cmocka_unit_test(test_stack),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_no_strength),
        cmocka_unit_test(test_masked_gradients),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("train", tests, NULL, NULL);
}
