/* Presents a GGUF file as Hugging Face's files would: a config.json, and rows in its order.
 *
 * Two weights have their rows in another order. llama.cpp stores the rows of a Llama's queries and
 * keys so that the two columns that RoPE rotates together are neighbours; in Hugging Face they are
 * half a head apart. It stores GPT-NeoX's fused projection as all queries, then all keys, then all
 * values; Hugging Face goes head by head. */
#ifndef DOCMEM_MODEL_GGUF_H
#define DOCMEM_MODEL_GGUF_H
#include "model/family.h"

#include <jansson.h>

/* The settings of the GGUF file at `path` as the fields of a config.json, freed by the caller with
 * json_decref; its object GGUF_KEYS (config_reader.h) names each field's setting. NULL, with *error
 * set, where the file is not valid GGUF or its architecture is not supported. */
json_t *model_gguf_config(const char *path, Error *error);

/* GGUF's name of a parameter, written into `text` and returned. `name` is Hugging Face's, within a
 * block where `index` is one's number, and SIZE_MAX outside the blocks. */
#define MODEL_GGUF_BLOCKS "blk" /* what stands before a block's number */
const char *model_gguf_name(Family family, const char *name, size_t index,
                            char text[PARAMETER_NAME]);

/* Sets the TensorRows of an open GGUF file's tensors, which put their rows in Hugging Face's order.
 */
void model_gguf_order(TensorFile *file, const ModelConfig *config);

/* Reads the tensor rope_freqs.weight, by which Llama 3 scales RoPE's frequencies, into
 * model->rope_divisor. True also where there is no such tensor; false, with *error set, where it
 * has another shape or bad values. */
bool model_gguf_divisor(Model *model, Error *error);

#endif
