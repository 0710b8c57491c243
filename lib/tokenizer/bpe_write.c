/* Writes a learned vocabulary as a tokenizer.json in Llama 2's Prepend and Replace form. */
#include "base/alloc.h"
#include "base/text.h"
#include "tokenizer/bpe_train.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *token_json(const Names *vocab, int32_t id)
{
    size_t length;
    const char *text = names_text(vocab, id, &length);
    return json_stringn(text, length);
}

static json_t *added_tokens(const Names *vocab)
{
    json_t *added = json_array();
    for (int32_t id = 0; id < 3; id++)
        json_array_append_new(added,
                              json_pack("{s:i, s:o, s:b, s:b, s:b, s:b, s:b}", "id", (int)id,
                                        "content", token_json(vocab, id), "single_word", 0,
                                        "lstrip", 0, "rstrip", 0, "normalized", 0, "special", 1));
    return added;
}

static json_t *normalizer(void)
{
    return json_pack("{s:s, s:[{s:s, s:s}, {s:s, s:{s:s}, s:s}]}", "type", "Sequence",
                     "normalizers", "type", "Prepend", "prepend", "▁", "type", "Replace", "pattern",
                     "String", " ", "content", "▁");
}

static json_t *special_item(int segment)
{
    return json_pack("{s:{s:s, s:i}}", "SpecialToken", "id", "<s>", "type_id", segment);
}

static json_t *sequence_item(const char *name, int segment)
{
    return json_pack("{s:{s:s, s:i}}", "Sequence", "id", name, "type_id", segment);
}

static json_t *post_processor(void)
{
    return json_pack("{s:s, s:[o, o], s:[o, o, o, o], s:{s:{s:s, s:[i], s:[s]}}}", "type",
                     "TemplateProcessing", "single", special_item(0), sequence_item("A", 0), "pair",
                     special_item(0), sequence_item("A", 0), special_item(1), sequence_item("B", 1),
                     "special_tokens", "<s>", "id", "<s>", "ids", 1, "tokens", "<s>");
}

static json_t *decoder(void)
{
    return json_pack("{s:s, s:[{s:s, s:{s:s}, s:s}, {s:s}, {s:s}, {s:s, s:s, s:i, s:i}]}", "type",
                     "Sequence", "decoders", "type", "Replace", "pattern", "String", "▁", "content",
                     " ", "type", "ByteFallback", "type", "Fuse", "type", "Strip", "content", " ",
                     "start", 1, "stop", 0);
}

static json_t *merge_list(const BpeLearned *learned)
{
    json_t *list = json_array();
    Text line = {0};
    for (size_t i = 0; i < learned->merge_count; i++) {
        size_t length;
        line.length = 0;
        const char *part = names_text(&learned->vocab, learned->merges[i].left, &length);
        text_append(&line, part, length);
        text_append(&line, " ", 1);
        part = names_text(&learned->vocab, learned->merges[i].right, &length);
        text_append(&line, part, length);
        json_array_append_new(list, json_stringn(line.bytes, line.length));
    }
    text_free(&line);
    return list;
}

static json_t *model(const BpeLearned *learned)
{
    json_t *vocab = json_object();
    Text key = {0};
    for (size_t id = 0; id < learned->vocab.count; id++) {
        size_t length;
        const char *text = names_text(&learned->vocab, id, &length);
        key.length = 0;
        text_append(&key, text, length);
        text_append(&key, "", 1);
        json_object_set_new(vocab, key.bytes, json_integer((json_int_t)id));
    }
    text_free(&key);
    return json_pack("{s:s, s:n, s:s, s:n, s:n, s:b, s:b, s:b, s:o, s:o}", "type", "BPE", "dropout",
                     "unk_token", "<unk>", "continuing_subword_prefix", "end_of_word_suffix",
                     "fuse_unk", 1, "byte_fallback", 1, "ignore_merges", 0, "vocab", vocab,
                     "merges", merge_list(learned));
}

bool bpe_learned_write(const BpeLearned *learned, Out *out, Error *error)
{
    json_t *root = json_pack("{s:s, s:n, s:n, s:o, s:o, s:n, s:o, s:o, s:o}", "version", "1.0",
                             "truncation", "padding", "added_tokens", added_tokens(&learned->vocab),
                             "normalizer", normalizer(), "pre_tokenizer", "post_processor",
                             post_processor(), "decoder", decoder(), "model", model(learned));
    char *text = root ? json_dumps(root, JSON_INDENT(1)) : NULL;
    json_decref(root);
    if (!text)
        return fail(error, "%s: the vocabulary does not fit JSON; free some memory", out->path);
    out_text(out, "%s\n", text);
    free(text);
    return true;
}
