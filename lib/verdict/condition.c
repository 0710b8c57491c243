#include "verdict/condition.h"

#include "file/metadata.h"

#include <inttypes.h>
#include <string.h>

enum { LAYER_LIMIT = 1000000000 };

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
    const char *rows = tensors_metadata(file, "rows");
    size_t used = strlen(condition->variant);
    if (rows && strcmp(rows, "all") != 0 && used + strlen(rows) + 2 <= sizeof condition->variant)
        snprintf(condition->variant + used, sizeof condition->variant - used, "-%s", rows);
    uint64_t layer = 0;
    bool ok = metadata_real(file, "strength", 0, 1, &condition->strength, error) &&
              metadata_int(file, "layer", LAYER_LIMIT, &layer, error);
    condition->layer = (int64_t)layer;
    return ok;
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

void condition_put_cell(CsvWriter *writer, const Cell *cell)
{
    csvfile_put_text(writer, allocation_name(cell->allocation.kind));
    csvfile_put_real(writer, cell->allocation.strength);
    csvfile_put_text(writer, cell_variant(cell, (char[CELL_VARIANT_TEXT]){0}));
    csvfile_put_text(writer, cell->target);
    csvfile_put_int(writer, (int64_t)cell->layer);
    csvfile_put_int(writer, (int64_t)cell->seed);
}

void interval_put(CsvWriter *writer, double value, const double *interval, size_t n)
{
    csvfile_put_real(writer, value);
    for (int end = 0; end < 2; end++)
        if (interval)
            csvfile_put_real(writer, interval[end]);
        else
            csvfile_put_none(writer);
    csvfile_put_int(writer, (int64_t)n);
    csvfile_end_row(writer);
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
