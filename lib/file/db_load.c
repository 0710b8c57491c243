/* pragma_table_info gives the table's columns and types. One prepared INSERT takes all rows. */
#include "file/db_load.h"

#include "base/alloc.h"
#include "base/text.h"
#include "file/csvfile.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_LIMIT = 64 };

/* A table being loaded. */
typedef struct {
    const char *name, *first;         /* first: every row's first column, or NULL */
    char *columns[COLUMNS_LIMIT + 1]; /* (count), then NULL */
    char kinds[COLUMNS_LIMIT];        /* first letters of INTEGER, REAL, TEXT */
    size_t count;
    Query insert;
} Table;

static bool read_columns(Db *db, Table *table, Error *error)
{
    Query query;
    bool row = true;
    bool ok = db_prepare(db, &query, "SELECT name, type FROM pragma_table_info(?)", error);
    if (ok)
        db_bind_text(&query, 1, table->name);
    while (ok && (ok = db_step(&query, &row, error)) && row) {
        if (table->count == COLUMNS_LIMIT) {
            ok = fail(error, "%s: table %s has more than %d columns; split it", db->path,
                      table->name, COLUMNS_LIMIT);
            break;
        }
        table->columns[table->count] = alloc_text(db_text(&query, 0));
        table->kinds[table->count++] = db_text(&query, 1)[0];
    }
    db_finish(&query);
    return ok && (table->count > 0 || fail(error, "%s: has no table %s; describe it in the schema",
                                           db->path, table->name));
}

static bool prepare_insert(Db *db, Table *table, Error *error)
{
    Text sql = {0};
    text_append(&sql, "INSERT INTO ", 12);
    text_append(&sql, table->name, strlen(table->name));
    for (size_t i = 0; i < table->count; i++)
        text_append(&sql, i ? ", ?" : " VALUES(?", i ? 3 : 9);
    text_append(&sql, ")", 2);
    bool ok = db_prepare(db, &table->insert, sql.bytes, error);
    text_free(&sql);
    return ok;
}

/* Binds field `i` of the row by its column's kind; an empty number is null. */
static bool bind_field(Table *table, const CsvRow *row, size_t i, Error *error)
{
    int64_t whole;
    double real;
    size_t column = i + (table->first != NULL);
    int place = (int)column + 1;
    char kind = table->kinds[column];
    if (kind == 'T' || !*row->fields[i]) {
        db_bind_text(&table->insert, place, kind == 'T' ? row->fields[i] : NULL);
    } else if (kind == 'I') {
        if (!csvfile_int(row, i, &whole, error))
            return false;
        db_bind_int(&table->insert, place, whole);
    } else {
        if (!csvfile_real(row, i, &real, error))
            return false;
        db_bind_real(&table->insert, place, real);
    }
    return true;
}

static bool insert_row(void *user, const CsvRow *row, Error *error)
{
    Table *table = user;
    if (table->first)
        db_bind_text(&table->insert, 1, table->first);
    for (size_t i = 0; i < row->count; i++)
        if (!bind_field(table, row, i, error))
            return false;
    if (db_run(&table->insert, error))
        return true;
    if (!db_refused(table->insert.db))
        return false;
    return fail(error, "%s:%zu: does not fit table %s (%s); make the file again", row->path,
                row->line, table->name, db_reason(table->insert.db));
}

bool db_load_csv(Db *db, const char *name, const char *first, const char *path, Error *error)
{
    Table table = {.name = name, .first = first};
    bool ok = read_columns(db, &table, error) && prepare_insert(db, &table, error);
    const char *const *header = (const char *const *)table.columns + (first != NULL);
    ok = ok && csvfile_read(path, header, insert_row, &table, error);
    db_finish(&table.insert);
    for (size_t i = 0; i < table.count; i++)
        free(table.columns[i]);
    return ok;
}
