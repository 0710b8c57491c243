/* One splitting step of a pre-tokenizer: splits a text at numbers, or at the matches of a pattern.
 *
 * It does what the steps Digits and Split of Hugging Face `tokenizers` do: matches and the text
 * between them are pieces, which a behaviour then keeps, joins or drops. A pattern comes from a
 * file and is written for the regex engine Oniguruma. It is translated for PCRE2 where that can
 * express the same, and refused otherwise (cut_pattern.h). */
#ifndef DOCMEM_CUT_H
#define DOCMEM_CUT_H
#include "base/error.h"
#include "base/text.h"

typedef enum {
    CUT_REMOVED,       /* matches are dropped */
    CUT_ISOLATED,      /* each match is a piece */
    CUT_WITH_PREVIOUS, /* a match joins the piece before it */
    CUT_WITH_NEXT,     /* a match joins the piece after it */
    CUT_CONTIGUOUS,    /* adjacent matches are one piece */
    CUT_BEHAVIOURS
} CutBehaviour;

/* The behaviour of this name: "Removed", "Isolated", "MergedWithPrevious", "MergedWithNext" or
 * "Contiguous"; CUT_BEHAVIOURS for any other. */
CutBehaviour cut_behaviour(const char *name);

typedef struct {
    struct pcre2_real_code_8 *pattern; /* owned; NULL: each number character is a match */
    CutBehaviour behaviour;
    bool invert; /* swap the roles of matches and of the text between */
} Cut;

/* Compiles a pattern or, if `literal`, a string to match as it is. False, with what is unsupported
 * in `why`, where it cannot. */
bool cut_compile(Cut *cut, const char *pattern, bool literal, char why[128]);
void cut_free(Cut *cut);

/* A piece: bytes from … to − 1 of the text. */
typedef struct {
    size_t from, to;
    bool match;
} CutPiece;

/* A growing list of pieces. Starts as {0}; the caller frees items. */
typedef struct {
    CutPiece *items; /* (count) */
    size_t count, capacity;
} CutPieces;

/* The budget of matching steps for a text of `length` bytes, to pass to cut_apply. It stops
 * patterns that would backtrack without end. */
uint64_t cut_steps(size_t length);
/* Sets *pieces to the non-empty pieces of the text (`length` bytes of UTF-8), in order. *steps goes
 * down with each matching step. False, with the byte but no file in *error, where the steps or
 * PCRE2's memory run out. */
bool cut_apply(const Cut *cut, const char *bytes, size_t length, CutPieces *pieces, uint64_t *steps,
               Error *error);

#endif
