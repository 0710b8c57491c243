/* Tensors of a checkpoint that no parameter takes: known buffers pass, others are refused. */
#ifndef DOCMEM_LEFTOVER_H
#define DOCMEM_LEFTOVER_H
#include "model/model.h"

/* Whether `name` is a buffer that published checkpoints of the families store and no product reads:
 * rotary tables, causal masks. */
bool leftover_is_buffer(const char *name);

/* False where a tensor of the model's file that is no buffer is not taken, naming some of them and
 * what they tell, or where the configuration names an architecture that is none of ours. taken
 * (file.count) in the order of file.tensors. `missing` is a parameter that the file lacks or has in
 * another form, or NULL: the line names it too, since it may be there under another name. */
bool leftover_check(const Model *model, const bool *taken, const char *missing, Error *error);

#endif
