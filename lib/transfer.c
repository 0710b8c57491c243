/* One transfer under way: what is expected of a file, and what its server says and sends. */
#include "transfer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/statvfs.h>

/* The longest body of a refusal or redirect that is read to its end. */
enum { IGNORED_LIMIT = 1 << 20 };

/* ---- What is expected ---- */

const char *transfer_hash(const Transfer *t)
{
    return *t->want->sha256 ? t->want->sha256 : t->told_sha256;
}

int64_t transfer_bytes(const Transfer *t)
{
    return t->want->bytes != BYTES_UNKNOWN ? t->want->bytes : t->told_bytes;
}

const char *transfer_witness(const Transfer *t, bool listed)
{
    return listed ? t->want->witness : "its own announcement";
}

bool transfer_refuse(Transfer *t, bool wrong)
{
    t->failed = true;
    t->wrong = t->wrong || wrong;
    return false;
}

/* Whether what the server says of the file fits what is known of it. */
static bool agrees(Transfer *t, int64_t total, bool fresh)
{
    const Download *want = t->want;
    int64_t expected = transfer_bytes(t);
    if (*want->sha256 && *t->told_sha256 && strcmp(want->sha256, t->told_sha256) != 0) {
        fail(t->error,
             "%s: %s announces the SHA-256 %s, but %s says %s; the file has changed at its "
             "source: correct the list, or copy the right file",
             t->part->name, want->url, t->told_sha256, want->witness, want->sha256);
        return transfer_refuse(t, false);
    }
    if (expected != BYTES_UNKNOWN && total != BYTES_UNKNOWN && expected != total) {
        fail(t->error,
             "%s: %s offers %" PRId64 " bytes, but %s says %" PRId64 "; run make fetch "
             "again, and if that stays, the file has changed at its source",
             t->part->name, want->url, total, transfer_witness(t, want->bytes != BYTES_UNKNOWN),
             expected);
        return transfer_refuse(t, fresh);
    }
    t->limit = expected != BYTES_UNKNOWN ? expected : total;
    if (t->limit == BYTES_UNKNOWN && !*transfer_hash(t)) {
        fail(t->error,
             "%s: %s does not say how long the file is, so that its end cannot be told; "
             "write its bytes into the list",
             t->part->name, want->url);
        return transfer_refuse(t, fresh);
    }
    return true;
}

static bool has_room(Transfer *t)
{
    struct statvfs disk;
    int64_t rest = t->limit - t->part->bytes;
    if (t->limit == BYTES_UNKNOWN || fstatvfs(t->part->file, &disk) != 0 ||
        (double)rest <= (double)disk.f_bavail * (double)disk.f_frsize)
        return true;
    fail(t->error,
         "%s: %" PRId64 " more bytes are wanted and %.0f are free; free some space and run "
         "make fetch again",
         t->part->name, rest, (double)disk.f_bavail * (double)disk.f_frsize);
    return transfer_refuse(t, false);
}

void transfer_begin(Transfer *t)
{
    t->begun = t->failed = false;
    t->ignored = 0;
    t->length = t->from = t->total = t->limit = BYTES_UNKNOWN;
    t->etag[0] = t->curl_text[0] = 0;
}

/* ---- Listening ---- */

/* The value of the header if it has this name, without blanks around it; else NULL. */
static const char *value_of(const char *line, const char *name)
{
    size_t length = strlen(name);
    if (strncasecmp(line, name, length) != 0 || line[length] != ':')
        return NULL;
    line += length + 1;
    return line + strspn(line, " \t");
}

static void hear_announcement(Transfer *t, const char *line)
{
    const char *value;
    if ((value = value_of(line, "X-Linked-Size")))
        t->told_bytes = strtoll(value, NULL, 10) > 0 ? strtoll(value, NULL, 10) : BYTES_UNKNOWN;
    if ((value = value_of(line, "X-Linked-ETag"))) {
        char text[SHA256_TEXT];
        snprintf(text, sizeof text, "%.64s", value + (*value == '"'));
        strcpy(t->told_sha256, sha256_is(text) ? text : "");
    }
}

size_t transfer_hear_header(char *bytes, size_t size, size_t count, void *user)
{
    Transfer *t = user;
    char line[1024];
    size_t length = size * count < sizeof line ? size * count : sizeof line - 1;
    memcpy(line, bytes, length);
    while (length && strchr("\r\n \t", line[length - 1]))
        length--;
    line[length] = 0;
    const char *value;
    if (strncmp(line, "HTTP/", 5) == 0) {
        t->length = t->from = t->total = BYTES_UNKNOWN;
        t->etag[0] = 0;
    } else if ((value = value_of(line, "Content-Length"))) {
        t->length = strtoll(value, NULL, 10);
    } else if ((value = value_of(line, "Content-Range"))) {
        if (sscanf(value, "bytes %" SCNd64 "-%*d/%" SCNd64, &t->from, &t->total) < 1)
            t->from = BYTES_UNKNOWN;
    } else if ((value = value_of(line, "ETag")) && *value == '"' &&
               strlen(value) < sizeof t->etag) {
        strcpy(t->etag, value); /* a weak one, W/"…", does not stand for bytes */
    }
    if (t->hop == 0)
        hear_announcement(t, line);
    return size * count;
}

long transfer_status(const Transfer *t)
{
    long status = 0;
    curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* Remembers of which version the bytes are, where no hash is known beforehand. */
static bool mark(Transfer *t)
{
    char tag[PART_TAG];
    if (*t->want->sha256 || (!*t->told_sha256 && !*t->etag))
        return true;
    snprintf(tag, sizeof tag, "%s %s", *t->told_sha256 ? "sha256" : "etag",
             *t->told_sha256 ? t->told_sha256 : t->etag);
    return strcmp(tag, t->part->tag) == 0 || part_mark(t->part, tag, t->error) ||
           transfer_refuse(t, false);
}

bool transfer_begin_body(Transfer *t)
{
    Part *part = t->part;
    bool fresh = transfer_status(t) == 200;
    t->begun = true;
    if (!fresh && t->from != part->bytes) {
        fail(t->error,
             "%s: %s sends another range than was asked; its part was removed: run make "
             "fetch again",
             part->name, t->want->url);
        return transfer_refuse(t, true);
    }
    if (!fresh && !*t->want->sha256 && *t->told_sha256 && strncmp(part->tag, "sha256 ", 7) == 0 &&
        strcmp(part->tag + 7, t->told_sha256) != 0) {
        fail(t->error, "the file has changed at its source");
        return part_restart(part, t->error) ? false : transfer_refuse(t, false);
    }
    if (fresh && part->bytes && !part_restart(part, t->error))
        return transfer_refuse(t, false);
    return agrees(t, fresh ? t->length : t->total, fresh) && has_room(t) && mark(t);
}

size_t transfer_hear_body(char *bytes, size_t size, size_t count, void *user)
{
    Transfer *t = user;
    long status = transfer_status(t);
    if (status != 200 && status != 206)
        return (t->ignored += count) > IGNORED_LIMIT ? 0 : size * count;
    if (!t->begun && !transfer_begin_body(t))
        return 0;
    if (t->limit != BYTES_UNKNOWN && (int64_t)count > t->limit - t->part->bytes) {
        fail(t->error,
             "%s: %s sends more than the %" PRId64 " bytes that it has; its part was "
             "removed: run make fetch again",
             t->part->name, t->want->url, t->limit);
        return transfer_refuse(t, true);
    }
    if (!part_append(t->part, bytes, count, t->error))
        return transfer_refuse(t, false);
    if (t->want->progress)
        t->want->progress(t->want->user, t->part->bytes, t->limit);
    return size * count;
}
