/* measure: run a command and record what it took
 *
 * Appends a line to the report: the label, seconds by the clock, seconds of the processors, and the
 * most MiB it held at any time in memory of its own (anonymous) and in files it mapped, as Linux
 * counts what is resident; looked at a hundred times a second. Children of the command are not
 * looked at. Ends with the command's status.
 *
 *   build/bin/measure build/measured.csv memorize build/bin/memorize --model ...
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    long anonymous, mapped; /* KiB */
} Resident;

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "docmem: measure: %s: %s; check the path and its permissions\n", what,
            strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void raise_to(long *most, long value)
{
    if (value > *most)
        *most = value;
}

/* Raises *most to what process `child` holds now; leaves it if the process has just ended. */
static void look(pid_t child, Resident *most)
{
    char path[64], line[256];
    long value;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)child);
    FILE *status = fopen(path, "r");
    while (status && fgets(line, sizeof line, status)) {
        if (sscanf(line, "RssAnon: %ld", &value) == 1)
            raise_to(&most->anonymous, value);
        if (sscanf(line, "RssFile: %ld", &value) == 1)
            raise_to(&most->mapped, value);
    }
    if (status)
        fclose(status);
}

/* Watches the process until it ends; its status as a shell would give it. */
static int watch(pid_t child, Resident *most, struct rusage *usage)
{
    const struct timespec pause = {0, 10000000};
    int status;
    for (;;) {
        pid_t ended = wait4(child, &status, WNOHANG, usage);
        if (ended == child)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        if (ended < 0)
            die("wait4");
        look(child, most);
        nanosleep(&pause, NULL);
    }
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

int main(int argc, char **argv)
{
    Resident most = {0};
    struct rusage usage;
    if (argc < 4) {
        fprintf(stderr, "docmem: measure: measure REPORT LABEL COMMAND [WORD...]\n");
        return 2;
    }
    double begin = now();
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        execvp(argv[3], argv + 3);
        die(argv[3]);
    }
    int status = watch(child, &most, &usage);
    double taken = now() - begin;
    FILE *report = fopen(argv[1], "a");
    if (!report)
        die(argv[1]);
    fprintf(report, "%s,%.2f,%.2f,%ld,%ld\n", argv[2], taken,
            seconds(usage.ru_utime) + seconds(usage.ru_stime), most.anonymous >> 10,
            most.mapped >> 10);
    if (fclose(report) != 0)
        die(argv[1]);
    return status;
}
