/* Text to token ids and back, by a Hugging Face tokenizer.json with a BPE model, or by the
 * tokenizer inside a GGUF file.
 *
 * Supported are the forms of Llama 2 (Prepend and Replace normalizer, or Metaspace pre-tokenizer;
 * byte fallback), of GPT-NeoX and GPT-2 (NFC, byte level), and those that first split at digits or
 * by patterns, such as Llama 3 and SmolLM2 (cut.h). Ids and texts equal those of the `tokenizers`
 * package. tokenizer_load refuses a file that asks for anything else. */
#ifndef DOCMEM_TOKENIZER_H
#define DOCMEM_TOKENIZER_H
#include "base/error.h"
#include "tokenizer/added.h"
#include "tokenizer/bpe.h"
#include "tokenizer/detokenize.h"
#include "tokenizer/normalize.h"
#include "tokenizer/pretokenize.h"

typedef struct {
    Bpe bpe;           /* the model: ids 0 … bpe.vocab.count-1, some of which may be holes */
    AddedToken *added; /* (added_count) in any order; ids of the model's, or after them */
    size_t added_count, size;
    const AddedToken **added_by_id; /* (size) the added token of an id, or NULL */
    AddedSearch raw, normalized;    /* added tokens to find before and after the normalizer */
    Normalizer normalizer;
    Pretokenizer pretokenizer;
    Decoder decoder;
    int32_t bos; /* post-processor's, else from files beside, else <s> or <|endoftext|>; or −1 */
    int32_t eos; /* from files beside, else </s> or <|endoftext|>; or −1 */
    bool adds_bos; /* texts are meant to begin with bos; tokenizer_encode leaves it to its caller */
    char *path;    /* the file it was read from; owned */
    Error note; /* a warning about which file was used, which the caller should print; or empty */
} Tokenizer;

/* Reads a tokenizer.json of at most 256 MiB, or the tokenizer inside a GGUF file; freed with
 * tokenizer_free. False, with file and field in *error and *tokenizer empty, where the file cannot
 * be read, contradicts itself, or asks for something unsupported. */
bool tokenizer_load(Tokenizer *tokenizer, const char *path, Error *error);
/* Finds and reads a model's tokenizer. For a folder: its tokenizer.json. For a GGUF file: the
 * tokenizer.json beside it, which tokenizer->note then mentions, or else the tokenizer inside. Any
 * other file is read as a tokenizer.json. */
bool tokenizer_open(Tokenizer *tokenizer, const char *model, Error *error);
void tokenizer_free(Tokenizer *tokenizer);

/* Appends the ids of `length` bytes of UTF-8 (at most 128 MiB), after bos if `add_bos` and there is
 * one. A character that the vocabulary cannot express becomes the unknown token or, without one, is
 * dropped, as `tokenizers` does. False, with *out as before, where the text is too long or not
 * UTF-8, or a pattern takes too many steps; the message is "text at byte N: …", to which the caller
 * adds the file. */
bool tokenizer_encode(const Tokenizer *tokenizer, const char *text, size_t length, bool add_bos,
                      Tokens *out, Error *error);

/* Appends the text of `count` ids to *out: UTF-8, with U+FFFD for invalid bytes. Special tokens are
 * left out if `skip_special`. Ids without a token are always left out, since a model's logits may
 * be padded beyond the vocabulary. */
void tokenizer_decode(const Tokenizer *tokenizer, const int32_t *ids, size_t count,
                      bool skip_special, Text *out);

/* Number of ids, those of added tokens included: ids are 0 … size-1. */
size_t tokenizer_size(const Tokenizer *tokenizer);
/* The id of a token as the file writes it ("▁the", "<s>"), or -1. */
int32_t tokenizer_find(const Tokenizer *tokenizer, const char *token);
/* The token of an id from 0 to size-1, as the file writes it: *length bytes, not NUL-terminated,
 * none for a hole. Valid until tokenizer_free. */
const char *tokenizer_text(const Tokenizer *tokenizer, int32_t id, size_t *length);
/* The model's unknown token, or -1. */
int32_t tokenizer_unk(const Tokenizer *tokenizer);

#endif
