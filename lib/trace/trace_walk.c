/* Depth first along the inputs of each record. A file is hashed once and printed once. Of the cells
 * that a question compares, only those are followed that the rows' columns allow. */
#include "trace/trace_walk.h"

#include "base/alloc.h"
#include "file/filehash.h"
#include "trace/trace_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 80, ALIKE_LIMIT = 4 };

/* --- which files are a row's ----------------------------------------------------------- */

/* The settings that tell cells apart, named alike as columns of results and arguments of stages. */
static const char *const columns[] = {"allocation", "strength",  "variant",   "target",    "layer",
                                      "phi",        "selection", "dimension", "documents", "alpha",
                                      "negative",   "form",      "lm",        "batch",     "seed"};
enum { COLUMNS = sizeof columns / sizeof *columns };

/* A value for each of `columns`, or NULL; owned. */
typedef struct {
    char *values[COLUMNS];
    bool any;
} Cell;

static const char *input_of(const Record *record, const char *key)
{
    for (size_t i = 0; i < record->inputs_count; i++)
        if (strcmp(record->inputs[i].key, key) == 0)
            return record->inputs[i].path;
    return NULL;
}

/* The value of the argument `--name value`, or NULL. */
static const char *argument_of(const Record *record, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < record->arguments_count; i++) {
        const char *argument = record->arguments[i] + strlen("--");
        if (strncmp(argument, name, length) == 0 && argument[length] == ' ')
            return argument + length + 1;
    }
    return NULL;
}

/* A copy of argument `name` with which the input called `key` was made, or NULL. */
static char *input_argument(const Record *record, const char *key, const char *name)
{
    Error error;
    Record made;
    const char *path = input_of(record, key), *value = NULL;
    if (!path || !record_read(&made, path, &error))
        return NULL;
    value = argument_of(&made, name);
    char *copy = value ? alloc_text(value) : NULL;
    record_free(&made);
    return copy;
}

/* Two settings that a memory's record has in another form: without an allocation file the
 * allocation is "none", and a memory that starts from another has both targets,
 * "first-then-second". */
static void take_memory(Cell *cell, const Record *record)
{
    char **allocation = &cell->values[0], **target = &cell->values[3];
    *allocation = input_of(record, "allocation") ? input_argument(record, "allocation", "kind")
                                                 : alloc_text("none");
    char *first = input_argument(record, "start", "target");
    if (!first || !*target) {
        free(first);
        return;
    }
    size_t size = strlen(first) + strlen(*target) + sizeof "-then-";
    char *both = alloc_zeroed(size, 1);
    snprintf(both, size, "%s-then-%s", first, *target);
    free(first), free(*target);
    *target = both;
}

static void take_settings(Cell *cell, const Record *record)
{
    bool memory = strcmp(record->program, "memorize") == 0;
    cell->any = memory || strcmp(record->program, "document_vectors") == 0;
    for (size_t i = 0; cell->any && i < COLUMNS; i++) {
        const char *value = argument_of(record, columns[i]);
        cell->values[i] = value ? alloc_text(value) : NULL;
    }
    if (memory)
        take_memory(cell, record);
}

/* Reads the settings of the cell that the file is, or was made from, from their records. */
static void read_cell(Cell *cell, const char *path)
{
    Error error;
    Record record, made;
    *cell = (Cell){0};
    if (!record_read(&record, path, &error))
        return;
    const char *from = input_of(&record, "cell");
    if (from && record_read(&made, from, &error)) {
        take_settings(cell, &made);
        record_free(&made);
    } else {
        take_settings(cell, &record);
    }
    record_free(&record);
}

static void free_cell(Cell *cell)
{
    for (size_t i = 0; i < COLUMNS; i++)
        free(cell->values[i]);
}

static const char *value_of(const TraceRow *row, const char *column)
{
    for (size_t i = 0; i < row->count; i++)
        if (strcmp(row->columns[i], column) == 0)
            return row->values[i];
    return NULL;
}

/* Whether the row's value can be the cell's own. In a row -1 is a mean over cells, and negative and
 * form are "none" if nothing is forgotten. */
static bool fits(const char *column, const char *value, const char *own)
{
    char *end, *other_end;
    double a = strtod(value, &end), b = strtod(own, &other_end);
    if (*value && !*end && *own && !*other_end)
        return a == b || a == -1;
    return strcmp(value, own) == 0 ||
           (strcmp(value, "none") == 0 &&
            (strcmp(column, "negative") == 0 || strcmp(column, "form") == 0));
}

static bool row_of(const TraceRow *row, const Cell *cell)
{
    const char *allocation = value_of(row, "allocation");
    if (!cell->any || !row->count || (allocation && strcmp(allocation, "pretrained") == 0))
        return true;
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *value = value_of(row, columns[i]);
        if (value && cell->values[i] && !fits(columns[i], value, cell->values[i]))
            return false;
    }
    return true;
}

bool trace_row_of(const TraceRow *row, const char *path)
{
    Cell cell;
    read_cell(&cell, path);
    bool its = row_of(row, &cell);
    free_cell(&cell);
    return its;
}

/* Whether to print the input. An input called "word" is one of the cells that a question compares:
 * of these only the ones of the rows. */
static bool wanted(const TraceWalk *walk, const RecordFile *input)
{
    if (!walk->rows || !walk->rows->count || walk->rows->untried || strcmp(input->key, "word") != 0)
        return true;
    bool any = false;
    Cell cell;
    read_cell(&cell, input->path);
    for (size_t i = 0; i < walk->rows->count && !any; i++)
        any = row_of(&walk->rows->rows[i], &cell);
    free_cell(&cell);
    return any;
}

/* --- printing -------------------------------------------------------------------------- */

static void indent(const TraceWalk *walk, size_t more)
{
    fprintf(walk->out, "%*s", (int)(2 * walk->depth + more), "");
}

/* Prints a text behind a line's first word, wrapped; a text longer than a line is broken between
 * words. *column is the current column. */
static void put_wrapped(const TraceWalk *walk, const char *text, size_t *column)
{
    enum { HANGING = 10 };
    size_t start = 2 * walk->depth + HANGING, length = strlen(text);
    bool cut = start + length > WIDTH && strchr(text, ' ');
    if (cut)
        length = strcspn(text, " ");
    if (*column > start && *column + length + 1 > WIDTH) {
        fprintf(walk->out, "\n%*s", (int)start, "");
        *column = start;
    }
    *column += (size_t)fprintf(walk->out, "%s%.*s", *column > start ? " " : "", (int)length, text);
    if (cut)
        put_wrapped(walk, text + length + 1, column);
}

static TraceFile *find_file(const TraceWalk *walk, const char *path)
{
    for (size_t i = 0; i < walk->count; i++)
        if (strcmp(walk->files[i].path, path) == 0)
            return &walk->files[i];
    return NULL;
}

static void hash_file(TraceWalk *walk, const char *path, char hash[FILEHASH_TEXT])
{
    if (!filehash(path, hash) && !*walk->failure.text)
        fail(&walk->failure, "%s: cannot be read (%s); check the disk", path, errno_text());
}

bool trace_walk_record(TraceWalk *walk, Record *record, const char *path)
{
    Error error;
    bool known = record_read(record, path, &error);
    if (*error.text && !*walk->failure.text)
        walk->failure = error;
    return known;
}

/* Hashes the file, adds it to the walk, and says how its hash compares with `used`, when it was
 * used, or else with `made`, that of its own record. */
static const char *look(TraceWalk *walk, const char *path, const char *used, const char *made,
                        char hash[FILEHASH_TEXT])
{
    walk->files = alloc_grow(walk->files, &walk->capacity, walk->count + 1, sizeof *walk->files);
    TraceFile *file = &walk->files[walk->count++];
    *file = (TraceFile){.path = alloc_text(path)};
    hash_file(walk, path, hash);
    memcpy(file->hash, hash, FILEHASH_TEXT);
    const char *then = used ? used : made;
    file->unrecorded = !then;
    if (then && strcmp(then, hash) == 0)
        return used ? "as it was used" : "as it was made";
    file->changed = then || strcmp(hash, "unreadable") == 0;
    if (strcmp(hash, "unreadable") == 0)
        return "ABSENT now";
    if (!then)
        return "as it is now; no hash was recorded";
    if (!used)
        return "NOT as it was made";
    return made && strcmp(made, hash) == 0 ? "MADE AGAIN since it was used"
                                           : "CHANGED since it was used";
}

/* Whether FOLDER/NAME is another file with the same hash as `path`: then *other = its path, freed
 * by the caller, else NULL. */
static bool is_copy(TraceWalk *walk, const char *path, const char *hash, const char *folder,
                    const char *name, char **other)
{
    char found[FILEHASH_TEXT];
    size_t size = strlen(folder) + strlen(name) + sizeof "/";
    *other = alloc_zeroed(size, 1);
    snprintf(*other, size, "%s/%s", folder, name);
    hash_file(walk, *other, found);
    if (strcmp(hash, found) == 0 && strcmp(path, *other) != 0 && strcmp(hash, "unreadable") != 0)
        return true;
    free(*other);
    *other = NULL;
    return false;
}

/* The file of the profile or of data/ that a file without a record is a copy of; freed by the
 * caller. NULL if there is none. */
static char *copied_from(TraceWalk *walk, const char *path, const char *hash)
{
    const char *slash = strrchr(path, '/');
    char *other = NULL;
    if (!walk->folder || !is_copy(walk, path, hash, walk->folder, path, &other))
        is_copy(walk, path, hash, "data", slash ? slash + 1 : path, &other);
    return other;
}

static void show_program(TraceWalk *walk, const Record *record)
{
    char hash[FILEHASH_TEXT], path[512];
    snprintf(path, sizeof path, "%s/%s", walk->programs, record->program);
    hash_file(walk, path, hash);
    bool same = strcmp(hash, record->program_hash) == 0;
    indent(walk, 2);
    fprintf(walk->out, "made by %s %s%s\n", record->program, record->program_hash,
            same ? "" : " (since built anew)");
    if (!record->arguments_count)
        return;
    indent(walk, 2);
    fprintf(walk->out, "with    ");
    size_t column = 2 * walk->depth + 10;
    for (size_t i = 0; i < record->arguments_count; i++)
        put_wrapped(walk, record->arguments[i], &column);
    fputc('\n', walk->out);
}

/* --- walking ----------------------------------------------------------------------------- */

/* Bytes of the path's folder, with its slash. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static bool same_folder(const char *a, const char *b)
{
    size_t length = folder_length(a);
    return length == folder_length(b) && strncmp(a, b, length) == 0;
}

/* Whether a file that the walk has seen differs from `used`, the hash it had at another use. Then
 * it counts as changed, whatever the record it was first found in says. */
static bool contradicts(TraceFile *file, const char *used)
{
    bool other = used && strcmp(file->hash, used) != 0;
    file->changed = file->changed || other;
    return other;
}

/* Hashes a file, and all it was made from, without printing them. */
static void pass_over(TraceWalk *walk, const char *path, const char *used)
{
    char hash[FILEHASH_TEXT];
    Record record;
    TraceFile *seen = find_file(walk, path);
    if (seen) {
        contradicts(seen, used);
        return;
    }
    bool known = trace_walk_record(walk, &record, path);
    look(walk, path, used, known ? record.output : NULL, hash);
    for (size_t i = 0; known && i < record.inputs_count; i++)
        pass_over(walk, record.inputs[i].path, record.inputs[i].hash);
    if (known)
        record_free(&record);
}

/* Prints the inputs that were printed before, but were others when they were used here. */
static void show_others(const TraceWalk *walk, const Record *record)
{
    for (size_t i = 0; i < record->inputs_count; i++) {
        const RecordFile *input = &record->inputs[i];
        TraceFile *seen = find_file(walk, input->path);
        if (!seen || !wanted(walk, input) || !contradicts(seen, input->hash))
            continue;
        indent(walk, 2);
        fprintf(walk->out, "from another %s than the one above: %s\n", input->path, input->hash);
    }
}

/* Prints the names of the inputs that were printed before. */
static void show_seen(const TraceWalk *walk, const Record *record)
{
    size_t column = 2 * walk->depth + 10;
    bool any = false;
    for (size_t i = 0; i < record->inputs_count; i++) {
        const RecordFile *input = &record->inputs[i];
        if (!find_file(walk, input->path) || !wanted(walk, input))
            continue;
        if (!any) {
            indent(walk, 2);
            fprintf(walk->out, "from    ");
        }
        any = true;
        put_wrapped(walk, input->path, &column);
    }
    if (any) {
        put_wrapped(walk, "(above)", &column);
        fputc('\n', walk->out);
    }
}

/* Prints the other inputs, of one folder at most ALIKE_LIMIT unless walk->all. */
static void show_inputs(TraceWalk *walk, const Record *record)
{
    size_t alike = 0;
    for (size_t i = 0; i < record->inputs_count; i++) {
        const RecordFile *input = &record->inputs[i];
        bool near = i > 0 && same_folder(record->inputs[i - 1].path, input->path);
        alike = near ? alike : 0;
        if (find_file(walk, input->path) || !wanted(walk, input))
            continue;
        if (walk->all || alike++ < ALIKE_LIMIT) {
            walk->depth++;
            trace_walk_file(walk, input->path, input->hash);
            walk->depth--;
        }
    }
}

/* Hashes all remaining inputs without printing them, and prints how many they are. */
static void count_rest(TraceWalk *walk, const Record *record)
{
    size_t first = walk->count, changed = 0;
    for (size_t i = 0; i < record->inputs_count; i++)
        pass_over(walk, record->inputs[i].path, record->inputs[i].hash);
    for (size_t i = first; i < walk->count; i++)
        changed += walk->files[i].changed;
    if (walk->count == first)
        return;
    indent(walk, 2);
    fprintf(walk->out, "and from %zu files more, ", walk->count - first);
    if (changed)
        fprintf(walk->out, "of which %zu are NOT as they were used\n", changed);
    else
        fprintf(walk->out, "all as they were used\n");
}

/* Whether the record was printed before; from now on it counts as printed. */
static bool is_shown(TraceWalk *walk, const char *path)
{
    for (size_t i = 0; i < walk->records_count; i++)
        if (strcmp(walk->records[i], path) == 0)
            return true;
    walk->records = alloc_grow(walk->records, &walk->records_capacity, walk->records_count + 1,
                               sizeof *walk->records);
    walk->records[walk->records_count++] = alloc_text(path);
    return false;
}

static void show_record(TraceWalk *walk, const Record *record)
{
    if (is_shown(walk, record->path)) {
        indent(walk, 2);
        fprintf(walk->out, "made with the file above\n");
        return;
    }
    show_program(walk, record);
    show_others(walk, record);
    show_seen(walk, record);
    show_inputs(walk, record);
    count_rest(walk, record);
}

void trace_walk_file(TraceWalk *walk, const char *path, const char *used)
{
    char hash[FILEHASH_TEXT];
    Record record;
    bool known = trace_walk_record(walk, &record, path);
    const char *stands = look(walk, path, used, known ? record.output : NULL, hash);
    indent(walk, 0);
    fprintf(walk->out, "%s\n", path);
    indent(walk, 2);
    bool raw = !known && strncmp(path, "build/", 6) != 0;
    fprintf(walk->out, "%s  %s%s\n", hash, stands,
            known ? ""
            : raw ? "; raw"
                  : "; no record of its making");
    if (known) {
        show_record(walk, &record);
        record_free(&record);
        return;
    }
    char *source = copied_from(walk, path, hash);
    if (source) {
        indent(walk, 2);
        fprintf(walk->out, "copy of %s\n", source);
        if (!find_file(walk, source))
            trace_walk_file(walk, source, NULL);
    }
    free(source);
}

void trace_walk_link(TraceWalk *walk, const char *label, const char *path, const char *place,
                     const char *used, const char *made)
{
    enum { LABEL = 9 };
    char hash[FILEHASH_TEXT];
    if (find_file(walk, path))
        return;
    const char *stands = look(walk, path, used, made, hash);
    fprintf(walk->out, "%-*s%s%s\n%*s%s  %s\n", LABEL, label, path, place, LABEL, "", hash, stands);
}

size_t trace_walk_end(TraceWalk *walk)
{
    size_t changed = 0, unrecorded = 0;
    for (size_t i = 0; i < walk->count; i++) {
        changed += walk->files[i].changed;
        unrecorded += walk->files[i].unrecorded;
    }
    if (unrecorded)
        fprintf(walk->out, "Files whose hash was not recorded when they were used: %zu.\n",
                unrecorded);
    if (!changed)
        fprintf(walk->out, "All %zu files whose hash was recorded are the ones that were used.\n",
                walk->count - unrecorded);
    else
        fprintf(walk->out, "%zu of %zu files are NOT the ones that were used:\n", changed,
                walk->count);
    for (size_t i = 0; i < walk->count; i++) {
        if (walk->files[i].changed)
            fprintf(walk->out, "  %s\n", walk->files[i].path);
        free(walk->files[i].path);
    }
    for (size_t i = 0; i < walk->records_count; i++)
        free(walk->records[i]);
    free(walk->records);
    free(walk->files);
    walk->files = NULL;
    walk->records = NULL;
    walk->count = walk->records_count = 0;
    return changed;
}
