/* One file over HTTP into a part: resumed, tried again, checked against what is known of it. */
#include "download.h"

#include "mem.h"
#include "transfer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* BROKEN is worth another try; error->text says why. */
typedef enum { WHOLE, BROKEN, FATAL } Outcome;

enum { HOPS = 10 };

/* ---- Asking ---- */

static struct curl_slist *headers_for(const Transfer *t, const char *url)
{
    struct curl_slist *list = NULL;
    char line[1024];
    if (t->want->token && sources_takes_token(url)) {
        snprintf(line, sizeof line, "Authorization: Bearer %s", t->want->token);
        list = curl_slist_append(list, line);
    }
    if (t->part->bytes && !*t->want->sha256 && strncmp(t->part->tag, "etag ", 5) == 0) {
        snprintf(line, sizeof line, "If-Range: %s", t->part->tag + 5);
        list = curl_slist_append(list, line);
    }
    return list;
}

static void allow_protocols(CURL *curl, bool plain)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, plain ? "http,https" : "https");
#else
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS,
                     plain ? (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS) : (long)CURLPROTO_HTTPS);
#endif
}

/* One request, without following where it leads. */
static CURLcode ask(Transfer *t, const char *url)
{
    CURL *curl = t->curl;
    char range[32];
    struct curl_slist *headers = headers_for(t, url);
    curl_easy_reset(curl);
    transfer_begin(t);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    allow_protocols(curl, strncmp(t->want->url, "http:", 5) == 0);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "docmem-fetch");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->curl_text);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, transfer_hear_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, transfer_hear_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, 512L * 1024);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)t->want->silence);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)t->want->silence);
    if (t->part->bytes) {
        snprintf(range, sizeof range, "%" PRId64 "-", t->part->bytes);
        curl_easy_setopt(curl, CURLOPT_RANGE, range);
    }
    CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    return code;
}

/* ---- What became of it ---- */

static Outcome locked(const Transfer *t, long status)
{
    const char *end = strstr(t->want->url, "/resolve/");
    int length = end ? (int)(end - t->want->url) : (int)strlen(t->want->url);
    const char *how = !t->want->token                     ? ""
                      : sources_takes_token(t->want->url) ? " to this token"
                                                          : " (no token is sent to this place)";
    fail(t->error,
         "%s: the server refuses access%s (HTTP %ld); accept the licence at %.*s, then run "
         "make fetch with HF_TOKEN=your token in the environment, or copy the folder to where "
         "MODELS= points",
         t->part->name, how, status, length, t->want->url);
    return FATAL;
}

/* The server has no more bytes than the part: is that what the file must have? */
static bool all_there(Transfer *t)
{
    int64_t expected = transfer_bytes(t);
    if (expected == BYTES_UNKNOWN || t->part->bytes == expected)
        return true;
    fail(t->error,
         "%s: at %s it has only %" PRId64 " bytes, but %s says %" PRId64
         "; run make fetch again, and "
         "if that stays, the file has changed at its source",
         t->part->name, t->want->url, t->part->bytes,
         transfer_witness(t, t->want->bytes != BYTES_UNKNOWN), expected);
    return transfer_refuse(t, true);
}

static Outcome judge_refusal(Transfer *t, long status)
{
    if (status == 401 || status == 403)
        return locked(t, status);
    if (status == 416) {
        if (*transfer_hash(t))
            return all_there(t) ? WHOLE : FATAL; /* its hash decides */
        fail(t->error, "the server cannot resume it");
        return part_restart(t->part, t->error) ? BROKEN : FATAL;
    }
    if (status == 408 || status == 429 || status >= 500) {
        fail(t->error, "the server answers HTTP %ld", status);
        return BROKEN;
    }
    fail(t->error,
         "%s: %s answers HTTP %ld; see whether the file has moved, and correct the list or "
         "copy the file",
         t->part->name, t->want->url, status);
    return FATAL;
}

static Outcome judge(Transfer *t, CURLcode code)
{
    long status = transfer_status(t);
    if (t->failed)
        return FATAL;
    if (status >= 300)
        return judge_refusal(t, status);
    if (code == CURLE_OK && !t->begun && !transfer_begin_body(t)) /* a body without a byte */
        return t->failed ? FATAL : BROKEN;
    switch (code) {
    case CURLE_OK:
        if (t->limit == BYTES_UNKNOWN || t->part->bytes == t->limit)
            return WHOLE;
        fail(t->error, "it ended after %" PRId64 " of %" PRId64 " bytes", t->part->bytes, t->limit);
        return BROKEN;
    case CURLE_WRITE_ERROR: /* transfer_begin_body wants to start over, and has said why */
        return BROKEN;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
        fail(t->error,
             "%s: %s cannot be asked (%s); check the address, the clock and the package "
             "ca-certificates",
             t->part->name, t->want->url, *t->curl_text ? t->curl_text : curl_easy_strerror(code));
        return FATAL;
    default:
        fail(t->error, "%s", *t->curl_text ? t->curl_text : curl_easy_strerror(code));
        return BROKEN;
    }
}

/* Asks, and follows to where the file lies. */
static Outcome attempt(Transfer *t)
{
    char *url = mem_text(t->want->url), *next;
    bool encrypted = strncmp(url, "https:", 6) == 0;
    Outcome outcome = FATAL;
    for (t->hop = 0;; t->hop++) {
        CURLcode code = ask(t, url);
        long status = transfer_status(t);
        next = NULL;
        curl_easy_getinfo(t->curl, CURLINFO_REDIRECT_URL, &next);
        if (code != CURLE_OK || status < 300 || status > 399 || !next) {
            outcome = judge(t, code);
            break;
        }
        if (t->hop == HOPS || (encrypted && strncmp(next, "https:", 6) != 0)) {
            fail(t->error, "%s: %s sends us on %s; correct the list or copy the file",
                 t->part->name, t->want->url,
                 t->hop == HOPS ? "without end" : "to a place without TLS");
            break;
        }
        char *copy = mem_text(next);
        free(url);
        url = copy;
    }
    free(url);
    return outcome;
}

static void wait_before(const Transfer *t, int64_t fruitless)
{
    const Download *want = t->want;
    double pause = fmin(60, want->pause * pow(2, (double)fruitless));
    char line[sizeof t->error->text + 64];
    snprintf(line, sizeof line, "%s; trying again in %.0f s", t->error->text, pause);
    if (want->tell)
        want->tell(want->user, line);
    struct timespec rest = {.tv_sec = (time_t)pause,
                            .tv_nsec = (long)(1e9 * (pause - floor(pause)))};
    nanosleep(&rest, NULL);
}

/* Tries until the part is whole; tries that bring nothing new are counted. */
static bool try_on(Transfer *t)
{
    int64_t best = t->part->bytes, fruitless = 0;
    for (;;) {
        Outcome outcome = attempt(t);
        if (outcome != BROKEN)
            return outcome == WHOLE;
        if (t->part->bytes > best)
            fruitless = 0;
        best = t->part->bytes > best ? t->part->bytes : best;
        if (fruitless + 1 >= t->want->tries) {
            Error why = *t->error;
            return fail(t->error,
                        "%s: %s could not be had in %" PRId64 " tries (%.600s); run make "
                        "fetch again later: what came is kept",
                        t->part->name, t->want->url, t->want->tries, why.text);
        }
        wait_before(t, fruitless++);
    }
}

/* Keeps what is there where its bytes are known to belong to the file. */
static bool take_up(Transfer *t)
{
    const Download *want = t->want;
    bool known = *want->sha256 || t->part->tag[0];
    bool fits = want->bytes == BYTES_UNKNOWN || t->part->bytes <= want->bytes;
    if (t->part->bytes == 0 || !known || !fits)
        return part_restart(t->part, t->error);
    return part_resume(t->part, want->bytes, want->progress, want->user, t->error);
}

/* The hash of the whole must be the one that was expected, if any was. */
static bool verify(Transfer *t, char sha256[SHA256_TEXT])
{
    const char *expected = transfer_hash(t);
    sha256_text(&t->part->hash, sha256);
    if (!*expected || strcmp(expected, sha256) == 0)
        return true;
    t->wrong = true;
    return fail(t->error,
                "%s: what %s sent has the SHA-256 %s, but %s says %s; its part was removed: "
                "run make fetch again, and if that stays, the file has changed at its source",
                t->part->name, t->want->url, sha256, transfer_witness(t, *t->want->sha256),
                expected);
}

bool download_file(const Download *want, Part *part, char sha256[SHA256_TEXT], Error *error)
{
    Transfer t = {.want = want, .part = part, .error = error, .told_bytes = BYTES_UNKNOWN};
    t.curl = curl_easy_init();
    if (!t.curl)
        return fail(error, "%s: libcurl cannot be started; free some memory", part->name);
    bool ok = take_up(&t);
    bool complete = part->bytes == want->bytes && *want->sha256;
    ok = ok && (complete || try_on(&t)) && verify(&t, sha256);
    curl_easy_cleanup(t.curl);
    if (!ok && t.wrong)
        part_discard(part);
    else if (!ok)
        part_keep(part);
    return ok;
}
