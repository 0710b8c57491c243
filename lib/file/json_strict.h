/* A strict JSON reader: it also refuses two faults that jansson accepts. */
#ifndef DOCMEM_JSON_STRICT_H
#define DOCMEM_JSON_STRICT_H
#include <jansson.h>
#include <stdio.h>

/* Parses the bytes as json_loadb does, but refuses a NUL byte anywhere (jansson accepts one after a
 * number) and the number -0 (jansson reads it as the integer 0). Returns a new reference, which the
 * caller releases, or NULL with line, position and reason in *problem. A byte-order mark out of
 * place is named there. `flags` are json_loadb's. */
json_t *json_strict(const char *bytes, size_t length, size_t flags, json_error_t *problem);

/* The same for the rest of a file, which is read into memory first. A byte-order mark at its start
 * is skipped. */
json_t *json_strict_file(FILE *file, size_t flags, json_error_t *problem);

/* The same for a configuration as Python's json module writes it, which is not always JSON. NaN,
 * Infinity and -Infinity become strings of question marks, so that they do harm only in a field
 * that is used. Integers of more than 18 digits become reals. */
json_t *json_python_file(FILE *file, size_t flags, json_error_t *problem);

#endif
