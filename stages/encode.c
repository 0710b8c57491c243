/* encode: turn the corpus into token ids of documents, templates and 1-shot prompts
 *
 * A document is its page's text behind the beginning-of-sequence token (BOS),
 * with the escapes of brackets made readable, cut at =--max-tokens= ids. BOS is the token that the
 * tokenizer puts before a text, =<s>= for Llama. *Reading:* where it puts none, as that of GPT-NeoX
 * and Pythia, texts begin with =<|endoftext|>=, which stood between the texts these models were
 * trained on; it also ends an answer, as =</s>= does for Llama. A prompt
 * names the task and the three answer candidates, shows one training claim about the same
 * document with its answer, and ends with the claim in question and =A:=. The answer
 * =␣(x)= is encoded together with the prompt for each of its three letters. The tokens with which
 * the three begin alike are part of the prompt; those with which they end alike close the answer;
 * what stands between, one token or several, is the letter's own, which a model's choice is
 * read from. A tokenizer is refused if it writes two answers alike, or one with its unknown token,
 * or if the prompt's own tokens change when an answer follows.
 * A template is the prompt of a training claim followed by its answer.
 *
 *   build/bin/encode --corpus build/corpus.db --tokenizer data/model/tokenizer.json \
 *       --max-tokens 512 --out build/encoded.safetensors
 */
#include "encoding.h"
#include "stage.h"

static struct {
    const char *corpus, *tokenizer, *out;
    int64_t max_tokens;
} options = {.max_tokens = 512};

static const Arg args[] = {
    {"corpus", ARG_INPUT, &options.corpus, "SQLite file made by ingest", true},
    {"tokenizer", ARG_INPUT, &options.tokenizer, "tokenizer.json", true},
    {"max-tokens", ARG_INT, &options.max_tokens, "ids of a document at most, with BOS", false},
    {"out", ARG_OUTPUT, &options.out, "the encoded corpus, safetensors", true},
    {0}};

static void add_metadata(TensorWriter *writer, const Tokenizer *tokenizer)
{
    char number[32];
    tensor_writer_metadata(writer, "tokenizer", options.tokenizer);
    snprintf(number, sizeof number, "%zu", tokenizer_size(tokenizer));
    tensor_writer_metadata(writer, "vocab_size", number);
    snprintf(number, sizeof number, "%lld", (long long)options.max_tokens);
    tensor_writer_metadata(writer, "max_tokens", number);
    snprintf(number, sizeof number, "%d", (int)tokenizer->bos);
    tensor_writer_metadata(writer, "bos", number);
}

int main(int argc, char **argv)
{
    Error error;
    Corpus corpus;
    Tokenizer tokenizer;
    Encoding encoding;
    TensorWriter writer = {0};
    Out out;
    stage_begin("encode", "turn a corpus into token ids", args, argc, argv);
    if (options.max_tokens < 2 || options.max_tokens > INT32_MAX)
        stage_fail("--max-tokens: %lld is out of range; give at least 2",
                   (long long)options.max_tokens);
    if (!corpus_read(&corpus, options.corpus, &error) ||
        !tokenizer_load(&tokenizer, options.tokenizer, &error) ||
        !encoding_make(&corpus, options.corpus, &tokenizer, (size_t)options.max_tokens,
                       stage_progress, &encoding, &error) ||
        !out_open(&out, options.out, &error))
        stage_die(&error);
    add_metadata(&writer, &tokenizer);
    encoding_add(&encoding, &writer);
    if (!tensor_writer_write(&writer, &out, &error))
        stage_die(&error);
    stage_commit(&out);
    encoding_free(&encoding);
    tokenizer_free(&tokenizer);
    corpus_free(&corpus);
    return 0;
}
