/* faults: runs a program again and again, each time with another of its calls failing, and judges
 * it.
 *
 *   faults [--kinds LIST] [--most N] [--stdin FILE] [--keeps LIST] [--fault KIND:N:CAUSE]
 *          NAME PLACE COMMAND...
 *
 * The program must write nothing but what lies below the folder PLACE, at PLACE/target if it has an
 * output. A run without faults counts its calls and shows what it writes. Then, for each kind of
 * call and each cause, every call fails once; where there are more than N of them (200), the first
 * half of N and then an even sample. A run is good when it
 *   - ends with status 0, and the files below PLACE and what it prints are those of the first run,
 * or
 *   - ends with status 1, one line `docmem: NAME: FILE: what; cure` about the file whose call
 *     failed, and PLACE holds nothing; where there was an older target, that one, whole, or none.
 * Files that --keeps names may stay and differ: those that a next run goes on from.
 * One line a kind on standard output: name, kind, calls, faults, refused, unharmed, bad. Each bad
 * run is told on standard error. */
#include "fault.h"
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SAID_SIZE = 1 << 16, SECONDS = 60 };

static const char *const names[FAULT_KINDS] = {"open",   "read",  "write",  "fsync",
                                               "rename", "mmap",  "close",  "stat",
                                               "folder", "other", "memory", "page"};

/* What can befall a kind: causes, whether an older target is in the way, too. */
typedef struct {
    const char *name;
    int cause;
    bool onward;
} Cause;
static const Cause open_causes[] = {{"EMFILE", EMFILE, false}, {"EIO", EIO, false}, {0}};
static const Cause read_causes[] = {
    {"EIO", EIO, false}, {"EINTR", EINTR, false}, {"short", FAULT_SHORT, false}, {0}};
static const Cause write_causes[] = {{"ENOSPC", ENOSPC, false},     {"ENOSPC+", ENOSPC, true},
                                     {"EIO", EIO, false},           {"EINTR", EINTR, false},
                                     {"short", FAULT_SHORT, false}, {0}};
static const Cause io_causes[] = {{"EIO", EIO, false}, {0}};
static const Cause sync_causes[] = {
    {"EIO", EIO, false}, {"ENOSPC", ENOSPC, false}, {"EINTR", EINTR, false}, {0}};
static const Cause close_causes[] = {{"EIO", EIO, false}, {"EINTR", EINTR, false}, {0}};
static const Cause space_causes[] = {{"ENOSPC", ENOSPC, false}, {"EIO", EIO, false}, {0}};
static const Cause memory_causes[] = {{"ENOMEM", ENOMEM, false}, {"ENOMEM+", ENOMEM, true}, {0}};
static const Cause page_causes[] = {{"SIGBUS", 0, false}, {0}};
static const Cause *const causes[FAULT_KINDS] = {
    open_causes,  read_causes, write_causes, sync_causes,  space_causes,  memory_causes,
    close_causes, io_causes,   space_causes, space_causes, memory_causes, page_causes};

static struct {
    const char *name, *place, *input, *kinds, *single, *keeps;
    char **command;
    size_t most;
} job = {.most = 200};

static int report; /* descriptor of *fault */
static Fault *fault;

/* ---- A run ----------------------------------------------------------------------------------- */
typedef struct {
    int status; /* as waitpid tells it; -1: it did not end */
    char said[SAID_SIZE];
    XXH64_hash_t printed;
} Run;

static void redirect(const char *path, int flags, int to)
{
    int file = open(path, flags, 0666);
    if (file < 0 || dup2(file, to) < 0)
        _exit(98);
    close(file);
}

_Noreturn static void start(const char *printed, const char *said)
{
    redirect(job.input, O_RDONLY, 0);
    redirect(printed, O_WRONLY | O_CREAT | O_TRUNC, 1);
    redirect(said, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 2);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    char text[16];
    snprintf(text, sizeof text, "%d", report);
    setenv(FAULT_VARIABLE, text, 1);
    setenv("LD_PRELOAD", getenv("FAULT_INJECTOR"), 1);
    execv(job.command[0], job.command);
    _exit(97);
}

/* Waits for the process; ends it if it takes too long. */
static int wait_for(pid_t process)
{
    sigset_t child;
    struct timespec limit = {SECONDS, 0};
    int status;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    for (;;) {
        if (waitpid(process, &status, WNOHANG) == process)
            return status;
        if (sigtimedwait(&child, NULL, &limit) < 0 && errno == EAGAIN) {
            kill(process, SIGKILL);
            waitpid(process, &status, 0);
            return -1;
        }
    }
}

static void run(Run *run, int kind, const Cause *cause, uint64_t at)
{
    char printed[PATH_SIZE], said[PATH_SIZE];
    snprintf(printed, sizeof printed, "%s.printed", job.place);
    snprintf(said, sizeof said, "%s.said", job.place);
    memset(fault, 0, sizeof *fault);
    fault->kind = kind;
    fault->cause = cause ? cause->cause : 0;
    fault->onward = cause && cause->onward;
    fault->at = at;
    pid_t process = fork();
    if (process == 0)
        start(printed, said);
    if (process < 0)
        stop("cannot be started", job.command[0]);
    run->status = wait_for(process);
    run->printed = hash_tree(printed);
    FILE *file = fopen(said, "rb");
    size_t length = file ? fread(run->said, 1, sizeof run->said - 1, file) : 0;
    run->said[length] = 0;
    if (file)
        fclose(file);
}

/* ---- Judging -----------------------------------------------------------------------------------
 */
/* The file's name as messages tell it: without what is added while it is written. */
static bool names_file(const char *said, const char *path)
{
    char name[PATH_SIZE];
    snprintf(name, sizeof name, "%s", path);
    if (strcmp(path, job.input) == 0)
        return strstr(said, "standard input");
    if (strcmp(path, "/proc/self/exe") == 0)
        return strstr(said, job.command[0]);
    size_t size = strlen(path);
    if (size > 8 && strcmp(path + size - 8, ".printed") == 0)
        return strstr(said, "standard output");
    char *deleted = strstr(name, " (deleted)");
    if (deleted)
        *deleted = 0;
    for (;;) {
        char *slash = strrchr(name, '/'), *begin = slash ? slash + 1 : name;
        char *end = strstr(begin, ".tmp");
        if (end && end[4] == 0) { /* TARGET.PID.tmp, and TARGET.prov.PID.tmp */
            *end = 0;
            if (strrchr(begin, '.'))
                *strrchr(begin, '.') = 0;
        }
        size_t length = strlen(begin);
        if (length > 5 && strcmp(begin + length - 5, ".prov") == 0)
            begin[length - 5] = 0;
        if (*begin && strstr(said, begin))
            return true;
        if (!slash || slash == name)
            return false;
        *slash = 0; /* or the folder that it lies in */
    }
}

/* What is wrong with a refusal's line, or NULL. */
static const char *judge_line(const char *said, int kind)
{
    char begin[256];
    const char *newline = strchr(said, '\n');
    size_t length = (size_t)snprintf(begin, sizeof begin, "docmem: %s: ", job.name);
    if (!newline)
        return "says nothing";
    if (newline[1])
        return "says more than one line";
    if (strncmp(said, begin, length) != 0)
        return "does not begin with its name";
    const char *colon = strstr(said + length, ": "),
               *semicolon = colon ? strstr(colon, "; ") : NULL;
    if (!semicolon)
        return "does not say file, what and cure";
    if (kind != FAULT_MEMORY && kind != FAULT_MAP && fault->path[0] &&
        !names_file(said + length, fault->path))
        return "does not name the file";
    return NULL;
}

/* After a refusal: nothing new, or what was there before, whole. */
static const char *judge_place(const Place *wanted, const Place *older, const Place *found)
{
    for (int i = 0; i < found->count; i++)
        if (!place_hash(older, found->names[i]) &&
            !((older->count || job.keeps) && place_hash(wanted, found->names[i])))
            return "leaves a file";
    for (int i = 0; i < found->count; i++) {
        XXH64_hash_t hash = found->hashes[i];
        if (hash != place_hash(older, found->names[i]) &&
            hash != place_hash(wanted, found->names[i]))
            return "leaves half a file";
    }
    bool record = place_hash(found, "target.prov") == place_hash(wanted, "target.prov") &&
                  place_hash(wanted, "target.prov") != 0;
    if (record && place_hash(found, "target") == place_hash(older, "target") && older->count)
        return "leaves the older target with a new record";
    return NULL;
}

typedef enum { BAD, REFUSED, UNHARMED } Verdict;

static Verdict judge(const Run *first, const Run *now, const Place *wanted, const Place *older,
                     int kind, const char **why)
{
    Place found = place_look(job.place, job.keeps);
    *why = NULL;
    if (now->status == -1)
        *why = "does not end";
    else if (WIFSIGNALED(now->status))
        *why = strsignal(WTERMSIG(now->status));
    else if (WEXITSTATUS(now->status) == 0) {
        if (!place_equal(&found, wanted))
            *why = "succeeds with other files";
        else if (now->printed != first->printed)
            *why = "succeeds and prints something else";
    } else if (WEXITSTATUS(now->status) != 1)
        *why = "ends with another status";
    else if (!(*why = judge_line(now->said, kind)))
        *why = judge_place(wanted, older, &found);
    return *why ? BAD : WEXITSTATUS(now->status) == 0 ? UNHARMED : REFUSED;
}

/* ---- All faults of a kind -------------------------------------------------------------------- */
static Run first, now;

/* The i-th call to fail of `count`, from 1: all, or the first half and then a sample. */
static uint64_t choose(uint64_t i, uint64_t count)
{
    uint64_t half = job.most / 2;
    if (count <= job.most || i <= half)
        return i;
    return half + (i - half) * (count - half) / (job.most - half);
}

static Verdict try(int kind, const Cause *cause, uint64_t at, bool older_there, const Place *wanted)
{
    const char *why;
    Place older = {0};
    place_clear(job.place);
    if (older_there) {
        place_put_older(job.place, wanted);
        older = place_look(job.place, job.keeps);
    }
    run(&now, kind, cause, at);
    if (!fault->fired)
        return UNHARMED;
    Verdict verdict = judge(&first, &now, wanted, &older, kind, &why);
    if (job.single)
        printf("%s%s", now.said, why ? "" : "good\n");
    if (verdict == BAD) {
        now.said[strcspn(now.said, "\n")] = 0;
        fprintf(stderr, "bad: %s %s:%llu:%s%s %s: %s [%s]\n", job.name, names[kind],
                (unsigned long long)at, cause->name, older_there ? " (older target)" : "", why,
                now.said, fault->path);
    }
    return verdict;
}

static bool replaces(int kind)
{
    return kind == FAULT_RENAME || kind == FAULT_FOLDER || kind == FAULT_SYNC ||
           kind == FAULT_CLOSE;
}

static int fail_all(int kind, uint64_t calls, const Place *wanted)
{
    uint64_t count = calls < job.most ? calls : job.most;
    unsigned long tally[3] = {0}, faults = 0;
    for (const Cause *cause = causes[kind]; cause->name; cause++)
        for (int older = 0; older <= (replaces(kind) && wanted->count > 0); older++)
            for (uint64_t i = 1; i <= count; i++) {
                Verdict verdict = try(kind, cause, choose(i, calls), older, wanted);
                faults += fault->fired != 0;
                tally[verdict] += fault->fired != 0;
            }
    printf("%s,%s,%llu,%lu,%lu,%lu,%lu\n", job.name, names[kind], (unsigned long long)calls, faults,
           tally[REFUSED], tally[UNHARMED], tally[BAD]);
    fflush(stdout);
    return tally[BAD] > 0;
}

/* A single fault, as told by --fault; with an older target where KIND begins with +. */
static int fail_one(const Place *wanted)
{
    char kind[32], cause[32];
    unsigned long long at;
    const char *text = job.single;
    bool older = *text == '+';
    if (sscanf(text + older, "%31[^:]:%llu:%31s", kind, &at, cause) == 3)
        for (int k = 0; k < FAULT_KINDS; k++)
            for (const Cause *c = causes[k]; strcmp(kind, names[k]) == 0 && c->name; c++)
                if (strcmp(c->name, cause) == 0)
                    return try(k, c, at, older, wanted) == BAD;
    errno = EINVAL;
    stop("is no KIND:N:CAUSE", job.single);
}

static void read_words(int argc, char **argv)
{
    int i = 1;
    job.input = "/dev/null";
    for (; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2)
        if (strcmp(argv[i], "--kinds") == 0)
            job.kinds = argv[i + 1];
        else if (strcmp(argv[i], "--most") == 0)
            job.most = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--stdin") == 0)
            job.input = realpath(argv[i + 1], NULL);
        else if (strcmp(argv[i], "--keeps") == 0)
            job.keeps = argv[i + 1];
        else if (strcmp(argv[i], "--fault") == 0)
            job.single = argv[i + 1];
    errno = EINVAL;
    if (argc - i < 3 || !job.input || job.most < 2 || !getenv("FAULT_INJECTOR"))
        stop("wants NAME PLACE COMMAND... and FAULT_INJECTOR", "arguments");
    job.name = argv[i];
    job.place = argv[i + 1];
    job.command = argv + i + 2;
}

int main(int argc, char **argv)
{
    char good[PATH_SIZE];
    sigset_t child;
    int bad = 0;
    read_words(argc, argv);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    report = memfd_create("fault", 0);
    if (report < 0 || ftruncate(report, sizeof *fault) != 0)
        stop("cannot be made", "report");
    fault = mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, report, 0);
    if (fault == MAP_FAILED)
        stop("cannot be mapped", "report");
    place_clear(job.place);
    run(&first, -1, NULL, 0);
    if (WIFEXITED(first.status) && WEXITSTATUS(first.status) == 99)
        return 3; /* no filter here */
    if (first.status != 0)
        stop(first.said, "the run without faults");
    Place wanted = place_look(job.place, job.keeps);
    uint64_t calls[FAULT_KINDS];
    memcpy(calls, fault->count, sizeof calls);
    snprintf(good, sizeof good, "%s.good", job.place);
    place_clear(good);
    if (rename(job.place, good) != 0)
        stop("cannot be renamed", job.place);
    if (job.single)
        return fail_one(&wanted);
    for (int kind = 0; kind < FAULT_KINDS; kind++)
        if (!job.kinds || is_listed(job.kinds, names[kind]))
            bad |= fail_all(kind, calls[kind], &wanted);
    return bad;
}
