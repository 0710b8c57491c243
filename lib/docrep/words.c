/* A token's balance is how often it stands alone in the texts less how often the next token
 * continues its word. Words have a positive one. */
#include "docrep/words.h"

#include "base/alloc.h"
#include "tokenizer/unicode.h"

#include <stdlib.h>
#include <string.h>

/* SentencePiece's mark of a word boundary, ▁, and Ġ, the space in GPT-2's byte alphabet. */
enum { METASPACE = 0x2581, BYTE_SPACE = 0x120 };

static bool is_mark(uint32_t code)
{
    return code == METASPACE || code == BYTE_SPACE;
}

/* Bytes of the mark that the token begins with, 0 if there is none. */
static size_t mark_width(const char *token, size_t length)
{
    return length > 0 && is_mark(utf8_code(token)) ? utf8_width(token[0]) : 0;
}

/* Whether the token is a mark and then letters, one or more. */
static bool is_word(const char *token, size_t length)
{
    size_t at = mark_width(token, length);
    if (at == 0 || at == length)
        return false;
    for (; at < length; at += utf8_width(token[at])) {
        uint32_t code = utf8_code(token + at);
        if (!unicode_is_word(code) || (code >= '0' && code <= '9') || code == '_' || is_mark(code))
            return false;
    }
    return true;
}

/* Whether the token at `t` of a text is followed by one that continues its word. */
static bool goes_on(const Tokenizer *tokenizer, const EncodedText *text, size_t t)
{
    size_t length;
    if (t + 1 >= text->length - text->siblings)
        return false;
    const char *next = tokenizer_text(tokenizer, text->ids[t + 1], &length);
    return length > 0 && mark_width(next, length) == 0 && unicode_is_word(utf8_code(next));
}

/* balance[id] (size) = times the token stands alone less times it is continued. */
static void count_places(const Tokenizer *tokenizer, const Encoded *encoded, int64_t *balance)
{
    for (size_t i = 0; i < encoded_total(encoded); i++) {
        EncodedText text = encoded_any(encoded, i);
        for (size_t t = 0; t < text.length - text.siblings; t++)
            balance[text.ids[t]] += goes_on(tokenizer, &text, t) ? -1 : 1;
    }
}

/* The id of a word written without its mark, or -1 if it is not one token, or no word. */
static int32_t find_word(const Tokenizer *tokenizer, const char *word)
{
    static const uint32_t marks[] = {METASPACE, BYTE_SPACE};
    int32_t id = -1;
    bool text = utf8_valid(word, strlen(word)) == strlen(word);
    for (int i = 0; text && id < 0 && i < 2; i++) {
        Text token = {0};
        text_append_code(&token, marks[i]);
        text_append(&token, word, strlen(word) + 1);
        if (is_word(token.bytes, token.length - 1))
            id = tokenizer_find(tokenizer, token.bytes);
        text_free(&token);
    }
    return id;
}

static void collect(Words *words, const Tokenizer *tokenizer, const int64_t *balance,
                    int32_t always)
{
    size_t size = tokenizer_size(tokenizer), length;
    words->ids = alloc_zeroed(size, sizeof *words->ids);
    words->offset = alloc_zeroed(size + 1, sizeof *words->offset);
    for (size_t id = 0; id < size; id++) {
        const char *token = tokenizer_text(tokenizer, (int32_t)id, &length);
        if ((int32_t)id != always && (balance[id] <= 0 || !is_word(token, length)))
            continue;
        size_t mark = mark_width(token, length);
        text_append(&words->text, token + mark, length - mark);
        words->ids[words->count++] = (int32_t)id;
        words->offset[words->count] = words->text.length;
    }
}

bool words_find(Words *words, const Tokenizer *tokenizer, const char *path, const Encoded *encoded,
                const char *wanted, Error *error)
{
    size_t size = tokenizer_size(tokenizer);
    int32_t always = find_word(tokenizer, wanted);
    *words = (Words){0};
    if ((size_t)encoded->largest_id >= size)
        return fail(error, "%s: has %zu tokens, but the corpus holds id %d; encode it anew", path,
                    size, encoded->largest_id);
    if (always < 0)
        return fail(error, "%s: '%s' is no word of its own; name another of the vocabulary", path,
                    wanted);
    int64_t *balance = alloc_zeroed(size, sizeof *balance);
    count_places(tokenizer, encoded, balance);
    collect(words, tokenizer, balance, always);
    free(balance);
    return true;
}

void words_free(Words *words)
{
    free(words->ids);
    free(words->offset);
    text_free(&words->text);
    *words = (Words){0};
}

int64_t words_place(const Words *words, int32_t id)
{
    size_t low = 0, high = words->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (words->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < words->count && words->ids[low] == id ? (int64_t)low : -1;
}

void words_in(const Words *words, const Tokenizer *tokenizer, const EncodedText *text,
              uint8_t *contains)
{
    memset(contains, 0, words->count);
    for (size_t t = 0; t < text->length - text->siblings; t++) {
        int64_t place = words_place(words, text->ids[t]);
        if (place >= 0 && !goes_on(tokenizer, text, t))
            contains[place] = 1;
    }
}
