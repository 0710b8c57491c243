/* How far a long transfer is: a bar with rate and rest on a terminal, plain lines elsewhere. */
#include "meter.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void show_line(const Meter *meter, double now, int64_t done, int64_t total)
{
    double rate = (double)(done - meter->first) / (now - meter->began + 1e-9);
    fprintf(stderr, "%s %s: ", meter->what, meter->name);
    if (isatty(2)) {
        int filled = total > 0 ? (int)(20 * (double)done / (double)total) : 0;
        fprintf(stderr, "[%.*s%.*s] ", filled, "####################", 20 - filled,
                "....................");
    }
    fprintf(stderr, "%.1f", 1e-6 * (double)done);
    if (total > 0)
        fprintf(stderr, " of %.1f", 1e-6 * (double)total);
    fprintf(stderr, " MB, %.1f MB/s", 1e-6 * rate);
    if (total > done && rate > 0)
        fprintf(stderr, ", %.0f s left", (double)(total - done) / rate);
}

void meter_show(void *user, int64_t done, int64_t total)
{
    Meter *meter = user;
    bool terminal = isatty(2), over = done == total;
    double now = seconds_now();
    if (meter->began == 0) {
        meter->began = meter->last = now;
        meter->first = done;
    }
    if (now - meter->last < (terminal ? 0.2 : 30) && !(terminal && over))
        return;
    meter->last = now;
    if (terminal)
        fputs("\r\033[K", stderr);
    show_line(meter, now, done, total);
    if (over || !terminal)
        fputc('\n', stderr);
}
