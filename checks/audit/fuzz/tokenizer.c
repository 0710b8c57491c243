/* Fuzz target: tokenizer.json; behind its first NUL byte, a text to encode and decode. */
#include "tokenizer/tokenizer.h"
#include "fuzz.h"

#include <string.h>

static void check_ids(const Tokenizer *tokenizer, const Tokens *ids, bool skip_special)
{
    Text text = {0};
    tokenizer_decode(tokenizer, ids->ids, ids->count, skip_special, &text);
    fuzz_check(utf8_valid(text.bytes, text.length) == text.length);
    fuzz_accepted("decoded", text.length);
    text_free(&text);
}

static void encode(const Tokenizer *tokenizer, const char *bytes, size_t length)
{
    Tokens ids = {0};
    Error error;
    if (tokenizer_encode(tokenizer, bytes, length, true, &ids, &error)) {
        fuzz_check(utf8_valid(bytes, length) == length);
        for (size_t i = 0; i < ids.count; i++)
            fuzz_check(ids.ids[i] >= 0 && (size_t)ids.ids[i] < tokenizer_size(tokenizer));
        fuzz_accepted("ids", ids.count);
        check_ids(tokenizer, &ids, false);
        check_ids(tokenizer, &ids, true);
    } else {
        fuzz_check(ids.count == 0);
        fuzz_refused(&error, "text at byte ");
    }
    ids.count = 0;
    for (size_t i = 0; i < length; i++) /* ids that no encoding gives, and some that are none */
        tokens_push(&ids, (int32_t)(unsigned char)bytes[i] - 1);
    check_ids(tokenizer, &ids, true);
    tokens_free(&ids);
}

static void run(const uint8_t *data, size_t size)
{
    const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
    size_t json = nul ? (size_t)(nul - data) : size;
    const char *path = fuzz_file(0, data, json);
    Tokenizer tokenizer;
    Error error;
    if (!tokenizer_load(&tokenizer, path, &error)) {
        fuzz_refused(&error, path);
        return;
    }
    size_t count = tokenizer_size(&tokenizer), length = 0;
    fuzz_check(tokenizer.bos >= -1 && tokenizer.bos < (int64_t)count);
    fuzz_check(tokenizer.eos >= -1 && tokenizer.eos < (int64_t)count);
    for (size_t id = 0; id < count; id++)
        fuzz_check(tokenizer_text(&tokenizer, (int32_t)id, &length) && length <= json);
    fuzz_accepted("tokens", count);
    if (nul)
        encode(&tokenizer, (const char *)nul + 1, size - json - 1);
    tokenizer_free(&tokenizer);
}

const FuzzTarget fuzz_target = {"tokenizer", run, 300000, 800, 100000, 100};
