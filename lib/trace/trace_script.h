/* The SQL scripts behind numbers, tables and figures. The paper runs them in the sqlite3 shell;
 * here they run statement by statement.
 *
 * A script is SQL and the shell's dot commands. Three of these count: `.import FILE TABLE` loads a
 * CSV file into a temporary table, `.read FILE` includes another script, and `.parameter set :NAME
 * "'TEXT'"` sets a parameter. The others only say how results are written. The database of results
 * is copied into memory, so that it can be changed, to see what follows, and rolled back. */
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
    char **parameters; /* (parameters_count) :name and value alternate */
    size_t parameters_count, parameters_capacity;
} TraceScript;

/* Reads a script; trace_script_free frees it. False with the reason in *error, and nothing to
 * free. */
bool trace_script_read(TraceScript *script, const char *path, Error *error);
void trace_script_free(TraceScript *script);

/* Copies the database at `path` into memory and adds a temporary table `the`, whose column
 * `profile` has the profile's name; db_abandon closes it. */
bool trace_database(Db *db, const char *path, const char *profile, Error *error);

/* Receives one row that statement `number` returns. `query` is at the row. */
typedef void TraceTake(void *user, size_t number, const Query *query);

/* Name of a column of the row, from 0; number of columns. */
const char *trace_column(const Query *query, int column);
int trace_columns(const Query *query);

/* Makes the temporary tables that the script imports. They do not depend on the database. */
bool trace_script_import(const TraceScript *script, Db *db, Error *error);
/* Runs the statements that return rows, or only statement `only` unless it is TRACE_ALL, and gives
 * their rows to take(user, …); `take` may be NULL. Before each run the earlier statements that make
 * the tables and views it names. All they made is rolled back. `profile` is the value of
 * :profile. */
enum { TRACE_ALL = -1 };
bool trace_script_run(const TraceScript *script, Db *db, const char *profile, long only,
                      TraceTake *take, void *user, Error *error);
/* Whether statement `only`, or any if it is TRACE_ALL, is or needs statement `number`. */
bool trace_script_needs(const TraceScript *script, long only, size_t number);
/* Appends the names of the database's tables that statement `only` reads (TRACE_ALL: any reads),
 * each once and followed by a newline. */
bool trace_script_tables(const TraceScript *script, Db *db, const char *profile, long only,
                         Text *names, Error *error);

#endif
