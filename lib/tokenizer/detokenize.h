/* A tokenizer's decoder: turns the texts of tokens back into one text. */
#ifndef DOCMEM_DETOKENIZE_H
#define DOCMEM_DETOKENIZE_H
#include "base/text.h"

typedef enum {
    DECODE_REPLACE,       /* in each piece, each `from` becomes `to` */
    DECODE_BYTE_FALLBACK, /* runs of <0xNN> become characters, or U+FFFD a byte */
    DECODE_FUSE,          /* all pieces become one */
    DECODE_STRIP,         /* in each piece, up to `start` and `stop` of `from` go at its ends */
    DECODE_METASPACE,     /* marks become spaces, those of the first piece nothing */
    DECODE_BYTE_LEVEL     /* characters of GPT-2's alphabet become bytes, then UTF-8 */
} DecodeKind;

typedef struct {
    DecodeKind kind;
    char *from, *to;    /* owned; NULL where the kind has none */
    size_t start, stop; /* DECODE_STRIP: characters at most */
    bool drop_first;    /* DECODE_METASPACE: marks of the first piece vanish */
} DecodeStep;

/* Steps in their order. Starts as {0}, which puts a space between tokens, as `tokenizers` does
 * without a decoder. */
typedef struct {
    DecodeStep *steps; /* (count) */
    size_t count, capacity;
    bool silent; /* nothing is put between tokens: there is a decoder, if one without steps */
} Decoder;

/* Texts in a row. Starts as {0}. */
typedef struct {
    Text text;
    size_t *end; /* (count) where each piece ends in text */
    size_t count, capacity;
} Pieces;

/* Adds a step, copying its texts; the caller may set its other fields. */
DecodeStep *decoder_add(Decoder *decoder, DecodeKind kind, const char *from, const char *to);

void pieces_add(Pieces *pieces, const char *bytes, size_t length);
void pieces_free(Pieces *pieces);

/* Appends to *out the text of the pieces, which are used up. */
void decoder_apply(const Decoder *decoder, Pieces *pieces, Text *out);

void decoder_free(Decoder *decoder);

#endif
