/* results: gather the CSV files of every profile into one database
 *
 * Cells of the grid and questions each write a CSV file of their own; this stage
 * alone loads them, so that no two programs ever write one database. Tables are queries on it, and
 * figures on a database of the same form with their own question's files alone. A file of a profile
 * goes into the table that its name stands for
 * (=build/tiny/layer_choice.csv= into ~layer_choice~) or else its folder's
 * (=build/tiny/predictions/3-1.csv= into ~prediction~), and every row names its profile in the
 * first column; the file's header must be the table's other columns, its numbers must be
 * finite, and no row may come twice. A profile is loaded whole or not at all: a damaged file of the
 * profile that was asked for ends the stage, one of another profile leaves that profile out with
 * a warning. Rows refer to the documents and claims they are about by foreign keys, views hold what
 * is asked for most, and the database itself describes tables, columns and views
 * (=sqlite3 build/results.db .schema=).
 *
 *   results --profile tiny --out build/results.db build/tiny/predictions/3-1.csv build/...
 */
#include "base/alloc.h"
#include "base/text.h"
#include "file/db.h"
#include "file/db_load.h"
#include "run/stage.h"
#include "trace/trace_rows.h"

#include <stdlib.h>
#include <string.h>

static const char *schema_path = "stages/results.sql", *out_path;
static const char *root = "build", *wanted;

static const Arg args[] = {
    {"schema", ARG_INPUT, &schema_path, "SQL that makes the tables", false},
    {"root", ARG_TEXT, &root, "folder of the profiles' folders", false},
    {"profile", ARG_TEXT, &wanted, "the run: another that cannot be loaded is left out", false},
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
    ok = ok && db_exec(db, sql.bytes, error);
    if (!ok && sql.length && db_refused(db))
        ok = fail(error, "%s: does not make tables (%s); correct it", schema_path, db_reason(db));
    text_free(&sql);
    return ok;
}

/* What a file's path says: ROOT/PROFILE/TABLE.csv, or ROOT/PROFILE/TABLEs/ANY.csv. */
typedef struct {
    char *profile, *table; /* owned; table NULL if there is no such table */
} Place;

/* What follows the root's folder in the path; NULL where the path is not below it. */
static const char *below_root(const char *path)
{
    size_t length = strlen(root);
    while (length && root[length - 1] == '/')
        length--;
    return strncmp(path, root, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

static Place place_of(Db *db, const char *path)
{
    const char *profile = below_root(path), *slash = profile ? strchr(profile, '/') : NULL;
    if (!slash || slash == profile)
        stage_fail("%s: does not lie in a profile's folder of %s; name that folder by --root", path,
                   root);
    char *folder = alloc_text_n(path, (size_t)(slash - path));
    const Place place = {alloc_text_n(profile, (size_t)(slash - profile)),
                         trace_table_of(db, path, folder)};
    free(folder);
    return place;
}

static bool load_file(Db *db, const char *path, Error *error)
{
    Place place = place_of(db, path);
    bool ok = place.table ? db_load_csv(db, place.table, place.profile, path, error)
                          : fail(error,
                                 "%s: neither its name nor its folder's is a table of %s; "
                                 "rename it, or describe its table there",
                                 path, schema_path);
    free(place.table);
    free(place.profile);
    return ok;
}

/* How many of the first paths are of the first one's profile. */
static int profile_files(char **paths, int count)
{
    int files = 1;
    const char *first = below_root(paths[0]);
    while (first && files < count && below_root(paths[files]) &&
           strncmp(below_root(paths[files]), first, strcspn(first, "/") + 1) == 0)
        files++;
    return files;
}

/* Loads the files of one profile. Where --profile names another one, a fault leaves this one out,
 * whole, and is told. Returns whether this is the one. */
static bool load_profile(Db *db, char **paths, int count)
{
    Error error, undo;
    Place place = place_of(db, paths[0]);
    bool asked = wanted && strcmp(wanted, place.profile) == 0;
    bool ok = db_exec(db, "SAVEPOINT profile", &error);
    for (int i = 0; ok && i < count; i++)
        ok = load_file(db, paths[i], &error);
    if (!ok && (!wanted || asked))
        stage_die(&error);
    if (!ok)
        fprintf(stderr, "docmem: results: profile %s is left out: %s\n", place.profile, error.text);
    if ((!ok && !db_exec(db, "ROLLBACK TO profile", &undo)) ||
        !db_exec(db, "RELEASE profile", &undo))
        stage_die(&undo);
    free(place.table);
    free(place.profile);
    return asked;
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
    bool found = false; /* the profile that was asked for */
    stage_begin("results", "gather the CSV files of every profile into one database", args, argc,
                argv);
    char **paths = stage_words(&count);
    qsort(paths, (size_t)count, sizeof *paths, by_path); /* any order makes the same bytes */
    if (!out_open(&out, out_path, &error) || !db_create(&db, &out, &error) ||
        !make_tables(&db, &error))
        stage_die(&error);
    for (int i = 0, files; i < count; i += files) {
        files = profile_files(paths + i, count - i);
        found |= load_profile(&db, paths + i, files);
        stage_progress("files loaded", i + files, count);
    }
    if (wanted && !found)
        stage_fail(
            "%s: none of the files is of profile %s; name the folder of its folder by --root", root,
            wanted);
    if (!db_close(&db, &error))
        stage_die(&error);
    stage_commit(&out);
    return 0;
}
