/* fetch: download what a profile needs, resumed and verified; nothing twice
 *
 * Published files are listed in =data/sources=, one a line: where it belongs below the folder of
 * downloads, its size in bytes, its SHA-256 and its address. =fetch= brings those that one of its
 * words names (=*= stands for anything). What has come so far lies in =NAME.part= and is resumed;
 * only a whole file of the right size and hash gets its name, and =received= beside the files
 * records it, so that it is hashed once and fetched once. A file whose hash is not listed is taken
 * on first trust: what its server announces over TLS must be what comes, the program says so, and
 * from then on the recorded hash binds. Models behind a licence want a token, HF_TOKEN or the one
 * that Hugging Face's own tools keep; it goes to =https://huggingface.co= alone.
 *
 * : fetch --sources data/sources --out data/fetched 'fever*' 'models/pythia-70m*'
 */
#include "fetch.h"
#include "mem.h"
#include "meter.h"
#include "stage.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *list = "data/sources", *folder;
static int64_t silence = 60, tries = 8;
static double pause_before = 2;
static bool verify;

static const Arg args[] = {
    {"sources", ARG_INPUT, &list, "list of downloads (data/sources)", false},
    {"out", ARG_OUTPUT, &folder, "folder of downloads", true},
    {"verify", ARG_FLAG, &verify, "hash again what is there", false},
    {"silence", ARG_INT, &silence, "seconds to wait for a byte (60)", false},
    {"tries", ARG_INT, &tries, "tries in a row that bring nothing (8)", false},
    {"pause", ARG_REAL, &pause_before, "seconds before the second try, doubled each time (2)",
     false},
    {0},
};

static void tell(void *user, const char *line)
{
    Meter *meter = user;
    meter->began = 0;
    fprintf(stderr, "%s%s: %s\n", isatty(2) ? "\n" : "", meter->name, line);
}

/* ---- What is wanted ---- */

/* Marks the sources that a pattern names; a pattern that names none is a mistake. */
static void choose(const Fetch *fetch, bool *chosen)
{
    int count;
    char **patterns = stage_words(&count);
    if (count == 0)
        stage_fail("%s: nothing was named; give patterns such as 'fever/*'", list);
    for (int i = 0; i < count; i++) {
        bool any = false;
        for (size_t j = 0; j < fetch->sources.count; j++)
            if (fnmatch(patterns[i], fetch->sources.items[j].path, 0) == 0)
                any = chosen[j] = true;
        if (!any)
            stage_fail("%s: has no line for %s; correct the pattern or add the file", list,
                       patterns[i]);
    }
}

static void tell_trust(const Fetch *fetch, const Source *source)
{
    const Receipt *receipt = receipts_find(&fetch->receipts, source->path);
    printf("%s: no SHA-256 is listed: taken on first trust as %s, which %s keeps\n", source->path,
           receipt->sha256, fetch->record);
}

/* Looks at what is there: of the chosen, those that are absent stay chosen. Returns how many
 * were there. */
static size_t look(Fetch *fetch, bool *chosen, Download *download)
{
    size_t there = 0;
    Error error;
    for (size_t i = 0; i < fetch->sources.count; i++) {
        const Source *source = &fetch->sources.items[i];
        Meter meter = {.name = source->path, .what = "checking"};
        FetchState state;
        bool trusted;
        download->user = &meter;
        if (!chosen[i])
            continue;
        if (!fetch_look(fetch, source, verify, download, &state, &trusted, &error))
            stage_die(&error);
        if (trusted)
            tell_trust(fetch, source);
        chosen[i] = state == FETCH_ABSENT;
        there += state == FETCH_WHOLE;
    }
    return there;
}

static void want_room(const Fetch *fetch, const bool *chosen)
{
    double rest = 0, room = fetch_room(fetch);
    for (size_t i = 0; i < fetch->sources.count; i++)
        if (chosen[i])
            rest += (double)fetch_rest(fetch, &fetch->sources.items[i]);
    if (room >= 0 && rest > room)
        stage_fail(
            "%s: %.1f MB are to come and %.1f MB are free; free some space, or put a link to "
            "a folder on a larger disk in its place",
            folder, 1e-6 * rest, 1e-6 * room);
}

static size_t get(Fetch *fetch, const bool *chosen, Download *download)
{
    size_t came = 0;
    Error error;
    for (size_t i = 0; i < fetch->sources.count; i++) {
        const Source *source = &fetch->sources.items[i];
        const Receipt *receipt;
        Meter meter = {.name = source->path, .what = "fetching"};
        download->user = &meter;
        if (!chosen[i])
            continue;
        if (!fetch_get(fetch, source, download, &receipt, &error))
            stage_die(&error);
        printf("%s: %.3f MB received\n", source->path, 1e-6 * (double)receipt->bytes);
        if (!receipt->listed)
            tell_trust(fetch, source);
        fflush(stdout);
        came++;
    }
    return came;
}

int main(int argc, char **argv)
{
    Error error;
    Fetch fetch;
    char *token;
    stage_begin("fetch", "download what a profile needs, resumed and verified", args, argc, argv);
    stage_want(silence >= 1 && silence <= 3600, "silence", "from 1 to 3600 seconds");
    stage_want(tries >= 1 && tries <= 1000, "tries", "from 1 to 1000");
    stage_want(pause_before >= 0 && pause_before <= 60, "pause", "from 0 to 60 seconds");
    if (!fetch_token(&token, &error) || !fetch_open(&fetch, folder, list, &error))
        stage_die(&error);
    const char *quiet = getenv("DOCMEM_QUIET");
    Download download = {.token = token,
                         .silence = silence,
                         .tries = tries,
                         .pause = pause_before,
                         .progress = quiet && *quiet && *quiet != '0' ? NULL : meter_show,
                         .tell = tell};
    bool *chosen = mem_alloc(fetch.sources.count + 1, sizeof *chosen);
    choose(&fetch, chosen);
    size_t there = look(&fetch, chosen, &download);
    want_room(&fetch, chosen);
    size_t came = get(&fetch, chosen, &download);
    printf("%zu files fetched, %zu already there: %s\n", came, there, folder);
    free(chosen);
    free(token);
    fetch_close(&fetch);
    stage_printed();
    return 0;
}
