/* Fuzz target: the list of what can be downloaded, and the record of what was. */
#include "sources.h"
#include "fuzz.h"

#include <string.h>

/* A path can only lead below the folder of downloads. */
static void check_path(const char *path)
{
    fuzz_check(path[0] && path[0] != '/' && path[0] != '.' && !strstr(path, "/."));
}

static void check_sources(const Sources *sources)
{
    for (size_t i = 0; i < sources->count; i++) {
        const Source *source = &sources->items[i];
        check_path(source->path);
        fuzz_check(source->bytes == BYTES_UNKNOWN || source->bytes > 0);
        fuzz_check(strlen(source->sha256) == 64 || !source->sha256[0]);
        fuzz_check(strncmp(source->url, "http", 4) == 0);
        fuzz_check(!sources_takes_token(source->url) || strncmp(source->url, "https:", 6) == 0);
    }
    fuzz_accepted("sources", sources->count);
}

static void run(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(0, data, size);
    Sources sources;
    Receipts receipts;
    Error error;
    if (sources_read(&sources, path, &error))
        check_sources(&sources);
    else
        fuzz_refused(&error, path);
    sources_free(&sources);
    if (receipts_read(&receipts, path, &error)) {
        for (size_t i = 0; i < receipts.count; i++) {
            check_path(receipts.items[i].path);
            fuzz_check(receipts.items[i].bytes >= 0 && receipts.items[i].changed >= 0);
            fuzz_check(receipts_find(&receipts, receipts.items[i].path) == &receipts.items[i]);
        }
        fuzz_accepted("receipts", receipts.count);
    } else {
        fuzz_refused(&error, path);
    }
    receipts_free(&receipts);
}

const FuzzTarget fuzz_target = {"sources", run, 400000, 400, 50000, 40};
