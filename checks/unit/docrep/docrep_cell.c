/* Files of trained DocRep memories: what is written comes back, and nothing damaged is taken. */
#include "docrep/docrep_cell.h"
#include "tensor/gemm.h"

#include "numbers.h"

static const DocRepSettings SETTINGS = {
    .layer = 3,
    .documents = 4,
    .dimension = 2,
    .entries = 5,
    .tokens = 64,
    .phi = PHI_RELU,
    .selection = SELECTION_MLP,
    .lm = true,
    .guidance = {0.1, 2.5, 0.25, FORGET_ABSOLUTE, NEGATIVE_OTHER_DETACHED},
    .train = {.lr = 6e-3, .decay = 0.01, .clip = 5, .warmup = 10},
    .epochs = 3,
    .batch = 2,
    .seed = 18446744073709551615u};

static void fill(Rng *rng, double *values, size_t count)
{
    for (size_t i = 0; values && i < count; i++)
        values[i] = rng_normal(rng);
}

/* A cell of random numbers. */
static void make(DocRepCell *cell, const DocRepSettings *s)
{
    Rng rng = rng_stream("docrep cell", 1, 0);
    size_t E = s->epochs, n = s->documents, k = s->dimension, m = s->entries;
    docrep_cell_make(cell, s, 7, 2);
    for (size_t i = 0; i < (E + 1) * n * k; i++)
        cell->vectors[i] = (float)rng_normal(&rng);
    for (size_t i = 0; i < (E + 1) * n * m; i++)
        cell->selections[i] = (float)rng_normal(&rng);
    for (size_t i = 0; cell->map && i < k * cell->width; i++)
        cell->map[i] = (float)rng_normal(&rng);
    memory_draw(&cell->memory, 5);
    selection_draw(&cell->selection, 5);
    memcpy(cell->selection.vectors, cell->vectors + E * n * k, n * k * sizeof(float));
    fill(&rng, cell->drift, (E + 1) * n);
    fill(&rng, cell->dead, E + 1), fill(&rng, cell->base_nll, n);
    fill(&rng, cell->document_nll, 2 * n), fill(&rng, cell->negative_nll, 2 * n);
    fill(&rng, cell->loss, E), fill(&rng, cell->loss_pos, E);
    fill(&rng, cell->loss_neg, E), fill(&rng, cell->forgot, E);
    for (int w = 0; w < DOCREP_WEIGHTS; w++)
        fill(&rng, cell->distance[w], E + 1);
    for (int g = 0; g < DOCREP_GRADIENTS; g++)
        fill(&rng, cell->gradient[g], E);
    cell->epoch[1] = (int64_t)E;
}

static void save(const DocRepCell *cell, const char *path)
{
    Out out;
    Error error = {""};
    if (!out_open(&out, path, &error) || !docrep_cell_write(cell, &out, &error) ||
        !out_commit(&out, &error))
        fail_msg("%s", error.text);
}

static void not_written(const DocRepCell *cell, const char *path, const char *words)
{
    Out out;
    Error error = {""};
    assert_true(out_open(&out, path, &error));
    assert_false(docrep_cell_write(cell, &out, &error));
    assert_non_null(strstr(error.text, words));
    out_abandon(&out);
}

static void same_doubles(const char *what, const double *a, const double *b, size_t count)
{
    if ((a == NULL) != (b == NULL) || (a && memcmp(a, b, count * sizeof *a) != 0))
        fail_msg("%s differs", what);
}

static void compare(const DocRepCell *a, const DocRepCell *b)
{
    const DocRepSettings *s = &a->settings, *t = &b->settings;
    size_t E = s->epochs, n = s->documents, k = s->dimension, m = s->entries;
    assert_true(s->layer == t->layer && n == t->documents && k == t->dimension && m == t->entries);
    assert_true(s->phi == t->phi && s->selection == t->selection && s->lm == t->lm);
    assert_memory_equal(&s->guidance, &t->guidance, sizeof s->guidance);
    assert_true(s->train.lr == t->train.lr && s->train.decay == t->train.decay);
    assert_true(s->train.clip == t->train.clip && s->train.warmup == t->train.warmup);
    assert_true(E == t->epochs && s->batch == t->batch && s->seed == t->seed);
    assert_true(s->tokens == t->tokens && a->width == b->width && a->scored == b->scored);
    assert_memory_equal(a->epoch, b->epoch, a->scored * sizeof *a->epoch);
    assert_same_bits("K", a->vectors, b->vectors, (E + 1) * n * k);
    assert_same_bits("s", a->selections, b->selections, (E + 1) * n * m);
    assert_same_bits("memory", a->memory.parameters, b->memory.parameters, a->memory.count);
    assert_same_bits("selection", a->selection.parameters, b->selection.parameters,
                     a->selection.count);
    assert_true((a->map == NULL) == (s->start != START_CONTEXT) &&
                (a->map == NULL) == (b->map == NULL));
    if (a->map)
        assert_same_bits("U", a->map, b->map, k * a->width);
    assert_int_equal(a->settings.start, b->settings.start);
    assert_int_equal(a->settings.constant, b->settings.constant);
    assert_int_equal(a->settings.sgd, b->settings.sgd);
    assert_int_equal(a->settings.in_order, b->settings.in_order);
    same_doubles("drift", a->drift, b->drift, (E + 1) * n);
    same_doubles("dead", a->dead, b->dead, E + 1);
    same_doubles("base_nll", a->base_nll, b->base_nll, n);
    same_doubles("document_nll", a->document_nll, b->document_nll, 2 * n);
    same_doubles("negative_nll", a->negative_nll, b->negative_nll, 2 * n);
    same_doubles("loss", a->loss, b->loss, E);
    same_doubles("loss_pos", a->loss_pos, b->loss_pos, E);
    same_doubles("loss_neg", a->loss_neg, b->loss_neg, E);
    same_doubles("forgot", a->forgot, b->forgot, E);
    for (int w = 0; w < DOCREP_WEIGHTS; w++)
        same_doubles("distance", a->distance[w], b->distance[w], E + 1);
    for (int g = 0; g < DOCREP_GRADIENTS; g++)
        same_doubles("gradient", a->gradient[g], b->gradient[g], E);
}

static void round_trip(const DocRepSettings *settings)
{
    DocRepCell cell, back;
    Error error = {""};
    const char *path = scratch("docrep.safetensors");
    make(&cell, settings);
    save(&cell, path);
    if (!docrep_cell_read(&back, path, &error))
        fail_msg("%s", error.text);
    compare(&cell, &back);
    docrep_cell_free(&cell), docrep_cell_free(&back);
    assert_null(back.vectors);
}

static void test_round_trip(void **state)
{
    (void)state;
    DocRepSettings s = SETTINGS;
    round_trip(&s);
    s.lm = false, s.selection = SELECTION_LINEAR, s.phi = PHI_TANH;
    round_trip(&s);
    s.guidance.alpha = 0; /* no negative is trained on, so some tensors are absent */
    round_trip(&s);
    s.documents = 1, s.dimension = 40, s.guidance.negative = NEGATIVE_ZERO;
    round_trip(&s);
    s.start = START_ORTHOGONAL, s.constant = true;
    round_trip(&s);
    s.start = START_FROZEN, s.sgd = true, s.in_order = true;
    round_trip(&s);
    s.start = START_CONTEXT, s.documents = 4;
    round_trip(&s);
    s.selection = SELECTION_MLP, s.lm = true;
    round_trip(&s);
}

static void test_shared(void **state)
{
    (void)state;
    /* All but the vectors: 2 (5·7) + 5 + 7 of the memory, 49 + 7 of lm, 10 + 5 + 25 + 5 of G, 8 of
     * K. */
    DocRepCell cell;
    TensorFile file;
    Error error = {""};
    const char *path = scratch("docrep-shared.safetensors");
    make(&cell, &SETTINGS);
    save(&cell, path);
    assert_true(tensors_open(&file, path, &error));
    assert_string_equal(tensors_metadata(&file, "parameters"), "191");
    assert_true(fabs(atof(tensors_metadata(&file, "shared")) - 183.0 / 191) < 1e-15);
    tensors_close(&file);
    docrep_cell_free(&cell);
    /* With context vectors K's 8 are none, and U has 2·7 that all documents share. */
    DocRepSettings contexts = SETTINGS;
    contexts.start = START_CONTEXT;
    make(&cell, &contexts);
    save(&cell, path);
    assert_true(tensors_open(&file, path, &error));
    assert_string_equal(tensors_metadata(&file, "parameters"), "197");
    assert_true(atof(tensors_metadata(&file, "shared")) == 1);
    tensors_close(&file);
    docrep_cell_free(&cell);
}

static void test_load(void **state)
{
    (void)state;
    DocRepSettings settings = SETTINGS;
    DocRepCell cell;
    DocRep docrep;
    Model model;
    Error error = {""};
    settings.layer = 2;
    assert_true(model_open(&model, "checks/reference/llama-gqa", SIZE_MAX, &error));
    docrep_cell_make(&cell, &settings, model.config.width, 1);
    memory_draw(&cell.memory, 77), selection_draw(&cell.selection, 77);
    assert_true(docrep_cell_load(&cell, "x", &model, &docrep, &error));
    assert_same_bits("memory", docrep.memory.parameters, cell.memory.parameters, cell.memory.count);
    assert_same_bits("selection", docrep.selection.parameters, cell.selection.parameters,
                     cell.selection.count);
    docrep_free(&docrep);
    cell.settings.layer = model.config.blocks;
    assert_false(docrep_cell_load(&cell, "x", &model, &docrep, &error));
    assert_int_equal(strncmp(error.text, "x: ", 3), 0);
    cell.settings.layer = 0, cell.width++;
    assert_false(docrep_cell_load(&cell, "x", &model, &docrep, &error));
    cell.width--;
    docrep_cell_free(&cell);
    model_close(&model);
}

/* --- damaged files ------------------------------------------------------------------ */

/* The bytes of a good file; the first place of `find` in them is overwritten by `put`. */
static void spoil(const char *good, const char *path, const char *find, const char *put)
{
    static char bytes[1 << 16];
    FILE *file = fopen(good, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    char *place = memmem(bytes, size, find, strlen(find));
    if (!place)
        fail_msg("%s is not in the file", find);
    memcpy(place, put, strlen(put));
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void refused(const char *path, const char *says)
{
    DocRepCell cell;
    Error error = {""};
    assert_false(docrep_cell_read(&cell, path, &error));
    if (strncmp(error.text, path, strlen(path)) != 0 || !strstr(error.text, says) ||
        !strstr(error.text, "; "))
        fail_msg("'%s' does not say '%s'", error.text, says);
}

static void test_damaged(void **state)
{
    (void)state;
    static const struct {
        const char *find, *put, *says;
    } faults[] = {
        {"\"phi\":\"relu\"", "\"phi\":\"rely\"", "phi"},
        {"\"selection\":\"mlp\"", "\"selection\":\"mlq\"", "selection"},
        {"\"lm\":\"yes\"", "\"lm\":\"yep\"", "lm"},
        {"\"form\":\"absolute\"", "\"form\":\"absolutE\"", "form"},
        {"\"negative\":\"other-detached\"", "\"negative\":\"other-attached\"", "negative"},
        {"\"negative\":\"other-detached\"", "\"positive\":\"other-detached\"", "negative"},
        {"\"parameters\":\"191\"", "\"start\":\"warmest1\"", "start"},
        {"\"parameters\":\"191\"", "\"schedule\":\"step1\"", "schedule"},
        {"\"parameters\":\"191\"", "\"order\":\"backward\"", "order"},
        {"\"documents\":\"4\"", "\"documents\":\"0\"", "documents"},
        {"\"documents\":\"4\"", "\"documents\":\"5\"", "K"},
        {"\"documents\":\"4\"", "\"documents\":\"x\"", "documents"},
        {"\"dimension\":\"2\"", "\"dimension\":\"3\"", "K"},
        {"\"entries\":\"5\"", "\"entries\":\"4\"", "s"},
        {"\"epochs\":\"3\"", "\"epochs\":\"2\"", "epochs"},
        {"\"alpha\":\"0.1\"", "\"alpha\":\"-.1\"", "alpha"},
        {"\"alpha\":\"0.1\"", "\"alpha\":\"nan\"", "alpha"},
        {"\"width\":\"7\"", "\"width\":\"8\"", "up.weight"},
        {"\"forgot\":", "\"forgit\":", "forgot"},
        {"\"gradient.own.G\":", "\"gradient.own.H\":", "gradient.own.G"},
        {"\"G.2.bias\":", "\"G.3.bias\":", "G.2.bias"},
        {"\"distance.lm\":", "\"distance.ln\":", "distance.lm"},
    };
    DocRepCell cell;
    const char *good = scratch("docrep-good.safetensors"), *bad = scratch("docrep-bad.safetensors");
    make(&cell, &SETTINGS);
    save(&cell, good);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        spoil(good, bad, faults[i].find, faults[i].put);
        refused(bad, faults[i].says);
    }
    cell.epoch[1] = 0; /* does not rise */
    save(&cell, bad);
    refused(bad, "epochs");
    cell.epoch[1] = 4; /* beyond the last */
    save(&cell, bad);
    refused(bad, "epochs");
    cell.epoch[1] = 3, cell.selections[9] = NAN;
    not_written(&cell, bad, "tensor 's' would hold a number that is not finite");
    cell.selections[9] = 0, cell.loss[1] = INFINITY;
    not_written(&cell, bad, "tensor 'loss' would hold a number that is not finite");
    refused("checks/reference/memory-gqa-1-plain.safetensors", "phi"); /* another kind of file */
    refused("checks/reference", "checks/reference");
    docrep_cell_free(&cell);
}

/* Context vectors without their map, with one of another shape, and with a number that is none. */
static void test_damaged_map(void **state)
{
    (void)state;
    DocRepCell cell;
    DocRepSettings settings = SETTINGS;
    const char *good = scratch("docrep-map.safetensors"),
               *bad = scratch("docrep-no-map.safetensors");
    settings.start = START_CONTEXT;
    make(&cell, &settings);
    save(&cell, good);
    spoil(good, bad, "\"U.weight\":", "\"V.weight\":");
    refused(bad, "U.weight");
    spoil(good, bad, "\"shape\":[2,7]", "\"shape\":[7,2]");
    refused(bad, "U.weight");
    cell.map[3] = NAN;
    not_written(&cell, bad, "tensor 'U.weight' would hold a number that is not finite");
    docrep_cell_free(&cell);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_shared),
        cmocka_unit_test(test_load),        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_damaged_map),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("docrep_cell", tests, NULL, NULL);
}
