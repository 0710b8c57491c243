/* The encoded corpus, read: documents, training templates, prompts and bare claims as token ids.
 *
 * The stage encode writes it (encoding.h). The stage prefix then stores the residual stream of
 * these texts, row by row: documents first, then templates, prompts and claims. Each prompt is
 * followed by the branches of its three answers (answer_tokens.h). A prefix may leave out kinds of
 * text. */
#ifndef DOCMEM_ENCODED_H
#define DOCMEM_ENCODED_H
#include "fever/answer_tokens.h"
#include "file/safetensors.h"
#include "tensor/batch.h"
#include <stdbool.h>

typedef enum { TEXT_DOCUMENT, TEXT_TEMPLATE, TEXT_PROMPT, TEXT_CLAIM, TEXT_KINDS } TextKind;

typedef struct {
    TensorFile file;
    size_t count[TEXT_KINDS];    /* texts of each kind */
    int64_t *offset[TEXT_KINDS]; /* (count+1) text i has ids offset[i] … offset[i+1] − 1 */
    int32_t *ids[TEXT_KINDS];    /* (offset[count]) */
    bool left_out[TEXT_KINDS];   /* kinds that the prefix lacks; encoded_open leaves out none */
    size_t rows;                 /* in the prefix: rows of all other kinds */
    int32_t largest_id;          /* of all texts and answers */
    size_t longest;              /* rows of the longest of those texts, branches included */
    AnswerTokens letters;
    int32_t *template_document; /* (templates) */
    int32_t *answer_start;      /* (prompts) how many ids come before the answers' common start */
    int32_t *prompt_document, *claim, *label, *evidence_rows, *main; /* (prompts) */
    int32_t *claim_prompt; /* (claims) the main prompt that asks the claim */
    int32_t *claim_start;  /* (claims) how many ids come before the claim's own; NULL: 1, BOS */
    int32_t *claim_same;   /* (claims) the first claim with the same text, maybe itself */
    int32_t *half;         /* (documents) title_half of the title; all 0 in older files */
} Encoded;

/* One text: `length` rows from row `first_row` of the prefix. The last `siblings` of them are the
 * answers, in branches of `branch` rows. The ids are borrowed. */
typedef struct {
    const int32_t *ids; /* (length − siblings) */
    size_t length, siblings, branch, first_row;
} EncodedText;

/* Opens an encoded corpus and checks all of it: lengths, offsets, ids, and references to documents,
 * prompts and labels. A file from before there were claims has none. False, with file and tensor in
 * *error and *encoded empty, where something is wrong. */
bool encoded_open(Encoded *encoded, const char *path, Error *error);
void encoded_close(Encoded *encoded);

/* Leaves all kinds out of the prefix but those in `list`, such as "document,claim": names in the
 * order of TextKind, of which document is one. The rest get their rows anew. False, with `list` in
 * *error, where it is no such list. */
bool encoded_keep(Encoded *encoded, const char *list, Error *error);
/* The kind's name: "document", "template", "prompt" or "claim". */
const char *encoded_kind(TextKind kind);

/* Text `index` of a kind that is not left out. */
EncodedText encoded_text(const Encoded *encoded, TextKind kind, size_t index);
/* Appends a text to a batch; returns its first row. */
size_t encoded_batch(const EncodedText *text, Batch *batch);
/* The same behind `before`, the text appended last (NULL: none): rows that both begin with, `most`
 * at most, are shared where that keeps their bits and saves work. */
size_t encoded_batch_behind(const EncodedText *text, const EncodedText *before, size_t most,
                            Batch *batch);
/* The id of row t of a text, branches included. */
int32_t encoded_id(const Encoded *encoded, const EncodedText *text, size_t t);
/* Tokens of this kind of text that have a loss: all but each text's first. */
size_t encoded_predicted(const Encoded *encoded, TextKind kind);

/* Number of texts in the prefix, and text i of them in its order. */
size_t encoded_total(const Encoded *encoded);
EncodedText encoded_any(const Encoded *encoded, size_t i);

#endif
