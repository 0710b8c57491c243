/* A float's bits become a signed integer that rises with the float's value. The difference of two
 * such integers is the distance in units in the last place (ULP). Tables are compared field by
 * field as text. What a format's own comparison finds equal is then compared byte by byte. */
#include "file/compare.h"

#include "base/alloc.h"
#include "file/csvfile.h"
#include "file/safetensors.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(Text *said, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(Text *said, const char *format, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_append(said, line, strlen(line));
}

/* --- units in the last place ---------------------------------------------------- */

/* A float's bits as an integer that rises with its value, -0 just below 0; an integer as it is. */
static int64_t ordered(DType dtype, const void *data)
{
    int64_t whole;
    if (dtype != DTYPE_F64 && !dtype_fits(dtype, DTYPE_ANY_FLOAT)) {
        dtype_to_int(dtype, data, 1, &whole);
        return whole;
    }
    size_t bits = 8 * dtype_size(dtype);
    uint64_t raw = 0, sign = (uint64_t)1 << (bits - 1);
    memcpy(&raw, data, dtype_size(dtype));
    return raw & sign ? -(int64_t)(raw & ~sign) - 1 : (int64_t)raw;
}

uint64_t compare_steps(DType dtype, const void *a, const void *b)
{
    int64_t x = ordered(dtype, a), y = ordered(dtype, b);
    return x > y ? (uint64_t)x - (uint64_t)y : (uint64_t)y - (uint64_t)x;
}

/* Writes one element with enough digits to read it back exactly. */
static void show_element(const Tensor *tensor, size_t i, char text[TEXT_NUMBER])
{
    const char *data = (const char *)tensor->data + i * dtype_size(tensor->dtype);
    if (tensor->dtype == DTYPE_F64) {
        double value;
        memcpy(&value, data, sizeof value);
        snprintf(text, TEXT_NUMBER, "%.17g", value);
    } else if (dtype_fits(tensor->dtype, DTYPE_ANY_FLOAT)) {
        float value;
        dtype_to_float(tensor->dtype, data, 1, &value);
        snprintf(text, TEXT_NUMBER, "%.9g", (double)value);
    } else {
        int64_t value;
        dtype_to_int(tensor->dtype, data, 1, &value);
        snprintf(text, TEXT_NUMBER, "%" PRId64, value);
    }
}

/* --- tensors ---------------------------------------------------------------------- */

static bool comparable(DType dtype)
{
    return dtype_block(dtype) == 1 && (dtype == DTYPE_F64 || dtype_fits(dtype, DTYPE_ANY_FLOAT) ||
                                       dtype_fits(dtype, DTYPE_ANY_INT));
}

static bool same_shape(const Tensor *a, const Tensor *b)
{
    return a->dtype == b->dtype && a->bytes == b->bytes && a->rank == b->rank &&
           memcmp(a->shape, b->shape, (size_t)a->rank * sizeof *a->shape) == 0;
}

/* Element i of both; of a quantized type, block i. */
static bool same_element(const Tensor *a, const Tensor *b, size_t i)
{
    size_t size = dtype_size(a->dtype);
    return memcmp((const char *)a->data + i * size, (const char *)b->data + i * size, size) == 0;
}

/* Appends the indices of element i, such as `[2,17]`. */
static void say_place(const Tensor *tensor, size_t i, Text *said)
{
    size_t rest = tensor->count;
    for (int j = 0; j < tensor->rank; j++) {
        rest /= tensor->shape[j];
        say(said, "%s%zu", j ? "," : "[", i / rest);
        i %= rest;
    }
    if (tensor->rank)
        say(said, "]");
}

/* Appends the first element in which two tensors of one shape differ, and how many differ. */
static void say_element(const Tensor *wanted, const Tensor *found, Text *said)
{
    char a[TEXT_NUMBER], b[TEXT_NUMBER];
    size_t block = dtype_block(wanted->dtype), count = wanted->count / block;
    size_t first = 0, differ = 0;
    for (size_t i = count; i-- > 0;)
        if (!same_element(wanted, found, i)) {
            first = i;
            differ++;
        }
    say(said, "tensor %s, element ", wanted->name);
    if (wanted->dtype == DTYPE_OTHER) /* its elements are bytes, without indices */
        say(said, "%zu", first);
    else
        say_place(wanted, first * block, said);
    if (comparable(wanted->dtype)) {
        size_t at = first * dtype_size(wanted->dtype);
        show_element(wanted, first, a);
        show_element(found, first, b);
        say(said, ": wanted %s, found %s, %" PRIu64 " units in the last place", a, b,
            compare_steps(wanted->dtype, (const char *)wanted->data + at,
                          (const char *)found->data + at));
    }
    say(said, "; %zu of its %zu %s differ", differ, count,
        block == 1 ? "elements" : "blocks of elements");
}

static bool tensors_differ(const Tensor *wanted, const Tensor *found)
{
    return !found || !same_shape(wanted, found) ||
           memcmp(wanted->data, found->data, wanted->bytes) != 0;
}

static void compare_open(const TensorFile *wanted, const TensorFile *found, Text *said)
{
    size_t differ = 0;
    for (size_t i = 0; i < wanted->count; i++) {
        const Tensor *a = &wanted->tensors[i], *b = tensors_find(found, a->name);
        if (!tensors_differ(a, b) || differ++ > 0)
            continue;
        if (!b)
            say(said, "tensor %s is not there", a->name);
        else if (!same_shape(a, b))
            say(said, "tensor %s has another type or shape", a->name);
        else
            say_element(a, b, said);
    }
    if (differ)
        say(said, "; %zu of %zu tensors differ", differ, wanted->count);
    for (size_t i = 0; i < found->count && !said->length; i++)
        if (!tensors_find(wanted, found->tensors[i].name))
            say(said, "tensor %s is not wanted", found->tensors[i].name);
}

static bool compare_tensors(const char *wanted, const char *found, Text *said, Error *error)
{
    TensorFile a, b;
    if (!tensors_open(&a, wanted, error))
        return false;
    bool ok = tensors_open(&b, found, error);
    if (ok) {
        compare_open(&a, &b, said);
        tensors_close(&b);
    }
    tensors_close(&a);
    return ok;
}

/* --- tables ------------------------------------------------------------------------- */

/* A table's fields as text; row 0 is the header. */
typedef struct {
    char **fields; /* (rows, columns) */
    size_t *lines; /* (rows) on which line each ends */
    size_t rows, columns, fields_capacity, lines_capacity;
} Table;

static bool take_row(void *user, const CsvRow *row, Error *error)
{
    (void)error;
    Table *table = user;
    size_t count = table->rows * row->count;
    table->columns = row->count;
    table->lines =
        alloc_grow(table->lines, &table->lines_capacity, table->rows + 1, sizeof *table->lines);
    table->fields = alloc_grow(table->fields, &table->fields_capacity, count + row->count,
                               sizeof *table->fields);
    for (size_t i = 0; i < row->count; i++)
        table->fields[count + i] = alloc_text(row->fields[i]);
    table->lines[table->rows++] = row->line;
    return true;
}

static void table_free(Table *table)
{
    for (size_t i = 0; i < table->rows * table->columns; i++)
        free(table->fields[i]);
    free(table->fields);
    free(table->lines);
}

/* The first column in which row `row` of the two tables differs, or a->columns. */
static size_t row_differs(const Table *a, const Table *b, size_t row)
{
    size_t i = 0;
    while (i < a->columns &&
           strcmp(a->fields[row * a->columns + i], b->fields[row * b->columns + i]) == 0)
        i++;
    return i;
}

/* Appends the distance in ULP if both fields are numbers and not both are whole. */
static void say_steps(const char *wanted, const char *found, Text *said)
{
    char *end_a, *end_b;
    double a = strtod(wanted, &end_a), b = strtod(found, &end_b);
    if (*wanted && *found && !*end_a && !*end_b &&
        (strpbrk(wanted, ".en") || strpbrk(found, ".en")))
        say(said, ", %" PRIu64 " units in the last place", compare_steps(DTYPE_F64, &a, &b));
}

static void compare_rows(const Table *a, const Table *b, Text *said)
{
    size_t first = 0, column = 0, differ = 0, rows = a->rows < b->rows ? a->rows : b->rows;
    if (a->columns != b->columns) {
        say(said, "line 1 has %zu columns where %zu are wanted", b->columns, a->columns);
        return;
    }
    for (size_t i = rows; i-- > 0;) {
        size_t place = row_differs(a, b, i);
        if (place == a->columns)
            continue;
        first = i;
        column = place;
        differ++;
    }
    if (differ) {
        const char *x = a->fields[first * a->columns + column];
        const char *y = b->fields[first * b->columns + column];
        say(said, "line %zu, column %s: wanted %.200s, found %.200s", b->lines[first],
            a->fields[column], x, y);
        say_steps(x, y, said);
        say(said, "; %zu of %zu rows differ", differ, rows);
    }
    if (a->rows != b->rows)
        say(said, "%s%zu rows where %zu are wanted", differ ? "; " : "", b->rows, a->rows);
}

static bool compare_tables(const char *wanted, const char *found, Text *said, Error *error)
{
    Table a = {0}, b = {0};
    bool ok = csvfile_read(wanted, NULL, take_row, &a, error) &&
              csvfile_read(found, NULL, take_row, &b, error);
    if (ok)
        compare_rows(&a, &b, said);
    table_free(&a);
    table_free(&b);
    return ok;
}

/* --- bytes ---------------------------------------------------------------------------- */

/* Byte `first` and the rest of its line, at most 23 bytes, '?' for those that do not print. */
static void rest_of_line(FILE *file, int first, char text[24])
{
    size_t length = 0;
    for (int c = first; c != EOF && c != '\n' && length < 23; c = getc(file))
        text[length++] = (char)(c >= ' ' && c <= '~' ? c : '?');
    text[length] = 0;
}

static void say_lines(Text *said, FILE *a, int x, FILE *b, int y)
{
    char wanted[24], found[24];
    rest_of_line(a, x, wanted);
    rest_of_line(b, y, found);
    say(said, ": wanted '%s', found '%s'", wanted, found);
}

/* Appends the first byte in which the files differ, if any. False if either cannot be read. */
static bool compare_streams(FILE *a, FILE *b, Text *said)
{
    size_t at = 0, line = 1;
    int x, y;
    do {
        x = getc(a);
        y = getc(b);
        if (x != y) {
            say(said, "byte %zu, line %zu", at, line);
            if (x == EOF || y == EOF)
                say(said, ": %s", x == EOF ? "more than is wanted" : "the file ends here");
            else
                say_lines(said, a, x, b, y);
            break;
        }
        at++;
        line += x == '\n';
    } while (x != EOF);
    return !ferror(a) && !ferror(b);
}

static bool compare_bytes(const char *wanted, const char *found, Text *said, Error *error)
{
    FILE *a = fopen(wanted, "rb"), *b = a ? fopen(found, "rb") : NULL;
    bool ok = b && compare_streams(a, b, said);
    if (!ok)
        fail(error, "%s: cannot be read (%s); name another file", a && !ferror(a) ? found : wanted,
             errno_text());
    if (a)
        fclose(a);
    if (b)
        fclose(b);
    return ok;
}

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), size = strlen(ending);
    return length > size && strcmp(path + length - size, ending) == 0;
}

bool compare_files(const char *wanted, const char *found, Text *said, Error *error)
{
    bool ok = true;
    if (ends_with(wanted, ".safetensors"))
        ok = compare_tensors(wanted, found, said, error);
    else if (ends_with(wanted, ".csv"))
        ok = compare_tables(wanted, found, said, error);
    /* Bytes also show what the comparisons above ignore, headers and metadata above all. */
    if (ok && !said->length)
        ok = compare_bytes(wanted, found, said, error);
    if (said->length)
        text_append(said, "", 1);
    return ok;
}
