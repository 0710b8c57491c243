/* Text to token ids and back, by a Hugging Face tokenizer.json with a byte-pair model.
 *
 * Read in the forms of Llama 2 (Prepend and Replace normalizer, or Metaspace
 * pre-tokenizer; byte fallback) and GPT-NeoX (NFC, byte level). Ids and texts equal
 * those of the `tokenizers` package. Anything in the file that is not supported is
 * refused by tokenizer_load, never passed over. */
#ifndef DOCMEM_TOKENIZER_H
#define DOCMEM_TOKENIZER_H
#include "added.h"
#include "bpe.h"
#include "detokenize.h"
#include "error.h"
#include "normalize.h"
#include "pretokenize.h"

typedef struct {
    Bpe bpe;           /* the model; ids 0 … bpe.vocab.size-1 */
    AddedToken *added; /* (added_count) in the model too, or numbered after it; in any order */
    size_t added_count, size;
    const AddedToken **added_by_id; /* (size) NULL where the id is not an added token's */
    AddedSearch raw, normalized;
    Normalizer normalizer;
    Pretokenizer pretokenizer;
    Decoder decoder;
    int32_t bos;   /* the post-processor's, else the special token <s> or <|endoftext|>; or -1 */
    int32_t eos;   /* the special token </s> or <|endoftext|>; or -1 */
    bool adds_bos; /* the post-processor puts bos before a text */
} Tokenizer;

/* Reads a tokenizer.json of at most 256 MiB. False, with file and field, when it cannot be
 * read, contradicts itself or asks for what is not supported. */
bool tokenizer_load(Tokenizer *tokenizer, const char *path, Error *error);
void tokenizer_free(Tokenizer *tokenizer);

/* Appends the ids of `length` bytes of UTF-8 (at most 128 MiB), bos first if `add_bos` and there
 * is one. False when the text is not UTF-8: the message is "text at byte N: …", to
 * which the caller adds the file. A character that the vocabulary cannot express
 * is the unknown token; where there is none it is dropped, as `tokenizers` does. */
bool tokenizer_encode(const Tokenizer *tokenizer, const char *text, size_t length, bool add_bos,
                      Tokens *out, Error *error);

/* Appends the text of `count` ids to *out: UTF-8, U+FFFD where bytes make no character.
 * Special tokens are left out if `skip_special`; ids without a token are
 * left out always (a model's output may be padded past its vocabulary). */
void tokenizer_decode(const Tokenizer *tokenizer, const int32_t *ids, size_t count,
                      bool skip_special, Text *out);

/* Number of ids, added tokens included: ids are 0 … size-1. */
size_t tokenizer_size(const Tokenizer *tokenizer);
/* The id of a token as the file writes it ("▁the", "<s>"), or -1. */
int32_t tokenizer_find(const Tokenizer *tokenizer, const char *token);
/* The token of an id (0 … size-1) as the file writes it; *length bytes, not NUL-terminated. */
const char *tokenizer_text(const Tokenizer *tokenizer, int32_t id, size_t *length);
/* The model's unknown token, or -1. */
int32_t tokenizer_unk(const Tokenizer *tokenizer);

#endif
