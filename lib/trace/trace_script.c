/* sqlite3_complete tells where a statement ends, an authorizer which tables it reads. Each
 * statement runs in a savepoint, after the earlier ones that it needs, and is rolled back. */
#include "trace/trace_script.h"

#include "base/alloc.h"
#include "file/csvfile.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_LIMIT = 1 << 16, DEPTH_LIMIT = 4 }; /* bytes of a line; scripts within scripts */

/* --- reading ---------------------------------------------------------------------- */

static TraceStatement *next_statement(TraceScript *script, int line)
{
    script->statements = alloc_grow(script->statements, &script->capacity, script->count + 1,
                                    sizeof *script->statements);
    TraceStatement *statement = &script->statements[script->count++];
    *statement = (TraceStatement){.line = line};
    return statement;
}

/* A copy of the word after the one of `before` (ended by NULL) that the text starts with; NULL if
 * it starts with none. */
static char *word_after(const char *text, const char *const *before)
{
    for (; *before; before++) {
        size_t length = strlen(*before);
        if (sqlite3_strnicmp(text, *before, (int)length) == 0)
            return alloc_text_n(text + length, strcspn(text + length, " (\n;"));
    }
    return NULL;
}

static char *made_by(const char *text)
{
    static const char *const makes[] = {"create temp view ", "create temp table ", "update ",
                                        "insert into ", NULL};
    return word_after(text, makes);
}

/* Skips white space and whole comment lines; *line counts the lines. */
static const char *skip_comments(const char *text, int *line)
{
    for (;;) {
        while (isspace((unsigned char)*text))
            *line += *text++ == '\n';
        if (strncmp(text, "--", 2) != 0)
            return text;
        text += strcspn(text, "\n");
    }
}

/* `.parameter set :NAME "'TEXT'"`: a text that queries use by name. */
static void add_parameter(TraceScript *script, const char *command)
{
    const char *name = command + strlen(".parameter set "), *first = strchr(name, '\'');
    const char *last = strrchr(name, '\'');
    if (!first || first == last)
        return;
    script->parameters = alloc_grow(script->parameters, &script->parameters_capacity,
                                    script->parameters_count + 2, sizeof(char *));
    script->parameters[script->parameters_count++] = alloc_text_n(name, strcspn(name, " "));
    script->parameters[script->parameters_count++] =
        alloc_text_n(first + 1, (size_t)(last - first) - 1);
}

/* `.import [--csv] [--schema NAME] FILE TABLE`; other commands say how rows are shown. */
static void add_import(TraceScript *script, const char *command, int line)
{
    enum { WORDS = 2 };
    char *words[WORDS] = {NULL}, *copy = alloc_text(command), *rest = copy;
    size_t count = 0;
    const char *word = strsep(&rest, " \n");
    bool import = strcmp(word, ".import") == 0;
    while (import && count < WORDS && (word = strsep(&rest, " \n"))) {
        if (strcmp(word, "--schema") == 0)
            strsep(&rest, " \n");
        else if (*word && strncmp(word, "--", 2) != 0)
            words[count++] = alloc_text(word);
    }
    if (count == WORDS) {
        TraceStatement *statement = next_statement(script, line);
        statement->import_file = words[0];
        statement->makes = words[1];
    } else {
        free(words[0]);
    }
    free(copy);
}

static void add_sql(TraceScript *script, const Text *pending, int first)
{
    const char *text = skip_comments(pending->bytes, &first);
    if (!*text)
        return;
    TraceStatement *statement = next_statement(script, first);
    statement->text = alloc_text(text);
    statement->makes = made_by(text);
}

static bool read_into(TraceScript *script, const char *path, int depth, Error *error);

/* A dot command. */
static bool add_command(TraceScript *script, char *command, int line, int depth, Error *error)
{
    static const char read[] = ".read ", set[] = ".parameter set ";
    if (strncmp(command, set, sizeof set - 1) == 0) {
        add_parameter(script, command);
        return true;
    }
    if (strncmp(command, read, sizeof read - 1) != 0) {
        add_import(script, command, line);
        return true;
    }
    char *path = alloc_text_n(command + sizeof read - 1, strcspn(command + sizeof read - 1, " \n"));
    bool ok = depth < DEPTH_LIMIT
                  ? read_into(script, path, depth + 1, error)
                  : fail(error, "%s: is read within itself; check the script", path);
    free(path);
    return ok;
}

/* Adds the file's statements. */
static bool read_into(TraceScript *script, const char *path, int depth, Error *error)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, "%s: cannot be read (%s); check the path", path, errno_text());
    Text pending = {0};
    char *line = alloc_zeroed(LINE_LIMIT, 1);
    int number = 0, first = 1;
    bool ok = true;
    while (ok && fgets(line, LINE_LIMIT, file)) {
        number++;
        if (line[0] == '.' && pending.length == 0) {
            ok = add_command(script, line, number, depth, error);
            continue;
        }
        if (pending.length == 0)
            first = number;
        text_append(&pending, line, strlen(line) + 1);
        pending.length--;
        int ahead = first;
        bool empty = !*skip_comments(pending.bytes, &ahead);
        if (!empty && !sqlite3_complete(pending.bytes))
            continue;
        add_sql(script, &pending, first);
        pending.length = 0;
    }
    if (ok && ferror(file))
        ok = fail(error, "%s: cannot be read whole; check the file", path);
    fclose(file);
    free(line);
    text_free(&pending);
    return ok;
}

bool trace_script_read(TraceScript *script, const char *path, Error *error)
{
    *script = (TraceScript){.path = alloc_text(path)};
    if (read_into(script, path, 0, error))
        return true;
    trace_script_free(script);
    return false;
}

void trace_script_free(TraceScript *script)
{
    for (size_t i = 0; i < script->count; i++) {
        free(script->statements[i].text);
        free(script->statements[i].import_file);
        free(script->statements[i].makes);
    }
    for (size_t i = 0; i < script->parameters_count; i++)
        free(script->parameters[i]);
    free(script->parameters);
    free(script->statements);
    free(script->path);
    *script = (TraceScript){0};
}

/* --- the database ------------------------------------------------------------------ */

static bool copy_database(Db *db, const char *path, Error *error)
{
    Db from;
    if (!db_open(&from, path, error))
        return false;
    sqlite3_backup *copy = sqlite3_backup_init(db->handle, "main", from.handle, "main");
    bool ok = copy && sqlite3_backup_step(copy, -1) == SQLITE_DONE;
    if (copy)
        sqlite3_backup_finish(copy);
    if (!ok)
        fail(error, "%s: cannot be copied (%s); make it again", path, db_reason(db));
    db_abandon(&from);
    return ok;
}

bool trace_database(Db *db, const char *path, const char *profile, Error *error)
{
    Query query = {0};
    *db = (Db){.path = alloc_text(path)};
    bool ok = sqlite3_open(":memory:", &db->handle) == SQLITE_OK;
    if (!ok)
        fail(error, "%s: no memory for a copy; free some", path);
    /* Attempts set values that no result could have, so CHECK constraints are off. */
    ok = ok && copy_database(db, path, error) &&
         db_exec(db, "PRAGMA ignore_check_constraints = ON; PRAGMA temp_store = MEMORY", error) &&
         db_prepare(db, &query, "CREATE TEMP TABLE the AS SELECT ? AS profile", error);
    if (ok) {
        db_bind_text(&query, 1, profile);
        ok = db_run(&query, error);
    }
    db_finish(&query);
    if (!ok)
        db_abandon(db);
    return ok;
}

/* --- running ------------------------------------------------------------------------- */

typedef struct {
    Db *db;
    const char *table;
    size_t columns;
} Import;

/* Makes the table from the header, which comes first, then inserts the rows. */
static bool import_row(void *user, const CsvRow *row, Error *error)
{
    Import *import = user;
    Query query = {0};
    char *sql = row->header ? sqlite3_mprintf("CREATE TEMP TABLE \"%w\"(", import->table)
                            : sqlite3_mprintf("INSERT INTO temp.\"%w\" VALUES(", import->table);
    for (size_t i = 0; sql && i < row->count; i++) {
        char *longer = row->header
                           ? sqlite3_mprintf("%z%s\"%w\" TEXT", sql, i ? "," : "", row->fields[i])
                           : sqlite3_mprintf("%z%s%Q", sql, i ? "," : "", row->fields[i]);
        sql = longer;
    }
    sql = sql ? sqlite3_mprintf("%z)", sql) : NULL;
    bool ok = sql && db_prepare(import->db, &query, sql, error) && db_run(&query, error);
    db_finish(&query);
    sqlite3_free(sql);
    return ok;
}

bool trace_script_import(const TraceScript *script, Db *db, Error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < script->count; i++) {
        const TraceStatement *statement = &script->statements[i];
        if (!statement->import_file)
            continue;
        Import import = {.db = db, .table = statement->makes};
        char *drop = sqlite3_mprintf("DROP TABLE IF EXISTS temp.\"%w\"", import.table);
        ok = drop && db_exec(db, drop, error) &&
             csvfile_read(statement->import_file, NULL, import_row, &import, error);
        sqlite3_free(drop);
    }
    return ok;
}

const char *trace_column(const Query *query, int column)
{
    return sqlite3_column_name(query->handle, column);
}

int trace_columns(const Query *query)
{
    return sqlite3_column_count(query->handle);
}

/* Marks in needed (script->count) the target, the earlier statements that make what it names, and
 * those that make what these name. */
static void find_needed(const TraceScript *script, size_t target, bool *needed)
{
    memset(needed, 0, script->count * sizeof *needed);
    needed[target] = true;
    for (size_t i = target; i-- > 0;) {
        const TraceStatement *statement = &script->statements[i];
        for (size_t j = i + 1; statement->makes && !needed[i] && j <= target; j++)
            needed[i] = needed[j] && script->statements[j].text &&
                        strstr(script->statements[j].text, statement->makes);
    }
}

static bool run_statement(const TraceScript *script, size_t number, Db *db, const char *profile,
                          TraceTake *take, void *user, Error *error)
{
    Query query;
    bool row = true, ok = db_prepare(db, &query, script->statements[number].text, error);
    int place = ok ? sqlite3_bind_parameter_index(query.handle, ":profile") : 0;
    if (place)
        db_bind_text(&query, place, profile);
    for (size_t i = 0; ok && i + 1 < script->parameters_count; i += 2) {
        place = sqlite3_bind_parameter_index(query.handle, script->parameters[i]);
        if (place)
            db_bind_text(&query, place, script->parameters[i + 1]);
    }
    while (ok && (ok = db_step(&query, &row, error)) && row)
        if (take)
            take(user, number, &query);
    db_finish(&query);
    return ok || fail(error, "%s:%d: %s; correct the query", script->path,
                      script->statements[number].line, db_reason(db));
}

/* Runs statement `target` and what it needs, and undoes it all. */
static bool run_one(const TraceScript *script, size_t target, Db *db, const char *profile,
                    TraceTake *take, void *user, Error *error)
{
    Error undo;
    bool *needed = alloc_zeroed(script->count, sizeof *needed);
    find_needed(script, target, needed);
    bool ok = db_exec(db, "SAVEPOINT run", error);
    for (size_t i = 0; ok && i <= target; i++)
        if (needed[i] && script->statements[i].text)
            ok = run_statement(script, i, db, profile, i == target ? take : NULL, user, error);
    free(needed);
    return db_exec(db, "ROLLBACK TO run; RELEASE run", ok ? error : &undo) && ok;
}

bool trace_script_run(const TraceScript *script, Db *db, const char *profile, long only,
                      TraceTake *take, void *user, Error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < script->count; i++) {
        const TraceStatement *statement = &script->statements[i];
        if (statement->text && !statement->makes && (only == TRACE_ALL || (size_t)only == i))
            ok = run_one(script, i, db, profile, take, user, error);
    }
    return ok;
}

/* --- what it reads --------------------------------------------------------------------- */

bool trace_script_needs(const TraceScript *script, long only, size_t number)
{
    bool needs = only == TRACE_ALL;
    if (!needs) {
        bool *needed = alloc_zeroed(script->count, sizeof *needed);
        find_needed(script, (size_t)only, needed);
        needs = needed[number];
        free(needed);
    }
    return needs;
}

static int note_read(void *user, int action, const char *table, const char *column,
                     const char *database, const char *inner)
{
    (void)column, (void)inner;
    Text *names = user;
    /* `database` is NULL if the statement only counts the table's rows. */
    if (action != SQLITE_READ || (database && strcmp(database, "main") != 0) ||
        strncmp(table, "sqlite_", 7) == 0)
        return SQLITE_OK;
    char line[128];
    int length = snprintf(line, sizeof line, "%s\n", table);
    if (length < 0 || (size_t)length >= sizeof line)
        return SQLITE_OK;
    text_append(names, "", 1);
    names->length--;
    for (const char *at = names->bytes; (at = strstr(at, line)); at++)
        if (at == names->bytes || at[-1] == '\n')
            return SQLITE_OK;
    text_append(names, line, (size_t)length);
    return SQLITE_OK;
}

bool trace_script_tables(const TraceScript *script, Db *db, const char *profile, long only,
                         Text *names, Error *error)
{
    sqlite3_set_authorizer(db->handle, note_read, names);
    bool ok = trace_script_run(script, db, profile, only, NULL, NULL, error);
    sqlite3_set_authorizer(db->handle, NULL, NULL);
    text_append(names, "", 1);
    names->length--;
    return ok;
}
