/* Writes a trained model as a Hugging Face folder, whole or not at all. */
#ifndef DOCMEM_MODEL_WRITE_H
#define DOCMEM_MODEL_WRITE_H
#include "file/out.h"
#include "model/model.h"

/* model.safetensors of a model whose parameters are float32, names as published. */
bool model_write_tensors(const Model *model, Out *out, Error *error);
/* config.json of a Llama model, as transformers reads it. */
void model_write_config(const ModelConfig *config, Out *out);

#endif
