/* Loads CSV files into SQLite tables, each column by its declared type. */
#ifndef DOCMEM_DB_LOAD_H
#define DOCMEM_DB_LOAD_H
#include "file/db.h"

/* Appends the rows of the CSV file `path` to the table called `name`. The file's header must name
 * the table's columns in their order. If `first` is not NULL, it becomes the table's first column
 * in every row, and the header names the remaining ones. A column declared INTEGER takes whole
 * numbers, one declared REAL finite numbers, both null for an empty field; TEXT takes the field as
 * it is. False, with file and line in *error, if a field does not fit its column or the table's
 * constraints refuse the row; the rows above it stay in the table. */
bool db_load_csv(Db *db, const char *name, const char *first, const char *path, Error *error);

#endif
