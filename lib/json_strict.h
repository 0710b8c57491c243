/* JSON as strictly as other readers take it: jansson alone passes over some faults. */
#ifndef DOCMEM_JSON_STRICT_H
#define DOCMEM_JSON_STRICT_H
#include <jansson.h>
#include <stdio.h>

/* The value that the bytes spell, released by the caller; NULL with line, position and reason in
 * *problem. As json_loadb, but it refuses a NUL byte wherever it stands (jansson lets one pass
 * behind a number) and the number -0 (which jansson reads as the whole number 0). */
json_t *json_strict(const char *bytes, size_t length, size_t flags, json_error_t *problem);

/* The same for the rest of a file, which is held in memory meanwhile. */
json_t *json_strict_file(FILE *file, size_t flags, json_error_t *problem);

#endif
