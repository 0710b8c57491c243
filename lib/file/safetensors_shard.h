/* Opens one file of a TensorFile, .safetensors or GGUF; for safetensors.c alone. */
#ifndef DOCMEM_SAFETENSORS_SHARD_H
#define DOCMEM_SAFETENSORS_SHARD_H
#include "file/safetensors.h"

/* Opens `path`, of which it takes ownership, as the next shard of `file` and appends its tensors to
 * file->tensors in the order of their data. False with the reason in *error; the shard, perhaps
 * half open, belongs to `file` even then, and shard_close frees it. */
bool shard_open(TensorFile *file, char *path, Error *error);
void shard_close(TensorShard *shard);

#endif
