/* A tokenizer's decoder: turns the strings of tokens back into one text, step by step. */
#ifndef DOCMEM_DETOKENIZE_H
#define DOCMEM_DETOKENIZE_H
#include "base/text.h"

typedef enum {
    DECODE_REPLACE,       /* in each piece, each `from` becomes `to` */
    DECODE_BYTE_FALLBACK, /* runs of <0xNN> become UTF-8; if invalid, one U+FFFD per byte */
    DECODE_FUSE,          /* all pieces become one */
    DECODE_STRIP,         /* each piece loses up to `start` of `from` in front, `stop` behind */
    DECODE_METASPACE,     /* `from` becomes a space; see drop_first */
    DECODE_BYTE_LEVEL     /* characters of GPT-2's alphabet become bytes (unicode.h) */
} DecodeKind;

typedef struct {
    DecodeKind kind;
    char *from, *to;    /* owned; NULL where the kind has none */
    size_t start, stop; /* DECODE_STRIP: the most to remove */
    bool drop_first;    /* DECODE_METASPACE: in the first piece it becomes nothing */
} DecodeStep;

/* Steps in order. Starts as {0}, which joins tokens by spaces, as `tokenizers` does without a
 * decoder. */
typedef struct {
    DecodeStep *steps; /* (count) */
    size_t count, capacity;
    bool silent; /* no spaces between tokens: there is a decoder, though maybe without steps */
} Decoder;

/* A list of strings, stored one after another. Starts as {0}. */
typedef struct {
    Text text;
    size_t *end; /* (count) where each piece ends in text */
    size_t count, capacity;
} Pieces;

/* Adds a step and copies its strings (NULL where the kind has none). Returns it, so that the caller
 * can set other fields; valid until the next call. */
DecodeStep *decoder_add(Decoder *decoder, DecodeKind kind, const char *from, const char *to);

/* Appends a piece of `length` bytes, copied. */
void pieces_add(Pieces *pieces, const char *bytes, size_t length);
void pieces_free(Pieces *pieces);

/* Appends the decoded text of the pieces to *out, and empties the pieces. */
void decoder_apply(const Decoder *decoder, Pieces *pieces, Text *out);

void decoder_free(Decoder *decoder);

#endif
