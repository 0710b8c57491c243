/* A folder of downloads: what is in it already, what is missing, and the record of what was
 * received. */
#include "fetch.h"

#include "mem.h"
#include "out.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static char *path_in(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = mem_alloc(size, 1);
    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* ---- The folder ---- */

static bool take_lock(Fetch *fetch, Error *error)
{
    char *path = path_in(fetch->folder, ".lock");
    fetch->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    bool ok = fetch->lock >= 0 && flock(fetch->lock, LOCK_EX | LOCK_NB) == 0;
    if (!ok && errno == EWOULDBLOCK)
        fail(error, "%s: another fetch is at work here; wait for its end", fetch->folder);
    else if (!ok)
        fail(error, "%s: cannot be locked (%s); check the folder and its permissions", path,
             errno_text());
    free(path);
    return ok;
}

bool fetch_open(Fetch *fetch, const char *folder, const char *list, Error *error)
{
    *fetch = (Fetch){.folder = folder, .list = list, .lock = -1};
    fetch->record = path_in(folder, "received");
    return sources_read(&fetch->sources, list, error) && out_make_folder(folder, error) &&
           take_lock(fetch, error) && receipts_read(&fetch->receipts, fetch->record, error);
}

void fetch_close(Fetch *fetch)
{
    if (fetch->lock >= 0)
        close(fetch->lock);
    sources_free(&fetch->sources);
    receipts_free(&fetch->receipts);
    free(fetch->record);
    *fetch = (Fetch){.lock = -1};
}

double fetch_room(const Fetch *fetch)
{
    struct statvfs disk;
    if (statvfs(fetch->folder, &disk) != 0)
        return -1;
    return (double)disk.f_bavail * (double)disk.f_frsize;
}

/* ---- What a source must be ---- */

/* What the list says of it, and where the list is silent what was received the first time. */
typedef struct {
    int64_t bytes;
    const char *sha256, *witness;
} Expected;

static Expected expected_of(const Fetch *fetch, const Source *source)
{
    const Receipt *receipt = receipts_find(&fetch->receipts, source->path);
    if (*source->sha256 || !receipt)
        return (Expected){source->bytes, source->sha256, fetch->list};
    return (Expected){receipt->bytes, receipt->sha256, fetch->record};
}

static int64_t changed_at(const struct stat *status)
{
    return (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

static bool put_receipt(Fetch *fetch, const Source *source, const struct stat *status,
                        const char *sha256, Error *error)
{
    Receipt receipt = {.path = source->path,
                       .bytes = status->st_size,
                       .changed = changed_at(status),
                       .listed = *source->sha256};
    memcpy(receipt.sha256, sha256, sizeof receipt.sha256);
    receipts_put(&fetch->receipts, &receipt);
    return receipts_write(&fetch->receipts, fetch->record, error);
}

/* ---- What is there ---- */

static bool hash_file(const char *path, int64_t total, const Download *download,
                      char sha256[SHA256_TEXT], Error *error)
{
    struct sha256_ctx hash;
    int64_t bytes = 0;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fail(error, "%s: cannot be opened (%s); check its permissions", path, errno_text());
    sha256_init(&hash);
    bool ok =
        sha256_feed(&hash, file, path, &bytes, total, download->progress, download->user, error);
    close(file);
    sha256_text(&hash, sha256);
    return ok;
}

static bool remembered(const Fetch *fetch, const Source *source, const struct stat *status,
                       const char *sha256)
{
    const Receipt *receipt = receipts_find(&fetch->receipts, source->path);
    return receipt && receipt->bytes == status->st_size && receipt->changed == changed_at(status) &&
           strcmp(receipt->sha256, sha256) == 0 && receipt->listed == (*source->sha256 != 0);
}

/* Hashes the file at `path` and compares it with what it must be. */
static bool examine(Fetch *fetch, const Source *source, const char *path, const struct stat *status,
                    const Download *download, Error *error)
{
    static const char cure[] = "it is another file: move it away, and run make fetch again";
    Expected expected = expected_of(fetch, source);
    char sha256[SHA256_TEXT];
    if (expected.bytes != BYTES_UNKNOWN && status->st_size != expected.bytes)
        return fail(error, "%s: has %" PRId64 " bytes, but %s says %" PRId64 "; %s", path,
                    (int64_t)status->st_size, expected.witness, expected.bytes, cure);
    if (!hash_file(path, status->st_size, download, sha256, error))
        return false;
    if (*expected.sha256 && strcmp(sha256, expected.sha256) != 0)
        return fail(error, "%s: has the SHA-256 %s, but %s says %s; %s", path, sha256,
                    expected.witness, expected.sha256, cure);
    return put_receipt(fetch, source, status, sha256, error);
}

bool fetch_look(Fetch *fetch, const Source *source, bool again, const Download *download,
                FetchState *state, bool *trusted, Error *error)
{
    char *path = path_in(fetch->folder, source->path);
    Expected expected = expected_of(fetch, source);
    struct stat status;
    bool ok = true;
    *state = FETCH_WHOLE;
    *trusted = false;
    if (stat(path, &status) != 0) {
        *state = FETCH_ABSENT;
        ok = errno == ENOENT ||
             fail(error, "%s: cannot be looked at (%s); check the folders above it", path,
                  errno_text());
    } else if (!S_ISREG(status.st_mode)) {
        ok = fail(error, "%s: is no file; move it away", path);
    } else if (again || !remembered(fetch, source, &status, expected.sha256)) {
        *trusted = !*expected.sha256;
        ok = examine(fetch, source, path, &status, download, error);
    }
    free(path);
    return ok;
}

int64_t fetch_rest(const Fetch *fetch, const Source *source)
{
    struct stat status;
    int64_t bytes = expected_of(fetch, source).bytes, there = 0;
    char *path = path_in(fetch->folder, source->path);
    size_t size = strlen(path) + 8;
    char *part = mem_alloc(size, 1);
    snprintf(part, size, "%s.part", path);
    if (stat(part, &status) == 0)
        there = status.st_size;
    free(part);
    free(path);
    return bytes > there ? bytes - there : 0;
}

/* ---- What is missing ---- */

bool fetch_get(Fetch *fetch, const Source *source, Download *download, const Receipt **receipt,
               Error *error)
{
    Expected expected = expected_of(fetch, source);
    Part part;
    char sha256[SHA256_TEXT];
    struct stat status;
    char *path = path_in(fetch->folder, source->path);
    download->url = source->url;
    download->bytes = expected.bytes;
    download->sha256 = expected.sha256;
    download->witness = expected.witness;
    bool ok = part_open(&part, path, path, error) &&
              download_file(download, &part, sha256, error) && part_become(&part, path, error);
    if (!ok)
        part_keep(&part);
    if (ok && stat(path, &status) != 0)
        ok = fail(error, "%s: vanished while it was received; run make fetch again", path);
    ok = ok && put_receipt(fetch, source, &status, sha256, error);
    if (ok)
        *receipt = receipts_find(&fetch->receipts, source->path);
    free(path);
    return ok;
}

/* ---- The token ---- */

/* The first word of the file, or NULL. */
static char *first_word(const char *path)
{
    char line[512] = "";
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    size_t length = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[length] = 0;
    line[strcspn(line, " \t\r\n")] = 0;
    return *line ? mem_text(line) : NULL;
}

static char *stored_token(void)
{
    const char *home = getenv("HF_HOME"), *below = "token";
    if (!home || !*home) {
        home = getenv("HOME");
        below = ".cache/huggingface/token";
    }
    if (!home || !*home)
        return NULL;
    char *path = path_in(home, below);
    char *token = first_word(path);
    free(path);
    return token;
}

bool fetch_token(char **token, Error *error)
{
    const char *given = getenv("HF_TOKEN");
    *token = given && *given ? mem_text(given) : stored_token();
    for (const char *p = *token; p && *p; p++)
        if (*p <= ' ' || *p > '~' || strlen(*token) > 500) {
            free(*token);
            *token = NULL;
            return fail(error, "HF_TOKEN: is no token; set it to the one word that huggingface.co "
                               "gave, or unset it");
        }
    return true;
}
