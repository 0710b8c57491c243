/* Checks the tensors of a checkpoint that are no parameter of the model: known buffers are ignored,
 * any others are an error. */
#ifndef DOCMEM_LEFTOVER_H
#define DOCMEM_LEFTOVER_H
#include "model/model.h"

/* Whether `name` is a buffer that published checkpoints store but that no computation here needs: a
 * rotary table or a causal mask. */
bool leftover_is_buffer(const char *name);

/* False, with *error set, where the file has a tensor that is neither a parameter nor a buffer, or
 * where the configuration names an unsupported architecture (config.other). The message names a few
 * such tensors and what they suggest. taken (file.count), in the order of file.tensors, marks the
 * parameters. `missing` is a parameter that the file lacks or has in another shape or type, or
 * NULL. The message names it too, since it may be stored under another name. */
bool leftover_check(const Model *model, const bool *taken, const char *missing, Error *error);

#endif
