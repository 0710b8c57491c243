/* tokenizer_train: learn a byte-pair vocabulary from texts, as a Llama tokenizer.json

   The tokenizer of the embedded base model is learned by byte-pair encoding (Sennrich, Haddow and
   Birch, 2016) from the texts that the model is trained on. As in Llama 2, a space is the
   character "▁", one of which also precedes each text, and characters outside the vocabulary are
   spelled in bytes. Merges are learned inside runs of letters and inside single punctuation
   marks, each together with the "▁" before it; digits stay single. The pair that occurs most
   often is merged first; among equals, the first by its bytes. The file is in the form that Hugging
   Face =tokenizers= and =transformers= read.

   build/bin/tokenizer_train --texts texts.jsonl --lines 20000 --vocab 1536 --out tokenizer.json */
#include "run/stage.h"
#include "tokenizer/bpe_train.h"

static const char *texts, *target;
static int64_t lines, size = 1536;

static const Arg args[] = {
    {"texts", ARG_INPUT, &texts, "JSON lines, each an object with \"text\"", true},
    {"lines", ARG_INT, &lines, "lines to learn from, the first ones; 0: all [0 or more]", false},
    {"vocab", ARG_INT, &size, "tokens in the vocabulary [0 or more]", false},
    {"out", ARG_OUTPUT, &target, "the tokenizer.json", true},
    {0},
};

int main(int argc, char **argv)
{
    stage_begin("tokenizer_train", "learn a byte-pair vocabulary from texts", args, argc, argv);
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
