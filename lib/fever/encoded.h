/* The encoded corpus: documents, training templates, prompts and bare claims as token ids.
 *
 * `encode` writes the ids, `prefix` the residual stream below the memory. Every
 * text of the kinds that a prefix holds has its rows there: documents first, then templates, then
 * prompts, each prompt followed by the branches of its three answers (answer_tokens.h), then
 * claims. */
#ifndef DOCMEM_ENCODED_H
#define DOCMEM_ENCODED_H
#include "fever/answer_tokens.h"
#include "file/safetensors.h"
#include "tensor/batch.h"
#include <stdbool.h>

typedef enum { TEXT_DOCUMENT, TEXT_TEMPLATE, TEXT_PROMPT, TEXT_CLAIM, TEXT_KINDS } TextKind;

typedef struct {
    TensorFile file;
    size_t count[TEXT_KINDS];    /* documents, templates, prompts, claims */
    int64_t *offset[TEXT_KINDS]; /* (count+1) into ids */
    int32_t *ids[TEXT_KINDS];
    bool left_out[TEXT_KINDS]; /* kinds that the prefix does not hold; none after encoded_open */
    size_t rows;               /* of all others in the prefix */
    int32_t largest_id;
    size_t longest; /* rows of the longest text, branches included */
    AnswerTokens letters;
    int32_t *template_document; /* (templates) */
    int32_t *answer_start;      /* (prompts) ids before the answers' common start */
    int32_t *prompt_document, *claim, *label, *evidence_rows, *main; /* (prompts) */
    int32_t *claim_prompt; /* (claims) the main prompt that asks it */
    int32_t *claim_start;  /* (claims) ids before its own; NULL: 1 each, BOS */
    int32_t
        *claim_same; /* (claims) the first claim of the same text, itself where it is the first */
    int32_t *half;   /* (documents) 0 or 1 (title.h); all 0 where the file does not say */
} Encoded;

/* One text: `length` rows, the last `siblings` of them the answers, in branches of `branch` rows.
 */
typedef struct {
    const int32_t *ids; /* (length − siblings) */
    size_t length, siblings, branch, first_row;
} EncodedText;

/* Opens and checks the whole file: offsets rise, ids are not negative, every
 * array has its length, documents and labels exist. A file of before there were claims has none. */
bool encoded_open(Encoded *encoded, const char *path, Error *error);
void encoded_close(Encoded *encoded);

/* Leaves out of the prefix all kinds but those listed, as in "document,claim", documents among
 * them, rising; the rest get their rows anew. False, naming `list`, where it is no such list. */
bool encoded_keep(Encoded *encoded, const char *list, Error *error);
/* "document", "template", "prompt", "claim". */
const char *encoded_kind(TextKind kind);

/* A text of a kind that is not left out. */
EncodedText encoded_text(const Encoded *encoded, TextKind kind, size_t index);
/* Appends a text to a batch; returns its first row. */
size_t encoded_batch(const EncodedText *text, Batch *batch);
/* Id of row t of a text, branches included. */
int32_t encoded_id(const Encoded *encoded, const EncodedText *text, size_t t);
/* Tokens that the documents' losses are counted over: all but each first. */
size_t encoded_predicted(const Encoded *encoded, TextKind kind);

/* Text number i of all that the prefix holds, in its order. */
size_t encoded_total(const Encoded *encoded);
EncodedText encoded_any(const Encoded *encoded, size_t i);

#endif
