#include "probe/json_lines.h"

#include "base/lines.h"
#include "file/json_strict.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* A LinesRead that hands over what has come, so that a person at a terminal is answered. */
static ssize_t read_descriptor(void *source, void *bytes, size_t capacity)
{
    ssize_t count;
    do
        count = read(*(int *)source, bytes, capacity);
    while (count < 0 && errno == EINTR);
    return count;
}

/* Answers line `number` of `name`. */
static bool answer_line(const char *name, uint64_t number, const char *line, size_t length,
                        FILE *out, JsonAnswer *answer, void *context, Error *error)
{
    json_error_t problem;
    Error reason;
    json_t *request = json_strict(line, length, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &problem);
    if (!json_is_object(request)) {
        fail(error, "%s:%llu: not a JSON object (%s); give one a line", name,
             (unsigned long long)number, request ? "another value" : problem.text);
        json_decref(request);
        return false;
    }
    json_t *reply = answer(context, request, &reason);
    json_decref(request);
    if (!reply)
        return fail(error, "%s:%llu: %s", name, (unsigned long long)number, reason.text);
    return json_lines_put(out, reply, error);
}

bool json_lines_answer(int descriptor, const char *name, FILE *out, JsonAnswer *answer,
                       void *context, Error *error)
{
    Lines lines = {0};
    LinesResult result = LINES_END;
    char *line;
    size_t length;
    bool ok = true;
    lines_begin(&lines, read_descriptor, &descriptor, LINES_LIMIT);
    while (ok && (result = lines_next(&lines, &line, &length)) == LINES_LINE)
        ok = answer_line(name, lines.number, line, length, out, answer, context, error);
    if (ok && result == LINES_TOO_LONG)
        ok = fail(error, "%s:%llu: the line is over %zu MiB long; give one object a line", name,
                  (unsigned long long)lines.number, LINES_LIMIT >> 20);
    else if (ok && result == LINES_FAILED)
        ok = fail(error, "%s: cannot be read to its end (%s); check where it comes from", name,
                  errno_text());
    lines_free(&lines);
    return ok;
}

bool json_lines_put(FILE *out, json_t *object, Error *error)
{
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(9)) : NULL;
    json_decref(object);
    if (!text)
        return fail(error, "a reply's text is not UTF-8; rename the file it names");
    bool ok = fprintf(out, "%s\n", text) >= 0 && fflush(out) == 0;
    free(text);
    return ok || fail(error, "standard output: cannot be written (%s); check where it leads",
                      errno_text());
}

bool json_read_ids(const json_t *request, Tokens *ids, Error *error)
{
    const json_t *list = json_object_get(request, "ids");
    if (!json_is_array(list))
        return fail(error, "no list \"ids\"; give {\"ids\": […]}");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        json_int_t id = json_integer_value(item);
        if (!json_is_integer(item) || id < 0 || id > INT32_MAX)
            return fail(error, "ids[%zu] is not a token id; give whole numbers from 0", i);
        tokens_push(ids, (int32_t)id);
    }
    return true;
}

json_t *json_ids(const Tokens *ids)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ids->count; i++)
        json_array_append_new(list, json_integer(ids->ids[i]));
    return list;
}

json_t *json_doubles(const double *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_real(values[i]));
    return list;
}

json_t *json_floats(const float *values, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_real((double)values[i]));
    return list;
}
