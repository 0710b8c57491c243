/* The cuts run first, each on the pieces of the one before it. Byte level or metaspace then makes
 * words of the last pieces. */
#include "tokenizer/pretokenize.h"

#include "base/alloc.h"
#include "tokenizer/cut_pattern.h"
#include "tokenizer/unicode.h"

#include <stdlib.h>
#include <string.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* GPT-2's splitting pattern (Radford et al., 2019). */
#define SPACES CUT_SPACES
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
    PretokenizeTables *tables = alloc_zeroed(1, sizeof *tables);
    int code;
    PCRE2_SIZE place;
    tables->pattern = pcre2_compile((PCRE2_SPTR)gpt2_pattern, PCRE2_ZERO_TERMINATED,
                                    PCRE2_UTF | PCRE2_UCP, &code, &place, NULL);
    if (!tables->pattern)
        alloc_exhausted(); /* the pattern is fixed: nothing else can fail */
    pcre2_jit_compile(tables->pattern, PCRE2_JIT_COMPLETE); /* on failure it is interpreted */
    for (int byte = 0; byte < 256; byte++) {
        Text text = {0};
        text_append_code(&text, byte_to_code((uint8_t)byte));
        memcpy(tables->text[byte], text.bytes, text.length);
        tables->width[byte] = text.length;
        text_free(&text);
    }
    pretokenizer->tables = tables;
}

/* Gives `take` one word, written in the byte-level alphabet. */
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
        alloc_exhausted();
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

/* What every step needs. */
typedef struct {
    const Pretokenizer *pretokenizer;
    bool first;
    Text *spare;
    void (*take)(void *, const char *, size_t);
    void *context;
    uint64_t steps; /* matching steps left (cut_steps) */
    Error *error;
} Work;

static bool apply_kind(const Work *work, const char *bytes, size_t length)
{
    switch (work->pretokenizer->kind) {
    case PRETOKENIZE_BYTE_LEVEL:
        return apply_byte_level(work->pretokenizer, bytes, length, work->spare, work->take,
                                work->context, work->error);
    case PRETOKENIZE_METASPACE:
        apply_metaspace(work->pretokenizer, bytes, length, work->first, work->spare, work->take,
                        work->context);
        return true;
    default:
        work->take(work->context, bytes, length);
        return true;
    }
}

/* Splits a piece by cut number `next` and those after it, then makes words of the results. */
static bool apply_cuts(Work *work, size_t next, const char *bytes, size_t length)
{
    if (next == work->pretokenizer->cuts_count)
        return apply_kind(work, bytes, length);
    CutPieces pieces = {0};
    bool ok = cut_apply(&work->pretokenizer->cuts[next], bytes, length, &pieces, &work->steps,
                        work->error);
    for (size_t i = 0; ok && i < pieces.count; i++)
        ok = apply_cuts(work, next + 1, bytes + pieces.items[i].from,
                        pieces.items[i].to - pieces.items[i].from);
    free(pieces.items);
    return ok;
}

bool pretokenizer_apply(const Pretokenizer *pretokenizer, const char *bytes, size_t length,
                        bool first, Text *spare, void (*take)(void *, const char *, size_t),
                        void *context, Error *error)
{
    Work work = {pretokenizer, first, spare, take, context, cut_steps(length), error};
    return length == 0 || apply_cuts(&work, 0, bytes, length);
}

void pretokenizer_free(Pretokenizer *pretokenizer)
{
    if (pretokenizer->tables)
        pcre2_code_free(pretokenizer->tables->pattern);
    free(pretokenizer->tables);
    for (size_t i = 0; i < pretokenizer->cuts_count; i++)
        cut_free(&pretokenizer->cuts[i]);
    *pretokenizer = (Pretokenizer){0};
}
