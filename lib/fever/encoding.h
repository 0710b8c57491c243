/* From the corpus to token ids: documents, templates, prompts and claims, as `encode` writes them.
 *
 * Ragged arrays are flat ids with offsets: text i is ids[offset[i]] …
 * ids[offset[i+1] - 1].
 *
 *   document.ids, .offset       BOS and the page's text, its escapes made readable, cut
 *                               at max_tokens
 *   template.ids, .offset, .document
 *                               BOS and the prompt of a training claim with its answer and newline
 *   prompt.ids, .offset, .document
 *                               BOS, the prompt, and the common start of its three answers
 *   prompt.answer_start         ids of BOS and the bare prompt
 *   prompt.claim, .label, .rows, .main    corpus claim id; 0 supports, 1 refutes, 2 not enough
 *                               info; evidence rows; 1 for the claim's highest-ranked page
 *   document.half               0 or 1: which half of all pages its title falls into (title.h)
 *   claim.ids, .offset          BOS and the bare text of a validation claim, in the order of the
 *                               main prompts
 *   claim.prompt, .same         its main prompt; the first claim of the same text
 *   claim.start                 only where prompts are told something first, and claims too: the
 *                               ids of BOS and of that, which stand before the claim's own
 *   answer.letters, .offset     the tokens that are each answer's own, behind the common start
 *   answer.close                the tokens of their common end
 * All are I32, offsets I64. */
#ifndef DOCMEM_ENCODING_H
#define DOCMEM_ENCODING_H
#include "fever/corpus.h"
#include "fever/prompt.h"
#include "file/safetensors.h"

typedef struct {
    Tokens ids;
    int64_t *offset;   /* (count+1) */
    int32_t *document; /* (count) not used for documents */
    size_t count;
} RaggedIds;

typedef struct {
    RaggedIds documents, templates, prompts;
    RaggedIds claims; /* its .document is the claim's main prompt */
    int32_t *answer_start, *claim, *label, *rows, *main; /* (prompts.count) */
    int32_t *half, *same;                                /* (documents.count) (claims.count) */
    size_t *kept;   /* (prompts.count) bytes told before each */
    int32_t *start; /* (claims.count), NULL where nothing is told */
    AnswerTokens letters;
    size_t cut; /* prompts before which not all that was to be told had room */
} Encoding;

/* Told how many of how many texts are done. */
typedef void (*EncodingProgress)(const char *what, double done, double total);

/* Encodes the whole corpus; a prompt stands behind what is told before it and a line break, of
 * which the last words are left out where they are more than corpus->told ids or there is no room;
 * `path` names it in messages, max_tokens is at least 2, `progress` may be NULL. False where a text
 * is not UTF-8, where there is no prompt, or where the tokenizer does not keep the answers apart,
 * or writes them otherwise in another prompt. */
bool encoding_make(const Corpus *corpus, const char *path, const Tokenizer *tokenizer,
                   size_t max_tokens, EncodingProgress progress, Encoding *encoding, Error *error);

/* Declares all tensors; they are borrowed until the writer has written. */
void encoding_add(const Encoding *encoding, TensorWriter *writer);

void encoding_free(Encoding *encoding);

#endif
