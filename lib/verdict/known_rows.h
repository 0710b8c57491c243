/* Entities that the base model knows and does not, as rows of the table of controls: of what the
 * gates stage measured, which asks about pages of its own, so that they are other claims than the
 * table's. */
#ifndef DOCMEM_KNOWN_ROWS_H
#define DOCMEM_KNOWN_ROWS_H
#include "file/csvfile.h"

/* Writes the accuracy and true_false of "known" and "unknown" (controls_columns) from the gates'
 * table in `path`. False with file and line where a value is no share within its interval, or where
 * one of the four is not there once. */
bool known_rows_write(const char *path, CsvWriter *writer, Error *error);

#endif
