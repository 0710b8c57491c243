#include "trace/trace_record.h"

#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Opens <path>.prov, or that of the nearest folder above; *name = its path, freed by the caller.
 * NULL if there is none, or, with the reason in *error, if it cannot be opened. */
static FILE *open_record(const char *path, char **name, Error *error)
{
    char *at = alloc_text(path);
    size_t size = strlen(path) + sizeof ".prov";
    FILE *file = NULL;
    *name = alloc_zeroed(size, 1);
    while (*at && !file && !*error->text) {
        snprintf(*name, size, "%s.prov", at);
        file = fopen(*name, "rb");
        if (!file && !filehash_absence())
            fail(error, "%s: cannot be opened (%s); check the disk", *name, errno_text());
        char *slash = strrchr(at, '/');
        *(slash ? slash : at) = 0;
    }
    free(at);
    if (!file) {
        free(*name);
        *name = NULL;
    }
    return file;
}

/* A copy of the word at *text, freed by the caller; *text moves behind the space after it. */
static char *next_word(const char **text)
{
    size_t length = strcspn(*text, " ");
    char *word = alloc_text_n(*text, length);
    *text += length + ((*text)[length] == ' ');
    return word;
}

/* A recorded number in fewer digits if they are the same double: 0.10000000000000001 becomes 0.1.
 * Returns `shorter`, or `text` itself. */
static const char *shorter_number(const char *text, char shorter[32])
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end)
        return text;
    snprintf(shorter, 32, "%.15g", value);
    return strtod(shorter, NULL) == value ? shorter : text;
}

static void add_argument(Record *record, const char *text)
{
    char shorter[32], *name = next_word(&text);
    text = shorter_number(text, shorter);
    size_t size = strlen(name) + strlen(text) + sizeof "-- ";
    char *argument = alloc_zeroed(size, 1);
    snprintf(argument, size, "--%s %s", name, text);
    free(name);
    record->arguments = alloc_grow(record->arguments, &record->arguments_capacity,
                                   record->arguments_count + 1, sizeof(char *));
    record->arguments[record->arguments_count++] = argument;
}

static void add_input(Record *record, const char *text)
{
    RecordFile input = {.key = next_word(&text)};
    input.hash = next_word(&text);
    input.path = alloc_text(text);
    record->inputs = alloc_grow(record->inputs, &record->inputs_capacity, record->inputs_count + 1,
                                sizeof *record->inputs);
    record->inputs[record->inputs_count++] = input;
}

static void read_line(Record *record, const char *line, const char *path)
{
    char *word = next_word(&line);
    if (strcmp(word, "program") == 0 && !record->program) {
        record->program = next_word(&line);
        record->program_hash = alloc_text(line);
    } else if (strcmp(word, "blas") == 0 && !record->blas) {
        record->blas = alloc_text(line);
    } else if (strcmp(word, "argument") == 0) {
        add_argument(record, line);
    } else if (strcmp(word, "input") == 0) {
        add_input(record, line);
    } else if (strcmp(word, "output") == 0) {
        char *hash = next_word(&line);
        if (!record->output && strcmp(line, path) == 0)
            record->output = hash;
        else
            free(hash);
    }
    free(word);
}

bool record_read(Record *record, const char *path, Error *error)
{
    char *line = NULL;
    size_t capacity = 0;
    *record = (Record){0};
    *error = (Error){""};
    FILE *file = open_record(path, &record->path, error);
    if (!file)
        return false;
    while (getline(&line, &capacity, file) > 0) {
        line[strcspn(line, "\n")] = 0;
        read_line(record, line, path);
    }
    bool ok = feof(file) || fail(error, "%s: cannot be read whole (%s); check the disk",
                                 record->path, errno_text());
    free(line);
    fclose(file);
    ok = ok && record->program;
    if (!ok)
        record_free(record);
    return ok;
}

void record_free(Record *record)
{
    for (size_t i = 0; i < record->arguments_count; i++)
        free(record->arguments[i]);
    for (size_t i = 0; i < record->inputs_count; i++) {
        free(record->inputs[i].key);
        free(record->inputs[i].hash);
        free(record->inputs[i].path);
    }
    free(record->arguments);
    free(record->inputs);
    free(record->program);
    free(record->program_hash);
    free(record->blas);
    free(record->output);
    free(record->path);
    *record = (Record){0};
}
