/* Reads the tokenizer inside a GGUF file. Its steps are written as in a tokenizer.json and read by
 * the same code.
 *
 * There are two kinds. "gpt2" is byte-level BPE with a list of merges; tokenizer.ggml.pre names how
 * texts are first split into words. "llama" is SentencePiece, whose pieces have scores instead of
 * merges: of all neighbours that together are a piece, it merges those with the best score first,
 * the leftmost of equals. So every split of a piece into two pieces becomes a merge, ranked by the
 * whole piece's score. */
#include "base/alloc.h"
#include "file/gguf.h"
#include "tokenizer/tokenizer_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SPACE_MARK "\xe2\x96\x81" /* U+2581 */

/* tokenizer.ggml.token_type */
typedef enum { NORMAL = 1, UNKNOWN, CONTROL, USER_DEFINED, UNUSED, BYTE } TokenType;

/* Most bytes of a token: add_piece tries all its splits in two. */
enum { TOKEN_LIMIT = 4096 };

typedef struct {
    TokenizerFile file;
    const Gguf *gguf;
    const GgufSetting *tokens, *types; /* lists of equal length */
    Tokenizer *tokenizer;
} Reader;

static TokenType type_of(const Reader *reader, size_t id)
{
    return (TokenType)gguf_int_at(reader->types, id);
}

/* ---- The vocabulary ---- */

static bool read_token(Reader *reader, size_t id, const char *text, size_t length)
{
    Bpe *bpe = &reader->tokenizer->bpe;
    TokenType type = type_of(reader, id);
    if (length == 0 || length > TOKEN_LIMIT || memchr(text, 0, length) ||
        utf8_valid(text, length) != length)
        return fail(reader->file.error,
                    "%s: tokenizer.ggml.tokens[%zu]: is not a text of 1 to %d bytes; convert the "
                    "model again with llama.cpp",
                    reader->file.path, id, TOKEN_LIMIT);
    if (type < NORMAL || type > BYTE)
        return fail(reader->file.error,
                    "%s: tokenizer.ggml.token_type[%zu]: %d is none of 1 to 6; convert the model "
                    "again with llama.cpp",
                    reader->file.path, id, (int)type);
    if ((size_t)names_intern(&bpe->vocab, text, length) != id)
        return fail(reader->file.error,
                    "%s: tokenizer.ggml.tokens[%zu]: %.*s stands there twice; convert the model "
                    "again with llama.cpp",
                    reader->file.path, id, (int)length, text);
    return true;
}

static bool read_tokens(Reader *reader)
{
    enum { SIZE_LIMIT = 1 << 24 };
    Error *error = reader->file.error;
    reader->tokens = gguf_list(reader->gguf, "tokenizer.ggml.tokens", GGUF_TEXT, error);
    reader->types = reader->tokens
                        ? gguf_list(reader->gguf, "tokenizer.ggml.token_type", GGUF_I32, error)
                        : NULL;
    if (!reader->types)
        return false;
    if (reader->tokens->count != reader->types->count || reader->tokens->count == 0 ||
        reader->tokens->count > SIZE_LIMIT)
        return fail(error,
                    "%s: tokenizer.ggml: %zu tokens with %zu types do not fit; convert the model "
                    "again with llama.cpp",
                    reader->file.path, reader->tokens->count, reader->types->count);
    const char *at = reader->tokens->data;
    for (size_t id = 0; id < reader->tokens->count; id++) {
        size_t length;
        const char *text = gguf_next_text(&at, &length);
        if (!read_token(reader, id, text, length))
            return false;
    }
    return true;
}

/* *id = the id that a setting holds; −1 where there is no such setting. */
static bool read_id(const Reader *reader, const char *key, int32_t *id)
{
    double number;
    *id = -1;
    if (!gguf_find(reader->gguf, key))
        return true;
    bool ok = gguf_number(reader->gguf, key, &number) && number >= 0 &&
              number < (double)reader->tokens->count;
    if (ok)
        *id = (int32_t)number;
    return ok || fail(reader->file.error,
                      "%s: %s is no id of the vocabulary; convert the model again with llama.cpp",
                      reader->file.path, key);
}

/* ---- Kind gpt2 ---- */

static bool read_merge(Reader *reader, size_t index, const char *text, size_t length)
{
    Bpe *bpe = &reader->tokenizer->bpe;
    const char *space = memchr(text, ' ', length);
    size_t left = space ? (size_t)(space - text) : length, right = space ? length - left - 1 : 0;
    int32_t ids[3] = {-1, -1, -1};
    if (space) {
        Text whole = {0};
        text_append(&whole, text, left);
        text_append(&whole, space + 1, right);
        ids[0] = names_id(&bpe->vocab, text, left);
        ids[1] = names_id(&bpe->vocab, space + 1, right);
        ids[2] = whole.length ? names_id(&bpe->vocab, whole.bytes, whole.length) : -1;
        text_free(&whole);
    }
    return (ids[0] >= 0 && ids[1] >= 0 && ids[2] >= 0 &&
            bpe_add_merge(bpe, ids[0], ids[1], ids[2])) ||
           fail(reader->file.error,
                "%s: tokenizer.ggml.merges[%zu]: %.*s is not two tokens that make a third, or "
                "stands there twice; convert the model again with llama.cpp",
                reader->file.path, index, (int)(length < TOKEN_LIMIT ? length : TOKEN_LIMIT), text);
}

static bool read_merges(Reader *reader)
{
    const GgufSetting *merges =
        gguf_list(reader->gguf, "tokenizer.ggml.merges", GGUF_TEXT, reader->file.error);
    if (!merges)
        return false;
    const char *at = merges->data;
    for (size_t i = 0; i < merges->count; i++) {
        size_t length;
        const char *text = gguf_next_text(&at, &length);
        if (!read_merge(reader, i, text, length))
            return false;
    }
    return true;
}

/* How texts are first split: by GPT-2's pattern; by that after each digit is split off; by GPT-4's
 * pattern with digits in threes; or by that with digits one by one. */
typedef enum { CUT_GPT2, CUT_DIGITS, CUT_THREES, CUT_SINGLES } Cutting;

static const struct {
    const char *pre;
    Cutting cut;
} cuts[] = {{"gpt-2", CUT_GPT2},       {"olmo", CUT_GPT2},        {"mpt", CUT_GPT2},
            {"phi-2", CUT_GPT2},       {"jais", CUT_GPT2},        {"smollm", CUT_DIGITS},
            {"starcoder", CUT_DIGITS}, {"refact", CUT_DIGITS},    {"command-r", CUT_DIGITS},
            {"codeshell", CUT_DIGITS}, {"exaone", CUT_DIGITS},    {"minerva-7b", CUT_DIGITS},
            {"llama-bpe", CUT_THREES}, {"llama3", CUT_THREES},    {"llama-v3", CUT_THREES},
            {"dbrx", CUT_THREES},      {"smaug-bpe", CUT_THREES}, {"stablelm2", CUT_SINGLES},
            {"qwen2", CUT_SINGLES}};

static bool is_llama3(const char *pre)
{
    return strcmp(pre, "llama-bpe") == 0 || strcmp(pre, "llama3") == 0 ||
           strcmp(pre, "llama-v3") == 0;
}

/* The pre-tokenizer steps, as a tokenizer.json writes them. */
static json_t *make_steps(Cutting cut, bool prefix)
{
#define GPT4(digits)                                                                               \
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|" digits                           \
    "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
    json_t *bytes = json_pack("{s:s, s:b, s:b, s:b}", "type", "ByteLevel", "add_prefix_space",
                              prefix, "trim_offsets", 1, "use_regex", cut <= CUT_DIGITS);
    json_t *first = NULL;
    if (cut == CUT_GPT2)
        return bytes;
    if (cut == CUT_DIGITS)
        first = json_pack("{s:s, s:b}", "type", "Digits", "individual_digits", 1);
    else
        first = json_pack("{s:s, s:{s:s}, s:s, s:b}", "type", "Split", "pattern", "Regex",
                          cut == CUT_THREES ? GPT4("\\p{N}{1,3}") : GPT4("\\p{N}"), "behavior",
                          "Isolated", "invert", 0);
    return json_pack("{s:s, s:[o, o]}", "type", "Sequence", "pretokenizers", first, bytes);
}

/* Refuses a file that does not name its split. llama.cpp then takes a rule that no tokenizer.json
 * has, and warns; the model was trained with another, as were those of Llama 3 from spring 2024. */
static bool want_pre(const Reader *reader, const char *pre)
{
    return (pre && *pre && strcmp(pre, "default") != 0) ||
           fail(reader->file.error,
                "%s: tokenizer.ggml.pre is %s, so nothing says how texts are split into words; put "
                "the model's tokenizer.json beside the file",
                reader->file.path,
                !pre   ? "missing"
                : *pre ? pre
                       : "empty");
}

/* Writes pre-tokenizer, decoder and normalizer of kind gpt2 into `root`. False where `pre` is not
 * supported. */
static bool tell_gpt2(Reader *reader, json_t *root, const char *pre)
{
    size_t i = 0, known = sizeof cuts / sizeof *cuts;
    while (i < known && strcmp(cuts[i].pre, pre) != 0)
        i++;
    if (i == known)
        return fail(reader->file.error,
                    "%s: tokenizer.ggml.pre: %s is not supported; put the model's tokenizer.json "
                    "beside the file",
                    reader->file.path, pre);
    bool prefix = gguf_flag(reader->gguf, "tokenizer.ggml.add_space_prefix", false);
    json_object_set_new(root, "pre_tokenizer", make_steps(cuts[i].cut, prefix));
    json_object_set_new(root, "decoder",
                        json_pack("{s:s, s:b, s:b}", "type", "ByteLevel", "add_prefix_space", 0,
                                  "trim_offsets", 1));
    reader->tokenizer->bpe.ignore_merges = is_llama3(pre);
    char *architecture = gguf_text(reader->gguf, "general.architecture");
    if ((architecture && strcmp(architecture, "gptneox") == 0) || strcmp(pre, "qwen2") == 0)
        /* GGUF does not say it, but all their tokenizers normalize */
        json_object_set_new(root, "normalizer", json_pack("{s:s}", "type", "NFC"));
    free(architecture);
    return true;
}

static bool read_gpt2(Reader *reader, json_t *root)
{
    char *pre = gguf_text(reader->gguf, "tokenizer.ggml.pre");
    reader->tokenizer->bpe.unk = -1;
    memset(reader->tokenizer->bpe.byte_ids, -1, sizeof reader->tokenizer->bpe.byte_ids);
    reader->tokenizer->adds_bos = pre && is_llama3(pre); /* the default */
    bool ok = want_pre(reader, pre) && tell_gpt2(reader, root, pre) && read_merges(reader);
    free(pre);
    return ok;
}

/* ---- Kind llama ---- */

typedef struct {
    float score;
    int32_t id;
} Scored;

static int by_score(const void *a, const void *b)
{
    const Scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Adds, with this rank, a merge for every split of the piece into two normal pieces. */
static void add_piece(Reader *reader, int32_t id, uint32_t rank)
{
    Bpe *bpe = &reader->tokenizer->bpe;
    size_t length;
    const char *text = names_text(&bpe->vocab, id, &length);
    for (size_t at = utf8_width(*text); at < length; at += utf8_width(text[at])) {
        int32_t left = names_id(&bpe->vocab, text, at);
        int32_t right = names_id(&bpe->vocab, text + at, length - at);
        if (left >= 0 && right >= 0 && type_of(reader, (size_t)left) == NORMAL &&
            type_of(reader, (size_t)right) == NORMAL)
            bpe_add_ranked(bpe, left, right, id, rank);
    }
}

static bool read_scores(Reader *reader)
{
    const GgufSetting *scores =
        gguf_list(reader->gguf, "tokenizer.ggml.scores", GGUF_F32, reader->file.error);
    size_t size = reader->tokens->count, count = 0;
    if (!scores)
        return false;
    if (scores->count != size)
        return fail(reader->file.error,
                    "%s: tokenizer.ggml: %zu tokens with %zu scores do not fit; convert the model "
                    "again with llama.cpp",
                    reader->file.path, size, scores->count);
    Scored *pieces = alloc_zeroed(size, sizeof *pieces);
    bool ok = true;
    for (size_t id = 0; ok && id < size; id++) {
        float score = gguf_real_at(scores, id);
        ok = !isnan(score) || fail(reader->file.error,
                                   "%s: tokenizer.ggml.scores[%zu]: is not a number; convert the "
                                   "model again with llama.cpp",
                                   reader->file.path, id);
        if (type_of(reader, id) == NORMAL)
            pieces[count++] = (Scored){score, (int32_t)id};
    }
    qsort(pieces, count, sizeof *pieces, by_score);
    uint32_t rank = 0;
    for (size_t i = 0; ok && i < count; i++) {
        rank += i > 0 && pieces[i].score != pieces[i - 1].score;
        add_piece(reader, pieces[i].id, rank);
    }
    free(pieces);
    return ok;
}

/* Finds the unknown token: the one that the file names, else the only one of that type. Without one
 * every byte must have a token, or characters would vanish. Call it after the byte tokens are
 * known.
 */
static bool read_unknown(Reader *reader)
{
    static const char key[] = "tokenizer.ggml.unknown_token_id";
    Bpe *bpe = &reader->tokenizer->bpe;
    size_t unknown = 0, bytes = 0;
    if (gguf_find(reader->gguf, key))
        return read_id(reader, key, &bpe->unk);
    bpe->unk = -1;
    for (size_t id = 0; id < reader->tokens->count; id++)
        if (type_of(reader, id) == UNKNOWN)
            bpe->unk = unknown++ ? -1 : (int32_t)id;
    for (size_t byte = 0; byte < 256; byte++)
        bytes += bpe->byte_ids[byte] >= 0;
    return bpe->unk >= 0 || bytes == 256 ||
           fail(reader->file.error,
                "%s: %s is missing, and only %zu of 256 bytes have tokens, so unknown characters "
                "have none; convert the model again with llama.cpp",
                reader->file.path, key, bytes);
}

/* Finds the byte tokens and the unknown token. */
static bool read_bytes(Reader *reader)
{
    Bpe *bpe = &reader->tokenizer->bpe;
    memset(bpe->byte_ids, -1, sizeof bpe->byte_ids);
    for (size_t id = 0; id < reader->tokens->count; id++) {
        size_t length;
        const char *text = names_text(&bpe->vocab, id, &length);
        char known[8];
        if (type_of(reader, id) != BYTE)
            continue;
        unsigned byte = length == 6 ? (unsigned)strtoul(text + 3, NULL, 16) & 255 : 0;
        snprintf(known, sizeof known, "<0x%02X>", byte);
        if (length != 6 || memcmp(known, text, 6) != 0)
            return fail(reader->file.error,
                        "%s: tokenizer.ggml.tokens[%zu]: %.*s is typed a byte and names none; "
                        "convert the model again with llama.cpp",
                        reader->file.path, id, (int)length, text);
        bpe->byte_ids[byte] = (int32_t)id;
    }
    bpe->byte_fallback = bpe->fuse_unk = true;
    return read_unknown(reader);
}

/* Writes normalizer and decoder of kind llama into `root`. False where the file asks for more
 * normalizing. */
static bool tell_llama(const Reader *reader, json_t *root)
{
    bool prefix = gguf_flag(reader->gguf, "tokenizer.ggml.add_space_prefix", true);
    const GgufSetting *map = gguf_find(reader->gguf, "tokenizer.ggml.precompiled_charsmap");
    if (gguf_flag(reader->gguf, "tokenizer.ggml.remove_extra_whitespaces", false) ||
        (map && map->count > 0))
        return fail(reader->file.error,
                    "%s: tokenizer.ggml: its SentencePiece model normalizes texts, which is not "
                    "supported; put the model's tokenizer.json beside the file",
                    reader->file.path);
    json_t *replace = json_pack("{s:s, s:{s:s}, s:s}", "type", "Replace", "pattern", "String", " ",
                                "content", SPACE_MARK);
    json_t *back = json_pack("{s:s, s:{s:s}, s:s}", "type", "Replace", "pattern", "String",
                             SPACE_MARK, "content", " ");
    json_t *before = json_pack("[o]", replace);
    json_t *after = json_pack("[o, {s:s}, {s:s}]", back, "type", "ByteFallback", "type", "Fuse");
    if (prefix) {
        json_array_insert_new(before, 0,
                              json_pack("{s:s, s:s}", "type", "Prepend", "prepend", SPACE_MARK));
        json_array_append_new(after, json_pack("{s:s, s:s, s:i, s:i}", "type", "Strip", "content",
                                               " ", "start", 1, "stop", 0));
    }
    json_object_set_new(root, "normalizer",
                        json_pack("{s:s, s:o}", "type", "Sequence", "normalizers", before));
    json_object_set_new(root, "decoder",
                        json_pack("{s:s, s:o}", "type", "Sequence", "decoders", after));
    return true;
}

static bool read_llama(Reader *reader, json_t *root)
{
    reader->tokenizer->adds_bos = true; /* the default */
    return tell_llama(reader, root) && read_bytes(reader) && read_scores(reader);
}

/* ---- Both ---- */

/* Makes added tokens of the control, unknown and user-defined tokens. Those that a user defined are
 * searched in the normalized text for kind llama, as SentencePiece does. */
static void read_added(Reader *reader, bool is_llama)
{
    Tokenizer *tokenizer = reader->tokenizer;
    size_t count = 0, size = reader->tokens->count;
    for (size_t id = 0; id < size; id++)
        count += type_of(reader, id) == CONTROL || type_of(reader, id) == USER_DEFINED ||
                 type_of(reader, id) == UNKNOWN;
    tokenizer->size = size;
    tokenizer->added = alloc_zeroed(count, sizeof *tokenizer->added);
    tokenizer->added_by_id = alloc_zeroed(size, sizeof *tokenizer->added_by_id);
    for (size_t id = 0; id < size; id++) {
        TokenType type = type_of(reader, id);
        size_t length;
        const char *text = names_text(&tokenizer->bpe.vocab, id, &length);
        if (type != CONTROL && type != USER_DEFINED && type != UNKNOWN)
            continue;
        AddedToken *token = &tokenizer->added[tokenizer->added_count++];
        token->id = (int32_t)id;
        token->content = alloc_text_n(text, length);
        token->pattern = alloc_text_n(text, length);
        token->special = type != USER_DEFINED;
        token->normalized = is_llama && type == USER_DEFINED;
        tokenizer->added_by_id[id] = token;
    }
    added_search_begin(&tokenizer->raw, tokenizer->added, count, false);
    added_search_begin(&tokenizer->normalized, tokenizer->added, count, true);
}

static bool read_all(Reader *reader, json_t *root, const char *kind)
{
    Tokenizer *tokenizer = reader->tokenizer;
    bool is_llama = strcmp(kind, "llama") == 0;
    if (!is_llama && strcmp(kind, "gpt2") != 0)
        return fail(reader->file.error,
                    "%s: tokenizer.ggml.model: %s is not supported; put the model's "
                    "tokenizer.json beside the file",
                    reader->file.path, kind);
    if (!read_tokens(reader) || !(is_llama ? read_llama : read_gpt2)(reader, root) ||
        !file_normalizer(&reader->file, root, &tokenizer->normalizer) ||
        !file_pretokenizer(&reader->file, root, &tokenizer->pretokenizer) ||
        !file_decoder(&reader->file, root, &tokenizer->decoder) ||
        !read_id(reader, "tokenizer.ggml.bos_token_id", &tokenizer->bos) ||
        !read_id(reader, "tokenizer.ggml.eos_token_id", &tokenizer->eos))
        return false;
    read_added(reader, is_llama);
    tokenizer->adds_bos =
        gguf_flag(reader->gguf, "tokenizer.ggml.add_bos_token", tokenizer->adds_bos) &&
        tokenizer->bos >= 0;
    return true;
}

bool tokenizer_load_gguf(Tokenizer *tokenizer, const char *path, Error *error)
{
    TensorFile file;
    if (!tensors_open(&file, path, error))
        return false;
    Reader reader = {{path, error}, gguf_of(&file), NULL, NULL, tokenizer};
    json_t *root = json_object();
    char *kind = gguf_text(reader.gguf, "tokenizer.ggml.model");
    bool ok = kind ? read_all(&reader, root, kind)
                   : fail(error,
                          "%s: has no tokenizer inside (tokenizer.ggml.model); put the model's "
                          "tokenizer.json beside the file",
                          path);
    free(kind);
    json_decref(root);
    tensors_close(&file);
    return ok;
}
