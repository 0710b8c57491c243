/* Each line is parsed, its fields are checked and copied, and it is counted. A line of another data
 * set is refused by that data set's name. Sets of names hold the ids, pages and texts seen so far.
 */
#include "fever/fever.h"

#include "base/alloc.h"
#include "base/lines.h"
#include "base/names.h"
#include "base/text.h"
#include "fever/title.h"
#include "file/json_strict.h"
#include "file/kind.h"

#include <stdlib.h>
#include <string.h>

struct FeverReader {
    char *path;
    FILE *file;
    Lines lines;
    Names ids, pages, texts;
    uint8_t *text_labels; /* (texts.count) bit l is set where the text has label l */
    size_t text_capacity;
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
    FeverReader *reader = alloc_zeroed(1, sizeof *reader);
    reader->path = alloc_text(path);
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
    copy->text = alloc_text(claim->text);
    copy->rows = alloc_zeroed(claim->rows_count, sizeof *copy->rows);
    for (size_t i = 0; i < claim->rows_count; i++) {
        copy->rows[i] = claim->rows[i];
        if (claim->rows[i].title)
            copy->rows[i].title = alloc_text(claim->rows[i].title);
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
    names_free(&reader->texts);
    free(reader->text_labels);
    free(reader->path);
    free(reader);
}

FeverCounts fever_counts(const FeverReader *reader)
{
    return reader->counts;
}

/* Reports a fault of the current line; `what` names it and, after a semicolon, what to do. Always
 * false. */
static bool bad_line(const FeverReader *reader, Error *error, const char *what)
{
    return fail(error, "%s:%llu: %s", reader->path, (unsigned long long)reader->lines.number, what);
}

/* *text = the string field `name` of the line's object, which owns it. */
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

/* Sets the claim's `verifiable` from its label. The field itself may be missing or null; else it
 * must agree with the label. */
static bool read_verifiable(FeverReader *reader, const json_t *object, Error *error)
{
    FeverClaim *claim = &reader->claim;
    const json_t *field = json_object_get(object, "verifiable");
    const char *text;
    claim->verifiable = claim->label != FEVER_NEI;
    if (!field || json_is_null(field))
        return true;
    if (!read_text(reader, object, "verifiable", &text, error))
        return false;
    bool yes = strcmp(text, "VERIFIABLE") == 0;
    if (!yes && strcmp(text, "NOT VERIFIABLE") != 0)
        return bad_line(reader, error,
                        "\"verifiable\" is an unknown value; use VERIFIABLE or NOT VERIFIABLE");
    return yes == claim->verifiable ||
           fail(error, "%s:%llu: \"verifiable\" is %s, but \"label\" %s; mend one of them",
                reader->path, (unsigned long long)reader->lines.number, text, labels[claim->label]);
}

static bool read_fields(FeverReader *reader, const json_t *object, Error *error)
{
    FeverClaim *claim = &reader->claim;
    const char *label, *text;
    const json_t *id = json_object_get(object, "id");
    if (!json_is_integer(id))
        return bad_line(reader, error,
                        id ? "\"id\" is not an integer; give the claim's number"
                           : "\"id\" is missing; give the claim's number");
    claim->id = json_integer_value(id);
    if (!read_text(reader, object, "label", &label, error) ||
        !read_text(reader, object, "claim", &text, error))
        return false;
    if (!fever_label_read(label, &claim->label))
        return bad_line(reader, error,
                        "\"label\" is an unknown label; "
                        "use SUPPORTS, REFUTES or NOT ENOUGH INFO");
    if (!read_verifiable(reader, object, error))
        return false;
    if (!*text)
        return bad_line(reader, error, "\"claim\" is empty; give the claim's sentence");
    claim->text = alloc_text(text);
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
        claim->rows = alloc_grow(claim->rows, capacity, claim->rows_count + 1, sizeof *claim->rows);
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

/* Lines of other data sets: they have both fields of `has` and, if `lacks` is set, not that one.
 * `tells` completes "is …" in the message. */
typedef struct {
    const char *has[2], *lacks, *tells;
} OtherForm;

#define OWN "; take FEVER's own JSON lines (train.jsonl, paper_dev.jsonl of fever.ai)"

/* Whether the field is present, and neither null nor an empty string, which an unlabelled split may
 * have as label. */
static bool is_filled(const json_t *object, const char *name)
{
    const json_t *field = json_object_get(object, name);
    return field && !json_is_null(field) && (!json_is_string(field) || json_string_length(field));
}

/* Whether the object is a line of another data set, or of a split without labels; then *error says
 * which. */
static bool tell_other_form(const FeverReader *reader, const json_t *object, Error *error)
{
    static const OtherForm forms[] = {
        {{"evidence_wiki_url", "id"},
         NULL,
         "a row of the datasets package, one for each piece of evidence, and no claim" OWN},
        {{"evidence_annotation_id", "id"},
         NULL,
         "a row of the datasets package, one for each piece of evidence, and no claim" OWN},
        {{"input", "output"}, NULL, "a line of KILT, and no claim of FEVER" OWN},
        {{"meta", "input"}, NULL, "a line of KILT, and no claim of FEVER" OWN},
        {{"id", "input"}, NULL, "a line of KILT, and no claim of FEVER" OWN},
        {{"claim", "cited_doc_ids"}, NULL, "a line of SciFact, and no claim of FEVER" OWN},
        {{"_id", "text"}, NULL, "a line of BEIR, and no claim of FEVER" OWN},
        {{"claim_id", "evidences"}, NULL, "a line of Climate-FEVER, and no claim of FEVER" OWN},
        {{"claim", "challenge"}, NULL, "a line of FEVEROUS, and no claim of FEVER" OWN},
        {{"claim", "case_id"}, NULL, "a line of VitaminC, and no claim of FEVER" OWN},
        {{"claim", "supporting_facts"}, NULL, "a line of HoVer, and no claim of FEVER" OWN},
        {{"claim", "justification"}, NULL, "a line of AVeriTeC, and no claim of FEVER" OWN},
        {{"query", "context"}, NULL, "a pair of texts for inference, and no claim of FEVER" OWN},
        {{"claim", "gold_label"}, NULL, "a line of FEVER-Symmetric, and no claim of FEVER" OWN},
        {{"predicted_label", "predicted_evidence"},
         NULL,
         "a prediction for FEVER's scorer, and no claim" OWN},
        {{"text", "lines"}, NULL, "a page, and no claim; name the wiki pages by --wiki"},
        {{"id", "claim"},
         "label",
         "a claim without \"label\": the split is unlabelled, as shared_task_test.jsonl; give "
         "paper_dev.jsonl, paper_test.jsonl or shared_task_dev.jsonl"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (json_object_get(object, forms[i].has[0]) && json_object_get(object, forms[i].has[1]) &&
            !(forms[i].lacks && is_filled(object, forms[i].lacks))) {
            fail(error, "%s:%llu: is %s", reader->path, (unsigned long long)reader->lines.number,
                 forms[i].tells);
            return true;
        }
    return false;
}

/* Updates the counts of repeated texts and of texts with several labels. A text counts as
 * contradictory when it gets its second label. */
static void count_text(FeverReader *reader)
{
    size_t number;
    const FeverClaim *claim = &reader->claim;
    bool first = names_add(&reader->texts, claim->text, strlen(claim->text), &number);
    reader->text_labels = alloc_grow(reader->text_labels, &reader->text_capacity, number + 1,
                                     sizeof *reader->text_labels);
    uint8_t before = first ? 0 : reader->text_labels[number];
    uint8_t after = before | (uint8_t)(1 << claim->label);
    reader->text_labels[number] = after;
    reader->counts.repeated_texts += !first;
    reader->counts.contradictory_texts += before && !(before & (before - 1)) && after != before;
}

/* Sets *name to bytes that identify the sentences of the set that begins at row `first`, in order;
 * *next = the first row after the set. */
static void name_set(const FeverClaim *claim, size_t first, size_t *next, Text *name)
{
    name->length = 0;
    for (*next = first; *next < claim->rows_count; ++*next) {
        const FeverRow *row = &claim->rows[*next];
        if (row->set != claim->rows[first].set)
            break;
        const char *title = row->title ? row->title : "";
        text_append(name, title, strlen(title) + 1);
        text_append(name, (const char *)&row->sentence, sizeof row->sentence);
    }
}

static void count_sets(FeverReader *reader)
{
    Names sets = {0};
    Text name = {0};
    bool repeated = false;
    for (size_t i = 0, next, number; i < reader->claim.rows_count; i = next) {
        name_set(&reader->claim, i, &next, &name);
        repeated = !names_add(&sets, name.bytes, name.length, &number) || repeated;
    }
    reader->counts.repeated_sets_claims += repeated;
    names_free(&sets);
    text_free(&name);
}

static bool read_claim(FeverReader *reader, const json_t *object, Error *error)
{
    size_t capacity = 0, number;
    const json_t *evidence = json_object_get(object, "evidence");
    if (!json_is_object(object))
        return bad_line(reader, error, "not a JSON object; give one claim a line");
    bool ours = is_filled(object, "verifiable") && json_object_get(object, "id");
    if (!ours && tell_other_form(reader, object, error))
        return false;
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
    count_text(reader);
    count_sets(reader);
    return true;
}

/* True where there is a line; otherwise reports the failure, or the end of a file without claims.
 */
static bool check_line(FeverReader *reader, LinesResult result, Error *error)
{
    switch (result) {
    case LINES_TOO_LONG:
        if (reader->lines.number == 1 && kind_tell_file(reader->path, KIND_TEXT, error))
            return false;
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

/* Reports a line that is not JSON: the file may be of another kind, or one JSON text over several
 * lines. Always false. */
static bool bad_json(const FeverReader *reader, const char *line, size_t length,
                     const json_error_t *reason, Error *error)
{
    if (reader->lines.number == 1 && kind_tell_file(reader->path, KIND_TEXT, error))
        return false;
    if (reader->counts.claims == 0 && lines_open(line, length))
        return bad_line(reader, error, "one JSON text over many lines; write one claim a line");
    return fail(error, "%s:%llu: not JSON in UTF-8 (%s, byte %d); mend the line or fetch again",
                reader->path, (unsigned long long)reader->lines.number, reason->text,
                reason->position);
}

bool fever_next(FeverReader *reader, const FeverClaim **claim, Error *error)
{
    char *line;
    size_t length;
    json_error_t reason;
    LinesResult result;
    *claim = NULL;
    fever_claim_free(&reader->claim);
    do
        result = lines_next(&reader->lines, &line, &length);
    while (result == LINES_LINE && lines_blank(line, length));
    if (result == LINES_END && reader->counts.claims > 0)
        return true;
    if (!check_line(reader, result, error))
        return false;
    json_t *object = json_strict(line, length, JSON_REJECT_DUPLICATES, &reason);
    if (!object)
        return bad_json(reader, line, length, &reason, error);
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
