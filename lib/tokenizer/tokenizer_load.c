/* Opens a tokenizer: finds and parses the file, and checks its top level. tokenizer_model.c and
 * tokenizer_steps.c read its parts. */
#include "base/alloc.h"
#include "file/absent.h"
#include "file/gguf.h"
#include "file/json_strict.h"
#include "file/kind.h"
#include "tokenizer/tokenizer_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- Fields ---- */

bool file_fields(const TokenizerFile *file, const json_t *object, const char *what,
                 const char *const *known)
{
    const char *name;
    json_t *value;
    if (!json_is_object(object))
        return fail(file->error, "%s: %s: not an object; take a whole tokenizer.json", file->path,
                    what);
    json_object_foreach ((json_t *)object, name, value) {
        const char *const *field = known;
        while (*field && strcmp(*field, name) != 0)
            field++;
        if (!*field)
            return fail(file->error,
                        "%s: %s.%s: docmem does not know this field; choose another model",
                        file->path, what, name);
    }
    return true;
}

static bool wrong_field(const TokenizerFile *file, const char *what, const char *name,
                        const char *wanted)
{
    return fail(file->error, "%s: %s.%s: missing, or not %s; take a whole tokenizer.json",
                file->path, what, name, wanted);
}

bool file_flag(const TokenizerFile *file, const json_t *object, const char *what, const char *name,
               bool missing, bool *value)
{
    const json_t *field = json_object_get(object, name);
    *value = field ? json_is_true(field) : missing;
    return !field || json_is_boolean(field) || wrong_field(file, what, name, "true or false");
}

bool file_wanted_flag(const TokenizerFile *file, const json_t *object, const char *what,
                      const char *name, bool *value)
{
    *value = false;
    return json_object_get(object, name) ? file_flag(file, object, what, name, false, value)
                                         : wrong_field(file, what, name, "true or false");
}

bool file_text(const TokenizerFile *file, const json_t *object, const char *what, const char *name,
               const char **value)
{
    *value = json_string_value(json_object_get(object, name));
    return (*value && **value) || wrong_field(file, what, name, "a text with characters");
}

bool file_number(const TokenizerFile *file, const json_t *object, const char *what,
                 const char *name, int64_t limit, int64_t *value)
{
    const json_t *field = json_object_get(object, name);
    *value = json_integer_value(field);
    if (!json_is_integer(field))
        return wrong_field(file, what, name, "a whole number");
    return (*value >= 0 && *value < limit) ||
           fail(file->error, "%s: %s.%s: %lld is outside 0 to %lld; take a whole tokenizer.json",
                file->path, what, name, (long long)*value, (long long)limit - 1);
}

const char *file_type(const TokenizerFile *file, const json_t *object, const char *what)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    if (!type)
        wrong_field(file, what, "type", "a text");
    return type;
}

bool file_refuse(const TokenizerFile *file, const char *what, const char *value)
{
    return fail(file->error, "%s: %s: %s is not supported; choose another model", file->path, what,
                value);
}

/* ---- The file ---- */

static bool check_size(const TokenizerFile *file)
{
    enum { FILE_LIMIT = 1 << 28 };
    struct stat status;
    bool absent = stat(file->path, &status) != 0;
    if (absent && absent_tell(file->path, ABSENT_TOKENIZER, file->error))
        return false;
    if (absent)
        return fail(file->error, "%s: cannot be read (%s); check the path", file->path,
                    errno_text());
    if (!S_ISREG(status.st_mode))
        return fail(file->error, "%s: not a file; name the tokenizer.json itself", file->path);
    return status.st_size <= FILE_LIMIT ||
           fail(file->error, "%s: %lld bytes are too many for a tokenizer.json; check the path",
                file->path, (long long)status.st_size);
}

static json_t *read_json(const TokenizerFile *file)
{
    json_error_t problem;
    if (!check_size(file))
        return NULL;
    FILE *stream = fopen(file->path, "rb");
    if (!stream) {
        fail(file->error, "%s: cannot be read (%s); check its permissions", file->path,
             errno_text());
        return NULL;
    }
    json_t *root = json_strict_file(stream, JSON_REJECT_DUPLICATES, &problem);
    bool whole = root || !ferror(stream);
    if (!whole)
        fail(file->error, "%s: cannot be read whole (%s); check the disk", file->path,
             errno_text());
    fclose(stream);
    if (!root && whole && !kind_tell_file(file->path, KIND_TEXT, file->error))
        fail(file->error, "%s:%d: not JSON (%s at byte %d); fetch the file again", file->path,
             problem.line, problem.text, problem.position);
    return root;
}

static bool check_root(const TokenizerFile *file, const json_t *root)
{
    static const char *const known[] = {
        "version",       "truncation",     "padding", "added_tokens", "normalizer",
        "pre_tokenizer", "post_processor", "decoder", "model",        NULL};
    static const char *const unsupported[] = {"truncation", "padding"};
    if (!file_fields(file, root, "the file", known))
        return false;
    for (int i = 0; i < 2; i++) {
        const json_t *field = json_object_get(root, unsupported[i]);
        if (field && !json_is_null(field))
            return fail(file->error,
                        "%s: %s: is set, and texts are neither cut nor padded here, as by "
                        "transformers unless asked; set it to null",
                        file->path, unsupported[i]);
    }
    const char *version = json_string_value(json_object_get(root, "version"));
    return (version && strcmp(version, "1.0") == 0) ||
           file_refuse(file, "version", version ? version : "a file without one");
}

/* Id of a special added token: of `name`, else of `other`; −1 where there is neither. */
static int32_t find_special(const Tokenizer *tokenizer, const char *name, const char *other)
{
    const char *const names[] = {name, other};
    for (int n = 0; n < 2; n++)
        for (size_t i = 0; i < tokenizer->added_count; i++)
            if (tokenizer->added[i].special && !strcmp(tokenizer->added[i].content, names[n]))
                return tokenizer->added[i].id;
    return -1;
}

static bool read_root(const TokenizerFile *file, const json_t *root, Tokenizer *tokenizer)
{
    if (!check_root(file, root) || !file_model(file, root, &tokenizer->bpe) ||
        !file_normalizer(file, root, &tokenizer->normalizer) ||
        !file_pretokenizer(file, root, &tokenizer->pretokenizer) ||
        !file_decoder(file, root, &tokenizer->decoder) || !file_added(file, root, tokenizer) ||
        !file_post_processor(file, root, tokenizer->size, &tokenizer->bos))
        return false;
    tokenizer->adds_bos = tokenizer->bos >= 0;
    if (!tokenizer->adds_bos)
        tokenizer->bos = find_special(tokenizer, "<s>", "<|endoftext|>");
    tokenizer->eos = find_special(tokenizer, "</s>", "<|endoftext|>");
    return file_ends(tokenizer, file->error);
}

bool tokenizer_load(Tokenizer *tokenizer, const char *path, Error *error)
{
    TokenizerFile file = {path, error};
    *tokenizer = (Tokenizer){.path = alloc_text(path)};
    bool gguf = gguf_is(path);
    json_t *root = gguf ? NULL : read_json(&file);
    bool ok = gguf ? tokenizer_load_gguf(tokenizer, path, error)
                   : root && read_root(&file, root, tokenizer);
    json_decref(root);
    if (!ok)
        tokenizer_free(tokenizer);
    return ok;
}

/* "FOLDER/tokenizer.json", freed by the caller. The folder is the first `length` bytes of `path`.
 */
static char *json_in(const char *path, size_t length)
{
    size_t size = length + sizeof "/tokenizer.json";
    char *json = alloc_zeroed(size, 1);
    snprintf(json, size, "%.*s/tokenizer.json", (int)length, path);
    return json;
}

/* Whether `path` names a file rather than a folder; one that does not exist is judged by its name.
 */
static bool is_file(const char *path)
{
    struct stat status;
    size_t length = strlen(path);
    if (stat(path, &status) == 0)
        return S_ISREG(status.st_mode);
    return length >= 5 && strcmp(path + length - 5, ".json") == 0;
}

bool tokenizer_open(Tokenizer *tokenizer, const char *model, Error *error)
{
    bool file = is_file(model);
    const char *slash = strrchr(model, '/');
    char *json = !file   ? json_in(model, strlen(model))
                 : slash ? json_in(model, (size_t)(slash - model))
                         : alloc_text("tokenizer.json");
    bool beside = file && gguf_is(model) && access(json, F_OK) == 0;
    bool ok = tokenizer_load(tokenizer, file && !beside ? model : json, error);
    if (ok && beside)
        fail(&tokenizer->note,
             "%s: is used in place of the tokenizer inside %s; move it away to "
             "use that",
             json, model);
    free(json);
    return ok;
}
