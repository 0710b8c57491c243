/* FEVER claims: a strict, streaming reader of a split's JSON lines. */
#include "fever.h"

#include "json_strict.h"
#include "lines.h"
#include "mem.h"
#include "names.h"
#include "title.h"

#include <stdlib.h>
#include <string.h>

struct FeverReader {
    char *path;
    FILE *file;
    Lines lines;
    Names ids, pages;
    FeverClaim claim;
    FeverCounts counts;
};

static const char *const labels[FEVER_LABELS] = {"SUPPORTS", "REFUTES", "NOT ENOUGH INFO"};

const char *fever_label_text(FeverLabel label)
{
    return labels[label];
}

bool fever_label_read(const char *text, FeverLabel *label)
{
    for (int i = 0; i < FEVER_LABELS; i++)
        if (strcmp(text, labels[i]) == 0) {
            *label = (FeverLabel)i;
            return true;
        }
    return false;
}

FeverReader *fever_open(const char *path, Error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fail(error, "%s: cannot be opened (%s); check the path and its permissions", path,
             errno_text());
        return NULL;
    }
    FeverReader *reader = mem_alloc(1, sizeof *reader);
    reader->path = mem_text(path);
    reader->file = file;
    lines_begin(&reader->lines, lines_read_file, file, LINES_LIMIT);
    return reader;
}

void fever_claim_free(FeverClaim *claim)
{
    for (size_t i = 0; i < claim->rows_count; i++)
        free(claim->rows[i].title);
    free(claim->rows);
    free(claim->text);
    *claim = (FeverClaim){0};
}

void fever_claim_copy(FeverClaim *copy, const FeverClaim *claim)
{
    *copy = *claim;
    copy->text = mem_text(claim->text);
    copy->rows = mem_alloc(claim->rows_count, sizeof *copy->rows);
    for (size_t i = 0; i < claim->rows_count; i++) {
        copy->rows[i] = claim->rows[i];
        if (claim->rows[i].title)
            copy->rows[i].title = mem_text(claim->rows[i].title);
    }
}

void fever_close(FeverReader *reader)
{
    if (!reader)
        return;
    fclose(reader->file);
    fever_claim_free(&reader->claim);
    lines_free(&reader->lines);
    names_free(&reader->ids);
    names_free(&reader->pages);
    free(reader->path);
    free(reader);
}

FeverCounts fever_counts(const FeverReader *reader)
{
    return reader->counts;
}

/* Fails at the current line; `what` names the fault and, after a semicolon, the cure. */
static bool bad_line(const FeverReader *reader, Error *error, const char *what)
{
    return fail(error, "%s:%llu: %s", reader->path, (unsigned long long)reader->lines.number, what);
}

/* *text = the string field `name` of the line's object. */
static bool read_text(const FeverReader *reader, const json_t *object, const char *name,
                      const char **text, Error *error)
{
    const json_t *value = json_object_get(object, name);
    *text = json_string_value(value);
    if (*text)
        return true;
    return fail(error, "%s:%llu: \"%s\" %s; give it as a text", reader->path,
                (unsigned long long)reader->lines.number, name,
                value ? "is not a text" : "is missing");
}

static bool read_fields(FeverReader *reader, const json_t *object, Error *error)
{
    FeverClaim *claim = &reader->claim;
    const char *verifiable, *label, *text;
    const json_t *id = json_object_get(object, "id");
    if (!json_is_integer(id))
        return bad_line(reader, error,
                        id ? "\"id\" is not an integer; give the claim's number"
                           : "\"id\" is missing; give the claim's number");
    claim->id = json_integer_value(id);
    if (!read_text(reader, object, "verifiable", &verifiable, error) ||
        !read_text(reader, object, "label", &label, error) ||
        !read_text(reader, object, "claim", &text, error))
        return false;
    claim->verifiable = strcmp(verifiable, "VERIFIABLE") == 0;
    if (!claim->verifiable && strcmp(verifiable, "NOT VERIFIABLE") != 0)
        return bad_line(reader, error,
                        "\"verifiable\" is an unknown value; "
                        "use VERIFIABLE or NOT VERIFIABLE");
    if (!fever_label_read(label, &claim->label))
        return bad_line(reader, error,
                        "\"label\" is an unknown label; "
                        "use SUPPORTS, REFUTES or NOT ENOUGH INFO");
    if (!*text)
        return bad_line(reader, error, "\"claim\" is empty; give the claim's sentence");
    claim->text = mem_text(text);
    return true;
}

static bool integer_or_null(const json_t *value)
{
    return json_is_integer(value) || json_is_null(value);
}

/* Reads [annotation id, evidence id, title, sentence number] into *row. */
static bool read_item(FeverReader *reader, const json_t *item, FeverRow *row, Error *error)
{
    if (!json_is_array(item) || json_array_size(item) != 4 ||
        !integer_or_null(json_array_get(item, 0)) || !integer_or_null(json_array_get(item, 1)))
        return bad_line(reader, error,
                        "an evidence item is not [annotation id, evidence id, "
                        "title, sentence number]; mend the item");
    const json_t *title = json_array_get(item, 2), *sentence = json_array_get(item, 3);
    if (json_is_null(title) && json_is_null(sentence)) {
        row->sentence = -1;
        return true;
    }
    if (!json_is_string(title) || json_string_length(title) == 0)
        return bad_line(reader, error,
                        "an evidence item's title is not a text; "
                        "give title and sentence number, or null for both");
    if (!json_is_integer(sentence) || json_integer_value(sentence) < 0)
        return bad_line(reader, error,
                        "an evidence item's sentence is not a number from 0; "
                        "give title and sentence number, or null for both");
    row->sentence = json_integer_value(sentence);
    row->title = title_nfc(json_string_value(title), json_string_length(title));
    return row->title || bad_line(reader, error, "an evidence title is not valid Unicode; mend it");
}

static bool read_set(FeverReader *reader, const json_t *set, size_t number, size_t *capacity,
                     Error *error)
{
    FeverClaim *claim = &reader->claim;
    size_t items = json_array_size(set), page;
    if (!json_is_array(set) || items == 0)
        return bad_line(reader, error, "an evidence set is not a list of items; mend the set");
    for (size_t i = 0; i < items; i++) {
        claim->rows = mem_grow(claim->rows, capacity, claim->rows_count + 1, sizeof *claim->rows);
        FeverRow *row = &claim->rows[claim->rows_count++];
        *row = (FeverRow){.set = number, .item = i};
        if (!read_item(reader, json_array_get(set, i), row, error))
            return false;
        if (row->title && names_add(&reader->pages, row->title, strlen(row->title), &page))
            reader->counts.pages++;
    }
    reader->counts.evidence_sets++;
    reader->counts.several_item_sets += items > 1;
    reader->counts.rows += items;
    return true;
}

static bool read_claim(FeverReader *reader, const json_t *object, Error *error)
{
    size_t capacity = 0, number;
    const json_t *evidence = json_object_get(object, "evidence");
    if (!json_is_object(object))
        return bad_line(reader, error, "not a JSON object; give one claim a line");
    if (!read_fields(reader, object, error))
        return false;
    if (!json_is_array(evidence))
        return bad_line(reader, error,
                        evidence ? "\"evidence\" is not a list; give evidence sets"
                                 : "\"evidence\" is missing; give evidence sets");
    if (!names_add(&reader->ids, &reader->claim.id, sizeof reader->claim.id, &number))
        return fail(error, "%s:%llu: claim id %lld stands on an earlier line too; remove one",
                    reader->path, (unsigned long long)reader->lines.number,
                    (long long)reader->claim.id);
    for (size_t i = 0; i < json_array_size(evidence); i++)
        if (!read_set(reader, json_array_get(evidence, i), i, &capacity, error))
            return false;
    reader->counts.claims++;
    return true;
}

/* Passes a failure or the end of the lines on; true where there is a line. */
static bool check_line(FeverReader *reader, LinesResult result, Error *error)
{
    switch (result) {
    case LINES_TOO_LONG:
        return bad_line(reader, error, "longer than 64 MiB; give one claim a line");
    case LINES_FAILED:
        return fail(error, "%s:%llu: cannot be read (%s); check the file", reader->path,
                    (unsigned long long)reader->lines.number, errno_text());
    case LINES_END:
        return fail(error, "%s: empty; give a FEVER split, one JSON object a line", reader->path);
    default:
        return true;
    }
}

bool fever_next(FeverReader *reader, const FeverClaim **claim, Error *error)
{
    char *line;
    size_t length;
    json_error_t reason;
    *claim = NULL;
    fever_claim_free(&reader->claim);
    LinesResult result = lines_next(&reader->lines, &line, &length);
    if (result == LINES_END && reader->counts.claims > 0)
        return true;
    if (!check_line(reader, result, error))
        return false;
    json_t *object = json_strict(line, length, JSON_REJECT_DUPLICATES, &reason);
    if (!object)
        return fail(error, "%s:%llu: not JSON in UTF-8 (%s, byte %d); mend the line or fetch again",
                    reader->path, (unsigned long long)reader->lines.number, reason.text,
                    reason.position);
    bool ok = read_claim(reader, object, error);
    json_decref(object);
    if (ok)
        *claim = &reader->claim;
    return ok;
}

bool fever_count(const char *path, FeverCounts *counts, Error *error)
{
    const FeverClaim *claim = NULL;
    FeverReader *reader = fever_open(path, error);
    bool ok = reader != NULL;
    while (ok && (ok = fever_next(reader, &claim, error)) && claim)
        continue;
    if (ok)
        *counts = fever_counts(reader);
    fever_close(reader);
    return ok;
}
