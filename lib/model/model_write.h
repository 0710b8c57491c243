/* Writes a trained model as the files of a Hugging Face folder. */
#ifndef DOCMEM_MODEL_WRITE_H
#define DOCMEM_MODEL_WRITE_H
#include "file/out.h"
#include "model/model.h"

/* Writes model.safetensors, with the published names, of a model whose parameters are float32 (made
 * by model_make). False, with *error set, where a value is not finite or writing fails. */
bool model_write_tensors(const Model *model, Out *out, Error *error);
/* Writes config.json of a Llama without biases, as transformers reads it. A write error shows when
 * `out` is committed. */
void model_write_config(const ModelConfig *config, Out *out);

#endif
