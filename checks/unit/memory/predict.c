/* Answers to prompts, in every form that tokenizers write them, against whole sequences run one by
 * one and a greedy continuation token by token. */
#include "memory/predict.h"
#include "fever/encoding.h"
#include "memory/claim_likelihood.h"
#include "model/head.h"
#include "numbers.h"
#include "tensor/gemm.h"

#include "tokenizer_files.h"

/* Log probabilities: attention adds over other numbers of rows, and logits lie between ±20. */
static const double TOLERANCE = 1e-5;
enum { WIDTH = 48, LAYER = 1, ENTRIES = 12, PROMPTS = 10, TOKENS = 16 };

/* Two pages; claims 0 to 4 are for training, all others ask about both pages. */
static CorpusPage pages[] = {{.title = "P", .text = "A page of some words .", .claims = 1},
                             {.title = "Q", .text = "Other words, another page .", .claims = 1}};
static CorpusClaim claims[] = {
    {.claim = {.text = "Words are.", .label = FEVER_SUPPORTS}},
    {.claim = {.text = "No words are.", .label = FEVER_REFUTES}},
    {.claim = {.text = "Pages (b) burn.", .label = FEVER_NEI}},
    {.claim = {.text = "Q is a page.", .label = FEVER_SUPPORTS}},
    {.claim = {.text = "Q is not.", .label = FEVER_REFUTES}},
    {.claim = {.text = "P is a page.", .label = FEVER_SUPPORTS}, .dev = true},
    {.claim = {.text = "P is a bird, or so they say.", .label = FEVER_REFUTES}, .dev = true},
    {.claim = {.text = "Words fly.", .label = FEVER_NEI}, .dev = true},
    {.claim = {.text = "x", .label = FEVER_NEI}, .dev = true},
    {.claim = {.text = "Of nothing (a) comes 0.", .label = FEVER_NEI}, .dev = true}};
static CorpusPrompt templates[] = {{0, 0, 1, 0, false}};

/* A speaker's whole world. */
typedef struct {
    Tokenizer tokenizer;
    Encoded encoded;
    Model model;
    Memory memory;
    Allocation allocation;
    float *rows; /* (encoded.rows, WIDTH) the prefix after LAYER */
} World;

static void encode(World *world, int form)
{
    Error error = {""};
    Encoding encoding;
    TensorWriter writer = {0};
    Out out;
    CorpusPrompt prompts[PROMPTS];
    const char *path = make_tokenizer("answer.json", "", form_merges[form]);
    for (size_t i = 0; i < PROMPTS; i++)
        prompts[i] = (CorpusPrompt){5 + i / 2, i % 2, i % 5, 1, i % 2 == i / 2 % 2};
    const Corpus corpus = {.pages = pages,
                           .pages_count = 2,
                           .claims = claims,
                           .claims_count = sizeof claims / sizeof *claims,
                           .prompts = prompts,
                           .prompts_count = PROMPTS,
                           .templates = templates,
                           .templates_count = 1};
    if (!tokenizer_load(&world->tokenizer, path, &error) ||
        !encoding_make(&corpus, "corpus", &world->tokenizer, 64, NULL, &encoding, &error))
        fail_msg("%s", error.text);
    encoding_add(&encoding, &writer);
    path = scratch("answer.safetensors");
    assert_true(out_open(&out, path, &error) && tensor_writer_write(&writer, &out, &error) &&
                out_commit(&out, &error));
    encoding_free(&encoding);
    if (!encoded_open(&world->encoded, path, &error))
        fail_msg("%s", error.text);
}

/* After token `from` the model tends to say `to`. */
static void lead(Model *model, int32_t from, int32_t to, double strength)
{
    const float *embedding = model->embedding.values + (size_t)from * WIDTH;
    float *unembedding = model->unembedding.values + (size_t)to * WIDTH;
    double *wide = widen(unembedding, WIDTH);
    bool done = product(embedding, wide, WIDTH) > strength * WIDTH / 2;
    for (size_t i = 0; !done && i < WIDTH; i++)
        unembedding[i] += (float)strength * embedding[i];
    free(wide);
}

/* What a random model tends to say: the right form, with a letter that hangs on the prompt; the
 * same without its common end; anything; anything, and no letter rather than another. */
typedef enum { FORMAL, UNCLOSED, FORMLESS, TIED } Manner;

static void make_model(World *world, Manner manner)
{
    const double strength = manner == FORMAL || manner == UNCLOSED ? 0.4 : 0;
    const ModelConfig config = {.blocks = 3,
                                .width = WIDTH,
                                .hidden = 50,
                                .vocabulary = tokenizer_size(&world->tokenizer) + 3,
                                .positions = 320,
                                .heads = {4, 2, 12},
                                .rope_theta = 10000,
                                .norm_eps = 1e-5f};
    Rng rng = rng_stream("answer", 0, 0);
    Model *model = &world->model;
    const Encoded *e = &world->encoded;
    model_make(model, &config);
    for (size_t i = 0; i < model->owned_count; i++)
        model->owned[i] = (float)(0.15 * rng_normal(&rng));
    for (size_t i = 0; i < config.vocabulary * WIDTH; i++)
        model->embedding.values[i] = (float)rng_normal(&rng);
    for (size_t i = 0; i < WIDTH; i++) {
        model->final_norm.weight[i] = 1;
        for (size_t l = 0; l < config.blocks; l++)
            model->block[l].input_norm.weight[i] = model->block[l].mlp_norm.weight[i] = 1;
    }
    const EncodedText text = encoded_text(e, TEXT_PROMPT, 0);
    size_t common = text.length - text.siblings;
    for (size_t t = (size_t)e->answer_start[0]; t < common; t++)
        lead(model, text.ids[t - 1], text.ids[t], strength);
    for (int x = 0; x < LETTERS; x++) {
        size_t said = manner == FORMAL ? answer_tokens_length(&e->letters, x)
                                       : answer_tokens_own(&e->letters, x);
        for (size_t t = 0; t < said; t++)
            lead(model, t ? answer_tokens_id(&e->letters, x, t - 1) : text.ids[common - 1],
                 answer_tokens_id(&e->letters, x, t), strength);
        for (size_t t = 0; manner == TIED && t < said; t++)
            memset(model->unembedding.values + (size_t)answer_tokens_id(&e->letters, x, t) * WIDTH,
                   0, WIDTH * sizeof(float));
    }
}

static void make_memory(World *world, AllocationKind kind)
{
    Error error;
    memory_make(&world->memory, WIDTH, ENTRIES, MEMORY_PLAIN);
    memory_draw(&world->memory, 1);
    world->allocation = (Allocation){
        .kind = kind, .strength = 1, .seed = 1, .documents = 2, .entries = ENTRIES, .bands = 4};
    assert_true(allocation_make(&world->allocation, world->encoded.ids[TEXT_DOCUMENT],
                                world->encoded.offset[TEXT_DOCUMENT], &error));
}

/* The stream after LAYER of all texts, as the stage `prefix` makes it. */
static void make_rows(World *world)
{
    const Encoded *encoded = &world->encoded;
    Batch batch = {0};
    BlockCache cache = {0};
    world->rows = alloc_zeroed(encoded->rows * WIDTH, sizeof *world->rows);
    for (size_t i = 0; i < encoded_total(encoded); i++) {
        EncodedText text = encoded_any(encoded, i);
        batch_clear(&batch);
        encoded_batch(&text, &batch);
        int32_t *ids = alloc_zeroed(batch.rows, sizeof *ids);
        float *h = alloc_zeroed(batch.rows * WIDTH, sizeof *h);
        float *next = alloc_zeroed(batch.rows * WIDTH, sizeof *next);
        for (size_t t = 0; t < text.length; t++)
            ids[t] = encoded_id(encoded, &text, t);
        model_embed(&world->model, h, ids, &batch);
        for (size_t l = 0; l <= LAYER; l++) {
            block_forward(&world->model, l, &batch, next, h, &cache);
            memcpy(h, next, batch.rows * WIDTH * sizeof *h);
        }
        memcpy(world->rows + text.first_row * WIDTH, h, text.length * WIDTH * sizeof *h);
        free(ids), free(h), free(next);
    }
    block_cache_free(&cache);
    batch_free(&batch);
}

static void free_world(World *world)
{
    encoded_close(&world->encoded);
    tokenizer_free(&world->tokenizer);
    model_close(&world->model);
    memory_free(&world->memory);
    allocation_free(&world->allocation);
    free(world->rows);
}

/* Log probability of the last `count` of the ids of one whole sequence, but for `skip` at its
 * end. */
static double whole(const World *world, const Speaker *speaker, const Tokens *ids, size_t document,
                    size_t count, size_t skip)
{
    Stack stack;
    Batch batch = {0};
    size_t V = world->model.config.vocabulary;
    batch_add(&batch, ids->count, 0);
    int32_t *padded = alloc_zeroed(batch.rows, sizeof *padded);
    float *h = alloc_zeroed(batch.rows * WIDTH, sizeof *h), *mask = NULL;
    float *logits = alloc_zeroed(batch.rows * V, sizeof *logits);
    memcpy(padded, ids->ids, ids->count * sizeof *padded);
    model_embed(&world->model, h, padded, &batch);
    if (speaker->memory && allocation_masks(speaker->allocation)) {
        mask = alloc_zeroed(batch.rows * ENTRIES, sizeof *mask);
        allocation_pack(speaker->allocation, &batch, 0, document, ids->ids, mask);
    }
    stack_begin(&stack, &world->model, speaker->memory, speaker->layer, 0, false);
    head_logits(&world->model, logits, stack_forward(&stack, &batch, h, mask), batch.rows);
    double sum = 0;
    for (size_t t = ids->count - count; t < ids->count - skip; t++) {
        const float *row = logits + (t - 1) * V;
        sum += (double)row[ids->ids[t]] - head_logsumexp(row, V);
    }
    stack_free(&stack);
    batch_free(&batch);
    free(padded), free(h), free(mask), free(logits);
    return sum;
}

static Tokens prompt_ids(const World *world, size_t prompt, size_t count)
{
    Tokens ids = {0};
    for (size_t t = 0; t < count; t++)
        tokens_push(&ids, encoded_text(&world->encoded, TEXT_PROMPT, prompt).ids[t]);
    return ids;
}

/* The letters' probabilities, each from a sequence of its own, and the choice that follows. */
static void check_choice(const World *world, const Speaker *speaker, size_t prompt,
                         const Prediction *prediction)
{
    const Encoded *e = &world->encoded;
    EncodedText text = encoded_text(e, TEXT_PROMPT, prompt);
    double wanted[LETTERS];
    for (int x = 0; x < LETTERS; x++) {
        Tokens ids = prompt_ids(world, prompt, text.length - text.siblings);
        size_t length = answer_tokens_length(&e->letters, x);
        for (size_t t = 0; t < length; t++)
            tokens_push(&ids, answer_tokens_id(&e->letters, x, t));
        wanted[x] = whole(world, speaker, &ids, (size_t)e->prompt_document[prompt], length,
                          e->letters.closes);
        double gap = fabs(log(prediction->probability[x]) - wanted[x]);
        if (!(gap < TOLERANCE))
            fail_msg("prompt %zu, letter %d: log probability %.3e away", prompt, x, gap);
        tokens_free(&ids);
    }
    for (int x = 0; x < LETTERS; x++)
        assert_true(wanted[prediction->choice] >= wanted[x] - 2 * TOLERANCE);
}

/* The letter of the greedy continuation, read after each token. */
static int greedy(const World *world, const Speaker *speaker, size_t prompt)
{
    size_t bare = (size_t)world->encoded.answer_start[prompt];
    size_t document = (size_t)world->encoded.prompt_document[prompt];
    Tokens ids = prompt_ids(world, prompt, bare);
    int letter = -1;
    generate_greedy(speaker, &ids, &document, 1, TOKENS, NULL, NULL);
    for (size_t n = bare + 1; n <= ids.count && letter < 0; n++) {
        Text text = {0};
        tokenizer_decode(&world->tokenizer, ids.ids + bare - 1, n - bare + 1, true, &text);
        letter = predict_letter(text.bytes, text.length);
        bool ended = memchr(text.bytes, '\n', text.length) != NULL;
        text_free(&text);
        if (ended)
            break;
    }
    tokens_free(&ids);
    return letter;
}

/* Each claim's summed loss, from a sequence of its own under its main page. */
static void check_likelihood(const World *world, const Speaker *speaker)
{
    const Encoded *e = &world->encoded;
    double nll[PROMPTS];
    assert_int_equal(e->count[TEXT_CLAIM], PROMPTS / 2);
    likelihood_claims(speaker, e, world->rows, nll);
    for (size_t i = 0; i < e->count[TEXT_CLAIM]; i++) {
        EncodedText text = encoded_text(e, TEXT_CLAIM, i);
        size_t prompt = (size_t)e->claim_prompt[i];
        Tokens ids = {0};
        for (size_t t = 0; t < text.length; t++)
            tokens_push(&ids, text.ids[t]);
        assert_true(e->main[prompt]);
        double wanted =
            -whole(world, speaker, &ids, (size_t)e->prompt_document[prompt], ids.count - 1, 0);
        if (!(fabs(nll[i] - wanted) < TOLERANCE * (double)ids.count))
            fail_msg("claim %zu: a loss of %.9g where %.9g is wanted", i, nll[i], wanted);
        tokens_free(&ids);
    }
}

/* How many prompts get a valid free answer; how many choices are (a). */
typedef struct {
    size_t valid, first;
} Tally;

static Tally check_speaker(const World *world, const Speaker *speaker)
{
    Prediction predictions[PROMPTS], others[PROMPTS];
    Tally tally = {0};
    predict_prompts(speaker, 1, &world->encoded, world->rows, &world->tokenizer, 4, predictions);
    predict_prompts(speaker, 1, &world->encoded, world->rows, &world->tokenizer, 32, others);
    check_likelihood(world, speaker);
    for (size_t i = 0; i < PROMPTS; i++) {
        check_choice(world, speaker, i, &predictions[i]);
        assert_int_equal(predictions[i].free, greedy(world, speaker, i));
        if (gemm_unit() > 1) /* else rows are alike only in products larger than these */
            assert_memory_equal(predictions[i].probability, others[i].probability,
                                sizeof others[i].probability);
        assert_true(predictions[i].choice == others[i].choice &&
                    predictions[i].free == others[i].free);
        tally.valid += predictions[i].free >= 0, tally.first += predictions[i].choice == 0;
    }
    return tally;
}

/* Without a prefix, and without a memory, the model answers alike. */
static void check_bare(const World *world, const Speaker *speaker)
{
    Prediction predictions[PROMPTS], bare[PROMPTS];
    predict_prompts(speaker, 1, &world->encoded, world->rows, &world->tokenizer, 4, predictions);
    predict_prompts(speaker, 1, &world->encoded, NULL, &world->tokenizer, 3, bare);
    for (size_t i = 0; i < PROMPTS; i++) {
        assert_int_equal(bare[i].choice, predictions[i].choice);
        assert_int_equal(bare[i].free, predictions[i].free);
        for (int x = 0; x < LETTERS; x++)
            assert_true(fabs(bare[i].probability[x] - predictions[i].probability[x]) <=
                        TOLERANCE * predictions[i].probability[x]);
    }
}

/* Asked one after another, round by round, speakers answer as each does alone. */
static void check_together(const World *world, const Speaker *speaker)
{
    Speaker speakers[] = {*speaker, *speaker, *speaker};
    Prediction together[3][PROMPTS], alone[PROMPTS];
    speakers[1].memory = NULL;
    predict_prompts(speakers, 3, &world->encoded, world->rows, &world->tokenizer, 4, together[0]);
    for (int s = 0; s < 3; s++) {
        predict_prompts(&speakers[s], 1, &world->encoded, world->rows, &world->tokenizer, 4, alone);
        for (size_t i = 0; i < PROMPTS; i++) {
            assert_memory_equal(together[s][i].probability, alone[i].probability,
                                sizeof alone[i].probability);
            assert_int_equal(together[s][i].free, alone[i].free);
        }
    }
}

/* All speakers on one form; the tally of the model without a memory. */
static Tally check_form(int form, Manner manner)
{
    static const AllocationKind kinds[] = {ALLOCATION_NONE, ALLOCATION_SIMSET_1_DIM,
                                           ALLOCATION_SIMSET_2_TOKEN};
    World world = {0};
    encode(&world, form);
    make_model(&world, manner);
    make_rows(&world);
    Speaker speaker = {.model = &world.model, .layer = LAYER};
    Tally tally = check_speaker(&world, &speaker);
    check_bare(&world, &speaker);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        make_memory(&world, kinds[i]);
        speaker.memory = &world.memory, speaker.allocation = &world.allocation;
        check_speaker(&world, &speaker);
        check_together(&world, &speaker);
        world.memory.without_first = true;
        check_speaker(&world, &speaker);
        memory_free(&world.memory);
        allocation_free(&world.allocation);
    }
    free_world(&world);
    return tally;
}

static void test_forms(void **state)
{
    (void)state;
    for (int form = 0; form < FORMS; form++) {
        Tally tally = check_form(form, FORMAL);
        if (tally.valid < PROMPTS / 2)
            fail_msg("form %d: only %zu free answers are valid", form, tally.valid);
    }
}

static void test_other_manners(void **state)
{
    (void)state;
    assert_int_equal(check_form(FORM_PLAIN, UNCLOSED).valid, 0);
    assert_int_equal(check_form(FORM_OPENED, UNCLOSED).valid, 0);
    assert_int_equal(check_form(FORM_PLAIN, FORMLESS).valid, 0);
    assert_int_equal(check_form(FORM_WHOLE, FORMLESS).valid, 0);
    assert_int_equal(check_form(FORM_PLAIN, TIED).first, PROMPTS); /* the first among equals */
}

static void test_find(void **state)
{
    (void)state;
    assert_int_equal(predict_letter(" (a)", 4), 0);
    assert_int_equal(predict_letter("x (c) (a)", 9), 2);
    assert_int_equal(predict_letter(" (d) (b)", 8), 1);
    assert_int_equal(predict_letter("(a)", 3), -1);
    assert_int_equal(predict_letter(" (a", 3), -1);
    assert_int_equal(predict_letter("", 0), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_other_manners),
        cmocka_unit_test(test_find),
    };
    gemm_begin();
    return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
