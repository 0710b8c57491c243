#include "trace/trace_shown.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDTH = 80, START = 4 }; /* columns of a terminal, and where a row's values start */

/* Prints the text, wrapped between words. *column is the current column, START on a new line. */
static void put_words(FILE *out, const char *text, size_t *column)
{
    while (*text) {
        size_t length = strcspn(text, " "), room = *column > START;
        if (room && *column + room + length > WIDTH) {
            fprintf(out, "\n%*s", START, "");
            *column = START;
            room = 0;
        }
        fprintf(out, "%s%.*s", room ? " " : "", (int)length, text);
        *column += room + length;
        text += length + (text[length] == ' ');
    }
}

static bool ends(const char *path, const char *with)
{
    size_t length = strlen(path), last = strlen(with);
    return length > last && strcmp(path + length - last, with) == 0;
}

/* The path of the page in the folder that shows the result; freed by the caller. */
static char *page_of(const TraceResult *result, const char *folder)
{
    const char *slash = strrchr(result->script, '/'), *name = slash ? slash + 1 : result->script;
    size_t size = strlen(folder) + strlen(name) + sizeof "/figures/.png";
    char *page = alloc_zeroed(size, 1);
    int length = (int)strcspn(name, ".");
    if (result->kind == TRACE_NUMBER)
        snprintf(page, size, "%s/paper/%.*s.org", folder, length, name);
    else if (result->kind == TRACE_CELL)
        snprintf(page, size, "%s/tables/%.*s.txt", folder, length, name);
    else
        snprintf(page, size, "%s/figures/%.*s.png", folder, length, name);
    return page;
}

/* The label of a page's input; NULL for a CSV file, which trace_shown_rows prints. */
static const char *label_of(const RecordFile *input)
{
    static const char *const labels[][2] = {{".csv", NULL},
                                            {".sql", "query"},
                                            {".db", "queried"},
                                            {".data", "data"},
                                            {".gp", "drawn by"}};
    if (strcmp(input->key, "program") == 0)
        return "program";
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (ends(input->path, labels[i][0]))
            return labels[i][1];
    return "with";
}

static void show_database(TraceShown *shown, TraceWalk *walk, const char *path, const char *used)
{
    shown->database = alloc_text(path);
    shown->known = trace_walk_record(walk, &shown->made, path);
    trace_walk_link(walk, "queried", path, "", used, shown->known ? shown->made.output : NULL);
    for (size_t i = 0; shown->known && i < shown->made.inputs_count; i++)
        if (strcmp(shown->made.inputs[i].key, "schema") == 0)
            trace_walk_link(walk, "schema", shown->made.inputs[i].path, "",
                            shown->made.inputs[i].hash, NULL);
}

/* Prints what a page's record says, and keeps the record of its query's output. */
static void show_record(TraceShown *shown, TraceWalk *walk, const Record *record,
                        const TraceResult *result)
{
    char place[32];
    snprintf(place, sizeof place, ":%d", result->line);
    for (size_t i = 0; i < record->inputs_count; i++) {
        const RecordFile *input = &record->inputs[i];
        const char *label = label_of(input);
        if (!label)
            continue;
        if (ends(input->path, ".db") && !shown->database) {
            show_database(shown, walk, input->path, input->hash);
            continue;
        }
        bool query = strcmp(input->path, result->script) == 0;
        trace_walk_link(walk, query || !ends(input->path, ".sql") ? label : "with", input->path,
                        query ? place : "", input->hash, NULL);
        if (ends(input->path, ".data") && !shown->recorded) {
            shown->recorded = trace_walk_record(walk, &shown->query, input->path);
            if (shown->recorded)
                show_record(shown, walk, &shown->query, result);
        }
    }
}

void trace_shown(TraceShown *shown, TraceWalk *walk, const TraceResult *result, const char *folder,
                 const char *database)
{
    char place[32], *page = page_of(result, folder);
    Record record;
    size_t column = START;
    *shown = (TraceShown){0};
    put_words(walk->out, result->name, &column);
    put_words(walk->out, result->value ? "=" : "", &column);
    put_words(walk->out, result->value ? result->value : "", &column);
    fputc('\n', walk->out);
    bool known = access(page, F_OK) == 0 && trace_walk_record(walk, &record, page);
    if (known) {
        trace_walk_link(walk, "shown in", page, "", NULL, record.output);
        show_record(shown, walk, &record, result);
        if (shown->recorded || result->kind == TRACE_FIGURE) {
            record_free(&record);
        } else {
            shown->query = record;
            shown->recorded = true;
        }
    } else {
        fprintf(walk->out, "shown in %s\n         without a record of its making; make paper\n",
                page);
    }
    snprintf(place, sizeof place, ":%d", result->line);
    trace_walk_link(walk, "query", result->script, place, NULL, NULL);
    if (!shown->database && !shown->recorded)
        show_database(shown, walk, database, NULL);
    free(page);
}

const char *trace_shown_hash(const TraceShown *shown, const char *path)
{
    for (size_t i = 0; shown->recorded && i < shown->query.inputs_count; i++)
        if (strcmp(shown->query.inputs[i].path, path) == 0)
            return shown->query.inputs[i].hash;
    return NULL;
}

void trace_shown_free(TraceShown *shown)
{
    free(shown->database);
    if (shown->known)
        record_free(&shown->made);
    if (shown->recorded)
        record_free(&shown->query);
    *shown = (TraceShown){0};
}

/* --- rows -------------------------------------------------------------------------------- */

/* Prints the row's columns that are not empty. */
static void show_values(FILE *out, const TraceRow *row)
{
    size_t column = WIDTH; /* the file's name is on this line: start another */
    for (size_t i = 0; i < row->count; i++) {
        size_t size = strlen(row->columns[i]) + strlen(row->values[i]) + 2;
        if (!*row->values[i])
            continue;
        char *text = alloc_zeroed(size, 1);
        snprintf(text, size, "%s=%s", row->columns[i], row->values[i]);
        put_words(out, text, &column);
        free(text);
    }
    fputc('\n', out);
}

void trace_shown_rows(FILE *out, const TraceRows *rows)
{
    fprintf(out, "rests on%s\n", rows->count || rows->imports_count ? "" : " nothing");
    for (size_t i = 0; i < rows->count; i++) {
        const TraceRow *row = &rows->rows[i];
        fprintf(out, "  %s", row->file);
        if (row->first && row->first == row->last)
            fprintf(out, ", row %zu", row->first);
        else if (row->first)
            fprintf(out, ", rows %zu to %zu together", row->first, row->last);
        show_values(out, row);
    }
    if (rows->untried)
        fprintf(out, "  and on more rows: of %zu tables no more than %d are listed\n",
                rows->untried, TRACE_ROWS_LIMIT);
    for (size_t i = 0; i < rows->imports_count; i++)
        fprintf(out, "  %s\n", rows->imports[i]);
}
