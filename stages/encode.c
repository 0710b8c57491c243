/* encode: turn the corpus into token ids of documents, templates and 1-shot prompts
 *
 * A document is its page's text behind the beginning-of-sequence token (BOS),
 * with the escapes of brackets made readable, cut at =--max-tokens= ids. BOS is the token that the
 * tokenizer puts before a text, =<s>= for Llama, or else the one that =tokenizer_config.json=,
 * =special_tokens_map.json=, =config.json= or =generation_config.json= beside it names. *Reading:*
 * where none of them says, as for GPT-NeoX and Pythia, texts begin with =<|endoftext|>=, which
 * stood between the texts these models were trained on; it also ends an answer, as =</s>= does for
 * Llama. A prompt names the task and the three answer candidates, shows one training claim about
 * the same document with its answer, and ends with the claim in question and =A:=. The answer
 * =␣(x)= is encoded together with the prompt for each of its three letters. The tokens with which
 * the three begin alike are part of the prompt; those with which they end alike close the answer;
 * what stands between, one token or several, is the letter's own, which a model's choice is read
 * from. A tokenizer is refused if it writes two answers alike, or one with its unknown token, or if
 * the prompt's own tokens change when an answer follows. A template is the prompt of a training
 * claim followed by its answer. The claims by themselves are kept as well, each behind BOS. =--bos=
 * names another token than the declared one, which is not always the best: SmolLM2's texts
 * cost 2.914 nats a token behind token 0, and 3.016 behind its own.
 *
 * As a control, a prompt can be told something first. With =--context page= the document's text
 * stands before it and a line break, with =--context evidence= only the sentences that the claim's
 * evidence names, with =--context other= the page that stands in the document's place
 * (=other_pages=). Of a page no more is told than a memory stores of it, =--max-tokens= ids, so
 * that both have the same to go by. What is more, or has no room among the positions of the model,
 * of which =--config= is the configuration, is cut at a word; how many prompts were cut is
 * recorded.
 *
 * =--report evidence= lists instead, of each claim, which tokens of its document are the sentences
 * that its evidence names.
 *
 *   build/bin/encode --corpus build/corpus.db --tokenizer data/model/tokenizer.json \
 *       --max-tokens 512 --out build/encoded.safetensors
 */
#include "base/alloc.h"
#include "fever/context.h"
#include "fever/encoding.h"
#include "fever/spans.h"
#include "model/model.h"
#include "run/stage.h"

#include <stdlib.h>
#include <string.h>

static const char *corpus_path, *tokenizer_path, *context, *config_path, *out_path;
static const char *report = "tokens";
static int64_t max_tokens = 512, templates = INT64_MAX, bos = -1;

static const Arg args[] = {
    {"corpus", ARG_INPUT, &corpus_path, "SQLite file made by ingest", true},
    {"tokenizer", ARG_INPUT, &tokenizer_path, "tokenizer.json, or a GGUF file", true},
    {"max-tokens", ARG_INT, &max_tokens,
     "ids of a document at most, with BOS [from 2 to 2147483647]", false},
    {"templates", ARG_INT, &templates, "of a page, its first; all if absent [0 or more]", false},
    {"bos", ARG_INT, &bos, "id that begins a text; the tokenizer's own if absent [-1 or more]",
     false},
    {"context", ARG_TEXT, &context, "told before a prompt [page, other or evidence]", false},
    {"config", ARG_INPUT, &config_path, "config.json of the model, for its positions", false},
    {"report", ARG_TEXT, &report, "what is written [tokens or evidence]", false},
    {"out", ARG_OUTPUT, &out_path, "the encoded corpus, safetensors; evidence, CSV", true},
    {0}};

/* What is told before the prompts, and how much room there is. */
static void tell(Corpus *corpus)
{
    Error error;
    ModelConfig config;
    stage_want(config_path, "config", "given with --context");
    if (!model_config_read(&config, config_path, &error) ||
        !context_read(corpus, corpus_path, context_parse(context), &error))
        stage_die(&error);
    corpus->longest = config.positions;
    corpus->told = context_parse(context) == CONTEXT_EVIDENCE ? 0 : (size_t)max_tokens;
}

static void add_metadata(TensorWriter *writer, const Tokenizer *tokenizer, size_t cut)
{
    char number[32];
    tensor_writer_metadata(writer, "tokenizer", tokenizer_path);
    snprintf(number, sizeof number, "%zu", tokenizer_size(tokenizer));
    tensor_writer_metadata(writer, "vocab_size", number);
    snprintf(number, sizeof number, "%lld", (long long)max_tokens);
    tensor_writer_metadata(writer, "max_tokens", number);
    snprintf(number, sizeof number, "%d", (int)tokenizer->bos);
    tensor_writer_metadata(writer, "bos", number);
    if (!context)
        return;
    snprintf(number, sizeof number, "%zu", cut);
    tensor_writer_metadata(writer, "context", context);
    tensor_writer_metadata(writer, "cut", number);
}

/* Leaves each page its first templates, as many as are wanted. */
static void keep_templates(Corpus *corpus)
{
    size_t *made = alloc_zeroed(corpus->pages_count, sizeof *made), kept = 0;
    for (size_t i = 0; i < corpus->templates_count; i++)
        if ((int64_t)made[corpus->templates[i].page]++ < templates)
            corpus->templates[kept++] = corpus->templates[i];
    corpus->templates_count = kept;
    free(made);
}

/* The token that begins a text, where the profile knows better than the tokenizer. */
static void set_bos(Tokenizer *tokenizer)
{
    if (bos >= (int64_t)tokenizer_size(tokenizer))
        stage_fail("--bos: %lld is no id of %s, which has %zu; name one of them", (long long)bos,
                   tokenizer_path, tokenizer_size(tokenizer));
    if (bos >= 0)
        tokenizer->bos = (int32_t)bos;
    if (tokenizer->bos < 0)
        stage_fail(
            "%s: no file says which token begins a text; give its id as --bos (make: BOS=ID)",
            tokenizer_path);
}

static void put_encoding(const Corpus *corpus, const Tokenizer *tokenizer)
{
    Error error;
    Encoding encoding;
    TensorWriter writer = {0};
    Out out;
    if (!encoding_make(corpus, corpus_path, tokenizer, (size_t)max_tokens, stage_progress,
                       &encoding, &error) ||
        !out_open(&out, out_path, &error))
        stage_die(&error);
    add_metadata(&writer, tokenizer, encoding.cut);
    encoding_add(&encoding, &writer);
    if (!tensor_writer_write(&writer, &out, &error))
        stage_die(&error);
    stage_commit(&out);
    encoding_free(&encoding);
}

static void put_evidence(const Corpus *corpus, const Tokenizer *tokenizer)
{
    Error error;
    Spans spans = {0};
    CsvWriter csv;
    Out out;
    if (!spans_find(&spans, corpus, corpus_path, tokenizer, (size_t)max_tokens, &error))
        stage_die(&error);
    stage_csv_begin(&csv, &out, out_path, span_columns);
    for (const Span *span = spans.items; span < spans.items + spans.count; span++) {
        csvfile_put_int(&csv, span->claim);
        csvfile_put_int(&csv, span->page);
        csvfile_put_int(&csv, span->sentence);
        csvfile_put_int(&csv, span->first);
        csvfile_put_int(&csv, span->end);
        csvfile_end_row(&csv);
    }
    stage_csv_commit(&csv, &out);
    free(spans.items);
}

int main(int argc, char **argv)
{
    Error error;
    Corpus corpus;
    Tokenizer tokenizer;
    stage_begin("encode", "turn a corpus into token ids", args, argc, argv);
    if (!corpus_read(&corpus, corpus_path, &error) ||
        !tokenizer_open(&tokenizer, tokenizer_path, &error))
        stage_die(&error);
    stage_note(&tokenizer.note);
    if (context)
        tell(&corpus);
    keep_templates(&corpus);
    set_bos(&tokenizer);
    if (strcmp(report, "evidence") == 0)
        put_evidence(&corpus, &tokenizer);
    else
        put_encoding(&corpus, &tokenizer);
    tokenizer_free(&tokenizer);
    corpus_free(&corpus);
    return 0;
}
