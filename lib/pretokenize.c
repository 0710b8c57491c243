/* A tokenizer's pre-tokenizer: cuts normalized text into words, which are merged each by itself. */
#include "pretokenize.h"

#include "mem.h"
#include "unicode.h"

#include <stdlib.h>
#include <string.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* GPT-2's split (Radford et al., 2019), with \s written out as White_Space, which PCRE2's \s
 * is not: it has U+180E too. */
#define SPACES                                                                                     \
    "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"    \
    "\\x{205f}\\x{3000}"
static const char gpt2_pattern[] =
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^" SPACES "\\p{L}\\p{N}]+"
    "|[" SPACES "]+(?![^" SPACES "])|[" SPACES "]+";

typedef struct PretokenizeTables {
    pcre2_code *pattern;
    char text[256][4]; /* each byte's character in UTF-8 */
    size_t width[256];
} PretokenizeTables;

void pretokenizer_prepare(Pretokenizer *pretokenizer)
{
    if (pretokenizer->kind != PRETOKENIZE_BYTE_LEVEL)
        return;
    PretokenizeTables *tables = mem_alloc(1, sizeof *tables);
    int code;
    PCRE2_SIZE place;
    tables->pattern = pcre2_compile((PCRE2_SPTR)gpt2_pattern, PCRE2_ZERO_TERMINATED,
                                    PCRE2_UTF | PCRE2_UCP, &code, &place, NULL);
    if (!tables->pattern)
        mem_exhausted(); /* the pattern is ours: nothing else can be wrong */
    pcre2_jit_compile(tables->pattern, PCRE2_JIT_COMPLETE); /* else it is interpreted */
    for (int byte = 0; byte < 256; byte++) {
        Text text = {0};
        text_append_code(&text, byte_to_code((uint8_t)byte));
        memcpy(tables->text[byte], text.bytes, text.length);
        tables->width[byte] = text.length;
        text_free(&text);
    }
    pretokenizer->tables = tables;
}

/* One word, shown in the byte-level alphabet. */
static void take_bytes(const PretokenizeTables *tables, const char *bytes, size_t length,
                       Text *word, void (*take)(void *, const char *, size_t), void *context)
{
    word->length = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        text_append(word, tables->text[byte], tables->width[byte]);
    }
    take(context, word->bytes, word->length);
}

static bool split_bytes(const PretokenizeTables *tables, const char *bytes, size_t length,
                        void (*take)(void *, const char *, size_t), void *context, Error *error)
{
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(tables->pattern, NULL);
    Text word = {0};
    size_t at = 0;
    int result = match ? 1 : PCRE2_ERROR_NOMEMORY;
    while (at < length && result > 0) {
        result = pcre2_match(tables->pattern, (PCRE2_SPTR)bytes, length, at,
                             PCRE2_NO_UTF_CHECK | PCRE2_ANCHORED, match, NULL);
        if (result > 0) {
            size_t end = pcre2_get_ovector_pointer(match)[1];
            take_bytes(tables, bytes + at, end - at, &word, take, context);
            at = end;
        }
    }
    if (result == PCRE2_ERROR_NOMEMORY)
        mem_exhausted();
    text_free(&word);
    pcre2_match_data_free(match);
    if (at == length)
        return true;
    return fail(error, "text at byte %zu: PCRE2 cannot split it (%d); split the text", at, result);
}

static bool apply_byte_level(const Pretokenizer *pretokenizer, const char *bytes, size_t length,
                             Text *spare, void (*take)(void *, const char *, size_t), void *context,
                             Error *error)
{
    if (pretokenizer->prefix == PREFIX_ALWAYS && bytes[0] != ' ') {
        spare->length = 0;
        text_append(spare, " ", 1);
        text_append(spare, bytes, length);
        bytes = spare->bytes;
        length = spare->length;
    }
    if (pretokenizer->split)
        return split_bytes(pretokenizer->tables, bytes, length, take, context, error);
    Text word = {0};
    take_bytes(pretokenizer->tables, bytes, length, &word, take, context);
    text_free(&word);
    return true;
}

static void apply_metaspace(const Pretokenizer *pretokenizer, const char *bytes, size_t length,
                            bool first, Text *spare, void (*take)(void *, const char *, size_t),
                            void *context)
{
    const char *mark = pretokenizer->mark;
    size_t mark_length = strlen(mark), begin = 0;
    bool prefix =
        pretokenizer->prefix == PREFIX_ALWAYS || (pretokenizer->prefix == PREFIX_FIRST && first);
    bool marked = bytes[0] == ' ' || (length >= mark_length && !memcmp(bytes, mark, mark_length));
    spare->length = 0;
    if (prefix && !marked)
        text_append(spare, mark, mark_length);
    text_append_replaced(spare, bytes, length, " ", 1, mark, mark_length);
    if (pretokenizer->split)
        for (size_t at = 1; at + mark_length <= spare->length; at++)
            if (memcmp(spare->bytes + at, mark, mark_length) == 0) {
                take(context, spare->bytes + begin, at - begin);
                begin = at;
            }
    take(context, spare->bytes + begin, spare->length - begin);
}

bool pretokenizer_apply(const Pretokenizer *pretokenizer, const char *bytes, size_t length,
                        bool first, Text *spare, void (*take)(void *, const char *, size_t),
                        void *context, Error *error)
{
    if (length == 0)
        return true;
    switch (pretokenizer->kind) {
    case PRETOKENIZE_BYTE_LEVEL:
        return apply_byte_level(pretokenizer, bytes, length, spare, take, context, error);
    case PRETOKENIZE_METASPACE:
        apply_metaspace(pretokenizer, bytes, length, first, spare, take, context);
        return true;
    default:
        take(context, bytes, length);
        return true;
    }
}

void pretokenizer_free(Pretokenizer *pretokenizer)
{
    if (pretokenizer->tables)
        pcre2_code_free(pretokenizer->tables->pattern);
    free(pretokenizer->tables);
    *pretokenizer = (Pretokenizer){0};
}
