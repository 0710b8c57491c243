/* Presents a GGUF file as Hugging Face's files would: a config.json, and tensor names.
 *
 * Two weights have their rows in another order. llama.cpp stores the rows of a Llama's queries and
 * keys so that the two columns that RoPE rotates together are neighbours; in Hugging Face they are
 * half a head apart. It stores GPT-NeoX's fused projection as all queries, then all keys, then all
 * values; Hugging Face goes head by head. */
#ifndef DOCMEM_MODEL_GGUF_H
#define DOCMEM_MODEL_GGUF_H
#include "model/model.h"

#include <jansson.h>

/* The settings of the GGUF file at `path` as the fields of a config.json, freed by the caller with
 * json_decref. NULL, with *error set, where the file is not valid GGUF or its architecture is not
 * supported. */
json_t *model_gguf_config(const char *path, Error *error);

/* Gives the tensors of an open GGUF file the names that Hugging Face uses, and the TensorRows that
 * put their rows in its order. Tensors without such a name keep theirs. */
void model_gguf_rename(TensorFile *file, const ModelConfig *config);

/* Reads the tensor rope_freqs.weight, by which Llama 3 scales RoPE's frequencies, into
 * model->rope_divisor. True also where there is no such tensor; false, with *error set, where it
 * has another shape or bad values. */
bool model_gguf_divisor(Model *model, Error *error);

#endif
