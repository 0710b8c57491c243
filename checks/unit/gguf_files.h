/* GGUF files that checks make for themselves, setting by setting. */
#ifndef DOCMEM_GGUF_FILES_H
#define DOCMEM_GGUF_FILES_H
#include "base/text.h"
#include "file/gguf.h"

#include <string.h>

#include "fixture.h"

/* A file in the making. Starts as {.version = 3}. */
typedef struct {
    Text settings, tensors, data;
    uint64_t setting_count, tensor_count;
    uint32_t version;
} GgufDraft;

static inline void gguf_put(Text *text, const void *bytes, size_t count)
{
    text_append(text, bytes, count);
}

static inline void gguf_put_u32(Text *text, uint32_t value)
{
    gguf_put(text, &value, sizeof value);
}

static inline void gguf_put_u64(Text *text, uint64_t value)
{
    gguf_put(text, &value, sizeof value);
}

static inline void gguf_put_text(Text *text, const char *value)
{
    gguf_put_u64(text, strlen(value));
    gguf_put(text, value, strlen(value));
}

/* Begins a setting; its value follows in draft->settings. */
static inline void gguf_key(GgufDraft *draft, const char *key, uint32_t type)
{
    gguf_put_text(&draft->settings, key);
    gguf_put_u32(&draft->settings, type);
    draft->setting_count++;
}

static inline void gguf_set_text(GgufDraft *draft, const char *key, const char *value)
{
    gguf_key(draft, key, GGUF_TEXT);
    gguf_put_text(&draft->settings, value);
}

static inline void gguf_set_u32(GgufDraft *draft, const char *key, uint32_t value)
{
    gguf_key(draft, key, GGUF_U32);
    gguf_put_u32(&draft->settings, value);
}

static inline void gguf_set_f32(GgufDraft *draft, const char *key, float value)
{
    gguf_key(draft, key, GGUF_F32);
    gguf_put(&draft->settings, &value, sizeof value);
}

static inline void gguf_set_flag(GgufDraft *draft, const char *key, bool value)
{
    gguf_key(draft, key, GGUF_BOOL);
    gguf_put(&draft->settings, &value, 1);
}

/* Begins a list of `count` values, which follow in draft->settings. */
static inline void gguf_begin_list(GgufDraft *draft, const char *key, uint32_t type, uint64_t count)
{
    gguf_key(draft, key, GGUF_LIST);
    gguf_put_u32(&draft->settings, type);
    gguf_put_u64(&draft->settings, count);
}

/* A tensor of `rank` sizes, columns first, at `offset`. */
static inline void gguf_add(GgufDraft *draft, const char *name, uint32_t rank,
                            const uint64_t *sizes, uint32_t type, uint64_t offset)
{
    gguf_put_text(&draft->tensors, name);
    gguf_put_u32(&draft->tensors, rank);
    for (uint32_t i = 0; i < rank; i++)
        gguf_put_u64(&draft->tensors, sizes[i]);
    gguf_put_u32(&draft->tensors, type);
    gguf_put_u64(&draft->tensors, offset);
    draft->tensor_count++;
}

/* Appends `count` zeroes of data, filled up to a multiple of 32. */
static inline void gguf_zeroes(GgufDraft *draft, size_t count)
{
    for (size_t i = 0; i < (count + 31) / 32 * 32; i++)
        gguf_put(&draft->data, "", 1);
}

/* Writes the file `name` of the scratch folder, frees the draft and returns the path. */
static inline const char *gguf_write(GgufDraft *draft, const char *name)
{
    Text all = {0};
    gguf_put(&all, "GGUF", 4);
    gguf_put_u32(&all, draft->version);
    gguf_put_u64(&all, draft->tensor_count);
    gguf_put_u64(&all, draft->setting_count);
    gguf_put(&all, draft->settings.bytes, draft->settings.length);
    gguf_put(&all, draft->tensors.bytes, draft->tensors.length);
    while (draft->tensor_count && all.length % 32)
        gguf_put(&all, "", 1);
    gguf_put(&all, draft->data.bytes, draft->data.length);
    const char *path = fixture_file(name, all.bytes, all.length);
    text_free(&draft->settings), text_free(&draft->tensors), text_free(&draft->data);
    text_free(&all);
    *draft = (GgufDraft){.version = 3};
    return path;
}

#endif
