/* Entities that the base model knows and does not, as rows of the table of controls. */
#include "verdict/known_rows.h"

#include <string.h>

static const char *const gate_columns[] = {"gate",  "value", "low",   "high", "least", "most",
                                           "pages", "items", "holds", "what", NULL};
enum { GATE, VALUE, LOW, HIGH, ITEMS = 7, WANTED = 4 };
static const struct {
    const char *gate, *control, *measure;
} wanted[WANTED] = {{"known three-way", "known", "accuracy"},
                    {"known", "known", "true_false"},
                    {"unknown three-way", "unknown", "accuracy"},
                    {"unknown", "unknown", "true_false"}};

typedef struct {
    CsvWriter *writer;
    int told[WANTED];
} Known;

static bool take(void *user, const CsvRow *row, Error *error)
{
    Known *known = user;
    double value[3];
    int64_t items;
    for (int i = 0; i < WANTED; i++) {
        if (strcmp(row->fields[GATE], wanted[i].gate) != 0)
            continue;
        for (size_t v = 0; v < 3; v++)
            if (!csvfile_real(row, VALUE + v, &value[v], error))
                return false;
        if (!csvfile_int(row, ITEMS, &items, error))
            return false;
        if (!(0 <= value[1] && value[1] <= value[0] && value[0] <= value[2] && value[2] <= 1) ||
            items < 1)
            return fail(error, "%s:%zu: is no share within its interval; run gates again",
                        row->path, row->line);
        known->told[i]++;
        csvfile_put_text(known->writer, wanted[i].control);
        csvfile_put_text(known->writer, wanted[i].measure);
        for (int v = 0; v < 3; v++)
            csvfile_put_real(known->writer, value[v]);
        csvfile_put_int(known->writer, items);
        csvfile_put_int(known->writer, 1);
        csvfile_end_row(known->writer);
    }
    return true;
}

bool known_rows_write(const char *path, CsvWriter *writer, Error *error)
{
    Known known = {.writer = writer};
    if (!csvfile_read(path, gate_columns, take, &known, error))
        return false;
    for (int i = 0; i < WANTED; i++)
        if (known.told[i] != 1)
            return fail(error, "%s: has the gate %s %d times, not once; run gates again", path,
                        wanted[i].gate, known.told[i]);
    return true;
}
