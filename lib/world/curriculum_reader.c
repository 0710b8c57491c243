/* An answer's letter is recognized by the three ids before it, which all three answers share. */
#include "world/curriculum_reader.h"

#include "base/alloc.h"
#include "file/json_strict.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_LIMIT = 1 << 20 };

/* Finds the ids of and before an answer's letter, by encoding all three answers. */
static bool find_mark(AnswerMark *mark, const Tokenizer *tokenizer, const char *path, Error *error)
{
    Tokens ids = {0};
    bool ok = true;
    for (int i = 0; ok && i < 3; i++) {
        char text[] = "Claim: x\nA: (a)\n";
        text[13] = (char)('a' + i);
        ids.count = 0;
        ok = tokenizer_encode(tokenizer, text, strlen(text), false, &ids, error);
        size_t letter = ids.count - 3; /* letter, ")", newline */
        if (ok && ids.count < 7)
            ok = fail(error,
                      "%s: its tokenizer runs answer letters together with their brackets; "
                      "train it with tokenizer_train",
                      path);
        if (ok) {
            memcpy(mark->before, ids.ids + letter - 3, sizeof mark->before);
            mark->letters[i] = ids.ids[letter];
        }
    }
    free(ids.ids);
    return ok;
}

bool curriculum_open(CurriculumReader *reader, const char *path, const Tokenizer *tokenizer,
                     size_t max_tokens, double other_weight, Error *error)
{
    *reader = (CurriculumReader){.path = path,
                                 .tokenizer = tokenizer,
                                 .max_tokens = max_tokens,
                                 .other_weight = other_weight};
    if (!find_mark(&reader->mark, tokenizer, path, error))
        return false;
    reader->file = fopen(path, "rb");
    if (!reader->file)
        return fail(error, "%s: cannot be read (%s); make it with the curriculum stage", path,
                    errno_text());
    return true;
}

void curriculum_close(CurriculumReader *reader)
{
    if (reader->file)
        fclose(reader->file);
    for (size_t i = 0; i < reader->texts_capacity; i++) {
        free((void *)reader->texts[i].ids);
        free((void *)reader->texts[i].weight);
        free(reader->texts[i].nll);
    }
    free(reader->texts), free(reader->kinds), free(reader->capacity), free(reader->line);
    *reader = (CurriculumReader){0};
}

/* Which letter (0, 1, 2) stands at place t as an answer, or −1. */
static int answer_at(const AnswerMark *mark, const int32_t *ids, size_t t)
{
    if (t < 3 || memcmp(ids + t - 3, mark->before, sizeof mark->before) != 0)
        return -1;
    for (int i = 0; i < 3; i++)
        if (ids[t] == mark->letters[i])
            return i;
    return -1;
}

static void keep_text(CurriculumReader *reader, size_t index, const Tokens *ids)
{
    TrainText *text = &reader->texts[index];
    size_t n = ids->count < reader->max_tokens ? ids->count : reader->max_tokens;
    if (n > reader->capacity[index]) {
        free((void *)text->ids);
        free((void *)text->weight);
        free(text->nll);
        text->ids = alloc_zeroed(n, sizeof *text->ids);
        text->weight = alloc_zeroed(n, sizeof *text->weight);
        text->nll = alloc_zeroed(n, sizeof *text->nll);
        reader->capacity[index] = n;
    }
    text->length = n;
    memcpy((void *)text->ids, ids->ids, n * sizeof *text->ids);
}

/* Sets the weights of the batch: those of all letters sum to 1, those of other tokens to
 * other_weight. */
static void weigh_texts(CurriculumReader *reader, size_t count)
{
    size_t letters = 0, others = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t t = 1; t < reader->texts[i].length; t++)
            *(answer_at(&reader->mark, reader->texts[i].ids, t) < 0 ? &others : &letters) += 1;
    for (size_t i = 0; i < count; i++) {
        float *weight = (float *)reader->texts[i].weight;
        for (size_t t = 0; t < reader->texts[i].length; t++)
            weight[t] = answer_at(&reader->mark, reader->texts[i].ids, t) < 0
                            ? (float)(reader->other_weight / (double)(others ? others : 1))
                            : 1.0f / (float)letters;
    }
}

static bool read_line(CurriculumReader *reader, size_t index, size_t length, Error *error)
{
    json_error_t where;
    Tokens ids = {0};
    const char *text, *kind;
    size_t text_length;
    json_t *json = json_strict(reader->line, length, JSON_REJECT_DUPLICATES, &where);
    bool ok =
        json && json_unpack(json, "{s:s%, s:s}", "text", &text, &text_length, "kind", &kind) == 0;
    if (!ok)
        fail(error,
             "%s:%zu: not an object with texts \"text\" and \"kind\"; make it again with the "
             "curriculum stage",
             reader->path, reader->line_number);
    ok = ok && tokenizer_encode(reader->tokenizer, text, text_length, true, &ids, error);
    if (ok && ids.count < 2)
        ok = fail(error, "%s:%zu: an empty text; make the file again with the curriculum stage",
                  reader->path, reader->line_number);
    if (ok) {
        keep_text(reader, index, &ids);
        snprintf(reader->kinds[index], KIND_TEXT, "%s", kind);
    }
    free(ids.ids);
    json_decref(json);
    return ok;
}

/* Makes room for `count` texts. */
static void grow_texts(CurriculumReader *reader, size_t count)
{
    if (count > reader->texts_capacity) {
        size_t kinds = reader->texts_capacity, lengths = kinds, old = kinds;
        reader->texts =
            alloc_grow(reader->texts, &reader->texts_capacity, count, sizeof *reader->texts);
        reader->kinds = alloc_grow(reader->kinds, &kinds, count, sizeof *reader->kinds);
        reader->capacity = alloc_grow(reader->capacity, &lengths, count, sizeof *reader->capacity);
        memset(reader->texts + old, 0, (reader->texts_capacity - old) * sizeof *reader->texts);
        memset(reader->capacity + old, 0, (lengths - old) * sizeof *reader->capacity);
    }
}

/* Reads up to `count` texts; returns how many came. */
static size_t read_texts(CurriculumReader *reader, size_t count, Error *error)
{
    for (size_t i = 0; i < count; i++) {
        ssize_t length = getline(&reader->line, &reader->line_capacity, reader->file);
        reader->line_number++;
        reader->failed = length < 0 ? !feof(reader->file) : length > LINE_LIMIT;
        if (reader->failed && length < 0)
            fail(error, "%s:%zu: cannot be read to its end (%s); check the disk", reader->path,
                 reader->line_number, errno_text());
        else if (reader->failed)
            fail(error, "%s:%zu: longer than %d bytes; make it again with the curriculum stage",
                 reader->path, reader->line_number, LINE_LIMIT);
        else if (length >= 0)
            reader->failed = !read_line(reader, i, (size_t)length, error);
        if (reader->failed || length < 0)
            return reader->failed ? 0 : i;
    }
    return count;
}

size_t curriculum_next(CurriculumReader *reader, size_t count, Error *error)
{
    grow_texts(reader, count);
    count = read_texts(reader, count, error);
    weigh_texts(reader, count);
    return count;
}

static KindTally *tally_of(TextTally *tally, const char *kind)
{
    for (size_t i = 0; i < tally->count; i++)
        if (strcmp(tally->kinds[i].kind, kind) == 0)
            return &tally->kinds[i];
    if (tally->count == KIND_LIMIT)
        return &tally->kinds[KIND_LIMIT - 1];
    KindTally *fresh = &tally->kinds[tally->count++];
    snprintf(fresh->kind, sizeof fresh->kind, "%s", kind);
    return fresh;
}

void text_tally_add(TextTally *tally, const CurriculumReader *reader, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const TrainText *text = &reader->texts[i];
        KindTally *kind = tally_of(tally, reader->kinds[i]);
        for (size_t t = 1; t < text->length; t++) {
            int letter = answer_at(&reader->mark, text->ids, t);
            kind->nll += text->nll[t];
            kind->tokens++;
            if (letter < 0)
                continue;
            kind->letters[letter]++;
            kind->letter_nll[letter] += text->nll[t];
            kind->sure[letter] += text->nll[t] < 0.69314718;
        }
    }
}

void text_tally_header(Out *out)
{
    out_text(out, "step,kind,nll,letter_nll_a,letter_nll_b,letter_nll_c,sure_a,sure_b,sure_c\n");
}

void text_tally_report(TextTally *tally, Out *out, int64_t step)
{
    for (size_t i = 0; i < tally->count; i++) {
        const KindTally *kind = &tally->kinds[i];
        out_text(out, "%lld,%s,%.4f", (long long)step, kind->kind,
                 kind->nll / (double)kind->tokens);
        for (int j = 0; j < 3; j++)
            if (kind->letters[j])
                out_text(out, ",%.4f", kind->letter_nll[j] / (double)kind->letters[j]);
            else
                out_text(out, ",");
        for (int j = 0; j < 3; j++)
            if (kind->letters[j])
                out_text(out, ",%.4f", (double)kind->sure[j] / (double)kind->letters[j]);
            else
                out_text(out, ",");
        out_text(out, "\n");
    }
    out_flush(out); /* the curve can be watched while it grows */
    *tally = (TextTally){0};
}
