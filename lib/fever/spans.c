/* Tokens have no offsets here. So the text before a sentence is encoded alone, and the sentence
 * begins at the first token that differs from the whole text's. Its end is found in the same way.
 */
#include "fever/spans.h"

#include "base/alloc.h"
#include "fever/title.h"
#include "file/db.h"

#include <stdlib.h>
#include <string.h>

const char *const span_columns[] = {"claim", "page", "sentence", "first", "end", NULL};

/* Every sentence in page order, since the walk must pass all of them; one row for each claim that
 * it settles. A row with a NULL claim settles none. */
static const char sentences_sql[] =
    "SELECT DISTINCT sentence.page, sentence.number, sentence.text, prompt.claim FROM sentence"
    " JOIN page ON page.id = sentence.page"
    " LEFT JOIN evidence ON evidence.title = page.title AND evidence.sentence = sentence.number"
    " LEFT JOIN prompt ON prompt.claim = evidence.claim AND prompt.page = page.id AND prompt.main"
    " ORDER BY sentence.page, sentence.number, prompt.claim";

/* A walk along one page's sentences, and the tokens of the last one. */
typedef struct {
    const Tokenizer *tokenizer;
    int64_t page, number;
    const char *text, *rest; /* the page's text, and the part after the last sentence found */
    Tokens ids;              /* of the whole text */
    size_t first, end; /* tokens first … end − 1 of the sentence; none where first == end */
} Walk;

/* *place = how many ids are equal at the start of the whole text and of its first `length` bytes
 * encoded alone. */
static bool count_alike(const Walk *walk, size_t length, size_t *place, Error *error)
{
    char *raw = alloc_text_n(walk->text, length), *readable = title_unescape(raw);
    Tokens ids = {0};
    bool ok = tokenizer_encode(walk->tokenizer, readable, strlen(readable), true, &ids, error);
    for (*place = 0; *place < ids.count && *place < walk->ids.count; ++*place)
        if (ids.ids[*place] != walk->ids.ids[*place])
            break;
    tokens_free(&ids);
    free(raw), free(readable);
    return ok;
}

static bool enter_page(Walk *walk, const Corpus *corpus, int64_t page, Error *error)
{
    walk->page = page, walk->number = -1;
    walk->text = walk->rest = corpus->pages[page].text;
    walk->ids.count = 0;
    char *readable = title_unescape(walk->text);
    bool ok =
        tokenizer_encode(walk->tokenizer, readable, strlen(readable), true, &walk->ids, error);
    free(readable);
    return ok;
}

/* Finds the sentence in the rest of the text, and its tokens. Spaces before it count as its own,
 * because many tokenizers join a space to the word after it. */
static bool enter_sentence(Walk *walk, int64_t number, const char *sentence, Error *error)
{
    const char *found = *sentence ? strstr(walk->rest, sentence) : NULL;
    walk->number = number, walk->first = walk->end = 0;
    if (!found)
        return true;
    size_t start = (size_t)(found - walk->text), end = start + strlen(sentence);
    while (start > 0 && walk->text[start - 1] == ' ')
        start--;
    walk->rest = walk->text + end;
    return count_alike(walk, start, &walk->first, error) &&
           count_alike(walk, end, &walk->end, error);
}

static void add(Spans *spans, Span span)
{
    spans->items = alloc_grow(spans->items, &spans->capacity, spans->count + 1, sizeof span);
    spans->items[spans->count++] = span;
}

static bool walk_on(Walk *walk, Spans *spans, const Corpus *corpus, const Query *rows,
                    size_t max_tokens, Error *error)
{
    int64_t page = db_int(rows, 0), number = db_int(rows, 1);
    const char *sentence = db_text(rows, 2);
    if (page < 0 || (size_t)page >= corpus->pages_count || !sentence)
        return fail(error, "a sentence has no page or no text; make it again with ingest");
    if (page != walk->page && !enter_page(walk, corpus, page, error))
        return false;
    if (number != walk->number && !enter_sentence(walk, number, sentence, error))
        return false;
    size_t end = walk->end < max_tokens ? walk->end : max_tokens;
    if (db_text(rows, 3) && walk->first < end)
        add(spans, (Span){db_int(rows, 3), page, number, (int64_t)walk->first, (int64_t)end});
    return true;
}

bool spans_find(Spans *spans, const Corpus *corpus, const char *path, const Tokenizer *tokenizer,
                size_t max_tokens, Error *error)
{
    Walk walk = {.tokenizer = tokenizer, .page = -1};
    Error inner;
    Query rows;
    Db db;
    bool row = true;
    if (!db_open(&db, path, error))
        return false;
    bool ok = db_prepare(&db, &rows, sentences_sql, error);
    while (ok && (ok = db_step(&rows, &row, error)) && row)
        ok = walk_on(&walk, spans, corpus, &rows, max_tokens, &inner) ||
             fail(error, "%s: %s", path, inner.text);
    db_finish(&rows);
    db_abandon(&db);
    tokens_free(&walk.ids);
    return ok;
}

static bool take(void *user, const CsvRow *row, Error *error)
{
    Span span;
    if (!csvfile_int(row, 0, &span.claim, error) || !csvfile_int(row, 1, &span.page, error) ||
        !csvfile_int(row, 2, &span.sentence, error) || !csvfile_int(row, 3, &span.first, error) ||
        !csvfile_int(row, 4, &span.end, error))
        return false;
    if (span.claim < 0 || span.page < 0 || span.sentence < 0 || span.first < 0 ||
        span.end <= span.first)
        return fail(error,
                    "%s:%zu: claim, page, sentence and first must be 0 or more and end above "
                    "first; run encode --report evidence again",
                    row->path, row->line);
    add(user, span);
    return true;
}

bool spans_read(Spans *spans, const char *path, Error *error)
{
    return csvfile_read(path, span_columns, take, spans, error);
}
