/* GGUF, llama.cpp's model format: metadata, here called settings, and tensors in one file.
 *
 * A file is "GGUF", the version (2 or 3), the number of tensors, the number of settings; the
 * settings, each a key, a type and a value; for each tensor its name, dimensions (columns first),
 * type and offset; then, from the next multiple of general.alignment on, the tensors' data, each
 * tensor at such a multiple. Numbers are little-endian
 * (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). tensors_open opens a GGUF file as it
 * does safetensors; this header reads the settings. */
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

/* A setting: one value, or a list of `count` values of one type. Lists of lists are refused. */
typedef struct {
    char *key; /* owned */
    bool is_list;
    GgufType type;    /* of the value, or of each value in the list */
    size_t count;     /* 1, or the list's length */
    const char *data; /* the first value, in the mapped file */
} GgufSetting;

/* The settings of an open file; owned by its TensorFile. */
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
/* The setting's value as a new JSON value, which the caller releases: an integer, a real, a string
 * or a boolean. NULL if `setting` is NULL or a list, or JSON cannot hold its value (a text that is
 * not UTF-8, a number that is not finite or too large). */
json_t *gguf_json(const GgufSetting *setting);
/* The text called `key`, NUL-terminated and freed by the caller; NULL if there is none or it holds
 * a NUL. */
char *gguf_text(const Gguf *gguf, const char *key);
/* Sets *value to the number called `key`; false if there is none. */
bool gguf_number(const Gguf *gguf, const char *key, double *value);
/* The boolean called `key`, or `missing` if there is none. */
bool gguf_flag(const Gguf *gguf, const char *key, bool missing);

/* The list called `key` of values of this type, or NULL with the reason in *error. */
const GgufSetting *gguf_list(const Gguf *gguf, const char *key, GgufType type, Error *error);
/* The next text of a list: *length bytes in the mapped file, not NUL-terminated. *at starts as
 * setting->data and moves to the text after it. At most setting->count calls. */
const char *gguf_next_text(const char **at, size_t *length);
/* Element i of a list of F32; of a list of I32 or U32. */
float gguf_real_at(const GgufSetting *list, size_t i);
int32_t gguf_int_at(const GgufSetting *list, size_t i);

/* For safetensors_shard.c alone. Reads the mapped GGUF file of `shard` into shard->gguf and appends
 * its tensors to file->tensors in the order of their data. False with the reason in *error; the
 * shard owns what was read until then. */
bool gguf_read(TensorFile *file, TensorShard *shard, Error *error);
void gguf_free(Gguf *gguf);

#endif
