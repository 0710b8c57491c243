/* Training a DocRep memory: ten steps as PyTorch takes them, vectors included; scores; its path. */
#include "docrep/docrep.h"
#include "tensor/gemm.h"

#include "steps.h"

/* Of a tensor's largest entry, as checks/oracle/README.org asks; float32 PyTorch needs 5e-5. */
static const double TOLERANCE = 1e-4;

enum { STEPS = 10, BATCH = 4 };

static const char *const cases[] = {"other",
                                    "perturbed",
                                    "zero",
                                    "random",
                                    "zero-squared",
                                    "detached",
                                    "other-absolute",
                                    "random-squared",
                                    "far",
                                    "alone",
                                    "alone-mlp",
                                    "perturbed-absolute",
                                    "detached-absolute",
                                    "context",
                                    "context-mlp"};

/* One reference case, and the memory it starts from. */
typedef struct {
    Steps steps;
    DocRep docrep;
} Case;

/* A visitor of each part of a memory and its selection, by the name PyTorch gives it. */
typedef void Visit(Case *c, const char *name, float *values, size_t count);

/* Whether vectors are context vectors. */
static bool made(const Case *c)
{
    return c->docrep.settings.start == START_CONTEXT;
}

static void each_part(Case *c, const char *prefix, const Memory *memory, const Selection *selection,
                      Visit *visit)
{
    MemoryPart parts[MEMORY_PARTS], own[SELECTION_PARTS];
    char name[64];
    float *values = memory->parameters;
    int count = memory_parts(memory->width, memory->entries, memory->variant, parts);
    for (int i = 0; i < count; values += parts[i++].count) {
        snprintf(name, sizeof name, "%s.%s", prefix, parts[i].name);
        visit(c, name, values, parts[i].count);
    }
    assert_ptr_equal(values, memory->parameters + memory->count);
    values = selection->parameters;
    count = selection_parts(selection, own);
    for (int i = 0; i < count; values += own[i++].count) {
        if (i == 0 && made(c) && prefix[0] == 'g') /* K is no parameter; anatomy has its gradient */
            continue;
        snprintf(name, sizeof name, "%s.%s", prefix, own[i].name);
        visit(c, name, values, own[i].count);
    }
    assert_ptr_equal(values, selection->parameters + selection->count);
}

static void load(Case *c, const char *name, float *values, size_t count)
{
    const Tensor *tensor = steps_find(&c->steps, name);
    assert_int_equal(tensor->count, count);
    tensors_to_float(tensor, 0, count, values);
}

static void compare(Case *c, const char *name, float *values, size_t count)
{
    float *wanted = alloc_zeroed(count, sizeof *wanted);
    load(c, name, wanted, count);
    double *exact = widen(wanted, count);
    assert_near(name, values, exact, count, TOLERANCE);
    free(wanted), free(exact);
}

/* The map of context vectors, or its gradient. */
static void map_part(Case *c, const char *prefix, float *values, Visit *visit)
{
    char name[64];
    if (!made(c))
        return;
    snprintf(name, sizeof name, "%s.U.weight", prefix);
    visit(c, name, values, c->docrep.context.dimension * c->docrep.context.width);
}

static void open_case(Case *c, const char *name)
{
    memset(c, 0, sizeof *c);
    steps_open(&c->steps, "docrep", name);
    const Tensor *K = steps_find(&c->steps, "init.K"),
                 *up = steps_find(&c->steps, "init.up.weight");
    DocRepSettings settings = {
        .layer = c->steps.layer,
        .documents = K->shape[0],
        .dimension = K->shape[1],
        .entries = up->shape[0],
        .phi = phi_parse(tensors_metadata(&c->steps.file, "phi")),
        .selection = selection_kind_parse(tensors_metadata(&c->steps.file, "selection")),
        .lm = strcmp(tensors_metadata(&c->steps.file, "lm"), "yes") == 0,
        .guidance = {.alpha = steps_number(&c->steps, "settings", 5),
                     .tau = steps_number(&c->steps, "settings", 6),
                     .delta = steps_number(&c->steps, "settings", 7),
                     .form = forget_form_parse(tensors_metadata(&c->steps.file, "form")),
                     .negative = negative_kind_parse(tensors_metadata(&c->steps.file, "negative"))},
        .train = c->steps.settings,
        .start = tensors_metadata(&c->steps.file, "start")
                     ? vector_start_parse(tensors_metadata(&c->steps.file, "start"))
                     : START_NORMAL,
        .epochs = 5,
        .batch = BATCH,
        .seed = 1};
    assert_int_equal(settings.documents, DOCUMENTS);
    docrep_begin(&c->docrep, &c->steps.model, &settings);
    each_part(c, "init", &c->docrep.memory, &c->docrep.selection, load);
    map_part(c, "init", c->docrep.context.map, load);
    docrep_read_contexts(&c->docrep, c->steps.texts);
}

static void close_case(Case *c)
{
    docrep_free(&c->docrep);
    steps_close(&c->steps);
}

/* --- ten steps ------------------------------------------------------------------ */

typedef struct {
    DocRepText texts[BATCH];
    float noise[BATCH * 8];
} StepTexts;

/* What the reference drew for its step. */
static void read_step(Case *c, size_t step, StepTexts *some)
{
    char name[32];
    int64_t batch[BATCH], other[BATCH];
    size_t k = c->docrep.settings.dimension;
    snprintf(name, sizeof name, "batch.%zu", step);
    steps_ints(&c->steps, name, batch, BATCH);
    snprintf(name, sizeof name, "other.%zu", step);
    steps_ints(&c->steps, name, other, BATCH);
    snprintf(name, sizeof name, "noise.%zu", step);
    load(c, name, some->noise, BATCH * k);
    for (size_t i = 0; i < BATCH; i++)
        some->texts[i] = (DocRepText){&c->steps.texts[batch[i]], (uint32_t)batch[i],
                                      (uint32_t)other[i], some->noise + i * k};
}

static void check_step(Case *c, size_t step)
{
    StepTexts some;
    DocRepStep did;
    char prefix[16];
    read_step(c, step, &some);
    docrep_step(&c->docrep, some.texts, BATCH, &did);
    steps_near("L", step, did.loss, steps_number(&c->steps, "curve", 4 * step), TOLERANCE);
    steps_near("L_pos", step, did.positive, steps_number(&c->steps, "curve", 4 * step + 1),
               TOLERANCE);
    steps_near("L_neg", step, did.negative, steps_number(&c->steps, "curve", 4 * step + 2),
               TOLERANCE);
    steps_near("the gradient norm", step, did.norm, steps_number(&c->steps, "curve", 4 * step + 3),
               TOLERANCE);
    for (int g = 0; g < DOCREP_GRADIENTS; g++)
        steps_near(docrep_gradient_name(g), step, did.gradient[g],
                   steps_number(&c->steps, "anatomy", DOCREP_GRADIENTS * step + (size_t)g),
                   TOLERANCE);
    snprintf(prefix, sizeof prefix, "grad.%zu", step);
    if (step == 0 || step == 9) {
        each_part(c, prefix, &c->docrep.train.gradients, &c->docrep.selection_gradients, compare);
        map_part(c, prefix, c->docrep.context.dmap, compare);
    }
}

static void test_ten_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Case c;
        open_case(&c, cases[i]);
        for (size_t step = 0; step < STEPS; step++)
            check_step(&c, step);
        each_part(&c, "final", &c.docrep.memory, &c.docrep.selection, compare);
        map_part(&c, "final", c.docrep.context.map, compare);
        close_case(&c);
    }
}

/* --- what a negative's gradient reaches ------------------------------------------- */

/* One step of the case with document 0 alone and 5 as the other; dK (n,k) is copied. */
static void step_alone(const char *name, float dK[DOCUMENTS * 3], float *up)
{
    Case c;
    DocRepStep did;
    float noise[3] = {0.5f, -1, 0.25f};
    open_case(&c, name);
    assert_int_equal(c.docrep.settings.dimension, 3);
    docrep_step(&c.docrep, &(DocRepText){&c.steps.texts[0], 0, 5, noise}, 1, &did);
    assert_true(did.dnegative != 0);
    memcpy(dK, c.docrep.selection_gradients.vectors, DOCUMENTS * 3 * sizeof *dK);
    *up = c.docrep.train.gradients.up[0];
    close_case(&c);
}

static void test_detached(void **state)
{
    (void)state;
    /* Without a gradient into the other's vector, all else being equal: only that is missing. */
    Case c;
    DocRepStep did;
    float with[DOCUMENTS * 3], without[DOCUMENTS * 3], up[2], noise[3] = {0};
    step_alone("other", with, &up[0]);
    open_case(&c, "other");
    c.docrep.settings.guidance.negative = NEGATIVE_OTHER_DETACHED;
    docrep_step(&c.docrep, &(DocRepText){&c.steps.texts[0], 0, 5, noise}, 1, &did);
    memcpy(without, c.docrep.selection_gradients.vectors, sizeof without);
    up[1] = c.docrep.train.gradients.up[0];
    close_case(&c);
    assert_same_bits("up", &up[0], &up[1], 1);
    for (int i = 0; i < DOCUMENTS; i++)
        for (int j = 0; j < 3; j++) {
            assert_true((with[3 * i + j] != 0) == (i == 0 || i == 5));
            assert_true((without[3 * i + j] != 0) == (i == 0));
        }
    assert_same_bits("own", with, without, 3);
}

/* --- scores, epochs, path ----------------------------------------------------------- */

static void test_scores(void **state)
{
    (void)state;
    Case c;
    double all[DOCUMENTS], negative[DOCUMENTS], none[DOCUMENTS];
    open_case(&c, "perturbed");
    docrep_score(&c.docrep, c.steps.texts, DOCREP_OWN, all);
    docrep_score(&c.docrep, c.steps.texts, DOCREP_NEGATIVE, negative);
    docrep_score(&c.docrep, c.steps.texts, DOCREP_DETACHED, none);
    for (int i = 0; i < DOCUMENTS; i++) {
        Walk w;
        double sum = 0;
        walk(&w, &c.steps.model, c.steps.texts[i].ids, &(Piece){c.steps.texts[i].length, 0}, 1);
        for (size_t t = 0; t < c.steps.texts[i].length; t++)
            sum += w.nll[t];
        assert_true(none[i] == sum && all[i] != sum && negative[i] != all[i]);
        walk_free(&w);
    }
    /* Any vector will do: document 3's text under its own and document 4's. */
    Selection *selection = &c.docrep.selection;
    const MemoryText *pair[] = {&c.steps.texts[3], &c.steps.texts[3]};
    double under[2];
    docrep_score_under(&c.docrep, pair, selection->vectors + 3 * selection->dimension, 2, under);
    assert_true(under[0] == all[3] && under[1] != all[3]);
    selection->vectors[3 * selection->dimension] = selection->vectors[4 * selection->dimension];
    selection->vectors[3 * selection->dimension + 1] =
        selection->vectors[4 * selection->dimension + 1];
    docrep_score(&c.docrep, c.steps.texts, DOCREP_OWN, negative);
    assert_true(negative[3] == under[1] && negative[4] == all[4]);
    /* The step's loss of one text is its score, and a score is the text's own. */
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        DocRepStep did;
        float noise[2] = {0};
        Case one;
        open_case(&one, "perturbed");
        docrep_step(&one.docrep, &(DocRepText){&one.steps.texts[i], i, 0, noise}, 1, &did);
        assert_true(did.positive == all[i] / (double)(one.steps.texts[i].length - 1));
        close_case(&one);
    }
    close_case(&c);
}

static void test_epochs(void **state)
{
    (void)state;
    /* The same settings give the same bits; training stores; the means are the steps'. */
    Case a, b;
    DocRepStep first, last, same;
    Error error = {""};
    open_case(&a, "zero-squared"), open_case(&b, "zero-squared");
    a.docrep.settings.train.steps = b.docrep.settings.train.steps = 200;
    assert_true(docrep_epoch(&a.docrep, a.steps.texts, 1, &first, &error));
    for (uint64_t epoch = 2; epoch <= 40; epoch++)
        assert_true(docrep_epoch(&a.docrep, a.steps.texts, epoch, &last, &error));
    for (uint64_t epoch = 1; epoch <= 40; epoch++)
        assert_true(docrep_epoch(&b.docrep, b.steps.texts, epoch, &same, &error));
    assert_true(last.positive < first.positive - 0.5);
    assert_memory_equal(&last, &same, sizeof last);
    assert_same_bits("K", a.docrep.selection.vectors, b.docrep.selection.vectors,
                     DOCUMENTS * a.docrep.settings.dimension);
    a.docrep.memory.up[0] = NAN;
    assert_false(docrep_epoch(&a.docrep, a.steps.texts, 41, &last, &error));
    assert_non_null(strstr(error.text, "in epoch 41, step 0; choose a lower --lr"));
    close_case(&a), close_case(&b);
}

static void test_path(void **state)
{
    (void)state;
    Case c;
    Error error = {""};
    open_case(&c, "zero");
    assert_true(docrep_check_path(&c.docrep, c.steps.texts, &error));
    memset(c.docrep.memory.parameters, 0, c.docrep.memory.count * sizeof(float));
    assert_false(docrep_check_path(&c.docrep, c.steps.texts, &error));
    assert_non_null(strstr(error.text, "not in the path;"));
    close_case(&c);
}

static void test_select(void **state)
{
    (void)state;
    Case c;
    float s[DOCUMENTS * 16];
    open_case(&c, "zero-squared"); /* ReLU, linear */
    Selection *selection = &c.docrep.selection;
    size_t m = selection->entries, dead = 0;
    double share = docrep_select(&c.docrep, s);
    for (size_t i = 0; i < DOCUMENTS; i++)
        for (size_t j = 0; j < m; j++) {
            float before = selection->outer_bias[j];
            for (size_t l = 0; l < 2; l++)
                before += selection->outer[j * 2 + l] * selection->vectors[i * 2 + l];
            assert_true(fabsf(s[i * m + j] - (before > 0 ? before : 0)) < 1e-5f);
            dead += !(before > 0);
        }
    assert_true(fabs(share - (double)dead / (double)(DOCUMENTS * m)) < 1e-12);
    assert_true(dead > 0 && dead < DOCUMENTS * m);
    close_case(&c);
}

/* --- how vectors start and are trained ------------------------------------------------- */

/* One step of a case with these settings changed; *before holds what the parameters were. */
static void arm_step(Case *c, VectorStart start, bool constant, bool sgd, Selection *before)
{
    StepTexts some;
    DocRepStep did;
    Selection *selection = &c->docrep.selection;
    open_case(c, "other");
    DocRepSettings *s = &c->docrep.settings;
    s->start = start, s->constant = constant, s->sgd = sgd;
    selection_make(before, s->documents, s->dimension, s->entries, s->selection, s->phi);
    memcpy(before->parameters, selection->parameters, selection->count * sizeof(float));
    read_step(c, 0, &some);
    docrep_step(&c->docrep, some.texts, BATCH, &did);
}

/* Plain descent moves each number by rate × (scale × gradient + decay × number): from the first
 * step on where the rate is constant, and not yet under a warm-up. */
static void test_sgd(void **state)
{
    (void)state;
    Case c;
    Selection before;
    arm_step(&c, START_NORMAL, false, true, &before);
    assert_memory_equal(c.docrep.selection.parameters, before.parameters,
                        before.count * sizeof(float));
    selection_free(&before), close_case(&c);
    arm_step(&c, START_NORMAL, true, true, &before);
    const TrainSettings *s = &c.docrep.settings.train;
    double scale = gradient_clip(c.docrep.train.norm, s->clip), moved = 0;
    for (size_t i = 0; i < before.count; i++) {
        double from = (double)before.parameters[i];
        double gradient = scale * (double)c.docrep.selection_gradients.parameters[i];
        double to = from - s->lr * (gradient + s->decay * from);
        assert_true(fabs((double)c.docrep.selection.parameters[i] - to) <=
                    1e-7 * fabs(from) + 1e-12);
        moved = fmax(moved, fabs(to - from));
    }
    assert_true(moved > 0);
    selection_free(&before), close_case(&c);
}

/* Frozen vectors keep their bits and take no part in the norm; all else is trained, and their
 * gradient is still told. */
static void test_frozen(void **state)
{
    (void)state;
    Case c, other;
    Selection before, same;
    arm_step(&c, START_FROZEN, true, false, &before);
    arm_step(&other, START_NORMAL, true, false, &same);
    size_t vectors = before.documents * before.dimension;
    const float *now = c.docrep.selection.parameters;
    assert_memory_equal(now, before.parameters, vectors * sizeof(float));
    assert_memory_not_equal(now + vectors, before.parameters + vectors,
                            (before.count - vectors) * sizeof(float));
    assert_memory_not_equal(other.docrep.selection.vectors, same.vectors, vectors * sizeof(float));
    assert_true(c.docrep.train.norm < other.docrep.train.norm);
    selection_free(&before), selection_free(&same);
    close_case(&c), close_case(&other);
}

/* Vectors that start orthogonal: rows, or with more of them columns, of length √2 and at right
 * angles. */
static void test_orthogonal(void **state)
{
    (void)state;
    static const size_t shapes[][2] = {{3, 8}, {8, 3}};
    for (int i = 0; i < 2; i++) {
        size_t n = shapes[i][0], k = shapes[i][1], few = n < k ? n : k;
        Selection selection;
        selection_make(&selection, n, k, 4, SELECTION_LINEAR, PHI_TANH);
        selection_draw_orthogonal(&selection, 1);
        for (size_t a = 0; a < few; a++)
            for (size_t b = 0; b < few; b++) {
                double sum = 0;
                for (size_t j = 0; j < n + k - few; j++)
                    sum += n < k ? (double)selection.vectors[a * k + j] *
                                       (double)selection.vectors[b * k + j]
                                 : (double)selection.vectors[j * k + a] *
                                       (double)selection.vectors[j * k + b];
                assert_true(fabs(sum - (a == b ? 2 : 0)) < 1e-5);
            }
        selection_free(&selection);
    }
}

/* L of the first step with one number of the map moved by `by`; *gradient is what U's holds. */
static double moved_loss(size_t at, float by, double *gradient)
{
    Case c;
    StepTexts some;
    DocRepStep did;
    open_case(&c, "context");
    c.docrep.context.map[at] += by;
    docrep_read_contexts(&c.docrep, c.steps.texts);
    read_step(&c, 0, &some);
    docrep_step(&c.docrep, some.texts, BATCH, &did);
    *gradient = (double)c.docrep.context.dmap[at];
    close_case(&c);
    return did.loss;
}

/* Context vectors are U times the mean of what enters the memory, before a step and after it;
 * U's gradient is that of the loss, by finite differences. */
static void test_contexts(void **state)
{
    (void)state;
    Case c;
    StepTexts some;
    DocRepStep did;
    open_case(&c, "context");
    const ContextMap *context = &c.docrep.context;
    size_t d = context->width, k = context->dimension;
    read_step(&c, 0, &some); /* whose rate is 0 */
    for (int step = 0; step < 2; step++) {
        docrep_step(&c.docrep, some.texts, BATCH, &did);
        for (size_t i = 0; i < DOCUMENTS * k; i++) {
            const MemoryText *text = &c.steps.texts[i / k];
            double sum = 0;
            for (size_t t = 0; t < text->length; t++)
                for (size_t j = 0; j < d; j++)
                    sum += (double)context->map[i % k * d + j] * (double)text->h[t * d + j];
            sum /= (double)text->length;
            assert_true(fabs((double)c.docrep.selection.vectors[i] - sum) < 1e-5);
        }
    }
    close_case(&c);
    for (size_t at = 0; at < k * d; at += 7) {
        const float by = 0.02f; /* the third derivative's part is some 1e-6 of L */
        double up, down, gradient, unused;
        up = moved_loss(at, by, &unused), down = moved_loss(at, -by, &unused);
        moved_loss(at, 0, &gradient);
        double slope = (up - down) / (2 * (double)by);
        if (fabs(slope - gradient) > 2e-4 + 0.01 * fabs(gradient))
            fail_msg("U[%zu]: slope %g, gradient %g", at, slope, gradient);
    }
}

static double note_order(void *user, const uint32_t *which, size_t count, size_t predicted)
{
    uint32_t **next = user;
    (void)predicted;
    for (size_t i = 0; i < count; i++)
        *(*next)++ = which[i];
    return 1;
}

/* A fixed order is that of the corpus in every epoch; else epochs differ. */
static void test_order(void **state)
{
    (void)state;
    Case c;
    Error error = {""};
    open_case(&c, "other");
    for (int fixed = 0; fixed < 2; fixed++) {
        uint32_t order[2][DOCUMENTS], *next = order[0];
        c.docrep.train.in_order = fixed;
        for (uint64_t epoch = 1; epoch <= 2; epoch++)
            assert_true(train_pass(&c.docrep.train, c.steps.texts, DOCUMENTS, 1, 1, epoch,
                                   note_order, &next, &error));
        for (uint32_t i = 0; fixed && i < DOCUMENTS; i++)
            assert_true(order[0][i] == i && order[1][i] == i);
        assert_true(fixed || memcmp(order[0], order[1], sizeof order[0]) != 0);
    }
    close_case(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ten_steps),  cmocka_unit_test(test_detached),
        cmocka_unit_test(test_scores),     cmocka_unit_test(test_epochs),
        cmocka_unit_test(test_path),       cmocka_unit_test(test_select),
        cmocka_unit_test(test_sgd),        cmocka_unit_test(test_frozen),
        cmocka_unit_test(test_orthogonal), cmocka_unit_test(test_order),
        cmocka_unit_test(test_contexts),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("docrep", tests, NULL, NULL);
}
