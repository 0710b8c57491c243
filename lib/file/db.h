/* A thin layer over SQLite: a database is either written whole through Out or only read. Errors
 * name the file.
 *
 * The same statements always make a database of the same bytes: page size and encoding are fixed,
 * and everything is written in one transaction, without a journal file. */
#ifndef DOCMEM_DB_H
#define DOCMEM_DB_H
#include "base/error.h"
#include "file/out.h"
#include <stdint.h>

struct sqlite3;
struct sqlite3_stmt;

typedef struct {
    struct sqlite3 *handle;
    char *path;   /* as errors name it */
    bool writing; /* a transaction is open */
} Db;

/* One prepared statement. */
typedef struct {
    struct sqlite3_stmt *handle;
    const Db *db;
    bool failed; /* a bind failed; the next step reports it */
} Query;

/* A new, empty database in the file that `out` has just opened. Fill it, then
 * db_close, then commit the Out. On failure *db is closed. */
bool db_create(Db *db, const Out *out, Error *error);
/* Opens an existing database, read-only. False with the reason in *error if it is none; *db is then
 * closed. */
bool db_open(Db *db, const char *path, Error *error);
/* Commits what was written and closes; false with the reason if that fails. *db is closed either
 * way. */
bool db_close(Db *db, Error *error);
/* Closes without committing. Safe on a zeroed or closed Db. */
void db_abandon(Db *db);

/* SQLite's message about its last call on this database. Borrowed; valid until the next call. */
const char *db_reason(const Db *db);
/* Whether that call failed because of the statement or its values (syntax, a constraint, a type),
 * not for lack of disk or memory. */
bool db_refused(const Db *db);

/* Runs one or more statements; rows they return are ignored. */
bool db_exec(Db *db, const char *sql, Error *error);

/* Compiles one statement; free it with db_finish (safe where this failed). */
bool db_prepare(Db *db, Query *query, const char *sql, Error *error);
/* Sets parameter `index`, from 1. A text is copied; NULL sets null. */
void db_bind_int(Query *query, int index, int64_t value);
void db_bind_real(Query *query, int index, double value);
void db_bind_text(Query *query, int index, const char *value);
/* Steps to the next row; *row tells if there is one. After the last row the query may be bound and
 * stepped again. */
bool db_step(Query *query, bool *row, Error *error);
/* Runs the query to its end, ignoring rows. It may then be bound and run again. */
bool db_run(Query *query, Error *error);
/* Column `index`, from 0, of the current row. A text lives until the next
 * step and is NULL where the column is null. */
int64_t db_int(const Query *query, int index);
const char *db_text(const Query *query, int index);
void db_finish(Query *query);

#endif
