/* trace: from a printed result back to raw files, each with its hash then and now
 *
 * A result is a number of the paper, a cell of one of its tables, a figure, or any file that a
 * stage wrote; words that several have list them. The query that shows it is run again on a copy of
 * the results in memory, and the rows it rests on are found by trying: with a row taken out, or
 * other values in it, the result is another. From the files of those rows the records beside the
 * files lead back: what program made each, with what arguments and seed, from what; every file's
 * hash is taken anew and set against the one it had when it was used. Of the cells that a question
 * compares, those of the rows are shown, and of one folder the first; =--all= shows all. Nothing is
 * written.
 *
 *   trace --result 'simset_conditions: plain document simset-1-dim 4 1.0: accuracy' --profile tiny
 */
#include "mem.h"
#include "stage.h"
#include "trace_record.h"
#include "trace_walk.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *words, *database = "build/results.db", *profile = "tiny", *root = "build";
static const char *programs = "build/bin";
static bool all;

static const Arg args[] = {
    {"result", ARG_TEXT, &words, "words of its name, or a file", true},
    {"database", ARG_INPUT, &database, "results of all profiles", false},
    {"profile", ARG_TEXT, &profile, "the run", false},
    {"root", ARG_TEXT, &root, "folder of the profiles' folders", false},
    {"programs", ARG_TEXT, &programs, "folder of the programs as they are now", false},
    {"all", ARG_FLAG, &all, "show every file, however many are alike", false},
    {0},
};

/* The results that have all the words. */
static void list_matches(const TraceResults *names, const bool *matches, size_t count)
{
    enum { SHOWN = 60 };
    size_t shown = 0;
    printf("%zu results have these words; make trace RESULT='…' with one of\n", count);
    for (size_t i = 0; i < names->count; i++)
        if (matches[i] && shown++ < SHOWN)
            printf("  %s\n", names->results[i].name);
    if (count > SHOWN)
        printf("and %zu more: add a word\n", count - SHOWN);
}

_Noreturn static void no_match(const TraceResults *names)
{
    enum { NEAR = 3 };
    const TraceResult *near[NEAR];
    Text text = {0};
    size_t count = trace_names_near(names, words, near, NEAR);
    for (size_t i = 0; i < count; i++) {
        text_append(&text, i ? "', '" : "'", i ? 4 : 1);
        text_append(&text, near[i]->name, strlen(near[i]->name));
    }
    text_append(&text, "'", 2);
    stage_fail("'%s': no result has all these words; near it are %s", words, text.bytes);
}

/* The result meant, or NULL after a list of what could be meant. */
static const TraceResult *choose(const TraceResults *names)
{
    bool *matches = mem_alloc(names->count + 1, sizeof *matches);
    const TraceResult *result = trace_names_find(names, words, matches);
    size_t count = 0;
    for (size_t i = 0; i < names->count; i++)
        count += matches[i];
    if (!result && count == 0)
        no_match(names);
    if (!result)
        list_matches(names, matches, count);
    free(matches);
    return result;
}

/* The row's columns that hold anything, wrapped. */
static void show_values(const TraceRow *row)
{
    enum { WIDTH = 80, START = 4 };
    size_t column = WIDTH;
    for (size_t i = 0; i < row->count; i++) {
        size_t length = strlen(row->columns[i]) + strlen(row->values[i]) + 2;
        if (!*row->values[i])
            continue;
        bool wrap = column + length > WIDTH;
        printf(wrap ? "\n    %s=%s" : " %s=%s", row->columns[i], row->values[i]);
        column = (wrap ? START : column) + length;
    }
    printf("\n");
}

static void show_rows(const TraceRows *rows)
{
    printf("rests on%s\n", rows->count || rows->imports_count ? "" : " nothing");
    for (size_t i = 0; i < rows->count; i++) {
        const TraceRow *row = &rows->rows[i];
        printf("  %s", row->file);
        if (row->first && row->first == row->last)
            printf(", row %zu", row->first);
        else if (row->first)
            printf(", rows %zu to %zu together", row->first, row->last);
        show_values(row);
    }
    if (rows->untried)
        printf("  and on more rows: of %zu tables no more than %d are listed\n", rows->untried,
               TRACE_ROWS_LIMIT);
    for (size_t i = 0; i < rows->imports_count; i++)
        printf("  %s\n", rows->imports[i]);
}

static void end_walk(TraceWalk *walk)
{
    trace_walk_end(walk);
    if (*walk->failure.text)
        stage_die(&walk->failure);
}

/* The files of the rows and all they were made from. */
static void walk_back(Db *db, const TraceRows *rows, const Record *record, const char *folder)
{
    TraceWalk walk = {.out = stdout, .programs = programs, .all = all, .rows = rows};
    printf("\n");
    for (size_t i = 0; i < record->inputs_count; i++)
        if (trace_rows_rest_on(db, rows, record->inputs[i].path, folder))
            trace_walk_file(&walk, record->inputs[i].path, record->inputs[i].hash);
    for (size_t i = 0; i < rows->imports_count; i++)
        trace_walk_file(&walk, rows->imports[i], NULL);
    printf("\n");
    end_walk(&walk);
}

/* Says whether the database still holds what its record says, and when not. */
static void show_database(const Record *record)
{
    char hash[FILEHASH_TEXT];
    if (!filehash(database, hash))
        stage_fail("%s: cannot be read (%s); check the disk", database, errno_text());
    printf("queried  %s\n         %s  %s\n", database, hash,
           record->output && strcmp(record->output, hash) == 0 ? "as it was made"
                                                               : "NOT as it was made");
}

static void trace_result(Db *db, const TraceResult *result)
{
    Error error;
    TraceRows rows;
    Record record;
    char folder[512];
    snprintf(folder, sizeof folder, "%s/%s", root, profile);
    if (!record_read(&record, database, &error)) {
        if (*error.text)
            stage_die(&error);
        stage_fail("%s: has no record of its making; make it again", database);
    }
    char **files = mem_alloc(record.inputs_count + 1, sizeof *files);
    for (size_t i = 0; i < record.inputs_count; i++)
        files[i] = record.inputs[i].path;
    printf("%s", result->name);
    if (result->value)
        printf(" = %s", result->value);
    printf("\nquery    %s:%d\n", result->script, result->line);
    show_database(&record);
    if (!trace_rows_find(&rows, db, result, profile, folder, files, record.inputs_count, &error))
        stage_die(&error);
    show_rows(&rows);
    walk_back(db, &rows, &record, folder);
    trace_rows_free(&rows);
    record_free(&record);
    free(files);
}

/* Whether the words name a file to walk back from; a drawn figure is a result, found by its name.
 */
static bool names_file(void)
{
    struct stat status;
    return fnmatch("*.[psg][nvi][gf]", words, 0) != 0 && stat(words, &status) == 0 &&
           S_ISREG(status.st_mode);
}

int main(int argc, char **argv)
{
    Error error;
    Db db;
    TraceResults names;
    stage_begin("trace", "from a printed result back to raw files", args, argc, argv);
    if (names_file()) {
        TraceWalk walk = {.out = stdout, .programs = programs, .all = all};
        trace_walk_file(&walk, words, NULL);
        end_walk(&walk);
        stage_printed();
        return 0;
    }
    if (!trace_database(&db, database, profile, &error) ||
        !trace_names_list(&names, &db, profile, &error))
        stage_die(&error);
    const TraceResult *result = choose(&names);
    if (result)
        trace_result(&db, result);
    trace_names_free(&names);
    db_abandon(&db);
    stage_printed();
    return 0;
}
