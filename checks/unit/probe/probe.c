/* The probe program: losses, logits, continuations against float64, with a memory and without. */
#include "memory/cell.h"

#include <jansson.h>

#include "numbers.h"

#include "fixture.h"

/* Of the largest entry, as for the models themselves (checks/unit/model/parity.c). */
static const double PARITY = 1e-4;
enum { REPLIES = 16 };

/* The replies of one run of `probe <arguments>` to the lines of `requests`. */
typedef struct {
    json_t *line[REPLIES];
    size_t count;
} Replies;

static Replies ask(const char *arguments, const char *requests)
{
    char command[2048], in[512], out[512], message[1024];
    Replies replies = {0};
    snprintf(in, sizeof in, "%s", fixture_text("probe/requests", requests));
    snprintf(out, sizeof out, "%s", scratch("probe/replies"));
    snprintf(command, sizeof command, "%s < %s > %s", arguments, in, out);
    if (fixture_run("", "probe", command, message, sizeof message) != 0)
        fail_msg("probe %s: %s", arguments, message);
    FILE *file = fopen(out, "r");
    assert_non_null(file);
    json_t *line;
    while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL))) {
        assert_true(replies.count < REPLIES);
        replies.line[replies.count++] = line;
    }
    fclose(file);
    return replies;
}

static void forget(Replies *replies)
{
    for (size_t i = 0; i < replies->count; i++)
        json_decref(replies->line[i]);
    replies->count = 0;
}

/* The list `name` of a reply, which must hold `count` numbers; freed by the caller. */
static double *numbers(const json_t *reply, const char *name, size_t count)
{
    const json_t *list = json_object_get(reply, name);
    double *values = alloc_zeroed(count, sizeof *values);
    assert_true(json_is_array(list));
    assert_int_equal(json_array_size(list), count);
    for (size_t i = 0; i < count; i++) {
        assert_true(json_is_number(json_array_get(list, i)));
        values[i] = json_number_value(json_array_get(list, i));
    }
    return values;
}

/* A list of a reply is within PARITY of the largest of `exact` (count). */
static void list_near(const char *name, const json_t *reply, const double *exact, size_t count)
{
    double *values = numbers(reply, name, count);
    float *narrow = alloc_zeroed(count, sizeof *narrow);
    for (size_t i = 0; i < count; i++)
        narrow[i] = (float)values[i];
    assert_near(name, narrow, exact, count, PARITY);
    free(values), free(narrow);
}

/* Appends {"ids": […], "document": 1} with ids[0 … count-1] and a newline to `text` (size). */
static void add_request(char *text, size_t size, const int64_t *ids, size_t count)
{
    size_t at = strlen(text);
    for (size_t i = 0; i < count; i++)
        at += (size_t)snprintf(text + at, size - at, "%s%lld", i ? "," : "{\"ids\":[",
                               (long long)ids[i]);
    at += (size_t)snprintf(text + at, size - at, "],\"document\":1}\n");
    assert_true(at < size);
}

/* A numerical tensor of a reference file as doubles; freed by the caller. */
static double *tensor(const TensorFile *file, const char *name, size_t *count)
{
    const Tensor *found = tensors_find(file, name);
    if (!found)
        fail_msg("%s has no %s", file->path, name);
    *count = found->count;
    double *values = alloc_zeroed(found->count, sizeof *values);
    if (found->dtype == DTYPE_F64) {
        memcpy(values, found->data, found->bytes);
        return values;
    }
    assert_true(found->dtype == DTYPE_F32);
    for (size_t i = 0; i < found->count; i++) {
        float value;
        tensors_to_float(found, i, 1, &value);
        values[i] = (double)value;
    }
    return values;
}

/* A tensor of whole numbers, at most `limit` of them, into ids; how many. */
static size_t integers(const TensorFile *file, const char *name, int64_t *ids, size_t limit)
{
    const Tensor *found = tensors_find(file, name);
    if (!found || found->count > limit)
        fail_msg("%s has no short %s", file->path, name);
    tensors_to_int(found, 0, found->count, ids);
    return found->count;
}

/* --- a model as it is ------------------------------------------------------------ */

static void check_checkpoint(const char *name)
{
    char arguments[128], path[128], requests[1024] = "";
    int64_t ids[64], offset[3];
    size_t n_nll, n_logits;
    TensorFile file;
    Error error;
    snprintf(path, sizeof path, "checks/reference/%s/expected.safetensors", name);
    assert_true(tensors_open(&file, path, &error));
    size_t total = integers(&file, "ids", ids, 64);
    assert_int_equal(integers(&file, "offset", offset, 3), 3);
    double *nll = tensor(&file, "nll", &n_nll), *logits = tensor(&file, "logits", &n_logits);
    size_t first = (size_t)offset[1], second = total - first, V = n_logits / total;
    assert_int_equal(n_nll, total - 2);
    add_request(requests, sizeof requests, ids, first);
    add_request(requests, sizeof requests, ids + first, second);
    snprintf(arguments, sizeof arguments, "logits checks/reference/%s", name);
    Replies replies = ask(arguments, requests);
    assert_int_equal(replies.count, 2);
    list_near("nll", replies.line[0], nll, first - 1);
    list_near("nll", replies.line[1], nll + first - 1, second - 1);
    list_near("logits_last", replies.line[0], logits + (first - 1) * V, V);
    list_near("logits_last", replies.line[1], logits + (total - 1) * V, V);
    forget(&replies);
    free(nll), free(logits);
    tensors_close(&file);
}

static void test_checkpoints(void **state)
{
    (void)state;
    check_checkpoint("llama-mha");
    check_checkpoint("llama-gqa");
    check_checkpoint("llama-bf16");
    check_checkpoint("llama-f16");
    check_checkpoint("neox-parallel");
    check_checkpoint("neox-sequential");
    check_checkpoint("neox-bf16");
    check_checkpoint("neox-f16");
}

static void test_stories(void **state)
{
    (void)state;
    char model[512], path[600], arguments[600], requests[1024] = "";
    SHARED_OR_SKIP(model, "models/stories260K");
    snprintf(path, sizeof path, "%s/reference.json", model);
    json_t *reference = json_load_file(path, 0, NULL);
    assert_non_null(reference);
    const json_t *wanted = json_object_get(reference, "greedy_ids");
    snprintf(arguments, sizeof arguments, "generate %s --tokens 95", model);
    Replies replies = ask(arguments, "{\"ids\": [1]}\n");
    assert_int_equal(json_array_size(wanted), 96);
    assert_true(json_equal(wanted, json_object_get(replies.line[0], "ids")));
    assert_null(json_object_get(replies.line[0], "text"));
    forget(&replies);
    int64_t ids[64];
    for (size_t i = 0; i < 64; i++)
        ids[i] = json_integer_value(json_array_get(wanted, i));
    add_request(requests, sizeof requests, ids, 64);
    snprintf(arguments, sizeof arguments, "logits %s", model);
    replies = ask(arguments, requests);
    double *logits = numbers(replies.line[0], "logits_last", 512), sum = 0;
    double *nll = numbers(replies.line[0], "nll", 63);
    for (size_t i = 0; i < 8; i++) {
        const json_t *first = json_object_get(reference, "logits_last_first8");
        assert_true(fabs(logits[i] - json_real_value(json_array_get(first, i))) < 1e-4);
    }
    for (size_t t = 0; t < 63; t++)
        sum += nll[t];
    assert_true(fabs(sum / 63 - json_real_value(json_object_get(reference, "mean_nll_63"))) < 1e-5);
    free(logits), free(nll);
    forget(&replies);
    json_decref(reference);
}

/* --- with a memory --------------------------------------------------------------- */

/* Parameters `prefix`.<part> of a reference file, in the order of a Memory. */
static float *read_parameters(const TensorFile *file, const char *prefix, MemoryVariant variant)
{
    static const char *const parts[] = {"up.weight",   "up.bias",   "down.weight", "down.bias",
                                        "norm.weight", "norm.bias", "gate"};
    char name[64];
    size_t used = 0, capacity = 0, count;
    float *all = NULL;
    for (int p = 0; p < (variant == MEMORY_PLAIN ? 4 : 7); p++) {
        snprintf(name, sizeof name, "%s.%s", prefix, parts[p]);
        double *values = tensor(file, name, &count);
        all = alloc_grow(all, &capacity, used + count, sizeof *all);
        for (size_t i = 0; i < count; i++)
            all[used++] = (float)values[i];
        free(values);
    }
    return all;
}

/* Writes a cell after block 1 whose states are a reference file's memory before training (epoch 1)
 * and after ten steps (epoch 2), its entries allocated to two documents. */
static void write_cell(const TensorFile *file, MemoryVariant variant, AllocationKind kind,
                       const char *path)
{
    static const int32_t ids[] = {1, 7, 9, 1, 8, 6};
    static const int64_t offset[] = {0, 3, 6};
    Error error;
    Out out;
    int64_t epochs[3] = {0, 1, 2};
    double zeros[6] = {0};
    Allocation allocation = {
        .kind = kind, .documents = 2, .entries = 8, .bands = 2, .seed = 1, .strength = 1};
    float *parameters[3] = {NULL, read_parameters(file, "init", variant),
                            read_parameters(file, "final", variant)};
    assert_true(allocation_make(&allocation, ids, offset, &error));
    Cell cell = {.layer = 1,
                 .entries = 8,
                 .width = 32,
                 .seed = 1,
                 .variant = variant,
                 .target = "document",
                 .allocation = allocation,
                 .states = 3,
                 .documents = 2,
                 .epochs = 2,
                 .epoch = epochs,
                 .nll = zeros,
                 .document_nll = zeros,
                 .train_loss = zeros,
                 .parameters = parameters};
    assert_true(out_open(&out, path, &error) && cell_write(&cell, &out, &error) &&
                out_commit(&out, &error));
    free(parameters[1]), free(parameters[2]);
    allocation_free(&allocation);
}

/* The documents of batch `step` of a reference file as requests; tokens they predict. */
static size_t batch_requests(const TensorFile *file, int step, char *text, size_t size)
{
    char name[32];
    int64_t ids[256], offset[16], batch[8];
    size_t predicted = 0;
    snprintf(name, sizeof name, "batch.%d", step);
    size_t count = integers(file, name, batch, 8);
    integers(file, "document.ids", ids, 256);
    integers(file, "document.offset", offset, 16);
    *text = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = (size_t)(offset[batch[i] + 1] - offset[batch[i]]);
        add_request(text, size, ids + offset[batch[i]], length);
        predicted += length - 1;
    }
    return predicted;
}

static double sum_nll(const Replies *replies)
{
    double sum = 0;
    for (size_t i = 0; i < replies->count; i++) {
        const json_t *list = json_object_get(replies->line[i], "nll");
        for (size_t t = 0; t < json_array_size(list); t++)
            sum += json_real_value(json_array_get(list, t));
    }
    return sum;
}

/* Whether two runs gave the same replies, digit for digit. */
static bool same(const Replies *a, const Replies *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        if (!json_equal(a->line[i], b->line[i]))
            return false;
    return true;
}

/* A memory after block 1 of a checkpoint, from the reference file memory-<name>. */
static void check_memory(const char *checkpoint, const char *name, MemoryVariant variant)
{
    char path[128], cell[512], requests[2048], bare[128], arguments[5][700];
    static const char *const options[5] = {"--epoch 1", "--epoch 1 --layer 1", "--epoch 0", "",
                                           "--epoch 1 --layer 0"};
    TensorFile file;
    Error error;
    size_t count;
    snprintf(path, sizeof path, "checks/reference/memory-%s.safetensors", name);
    snprintf(cell, sizeof cell, "%s", scratch("probe/cell.safetensors"));
    assert_true(tensors_open(&file, path, &error));
    write_cell(&file, variant, ALLOCATION_NONE, cell);
    double *loss = tensor(&file, "loss", &count);
    double predicted = (double)batch_requests(&file, 0, requests, sizeof requests);
    snprintf(bare, sizeof bare, "logits checks/reference/%s", checkpoint);
    Replies base = ask(bare, requests), with[5];
    for (int i = 0; i < 5; i++) {
        snprintf(arguments[i], sizeof arguments[i], "%s --memory %s %s", bare, cell, options[i]);
        with[i] = ask(arguments[i], requests);
    }
    /* The loss of the first step is the memory's before any training. */
    assert_true(fabs(sum_nll(&with[0]) / predicted - loss[0]) < PARITY * loss[0]);
    assert_true(fabs(sum_nll(&base) / predicted - loss[0]) > PARITY * loss[0]);
    assert_true(same(&with[0], &with[1]));  /* the layer of the cell is the default */
    assert_true(same(&base, &with[2]));     /* epoch 0 is the model without it */
    assert_false(same(&with[0], &with[3])); /* the last state is the default */
    assert_false(same(&with[0], &with[4])); /* another layer is obeyed */
    assert_false(same(&base, &with[4]));
    for (int i = 0; i < 5; i++)
        forget(&with[i]);
    forget(&base);
    free(loss);
    tensors_close(&file);
}

static void test_memory(void **state)
{
    (void)state;
    check_memory("llama-gqa", "gqa-1-plain", MEMORY_PLAIN);
    check_memory("llama-gqa", "gqa-1-norm-gate", MEMORY_NORM_GATE);
    check_memory("neox-parallel", "neox-parallel-1-plain", MEMORY_PLAIN);
    check_memory("neox-bf16", "neox-bf16-1-norm-gate", MEMORY_NORM_GATE);
}

/* Each id that a memory's model adds is the most probable one after those before it. */
static void check_generate(const char *checkpoint, const char *reference, AllocationKind kind)
{
    enum { START = 2, MORE = 12, V = 96 };
    char path[128], bare[200], memory[700], arguments[900], requests[2048] = "";
    static const char start[] = "{\"ids\": [1, 7], \"document\": 1}\n";
    TensorFile file;
    Error error;
    snprintf(path, sizeof path, "checks/reference/memory-%s.safetensors", reference);
    assert_true(tensors_open(&file, path, &error));
    write_cell(&file, MEMORY_PLAIN, kind, scratch("probe/cell.safetensors"));
    tensors_close(&file);
    snprintf(memory, sizeof memory, "checks/reference/%s --memory %s", checkpoint,
             scratch("probe/cell.safetensors"));
    snprintf(bare, sizeof bare, "generate checks/reference/%s --tokens %d", checkpoint, MORE);
    snprintf(arguments, sizeof arguments, "generate %s --tokens %d", memory, MORE);
    Replies grown = ask(arguments, start);
    Replies base = ask(bare, start);
    assert_false(same(&grown, &base));
    double *values = numbers(grown.line[0], "ids", START + MORE);
    int64_t ids[START + MORE];
    for (size_t i = 0; i < START + MORE; i++)
        ids[i] = (int64_t)values[i];
    for (size_t n = START; n < START + MORE; n++)
        add_request(requests, sizeof requests, ids, n);
    snprintf(arguments, sizeof arguments, "logits %s", memory);
    Replies steps = ask(arguments, requests);
    assert_int_equal(steps.count, MORE);
    for (size_t i = 0; i < MORE; i++) {
        double *logits = numbers(steps.line[i], "logits_last", V), most = -INFINITY;
        for (size_t x = 0; x < V; x++)
            most = logits[x] > most ? logits[x] : most;
        assert_true(logits[ids[START + i]] == most);
        free(logits);
    }
    free(values);
    forget(&grown), forget(&base), forget(&steps);
}

static void test_generate_memory(void **state)
{
    (void)state;
    for (int kind = 0; kind < ALLOCATION_KINDS; kind++)
        check_generate("llama-gqa", "gqa-1-plain", (AllocationKind)kind);
    check_generate("neox-parallel", "neox-parallel-1-plain", ALLOCATION_NONE);
    check_generate("neox-bf16", "neox-bf16-1-plain", ALLOCATION_NONE);
}

/* Entries of documents ask for one, and differ by it; those of tokens do not care. */
static void test_document(void **state)
{
    (void)state;
    static const char *const bad[] = {"", ", \"document\": 2", ", \"document\": -1",
                                      ", \"document\": \"1\"", ", \"document\": 1.0"};
    char arguments[1200], message[1024], request[128];
    TensorFile file;
    Error error;
    assert_true(tensors_open(&file, "checks/reference/memory-gqa-1-plain.safetensors", &error));
    for (int kind = ALLOCATION_DISJOINT; kind < ALLOCATION_KINDS; kind++) {
        bool by_token = allocation_by_token((AllocationKind)kind);
        write_cell(&file, MEMORY_PLAIN, (AllocationKind)kind, scratch("probe/cell.safetensors"));
        snprintf(arguments, sizeof arguments, "logits checks/reference/llama-gqa --memory %s",
                 scratch("probe/cell.safetensors"));
        Replies first = ask(arguments, "{\"ids\": [1, 7, 9], \"document\": 0}\n");
        Replies second = ask(arguments, "{\"ids\": [1, 7, 9], \"document\": 1}\n");
        assert_int_equal(same(&first, &second), by_token);
        forget(&first), forget(&second);
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            snprintf(request, sizeof request, "{\"ids\": [1, 7, 9]%s}\n", bad[i]);
            snprintf(arguments, sizeof arguments,
                     "logits checks/reference/llama-gqa --memory %s < %s >/dev/null",
                     scratch("probe/cell.safetensors"), fixture_text("probe/requests", request));
            int status = fixture_run("", "probe", arguments, message, sizeof message);
            if (by_token && i < 2)
                assert_int_equal(status, 0);
            else
                fixture_refused("probe", status, 1, message, "\"document\"");
        }
    }
    tensors_close(&file);
}

/* One line names the cell file where its memory cannot be attached or gives no number. */
static void test_refused_memory(void **state)
{
    (void)state;
    static const struct {
        const char *options, *model, *words;
    } cases[] = {
        {"--layer 3", "llama-gqa", "layer 3 is not a block of the model, 0 to 2; "},
        {"--layer -1", "llama-gqa", "layer -1 is not a block of the model, 0 to 2; "},
        {"--epoch 3", "llama-gqa", "no state was saved after epoch 3; the last was after epoch 2"},
        {"--epoch -1", "llama-gqa", "no state was saved after epoch -1; "},
        {"", "llama-f16", "width 32 does not fit a model of width 40; "},
    };
    char arguments[1200], message[1024];
    TensorFile file;
    Error error;
    const char *cell = scratch("probe/cell.safetensors");
    assert_true(tensors_open(&file, "checks/reference/memory-gqa-1-plain.safetensors", &error));
    write_cell(&file, MEMORY_PLAIN, ALLOCATION_NONE, cell);
    tensors_close(&file);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(arguments, sizeof arguments,
                 "logits checks/reference/%s --memory %s %s </dev/null", cases[i].model,
                 scratch("probe/cell.safetensors"), cases[i].options);
        int status = fixture_run("", "probe", arguments, message, sizeof message);
        fixture_refused("probe", status, 1, message, cases[i].words);
        assert_non_null(strstr(message, "cell.safetensors: "));
    }
}

/* A cell without a trained state has nothing to attach; a memory of NaN is told of by the line. */
static void test_useless_memory(void **state)
{
    (void)state;
    Error error;
    Out out;
    char arguments[1200], message[1024];
    int64_t epochs[2] = {0, 1};
    double zeros[2] = {0};
    float values[1 * 32 + 1 + 32 * 1 + 32] = {3e38f}, *parameters[2] = {NULL, values};
    Cell cell = {.layer = 1,
                 .entries = 1,
                 .width = 32,
                 .target = "document",
                 .documents = 1,
                 .epochs = 1,
                 .epoch = epochs,
                 .nll = zeros,
                 .document_nll = zeros,
                 .train_loss = zeros,
                 .parameters = parameters};
    static const char *const words[2] = {
        "cell.safetensors: holds no trained state; ",
        "standard input:1: the model gives a number that is not finite; "};
    for (cell.states = 1; cell.states <= 2; cell.states++)
        for (int verb = 0; verb < 2; verb++) {
            assert_true(out_open(&out, scratch("probe/cell.safetensors"), &error) &&
                        cell_write(&cell, &out, &error) && out_commit(&out, &error));
            snprintf(arguments, sizeof arguments, "%s --memory %s < %s",
                     verb ? "generate checks/reference/llama-gqa --tokens 1"
                          : "logits checks/reference/llama-gqa",
                     scratch("probe/cell.safetensors"),
                     fixture_text("probe/requests", "{\"ids\": [1, 2]}\n"));
            int status = fixture_run("", "probe", arguments, message, sizeof message);
            fixture_refused("probe", status, 1, message, words[cell.states - 1]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_checkpoints),    cmocka_unit_test(test_stories),
        cmocka_unit_test(test_memory),         cmocka_unit_test(test_generate_memory),
        cmocka_unit_test(test_refused_memory), cmocka_unit_test(test_useless_memory),
        cmocka_unit_test(test_document),
    };
    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
