/* A block's own weights: of which rank, from where they start, their gradients by differences, and
 * the same bits from wherever a text enters. */
#include "memory/tuned.h"
#include "base/alloc.h"
#include "base/rng.h"
#include "memory/generate.h"
#include "memory/train.h"
#include "model/head.h"
#include "tensor/gemm.h"

#include "steps.h"

static const MemoryVariant variants[] = {MEMORY_LORA_MLP, MEMORY_LORA_ATTENTION, MEMORY_MLP};
enum { VARIANTS = 3, ENTRIES_OF_PLAIN = 8 };

/* A case of training steps whose model gets a memory of its block, from the start. */
typedef struct {
    Steps steps;
    Memory memory;
    Train train;
} Case;

static void open_case(Case *c, MemoryVariant variant, uint64_t seed)
{
    memset(c, 0, sizeof *c);
    steps_open(&c->steps, "memory", "gqa-1-lora-mlp"); /* texts enter block 1 */
    c->steps.settings.decay = 0;
    tuned_make(&c->memory, &c->steps.model, ENTRIES_OF_PLAIN, variant);
    tuned_draw(&c->memory, &c->steps.model, c->steps.layer, seed);
    train_begin(&c->train, &c->steps.model, &c->memory, c->steps.layer, &c->steps.settings);
}

static void close_case(Case *c)
{
    train_free(&c->train);
    memory_free(&c->memory);
    steps_close(&c->steps);
}

/* The rank's neighbours are no nearer to a plain memory; the MLP has what it has. */
static void test_rank(void **state)
{
    (void)state;
    Case c;
    open_case(&c, MEMORY_MLP, 1);
    const Model *model = &c.steps.model;
    size_t d = model->config.width, hidden = model->config.hidden;
    assert_int_equal(c.memory.count, 3 * d * hidden);
    assert_int_equal(c.memory.entries, hidden);
    for (size_t entries = 1; entries < 200; entries += 7)
        for (int i = 0; i < 2; i++) {
            Memory memory;
            tuned_make(&memory, model, entries, variants[i]);
            double plain = (double)(2 * entries * d + entries + d), count = (double)memory.count;
            double each = count / (double)memory.entries;
            assert_true(memory.entries == 1 || fabs(count - plain) <= fabs(count - each - plain));
            assert_true(fabs(count - plain) <= fabs(count + each - plain));
            assert_true(tuned_of_model(&memory, model));
            memory.key++;
            assert_false(tuned_of_model(&memory, model));
            memory_free(&memory);
        }
    close_case(&c);
}

/* All start silent, by the same bits; A is within its bound and of its seed. */
static void test_start(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        Case c;
        Error error;
        double with[DOCUMENTS], without[DOCUMENTS];
        open_case(&c, variants[v], 1);
        size_t d = c.steps.model.config.width, r = c.memory.entries;
        train_score(&c.train, c.steps.texts, DOCUMENTS, false, with);
        train_score(&c.train, c.steps.texts, DOCUMENTS, true, without);
        assert_memory_equal(with, without, sizeof with);
        assert_true(train_check_path(&c.train, c.steps.texts, 1, &error));
        float first = c.memory.parameters[0], largest = 0;
        for (size_t i = 0; variants[v] != MEMORY_MLP && i < r * d; i++)
            largest = fmaxf(largest, fabsf(c.memory.tuned[0][i]));
        if (variants[v] != MEMORY_MLP)
            assert_true(largest <= 1 / sqrtf((float)d) && largest > 0.8f / sqrtf((float)d));
        tuned_draw(&c.memory, &c.steps.model, c.steps.layer, 2);
        assert_true((c.memory.parameters[0] == first) == (variants[v] == MEMORY_MLP));
        close_case(&c);
    }
}

/* The summed loss of four texts. */
static double loss_of(Case *c)
{
    double nll[4], sum = 0;
    train_score(&c->train, c->steps.texts, 4, false, nll);
    for (int i = 0; i < 4; i++)
        sum += nll[i];
    return sum;
}

/* Along each part's own gradient the loss changes by its length. */
static void check_part(Case *c, const MemoryPart *part)
{
    float *values, *gradient;
    memcpy(&values, (char *)&c->memory + part->member, sizeof values);
    memcpy(&gradient, (char *)&c->train.gradients + part->member, sizeof gradient);
    double length = gradient_norm(gradient, part->count), loss[2], step = 0.02;
    float *kept = alloc_zeroed(part->count, sizeof *kept);
    memcpy(kept, values, part->count * sizeof *kept);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < part->count; i++)
            values[i] = kept[i] + (float)((side ? step : -step) * (double)gradient[i] / length);
        loss[side] = loss_of(c);
    }
    memcpy(values, kept, part->count * sizeof *kept);
    double found = (loss[1] - loss[0]) / (2 * step);
    if (!(length > 1e-4 && fabs(found - length) < 0.01 * length + 1e-3))
        fail_msg("%s: the loss changes by %g along a gradient of %g", part->name, found, length);
    free(kept);
}

static void test_gradients(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        Case c;
        MemoryPart parts[MEMORY_PARTS];
        Rng rng = rng_stream("tuned gradients", (uint64_t)v, 0);
        const MemoryText *texts[4];
        open_case(&c, variants[v], 1);
        for (size_t i = 0; i < c.memory.count; i++)
            c.memory.parameters[i] += (float)(0.1 * rng_normal(&rng));
        for (int i = 0; i < 4; i++)
            texts[i] = &c.steps.texts[i];
        train_lay(&c.train, texts, 4, 4);
        for (size_t t = 0; t < c.train.batch.rows; t++)
            c.train.weight[t] = 1;
        train_forward(&c.train);
        train_backward(&c.train);
        int count = memory_parts_of(&c.memory, parts);
        assert_int_equal(count, variants[v] == MEMORY_MLP        ? 3
                                : variants[v] == MEMORY_LORA_MLP ? 6
                                                                 : 8);
        for (int i = 0; i < count; i++)
            check_part(&c, &parts[i]);
        close_case(&c);
    }
}

/* From the embedding or from the stream before the block, and token by token: the same. */
static void test_ways(void **state)
{
    (void)state;
    for (int v = 0; v < VARIANTS; v++) {
        Case c;
        Walk w;
        Stack stack;
        Tokens ids = {0};
        open_case(&c, variants[v], 1);
        for (size_t i = 0; i < c.memory.count; i++)
            c.memory.parameters[i] *= -1.5f;
        const MemoryText *text = &c.steps.texts[1];
        size_t d = c.steps.model.config.width, L = c.steps.layer, bytes = text->length * d;
        walk(&w, &c.steps.model, text->ids, &(Piece){text->length, 0}, 1);
        float *first = alloc_zeroed(bytes, sizeof *first);
        for (int way = 0; way < 3; way++) {
            stack_begin(&stack, &c.steps.model, &c.memory, L, way ? L : 0, way == 2);
            const float *end = stack_forward(&stack, &w.batch, w.h[way ? L : 0], NULL);
            if (way > 0)
                assert_same_bits("end", end, first, bytes);
            memcpy(first, end, bytes * sizeof *first);
            stack_free(&stack);
        }
        size_t V = c.steps.model.config.vocabulary, rows = gemm_pad(1);
        float *last = alloc_zeroed(rows * d, sizeof *last),
              *reply = alloc_zeroed(rows * V, sizeof *reply);
        memcpy(last, first + (text->length - 1) * d, d * sizeof *last);
        head_logits(&c.steps.model, reply, last, rows);
        for (size_t t = 0; t < text->length; t++)
            tokens_push(&ids, text->ids[t]);
        const Speaker speaker = {&c.steps.model, &c.memory, L, NULL, true};
        assert_int_equal(speaker_first(&speaker), L);
        generate_greedy(&speaker, &ids, NULL, 1, 1, NULL, NULL);
        assert_int_equal(ids.ids[text->length], head_argmax(reply, V));
        free(first), free(last), free(reply);
        tokens_free(&ids), walk_free(&w), close_case(&c);
    }
}

/* Other families are not trained, and that is told. */
static void test_families(void **state)
{
    (void)state;
    Error error = {""};
    Model model;
    assert_true(model_open(&model, "checks/reference/neox-parallel", SIZE_MAX, &error));
    assert_false(tuned_fits(&model, &error));
    assert_non_null(strstr(error.text, "; choose another --variant"));
    model_close(&model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank),      cmocka_unit_test(test_start),
        cmocka_unit_test(test_gradients), cmocka_unit_test(test_ways),
        cmocka_unit_test(test_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
