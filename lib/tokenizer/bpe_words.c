/* Splits texts into the words of bpe_train.h and counts them. */
#include "base/alloc.h"
#include "base/lines.h"
#include "base/text.h"
#include "file/json_strict.h"
#include "tokenizer/bpe_train.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define SPACE_MARK "\xe2\x96\x81" /* ▁, U+2581 */

typedef enum { KIND_SPACE, KIND_LETTER, KIND_DIGIT, KIND_MARK, KIND_CONTROL } Kind;

static Kind classify(uint32_t code)
{
    if (code == ' ' || code == 0x2581)
        return KIND_SPACE;
    switch (utf8proc_category((utf8proc_int32_t)code)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return KIND_LETTER;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return KIND_DIGIT;
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
        return KIND_CONTROL;
    default:
        return KIND_MARK;
    }
}

static void count_word(WordCounts *counts, Text *word)
{
    if (word->length) {
        int32_t id = names_intern(&counts->words, word->bytes, word->length);
        size_t before = counts->count_capacity;
        counts->count = alloc_grow(counts->count, &counts->count_capacity, (size_t)id + 1,
                                   sizeof *counts->count);
        if (counts->count_capacity > before)
            memset(counts->count + before, 0,
                   (counts->count_capacity - before) * sizeof *counts->count);
        counts->count[id]++;
    }
    word->length = 0;
}

/* Whether a character of this kind continues a word whose last character is of kind `last`. */
static bool joins(Kind last, Kind kind)
{
    return (kind == KIND_LETTER && (last == KIND_SPACE || last == KIND_LETTER)) ||
           (kind == KIND_MARK && last == KIND_SPACE);
}

bool word_counts_add(WordCounts *counts, const char *text, size_t length, const char *where,
                     Error *error)
{
    size_t valid = utf8_valid(text, length);
    if (valid != length)
        return fail(error, "%s: the text is not UTF-8 at its byte %zu; convert the file", where,
                    valid);
    if (length == 0)
        return true;
    Text word = {0};
    Kind last = KIND_SPACE;
    text_append(&word, SPACE_MARK, strlen(SPACE_MARK));
    for (size_t at = 0, width; at < length; at += width) {
        width = utf8_width(text[at]);
        Kind kind = classify(utf8_code(text + at));
        if (!joins(last, kind))
            count_word(counts, &word);
        if (kind == KIND_SPACE)
            text_append(&word, SPACE_MARK, strlen(SPACE_MARK));
        else if (kind != KIND_CONTROL)
            text_append(&word, text + at, width);
        last = kind;
    }
    count_word(counts, &word);
    text_free(&word);
    return true;
}

/* ---- Files ---- */

/* Counts the words of one line, a JSON object with "text". */
static bool add_line(WordCounts *counts, const char *line, size_t length, const char *where,
                     Error *error)
{
    json_error_t problem;
    json_t *object = json_strict(line, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &problem);
    if (!object)
        return fail(error, "%s: not JSON (%s); give one object a line", where, problem.text);
    const json_t *text = json_object_get(object, "text");
    bool ok = json_is_string(text)
                  ? word_counts_add(counts, json_string_value(text), json_string_length(text),
                                    where, error)
                  : fail(error, "%s: no string \"text\"; give objects with one", where);
    json_decref(object);
    return ok;
}

static bool add_lines(WordCounts *counts, FILE *file, const char *path, int64_t limit, Error *error)
{
    char *line = NULL;
    size_t capacity = 0, where_size = strlen(path) + 32;
    char *where = alloc_zeroed(where_size, 1);
    ssize_t length = 0;
    int64_t number = 0;
    bool ok = true;
    while (ok && (limit == 0 || number < limit) &&
           (length = getline(&line, &capacity, file)) >= 0) {
        snprintf(where, where_size, "%s:%lld", path, (long long)++number);
        size_t count = (size_t)length - (length > 0 && line[length - 1] == '\n');
        ok = lines_blank(line, count) || add_line(counts, line, count, where, error);
    }
    if (ok && length < 0 && !feof(file))
        ok = fail(error, "%s: cannot be read to its end (%s); check the disk", path, errno_text());
    if (ok && number == 0)
        ok = fail(error, "%s: holds no lines; give a file of texts", path);
    free(line);
    free(where);
    return ok;
}

bool word_counts_add_file(WordCounts *counts, const char *path, int64_t limit, Error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, "%s: cannot be read (%s); check the path", path, errno_text());
    bool ok = add_lines(counts, file, path, limit, error);
    fclose(file);
    return ok;
}

void word_counts_free(WordCounts *counts)
{
    names_free(&counts->words);
    free(counts->count);
    *counts = (WordCounts){0};
}
