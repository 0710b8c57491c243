/* The encoded corpus: its texts' places and lengths, and models too small for them. */
#include "encoded.h"
#include "mem.h"

#include "fixture.h"

/* Writes a corpus of two documents (3 and `long_document` ids), one template (2 ids) and one prompt
 * (4 ids, of which the last is the answers' common start), all ids `id`. */
static void write_corpus(const char *path, size_t long_document, int32_t id)
{
    enum { IDS = 128 };
    int32_t ids[IDS], zero[1] = {0}, start[1] = {3}, ones[1] = {1}, letters[3] = {7, 8, 9};
    int64_t document[3] = {0, 3, 3 + (int64_t)long_document}, template[2] = {0, 2};
    int64_t prompt[2] = {0, 4};
    size_t one = 1, two = 2, three = 3, four = 4, total = 3 + long_document;
    TensorWriter w = {0};
    Error error;
    Out out;
    assert_true(total <= IDS);
    for (size_t i = 0; i < IDS; i++)
        ids[i] = id;
    tensor_writer_add(&w, "document.ids", DTYPE_I32, 1, &total, ids);
    tensor_writer_add(&w, "document.offset", DTYPE_I64, 1, &three, document);
    tensor_writer_add(&w, "template.ids", DTYPE_I32, 1, &two, ids);
    tensor_writer_add(&w, "template.offset", DTYPE_I64, 1, &two, template);
    tensor_writer_add(&w, "template.document", DTYPE_I32, 1, &one, zero);
    tensor_writer_add(&w, "prompt.ids", DTYPE_I32, 1, &four, ids);
    tensor_writer_add(&w, "prompt.offset", DTYPE_I64, 1, &two, prompt);
    tensor_writer_add(&w, "prompt.answer_start", DTYPE_I32, 1, &one, start);
    tensor_writer_add(&w, "prompt.document", DTYPE_I32, 1, &one, ones);
    tensor_writer_add(&w, "prompt.claim", DTYPE_I32, 1, &one, zero);
    tensor_writer_add(&w, "prompt.label", DTYPE_I32, 1, &one, zero);
    tensor_writer_add(&w, "prompt.rows", DTYPE_I32, 1, &one, ones);
    tensor_writer_add(&w, "prompt.main", DTYPE_I32, 1, &one, ones);
    tensor_writer_add(&w, "answer.letters", DTYPE_I32, 1, &three, letters);
    tensor_writer_add(&w, "answer.close", DTYPE_I32, 1, &one, zero);
    assert_true(out_open(&out, path, &error) && tensor_writer_write(&w, &out, &error) &&
                out_commit(&out, &error));
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_context),
    };
    return cmocka_run_group_tests_name("encoded", tests, NULL, NULL);
}
