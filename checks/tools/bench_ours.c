/* bench-ours: our side of the bench: one job, done again each time a line asks for it
 *
 * Opens what the job needs, prints "ready", and then answers lines on standard input:
 *
 *   memorize    go STEPS       trains the first memory anew for STEPS steps; replies their losses
 *   answer      go FIRST COUNT answers prompts; replies a-:0.42 for each: the
 *                             letter chosen, the free one, the first's share of the three
 *   forward     go TOKENS      carries documents through blocks 0 … layer, each once or, if they
 *                             are to be more TOKENS, again; replies nothing more
 *   product     go ROWS        products (ROWS, columns) = (ROWS, inner) · (columns, inner)ᵀ, on the
 *                             engine in force
 *
 * A reply is one line: seconds, operations, then the values. The reply to "end" is the largest
 * resident memory in KiB. checks/bench/peer.py speaks the same.
 *
 *   bench-ours memorize --model M --encoded E --prefix P --start S --layer 8
 */
#include "base/alloc.h"
#include "memory/predict.h"
#include "memory/target.h"
#include "memory/train.h"
#include "plan/cost.h"
#include "run/stage.h"
#include "tensor/gemm.h"
#include "tensor/gemm_bf16.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static const char *model_path, *encoded_path, *prefix_path, *start_path, *tokenizer_path,
    *shape_path;
static int64_t layer, columns = 2048, inner = 2048, warmup = 1, schedule = 1000;
static double lr = 1e-3;

static const Arg args[] = {
    {"model", ARG_INPUT, &model_path, "model folder", false},
    {"shape", ARG_INPUT, &shape_path, "of a GGUF file, as in data/shapes", false},
    {"encoded", ARG_INPUT, &encoded_path, "encoded corpus", false},
    {"prefix", ARG_INPUT, &prefix_path, "activations below the memory", false},
    {"start", ARG_INPUT, &start_path, "first memory and order of steps", false},
    {"tokenizer", ARG_INPUT, &tokenizer_path, "tokenizer.json; answers also freely", false},
    {"layer", ARG_INT, &layer, "block the memory follows", false},
    {"lr", ARG_REAL, &lr, "peak learning rate", false},
    {"warmup", ARG_INT, &warmup, "steps of linear warm-up", false},
    {"schedule", ARG_INT, &schedule, "steps of the whole schedule", false},
    {"columns", ARG_INT, &columns, "of a product", false},
    {"inner", ARG_INT, &inner, "of a product", false},
    {0},
};

/* What the jobs work with; a job opens what it needs. */
typedef struct {
    Frozen frozen;
    Shape shape;
    TensorFile start;
    Memory memory;
    const Tensor *order; /* (steps, batch) */
    Train train;
    MemoryText *texts;
    size_t text_count;
    Tokenizer tokenizer;
} Bench;

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Seconds since `began` and operations, the head of a reply. */
static void reply(double began, double operations)
{
    printf("%.6f %.6e", seconds_now() - began, operations);
}

/* The first memory, again. */
static void reset_memory(Bench *bench)
{
    Error error;
    const Tensor *tensor;
    MemoryPart parts[MEMORY_PARTS];
    Memory *m = &bench->memory;
    int count = memory_parts(m->width, m->entries, m->variant, parts);
    for (size_t i = 0, at = 0; i < (size_t)count; at += parts[i++].count) {
        if (!tensors_want(&bench->start, parts[i].name, DTYPE_F32, parts[i].rank, parts[i].shape,
                          &tensor, &error))
            stage_die(&error);
        tensors_to_float(tensor, 0, tensor->count, m->parameters + at);
    }
}

/* The variant is told by what the start has. */
static void open_start(Bench *bench)
{
    Error error;
    const Tensor *up;
    size_t any[2] = {TENSOR_ANY, bench->frozen.model.config.width},
           two[2] = {TENSOR_ANY, TENSOR_ANY};
    if (!tensors_open(&bench->start, start_path, &error) ||
        !tensors_want(&bench->start, "up.weight", DTYPE_F32, 2, any, &up, &error) ||
        !tensors_want(&bench->start, "order", DTYPE_I32, 2, two, &bench->order, &error))
        stage_die(&error);
    memory_make(&bench->memory, up->shape[1], up->shape[0],
                tensors_find(&bench->start, "gate") ? MEMORY_NORM_GATE : MEMORY_PLAIN);
    reset_memory(bench);
}

/* One text of n tokens more. */
static void count_text(CostTexts *texts, size_t n)
{
    *texts = cost_sum(*texts, (CostTexts){1, (double)n, (double)n * (double)n, (double)n});
}

static CostMemory cost_of(const Bench *bench)
{
    return (CostMemory){(size_t)layer, bench->memory.entries, false};
}

static void open_frozen(Bench *bench)
{
    Error error;
    char config[4096];
    snprintf(config, sizeof config, "%s/config.json", model_path);
    const FrozenPaths from = {model_path, encoded_path, prefix_path, 1024};
    if (!frozen_open(&bench->frozen, &from, &error) ||
        !shape_read(&bench->shape, shape_path ? shape_path : config, &error))
        stage_die(&error);
}

static void open_memorize(Bench *bench)
{
    Error error;
    TrainSettings settings = {lr, 0.05, 10, (uint64_t)warmup, (uint64_t)schedule, NULL, 0};
    open_frozen(bench);
    open_start(bench);
    size_t first = memory_first(bench->memory.variant, (size_t)layer);
    bench->texts =
        target_texts(&bench->frozen, first, TARGET_DOCUMENT, 0, &bench->text_count, &error);
    if (!bench->texts)
        stage_die(&error);
    train_begin(&bench->train, &bench->frozen.model, &bench->memory, (size_t)layer, &settings);
}

/* The texts of step `step`; returns how many. */
static size_t take_texts(const Bench *bench, size_t step, const MemoryText **some)
{
    int64_t index;
    size_t batch = bench->order->shape[1], n = 0;
    for (size_t i = 0; i < batch; i++) {
        tensors_to_int(bench->order, step % bench->order->shape[0] * batch + i, 1, &index);
        if (index >= 0 && (size_t)index < bench->text_count)
            some[n++] = &bench->texts[index];
    }
    return n;
}

static void go_memorize(Bench *bench, size_t steps)
{
    const MemoryText **some = alloc_zeroed(bench->order->shape[1], sizeof *some);
    double *loss = alloc_zeroed(steps + 1, sizeof *loss);
    CostTexts texts = {0};
    reset_memory(bench);
    adamw_free(&bench->train.adamw);
    adamw_begin(&bench->train.adamw, bench->memory.count, 0.999, bench->train.settings.decay);
    double began = seconds_now();
    for (size_t step = 0; step < steps; step++) {
        size_t n = take_texts(bench, step, some);
        loss[step] = train_step(&bench->train, some, n);
        for (size_t i = 0; i < n; i++)
            count_text(&texts, some[i]->length);
    }
    reply(began, cost_train(&bench->shape, cost_of(bench), texts));
    for (size_t step = 0; step < steps; step++)
        printf(" %.6f", loss[step]);
    free(loss), free(some);
}

static void open_answer(Bench *bench)
{
    Error error;
    open_frozen(bench);
    open_start(bench);
    if (tokenizer_path && !tokenizer_load(&bench->tokenizer, tokenizer_path, &error))
        stage_die(&error);
}

/* Prompts first … of the corpus as if there were no others; *rows moves to theirs. */
static Encoded some_prompts(const Encoded *all, size_t first, size_t count, size_t width,
                            const float **rows)
{
    Encoded some = *all;
    stage_want(first + count <= all->count[TEXT_PROMPT], "encoded", "a corpus with such prompts");
    some.count[TEXT_PROMPT] = count;
    some.offset[TEXT_PROMPT] += first;
    some.answer_start += first;
    some.prompt_document += first;
    *rows += encoded_text(all, TEXT_PROMPT, 0).siblings * first * width;
    return some;
}

static void print_answer(const Prediction *p)
{
    double sum = p->probability[0] + p->probability[1] + p->probability[2];
    printf(" %c%c:%.5f", 'a' + p->choice, "-abc"[p->free + 1], p -> probability[p->choice] / sum);
}

static void go_answer(Bench *bench, size_t first, size_t count)
{
    Error error;
    enum { BATCH = 32 }; /* as the stage takes */
    const float *rows;
    CostTexts texts = {0};
    Speaker speaker = {&bench->frozen.model, &bench->memory, (size_t)layer, NULL, false};
    Prediction *predictions = alloc_zeroed(count, sizeof *predictions);
    if (!frozen_rows(&bench->frozen, (size_t)layer, TEXT_PROMPT, &rows, &error))
        stage_die(&error);
    Encoded some = some_prompts(&bench->frozen.encoded, first, count, bench->shape.width, &rows);
    double began = seconds_now();
    predict_prompts(&speaker, 1, &some, rows, tokenizer_path ? &bench->tokenizer : NULL, BATCH,
                    predictions);
    for (size_t i = 0; i < count; i++)
        count_text(&texts, encoded_text(&some, TEXT_PROMPT, i).length);
    reply(began, cost_answer(&bench->shape, cost_of(bench), texts, 1, tokenizer_path ? 1 : 0));
    for (size_t i = 0; i < count; i++)
        print_answer(&predictions[i]);
    free(predictions);
}

/* Documents, each once and on until there are `tokens` of them, through blocks 0 … layer. */
static void go_forward(Bench *bench, size_t tokens)
{
    const Model *model = &bench->frozen.model;
    const Encoded *encoded = &bench->frozen.encoded;
    Batch batch = {0};
    BlockCache cache = {0};
    CostTexts texts = {0};
    size_t count = encoded->count[TEXT_DOCUMENT];
    for (size_t i = 0; i < count || texts.tokens < (double)tokens; i++) {
        EncodedText text = encoded_text(encoded, TEXT_DOCUMENT, i % count);
        batch_add(&batch, text.length, 0);
        count_text(&texts, text.length);
    }
    float *h = alloc_scratch(batch.rows, model->config.width * sizeof *h);
    float *out = alloc_scratch(batch.rows, model->config.width * sizeof *out);
    int32_t *ids = alloc_zeroed(batch.rows, sizeof *ids);
    for (size_t i = 0; i < batch.count; i++)
        memcpy(ids + batch.sequences[i].start, encoded_text(encoded, TEXT_DOCUMENT, i % count).ids,
               batch.sequences[i].length * sizeof *ids);
    double began = seconds_now();
    model_embed(model, h, ids, &batch);
    for (size_t l = 0; l <= (size_t)layer; l++) {
        block_forward(model, l, &batch, out, h, &cache);
        float *swap = h;
        h = out, out = swap;
    }
    reply(began, cost_forward(&bench->shape, (double)layer + 1, texts));
    free(h), free(out), free(ids);
    batch_free(&batch);
    block_cache_free(&cache);
}

/* c (rows,n) = a (rows,k) · bᵀ, with b (n,k) as float32, or where it is given as BF16. */
static void multiply(float *c, const float *a, const float *b, const uint16_t *bf16, size_t rows)
{
    if (bf16)
        gemm_bf16_nt(c, a, bf16, rows, (size_t)columns, (size_t)inner);
    else
        gemm_nt(c, a, b, rows, (size_t)columns, (size_t)inner, 0);
}

static void go_product(size_t rows)
{
    size_t n = (size_t)columns, k = (size_t)inner;
    float *a = alloc_zeroed(rows, k * sizeof *a), *b = alloc_zeroed(n, k * sizeof *b);
    float *c = alloc_zeroed(rows, n * sizeof *c);
    uint16_t *bf16 = gemm_bf16_on() ? alloc_zeroed(n, k * sizeof *bf16) : NULL;
    for (size_t i = 0; i < rows * k; i++)
        a[i] = (float)(i % 7) - 3;
    for (size_t i = 0; i < n * k; i++)
        b[i] = (float)(i % 5) - 2;
    if (bf16)
        gemm_bf16_round(bf16, b, n * k);
    multiply(c, a, b, bf16, rows);
    double began = seconds_now();
    for (int i = 0; i < 4; i++)
        multiply(c, a, b, bf16, rows);
    reply(began, 4 * 2.0 * (double)rows * (double)n * (double)k);
    free(a), free(b), free(c), free(bf16);
}

static void open_job(Bench *bench, const char *job)
{
    if (strcmp(job, "memorize") == 0)
        open_memorize(bench);
    else if (strcmp(job, "answer") == 0)
        open_answer(bench);
    else if (strcmp(job, "forward") == 0)
        open_frozen(bench);
    else if (strcmp(job, "product") != 0)
        stage_fail("%s: is no job; choose memorize, answer, forward or product", job);
}

static void go(Bench *bench, const char *job, size_t first, size_t count)
{
    if (*job == 'm')
        go_memorize(bench, first);
    else if (*job == 'a')
        go_answer(bench, first, count);
    else if (*job == 'f')
        go_forward(bench, first);
    else
        go_product(first);
    putchar('\n');
    fflush(stdout);
}

int main(int argc, char **argv)
{
    Bench bench = {0};
    struct rusage usage;
    unsigned long long first, count;
    char line[128];
    int words;
    stage_begin("bench-ours", "do one job again and again, and say how long it took", args, argc,
                argv);
    char **word = stage_words(&words);
    if (words != 1)
        stage_fail("%d jobs named; name one", words);
    open_job(&bench, word[0]);
    printf("ready %s\n", gemm_bf16_on() ? gemm_bf16_engine() : gemm_engine());
    fflush(stdout);
    while (fgets(line, sizeof line, stdin) && strcmp(line, "end\n") != 0) {
        count = 0;
        if (sscanf(line, "go %llu %llu", &first, &count) < 1 || first > 1u << 24 ||
            count > 1u << 24)
            stage_fail("standard input: not a line like go 4; write one");
        go(&bench, word[0], (size_t)first, (size_t)count);
    }
    getrusage(RUSAGE_SELF, &usage);
    printf("%ld\n", usage.ru_maxrss);
    return 0;
}
