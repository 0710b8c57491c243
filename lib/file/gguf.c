/* A cursor walks over the mapped bytes and checks each step against the end of the file before it
 * reads. A setting keeps only where its value is; the value is decoded when it is asked for. */
#include "file/gguf.h"

#include "base/alloc.h"
#include "base/text.h"
#include "file/gguf_cursor.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_LIMIT = 65535, TEXT_HEAD = 8 /* bytes that hold a text's length */ };

/* Bytes of a value of each type; 0 for a text, which holds its own length. */
static const size_t sizes[GGUF_TYPES] = {
    [GGUF_U8] = 1,  [GGUF_I8] = 1,   [GGUF_U16] = 2, [GGUF_I16] = 2, [GGUF_U32] = 4, [GGUF_I32] = 4,
    [GGUF_F32] = 4, [GGUF_BOOL] = 1, [GGUF_U64] = 8, [GGUF_I64] = 8, [GGUF_F64] = 8};

/* ---- Reading ---- */

bool cursor_has(const GgufCursor *cursor, size_t bytes)
{
    return bytes <= (size_t)(cursor->end - cursor->at) ||
           fail(cursor->error, "%s:%zu: the file ends where its head goes on; fetch it again",
                cursor->path, (size_t)(cursor->at - cursor->begin));
}

bool cursor_u32(GgufCursor *cursor, uint32_t *value)
{
    if (!cursor_has(cursor, sizeof *value))
        return false;
    memcpy(value, cursor->at, sizeof *value);
    cursor->at += sizeof *value;
    return true;
}

bool cursor_u64(GgufCursor *cursor, uint64_t *value)
{
    if (!cursor_has(cursor, sizeof *value))
        return false;
    memcpy(value, cursor->at, sizeof *value);
    cursor->at += sizeof *value;
    return true;
}

/* Skips a text: its length, then that many bytes. */
static bool skip_text(GgufCursor *cursor)
{
    uint64_t length;
    if (!cursor_u64(cursor, &length) || !cursor_has(cursor, length))
        return false;
    cursor->at += length;
    return true;
}

bool cursor_name(GgufCursor *cursor, const char *what, size_t limit, char **name)
{
    const char *begin = cursor->at;
    size_t place = (size_t)(begin - cursor->begin);
    if (!skip_text(cursor))
        return false;
    const char *bytes = begin + TEXT_HEAD;
    size_t length = (size_t)(cursor->at - bytes);
    if (length == 0 || length > limit || memchr(bytes, 0, length) ||
        utf8_valid(bytes, length) != length)
        return fail(cursor->error,
                    "%s:%zu: %s is not a text of 1 to %zu bytes; fetch the file again",
                    cursor->path, place, what, limit);
    *name = alloc_text_n(bytes, length);
    return true;
}

/* Skips the setting's values. */
static bool skip_values(GgufCursor *cursor, const GgufSetting *setting)
{
    size_t bytes = sizes[setting->type];
    if (!size_mul(setting->count, bytes ? bytes : TEXT_HEAD, &bytes))
        bytes = SIZE_MAX;
    if (!cursor_has(cursor, bytes)) /* of texts: the least they can take */
        return false;
    if (sizes[setting->type]) {
        cursor->at += bytes;
        return true;
    }
    for (size_t i = 0; i < setting->count; i++)
        if (!skip_text(cursor))
            return false;
    return true;
}

static bool read_type(GgufCursor *cursor, const char *key, GgufType *type)
{
    uint32_t number;
    if (!cursor_u32(cursor, &number))
        return false;
    *type = (GgufType)number;
    return number < GGUF_TYPES || fail(cursor->error,
                                       "%s: %s has type %u, which is none of GGUF's; fetch the "
                                       "file again",
                                       cursor->path, key, (unsigned)number);
}

static bool read_value(GgufCursor *cursor, GgufSetting *setting)
{
    uint64_t count = 1;
    if (!read_type(cursor, setting->key, &setting->type))
        return false;
    setting->is_list = setting->type == GGUF_LIST;
    if (setting->is_list) {
        if (!read_type(cursor, setting->key, &setting->type) || !cursor_u64(cursor, &count))
            return false;
        if (setting->type == GGUF_LIST)
            return fail(cursor->error,
                        "%s: %s is a list of lists, which docmem does not read; "
                        "choose another model",
                        cursor->path, setting->key);
    }
    setting->count = count;
    setting->data = cursor->at;
    return skip_values(cursor, setting);
}

static int by_key(const void *a, const void *b)
{
    return strcmp(((const GgufSetting *)a)->key, ((const GgufSetting *)b)->key);
}

static bool read_settings(Gguf *gguf, GgufCursor *cursor, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        char *key;
        if (!cursor_name(cursor, "the key of a setting", KEY_LIMIT, &key))
            return false;
        gguf->settings =
            alloc_grow(gguf->settings, &gguf->capacity, gguf->count + 1, sizeof *gguf->settings);
        GgufSetting *setting = &gguf->settings[gguf->count++];
        *setting = (GgufSetting){.key = key};
        if (!read_value(cursor, setting))
            return false;
    }
    if (gguf->count)
        qsort(gguf->settings, gguf->count, sizeof *gguf->settings, by_key);
    for (size_t i = 1; i < gguf->count; i++)
        if (strcmp(gguf->settings[i - 1].key, gguf->settings[i].key) == 0)
            return fail(cursor->error, "%s: %s stands there twice; fetch the file again",
                        cursor->path, gguf->settings[i].key);
    return true;
}

static bool read_version(GgufCursor *cursor)
{
    uint32_t version;
    cursor->at += 4;
    if (!cursor_u32(cursor, &version))
        return false;
    if (version != 0 && (version & 0xffff) == 0)
        return fail(cursor->error,
                    "%s: is a big-endian GGUF file, and only little-endian ones are supported; "
                    "fetch the usual one",
                    cursor->path);
    return version == 2 || version == 3 ||
           fail(cursor->error,
                "%s: is GGUF version %u, and only 2 and 3 are supported; convert the model "
                "again with a newer llama.cpp",
                cursor->path, (unsigned)version);
}

static bool check_whole(const Gguf *gguf, Error *error)
{
    double parts;
    return !gguf_number(gguf, "split.count", &parts) || parts <= 1 ||
           fail(error,
                "%s: is one of %g parts of a split model; join them with llama-gguf-split "
                "--merge and name the whole",
                gguf->path, parts);
}

bool gguf_read(TensorFile *file, TensorShard *shard, Error *error)
{
    const char *bytes = shard->map;
    GgufCursor cursor = {bytes, bytes, bytes + shard->bytes, shard->path, error};
    uint64_t tensors, settings;
    shard->gguf = alloc_zeroed(1, sizeof *shard->gguf);
    shard->gguf->path = shard->path;
    return read_version(&cursor) && cursor_u64(&cursor, &tensors) &&
           cursor_u64(&cursor, &settings) && read_settings(shard->gguf, &cursor, settings) &&
           check_whole(shard->gguf, error) && gguf_read_tensors(file, shard, &cursor, tensors);
}

void gguf_free(Gguf *gguf)
{
    if (!gguf)
        return;
    for (size_t i = 0; i < gguf->count; i++)
        free(gguf->settings[i].key);
    for (size_t i = 0; i < gguf->names_count; i++)
        free(gguf->names[i]);
    free(gguf->settings);
    free(gguf->names);
    free(gguf);
}

/* ---- Looking up settings ---- */

bool gguf_is(const char *path)
{
    char magic[4];
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return false;
    bool is = fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) &&
              read(descriptor, magic, sizeof magic) == (ssize_t)sizeof magic &&
              memcmp(magic, "GGUF", sizeof magic) == 0;
    close(descriptor);
    return is;
}

const Gguf *gguf_of(const TensorFile *file)
{
    return file->shards_count ? file->shards[0].gguf : NULL;
}

const GgufSetting *gguf_find(const Gguf *gguf, const char *key)
{
    GgufSetting wanted = {.key = (char *)(uintptr_t)key};
    return gguf->count
               ? bsearch(&wanted, gguf->settings, gguf->count, sizeof *gguf->settings, by_key)
               : NULL;
}

/* The integer of this type at `data`; a U64 above INT64_MAX comes out negative. */
static int64_t whole(GgufType type, const char *data)
{
    uint64_t bits = 0;
    size_t size = sizes[type];
    memcpy(&bits, data, size);
    bool is_signed = type == GGUF_I8 || type == GGUF_I16 || type == GGUF_I32;
    if (is_signed && bits >> (8 * size - 1))
        bits |= ~(uint64_t)0 << 8 * size;
    return (int64_t)bits;
}

static double real(GgufType type, const char *data)
{
    float narrow;
    double wide;
    if (type == GGUF_F32) {
        memcpy(&narrow, data, sizeof narrow);
        return narrow;
    }
    memcpy(&wide, data, sizeof wide);
    return wide;
}

json_t *gguf_json(const GgufSetting *setting)
{
    if (!setting || setting->is_list)
        return NULL;
    const char *at = setting->data;
    size_t length;
    switch (setting->type) {
    case GGUF_TEXT:
        at = gguf_next_text(&at, &length);
        return json_stringn(at, length);
    case GGUF_BOOL:
        return json_boolean(*at);
    case GGUF_F32:
    case GGUF_F64:
        return json_real(real(setting->type, at));
    case GGUF_U64:
        return whole(GGUF_U64, at) < 0 ? NULL : json_integer(whole(GGUF_U64, at));
    default:
        return json_integer(whole(setting->type, at));
    }
}

char *gguf_text(const Gguf *gguf, const char *key)
{
    json_t *value = gguf_json(gguf_find(gguf, key));
    const char *text = json_string_value(value);
    char *copy = text && strlen(text) == json_string_length(value) ? alloc_text(text) : NULL;
    json_decref(value);
    return copy;
}

bool gguf_number(const Gguf *gguf, const char *key, double *number)
{
    json_t *value = gguf_json(gguf_find(gguf, key));
    bool is = json_is_number(value);
    *number = json_number_value(value);
    json_decref(value);
    return is;
}

bool gguf_flag(const Gguf *gguf, const char *key, bool missing)
{
    json_t *value = gguf_json(gguf_find(gguf, key));
    bool flag = json_is_boolean(value) ? json_is_true(value) : missing;
    json_decref(value);
    return flag;
}

const GgufSetting *gguf_list(const Gguf *gguf, const char *key, GgufType type, Error *error)
{
    const GgufSetting *list = gguf_find(gguf, key);
    if (list && list->is_list && list->type == type)
        return list;
    fail(error, "%s: %s is %s; convert the model again with llama.cpp", gguf->path, key,
         list ? "not the list it should be" : "missing");
    return NULL;
}

const char *gguf_next_text(const char **at, size_t *length)
{
    uint64_t bytes;
    memcpy(&bytes, *at, sizeof bytes);
    const char *text = *at + TEXT_HEAD;
    *length = bytes;
    *at = text + bytes;
    return text;
}

float gguf_real_at(const GgufSetting *list, size_t i)
{
    float value;
    memcpy(&value, list->data + i * sizeof value, sizeof value);
    return value;
}

int32_t gguf_int_at(const GgufSetting *list, size_t i)
{
    int32_t value;
    memcpy(&value, list->data + i * sizeof value, sizeof value);
    return value;
}
