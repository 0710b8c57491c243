/* Scripts that the sqlite3 shell runs for numbers, tables and figures, run here statement by
 * statement.
 *
 * A script is SQL with lines that start with a dot, of which count `.import FILE TABLE`, of a CSV
 * file into a temporary table, `.read FILE`, of another script, and `.parameter set :NAME
 * "'TEXT'"`; the others only say how results are written. A database of results is copied into
 * memory, so that it can be changed, to see what follows, and put back. */
#ifndef DOCMEM_TRACE_SCRIPT_H
#define DOCMEM_TRACE_SCRIPT_H
#include "base/text.h"
#include "file/db.h"
#include <stddef.h>

typedef struct {
    char *text;        /* SQL, or NULL for an import */
    char *import_file; /* or NULL */
    char *makes;       /* the temporary table or view it makes or changes, or NULL */
    int line;          /* where it starts, from 1 */
} TraceStatement;

typedef struct {
    char *path;
    TraceStatement *statements; /* (count) */
    size_t count, capacity;
    char **parameters; /* (parameters_count) :name and its value in turn */
    size_t parameters_count, parameters_capacity;
} TraceScript;

/* Reads a script; the caller frees it. */
bool trace_script_read(TraceScript *script, const char *path, Error *error);
void trace_script_free(TraceScript *script);

/* Copies the database at `path` into memory, with the profile as table `the`; db_abandon closes it.
 */
bool trace_database(Db *db, const char *path, const char *profile, Error *error);

/* Takes one row that statement `number` shows. `query` is at the row. */
typedef void TraceTake(void *user, size_t number, const Query *query);

/* Names of a row's columns and their count. */
const char *trace_column(const Query *query, int column);
int trace_columns(const Query *query);

/* Makes the tables that the script imports; they do not depend on the database. */
bool trace_script_import(const TraceScript *script, Db *db, Error *error);
/* Runs the statements that show rows, or only statement `only` if it is not TRACE_ALL, each after
 * those before it that make what it names, and gives their rows to take(user, …). Everything they
 * made is gone afterwards. `profile` is :profile. */
enum { TRACE_ALL = -1 };
bool trace_script_run(const TraceScript *script, Db *db, const char *profile, long only,
                      TraceTake *take, void *user, Error *error);
/* Whether statement `only`, or any if it is TRACE_ALL, is or needs statement `number`. */
bool trace_script_needs(const TraceScript *script, long only, size_t number);
/* Appends the names of the results' tables which that statement reads, or all read, each followed
 * by a newline. */
bool trace_script_tables(const TraceScript *script, Db *db, const char *profile, long only,
                         Text *names, Error *error);

#endif
