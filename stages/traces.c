/* traces: what each number, table and figure of the paper rests on, as lines of a table
 *
 * The paper's page says of each of its numbers which query made it and which rows of which files it
 * rests on, found by trying as trace does; of its tables and figures, which files their queries
 * read; of these files their hash, what made them, and what from. Fields are separated by tabs:
 *
 *     result KIND NAME VALUE SCRIPT:LINE      a number, table or figure; what follows is its own
 *     row FILE FIRST LAST VALUES              rows of a file, counted from 1; 0: any of them
 *     more                                    there are more rows than are listed
 *     file PATH HASH CHANGED PROGRAM HASH ARGUMENTS
 *     from PATH FOLDER COUNT PROGRAM          files that it was made from, by their folders
 *
 *   traces --profile tiny --out build/tiny/paper/traces.tsv
 */
#include "base/alloc.h"
#include "run/stage.h"
#include "trace/trace_record.h"
#include "trace/trace_rows.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *database = "build/results.db", *profile = "tiny", *root = "build", *out_path;

static const Arg args[] = {
    {"database", ARG_INPUT, &database, "results of all profiles", false},
    {"profile", ARG_TEXT, &profile, "the run", false},
    {"root", ARG_TEXT, &root, "folder of the profiles' folders", false},
    {"out", ARG_OUTPUT, &out_path, "the table", true},
    {0},
};

typedef struct {
    Db db;
    Out out;
    Record record;             /* of the database */
    char **files, folder[512]; /* (record.inputs_count) the profile's and others'; the profile's */
    bool *told;                /* (record.inputs_count) which of them something rests on */
} Telling;

/* A field, without what would end it. */
static void tell(Telling *telling, const char *text)
{
    out_text(&telling->out, "\t");
    for (const char *at = text; *at; at++)
        out_bytes(&telling->out, *at == '\t' || *at == '\n' ? " " : at, 1);
}

static void tell_result(Telling *telling, const char *kind, const TraceResult *result)
{
    out_text(&telling->out, "result\t%s", kind);
    tell(telling, result->name);
    tell(telling, result->value ? result->value : "");
    out_text(&telling->out, "\t%s:%d\n", result->script, result->line);
}

static void tell_row(Telling *telling, const TraceRow *row)
{
    out_text(&telling->out, "row\t%s\t%zu\t%zu\t", row->file, row->first, row->last);
    for (size_t i = 0; i < row->count; i++)
        if (*row->values[i])
            out_text(&telling->out, "%s=%s ", row->columns[i], row->values[i]);
    out_text(&telling->out, "\n");
    for (size_t i = 0; i < telling->record.inputs_count; i++)
        telling->told[i] |= strcmp(telling->files[i], row->file) == 0;
}

static void tell_number(Telling *telling, const TraceResult *result)
{
    Error error;
    TraceRows rows;
    if (!trace_rows_find(&rows, &telling->db, result, profile, telling->folder, telling->files,
                         telling->record.inputs_count, &error))
        stage_die(&error);
    tell_result(telling, "number", result);
    for (size_t i = 0; i < rows.count; i++)
        tell_row(telling, &rows.rows[i]);
    out_text(&telling->out, "%s", rows.untried ? "more\n" : "");
    for (size_t i = 0; i < rows.imports_count; i++)
        out_text(&telling->out, "row\t%s\t0\t0\t\n", rows.imports[i]);
    trace_rows_free(&rows);
}

/* The files behind all that a script shows: those of the tables that it reads, and its imports. */
static void tell_script(Telling *telling, const char *kind, const TraceResult *result)
{
    Error error;
    Db db; /* of its own: scripts may make tables of one name */
    TraceScript script;
    Text tables = {0};
    if (!trace_database(&db, database, profile, &error) ||
        !trace_script_read(&script, result->script, &error) ||
        !trace_script_import(&script, &db, &error) ||
        !trace_script_tables(&script, &db, profile, TRACE_ALL, &tables, &error))
        stage_die(&error);
    text_append(&tables, "", 1);
    tell_result(telling, kind, result);
    for (size_t i = 0; i < telling->record.inputs_count; i++) {
        char *table = trace_table_of(&db, telling->files[i], telling->folder), line[256];
        snprintf(line, sizeof line, "%s\n", table ? table : "");
        const char *at = table ? strstr(tables.bytes, line) : NULL;
        if (at && (at == tables.bytes || at[-1] == '\n'))
            tell_row(telling, &(TraceRow){.file = telling->files[i]});
        free(table);
    }
    for (size_t i = 0; i < script.count; i++)
        if (script.statements[i].import_file)
            out_text(&telling->out, "row\t%s\t0\t0\t\n", script.statements[i].import_file);
    text_free(&tables);
    trace_script_free(&script);
    db_abandon(&db);
}

/* Numbers one by one; of a table's cells the table; figures, but no query that is a part of others.
 */
static void tell_results(Telling *telling, const TraceResults *names)
{
    const char *script = "";
    for (size_t i = 0; i < names->count; i++) {
        const TraceResult *result = &names->results[i];
        char drawing[512];
        snprintf(drawing, sizeof drawing, "%.*sgp", (int)strlen(result->script) - 3,
                 result->script);
        if (result->kind == TRACE_NUMBER)
            tell_number(telling, result);
        else if (result->kind == TRACE_FIGURE && access(drawing, R_OK) == 0)
            tell_script(telling, "figure", result);
        else if (result->kind == TRACE_CELL && strcmp(result->script, script) != 0)
            tell_script(telling, "table", result);
        script = result->script;
    }
}

/* The record of the file's making; false if it has none. */
static bool record_of(Record *record, const char *path)
{
    Error error;
    bool found = record_read(record, path, &error);
    if (*error.text)
        stage_die(&error);
    return found;
}

/* What the file was made from: each folder of inputs, how many, and what made the first. */
static void tell_inputs(Telling *telling, const char *path, const Record *record)
{
    for (size_t i = 0, last; i < record->inputs_count; i = last) {
        const char *first = record->inputs[i].path, *slash = strrchr(first, '/');
        size_t length = slash ? (size_t)(slash - first) + 1 : 0;
        for (last = i + 1; last < record->inputs_count; last++) {
            const char *next = record->inputs[last].path;
            if (strncmp(next, first, length) != 0 || strchr(next + length, '/'))
                break;
        }
        Record made;
        bool found = record_of(&made, first);
        length = last == i + 1 ? strlen(first) : length;
        out_text(&telling->out, "from\t%s\t%.*s\t%zu\t%s\n", path, (int)length, first, last - i,
                 found ? made.program : "");
        if (found)
            record_free(&made);
    }
}

static void tell_file(Telling *telling, const RecordFile *file)
{
    Record record;
    char hash[FILEHASH_TEXT];
    if (!filehash(file->path, hash))
        stage_fail("%s: cannot be read (%s); check the disk", file->path, errno_text());
    bool found = record_of(&record, file->path);
    out_text(&telling->out, "file\t%s\t%s\t%s\t%s\t%s\t", file->path, file->hash,
             strcmp(hash, file->hash) ? "changed" : "", found ? record.program : "",
             found ? record.program_hash : "");
    for (size_t i = 0; found && i < record.arguments_count; i++)
        out_text(&telling->out, "%s ", record.arguments[i]);
    out_text(&telling->out, "\n");
    if (!found)
        return;
    tell_inputs(telling, file->path, &record);
    record_free(&record);
}

int main(int argc, char **argv)
{
    Error error;
    TraceResults names;
    Telling telling = {0};
    stage_begin("traces", "what the paper's numbers, tables and figures rest on", args, argc, argv);
    if (!record_of(&telling.record, database))
        stage_fail("%s: has no record of its making; make it again", database);
    size_t count = telling.record.inputs_count;
    snprintf(telling.folder, sizeof telling.folder, "%s/%s", root, profile);
    telling.files = alloc_zeroed(count + 1, sizeof *telling.files);
    telling.told = alloc_zeroed(count + 1, sizeof *telling.told);
    for (size_t i = 0; i < count; i++)
        telling.files[i] = telling.record.inputs[i].path;
    if (!trace_database(&telling.db, database, profile, &error) ||
        !trace_names_list(&names, &telling.db, profile, &error) ||
        !out_open(&telling.out, out_path, &error))
        stage_die(&error);
    tell_results(&telling, &names);
    for (size_t i = 0; i < count; i++)
        if (telling.told[i])
            tell_file(&telling, &telling.record.inputs[i]);
    stage_commit(&telling.out);
    trace_names_free(&names);
    db_abandon(&telling.db);
    record_free(&telling.record);
    free(telling.files);
    free(telling.told);
    return 0;
}
