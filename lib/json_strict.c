/* JSON as strictly as other readers take it: jansson alone passes over some faults. */
#include "json_strict.h"

#include "mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Where the whole number -0 stands outside of texts, or `length`. */
static size_t find_minus_zero(const char *bytes, size_t length)
{
    bool text = false;
    for (size_t i = 0; i + 1 < length; i++) {
        bool exponent = i > 0 && (bytes[i - 1] == 'e' || bytes[i - 1] == 'E');
        char after = i + 2 < length ? bytes[i + 2] : ' ';
        if (text && bytes[i] == '\\')
            i++;
        else if (bytes[i] == '"')
            text = !text;
        else if (!text && !exponent && bytes[i] == '-' && bytes[i + 1] == '0' &&
                 !strchr(".eE", after))
            return i;
    }
    return length;
}

/* What is wrong at byte `at`, on its line. */
static json_t *refuse(const char *bytes, size_t at, const char *what, json_error_t *problem)
{
    *problem = (json_error_t){.line = 1, .column = (int)at, .position = (int)at};
    for (size_t i = 0; i < at; i++)
        problem->line += bytes[i] == '\n';
    snprintf(problem->text, sizeof problem->text, "%s", what);
    return NULL;
}

json_t *json_strict(const char *bytes, size_t length, size_t flags, json_error_t *problem)
{
    const char *nul = length ? memchr(bytes, 0, length) : NULL;
    if (nul)
        return refuse(bytes, (size_t)(nul - bytes), "a NUL byte", problem);
    size_t minus = find_minus_zero(bytes, length);
    if (minus < length)
        return refuse(bytes, minus, "the number -0", problem);
    return json_loadb(bytes, length, flags, problem);
}

json_t *json_strict_file(FILE *file, size_t flags, json_error_t *problem)
{
    enum { PIECE = 1 << 14 };
    char *bytes = NULL;
    size_t length = 0, capacity = 0, count;
    do {
        bytes = mem_grow(bytes, &capacity, length + PIECE, 1);
        count = fread(bytes + length, 1, PIECE, file);
        length += count;
    } while (count > 0);
    json_t *value = ferror(file) ? refuse(bytes, 0, "cannot be read to its end", problem)
                                 : json_strict(bytes, length, flags, problem);
    free(bytes);
    return value;
}
