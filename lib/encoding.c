/* From the corpus to token ids: documents, templates and prompts, as `encode` writes them. */
#include "encoding.h"

#include "mem.h"
#include "title.h"

#include <stdlib.h>
#include <string.h>

/* What every step needs. */
typedef struct {
    const Corpus *corpus;
    const char *path;
    const Tokenizer *tokenizer;
    size_t max_tokens;
    EncodingProgress progress;
    Encoding *encoding;
    Error *error;
} Work;

static void ragged_begin(RaggedIds *ragged, size_t count)
{
    ragged->offset = mem_alloc(count + 1, sizeof *ragged->offset);
    ragged->document = mem_alloc(count, sizeof *ragged->document);
}

/* Ends the text whose ids have just been appended. */
static void ragged_end_text(RaggedIds *ragged, size_t document)
{
    ragged->document[ragged->count] = (int32_t)document;
    ragged->offset[++ragged->count] = (int64_t)ragged->ids.count;
}

static void ragged_free(RaggedIds *ragged)
{
    tokens_free(&ragged->ids);
    free(ragged->offset);
    free(ragged->document);
}

/* Adds the place to a message that has none. */
static bool fail_at(const Work *work, const char *table, size_t row, const Error *inner)
{
    return fail(work->error, "%s:%s row %zu: %s", work->path, table, row, inner->text);
}

static void report(const Work *work)
{
    const Encoding *encoding = work->encoding;
    const Corpus *corpus = work->corpus;
    size_t done = encoding->documents.count + encoding->templates.count + encoding->prompts.count;
    size_t total = corpus->pages_count + corpus->templates_count + corpus->prompts_count;
    if (work->progress && (done % 64 == 0 || done == total))
        work->progress("texts", (double)done, (double)total);
}

static bool encode_documents(const Work *work)
{
    RaggedIds *documents = &work->encoding->documents;
    ragged_begin(documents, work->corpus->pages_count);
    for (size_t i = 0; i < work->corpus->pages_count; i++) {
        Error inner;
        size_t first = documents->ids.count;
        char *text = title_unescape(work->corpus->pages[i].text);
        bool ok =
            tokenizer_encode(work->tokenizer, text, strlen(text), true, &documents->ids, &inner);
        free(text);
        if (!ok)
            return fail_at(work, "page", i, &inner);
        if (documents->ids.count == first)
            return fail(work->error,
                        "%s:page row %zu: the tokenizer makes no token of its text; "
                        "drop the page",
                        work->path, i);
        if (documents->ids.count - first > work->max_tokens)
            documents->ids.count = first + work->max_tokens;
        ragged_end_text(documents, i);
        report(work);
    }
    return true;
}

/* *text = the prompt's text, whatever it held before. */
static void make_text(const Work *work, const CorpusPrompt *prompt, Text *text)
{
    text->length = 0;
    prompt_text(text, &work->corpus->claims[prompt->example].claim,
                &work->corpus->claims[prompt->claim].claim);
}

static bool encode_templates(const Work *work)
{
    RaggedIds *templates = &work->encoding->templates;
    Text text = {0};
    bool ok = true;
    ragged_begin(templates, work->corpus->templates_count);
    for (size_t i = 0; ok && i < work->corpus->templates_count; i++) {
        const CorpusPrompt *template = &work->corpus->templates[i];
        Error inner;
        make_text(work, template, &text);
        prompt_answer(&text, work->corpus->claims[template->claim].claim.label);
        text_append(&text, "\n", 1);
        ok = tokenizer_encode(work->tokenizer, text.bytes, text.length, true, &templates->ids,
                              &inner) ||
             fail_at(work, "template", i, &inner);
        ragged_end_text(templates, template->page);
        report(work);
    }
    text_free(&text);
    return ok;
}

static bool encode_prompt(const Work *work, size_t i, Text *text)
{
    Encoding *encoding = work->encoding;
    const CorpusPrompt *prompt = &work->corpus->prompts[i];
    Letters letters;
    Error inner;
    size_t start;
    make_text(work, prompt, text);
    if (!prompt_encode(work->tokenizer, text, &encoding->prompts.ids, &start, &letters, &inner))
        return fail_at(work, "prompt", i, &inner);
    if (i == 0)
        encoding->letters = letters;
    if (!letters_equal(&encoding->letters, &letters))
        return fail(work->error,
                    "%s:prompt row %zu: its answers' tokens differ from those of the "
                    "first prompt; use a tokenizer that keeps letters apart",
                    work->path, i);
    encoding->answer_start[i] = (int32_t)start;
    encoding->claim[i] = (int32_t)prompt->claim;
    encoding->label[i] = (int32_t)work->corpus->claims[prompt->claim].claim.label;
    encoding->rows[i] = (int32_t)prompt->rows;
    encoding->main[i] = prompt->main;
    ragged_end_text(&encoding->prompts, prompt->page);
    return true;
}

static bool encode_prompts(const Work *work)
{
    Encoding *encoding = work->encoding;
    size_t count = work->corpus->prompts_count;
    Text text = {0};
    bool ok = count > 0 || fail(work->error,
                                "%s: holds no prompt; make it again with validation "
                                "claims",
                                work->path);
    int32_t **columns[] = {&encoding->answer_start, &encoding->claim, &encoding->label,
                           &encoding->rows, &encoding->main};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        *columns[i] = mem_alloc(count, sizeof **columns[i]);
    ragged_begin(&encoding->prompts, count);
    for (size_t i = 0; ok && i < count; i++) {
        ok = encode_prompt(work, i, &text);
        report(work);
    }
    text_free(&text);
    return ok;
}

bool encoding_make(const Corpus *corpus, const char *path, const Tokenizer *tokenizer,
                   size_t max_tokens, EncodingProgress progress, Encoding *encoding, Error *error)
{
    *encoding = (Encoding){0};
    Work work = {corpus, path, tokenizer, max_tokens, progress, encoding, error};
    bool ok = encode_documents(&work) && encode_templates(&work) && encode_prompts(&work);
    if (!ok)
        encoding_free(encoding);
    return ok;
}

static void add_ints(TensorWriter *writer, const char *name, size_t count, const int32_t *values)
{
    tensor_writer_add(writer, name, DTYPE_I32, 1, &count, values);
}

/* Declares <kind>.offset and <kind>.ids, and <kind>.document where `documents` says so. */
static void add_ragged(TensorWriter *writer, const char *kind, const RaggedIds *ragged,
                       bool documents)
{
    char name[32];
    size_t offsets = ragged->count + 1;
    snprintf(name, sizeof name, "%s.offset", kind);
    tensor_writer_add(writer, name, DTYPE_I64, 1, &offsets, ragged->offset);
    snprintf(name, sizeof name, "%s.ids", kind);
    add_ints(writer, name, ragged->ids.count, ragged->ids.ids);
    snprintf(name, sizeof name, "%s.document", kind);
    if (documents)
        add_ints(writer, name, ragged->count, ragged->document);
}

void encoding_add(const Encoding *encoding, TensorWriter *writer)
{
    size_t prompts = encoding->prompts.count;
    add_ragged(writer, "document", &encoding->documents, false);
    add_ragged(writer, "template", &encoding->templates, true);
    add_ragged(writer, "prompt", &encoding->prompts, true);
    add_ints(writer, "prompt.answer_start", prompts, encoding->answer_start);
    add_ints(writer, "prompt.claim", prompts, encoding->claim);
    add_ints(writer, "prompt.label", prompts, encoding->label);
    add_ints(writer, "prompt.rows", prompts, encoding->rows);
    add_ints(writer, "prompt.main", prompts, encoding->main);
    letters_add(&encoding->letters, writer);
}

void encoding_free(Encoding *encoding)
{
    ragged_free(&encoding->documents);
    ragged_free(&encoding->templates);
    ragged_free(&encoding->prompts);
    free(encoding->answer_start);
    free(encoding->claim);
    free(encoding->label);
    free(encoding->rows);
    free(encoding->main);
    *encoding = (Encoding){0};
}
