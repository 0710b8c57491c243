/* SQLite's errors become the one line of error.h. A new database is written into Out's temporary
 * file; it gets its name when the caller commits the Out. */
#include "file/db.h"

#include "base/alloc.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>

const char *db_reason(const Db *db)
{
    return sqlite3_errmsg(db->handle);
}

bool db_refused(const Db *db)
{
    int code = sqlite3_errcode(db->handle) & 0xff;
    return code == SQLITE_ERROR || code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH ||
           code == SQLITE_TOOBIG || code == SQLITE_RANGE;
}

/* Fails with SQLite's message about its last call. */
static bool fail_db(const Db *db, Error *error)
{
    return fail(error, "%s: %s; %s", db->path, db_reason(db),
                db->writing ? "check what is written to it, and the space left"
                            : "make it again, or name another database");
}

static bool open_handle(Db *db, const char *file, int flags, Error *error)
{
    if (sqlite3_open_v2(file, &db->handle, flags | SQLITE_OPEN_PRIVATECACHE, NULL) == SQLITE_OK)
        return true;
    fail_db(db, error);
    db_abandon(db);
    return false;
}

bool db_create(Db *db, const Out *out, Error *error)
{
    *db = (Db){.path = alloc_text(out->path), .writing = true};
    if (!open_handle(db, out->temporary, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error))
        return false;
    /* Out syncs and renames the file, so SQLite needs no journal file and no syncing. */
    if (db_exec(db,
                "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; "
                "PRAGMA auto_vacuum = NONE; PRAGMA journal_mode = MEMORY; "
                "PRAGMA synchronous = OFF; PRAGMA secure_delete = ON; BEGIN",
                error))
        return true;
    db_abandon(db);
    return false;
}

bool db_open(Db *db, const char *path, Error *error)
{
    struct stat status;
    *db = (Db){0};
    if (stat(path, &status) != 0)
        return fail(error, "%s: cannot be read (%s); check the path", path, errno_text());
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return fail(error, "%s: is %s; make it again, or name another database", path,
                    S_ISREG(status.st_mode) ? "empty" : "not a file");
    db->path = alloc_text(path);
    if (!open_handle(db, path, SQLITE_OPEN_READONLY, error))
        return false;
    /* Only the first read tells whether the file is a database. */
    if (db_exec(db,
                "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; "
                "SELECT count(*) FROM sqlite_schema",
                error))
        return true;
    db_abandon(db);
    return false;
}

bool db_close(Db *db, Error *error)
{
    bool ok = !db->writing || db_exec(db, "COMMIT", error);
    if (ok && sqlite3_close(db->handle) != SQLITE_OK)
        ok = fail_db(db, error);
    else if (ok)
        db->handle = NULL;
    db_abandon(db);
    return ok;
}

void db_abandon(Db *db)
{
    sqlite3_close_v2(db->handle);
    free(db->path);
    *db = (Db){0};
}

bool db_exec(Db *db, const char *sql, Error *error)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || fail_db(db, error);
}

bool db_prepare(Db *db, Query *query, const char *sql, Error *error)
{
    *query = (Query){.db = db};
    return sqlite3_prepare_v2(db->handle, sql, -1, &query->handle, NULL) == SQLITE_OK ||
           fail_db(db, error);
}

void db_bind_int(Query *query, int index, int64_t value)
{
    if (sqlite3_bind_int64(query->handle, index, value) != SQLITE_OK)
        query->failed = true;
}

void db_bind_real(Query *query, int index, double value)
{
    if (sqlite3_bind_double(query->handle, index, value) != SQLITE_OK)
        query->failed = true;
}

void db_bind_text(Query *query, int index, const char *value)
{
    if (sqlite3_bind_text(query->handle, index, value, -1, SQLITE_TRANSIENT) != SQLITE_OK)
        query->failed = true;
}

bool db_step(Query *query, bool *row, Error *error)
{
    *row = false;
    if (query->failed)
        return fail_db(query->db, error);
    int status = sqlite3_step(query->handle);
    *row = status == SQLITE_ROW;
    if (*row)
        return true;
    return (status == SQLITE_DONE && sqlite3_reset(query->handle) == SQLITE_OK) ||
           fail_db(query->db, error);
}

bool db_run(Query *query, Error *error)
{
    bool row = true;
    while (row)
        if (!db_step(query, &row, error))
            return false;
    return true;
}

int64_t db_int(const Query *query, int index)
{
    return sqlite3_column_int64(query->handle, index);
}

const char *db_text(const Query *query, int index)
{
    const char *text = (const char *)sqlite3_column_text(query->handle, index);
    if (!text && sqlite3_column_type(query->handle, index) != SQLITE_NULL)
        alloc_exhausted();
    return text;
}

void db_finish(Query *query)
{
    sqlite3_finalize(query->handle);
    *query = (Query){0};
}
