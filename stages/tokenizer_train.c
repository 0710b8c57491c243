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
#include "stage.h"

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
    if (!word_counts_add_file(&counts, texts, lines, &error) ||
        !bpe_learn(&learned, &counts, (size_t)size, &error) || !out_open(&out, target, &error))
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
