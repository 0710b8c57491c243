/* What the readers of a tokenizer.json share; only tokenizer_*.c of this room include it. */
#ifndef DOCMEM_TOKENIZER_FILE_H
#define DOCMEM_TOKENIZER_FILE_H
#include "tokenizer/tokenizer.h"

#include <jansson.h>

/* The file being read. */
typedef struct {
    const char *path;
    Error *error;
} TokenizerFile;

/* True when every field of the object is in the NULL-terminated list; else false, naming the
 * unknown one. `what` is the object's place in the file, such as "model". */
bool file_fields(const TokenizerFile *file, const json_t *object, const char *what,
                 const char *const *known);
/* Reads a boolean; `missing` where the field is absent. */
bool file_flag(const TokenizerFile *file, const json_t *object, const char *what, const char *name,
               bool missing, bool *value);
/* Reads a boolean that must be there. */
bool file_wanted_flag(const TokenizerFile *file, const json_t *object, const char *what,
                      const char *name, bool *value);
/* Reads a string that is not empty; the object keeps it. */
bool file_text(const TokenizerFile *file, const json_t *object, const char *what, const char *name,
               const char **value);
/* Reads an integer of 0 … limit-1. */
bool file_number(const TokenizerFile *file, const json_t *object, const char *what,
                 const char *name, int64_t limit, int64_t *value);
/* The "type" of an object, or NULL with the error. */
const char *file_type(const TokenizerFile *file, const json_t *object, const char *what);
/* False: the value of the field is one that docmem does not support. */
bool file_refuse(const TokenizerFile *file, const char *what, const char *value);

/* The parts of the file, each into its part of the tokenizer. */
bool file_model(const TokenizerFile *file, const json_t *root, Bpe *bpe);
bool file_normalizer(const TokenizerFile *file, const json_t *root, Normalizer *normalizer);
bool file_pretokenizer(const TokenizerFile *file, const json_t *root, Pretokenizer *pretokenizer);
bool file_decoder(const TokenizerFile *file, const json_t *root, Decoder *decoder);
/* *bos is the id that the post-processor puts before a text, or -1. */
bool file_post_processor(const TokenizerFile *file, const json_t *root, size_t size, int32_t *bos);
/* Into added, added_count, added_by_id, size and the searches; after model and normalizer. */
bool file_added(const TokenizerFile *file, const json_t *root, Tokenizer *tokenizer);

/* Which tokens begin and end a text: after the post-processor's, those that tokenizer_config.json,
 * special_tokens_map.json, config.json or generation_config.json beside the file name, the first of
 * them that does; what names have told stays where none does. False where one names a token that is
 * not the tokenizer's. */
bool file_ends(Tokenizer *tokenizer, Error *error);

/* Reads the tokenizer inside a GGUF file; *tokenizer is zeroed, and freed by the caller in any
 * case.
 */
bool tokenizer_load_gguf(Tokenizer *tokenizer, const char *path, Error *error);

#endif
