/* Reads a GGUF file's header, never past the file's end; for gguf.c and gguf_tensors.c alone. */
#ifndef DOCMEM_GGUF_CURSOR_H
#define DOCMEM_GGUF_CURSOR_H
#include "file/gguf.h"

typedef struct {
    const char *begin, *at, *end; /* of the file */
    const char *path;
    Error *error;
} GgufCursor;

/* Whether `bytes` more bytes follow at cursor->at; else false with the reason in *cursor->error. */
bool cursor_has(const GgufCursor *cursor, size_t bytes);
/* Reads a number and moves behind it; false as cursor_has. */
bool cursor_u32(GgufCursor *cursor, uint32_t *value);
bool cursor_u64(GgufCursor *cursor, uint64_t *value);
/* Reads the next text, UTF-8 of 1 to `limit` bytes without NUL, into *name, which the caller frees;
 * `what` names it in messages. */
bool cursor_name(GgufCursor *cursor, const char *what, size_t limit, char **name);

/* Reads the entries of the `count` tensors that the header announces, appends them to file->tensors
 * and finds their data. False with the reason in *cursor->error. */
bool gguf_read_tensors(TensorFile *file, TensorShard *shard, GgufCursor *cursor, uint64_t count);

#endif
