/* A strict reader of JSON: it also refuses the faults that jansson passes over. */
#ifndef DOCMEM_JSON_STRICT_H
#define DOCMEM_JSON_STRICT_H
#include <jansson.h>
#include <stdio.h>

/* The value that the bytes spell, released by the caller; NULL with line, position and reason in
 * *problem. As json_loadb, but it refuses a NUL byte wherever it stands (jansson lets one pass
 * behind a number) and the number -0 (which jansson reads as the whole number 0). */
json_t *json_strict(const char *bytes, size_t length, size_t flags, json_error_t *problem);

/* The same for the rest of a file, which is held in memory meanwhile; a byte-order mark at its
 * start is passed over. */
json_t *json_strict_file(FILE *file, size_t flags, json_error_t *problem);

/* The same for a file of settings, read as Python's json reads it, since published ones are written
 * by it: NaN and Infinity, which are no JSON, are taken for texts of question marks, so that they
 * harm only a field that is used; whole numbers beyond 64 bits are taken for reals. */
json_t *json_python_file(FILE *file, size_t flags, json_error_t *problem);

#endif
