/* The rate is that of one product of the engine in force in a loop for most of a second, in as many
 * processes as run at once. */
#include "plan/machine.h"

#include "base/alloc.h"
#include "tensor/gemm.h"
#include "tensor/gemm_bf16.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double machine_memory(void)
{
    static const char name[] = "MemAvailable:";
    char line[128];
    double kib = NAN;
    FILE *file = fopen("/proc/meminfo", "r");
    while (file && isnan(kib) && fgets(line, sizeof line, file))
        if (strncmp(line, name, sizeof name - 1) == 0)
            kib = strtod(line + sizeof name - 1, NULL);
    if (file)
        fclose(file);
    return kib * 1024;
}

double machine_disk(const char *path)
{
    struct statvfs state;
    return statvfs(path, &state) == 0 ? (double)state.f_bavail * (double)state.f_frsize : NAN;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

enum { ROWS = 960 };

/* c (ROWS,N) = a (ROWS,K) · bᵀ, of which b holds numbers enough for either engine. */
static void multiply(float *c, const float *a, const float *b, size_t N, size_t K)
{
    if (gemm_bf16_on())
        gemm_bf16_nt(c, a, b, ROWS, N, K);
    else
        gemm_nt(c, a, b, ROWS, N, K, 0);
}

/* Operations a second of this program. */
static double measure(size_t N, size_t K)
{
    size_t rounds = 0;
    float *a = alloc_zeroed(ROWS, K * sizeof *a), *b = alloc_zeroed(N, K * sizeof *b);
    float *c = alloc_zeroed(ROWS, N * sizeof *c);
    multiply(c, a, b, N, K); /* pages and caches */
    double began = now(), passed = 0;
    for (; passed < 0.8 || rounds < 2; rounds++, passed = now() - began)
        multiply(c, a, b, N, K);
    free(a), free(b), free(c);
    return 2 * (double)ROWS * (double)N * (double)K * (double)rounds / passed;
}

bool machine_rate(double *rate, size_t jobs, size_t N, size_t K, Error *error)
{
    int ends[2];
    double sum = 0, one;
    size_t told = 0, started = 0;
    if (pipe(ends) != 0)
        return fail(error, "a pipe to measure with: %s; name the rate", errno_text());
    for (; started < jobs; started++) {
        pid_t child = fork();
        if (child == 0) {
            one = measure(N, K);
            _exit(write(ends[1], &one, sizeof one) == (ssize_t)sizeof one ? 0 : 1);
        }
        if (child < 0)
            break;
    }
    close(ends[1]);
    for (; told < jobs && read(ends[0], &one, sizeof one) == (ssize_t)sizeof one; told++)
        sum += one;
    close(ends[0]);
    for (size_t i = 0; i < started; i++)
        wait(NULL);
    *rate = sum / (double)jobs;
    return told == jobs ||
           fail(error, "only %zu of %zu programs to measure with have run; name the rate", told,
                jobs);
}
