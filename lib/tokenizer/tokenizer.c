/* Encoding: added tokens that match the raw text are cut out. The rest is normalized, added tokens
 * that match normalized text are cut out, and what is left goes through pre-tokenizer and merges.
 * Decoding: the tokens' strings go through the decoder. */
#include "tokenizer/tokenizer.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* Limits in bytes, of a text and of its normalized form. A later step may make three bytes of one,
 * still fewer than 2^31. */
enum { TEXT_LIMIT = 1 << 27, NORMAL_LIMIT = 1 << 29 };

/* One text being encoded. */
typedef struct {
    const Tokenizer *tokenizer;
    Tokens *out;
    Error *error;
    Text normal, spare;
    BpeScratch scratch;
} Encoding;

static void take_word(void *context, const char *word, size_t length)
{
    Encoding *encoding = context;
    bpe_encode(&encoding->tokenizer->bpe, word, length, encoding->out, &encoding->scratch);
}

/* Encodes normalized text between added tokens; `first` where it begins the input. */
static bool encode_plain(Encoding *encoding, const char *text, size_t length, bool first)
{
    return pretokenizer_apply(&encoding->tokenizer->pretokenizer, text, length, first,
                              &encoding->spare, take_word, encoding, encoding->error);
}

/* Encodes raw text between added tokens; `first` where it begins the input. */
static bool encode_raw(Encoding *encoding, const char *text, size_t length, bool first)
{
    AddedHit hit;
    size_t at = 0, taken = 0;
    normalizer_apply(&encoding->tokenizer->normalizer, text, length, &encoding->normal,
                     &encoding->spare);
    const char *normal = encoding->normal.bytes;
    size_t size = encoding->normal.length;
    if (size > NORMAL_LIMIT)
        return fail(encoding->error,
                    "text at byte 0: normalizing makes %zu bytes of it; cut it to fewer", size);
    while (added_search_next(&encoding->tokenizer->normalized, normal, size, taken, &at, &hit)) {
        if (hit.start > taken &&
            !encode_plain(encoding, normal + taken, hit.start - taken, first && taken == 0))
            return false;
        tokens_push(encoding->out, hit.token->id);
        taken = hit.end;
    }
    return taken >= size ||
           encode_plain(encoding, normal + taken, size - taken, first && taken == 0);
}

static bool encode_text(Encoding *encoding, const char *text, size_t length)
{
    AddedHit hit;
    size_t at = 0, taken = 0;
    while (added_search_next(&encoding->tokenizer->raw, text, length, taken, &at, &hit)) {
        if (hit.start > taken && !encode_raw(encoding, text + taken, hit.start - taken, taken == 0))
            return false;
        tokens_push(encoding->out, hit.token->id);
        taken = hit.end;
    }
    return taken >= length || encode_raw(encoding, text + taken, length - taken, taken == 0);
}

bool tokenizer_encode(const Tokenizer *tokenizer, const char *text, size_t length, bool add_bos,
                      Tokens *out, Error *error)
{
    if (length > TEXT_LIMIT)
        return fail(error, "text at byte %d: a text must end by here, and it has %zu bytes; cut it",
                    TEXT_LIMIT, length);
    size_t valid = utf8_valid(text, length), before = out->count;
    if (valid != length)
        return fail(error, "text at byte %zu: not UTF-8; convert the text", valid);
    Encoding encoding = {.tokenizer = tokenizer, .out = out, .error = error};
    if (add_bos && tokenizer->bos >= 0)
        tokens_push(out, tokenizer->bos);
    bool ok = encode_text(&encoding, text, length);
    if (!ok)
        out->count = before;
    text_free(&encoding.normal);
    text_free(&encoding.spare);
    bpe_scratch_free(&encoding.scratch);
    return ok;
}

void tokenizer_decode(const Tokenizer *tokenizer, const int32_t *ids, size_t count,
                      bool skip_special, Text *out)
{
    Pieces pieces = {0};
    for (size_t i = 0; i < count; i++) {
        if (ids[i] < 0 || (size_t)ids[i] >= tokenizer->size)
            continue;
        const AddedToken *added = tokenizer->added_by_id[ids[i]];
        if (added ? added->special && skip_special : bpe_is_hole(&tokenizer->bpe, ids[i]))
            continue;
        size_t length;
        const char *text = tokenizer_text(tokenizer, ids[i], &length);
        pieces_add(&pieces, text, length);
    }
    decoder_apply(&tokenizer->decoder, &pieces, out);
    pieces_free(&pieces);
}

size_t tokenizer_size(const Tokenizer *tokenizer)
{
    return tokenizer->size;
}

int32_t tokenizer_find(const Tokenizer *tokenizer, const char *token)
{
    for (size_t i = 0; i < tokenizer->added_count; i++)
        if (strcmp(tokenizer->added[i].content, token) == 0)
            return tokenizer->added[i].id;
    return names_id(&tokenizer->bpe.vocab, token, strlen(token));
}

const char *tokenizer_text(const Tokenizer *tokenizer, int32_t id, size_t *length)
{
    if (tokenizer->added_by_id[id]) {
        *length = strlen(tokenizer->added_by_id[id]->content);
        return tokenizer->added_by_id[id]->content;
    }
    const char *text = names_text(&tokenizer->bpe.vocab, id, length);
    *length = bpe_is_hole(&tokenizer->bpe, id) ? 0 : *length;
    return text;
}

int32_t tokenizer_unk(const Tokenizer *tokenizer)
{
    return tokenizer->bpe.unk;
}

void tokenizer_free(Tokenizer *tokenizer)
{
    for (size_t i = 0; i < tokenizer->added_count; i++) {
        free(tokenizer->added[i].content);
        free(tokenizer->added[i].pattern);
    }
    free(tokenizer->added);
    free(tokenizer->added_by_id);
    added_search_free(&tokenizer->raw);
    added_search_free(&tokenizer->normalized);
    normalizer_free(&tokenizer->normalizer);
    pretokenizer_free(&tokenizer->pretokenizer);
    decoder_free(&tokenizer->decoder);
    bpe_free(&tokenizer->bpe);
    free(tokenizer->path);
    *tokenizer = (Tokenizer){0};
}
