/* Reading a GGUF file's head, for gguf.c and gguf_tensors.c alone: nothing is read past its end. */
#ifndef DOCMEM_GGUF_CURSOR_H
#define DOCMEM_GGUF_CURSOR_H
#include "file/gguf.h"

typedef struct {
    const char *begin, *at, *end; /* of the file */
    const char *path;
    Error *error;
} GgufCursor;

/* Whether `bytes` more are there, at cursor->at; else false with the reason. */
bool cursor_has(const GgufCursor *cursor, size_t bytes);
bool cursor_u32(GgufCursor *cursor, uint32_t *value);
bool cursor_u64(GgufCursor *cursor, uint64_t *value);
/* The next text as a new string: UTF-8 without NUL of 1 to `limit` bytes; `what` names it in
 * messages. */
bool cursor_name(GgufCursor *cursor, const char *what, size_t limit, char **name);

/* The tensors' entries and their places; `count` of them are promised. */
bool gguf_read_tensors(TensorFile *file, TensorShard *shard, GgufCursor *cursor, uint64_t count);

#endif
