/* The condition of a cell: which memory was trained, on what, after which layer; all but its seed.
 */
#include "condition.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double WHOLE_LIMIT = 1e12;

bool condition_number(const TensorFile *file, const char *key, double low, double high,
                      double *number, Error *error)
{
    const char *text = tensors_metadata(file, key);
    char *end = NULL;
    errno = 0;
    *number = text ? strtod(text, &end) : 0;
    if (!text || end == text || *end || errno || !(*number >= low && *number <= high))
        return fail(error,
                    "%s: its metadata has no number '%s'; give memory files written by memorize",
                    file->path, key);
    return true;
}

bool condition_whole(const TensorFile *file, const char *key, int64_t *number, Error *error)
{
    double real;
    if (!condition_number(file, key, 0, WHOLE_LIMIT, &real, error))
        return false;
    *number = (int64_t)real;
    return real == (double)*number ||
           fail(error, "%s: its metadata '%s' is no whole number; train the cell again", file->path,
                key);
}

/* Copies a name of at most 31 bytes. */
static bool copy_name(char name[32], const char *text)
{
    size_t length = text ? strlen(text) : 0;
    if (length == 0 || length >= 32)
        return false;
    memcpy(name, text, length + 1);
    return true;
}

bool condition_of_cell(Condition *condition, const TensorFile *file, Error *error)
{
    static const char *const keys[] = {"allocation", "variant", "target"};
    *condition = (Condition){0};
    char *names[] = {condition->allocation, condition->variant, condition->target};
    for (int i = 0; i < 3; i++)
        if (!copy_name(names[i], tensors_metadata(file, keys[i])))
            return fail(error,
                        "%s: its metadata has no name '%s'; give memory files written by memorize",
                        file->path, keys[i]);
    return condition_number(file, "strength", 0, 1, &condition->strength, error) &&
           condition_whole(file, "layer", &condition->layer, error);
}

bool condition_of_row(Condition *condition, const CsvRow *row, Error *error)
{
    *condition = (Condition){0};
    char *names[] = {condition->allocation, NULL, condition->variant, condition->target};
    for (size_t i = 0; i < 4; i++)
        if (names[i] && !copy_name(names[i], row->fields[i]))
            return fail(error,
                        "%s:%zu: %s is '%.20s', not a name of 1 to 31 bytes; run the answer "
                        "stage again",
                        row->path, row->line, row->columns[i], row->fields[i]);
    return csvfile_real(row, 1, &condition->strength, error) &&
           csvfile_int(row, 4, &condition->layer, error);
}

void condition_put(CsvWriter *writer, const Condition *condition)
{
    csvfile_put_text(writer, condition->allocation);
    csvfile_put_real(writer, condition->strength);
    csvfile_put_text(writer, condition->variant);
    csvfile_put_text(writer, condition->target);
    csvfile_put_int(writer, condition->layer);
}

int condition_compare(const Condition *a, const Condition *b)
{
    int order = strcmp(a->allocation, b->allocation);
    if (order == 0)
        order = (a->strength > b->strength) - (a->strength < b->strength);
    if (order == 0)
        order = strcmp(a->variant, b->variant);
    if (order == 0)
        order = strcmp(a->target, b->target);
    return order ? order : (a->layer > b->layer) - (a->layer < b->layer);
}

const char *condition_text(const Condition *condition, char text[CONDITION_TEXT])
{
    snprintf(text, CONDITION_TEXT, "%s %.6g %s %s, layer %" PRId64, condition->allocation,
             condition->strength, condition->variant, condition->target, condition->layer);
    return text;
}
