/* Encodes a corpus as token ids: documents, templates, prompts and claims. The stage encode writes
 * them to a file, which encoded.h reads.
 *
 * Texts of different lengths are one array of ids with offsets: text i is ids[offset[i]] …
 * ids[offset[i+1] − 1].
 *
 *   document.ids, .offset       BOS and the page's text, its escapes undone (title_unescape), cut
 *                               at max_tokens
 *   template.ids, .offset, .document
 *                               BOS and the prompt of a training claim with its answer and newline
 *   prompt.ids, .offset, .document
 *                               BOS, the prompt, and the common start of its three answers
 *   prompt.answer_start         how many of those ids are BOS and the prompt
 *   prompt.claim                the claim's id in the corpus
 *   prompt.label                0 supports, 1 refutes, 2 not enough info
 *   prompt.rows, .main          as in CorpusPrompt
 *   document.half               title_half of the page's title, 0 or 1
 *   claim.ids, .offset          BOS and the text of a validation claim alone, in the order of the
 *                               main prompts
 *   claim.prompt, .same         its main prompt; the first claim with the same text
 *   claim.start                 only where prompts have a context (context.h), which then stands
 *                               before claims too: how many ids are BOS and the context
 *   answer.letters, .offset     the tokens that are each answer's own, behind the common start
 *   answer.close                the tokens of their common end
 *
 * All are I32, offsets I64. */
#ifndef DOCMEM_ENCODING_H
#define DOCMEM_ENCODING_H
#include "fever/corpus.h"
#include "fever/prompt.h"
#include "file/safetensors.h"

typedef struct {
    Tokens ids;        /* of all texts */
    int64_t *offset;   /* (count+1) */
    int32_t *document; /* (count) the document a text belongs to; not used for documents */
    size_t count;
} RaggedIds;

typedef struct {
    RaggedIds documents, templates, prompts;
    RaggedIds claims; /* here .document is the claim's main prompt */
    int32_t *answer_start, *claim, *label, *rows, *main; /* (prompts.count) */
    int32_t *half, *same;                                /* (documents.count) (claims.count) */
    size_t *kept;   /* (prompts.count) bytes of the context that were kept */
    int32_t *start; /* (claims.count), NULL where there is no context */
    AnswerTokens letters;
    size_t cut; /* prompts whose context was cut */
} Encoding;

/* Called with `done` of `total` texts; `what` names them. */
typedef void (*EncodingProgress)(const char *what, double done, double total);

/* Encodes the whole corpus into *encoding, freed with encoding_free. A prompt's context, if any,
 * stands before it with a newline between. Its last words are cut where it exceeds corpus->told
 * ids, or the whole exceeds corpus->longest rows. `path` names the corpus in messages, max_tokens
 * is at least 2, `progress` may be NULL. False, with *encoding empty, where a text is not UTF-8 or
 * has no token, where there is no prompt, where the tokenizer does not tell the answers apart, or
 * where their tokens differ between prompts. */
bool encoding_make(const Corpus *corpus, const char *path, const Tokenizer *tokenizer,
                   size_t max_tokens, EncodingProgress progress, Encoding *encoding, Error *error);

/* Adds all tensors to the writer; they are borrowed until written. */
void encoding_add(const Encoding *encoding, TensorWriter *writer);

void encoding_free(Encoding *encoding);

#endif
