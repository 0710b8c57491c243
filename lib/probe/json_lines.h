/* Requests and replies as JSON, one object a line, and the lists of numbers they hold. */
#ifndef DOCMEM_JSON_LINES_H
#define DOCMEM_JSON_LINES_H
#include "base/error.h"
#include "tokenizer/bpe.h"

#include <jansson.h>
#include <stdio.h>

/* The reply to one request, both objects; NULL with "<what is wrong>; <what to
 * do>" in *error, to which the caller adds the line. */
typedef json_t *JsonAnswer(void *context, const json_t *request, Error *error);

/* Answers each line read from `descriptor` with one on `out`, at once. Ends at
 * the first line that is longer than 64 MiB, is not a JSON object (repeated names included) or
 * cannot be answered: false, with "<name>:<line>: …" in *error. */
bool json_lines_answer(int descriptor, const char *name, FILE *out, JsonAnswer *answer,
                       void *context, Error *error);

/* Writes an object as one line, numbers with nine significant digits, and
 * releases it. False where it is NULL (a text in it was not UTF-8) or `out` fails. */
bool json_lines_put(FILE *out, json_t *object, Error *error);

/* Appends the whole numbers from 0 of the list `ids` of a request to *ids. */
bool json_read_ids(const json_t *request, Tokens *ids, Error *error);

/* Lists of numbers, to be released by the caller (or passed on). */
json_t *json_ids(const Tokens *ids);
json_t *json_doubles(const double *values, size_t count);
json_t *json_floats(const float *values, size_t count);

#endif
