/* Each attempt changes rows within a savepoint, runs the query and rolls back. Ranges are halved
 * down to one row, or to rows of which neither half matters alone. */
#include "trace/trace_rows.h"

#include "base/alloc.h"
#include "file/db_load.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SMALL_TABLE = 8000 }; /* rows; larger ones are searched by file */

/* A search in one table. The files' rows are loaded once more into the table copied_TABLE, whose
 * rowids number them in the order of the files. */
typedef struct {
    Db *db;
    const TraceResult *result;
    const char *profile;
    const TraceScript *script;
    Text before; /* the result before any change */
    char *table, *changes[4];
    char **files; /* (count) */
    size_t *ends; /* (count) the number of each file's last row */
    size_t count, capacity, ends_capacity, listed;
    bool by_file, full;
    TraceRows *rows;
} Search;

/* --- what there is -------------------------------------------------------------------- */

static bool is_table(Db *db, const char *name)
{
    Error error;
    Query query;
    bool found = false;
    if (db_prepare(db, &query, "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?",
                   &error)) {
        db_bind_text(&query, 1, name);
        if (!db_step(&query, &found, &error))
            found = false;
    }
    db_finish(&query);
    return found;
}

char *trace_table_of(Db *db, const char *path, const char *folder)
{
    size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0 || path[length] != '/')
        return NULL;
    const char *part = path + length + 1, *end = strchr(part, '/');
    char *name = alloc_text_n(part, end ? (size_t)(end - part) : strcspn(part, "."));
    size_t size = strlen(name);
    if (!is_table(db, name) && size > 1 && name[size - 1] == 's')
        name[size - 1] = 0;
    if (is_table(db, name))
        return name;
    free(name);
    return NULL;
}

/* Sets *number to what the query returns, 0 if it returns no row. */
static bool ask_number(Db *db, const char *sql, size_t *number, Error *error)
{
    Query query;
    bool row = false, ok = db_prepare(db, &query, sql, error) && db_step(&query, &row, error);
    *number = ok && row ? (size_t)db_int(&query, 0) : 0;
    db_finish(&query);
    return ok;
}

/* The texts that a query returns, with `between` between them; freed by the caller. `format` is its
 * SQL, with the table's name as argument. */
static char *ask_list(Db *db, const char *format, const char *table, const char *between)
{
    Error error;
    Query query;
    Text text = {0};
    bool row = true;
    char *sql = sqlite3_mprintf(format, table);
    if (sql && db_prepare(db, &query, sql, &error)) {
        while (db_step(&query, &row, &error) && row) {
            if (text.length)
                text_append(&text, between, strlen(between));
            text_append(&text, db_text(&query, 0), strlen(db_text(&query, 0)));
        }
        db_finish(&query);
    }
    sqlite3_free(sql);
    text_append(&text, "", 1);
    return text.bytes;
}

/* --- trying ----------------------------------------------------------------------------- */

/* Turns a text of sqlite3_mprintf, which it frees, into one to free with free(). */
static char *kept(char *text)
{
    char *copy = alloc_text(text ? text : "");
    sqlite3_free(text);
    return copy;
}

/* Writes the statements that delete rows ?1 … ?2 of the table, or change all their values outside
 * the primary key: numbers by 1000 up or down, texts by a '#' before them. */
static void write_changes(Search *search)
{
    static const char *const more[] = {
        "SELECT printf('\"%%w\" = CASE WHEN ''%%s'' = ''TEXT'' THEN ''#'' || \"%%w\" ELSE \"%%w\" "
        "+ "
        "1000 END', name, type, name, name) FROM pragma_table_info(%Q) WHERE NOT pk",
        "SELECT printf('\"%%w\" = CASE WHEN ''%%s'' = ''TEXT'' THEN ''#'' || \"%%w\" ELSE \"%%w\" "
        "- "
        "1000 END', name, type, name, name) FROM pragma_table_info(%Q) WHERE NOT pk"};
    char *key =
        ask_list(search->db, "SELECT printf('\"%%w\"', name) FROM pragma_table_info(%Q) WHERE pk",
                 search->table, ", ");
    char *where = kept(sqlite3_mprintf("(%s) IN (SELECT %s FROM \"copied_%w\" WHERE rowid BETWEEN "
                                       "?1 AND ?2)",
                                       key, key, search->table));
    search->changes[0] =
        kept(sqlite3_mprintf("DELETE FROM main.\"%w\" WHERE %s", search->table, where));
    for (size_t i = 0; i < 2; i++) {
        char *values = ask_list(search->db, more[i], search->table, ", ");
        search->changes[i + 1] = *values
                                     ? kept(sqlite3_mprintf("UPDATE main.\"%w\" SET %s WHERE %s",
                                                            search->table, values, where))
                                     : NULL;
        free(values);
    }
    free(where);
    free(key);
}

typedef struct {
    const TraceResult *result;
    Text text;
} Seen;

static void take_seen(void *user, size_t number, const Query *query)
{
    (void)number;
    Seen *seen = user;
    trace_names_take(seen->result, query, &seen->text);
}

/* The result as it is now, empty if its query fails; freed by the caller. */
static Text see(const Search *search)
{
    Error error;
    Seen seen = {.result = search->result};
    if (!trace_script_run(search->script, search->db, search->profile, search->result->statement,
                          take_seen, &seen, &error))
        seen.text.length = 0;
    return seen.text;
}

/* Whether the result differs after this change of rows first … last, which is then undone. */
static bool changes_it(const Search *search, const char *sql, size_t first, size_t last)
{
    Error error;
    Query query;
    bool other = false;
    if (!db_exec(search->db, "SAVEPOINT attempt", &error))
        return false;
    if (db_prepare(search->db, &query, sql, &error)) {
        db_bind_int(&query, 1, (int64_t)first);
        db_bind_int(&query, 2, (int64_t)last);
        bool done = db_run(&query, &error);
        db_finish(&query);
        Text now = see(search);
        other = done && (now.length != search->before.length ||
                         (now.length && memcmp(now.bytes, search->before.bytes, now.length) != 0));
        text_free(&now);
    }
    return db_exec(search->db, "ROLLBACK TO attempt; RELEASE attempt", &error) && other;
}

static bool matters(const Search *search, size_t first, size_t last)
{
    for (const char *const *sql = (const char *const *)search->changes; *sql; sql++)
        if (changes_it(search, *sql, first, last))
            return true;
    return false;
}

/* --- listing what matters ------------------------------------------------------------------ */

static size_t file_first(const Search *search, size_t file)
{
    return file ? search->ends[file - 1] + 1 : 1;
}

static void take_values(TraceRow *row, const Query *query)
{
    int count = trace_columns(query);
    row->columns = alloc_zeroed((size_t)count, sizeof *row->columns);
    row->values = alloc_zeroed((size_t)count, sizeof *row->values);
    for (int i = 1; i < count; i++) { /* the first is the profile */
        const char *text = db_text(query, i);
        row->columns[row->count] = alloc_text(trace_column(query, i));
        row->values[row->count++] = alloc_text(text ? text : "");
    }
}

/* Lists rows first … last, numbered over all files and all in `file`; first 0: the whole file. */
static void list(Search *search, size_t file, size_t first, size_t last)
{
    Error error;
    Query query;
    bool found = false;
    TraceRows *rows = search->rows;
    rows->rows = alloc_grow(rows->rows, &rows->capacity, rows->count + 1, sizeof *rows->rows);
    TraceRow *row = &rows->rows[rows->count++];
    *row = (TraceRow){.table = alloc_text(search->table), .file = alloc_text(search->files[file])};
    search->listed++;
    search->full = search->listed >= TRACE_ROWS_LIMIT;
    if (!first)
        return;
    row->first = first - file_first(search, file) + 1;
    row->last = last - file_first(search, file) + 1;
    if (first < last)
        return;
    char *sql = kept(sqlite3_mprintf("SELECT * FROM \"copied_%w\" WHERE rowid = %lld",
                                     search->table, (long long)first));
    if (db_prepare(search->db, &query, sql, &error)) {
        if (db_step(&query, &found, &error) && found)
            take_values(row, &query);
        db_finish(&query);
    }
    free(sql);
}

/* Finds the rows that matter among first … last of one file, which matter as a whole. */
static void halve_rows(Search *search, size_t file, size_t first, size_t last)
{
    if (first == last) {
        list(search, file, first, last);
        return;
    }
    size_t middle = first + (last - first) / 2;
    bool left = matters(search, first, middle);
    if (left)
        halve_rows(search, file, first, middle);
    if (search->full)
        return;
    if (matters(search, middle + 1, last))
        halve_rows(search, file, middle + 1, last);
    else if (!left)
        list(search, file, first, last);
}

/* The same for whole files first … last, then for the rows in each. */
static void halve_files(Search *search, size_t first, size_t last)
{
    if (first == last) {
        if (search->by_file)
            list(search, first, 0, 0);
        else if (search->ends[first] >= file_first(search, first))
            halve_rows(search, first, file_first(search, first), search->ends[first]);
        return;
    }
    size_t middle = first + (last - first) / 2;
    bool left = matters(search, file_first(search, first), search->ends[middle]);
    if (left)
        halve_files(search, first, middle);
    if (search->full)
        return;
    if (matters(search, file_first(search, middle + 1), search->ends[last]))
        halve_files(search, middle + 1, last);
    else
        for (size_t i = first; !left && i <= last && !search->full; i++)
            list(search, i, 0, 0); /* neither half matters alone, both together do */
}

/* Appends the file's rows to copied_TABLE. A file that has changed and no longer fits the table is
 * listed as a whole. */
static bool load(Search *search, const char *path, Error *error)
{
    Error misfit;
    char *copied = kept(sqlite3_mprintf("copied_%s", search->table));
    char *count = kept(sqlite3_mprintf("SELECT count(*) FROM \"%w\"", copied));
    search->files = alloc_grow(search->files, &search->capacity, search->count + 1, sizeof(char *));
    search->ends =
        alloc_grow(search->ends, &search->ends_capacity, search->count + 1, sizeof *search->ends);
    search->files[search->count] = alloc_text(path);
    bool fits = db_load_csv(search->db, copied, search->profile, path, &misfit);
    bool ok = ask_number(search->db, count, &search->ends[search->count], error);
    search->count++;
    if (ok && !fits) /* its rows above the one that does not fit stay, and are tried */
        list(search, search->count - 1, 0, 0);
    free(count);
    free(copied);
    return ok;
}

static bool search_table(Search *search, const char *folder, char *const *files, size_t count,
                         Error *error)
{
    char *make = kept(sqlite3_mprintf("CREATE TABLE \"copied_%w\" AS SELECT * FROM \"%w\" WHERE 0",
                                      search->table, search->table));
    bool ok = db_exec(search->db, make, error);
    free(make);
    for (size_t i = 0; ok && i < count; i++) {
        char *table = trace_table_of(search->db, files[i], folder);
        if (table && strcmp(table, search->table) == 0 && access(files[i], R_OK) == 0)
            ok = load(search, files[i], error);
        free(table);
    }
    size_t all = search->count ? search->ends[search->count - 1] : 0;
    if (!ok || !all)
        return ok;
    write_changes(search);
    search->by_file = all > SMALL_TABLE || search->result->kind == TRACE_FIGURE;
    if (matters(search, 1, all))
        halve_files(search, 0, search->count - 1);
    search->rows->untried += search->full;
    return true;
}

static void search_end(Search *search)
{
    Error error;
    char *copied = kept(sqlite3_mprintf("DROP TABLE IF EXISTS \"copied_%w\"", search->table));
    db_exec(search->db, copied, &error); /* another search may use the name */
    free(copied);
    for (size_t i = 0; i < search->count; i++)
        free(search->files[i]);
    for (size_t i = 0; i < sizeof search->changes / sizeof *search->changes; i++)
        free(search->changes[i]);
    free(search->files);
    free(search->ends);
    free(search->table);
    text_free(&search->before);
}

static void take_imports(TraceRows *rows, const TraceScript *script, long statement)
{
    rows->imports = alloc_zeroed(script->count + 1, sizeof *rows->imports);
    for (size_t i = 0; i < script->count; i++)
        if (script->statements[i].import_file && trace_script_needs(script, statement, i))
            rows->imports[rows->imports_count++] = alloc_text(script->statements[i].import_file);
}

bool trace_rows_find(TraceRows *rows, Db *db, const TraceResult *result, const char *profile,
                     const char *folder, char *const *files, size_t count, Error *error)
{
    TraceScript script = {0};
    *rows = (TraceRows){0};
    bool ok = trace_script_read(&script, result->script, error) &&
              trace_script_import(&script, db, error) &&
              trace_script_tables(&script, db, profile, result->statement, &rows->tables, error);
    take_imports(rows, &script, result->statement);
    for (const char *name = rows->tables.bytes; ok && name && *name;) {
        size_t length = strcspn(name, "\n");
        Search search = {.db = db, .result = result, .profile = profile, .script = &script};
        search.rows = rows;
        search.table = alloc_text_n(name, length);
        search.before = see(&search);
        if (is_table(db, search.table))
            ok = search_table(&search, folder, files, count, error);
        search_end(&search);
        name += length + 1;
    }
    trace_script_free(&script);
    return ok;
}

void trace_rows_free(TraceRows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        TraceRow *row = &rows->rows[i];
        for (size_t j = 0; j < row->count; j++) {
            free(row->columns[j]);
            free(row->values[j]);
        }
        free(row->columns);
        free(row->values);
        free(row->table);
        free(row->file);
    }
    for (size_t i = 0; i < rows->imports_count; i++)
        free(rows->imports[i]);
    free(rows->imports);
    free(rows->rows);
    text_free(&rows->tables);
    *rows = (TraceRows){0};
}

bool trace_rows_rest_on(Db *db, const TraceRows *rows, const char *path, const char *folder)
{
    char *table = trace_table_of(db, path, folder);
    bool found = false;
    for (size_t i = 0; table && !found && i < rows->count; i++)
        found = strcmp(rows->rows[i].file, path) == 0 ||
                (rows->untried && strcmp(rows->rows[i].table, table) == 0);
    free(table);
    return found;
}
