/* readers: tells what docmem's readers make of files, for comparison with other readers of the
   formats.

   Each line of standard input is answered by one line. {"tensors": FILE} is answered with the
   tensors of a safetensors file as {"tensors": [[name, dtype, shape, bytes in hexadecimal], ...],
   "metadata": {}};
   {"tokenizer": FILE, "texts": [...], "ids": [[...], ...]} with the tokens of the texts, whether
   the tokenizer puts a token before each, and the texts of these tokens and of the given ids. A
   file that is refused is answered with {"refused": message}. */
#include "base/alloc.h"
#include "file/safetensors.h"
#include "probe/json_lines.h"
#include "tokenizer/tokenizer.h"

#include <stdlib.h>
#include <unistd.h>

static json_t *refused(const char *message)
{
    return json_pack("{s:s}", "refused", message);
}

/* ---- Tensors ---- */

static json_t *hexadecimal(const unsigned char *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char *text = alloc_zeroed(count, 2);
    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    json_t *value = json_stringn(text, 2 * count);
    free(text);
    return value;
}

static json_t *tell_tensor(const Tensor *tensor)
{
    json_t *shape = json_array();
    for (int i = 0; i < tensor->rank; i++)
        json_array_append_new(shape, json_integer((json_int_t)tensor->shape[i]));
    return json_pack("[s, s, o, o]", tensor->name, tensor->type, shape,
                     hexadecimal(tensor->data, tensor->bytes));
}

static json_t *tell_tensors(const char *path)
{
    TensorFile file;
    Error error;
    if (!tensors_open(&file, path, &error))
        return refused(error.text);
    json_t *list = json_array();
    for (size_t i = 0; i < file.count; i++)
        json_array_append_new(list, tell_tensor(&file.tensors[i]));
    json_t *metadata = json_object_get(file.shards[0].header, "__metadata__");
    json_t *reply = json_pack("{s:o, s:O?}", "tensors", list, "metadata", metadata);
    tensors_close(&file);
    return reply;
}

/* ---- Tokenizers ---- */

static json_t *decoded(const Tokenizer *tokenizer, const Tokens *ids)
{
    Text text = {0};
    tokenizer_decode(tokenizer, ids->ids, ids->count, true, &text);
    json_t *string = json_stringn(text.length ? text.bytes : "", text.length);
    text_free(&text);
    return string;
}

static void tell_text(const Tokenizer *tokenizer, const json_t *text, json_t *lists, json_t *texts)
{
    Tokens ids = {0};
    Error error;
    if (!tokenizer_encode(tokenizer, json_string_value(text), json_string_length(text),
                          tokenizer->adds_bos, &ids, &error))
        json_array_append_new(lists, refused(error.text));
    else
        json_array_append_new(lists, json_ids(&ids));
    json_array_append_new(texts, decoded(tokenizer, &ids));
    tokens_free(&ids);
}

static json_t *tell_tokenizer(const char *path, const json_t *request)
{
    Tokenizer tokenizer;
    Error error;
    size_t i;
    json_t *item;
    if (!tokenizer_load(&tokenizer, path, &error))
        return refused(error.text);
    json_t *lists = json_array(), *texts = json_array();
    json_array_foreach (json_object_get(request, "texts"), i, item)
        tell_text(&tokenizer, item, lists, texts);
    json_array_foreach (json_object_get(request, "ids"), i, item) {
        Tokens ids = {0};
        json_t *wrapped = json_pack("{s:O}", "ids", item);
        if (json_read_ids(wrapped, &ids, &error))
            json_array_append_new(texts, decoded(&tokenizer, &ids));
        json_decref(wrapped);
        tokens_free(&ids);
    }
    json_t *reply = json_pack("{s:I, s:o, s:o}", "size", (json_int_t)tokenizer_size(&tokenizer),
                              "ids", lists, "texts", texts);
    tokenizer_free(&tokenizer);
    return reply;
}

static json_t *answer(void *context, const json_t *request, Error *error)
{
    (void)context;
    const char *tensors = json_string_value(json_object_get(request, "tensors"));
    const char *tokenizer = json_string_value(json_object_get(request, "tokenizer"));
    if (tensors)
        return tell_tensors(tensors);
    if (tokenizer)
        return tell_tokenizer(tokenizer, request);
    fail(error, "neither tensors nor tokenizer is named; name a file");
    return NULL;
}

int main(void)
{
    Error error;
    if (json_lines_answer(STDIN_FILENO, "standard input", stdout, answer, NULL, &error))
        return 0;
    fprintf(stderr, "docmem: readers: %s\n", error.text);
    return 1;
}
