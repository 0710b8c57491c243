/* Reads vocabulary, merges and added tokens of a tokenizer.json. */
#include "base/alloc.h"
#include "tokenizer/tokenizer_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- The model ---- */

static bool check_model(const TokenizerFile *file, const json_t *model, Bpe *bpe)
{
    static const char *const known[] = {"type",
                                        "dropout",
                                        "unk_token",
                                        "continuing_subword_prefix",
                                        "end_of_word_suffix",
                                        "fuse_unk",
                                        "byte_fallback",
                                        "ignore_merges",
                                        "vocab",
                                        "merges",
                                        NULL};
    static const char *const affixes[] = {"continuing_subword_prefix", "end_of_word_suffix"};
    const char *type = json_string_value(json_object_get(model, "type"));
    if (type && strcmp(type, "BPE") != 0)
        return file_refuse(file, "model.type", type);
    if (!file_fields(file, model, "model", known) || !file_type(file, model, "model"))
        return false;
    const json_t *dropout = json_object_get(model, "dropout");
    if (dropout && !json_is_null(dropout) &&
        !(json_is_number(dropout) && json_number_value(dropout) == 0))
        return file_refuse(file, "model.dropout", "random dropping of merges");
    for (int i = 0; i < 2; i++) {
        const json_t *affix = json_object_get(model, affixes[i]);
        if (affix && !json_is_null(affix) &&
            !(json_is_string(affix) && json_string_length(affix) == 0))
            return file_refuse(file, "model", affixes[i]);
    }
    return file_flag(file, model, "model", "fuse_unk", false, &bpe->fuse_unk) &&
           file_flag(file, model, "model", "byte_fallback", false, &bpe->byte_fallback) &&
           file_flag(file, model, "model", "ignore_merges", false, &bpe->ignore_merges);
}

/* *ids = the largest id of the vocabulary plus one. There may be as many holes as tokens plus
 * HOLES, so that the file's size bounds the memory. */
static bool count_ids(const TokenizerFile *file, json_t *vocab, size_t *ids)
{
    enum { HOLES = 1024 };
    const char *text;
    json_t *id;
    size_t most = 2 * json_object_size(vocab) + HOLES;
    *ids = 0;
    json_object_foreach (vocab, text, id) {
        json_int_t number = json_integer_value(id);
        if (!json_is_integer(id) || number < 0)
            return fail(file->error,
                        "%s: model.vocab: the id of %s is not a whole number from 0; take a whole "
                        "tokenizer.json",
                        file->path, text);
        if ((uintmax_t)number >= most)
            return fail(file->error,
                        "%s: model.vocab: the id %lld of %s leaves more holes than %zu tokens may "
                        "have; number them more closely, as the model was trained",
                        file->path, (long long)number, text, json_object_size(vocab));
        *ids = (size_t)number >= *ids ? (size_t)number + 1 : *ids;
    }
    return true;
}

/* token[id] = the token of that id; NULL stays for holes. False where two tokens have one id. */
static bool order_vocab(const TokenizerFile *file, json_t *vocab, const char **token)
{
    const char *text;
    json_t *id;
    json_object_foreach (vocab, text, id) {
        json_int_t number = json_integer_value(id);
        if (token[number])
            return fail(file->error,
                        "%s: model.vocab: %s and %s have the same id; take a whole tokenizer.json",
                        file->path, token[number], text);
        token[number] = text;
    }
    return true;
}

static bool read_vocab(const TokenizerFile *file, const json_t *model, Bpe *bpe)
{
    json_t *vocab = json_object_get(model, "vocab");
    size_t ids;
    bpe->token_count = json_object_size(vocab);
    if (bpe->token_count == 0)
        return fail(file->error, "%s: model.vocab: missing or empty; take a whole tokenizer.json",
                    file->path);
    if (!count_ids(file, vocab, &ids))
        return false;
    const char **token = alloc_zeroed(ids, sizeof *token);
    bool ok = order_vocab(file, vocab, token);
    for (size_t id = 0; ok && id < ids; id++) {
        char hole[24];
        snprintf(hole, sizeof hole, "%c%zu", BPE_HOLE, id);
        const char *text = token[id] ? token[id] : hole;
        names_intern(&bpe->vocab, text, strlen(text));
    }
    free(token);
    for (int byte = 0; byte < 256; byte++) {
        char text[8];
        snprintf(text, sizeof text, "<0x%02X>", (unsigned)byte);
        bpe->byte_ids[byte] = names_id(&bpe->vocab, text, strlen(text));
    }
    return ok;
}

static bool read_unknown(const TokenizerFile *file, const json_t *model, Bpe *bpe)
{
    const json_t *unknown = json_object_get(model, "unk_token");
    bpe->unk = -1;
    if (!unknown || json_is_null(unknown))
        return true;
    if (json_is_string(unknown))
        bpe->unk = names_id(&bpe->vocab, json_string_value(unknown), json_string_length(unknown));
    return bpe->unk >= 0 ||
           fail(file->error,
                "%s: model.unk_token: not a token of the vocabulary; take a whole tokenizer.json",
                file->path);
}

/* The two parts of a merge, written "a b" or ["a", "b"]; false where it is neither. */
static bool split_merge(const json_t *merge, const char *part[2], size_t length[2])
{
    if (json_is_array(merge) && json_array_size(merge) == 2) {
        for (size_t i = 0; i < 2; i++) {
            part[i] = json_string_value(json_array_get(merge, i));
            length[i] = json_string_length(json_array_get(merge, i));
        }
        return part[0] && part[1];
    }
    const char *text = json_string_value(merge), *space = text ? strchr(text, ' ') : NULL;
    if (!space || strchr(space + 1, ' '))
        return false;
    part[0] = text, length[0] = (size_t)(space - text);
    part[1] = space + 1, length[1] = strlen(space + 1);
    return true;
}

static bool read_merge(const TokenizerFile *file, const json_t *merge, size_t index, Text *whole,
                       Bpe *bpe)
{
    const char *part[2];
    size_t length[2];
    int32_t ids[3];
    if (!split_merge(merge, part, length))
        return fail(file->error,
                    "%s: model.merges[%zu]: not two tokens; take a whole tokenizer.json",
                    file->path, index);
    whole->length = 0;
    for (int i = 0; i < 2; i++) {
        text_append(whole, part[i], length[i]);
        ids[i] = names_id(&bpe->vocab, part[i], length[i]);
    }
    ids[2] = names_id(&bpe->vocab, whole->bytes, whole->length);
    if (ids[0] < 0 || ids[1] < 0 || ids[2] < 0)
        return fail(file->error,
                    "%s: model.merges[%zu]: %.*s + %.*s names a token outside the vocabulary; take "
                    "a whole tokenizer.json",
                    file->path, index, (int)length[0], part[0], (int)length[1], part[1]);
    return bpe_add_merge(bpe, ids[0], ids[1], ids[2]) ||
           fail(file->error,
                "%s: model.merges[%zu]: stands there twice; take a whole "
                "tokenizer.json",
                file->path, index);
}

bool file_model(const TokenizerFile *file, const json_t *root, Bpe *bpe)
{
    const json_t *model = json_object_get(root, "model");
    if (!check_model(file, model, bpe) || !read_vocab(file, model, bpe) ||
        !read_unknown(file, model, bpe))
        return false;
    const json_t *merges = json_object_get(model, "merges");
    if (!json_is_array(merges))
        return fail(file->error,
                    "%s: model.merges: missing, or not a list; take a whole "
                    "tokenizer.json",
                    file->path);
    Text whole = {0};
    bool ok = true, pairs = json_is_array(json_array_get(merges, 0));
    for (size_t i = 0; ok && i < json_array_size(merges); i++) {
        const json_t *merge = json_array_get(merges, i);
        ok = json_is_array(merge) == pairs
                 ? read_merge(file, merge, i, &whole, bpe)
                 : fail(file->error,
                        "%s: model.merges[%zu]: not two tokens as those before it; take a whole "
                        "tokenizer.json",
                        file->path, i);
    }
    text_free(&whole);
    return ok;
}

/* ---- Added tokens ---- */

static bool read_added(const TokenizerFile *file, const json_t *object, const char *what,
                       const Tokenizer *tokenizer, AddedToken *token)
{
    static const char *const known[] = {"id",     "content",    "single_word", "lstrip",
                                        "rstrip", "normalized", "special",     NULL};
    const char *content;
    int64_t id;
    if (!file_fields(file, object, what, known) ||
        !file_text(file, object, what, "content", &content) ||
        !file_number(file, object, what, "id", INT32_MAX, &id) ||
        !file_wanted_flag(file, object, what, "single_word", &token->single_word) ||
        !file_wanted_flag(file, object, what, "lstrip", &token->lstrip) ||
        !file_wanted_flag(file, object, what, "rstrip", &token->rstrip) ||
        !file_wanted_flag(file, object, what, "special", &token->special) ||
        !file_wanted_flag(file, object, what, "normalized", &token->normalized))
        return false;
    token->id = (int32_t)id;
    token->content = alloc_text(content);
    Text normal = {0}, spare = {0};
    if (token->normalized)
        normalizer_apply(&tokenizer->normalizer, content, strlen(content), &normal, &spare);
    else
        text_append(&normal, content, strlen(content));
    token->pattern = alloc_text_n(normal.length ? normal.bytes : "", normal.length);
    text_free(&normal);
    text_free(&spare);
    return true;
}

/* The id that the `tokenizers` package gives an added token, whatever the file says. If the
 * vocabulary has the token, it is the id there. Else it is the number of tokens in the vocabulary,
 * or one above `last`, the largest id of the added tokens so far, whichever is larger. */
static int32_t id_of_added(const Tokenizer *tokenizer, const AddedToken *token, int32_t last)
{
    const Bpe *bpe = &tokenizer->bpe;
    int32_t in_model = names_id(&bpe->vocab, token->content, strlen(token->content));
    int32_t next = (int32_t)bpe->token_count;
    return in_model >= 0 ? in_model : last >= next ? last + 1 : next;
}

/* Enters an added token under its id. False where `tokenizers` would give it another id, or where
 * that id is another token's. */
static bool place_added(const TokenizerFile *file, const char *what, Tokenizer *tokenizer,
                        const AddedToken *token, int32_t *last)
{
    int32_t expected = id_of_added(tokenizer, token, *last);
    bool in_model = names_id(&tokenizer->bpe.vocab, token->content, strlen(token->content)) >= 0;
    if (token->id != expected)
        return fail(file->error,
                    "%s: %s.id: %d, but tokenizers would number %s %d, as it has or comes next, "
                    "and which was meant cannot be told; give it the id that the model knows",
                    file->path, what, (int)token->id, token->content, (int)expected);
    if (!in_model && (size_t)expected < tokenizer->size &&
        (tokenizer->added_by_id[expected] || !bpe_is_hole(&tokenizer->bpe, expected)))
        return fail(file->error,
                    "%s: %s.id: %d is also the id of another token, since the vocabulary has "
                    "holes; give %s the id that the model knows",
                    file->path, what, (int)expected, token->content);
    tokenizer->size = (size_t)expected >= tokenizer->size ? (size_t)expected + 1 : tokenizer->size;
    tokenizer->added_by_id[expected] = token;
    *last = expected > *last ? expected : *last;
    return true;
}

bool file_added(const TokenizerFile *file, const json_t *root, Tokenizer *tokenizer)
{
    const json_t *list = json_object_get(root, "added_tokens");
    size_t count = json_array_size(list);
    if (list && !json_is_array(list))
        return fail(file->error, "%s: added_tokens: not a list; take a whole tokenizer.json",
                    file->path);
    tokenizer->size = tokenizer->bpe.vocab.count;
    tokenizer->added = alloc_zeroed(count, sizeof *tokenizer->added);
    tokenizer->added_by_id = alloc_zeroed(tokenizer->size + count, sizeof *tokenizer->added_by_id);
    bool ok = true;
    int32_t last = -1;
    Names seen = {0};
    for (size_t i = 0; ok && i < count; i++) {
        char what[48];
        AddedToken *token = &tokenizer->added[tokenizer->added_count++];
        snprintf(what, sizeof what, "added_tokens[%zu]", i);
        ok = read_added(file, json_array_get(list, i), what, tokenizer, token) &&
             place_added(file, what, tokenizer, token, &last);
        if (ok && (size_t)names_intern(&seen, token->content, strlen(token->content)) != i)
            ok = fail(file->error,
                      "%s: %s.content: %s stands there twice; take a whole "
                      "tokenizer.json",
                      file->path, what, token->content);
    }
    names_free(&seen);
    if (!ok)
        return false;
    added_search_begin(&tokenizer->raw, tokenizer->added, count, false);
    added_search_begin(&tokenizer->normalized, tokenizer->added, count, true);
    return true;
}
