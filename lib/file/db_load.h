/* Tables of CSV text into SQLite, column by column as the table declares them. */
#ifndef DOCMEM_DB_LOAD_H
#define DOCMEM_DB_LOAD_H
#include "file/db.h"

/* Appends the rows of the CSV file `path` to the table called `name`. The file's header must name
 * the table's columns in their order; where `first` is not NULL it is what every row has in the
 * table's first column, and the header names the others. A column declared INTEGER or REAL takes
 * whole or finite numbers, and null for an empty field; TEXT takes the field as
 * it stands. False with file and line for a field that is none of these, and for
 * a row that the table's own constraints refuse. */
bool db_load_csv(Db *db, const char *name, const char *first, const char *path, Error *error);

#endif
