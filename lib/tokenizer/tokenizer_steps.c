/* Reads the steps of a tokenizer.json: normalizer, pre-tokenizer, post-processor and decoder. */
#include "base/alloc.h"
#include "tokenizer/tokenizer_file.h"

#include <string.h>

/* Reads one step of a kind into `into`; `what` is its place in the file. */
typedef bool ReadStep(const TokenizerFile *file, const json_t *step, const char *what,
                      const char *type, void *into);

/* Reads a step or, if it is a Sequence, the steps in its field `list`. True where there is no step.
 */
static bool read_steps(const TokenizerFile *file, const json_t *step, const char *what,
                       const char *list, ReadStep *read, void *into)
{
    if (!step || json_is_null(step))
        return true;
    const char *type = file_type(file, step, what);
    if (!type)
        return false;
    if (strcmp(type, "Sequence") != 0)
        return read(file, step, what, type, into);
    const char *const known[] = {"type", list, NULL};
    const json_t *steps = json_object_get(step, list);
    if (!file_fields(file, step, what, known))
        return false;
    if (!json_is_array(steps))
        return fail(file->error, "%s: %s.%s: missing, or not a list; take a whole tokenizer.json",
                    file->path, what, list);
    for (size_t i = 0; i < json_array_size(steps); i++) {
        char place[80];
        snprintf(place, sizeof place, "%s.%s[%zu]", what, list, i);
        const json_t *inner = json_array_get(steps, i);
        const char *inner_type = file_type(file, inner, place);
        if (!inner_type || !read(file, inner, place, inner_type, into))
            return false;
    }
    return true;
}

/* The strings of a Replace step: pattern (a String, not a Regex) and content. */
static bool read_replace(const TokenizerFile *file, const json_t *step, const char *what,
                         const char **from, const char **to)
{
    static const char *const known[] = {"type", "pattern", "content", NULL};
    static const char *const known_pattern[] = {"String", NULL};
    char place[96];
    snprintf(place, sizeof place, "%s.pattern", what);
    const json_t *pattern = json_object_get(step, "pattern");
    *to = json_string_value(json_object_get(step, "content"));
    if (!file_fields(file, step, what, known) ||
        !file_fields(file, pattern, place, known_pattern) ||
        !file_text(file, pattern, place, "String", from))
        return false;
    return *to || fail(file->error,
                       "%s: %s.content: missing, or not a text; take a whole "
                       "tokenizer.json",
                       file->path, what);
}

/* ---- Normalizer ---- */

static bool read_normalizer(const TokenizerFile *file, const json_t *step, const char *what,
                            const char *type, void *into)
{
    static const char *const bare[] = {"type", NULL};
    static const char *const prepend[] = {"type", "prepend", NULL};
    const char *from, *to;
    if (strcmp(type, "NFC") == 0) {
        if (!file_fields(file, step, what, bare))
            return false;
        normalizer_add(into, NORMALIZE_NFC, NULL, NULL);
    } else if (strcmp(type, "Prepend") == 0) {
        if (!file_fields(file, step, what, prepend) || !file_text(file, step, what, "prepend", &to))
            return false;
        normalizer_add(into, NORMALIZE_PREPEND, NULL, to);
    } else if (strcmp(type, "Replace") == 0) {
        if (!read_replace(file, step, what, &from, &to))
            return false;
        normalizer_add(into, NORMALIZE_REPLACE, from, to);
    } else {
        return file_refuse(file, what, type);
    }
    return true;
}

bool file_normalizer(const TokenizerFile *file, const json_t *root, Normalizer *normalizer)
{
    return read_steps(file, json_object_get(root, "normalizer"), "normalizer", "normalizers",
                      read_normalizer, normalizer);
}

/* ---- Pre-tokenizer ---- */

/* Reads a boolean that is true where it is absent or null. */
static bool read_choice(const TokenizerFile *file, const json_t *step, const char *what,
                        const char *name, bool *value)
{
    *value = true;
    return json_is_null(json_object_get(step, name)) ||
           file_flag(file, step, what, name, true, value);
}

/* Reads a Metaspace step, of a pre-tokenizer or a decoder: its mark, prefix scheme and split. Older
 * files have add_prefix_space where newer ones have prepend_scheme. Older writers also left str_rep
 * and legacy, which mean nothing. */
static bool read_metaspace(const TokenizerFile *file, const json_t *step, const char *what,
                           Pretokenizer *metaspace)
{
    static const char *const known[] = {"type",           "replacement", "add_prefix_space",
                                        "prepend_scheme", "split",       "str_rep",
                                        "legacy",         NULL};
    static const char *const schemes[] = {"never", "first", "always"};
    const char *mark, *scheme = "always";
    bool add_prefix;
    if (!file_fields(file, step, what, known) ||
        !file_text(file, step, what, "replacement", &mark) ||
        !read_choice(file, step, what, "split", &metaspace->split) ||
        !read_choice(file, step, what, "add_prefix_space", &add_prefix))
        return false;
    const json_t *shown = json_object_get(step, "str_rep");
    if (shown && !json_is_null(shown) && !json_is_string(shown))
        return file_refuse(file, what, "a str_rep other than a text");
    if (utf8_width(mark[0]) != strlen(mark))
        return file_refuse(file, what, "a replacement of several characters");
    if (json_object_get(step, "prepend_scheme") &&
        !file_text(file, step, what, "prepend_scheme", &scheme))
        return false;
    if (!add_prefix && json_object_get(step, "prepend_scheme") && strcmp(scheme, "never") != 0)
        return file_refuse(file, what, "a prepend_scheme against its add_prefix_space");
    if (!add_prefix)
        scheme = "never";
    for (int i = 0; i < 3; i++)
        if (strcmp(scheme, schemes[i]) == 0) {
            metaspace->kind = PRETOKENIZE_METASPACE;
            metaspace->prefix = (PrefixScheme)i;
            memcpy(metaspace->mark, mark, strlen(mark) + 1);
            return true;
        }
    return file_refuse(file, what, scheme);
}

/* The settings of a ByteLevel step. trim_offsets is checked but not used: it concerns offsets only.
 */
static bool read_byte_level(const TokenizerFile *file, const json_t *step, const char *what,
                            bool *add_prefix, bool *split)
{
    static const char *const known[] = {"type", "add_prefix_space", "trim_offsets", "use_regex",
                                        NULL};
    bool trim;
    return file_fields(file, step, what, known) &&
           file_wanted_flag(file, step, what, "add_prefix_space", add_prefix) &&
           file_wanted_flag(file, step, what, "trim_offsets", &trim) &&
           file_flag(file, step, what, "use_regex", true, split);
}

/* A new cut, or NULL with the error where there are too many. */
static Cut *add_cut(const TokenizerFile *file, const char *what, Pretokenizer *pretokenizer)
{
    if (pretokenizer->cuts_count == PRETOKENIZE_CUTS) {
        file_refuse(file, what, "a ninth step that cuts");
        return NULL;
    }
    return &pretokenizer->cuts[pretokenizer->cuts_count++];
}

/* A Digits step: splits off number characters one by one, or in runs. */
static bool read_digits(const TokenizerFile *file, const json_t *step, const char *what,
                        Pretokenizer *pretokenizer)
{
    static const char *const known[] = {"type", "individual_digits", NULL};
    bool each;
    Cut *cut = add_cut(file, what, pretokenizer);
    if (!cut || !file_fields(file, step, what, known) ||
        !file_wanted_flag(file, step, what, "individual_digits", &each))
        return false;
    cut->behaviour = each ? CUT_ISOLATED : CUT_CONTIGUOUS;
    return true;
}

/* A Split step: a pattern ({"Regex": …} or {"String": …}), a behaviour, and whether to invert it.
 */
static bool read_split(const TokenizerFile *file, const json_t *step, const char *what,
                       Pretokenizer *pretokenizer)
{
    static const char *const known[] = {"type", "pattern", "behavior", "invert", NULL};
    static const char *const known_pattern[] = {"String", "Regex", NULL};
    const json_t *pattern = json_object_get(step, "pattern");
    bool literal = json_object_get(pattern, "String") != NULL;
    const char *text, *behaviour;
    char place[96], why[128];
    Cut *cut = add_cut(file, what, pretokenizer);
    snprintf(place, sizeof place, "%s.pattern", what);
    if (!cut || !file_fields(file, step, what, known) ||
        !file_fields(file, pattern, place, known_pattern) ||
        !file_text(file, pattern, place, literal ? "String" : "Regex", &text) ||
        !file_text(file, step, what, "behavior", &behaviour) ||
        !file_wanted_flag(file, step, what, "invert", &cut->invert))
        return false;
    cut->behaviour = cut_behaviour(behaviour);
    if (json_object_size(pattern) != 1)
        return file_refuse(file, place, "a pattern of two kinds");
    if (cut->behaviour == CUT_BEHAVIOURS)
        return file_refuse(file, what, behaviour);
    return cut_compile(cut, text, literal, why) || file_refuse(file, place, why);
}

static bool read_pretokenizer(const TokenizerFile *file, const json_t *step, const char *what,
                              const char *type, void *into)
{
    Pretokenizer *pretokenizer = into;
    bool add_prefix;
    bool digits = strcmp(type, "Digits") == 0, cuts = digits || strcmp(type, "Split") == 0;
    if (pretokenizer->kind != PRETOKENIZE_NONE)
        return file_refuse(file, what,
                           cuts ? "a step that cuts after ByteLevel or Metaspace"
                                : "a second pre-tokenizer");
    if (cuts)
        return (digits ? read_digits : read_split)(file, step, what, pretokenizer);
    if (strcmp(type, "Metaspace") == 0)
        return pretokenizer->cuts_count
                   ? file_refuse(file, what, "Metaspace after a step that cuts")
                   : read_metaspace(file, step, what, pretokenizer);
    if (strcmp(type, "ByteLevel") != 0)
        return file_refuse(file, what, type);
    if (!read_byte_level(file, step, what, &add_prefix, &pretokenizer->split))
        return false;
    pretokenizer->kind = PRETOKENIZE_BYTE_LEVEL;
    pretokenizer->prefix = add_prefix ? PREFIX_ALWAYS : PREFIX_NEVER;
    return true;
}

bool file_pretokenizer(const TokenizerFile *file, const json_t *root, Pretokenizer *pretokenizer)
{
    if (!read_steps(file, json_object_get(root, "pre_tokenizer"), "pre_tokenizer", "pretokenizers",
                    read_pretokenizer, pretokenizer))
        return false;
    pretokenizer_prepare(pretokenizer);
    return true;
}

/* ---- Decoder ---- */

static bool read_strip(const TokenizerFile *file, const json_t *step, const char *what,
                       Decoder *decoder)
{
    static const char *const known[] = {"type", "content", "start", "stop", NULL};
    const char *content;
    int64_t start, stop;
    if (!file_fields(file, step, what, known) ||
        !file_text(file, step, what, "content", &content) ||
        !file_number(file, step, what, "start", INT32_MAX, &start) ||
        !file_number(file, step, what, "stop", INT32_MAX, &stop))
        return false;
    if (utf8_width(content[0]) != strlen(content))
        return file_refuse(file, what, "a content of several characters");
    DecodeStep *strip = decoder_add(decoder, DECODE_STRIP, content, NULL);
    strip->start = (size_t)start;
    strip->stop = (size_t)stop;
    return true;
}

static bool read_decoder(const TokenizerFile *file, const json_t *step, const char *what,
                         const char *type, void *into)
{
    static const char *const bare[] = {"type", NULL};
    const char *from, *to;
    bool unused;
    if (strcmp(type, "Replace") == 0) {
        if (!read_replace(file, step, what, &from, &to))
            return false;
        decoder_add(into, DECODE_REPLACE, from, to);
    } else if (strcmp(type, "ByteFallback") == 0 || strcmp(type, "Fuse") == 0) {
        if (!file_fields(file, step, what, bare))
            return false;
        decoder_add(into, type[0] == 'F' ? DECODE_FUSE : DECODE_BYTE_FALLBACK, NULL, NULL);
    } else if (strcmp(type, "Strip") == 0) {
        return read_strip(file, step, what, into);
    } else if (strcmp(type, "Metaspace") == 0) {
        Pretokenizer metaspace = {0};
        if (!read_metaspace(file, step, what, &metaspace))
            return false;
        decoder_add(into, DECODE_METASPACE, metaspace.mark, NULL)->drop_first =
            metaspace.prefix != PREFIX_NEVER;
    } else if (strcmp(type, "ByteLevel") == 0) {
        if (!read_byte_level(file, step, what, &unused, &unused))
            return false;
        decoder_add(into, DECODE_BYTE_LEVEL, NULL, NULL);
    } else {
        return file_refuse(file, what, type);
    }
    return true;
}

bool file_decoder(const TokenizerFile *file, const json_t *root, Decoder *decoder)
{
    const json_t *step = json_object_get(root, "decoder");
    decoder->silent = step && !json_is_null(step);
    return read_steps(file, step, "decoder", "decoders", read_decoder, decoder);
}

/* ---- Post-processor ---- */

static bool is_uint32(const json_t *value)
{
    json_int_t number = json_integer_value(value);
    return json_is_integer(value) && number >= 0 && number <= UINT32_MAX;
}

/* Whether `pieces` is a list of {"Sequence": …} for text A or B and of {"SpecialToken": …}. */
static bool is_template(const json_t *pieces)
{
    for (size_t i = 0; i < json_array_size(pieces); i++) {
        const json_t *piece = json_array_get(pieces, i);
        const json_t *text = json_object_get(piece, "Sequence");
        const json_t *inner = text ? text : json_object_get(piece, "SpecialToken");
        const char *id = json_string_value(json_object_get(inner, "id"));
        if (json_object_size(piece) != 1 || !id || !is_uint32(json_object_get(inner, "type_id")) ||
            (text && strcmp(id, "A") != 0 && strcmp(id, "B") != 0))
            return false;
    }
    return json_is_array(pieces);
}

static bool is_special_token(const json_t *token)
{
    const json_t *ids = json_object_get(token, "ids"), *texts = json_object_get(token, "tokens");
    bool ok =
        json_is_string(json_object_get(token, "id")) && json_is_array(ids) && json_is_array(texts);
    for (size_t i = 0; i < json_array_size(ids); i++)
        ok = ok && is_uint32(json_array_get(ids, i));
    for (size_t i = 0; i < json_array_size(texts); i++)
        ok = ok && json_is_string(json_array_get(texts, i));
    return ok;
}

/* Checks the whole template, also the part for pairs of texts, which docmem does not use. */
static bool check_template(const TokenizerFile *file, const json_t *template, const char *what)
{
    static const char *const known[] = {"type", "single", "pair", "special_tokens", NULL};
    json_t *tokens = json_object_get(template, "special_tokens"), *token;
    const char *name;
    if (!file_fields(file, template, what, known))
        return false;
    bool ok = is_template(json_object_get(template, "single")) &&
              is_template(json_object_get(template, "pair")) && json_is_object(tokens);
    json_object_foreach (tokens, name, token)
        ok = ok && is_special_token(token);
    return ok || fail(file->error,
                      "%s: %s: single, pair or special_tokens are not a template's; take a whole "
                      "tokenizer.json",
                      file->path, what);
}

/* *id = the one id of a template's special token. */
static bool read_template_id(const TokenizerFile *file, const json_t *template, const char *what,
                             const char *name, size_t size, int32_t *id)
{
    const json_t *tokens = json_object_get(json_object_get(template, "special_tokens"), name);
    const json_t *ids = json_object_get(tokens, "ids");
    json_int_t number = json_integer_value(json_array_get(ids, 0));
    if (json_array_size(ids) != 1 || !json_is_integer(json_array_get(ids, 0)) || number < 0 ||
        (size_t)number >= size)
        return fail(file->error,
                    "%s: %s.special_tokens: %s does not stand for one id of the vocabulary; take "
                    "a Llama 2 or GPT-NeoX tokenizer",
                    file->path, what, name);
    *id = (int32_t)number;
    return true;
}

/* Reads the template for single texts, which may only be the text with at most one special token
 * before it. */
static bool read_template(const TokenizerFile *file, const json_t *template, const char *what,
                          size_t size, int32_t *bos)
{
    const json_t *single = json_object_get(template, "single");
    size_t count = json_array_size(single);
    if (!check_template(file, template, what))
        return false;
    const json_t *special = json_object_get(json_array_get(single, 0), "SpecialToken");
    const json_t *text = json_object_get(json_array_get(single, count ? count - 1 : 0), "Sequence");
    const char *name = json_string_value(json_object_get(special, "id"));
    const char *sequence = json_string_value(json_object_get(text, "id"));
    if (!sequence || strcmp(sequence, "A") != 0 || count > 2 || (count == 2 && !name))
        return file_refuse(file, what, "a template other than one token before the text");
    return count == 1 || read_template_id(file, template, what, name, size, bos);
}

typedef struct {
    size_t size;
    int32_t *bos;
} PostProcessor;

static bool read_post_processor(const TokenizerFile *file, const json_t *step, const char *what,
                                const char *type, void *into)
{
    PostProcessor *post = into;
    bool unused;
    if (strcmp(type, "ByteLevel") == 0) /* changes offsets only, which docmem does not keep */
        return read_byte_level(file, step, what, &unused, &unused);
    if (strcmp(type, "TemplateProcessing") != 0)
        return file_refuse(file, what, type);
    if (*post->bos >= 0)
        return file_refuse(file, what, "a second template");
    return read_template(file, step, what, post->size, post->bos);
}

bool file_post_processor(const TokenizerFile *file, const json_t *root, size_t size, int32_t *bos)
{
    PostProcessor post = {size, bos};
    *bos = -1;
    return read_steps(file, json_object_get(root, "post_processor"), "post_processor", "processors",
                      read_post_processor, &post);
}
