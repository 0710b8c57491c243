/* Fuzz target: the record of where an output came from, FILE.prov. */
#include "fuzz.h"
#include "trace/trace_record.h"

#include <stdio.h>
#include <string.h>

static void run(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"result.prov", NULL};
    char path[300];
    Record record;
    Error error;
    fuzz_file(0, data, size);
    snprintf(path, sizeof path, "%s/result", fuzz_folder(names));
    if (!record_read(&record, path, &error))
        return;
    fuzz_check(record.program && record.program_hash && record.path);
    for (size_t i = 0; i < record.arguments_count; i++)
        fuzz_check(strncmp(record.arguments[i], "--", 2) == 0);
    for (size_t i = 0; i < record.inputs_count; i++)
        fuzz_check(record.inputs[i].key && record.inputs[i].hash && record.inputs[i].path);
    fuzz_accepted("arguments", record.arguments_count);
    fuzz_accepted("inputs", record.inputs_count);
    record_free(&record);
}

const FuzzTarget fuzz_target = {"provenance", run, 100000, 400, 50000, 40};
