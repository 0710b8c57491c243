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
#include "base/alloc.h"
#include "run/stage.h"
#include "trace/trace_shown.h"

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

/* A result's name and value, cut to fit a line of a terminal. */
static void show_result(const TraceResult *result)
{
    enum { WIDTH = 78 };
    Text line = {0};
    text_append(&line, result->name, strlen(result->name));
    if (result->value) {
        text_append(&line, " = ", 3);
        text_append(&line, result->value, strlen(result->value));
    }
    text_append(&line, "", 1);
    size_t length = strlen(result->name) > WIDTH ? strlen(result->name) : WIDTH;
    while (length < line.length - 1 && ((unsigned char)line.bytes[length] & 0xC0) == 0x80)
        length--; /* no half letter */
    printf("  %.*s\n", (int)length, line.bytes);
    text_free(&line);
}

/* The results that have all the words. */
static void list_matches(const TraceResults *names, const bool *matches, size_t count)
{
    enum { SHOWN = 60 };
    size_t shown = 0;
    printf("%zu results have these words; make trace RESULT='…' with one of\n", count);
    for (size_t i = 0; i < names->count; i++)
        if (matches[i] && shown++ < SHOWN)
            show_result(&names->results[i]);
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
    bool *matches = alloc_zeroed(names->count + 1, sizeof *matches);
    const TraceResult *result = trace_names_find(names, words, matches);
    size_t count = 0;
    for (size_t i = 0; i < names->count; i++)
        count += matches[i];
    if (!result && count > 0)
        list_matches(names, matches, count);
    free(matches);
    if (!result && count == 0)
        no_match(names);
    return result;
}

static void end_walk(TraceWalk *walk)
{
    trace_walk_end(walk);
    if (*walk->failure.text)
        stage_die(&walk->failure);
}

/* The files of the rows and all they were made from. */
static void walk_back(Db *db, TraceWalk *walk, const TraceShown *shown, const char *folder)
{
    const TraceRows *rows = walk->rows;
    printf("\n");
    for (size_t i = 0; shown->known && i < shown->made.inputs_count; i++) {
        const RecordFile *input = &shown->made.inputs[i];
        if (trace_rows_rest_on(db, rows, input->path, folder))
            trace_walk_file(walk, input->path, input->hash);
    }
    for (size_t i = 0; i < rows->imports_count; i++)
        trace_walk_file(walk, rows->imports[i], trace_shown_hash(shown, rows->imports[i]));
    printf("\n");
    end_walk(walk);
}

static void trace_result(Db *db, const TraceResult *result, const char *folder)
{
    Error error;
    TraceRows rows;
    TraceShown shown;
    TraceWalk walk = {.out = stdout, .programs = programs, .all = all, .rows = &rows};
    trace_shown(&shown, &walk, result, folder, database);
    if (shown.database && !shown.known)
        stage_fail("%s: has no record of its making; make it again", shown.database);
    size_t count = shown.made.inputs_count;
    char **files = alloc_zeroed(count + 1, sizeof *files);
    for (size_t i = 0; i < count; i++)
        files[i] = shown.made.inputs[i].path;
    if (!trace_rows_find(&rows, db, result, profile, folder, files, count, &error))
        stage_die(&error);
    trace_shown_rows(stdout, &rows);
    walk_back(db, &walk, &shown, folder);
    trace_rows_free(&rows);
    trace_shown_free(&shown);
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
    char folder[512];
    stage_begin("trace", "from a printed result back to raw files", args, argc, argv);
    snprintf(folder, sizeof folder, "%s/%s", root, profile);
    if (names_file()) {
        TraceWalk walk = {.out = stdout, .programs = programs, .all = all, .folder = folder};
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
        trace_result(&db, result, folder);
    trace_names_free(&names);
    db_abandon(&db);
    stage_printed();
    return 0;
}
