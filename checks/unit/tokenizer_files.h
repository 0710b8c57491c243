/* Small tokenizers that checks make for themselves. */
#ifndef DOCMEM_TOKENIZER_FILES_H
#define DOCMEM_TOKENIZER_FILES_H
#include <jansson.h>
#include <string.h>

#include "fixture.h"
#include "tokenizer/tokenizer.h"

static inline void load_tokenizer(Tokenizer *tokenizer, const char *path)
{
    Error error = {{0}};
    if (!tokenizer_load(tokenizer, path, &error))
        fail_msg("%s", error.text);
}

#define SPACE "\xe2\x96\x81" /* Llama's mark of a space */

/* Merges for make_tokenizer under which answers are written in other ways than a letter's token
 * between a common start and a common end. */
enum { FORM_PLAIN, FORM_CLOSED, FORM_ONE_CLOSED, FORM_OPENED, FORM_WHOLE, FORM_SINGLE, FORMS };
static const char *const form_merges[FORMS][8] = {
    [FORM_PLAIN] = {NULL},                 /* "▁" "(" "a" ")" */
    [FORM_CLOSED] = {"a )", "b )", "c )"}, /* "▁" "(" "a)" */
    [FORM_ONE_CLOSED] = {"c )"},           /* the same for c alone */
    [FORM_OPENED] = {"( a"},               /* "▁" "(a" ")"; b and c as plain */
    [FORM_WHOLE] = {"( a", "(a )"},        /* "▁" "(a)"; b and c as plain */
    [FORM_SINGLE] = {SPACE " (", SPACE "( a", SPACE "( b", SPACE "( c", SPACE "(a )", SPACE "(b )",
                     SPACE "(c )"}, /* "▁(a)" */
};

/* Writes a tokenizer.json of Llama's form: one token a printable character except
 * those in `without`, and the merges given as "left right", ended by NULL. */
static inline const char *make_tokenizer(const char *name, const char *without,
                                         const char *const *merges)
{
    json_t *vocab = json_object(), *list = json_array();
    const char *first[] = {"<unk>", "<s>", "</s>", SPACE, "\n"};
    for (size_t i = 0; i < 5; i++)
        json_object_set_new(vocab, first[i], json_integer((json_int_t)i));
    for (char c = '!'; c < 0x7f; c++)
        if (!strchr(without, c))
            json_object_set_new(vocab, (char[]){c, 0},
                                json_integer((json_int_t)json_object_size(vocab)));
    for (; *merges; merges++) {
        char whole[32] = "", left[16], right[16];
        assert_int_equal(sscanf(*merges, "%15s %15s", left, right), 2);
        snprintf(whole, sizeof whole, "%s%s", left, right);
        json_object_set_new(vocab, whole, json_integer((json_int_t)json_object_size(vocab)));
        json_array_append_new(list, json_string(*merges));
    }
    json_t *file = json_pack(
        "{s:s, s:[{s:i, s:s, s:b, s:b, s:b, s:b, s:b}], "
        "s:{s:s, s:[{s:s, s:s}, {s:s, s:{s:s}, s:s}]}, s:n, s:{s:s, s:{s:s}, s:s}, s:{s:s, s:s, "
        "s:b, s:b, s:o, s:o}}",
        "version", "1.0", "added_tokens", "id", 1, "content", "<s>", "single_word", 0, "lstrip", 0,
        "rstrip", 0, "normalized", 0, "special", 1, "normalizer", "type", "Sequence", "normalizers",
        "type", "Prepend", "prepend", SPACE, "type", "Replace", "pattern", "String", " ", "content",
        SPACE, "pre_tokenizer", "decoder", "type", "Replace", "pattern", "String", SPACE, "content",
        " ", "model", "type", "BPE", "unk_token", "<unk>", "fuse_unk", 1, "byte_fallback", 0,
        "vocab", vocab, "merges", list);
    assert_non_null(file);
    char *text = json_dumps(file, 0);
    const char *path = fixture_text(name, text);
    free(text);
    json_decref(file);
    return path;
}

#endif
