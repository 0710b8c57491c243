/* The tokens that begin and end a text, as the files beside a tokenizer.json say. */
#include "base/alloc.h"
#include "file/json_strict.h"
#include "file/kind.h"
#include "tokenizer/tokenizer_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Path of the file `name` in the folder of `path`; freed by the caller. */
static char *beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0, size = folder + strlen(name) + 1;
    char *other = alloc_zeroed(size, 1);
    snprintf(other, size, "%.*s%s", (int)folder, path, name);
    return other;
}

/* *json = the parsed file, or NULL where there is none. False where it cannot be read or is not
 * JSON. */
static bool read_beside(const char *path, json_t **json, Error *error)
{
    json_error_t problem;
    *json = NULL;
    FILE *file = fopen(path, "rb");
    if (!file)
        return errno == ENOENT || errno == ENOTDIR ||
               fail(error, "%s: cannot be read (%s); check its permissions", path, errno_text());
    *json = json_python_file(file, 0, &problem);
    fclose(file);
    if (!*json && !kind_tell_file(path, KIND_TEXT, error))
        fail(error, "%s:%d: not JSON (%s); fetch the file again", path, problem.line, problem.text);
    return *json;
}

/* Reads a field that names a token: by its text, by an object with its text as "content", by its
 * id, or by a list whose first id counts. Leaves *id alone where the field is absent, null, an
 * empty text or list, or −1. False where the tokenizer has no such token. */
static bool read_token(const Tokenizer *tokenizer, const char *path, const char *name,
                       const json_t *field, int32_t *id, Error *error)
{
    const json_t *content = json_object_get(field, "content"), *first = json_array_get(field, 0);
    const char *text = json_string_value(content ? content : field);
    const json_t *number = first ? first : field;
    bool empty = text ? !*text : json_is_integer(number) && json_integer_value(number) == -1;
    if (!field || json_is_null(field) || (json_is_array(field) && !first) || empty)
        return true;
    int64_t value = text                      ? tokenizer_find(tokenizer, text)
                    : json_is_integer(number) ? json_integer_value(number)
                                              : -1;
    if (value < 0 || (size_t)value >= tokenizer_size(tokenizer))
        return fail(error,
                    "%s: %s is no token of the tokenizer.json beside it; fetch both again, or save "
                    "the tokenizer again (save_pretrained of transformers)",
                    path, name);
    *id = (int32_t)value;
    return true;
}

/* Asks one file for each of ids[0] (bos) and ids[1] (eos) that is still −1. */
static bool ask_file(const Tokenizer *tokenizer, const char *name, const char *suffix,
                     int32_t ids[2], Error *error)
{
    static const char *const ends[] = {"bos", "eos"};
    char *path = beside(tokenizer->path, name);
    json_t *json;
    bool ok = read_beside(path, &json, error);
    for (int i = 0; ok && i < 2; i++) {
        char field[32];
        snprintf(field, sizeof field, "%s_token%s", ends[i], suffix);
        if (ids[i] < 0)
            ok = read_token(tokenizer, path, field, json_object_get(json, field), &ids[i], error);
    }
    json_decref(json);
    free(path);
    return ok;
}

/* Notes a token that transformers adds from a file beside, and the tokenizer has not. */
static void note_added(Tokenizer *tokenizer, const char *path, const char *text)
{
    if (text && tokenizer_find(tokenizer, text) < 0 && !*tokenizer->note.text)
        fail(&tokenizer->note,
             "%s: transformers adds \"%.60s\" from it, which tokenizer.json lacks and docmem "
             "therefore splits; save the tokenizer again (save_pretrained) if texts have it",
             path, text);
}

/* Looks for tokens that transformers adds: added_tokens_decoder of tokenizer_config.json lists them
 * by id, the older added_tokens.json by text. */
static bool look_for_added(Tokenizer *tokenizer, Error *error)
{
    char *config = beside(tokenizer->path, "tokenizer_config.json");
    char *older = beside(tokenizer->path, "added_tokens.json");
    const char *key;
    json_t *json = NULL, *of_older = NULL, *token;
    bool ok = read_beside(config, &json, error) && read_beside(older, &of_older, error);
    json_object_foreach (json_object_get(json, "added_tokens_decoder"), key, token)
        note_added(tokenizer, config, json_string_value(json_object_get(token, "content")));
    json_object_foreach (of_older, key, token)
        note_added(tokenizer, older, key);
    json_decref(json), json_decref(of_older);
    free(config), free(older);
    return ok;
}

bool file_ends(Tokenizer *tokenizer, Error *error)
{
    int32_t ids[2] = {tokenizer->adds_bos ? tokenizer->bos : -1, -1};
    if (!ask_file(tokenizer, "tokenizer_config.json", "", ids, error) ||
        !ask_file(tokenizer, "special_tokens_map.json", "", ids, error) ||
        !ask_file(tokenizer, "config.json", "_id", ids, error) ||
        !ask_file(tokenizer, "generation_config.json", "_id", ids, error))
        return false;
    tokenizer->bos = ids[0] >= 0 ? ids[0] : tokenizer->bos;
    tokenizer->eos = ids[1] >= 0 ? ids[1] : tokenizer->eos;
    return look_for_added(tokenizer, error);
}
