/* A prompt's context may be too long, by itself or with the prompt. A binary search over the number
 * of its words finds the longest start that fits. It assumes that more words make no fewer ids. */
#include "fever/encoding.h"

#include "base/alloc.h"
#include "fever/title.h"

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
    ragged->offset = alloc_zeroed(count + 1, sizeof *ragged->offset);
    ragged->document = alloc_zeroed(count, sizeof *ragged->document);
}

/* Ends the text whose ids were just appended. */
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

/* Reports an inner error with its place. */
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
    work->encoding->half = alloc_zeroed(work->corpus->pages_count, sizeof *work->encoding->half);
    for (size_t i = 0; i < work->corpus->pages_count; i++) {
        Error inner;
        size_t first = documents->ids.count;
        char *text = title_unescape(work->corpus->pages[i].text);
        work->encoding->half[i] = title_half(work->corpus->pages[i].title);
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

/* *text = the prompt's text, replacing what it held. */
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

/* *text = the first `kept` bytes of prompt i's context, a newline, and the prompt. */
static void make_told(const Work *work, size_t i, size_t kept, Text *text)
{
    Text prompt = {0};
    make_text(work, &work->corpus->prompts[i], &prompt);
    text->length = 0;
    if (kept > 0) {
        text_append(text, work->corpus->before[i], kept);
        text_append(text, "\n", 1);
    }
    text_append(text, prompt.bytes, prompt.length);
    text_free(&prompt);
}

/* *ids = the ids of prompt i with so much of its context; *room = whether they and the answers fit
 * in corpus->longest. */
static bool encode_told(const Work *work, size_t i, size_t kept, Text *text, Tokens *ids,
                        size_t *start, AnswerTokens *letters, bool *room, Error *error)
{
    make_told(work, i, kept, text);
    ids->count = 0;
    if (!prompt_encode(work->tokenizer, text, ids, start, letters, error))
        return false;
    size_t rows = ids->count + LETTERS * answer_tokens_branch(letters);
    *room = work->corpus->longest == 0 || rows <= work->corpus->longest;
    return true;
}

/* How many bytes the first `words` words of a text take. */
static size_t first_words(const char *text, size_t words)
{
    size_t end = 0;
    for (size_t n = 0; n < words && text[end]; n++) {
        end += strspn(text + end, " ");
        end += strcspn(text + end, " ");
    }
    return end;
}

static size_t count_words(const char *text)
{
    size_t words = 0;
    for (const char *p = text + strspn(text, " "); *p; words++) {
        p += strcspn(p, " ");
        p += strspn(p, " ");
    }
    return words;
}

/* *words = how many words of the context take at most corpus->told ids with BOS; all, where that is
 * 0. */
static bool count_told(const Work *work, const char *before, size_t *words, Error *error)
{
    size_t low = 0, high = before ? count_words(before) : 0, middle = high;
    Tokens ids = {0};
    bool ok = true;
    *words = high;
    while (ok && work->corpus->told > 0 && low < high) {
        size_t bytes = middle == *words ? strlen(before) : first_words(before, middle);
        ids.count = 0;
        ok = tokenizer_encode(work->tokenizer, before, bytes, true, &ids, error);
        if (ids.count <= work->corpus->told)
            low = middle;
        else
            high = middle - 1;
        middle = low + (high - low + 1) / 2;
    }
    if (work->corpus->told > 0)
        *words = low;
    tokens_free(&ids);
    return ok;
}

/* encode_told with as many words of the context as are allowed and fit. */
static bool encode_fitting(const Work *work, size_t i, Text *text, Tokens *ids, size_t *start,
                           AnswerTokens *letters, Error *error)
{
    const char *before = work->corpus->before ? work->corpus->before[i] : NULL;
    size_t low = 0, high, whole = before ? strlen(before) : 0;
    bool room;
    if (!count_told(work, before, &high, error))
        return false;
    work->encoding->kept[i] =
        before && high < count_words(before) ? first_words(before, high) : whole;
    if (!encode_told(work, i, work->encoding->kept[i], text, ids, start, letters, &room, error))
        return false;
    work->encoding->cut += room && work->encoding->kept[i] < whole;
    if (room || high == 0)
        return true;
    while (high - low > 1) { /* `low` words fit (0 is not tested), `high` do not */
        size_t middle = low + (high - low) / 2;
        if (!encode_told(work, i, first_words(before, middle), text, ids, start, letters, &room,
                         error))
            return false;
        *(room ? &low : &high) = middle;
    }
    work->encoding->cut++;
    work->encoding->kept[i] = first_words(before, low);
    return encode_told(work, i, work->encoding->kept[i], text, ids, start, letters, &room, error);
}

static bool encode_prompt(const Work *work, size_t i, Text *text)
{
    Encoding *encoding = work->encoding;
    const CorpusPrompt *prompt = &work->corpus->prompts[i];
    AnswerTokens letters;
    Tokens ids = {0};
    Error inner;
    size_t start;
    bool ok = encode_fitting(work, i, text, &ids, &start, &letters, &inner);
    for (size_t t = 0; ok && t < ids.count; t++)
        tokens_push(&encoding->prompts.ids, ids.ids[t]);
    tokens_free(&ids);
    if (!ok)
        return fail_at(work, "prompt", i, &inner);
    if (i == 0)
        encoding->letters = letters;
    if (!answer_tokens_equal(&encoding->letters, &letters))
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
        *columns[i] = alloc_zeroed(count, sizeof **columns[i]);
    encoding->kept = alloc_zeroed(count, sizeof *encoding->kept);
    ragged_begin(&encoding->prompts, count);
    for (size_t i = 0; ok && i < count; i++) {
        ok = encode_prompt(work, i, &text);
        report(work);
    }
    text_free(&text);
    return ok;
}

/* The ids of text `index`; *length = how many. */
static const int32_t *ragged_text(const RaggedIds *ragged, size_t index, size_t *length)
{
    *length = (size_t)(ragged->offset[index + 1] - ragged->offset[index]);
    return ragged->ids.ids + ragged->offset[index];
}

/* A claim to be sorted by its ids, then by its number. It carries the list of claims, since qsort
 * passes no context. */
typedef struct {
    const RaggedIds *claims;
    int32_t number;
} Placed;

static int by_ids(const void *a, const void *b)
{
    const Placed *x = a, *y = b;
    size_t m, n;
    const int32_t *p = ragged_text(x->claims, (size_t)x->number, &m);
    const int32_t *q = ragged_text(y->claims, (size_t)y->number, &n);
    for (size_t t = 0; t < m && t < n; t++)
        if (p[t] != q[t])
            return p[t] < q[t] ? -1 : 1;
    return (m > n) - (m < n);
}

static int by_place(const void *a, const void *b)
{
    const Placed *x = a, *y = b;
    int order = by_ids(a, b);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* The first claim with the same ids, for each claim (count); freed by the caller. */
static int32_t *find_same(const RaggedIds *claims)
{
    Placed *placed = alloc_zeroed(claims->count, sizeof *placed);
    int32_t *same = alloc_zeroed(claims->count, sizeof *same);
    for (size_t i = 0; i < claims->count; i++)
        placed[i] = (Placed){claims, (int32_t)i};
    qsort(placed, claims->count, sizeof *placed, by_place);
    for (size_t i = 0, first = 0; i < claims->count; i++) {
        if (by_ids(&placed[i], &placed[first]) != 0)
            first = i;
        same[placed[i].number] = placed[first].number;
    }
    free(placed);
    return same;
}

/* Encodes the claim of each main prompt alone. */
static bool encode_claims(const Work *work)
{
    const Corpus *corpus = work->corpus;
    RaggedIds *claims = &work->encoding->claims;
    Text text = {0};
    bool ok = true;
    ragged_begin(claims, corpus->prompts_count);
    for (size_t i = 0; ok && i < corpus->prompts_count; i++) {
        if (!corpus->prompts[i].main)
            continue;
        Error inner;
        text.length = 0;
        prompt_claim(&text, &corpus->claims[corpus->prompts[i].claim].claim);
        ok = tokenizer_encode(work->tokenizer, text.bytes, text.length, true, &claims->ids,
                              &inner) ||
             fail_at(work, "prompt", i, &inner);
        if (ok && (int64_t)claims->ids.count == claims->offset[claims->count])
            ok =
                fail(work->error,
                     "%s:prompt row %zu: the tokenizer makes no token of its claim; drop the claim",
                     work->path, i);
        ragged_end_text(claims, i);
    }
    text_free(&text);
    work->encoding->same = find_same(claims);
    return ok;
}

/* Appends the ids of a text whose first `told` bytes are its context; *start = how many ids come
 * before the claim's own: those that equal the ids of the context encoded alone, up to the first
 * that differs. At least one id is left to the claim. */
static bool append_told(const Work *work, const Text *text, size_t told, Tokens *ids,
                        int32_t *start, Error *error)
{
    Tokens before = {0};
    size_t first = ids->count, same = 0;
    bool ok = tokenizer_encode(work->tokenizer, text->bytes, told, true, &before, error) &&
              tokenizer_encode(work->tokenizer, text->bytes, text->length, true, ids, error);
    while (ok && same < before.count && first + same + 1 < ids->count &&
           before.ids[same] == ids->ids[first + same])
        same++;
    *start = (int32_t)same;
    tokens_free(&before);
    return ok;
}

/* Puts each main prompt's context, as far as it was kept, and a space before its claim. */
static bool tell_claims(const Work *work)
{
    Encoding *encoding = work->encoding;
    RaggedIds bare = encoding->claims, *told = &encoding->claims;
    Text text = {0};
    bool ok = true;
    *told = (RaggedIds){0};
    ragged_begin(told, bare.count);
    encoding->start = alloc_zeroed(bare.count, sizeof *encoding->start);
    for (size_t i = 0; ok && i < bare.count; i++) {
        size_t prompt = (size_t)bare.document[i], kept = encoding->kept[prompt];
        Error inner;
        text.length = 0;
        if (kept > 0) {
            text_append(&text, work->corpus->before[prompt], kept);
            text_append(&text, " ", 1);
        }
        size_t before = text.length;
        prompt_claim(&text, &work->corpus->claims[work->corpus->prompts[prompt].claim].claim);
        ok = append_told(work, &text, before, &told->ids, &encoding->start[i], &inner) ||
             fail_at(work, "prompt", prompt, &inner);
        ragged_end_text(told, prompt);
    }
    text_free(&text);
    ragged_free(&bare);
    return ok;
}

bool encoding_make(const Corpus *corpus, const char *path, const Tokenizer *tokenizer,
                   size_t max_tokens, EncodingProgress progress, Encoding *encoding, Error *error)
{
    *encoding = (Encoding){0};
    Work work = {corpus, path, tokenizer, max_tokens, progress, encoding, error};
    bool ok = encode_documents(&work) && encode_templates(&work) && encode_prompts(&work) &&
              encode_claims(&work) && (!corpus->before || tell_claims(&work));
    if (!ok)
        encoding_free(encoding);
    return ok;
}

static void add_ints(TensorWriter *writer, const char *name, size_t count, const int32_t *values)
{
    tensor_writer_add(writer, name, DTYPE_I32, 1, &count, values);
}

/* Adds <kind>.offset and <kind>.ids and, if `documents`, <kind>.document. */
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
    answer_tokens_add(&encoding->letters, writer);
    add_ints(writer, "document.half", encoding->documents.count, encoding->half);
    add_ragged(writer, "claim", &encoding->claims, false);
    add_ints(writer, "claim.prompt", encoding->claims.count, encoding->claims.document);
    add_ints(writer, "claim.same", encoding->claims.count, encoding->same);
    if (encoding->start)
        add_ints(writer, "claim.start", encoding->claims.count, encoding->start);
}

void encoding_free(Encoding *encoding)
{
    ragged_free(&encoding->documents);
    ragged_free(&encoding->templates);
    ragged_free(&encoding->prompts);
    ragged_free(&encoding->claims);
    free(encoding->kept);
    free(encoding->start);
    free(encoding->half), free(encoding->same);
    free(encoding->answer_start);
    free(encoding->claim);
    free(encoding->label);
    free(encoding->rows);
    free(encoding->main);
    *encoding = (Encoding){0};
}
