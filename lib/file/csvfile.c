/* libcsv splits rows into fields. It gets one line at a time, so that errors can name the line. */
#include "file/csvfile.h"

#include "base/alloc.h"
#include "base/text.h"

#include <assert.h>
#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 16, ROW_LIMIT = 1 << 24, COLUMNS_LIMIT = 1024 };

/* --- writing ----------------------------------------------------------------- */

void csvfile_begin(CsvWriter *writer, Out *out, const char *const *columns)
{
    *writer = (CsvWriter){.out = out, .columns = columns, .line = 1};
    while (columns[writer->count])
        writer->count++;
    for (size_t i = 0; i < writer->count; i++)
        csvfile_put_text(writer, columns[i]);
    csvfile_end_row(writer);
}

static void next_field(CsvWriter *writer)
{
    assert(writer->filled < writer->count && "no more fields than columns");
    if (writer->filled++ > 0)
        out_bytes(writer->out, ",", 1);
}

void csvfile_put_text(CsvWriter *writer, const char *text)
{
    size_t length = strlen(text);
    next_field(writer);
    bool plain =
        !strpbrk(text, "\",\r\n") && (length == 0 || (text[0] != ' ' && text[length - 1] != ' '));
    if (plain) {
        out_bytes(writer->out, text, length);
        return;
    }
    out_bytes(writer->out, "\"", 1);
    for (const char *p = text; *p; p++)
        out_bytes(writer->out, *p == '"' ? "\"\"" : p, *p == '"' ? 2 : 1);
    out_bytes(writer->out, "\"", 1);
}

void csvfile_put_int(CsvWriter *writer, int64_t number)
{
    next_field(writer);
    out_text(writer->out, "%" PRId64, number);
}

void csvfile_put_real(CsvWriter *writer, double number)
{
    char text[TEXT_NUMBER];
    next_field(writer);
    if (!isfinite(number) && writer->bad_line == 0) {
        writer->bad_line = writer->line;
        writer->bad_column = writer->filled - 1;
    }
    text_number(text, number);
    out_bytes(writer->out, text, strlen(text));
    if (strspn(text, "-0123456789") == strlen(text)) /* so that others take it for a real */
        out_bytes(writer->out, ".0", 2);
}

void csvfile_put_none(CsvWriter *writer)
{
    next_field(writer);
}

void csvfile_end_row(CsvWriter *writer)
{
    assert(writer->filled == writer->count && "as many fields as columns");
    out_bytes(writer->out, "\n", 1);
    writer->filled = 0;
    writer->line++;
}

bool csvfile_finish(const CsvWriter *writer, Error *error)
{
    if (writer->bad_line == 0)
        return true;
    return fail(error,
                "%s:%zu: column '%s' is not a finite number; "
                "look for the first NaN or Inf in what it is computed from",
                writer->out->path, writer->bad_line, writer->columns[writer->bad_column]);
}

/* --- reading ----------------------------------------------------------------- */

typedef struct {
    const char *path;
    const char *const *wanted; /* NULL: any header */
    CsvTake *take;
    void *user;
    Error *error;
    bool failed, began; /* began: the header has been read */
    size_t line, row_bytes;
    char *text; /* the row's fields, each NUL-terminated */
    size_t text_length, text_capacity;
    size_t *starts; /* offset of each field in `text` */
    size_t count, starts_capacity;
    const char **fields;
    size_t fields_capacity;
    char **columns; /* (columns_count) */
    size_t columns_count;
} Reader;

static void take_field(void *field, size_t length, void *user)
{
    Reader *reader = user;
    if (reader->failed)
        return;
    const char *wrong = length && memchr(field, 0, length)   ? "a NUL byte"
                        : utf8_valid(field, length) < length ? "bytes that are not UTF-8"
                                                             : NULL;
    if (wrong) {
        reader->failed = true;
        fail(reader->error, "%s:%zu: field %zu holds %s; write the file again as UTF-8 text",
             reader->path, reader->line, reader->count + 1, wrong);
        return;
    }
    reader->text =
        alloc_grow(reader->text, &reader->text_capacity, reader->text_length + length + 1, 1);
    reader->starts = alloc_grow(reader->starts, &reader->starts_capacity, reader->count + 1,
                                sizeof *reader->starts);
    reader->starts[reader->count++] = reader->text_length;
    if (length)
        memcpy(reader->text + reader->text_length, field, length);
    reader->text[reader->text_length + length] = 0;
    reader->text_length += length + 1;
}

/* Compares the header with the wanted columns and keeps its names. */
static bool take_header(Reader *reader)
{
    size_t count = 0;
    while (reader->wanted && reader->wanted[count])
        count++;
    if (reader->count > COLUMNS_LIMIT || (reader->wanted && reader->count != count))
        return fail(reader->error,
                    "%s:%zu: the header has %zu columns where %zu are wanted; "
                    "check that it is the right table",
                    reader->path, reader->line, reader->count,
                    reader->wanted ? count : COLUMNS_LIMIT);
    for (size_t i = 0; reader->wanted && i < count; i++)
        if (strcmp(reader->fields[i], reader->wanted[i]) != 0)
            return fail(reader->error,
                        "%s:%zu: column %zu is '%s' where '%s' is wanted; "
                        "check that it is the right table",
                        reader->path, reader->line, i + 1, reader->fields[i], reader->wanted[i]);
    reader->columns = alloc_zeroed(reader->count, sizeof *reader->columns);
    for (size_t i = 0; i < reader->count; i++)
        reader->columns[i] = alloc_text(reader->fields[i]);
    reader->columns_count = reader->count;
    return true;
}

static bool pass_row(Reader *reader)
{
    bool header = !reader->began;
    reader->began = true;
    for (size_t i = 0; i < reader->count; i++) {
        reader->fields =
            alloc_grow(reader->fields, &reader->fields_capacity, i + 1, sizeof *reader->fields);
        reader->fields[i] = reader->text + reader->starts[i];
    }
    if (header && (!take_header(reader) || reader->wanted))
        return reader->columns != NULL;
    if (reader->count != reader->columns_count)
        return fail(reader->error,
                    "%s:%zu: %zu fields where the header has %zu; "
                    "write the row again",
                    reader->path, reader->line, reader->count, reader->columns_count);
    CsvRow row = {.path = reader->path,
                  .line = reader->line,
                  .count = reader->count,
                  .fields = reader->fields,
                  .header = header,
                  .columns = (const char *const *)reader->columns};
    return reader->take(reader->user, &row, reader->error);
}

static void take_row(int end, void *user)
{
    Reader *reader = user;
    (void)end;
    if (!reader->failed && !pass_row(reader))
        reader->failed = true;
    reader->count = reader->text_length = reader->row_bytes = 0;
}

/* Feeds the parser one line, or the part of a line that this chunk holds. */
static bool feed(Reader *reader, struct csv_parser *parser, const char *part, size_t length)
{
    reader->row_bytes += length;
    if (reader->row_bytes > ROW_LIMIT)
        return fail(reader->error,
                    "%s:%zu: a row of more than %d bytes; look for a quote that "
                    "is never closed",
                    reader->path, reader->line, ROW_LIMIT);
    if (csv_parse(parser, part, length, take_field, take_row, reader) != length) {
        if (csv_error(parser) == CSV_ENOMEM)
            alloc_exhausted();
        return fail(reader->error, "%s:%zu: not CSV (%s); look for a stray quote", reader->path,
                    reader->line, csv_strerror(csv_error(parser)));
    }
    return !reader->failed;
}

static bool read_lines(Reader *reader, struct csv_parser *parser, FILE *file)
{
    char *chunk = alloc_zeroed(CHUNK, 1);
    size_t count;
    bool ok = true, ended = true; /* ended: the last line read has its newline */
    while (ok && (count = fread(chunk, 1, CHUNK, file)) > 0)
        for (size_t done = 0; ok && done < count;) {
            const char *newline = memchr(chunk + done, '\n', count - done);
            size_t length = newline ? (size_t)(newline - chunk) + 1 - done : count - done;
            ok = feed(reader, parser, chunk + done, length);
            reader->line += newline != NULL;
            done += length;
            ended = newline != NULL;
        }
    free(chunk);
    if (ok && ferror(file))
        return fail(reader->error, "%s: cannot be read (%s); check the file", reader->path,
                    errno_text());
    if (ok && !ended) /* a number cut short would be another number */
        return fail(reader->error,
                    "%s:%zu: the last row does not end in a newline; the file is "
                    "cut short, make it again",
                    reader->path, reader->line);
    if (ok && csv_fini(parser, take_field, take_row, reader) != 0)
        return fail(reader->error,
                    "%s:%zu: ends inside a quoted field; the file is cut short, "
                    "make it again",
                    reader->path, reader->line);
    ok = ok && !reader->failed;
    return ok && !reader->began ? fail(reader->error,
                                       "%s: is empty, without even a header; "
                                       "make it again",
                                       reader->path)
                                : ok;
}

/* Tells libcsv to trim no spaces: fields are taken as they are written. */
static int no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void free_reader(Reader *reader)
{
    for (size_t i = 0; i < reader->columns_count; i++)
        free(reader->columns[i]);
    free(reader->columns);
    free(reader->fields);
    free(reader->starts);
    free(reader->text);
}

bool csvfile_read(const char *path, const char *const *columns, CsvTake *take, void *user,
                  Error *error)
{
    Reader reader = {
        .path = path, .wanted = columns, .take = take, .user = user, .error = error, .line = 1};
    struct csv_parser parser;
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, "%s: cannot be read (%s); check the path and its permissions", path,
                    errno_text());
    bool ok = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) == 0;
    assert(ok && "csv_init only fills a struct");
    csv_set_space_func(&parser, no_space);
    csv_set_blk_size(&parser, CHUNK); /* its own, 128 bytes, takes quadratic time on long fields */
    ok = read_lines(&reader, &parser, file);
    csv_free(&parser);
    fclose(file);
    free_reader(&reader);
    return ok;
}

bool csvfile_has(const char *path, const char *const *columns)
{
    char line[1024] = "", wanted[1024] = "";
    size_t length = 0;
    for (size_t i = 0; columns[i] && length < sizeof wanted; i++)
        length += (size_t)snprintf(wanted + length, sizeof wanted - length, "%s%s", i ? "," : "",
                                   columns[i]);
    FILE *file = fopen(path, "r");
    bool read = file && fgets(line, sizeof line, file);
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = 0;
    return read && strcmp(line, wanted) == 0;
}

bool csvfile_int(const CsvRow *row, size_t column, int64_t *number, Error *error)
{
    const char *text = row->fields[column];
    char *end;
    errno = 0;
    *number = strtoll(text, &end, 10);
    if (errno || end == text || *end || *text == ' ')
        return fail(error, "%s:%zu: column '%s': '%s' is not a whole number; make the file again",
                    row->path, row->line, row->columns[column], text);
    return true;
}

bool csvfile_real(const CsvRow *row, size_t column, double *number, Error *error)
{
    const char *text = row->fields[column];
    char *end;
    *number = strtod(text, &end);
    if (end == text || *end || *text == ' ' || !isfinite(*number))
        return fail(error, "%s:%zu: column '%s': '%s' is not a finite number; make the file again",
                    row->path, row->line, row->columns[column], text);
    return true;
}
