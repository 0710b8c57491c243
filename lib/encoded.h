/* The encoded corpus: documents, training templates and prompts as token ids.
 *
 * `encode` writes the ids, `prefix` the residual stream below the memory. Every
 * text of the corpus has its rows in the prefix: documents first, then templates, then
 * prompts, each prompt followed by the branches of its three answers (letters.h). */
#ifndef DOCMEM_ENCODED_H
#define DOCMEM_ENCODED_H
#include "batch.h"
#include "letters.h"
#include "safetensors.h"
#include <stdbool.h>

typedef enum { TEXT_DOCUMENT, TEXT_TEMPLATE, TEXT_PROMPT, TEXT_KINDS } TextKind;

typedef struct {
    TensorFile file;
    size_t count[TEXT_KINDS];    /* documents, templates, prompts */
    int64_t *offset[TEXT_KINDS]; /* (count+1) into ids */
    int32_t *ids[TEXT_KINDS];
    size_t rows; /* of the whole corpus in the prefix */
    int32_t largest_id;
    size_t longest; /* rows of the longest text, branches included */
    Letters letters;
    int32_t *template_document; /* (templates) */
    int32_t *answer_start;      /* (prompts) ids before the answers' common start */
    int32_t *prompt_document, *claim, *label, *evidence_rows, *main; /* (prompts) */
} Encoded;

/* One text: `length` rows, the last `siblings` of them the answers, in branches of `branch` rows.
 */
typedef struct {
    const int32_t *ids; /* (length − siblings) */
    size_t length, siblings, branch, first_row;
} EncodedText;

/* Opens and checks the whole file: offsets rise, ids are not negative, every
 * array has its length, documents and labels exist. */
bool encoded_open(Encoded *encoded, const char *path, Error *error);
void encoded_close(Encoded *encoded);

EncodedText encoded_text(const Encoded *encoded, TextKind kind, size_t index);
/* Appends a text to a batch; returns its first row. */
size_t encoded_batch(const EncodedText *text, Batch *batch);
/* Id of row t of a text, branches included. */
int32_t encoded_id(const Encoded *encoded, const EncodedText *text, size_t t);
/* Tokens that the documents' losses are counted over: all but each first. */
size_t encoded_predicted(const Encoded *encoded, TextKind kind);

/* Text number i of all, in the order of the prefix. */
size_t encoded_total(const Encoded *encoded);
EncodedText encoded_any(const Encoded *encoded, size_t i);

#endif
