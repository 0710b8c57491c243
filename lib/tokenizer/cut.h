/* A cut of a pre-tokenizer: splits a text at numbers or at what a pattern matches.
 *
 * As the steps Digits and Split of Hugging Face tokenizers do: what matches and what stands between
 * are pieces, which a behaviour joins or drops. A pattern is written for Oniguruma and comes from a
 * file. It is translated where PCRE2 can say the same, and refused where it cannot. */
#ifndef DOCMEM_CUT_H
#define DOCMEM_CUT_H
#include "base/error.h"
#include "base/text.h"

typedef enum {
    CUT_REMOVED,       /* matches are dropped */
    CUT_ISOLATED,      /* each match is a piece */
    CUT_WITH_PREVIOUS, /* a match belongs to the piece before it, */
    CUT_WITH_NEXT,     /* … after it */
    CUT_CONTIGUOUS,    /* matches that follow each other are one piece */
    CUT_BEHAVIOURS
} CutBehaviour;

/* "Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"; CUT_BEHAVIOURS where
 * the name is unknown. */
CutBehaviour cut_behaviour(const char *name);

typedef struct {
    struct pcre2_real_code_8 *pattern; /* owned; NULL: numbers, one at a time */
    CutBehaviour behaviour;
    bool invert; /* what does not match is taken for what does */
} Cut;

/* Compiles the pattern, or the text `literal`. False, with why in words, where it is not taken. */
bool cut_compile(Cut *cut, const char *pattern, bool literal, char why[128]);
void cut_free(Cut *cut);

/* A piece: bytes from … to − 1. */
typedef struct {
    size_t from, to;
    bool match;
} CutPiece;

/* Starts as {0}. */
typedef struct {
    CutPiece *items; /* (count) */
    size_t count, capacity;
} CutPieces;

/* How long the patterns may take on a text of so many bytes: steps, which cut_apply counts down. */
uint64_t cut_steps(size_t length);
/* Replaces *pieces by those of `length` bytes of UTF-8, in order, empty ones left out. False, with
 * the byte where it happens and no file, where the steps are used up. */
bool cut_apply(const Cut *cut, const char *bytes, size_t length, CutPieces *pieces, uint64_t *steps,
               Error *error);

#endif
