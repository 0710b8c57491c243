/* http-server: serves one folder on 127.0.0.1 with the faults that downloads meet; for the checks.
 *
 *   http-server FOLDER LOG PORT_FILE
 *
 * The port is one that the system chooses; PORT_FILE gets it, so a client may start when the file
 * is there. Each request adds a line to LOG: path, range, if-range, and whether a token came. The
 * first part of a path says how its file is served; a number after an = sign is the part's N.
 *
 *   /plain/F       with ranges and an ETag        /norange/F     whole, whatever is asked
 *   /cut=N/F       breaks off after N bytes       /cutall=N/F    the same, and no ranges
 *   /slow=N/F      N bytes every 20 ms            /silent=N/F    N bytes, then none for a minute
 *   /status=N/F    HTTP status N                  /busy=N/F      503 the first N times, then plain
 *   /away/F        sends on to /plain/F           /round/F       sends on to itself
 *   /linked/F      as Hugging Face: sends on, with the size and SHA-256 (FOLDER/F.sha256)
 *   /nolength/F    ends by closing, unannounced   /chunked/F     in chunks
 *   /badrange/F    answers with another range     /longer/F      says less than it sends
 *   /fresh/F       a new ETag at every request    /file/F        sends on to file:///etc/hostname
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 8192, SECONDS = 300 };

typedef struct {
    char how[32], file[512]; /* of the path */
    long number;             /* after the = sign */
    char range[64], if_range[256];
    bool token;
    int turn; /* how many requests of this path came before */
} Request;

static void stop(const char *what)
{
    perror(what);
    exit(1);
}

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static bool send_all(int to, const void *bytes, size_t count)
{
    const char *rest = bytes;
    while (count) {
        ssize_t sent = send(to, rest, count, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        rest += sent;
        count -= (size_t)sent;
    }
    return true;
}

/* The header's value, or "". */
static void header(const char *text, const char *name, char *value, size_t size)
{
    value[0] = 0;
    for (const char *line = strstr(text, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, strlen(name)) == 0) {
            line += 2 + strlen(name) + 2;
            snprintf(value, size, "%.*s", (int)strcspn(line, "\r\n"), line);
            return;
        }
}

static bool hear(int from, Request *request)
{
    static char text[REQUEST];
    size_t length = 0;
    char token[64];
    ssize_t count;
    text[0] = 0;
    while (!strstr(text, "\r\n\r\n")) {
        if (length + 1 >= sizeof text ||
            (count = recv(from, text + length, sizeof text - length - 1, 0)) <= 0)
            return false;
        length += (size_t)count;
        text[length] = 0;
    }
    memset(request, 0, sizeof *request);
    if (sscanf(text, "GET /%31[^/ =]=%ld/%511[^ ]", request->how, &request->number,
               request->file) != 3 &&
        sscanf(text, "GET /%31[^/ ]/%511[^ ]", request->how, request->file) != 2)
        return false;
    header(text, "Range", request->range, sizeof request->range);
    header(text, "If-Range", request->if_range, sizeof request->if_range);
    header(text, "Authorization", token, sizeof token);
    request->token = *token;
    return true;
}

static bool is(const Request *request, const char *how)
{
    return strcmp(request->how, how) == 0;
}

/* ---- Answers ---- */

static void answer_status(int to, long status, const char *more)
{
    char head[1024];
    snprintf(head, sizeof head,
             "HTTP/1.1 %ld Told\r\nContent-Length: 5\r\nConnection: close\r\n%s\r\n"
             "told\n",
             status, more);
    send_all(to, head, strlen(head));
}

static void send_on(int to, const Request *request, const char *folder, int port)
{
    char more[800], hash[65] = "", path[1200];
    struct stat status = {0};
    const char *target = is(request, "round") ? "round" : "plain";
    snprintf(path, sizeof path, "%s/%s", folder, request->file);
    stat(path, &status);
    strncat(path, ".sha256", sizeof path - strlen(path) - 1);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%64s", hash) != 1)
        hash[0] = 0;
    if (file)
        fclose(file);
    if (is(request, "file"))
        snprintf(more, sizeof more, "Location: file:///etc/hostname\r\n");
    else if (is(request, "linked"))
        snprintf(more, sizeof more,
                 "Location: http://localhost:%d/plain/%s\r\nX-Linked-Size: %jd\r\n"
                 "X-Linked-ETag: \"%s\"\r\n",
                 port, request->file, (intmax_t)status.st_size, hash);
    else
        snprintf(more, sizeof more, "Location: /%s/%s\r\n", target, request->file);
    answer_status(to, 302, more);
}

/* The head of a file's answer; *from = the first byte that follows. */
static bool send_head(int to, const Request *request, const struct stat *status, int64_t *from)
{
    char etag[64], head[1024], length[64] = "";
    int64_t size = status->st_size, asked = 0;
    snprintf(etag, sizeof etag, "\"%jd-%jd-%d\"", (intmax_t)size, (intmax_t)status->st_mtime,
             is(request, "fresh") ? request->turn : 0);
    bool ranges = !is(request, "norange") && !is(request, "cutall") && !is(request, "nolength");
    bool same = !*request->if_range || strcmp(request->if_range, etag) == 0;
    *from = 0;
    if (ranges && same && sscanf(request->range, "bytes=%" SCNd64 "-", &asked) == 1 &&
        asked >= size) {
        answer_status(to, 416, "");
        return false;
    }
    if (ranges && same && *request->range)
        *from = asked;
    int64_t said = is(request, "longer") ? size - *from - 1 : size - *from;
    if (is(request, "chunked"))
        snprintf(length, sizeof length, "Transfer-Encoding: chunked\r\n");
    else if (!is(request, "nolength"))
        snprintf(length, sizeof length, "Content-Length: %" PRId64 "\r\n", said);
    if (*from)
        snprintf(head, sizeof head,
                 "HTTP/1.1 206 Part\r\nContent-Range: bytes %" PRId64 "-%" PRId64 "/%" PRId64 "\r\n"
                 "%sETag: %s\r\nConnection: close\r\n\r\n",
                 *from + is(request, "badrange"), size - 1, size, length, etag);
    else
        snprintf(head, sizeof head, "HTTP/1.1 200 Whole\r\n%sETag: %s\r\nConnection: close\r\n\r\n",
                 length, etag);
    return send_all(to, head, strlen(head));
}

static void send_body(int to, const Request *request, FILE *file)
{
    static char bytes[65536];
    bool cut = is(request, "cut") || is(request, "cutall") || is(request, "silent");
    bool slow = is(request, "slow"), chunked = is(request, "chunked");
    int64_t rest = cut ? request->number : INT64_MAX;
    size_t piece = slow ? (size_t)request->number : sizeof bytes, count;
    char line[32];
    while (rest > 0 &&
           (count = fread(bytes, 1, piece < sizeof bytes ? piece : sizeof bytes, file))) {
        if ((int64_t)count > rest)
            count = (size_t)rest;
        snprintf(line, sizeof line, "%zx\r\n", count);
        if ((chunked && !send_all(to, line, strlen(line))) || !send_all(to, bytes, count) ||
            (chunked && !send_all(to, "\r\n", 2)))
            return;
        rest -= (int64_t)count;
        if (slow)
            pause_ms(20);
    }
    if (chunked)
        send_all(to, "0\r\n\r\n", 5);
    if (is(request, "silent"))
        recv(to, line, 1, 0); /* until the client has had enough */
}

static void answer(int to, const Request *request, const char *folder, int port)
{
    char path[1200];
    struct stat status;
    int64_t from;
    snprintf(path, sizeof path, "%s/%s", folder, request->file);
    if (is(request, "status") || (is(request, "busy") && request->turn < request->number)) {
        answer_status(to, is(request, "status") ? request->number : 503, "");
        return;
    }
    if (is(request, "away") || is(request, "round") || is(request, "linked") ||
        is(request, "file")) {
        send_on(to, request, folder, port);
        return;
    }
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &status) != 0) {
        answer_status(to, 404, "");
        return;
    }
    if (send_head(to, request, &status, &from) && fseek(file, (long)from, SEEK_SET) == 0)
        send_body(to, request, file);
    fclose(file);
}

/* ---- Listening ---- */

/* How many requests of the path came before; those past the table's end count as new. */
static int count_turn(const Request *request)
{
    enum { PATHS = 256, PATH = 600 };
    static char paths[PATHS][PATH];
    static int turns[PATHS];
    char path[PATH];
    snprintf(path, sizeof path, "%s=%ld/%s", request->how, request->number, request->file);
    for (int i = 0; i < PATHS; i++) {
        if (!*paths[i])
            strcpy(paths[i], path);
        if (strcmp(paths[i], path) == 0)
            return turns[i]++;
    }
    return 0;
}

static int listen_somewhere(const char *port_file, int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    char temporary[1024];
    int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (door < 0 || bind(door, (struct sockaddr *)&address, size) != 0 || listen(door, 16) != 0 ||
        getsockname(door, (struct sockaddr *)&address, &size) != 0)
        stop("http-server: no door");
    *port = ntohs(address.sin_port);
    snprintf(temporary, sizeof temporary, "%s.tmp", port_file);
    FILE *file = fopen(temporary, "w");
    if (!file || fprintf(file, "%d\n", *port) < 0 || fclose(file) != 0 ||
        rename(temporary, port_file) != 0)
        stop(port_file);
    return door;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("http-server FOLDER LOG PORT_FILE\n", stderr);
        return 2;
    }
    int port, door = listen_somewhere(argv[3], &port);
    FILE *log = fopen(argv[2], "a");
    if (!log)
        stop(argv[2]);
    signal(SIGCHLD, SIG_IGN);
    alarm(SECONDS); /* never outlives a check by long */
    for (;;) {
        Request request;
        int visitor = accept(door, NULL, NULL);
        if (visitor < 0)
            continue;
        if (!hear(visitor, &request)) {
            close(visitor);
            continue;
        }
        request.turn = count_turn(&request);
        fprintf(log, "%s/%s range=%s if=%s token=%s\n", request.how, request.file, request.range,
                request.if_range, request.token ? "yes" : "no");
        fflush(log);
        if (fork() == 0) {
            close(door);
            alarm(SECONDS);
            answer(visitor, &request, argv[1], port);
            shutdown(visitor, SHUT_RDWR);
            _exit(0);
        }
        close(visitor);
    }
}
