/* A tokenizer's pre-tokenizer: splits normalized text into words. Merges never cross words. */
#ifndef DOCMEM_PRETOKENIZE_H
#define DOCMEM_PRETOKENIZE_H
#include "base/error.h"
#include "base/text.h"
#include "tokenizer/cut.h"

typedef enum {
    PRETOKENIZE_NONE,       /* each piece is one word */
    PRETOKENIZE_BYTE_LEVEL, /* GPT-2's split; bytes become characters of its alphabet */
    PRETOKENIZE_METASPACE   /* spaces become a mark, at which words begin */
} PretokenizeKind;

typedef enum { PREFIX_NEVER, PREFIX_FIRST, PREFIX_ALWAYS } PrefixScheme;

enum { PRETOKENIZE_CUTS = 8 }; /* most splitting steps before the last one */

/* Starts as {0}: PRETOKENIZE_NONE. */
typedef struct {
    Cut cuts[PRETOKENIZE_CUTS]; /* (cuts_count) run first, each on the pieces of the one before */
    size_t cuts_count;
    PretokenizeKind kind;
    PrefixScheme prefix; /* when to put a space (the mark) before a text that lacks one */
    bool split;          /* metaspace: split at marks; byte level: split by GPT-2's pattern */
    char mark[8];        /* metaspace: the mark, NUL-terminated */
    struct PretokenizeTables *tables; /* byte level: alphabet and compiled pattern; owned */
} Pretokenizer;

/* Builds the tables that the kind needs. Call it once, after the other fields are set. */
void pretokenizer_prepare(Pretokenizer *pretokenizer);

/* Calls `take` (context, bytes, length) with each word of the text, in order; a word is valid
 * during the call. `first` says that the text begins where the whole input does (for PREFIX_FIRST);
 * *spare is working memory. False, with the byte but no file in *error, where a pattern's engine
 * gives up. */
bool pretokenizer_apply(const Pretokenizer *pretokenizer, const char *bytes, size_t length,
                        bool first, Text *spare, void (*take)(void *, const char *, size_t),
                        void *context, Error *error);

void pretokenizer_free(Pretokenizer *pretokenizer);

#endif
