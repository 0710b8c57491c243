/* GGUF, llama.cpp's form of a model: settings and tensors in one file.
 *
 * A file is "GGUF", the version (2 or 3), the numbers of tensors and of settings; the settings,
 * each a key, a type and a value; for each tensor its name, sizes (columns first), type and offset;
 * then, at the next multiple of general.alignment, the tensors' data, each at such a multiple.
 * Numbers are little-endian (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md).
 * tensors_open opens one as it does safetensors; here is what else it holds. */
#ifndef DOCMEM_GGUF_H
#define DOCMEM_GGUF_H
#include "file/safetensors.h"

#include <jansson.h>

typedef enum {
    GGUF_U8,
    GGUF_I8,
    GGUF_U16,
    GGUF_I16,
    GGUF_U32,
    GGUF_I32,
    GGUF_F32,
    GGUF_BOOL,
    GGUF_TEXT,
    GGUF_LIST,
    GGUF_U64,
    GGUF_I64,
    GGUF_F64,
    GGUF_TYPES
} GgufType;

/* A setting: one value, or a list of `count` values, all of one type and none a list. */
typedef struct {
    char *key; /* owned */
    bool is_list;
    GgufType type;    /* of the value, or of each in the list */
    size_t count;     /* 1, or that of the list */
    const char *data; /* the first value, in the file */
} GgufSetting;

/* The settings of an open file; it belongs to its TensorFile. */
typedef struct Gguf {
    const char *path;      /* borrowed */
    GgufSetting *settings; /* (count) sorted by key */
    size_t count, capacity;
    char **names; /* (names_count) of the tensors; owned */
    size_t names_count, names_capacity;
} Gguf;

/* Whether there is a file at `path` that begins with "GGUF". */
bool gguf_is(const char *path);
/* The settings of an open file, or NULL where it is not GGUF. */
const Gguf *gguf_of(const TensorFile *file);

/* The setting called `key`, or NULL. */
const GgufSetting *gguf_find(const Gguf *gguf, const char *key);
/* A single value as a new JSON value: a whole number, a real, a text or a boolean; NULL where
 * `setting` is NULL or a list, or its value has no JSON (a text that is not UTF-8, a number that is
 * not finite or too large). */
json_t *gguf_json(const GgufSetting *setting);
/* A single text as a new NUL-terminated string, or NULL where there is none or it holds a NUL. */
char *gguf_text(const Gguf *gguf, const char *key);
/* A single number, into *value; false where there is none or it is not one. */
bool gguf_number(const Gguf *gguf, const char *key, double *value);
/* A single boolean, or `missing`. */
bool gguf_flag(const Gguf *gguf, const char *key, bool missing);

/* The list called `key` of values of this type, or NULL with the reason in *error. */
const GgufSetting *gguf_list(const Gguf *gguf, const char *key, GgufType type, Error *error);
/* The next text of a list: *at starts as setting->data; *length bytes, not NUL-terminated. */
const char *gguf_next_text(const char **at, size_t *length);
/* Number i of a list of F32, I32 or U32. */
float gguf_real_at(const GgufSetting *list, size_t i);
int32_t gguf_int_at(const GgufSetting *list, size_t i);

/* For safetensors_shard.c alone. Reads the mapped file of `shard`, which is GGUF, into shard->gguf
 * and appends its tensors to file->tensors in the order of their data. False with the reason in
 * *error; what has been read belongs to the shard. */
bool gguf_read(TensorFile *file, TensorShard *shard, Error *error);
void gguf_free(Gguf *gguf);

#endif
