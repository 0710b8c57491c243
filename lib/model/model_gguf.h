/* Describes a model in GGUF as Hugging Face's files would: a configuration, and tensors' names.
 *
 * llama.cpp stores the rows of a Llama's queries and keys so that the two columns which RoPE turns
 * together are neighbours, where Hugging Face has them half a head apart; and the fused projection
 * of GPT-NeoX as all queries, then all keys, then all values, where Hugging Face goes head by head.
 */
#ifndef DOCMEM_MODEL_GGUF_H
#define DOCMEM_MODEL_GGUF_H
#include "model/model.h"

#include <jansson.h>

/* The settings of the GGUF file at `path` as the fields of a config.json, released by the caller;
 * NULL with the reason where it is not sound GGUF, or of an architecture docmem does not have. */
json_t *model_gguf_config(const char *path, Error *error);

/* Gives the tensors of an open GGUF file the names, and TensorRows, that Hugging Face's would have.
 * Those it does not know keep their names. */
void model_gguf_rename(TensorFile *file, const ModelConfig *config);

/* Reads the tensor rope_freqs.weight, which Llama 3 scales positions with, into
 * model->rope_divisor; true where there is none. */
bool model_gguf_divisor(Model *model, Error *error);

#endif
