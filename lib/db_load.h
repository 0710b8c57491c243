/* Tables of CSV text into SQLite, column by column as the table declares them. */
#ifndef DOCMEM_DB_LOAD_H
#define DOCMEM_DB_LOAD_H
#include "db.h"

/* Appends the rows of the CSV file `path` to the table called `name`, whose columns
 * the file's header must name in their order. A column declared INTEGER or REAL takes
 * whole or finite numbers, and null for an empty field; TEXT takes the field as
 * it stands. False with file and line for a field that is none of these, and for
 * a row that the table's own constraints refuse. */
bool db_load_csv(Db *db, const char *name, const char *path, Error *error);

#endif
