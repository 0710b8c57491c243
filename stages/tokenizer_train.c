/* tokenizer_train: learn a byte-pair vocabulary from texts, as a Llama tokenizer.json

   The tokenizer of the embedded base model is learned by byte-pair encoding (Sennrich, Haddow and
   Birch, 2016) from the texts that the model is trained on. As in Llama 2, a space is the
   character "▁", one of which also precedes each text, and characters outside the vocabulary are
   spelled in bytes. Merges are learned inside runs of letters and inside single punctuation
   marks, each together with the "▁" before it; digits stay single. The pair that occurs most
   often is merged first; among equals, the first by its bytes. The file is in the form that Hugging
   Face =tokenizers= and =transformers= read.

   build/bin/tokenizer_train --texts texts.jsonl --lines 20000 --vocab 1536 --out tokenizer.json */
#include "bpe_train.h"
#include "mem.h"
#include "stage.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Adds the words of one line, a JSON object with "text". */
static void add_line(WordCounts *counts, const char *line, size_t length, const char *where)
{
    Error error;
    json_error_t problem;
    json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &problem);
    if (!object)
        stage_fail("%s: not JSON (%s); give one object a line", where, problem.text);
    const json_t *text = json_object_get(object, "text");
    if (!json_is_string(text))
        stage_fail("%s: no string \"text\"; give objects with one", where);
    if (!word_counts_add(counts, json_string_value(text), json_string_length(text), where, &error))
        stage_die(&error);
    json_decref(object);
}

/* Adds at most `limit` lines (all when 0). */
static void add_file(WordCounts *counts, const char *path, int64_t limit)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        stage_fail("%s: cannot be read (%s); check the path", path, errno_text());
    char *line = NULL;
    size_t capacity = 0, where_size = strlen(path) + 32;
    char *where = mem_alloc(where_size, 1);
    ssize_t length;
    int64_t number = 0;
    while ((limit == 0 || number < limit) && (length = getline(&line, &capacity, file)) >= 0) {
        snprintf(where, where_size, "%s:%lld", path, (long long)++number);
        add_line(counts, line, (size_t)length, where);
    }
    if (ferror(file))
        stage_fail("%s: cannot be read to its end (%s); check the disk", path, errno_text());
    if (number == 0)
        stage_fail("%s: holds no lines; give a file of texts", path);
    fclose(file);
    free(line);
    free(where);
}

int main(int argc, char **argv)
{
    const char *texts = NULL, *target = NULL;
    int64_t lines = 0, size = 1536;
    const Arg args[] = {
        {"texts", ARG_INPUT, &texts, "JSON lines, each an object with \"text\"", true},
        {"lines", ARG_INT, &lines, "how many lines to learn from, the first ones (0: all)", false},
        {"vocab", ARG_INT, &size, "tokens in the vocabulary", false},
        {"out", ARG_OUTPUT, &target, "the tokenizer.json", true},
        {0}};
    stage_begin("tokenizer_train", "learn a byte-pair vocabulary from texts", args, argc, argv);
    if (lines < 0 || size < 0)
        stage_fail("--lines %lld --vocab %lld: negative; give counts", (long long)lines,
                   (long long)size);
    Error error;
    WordCounts counts = {0};
    BpeLearned learned;
    Out out;
    add_file(&counts, texts, lines);
    if (!bpe_learn(&learned, &counts, (size_t)size, &error) || !out_open(&out, target, &error))
        stage_die(&error);
    if (!bpe_learned_write(&learned, &out, &error)) {
        out_abandon(&out);
        stage_die(&error);
    }
    stage_commit(&out);
    bpe_learned_free(&learned);
    word_counts_free(&counts);
    return 0;
}
