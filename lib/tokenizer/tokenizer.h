/* Text to token ids and back, by a Hugging Face tokenizer.json with a byte-pair model, or by the
 * tokenizer inside a GGUF file.
 *
 * Read in the forms of Llama 2 (Prepend and Replace normalizer, or Metaspace
 * pre-tokenizer; byte fallback), of GPT-NeoX and GPT-2 (NFC, byte level), and of those that cut the
 * text at digits or by patterns before, as Llama 3 and SmolLM2 (cut.h). Ids and texts equal those
 * of the `tokenizers` package. Anything in the file that is not supported is refused by
 * tokenizer_load, never passed over. */
#ifndef DOCMEM_TOKENIZER_H
#define DOCMEM_TOKENIZER_H
#include "base/error.h"
#include "tokenizer/added.h"
#include "tokenizer/bpe.h"
#include "tokenizer/detokenize.h"
#include "tokenizer/normalize.h"
#include "tokenizer/pretokenize.h"

typedef struct {
    Bpe bpe;           /* the model; ids 0 … bpe.vocab.count-1, of which some may be holes */
    AddedToken *added; /* (added_count) in the model too, or numbered after it; in any order */
    size_t added_count, size;
    const AddedToken **added_by_id; /* (size) NULL where the id is not an added token's */
    AddedSearch raw, normalized;
    Normalizer normalizer;
    Pretokenizer pretokenizer;
    Decoder decoder;
    int32_t bos; /* the post-processor's, else the special token <s> or <|endoftext|>; or -1 */
    int32_t eos; /* as the files beside say; else the special token </s> or <|endoftext|>; or -1 */
    bool adds_bos; /* the post-processor puts bos before a text */
    char *path;    /* the file it was read from; owned */
    Error note;    /* what the caller should tell of where it was found, or empty */
} Tokenizer;

/* Reads a tokenizer.json of at most 256 MiB, or the tokenizer inside a GGUF file. False, with file
 * and field, when it cannot be read, contradicts itself or asks for what is not supported. */
bool tokenizer_load(Tokenizer *tokenizer, const char *path, Error *error);
/* The same for a model: a folder's tokenizer.json, the tokenizer inside a GGUF file or, where there
 * is one, the tokenizer.json beside that, which tokenizer->note then says. Another file is taken
 * for a tokenizer.json. */
bool tokenizer_open(Tokenizer *tokenizer, const char *model, Error *error);
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
/* The token of an id (0 … size-1) as the file writes it, of no length where the vocabulary has a
 * hole; *length bytes, not NUL-terminated. */
const char *tokenizer_text(const Tokenizer *tokenizer, int32_t id, size_t *length);
/* The model's unknown token, or -1. */
int32_t tokenizer_unk(const Tokenizer *tokenizer);

#endif
