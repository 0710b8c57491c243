/* results: gather every CSV file of a profile into one database
 *
 * Cells of the grid and questions each write a CSV file of their own; this stage
 * alone loads them, so that no two programs ever write one database. Figures and
 * tables are queries on it. A file goes into the table its name stands for
 * (/verdict.csv/ into ~verdict~) or else its folder's (/predictions/3-1.csv/ into
 * ~prediction~); its header must be the table's columns, its numbers must be
 * finite, and no row may come twice. Tables and columns are described in the
 * database itself (sqlite3 results.db .schema).
 *
 *   results --out results.db predictions/0-1.csv predictions/0-2.csv verdict.csv
 */
#include "db.h"
#include "db_load.h"
#include "mem.h"
#include "stage.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const char *schema_path = "stages/results.sql", *out_path;

static const Arg args[] = {
    {"schema", ARG_INPUT, &schema_path, "SQL that makes the tables", false},
    {"out", ARG_OUTPUT, &out_path, "SQLite database", true},
    {0},
};

enum { SCHEMA_LIMIT = 1 << 20 };

/* The whole schema file as text. */
static bool read_schema(Text *sql, Error *error)
{
    char chunk[4096];
    size_t count;
    FILE *file = fopen(schema_path, "rb");
    if (!file)
        return fail(error, "%s: cannot be read (%s); name the tables' SQL by --schema", schema_path,
                    errno_text());
    while (sql->length < SCHEMA_LIMIT && (count = fread(chunk, 1, sizeof chunk, file)) > 0)
        text_append(sql, chunk, count);
    bool ok = feof(file) && !ferror(file);
    fclose(file);
    if (!ok)
        return fail(error, "%s: cannot be read whole; name the tables' SQL by --schema",
                    schema_path);
    text_append(sql, "", 1);
    return true;
}

static bool make_tables(Db *db, Error *error)
{
    Text sql = {0};
    bool ok = read_schema(&sql, error);
    if (ok && !db_exec(db, sql.bytes, error))
        ok = fail(error, "%s: does not make tables (%s); correct it", schema_path, db_reason(db));
    text_free(&sql);
    return ok;
}

/* Whether there is a table of that name of `length` bytes. */
static bool is_table(Db *db, const char *name, size_t length)
{
    Error error;
    Query query;
    bool found = false;
    char *text = mem_text_n(name, length);
    if (!db_prepare(db, &query, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?",
                    &error))
        stage_die(&error);
    db_bind_text(&query, 1, text);
    if (!db_step(&query, &found, &error))
        stage_die(&error);
    db_finish(&query);
    free(text);
    return found;
}

/* The table that a part of a path stands for, as it is or without a plural's s;
 * NULL if none. Owned by the caller. */
static char *table_called(Db *db, const char *part, size_t length)
{
    if (is_table(db, part, length))
        return mem_text_n(part, length);
    if (length > 1 && part[length - 1] == 's' && is_table(db, part, length - 1))
        return mem_text_n(part, length - 1);
    return NULL;
}

/* The table that the file is for, by its stem, else by its folder. */
static char *table_of(Db *db, const char *path)
{
    const char *slash = strrchr(path, '/'), *stem = slash ? slash + 1 : path;
    char *table = table_called(db, stem, strcspn(stem, "."));
    if (table || !slash)
        return table;
    const char *folder = slash;
    while (folder > path && folder[-1] != '/')
        folder--;
    return table_called(db, folder, (size_t)(slash - folder));
}

static void load_file(Db *db, const char *path)
{
    Error error;
    char *table = table_of(db, path);
    if (!table)
        stage_fail("%s: neither its name nor its folder's is a table of %s; "
                   "rename it, or describe its table there",
                   path, schema_path);
    if (!db_load_csv(db, table, path, &error))
        stage_die(&error);
    free(table);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    Out out;
    Db db;
    Error error;
    int count;
    stage_begin("results", "gather every CSV file of a profile into one database", args, argc, argv);
    char **paths = stage_words(&count);
    qsort(paths, (size_t)count, sizeof *paths, by_path); /* any order makes the same bytes */
    if (!out_open(&out, out_path, &error) || !db_create(&db, &out, &error) ||
        !make_tables(&db, &error))
        stage_die(&error);
    for (int i = 0; i < count; i++) {
        load_file(&db, paths[i]);
        stage_progress("files loaded", i + 1, count);
    }
    if (!db_close(&db, &error))
        stage_die(&error);
    stage_commit(&out);
    return 0;
}
