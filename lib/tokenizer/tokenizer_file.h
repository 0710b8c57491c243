/* What the readers of a tokenizer.json share. Only tokenizer_*.c include it.
 *
 * Unless said otherwise, a function here returns false with file and field in *file->error. `what`
 * is the place of an object in the file, such as "model". */
#ifndef DOCMEM_TOKENIZER_FILE_H
#define DOCMEM_TOKENIZER_FILE_H
#include "tokenizer/tokenizer.h"

#include <jansson.h>

/* The file being read. */
typedef struct {
    const char *path; /* borrowed, as is `error` */
    Error *error;
} TokenizerFile;

/* True where `object` is an object and all its fields are in the NULL-terminated list `known`; else
 * the message names the unknown field. */
bool file_fields(const TokenizerFile *file, const json_t *object, const char *what,
                 const char *const *known);
/* Reads a boolean; `missing` where the field is absent. */
bool file_flag(const TokenizerFile *file, const json_t *object, const char *what, const char *name,
               bool missing, bool *value);
/* Reads a boolean that must be there. */
bool file_wanted_flag(const TokenizerFile *file, const json_t *object, const char *what,
                      const char *name, bool *value);
/* Reads a string that is not empty; the JSON object owns it. */
bool file_text(const TokenizerFile *file, const json_t *object, const char *what, const char *name,
               const char **value);
/* Reads an integer from 0 to limit-1. */
bool file_number(const TokenizerFile *file, const json_t *object, const char *what,
                 const char *name, int64_t limit, int64_t *value);
/* The string field "type" of an object, which owns it; or NULL with *file->error set. */
const char *file_type(const TokenizerFile *file, const json_t *object, const char *what);
/* Always false: reports that the value of `what` is not supported. */
bool file_refuse(const TokenizerFile *file, const char *what, const char *value);

/* Each reads one part of the file into its part of the tokenizer. */
bool file_model(const TokenizerFile *file, const json_t *root, Bpe *bpe);
bool file_normalizer(const TokenizerFile *file, const json_t *root, Normalizer *normalizer);
bool file_pretokenizer(const TokenizerFile *file, const json_t *root, Pretokenizer *pretokenizer);
bool file_decoder(const TokenizerFile *file, const json_t *root, Decoder *decoder);
/* Sets *bos to the id that the post-processor puts before a text, or −1. `size` is the number of
 * ids. */
bool file_post_processor(const TokenizerFile *file, const json_t *root, size_t size, int32_t *bos);
/* Reads the added tokens and prepares their searches. Call it after file_model and file_normalizer.
 */
bool file_added(const TokenizerFile *file, const json_t *root, Tokenizer *tokenizer);

/* Sets bos and eos from the files beside the tokenizer.json: tokenizer_config.json,
 * special_tokens_map.json, config.json, generation_config.json. The first of them that names one
 * counts, but bos from a post-processor stays. What no file names stays as it was. False where a
 * file is bad or names a token that the tokenizer lacks. */
bool file_ends(Tokenizer *tokenizer, Error *error);

/* Reads the tokenizer inside a GGUF file into a zeroed *tokenizer. The caller frees it, also after
 * false. */
bool tokenizer_load_gguf(Tokenizer *tokenizer, const char *path, Error *error);

#endif
