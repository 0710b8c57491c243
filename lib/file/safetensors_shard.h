/* One .safetensors file of a TensorFile; for safetensors.c alone. */
#ifndef DOCMEM_SAFETENSORS_SHARD_H
#define DOCMEM_SAFETENSORS_SHARD_H
#include "file/safetensors.h"

/* Opens `path` (taken over) as the next shard of `file` and appends its tensors
 * to file->tensors in the order of their data. On failure the shard, perhaps
 * half open, still belongs to `file`, which shard_close frees. */
bool shard_open(TensorFile *file, char *path, Error *error);
void shard_close(TensorShard *shard);

#endif
