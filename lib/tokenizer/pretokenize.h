/* A tokenizer's pre-tokenizer: cuts normalized text into words, which are merged each by itself. */
#ifndef DOCMEM_PRETOKENIZE_H
#define DOCMEM_PRETOKENIZE_H
#include "base/error.h"
#include "base/text.h"
#include "tokenizer/cut.h"

typedef enum {
    PRETOKENIZE_NONE,       /* the text is one word */
    PRETOKENIZE_BYTE_LEVEL, /* GPT-2's split; each byte becomes a character of its alphabet */
    PRETOKENIZE_METASPACE   /* spaces become a mark, which begins a word */
} PretokenizeKind;

typedef enum { PREFIX_NEVER, PREFIX_FIRST, PREFIX_ALWAYS } PrefixScheme;

enum { PRETOKENIZE_CUTS = 8 };

/* Starts as {0}: PRETOKENIZE_NONE. */
typedef struct {
    Cut cuts[PRETOKENIZE_CUTS]; /* (cuts_count) come first, each cutting the pieces of those before
                                 */
    size_t cuts_count;
    PretokenizeKind kind;
    PrefixScheme prefix; /* where a space (its mark) is put before a text that has none */
    bool split;          /* metaspace: cut at marks; byte level: cut by GPT-2's pattern */
    char mark[8];        /* metaspace: the mark, NUL-terminated */
    struct PretokenizeTables *tables; /* byte level: alphabet and compiled pattern; owned */
} Pretokenizer;

/* Makes the tables that the kind needs; call once the other fields are set. */
void pretokenizer_prepare(Pretokenizer *pretokenizer);

/* Gives the words of the text to `take`, in order. `first` tells that the text begins where the
 * whole input does (for PREFIX_FIRST); *spare is working memory. False with the reason
 * when the pattern's engine gives up. */
bool pretokenizer_apply(const Pretokenizer *pretokenizer, const char *bytes, size_t length,
                        bool first, Text *spare, void (*take)(void *, const char *, size_t),
                        void *context, Error *error);

void pretokenizer_free(Pretokenizer *pretokenizer);

#endif
