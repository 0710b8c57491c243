/* The encoded corpus: its texts' places and lengths, and models too small for them. */
#include "fever/encoded.h"
#include "tensor/gemm.h"

#include "encoded_files.h"
#include "fixture.h"

static void test_lengths(void **state)
{
    (void)state;
    Encoded encoded;
    Error error;
    write_corpus(scratch("encoded.safetensors"), 6, 5);
    assert_true(encoded_open(&encoded, scratch("encoded.safetensors"), &error));
    assert_int_equal(encoded.rows, 3 + 6 + 2 + 4 + 3);
    assert_int_equal(encoded.longest, 4 + 3); /* the prompt with its three letters */
    assert_int_equal(encoded.largest_id, 9);
    EncodedText prompt = encoded_any(&encoded, 3);
    assert_int_equal(prompt.first_row, 11);
    assert_int_equal(prompt.length, 7);
    assert_int_equal(encoded_id(&encoded, &prompt, 3), 5);
    assert_int_equal(encoded_id(&encoded, &prompt, 6), 9);
    assert_int_equal(encoded_predicted(&encoded, TEXT_DOCUMENT), 7);
    encoded_close(&encoded);
    write_corpus(scratch("encoded.safetensors"), 30, 5);
    assert_true(encoded_open(&encoded, scratch("encoded.safetensors"), &error));
    assert_int_equal(encoded.longest, 30);
    assert_int_equal(encoded.rows, 3 + 30 + 2 + 4 + 3);
    encoded_close(&encoded);
}

/* Which texts have rows, and where, once kinds are left out; lists that are none. */
static void test_keep(void **state)
{
    (void)state;
    Encoded encoded;
    Error error;
    write_corpus(scratch("encoded.safetensors"), 6, 5);
    assert_true(encoded_open(&encoded, scratch("encoded.safetensors"), &error));
    assert_true(encoded_keep(&encoded, "document,prompt", &error));
    assert_int_equal(encoded.rows, 3 + 6 + 4 + 3);
    assert_int_equal(encoded_total(&encoded), 3);
    assert_int_equal(encoded_any(&encoded, 2).first_row, 9);
    assert_int_equal(encoded_any(&encoded, 2).length, 7);
    assert_true(encoded_keep(&encoded, "document,template,prompt,claim", &error));
    assert_int_equal(encoded_any(&encoded, 3).first_row, 11);
    static const char *const bad[] = {"",
                                      "claim",
                                      "document,",
                                      "document,claims",
                                      "documenttemplate",
                                      "prompt,document",
                                      "document,,claim",
                                      "document,document"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (encoded_keep(&encoded, bad[i], &error))
            fail_msg("'%s' was taken", bad[i]);
        assert_non_null(strstr(error.text, "is no list of texts; name "));
    }
    encoded_close(&encoded);
}

/* `prefix` carries a text as long as the context (64), and refuses a longer one or an id too
 * large. */
static void test_context(void **state)
{
    (void)state;
    static const struct {
        size_t longest;
        int32_t id;
        const char *words; /* NULL where all is well */
    } cases[] = {
        {64, 95, NULL},
        {65, 95, "reference/llama-gqa: its context of 64 tokens is too short for a text of 65"},
        {64, 96, "reference/llama-gqa: its vocabulary of 96 has no id 96; "},
    };
    char arguments[1400], message[1024];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_corpus(scratch("encoded.safetensors"), cases[i].longest, cases[i].id);
        snprintf(arguments, sizeof arguments,
                 "--model checks/reference/llama-gqa --encoded %s "
                 "--layers 0 --out %s",
                 scratch("encoded.safetensors"), scratch("encoded-out/prefix.safetensors"));
        int status = fixture_run("", "prefix", arguments, message, sizeof message);
        if (!cases[i].words) {
            assert_int_equal(status, 0);
            assert_int_equal(unlink(scratch("encoded-out/prefix.safetensors")), 0);
            continue;
        }
        fixture_refused("prefix", status, 1, message, cases[i].words);
        fixture_nothing_in("encoded-out");
    }
}

/* Texts of 100 and 60 ids that part at id 40, one behind the other: where kernels allow, they share
 * what they begin with, up to `most`; never all of a text, nor a handful of rows. */
static void test_behind(void **state)
{
    (void)state;
    int32_t ids[2][100];
    for (int32_t t = 0; t < 100; t++)
        ids[0][t] = t, ids[1][t] = t < 40 ? t : t + 1;
    const EncodedText texts[2] = {{ids[0], 103, 3, 1, 0}, {ids[1], 63, 3, 1, 0}};
    const EncodedText part = {ids[0], 53, 3, 1, 0}, few = {ids[0], 20, 3, 1, 0};
    const struct {
        const EncodedText *text, *before;
        size_t most, wanted;
    } cases[] = {{&texts[1], &texts[0], SIZE_MAX, 40}, {&texts[1], &texts[0], 30, 30},
                 {&texts[1], &texts[0], 7, 0},         {&texts[0], &texts[0], SIZE_MAX, 99},
                 {&texts[0], &part, SIZE_MAX, 50},     {&part, &texts[0], SIZE_MAX, 49},
                 {&few, &texts[0], SIZE_MAX, 0},       {&texts[1], NULL, SIZE_MAX, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Batch batch = {0};
        encoded_batch(cases[i].before ? cases[i].before : &texts[0], &batch);
        encoded_batch_behind(cases[i].text, cases[i].before, cases[i].most, &batch);
        const Sequence *s = &batch.sequences[1];
        size_t wanted = cases[i].wanted, own = gemm_shares(cases[i].text->length);
        size_t other = gemm_shares((cases[i].before ? cases[i].before : &texts[0])->length);
        wanted = wanted < own ? wanted : own;
        wanted = (wanted < other ? wanted : other) / gemm_unit() * gemm_unit();
        if (s->shared != wanted)
            fail_msg("case %zu: %zu shared, not %zu", i, s->shared, wanted);
        assert_true(s->length == cases[i].text->length && s->siblings == 3);
        batch_free(&batch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_behind),
        cmocka_unit_test(test_context),
    };
    return cmocka_run_group_tests_name("encoded", tests, NULL, NULL);
}
