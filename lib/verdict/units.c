#include "verdict/units.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

const char *const units_columns[] = {"condition", "seed", "epoch", "measure", "unit",
                                     "document",  "item", "value", NULL};

void units_key(UnitsSeries *series, const char *key, const char *value)
{
    size_t used = strlen(series->condition), room = sizeof series->condition - used;
    int length = snprintf(series->condition + used, room, "%s%s=%s", used ? " " : "", key, value);
    assert(length > 0 && (size_t)length < room);
    for (char *at = series->condition + used + (used > 0); *at; at++)
        if (*at == ' ' || *at == ',')
            *at = '-';
}

void units_key_real(UnitsSeries *series, const char *key, double value)
{
    char text[TEXT_NUMBER];
    units_key(series, key, text_number(text, value));
}

void units_put(CsvWriter *writer, const UnitsSeries *series, int64_t document, int64_t item,
               double value)
{
    csvfile_put_text(writer, series->condition);
    csvfile_put_int(writer, series->seed);
    csvfile_put_int(writer, series->epoch);
    csvfile_put_text(writer, series->measure);
    csvfile_put_text(writer, series->unit);
    csvfile_put_int(writer, document);
    csvfile_put_int(writer, item);
    csvfile_put_real(writer, value);
    csvfile_end_row(writer);
}

void units_put_all(CsvWriter *writer, const UnitsSeries *series, const double *values, size_t count,
                   bool documents)
{
    for (size_t i = 0; i < count; i++)
        units_put(writer, series, documents ? (int64_t)i : UNITS_NO_DOCUMENT, (int64_t)i,
                  values[i]);
}
