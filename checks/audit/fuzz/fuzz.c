/* What the fuzz targets share: files in memory, what a refusal must look like, bounds on a run. */
#include "fuzz.h"

#include "base/text.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* The highest share of its bound that a run reached, and the whole, for $FUZZ_STATISTICS. */
static struct {
    double memory_share, time_share, longest_us;
    size_t most_bytes, most_bytes_input;
    uint64_t runs, refused, accepted, inflated;
} seen;

static char told[2048]; /* what became of the input under way */
static int files[FUZZ_FILES] = {-1, -1, -1, -1};
static char folder[256];

void fuzz_broken(const char *file, int line, const char *promise)
{
    fprintf(stderr, "%s:%d: promise broken: %s\n", file, line, promise);
    abort();
}

/* ---- Files ---------------------------------------------------------------------------- */

static int file_of(int slot)
{
    char name[16];
    snprintf(name, sizeof name, "fuzz%d", slot);
    if (files[slot] < 0)
        files[slot] = memfd_create(name, MFD_CLOEXEC);
    fuzz_check(files[slot] >= 0);
    return files[slot];
}

const char *fuzz_file(int slot, const uint8_t *data, size_t size)
{
    static char path[FUZZ_FILES][40];
    int file = file_of(slot);
    fuzz_check(ftruncate(file, (off_t)size) == 0);
    fuzz_check(pwrite(file, data, size, 0) == (ssize_t)size);
    snprintf(path[slot], sizeof path[slot], "/proc/self/fd/%d", file);
    return path[slot];
}

static void remove_folder(void)
{
    char command[sizeof folder + 16];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0)
        fputs("fuzz: a folder of links stays behind\n", stderr);
}

const char *fuzz_folder(const char *const *names)
{
    const char *place = getenv("FUZZ_FOLDER");
    if (folder[0])
        return folder;
    snprintf(folder, sizeof folder, "%s/docmem-fuzz.XXXXXX", place ? place : "/tmp");
    fuzz_check(mkdtemp(folder) != NULL);
    atexit(remove_folder);
    for (int i = 0; names[i]; i++) {
        char link[sizeof folder + 64], path[40];
        snprintf(link, sizeof link, "%s/%s", folder, names[i]);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file_of(i));
        fuzz_check(symlink(path, link) == 0);
    }
    return folder;
}

/* ---- What became of it ----------------------------------------------------------------- */

int fuzz_is_text(const char *text)
{
    size_t length = strlen(text);
    return utf8_valid(text, length) == length;
}

void fuzz_refused(const Error *error, const char *place)
{
    const char *text = error->text;
    size_t length = strlen(text);
    fuzz_check(length > 0 && length < sizeof error->text);
    fuzz_check(fuzz_is_text(text));
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        fuzz_check(byte >= 0x20 && byte != 0x7f);
        fuzz_check(byte != 0xc2 || (unsigned char)text[i + 1] >= 0xa0); /* C1 controls */
    }
    fuzz_check(strncmp(text, place, strlen(place)) == 0);
    const char *cure = strrchr(text, ';');
    fuzz_check(cure && cure[1] == ' ' && cure[2]);
    seen.refused++;
    snprintf(told, sizeof told, "refused%s", text + strlen(place));
}

void fuzz_accepted(const char *what, uint64_t number)
{
    seen.accepted++;
    size_t length = strlen(told);
    snprintf(told + length, sizeof told - length, "%s%s %llu", length ? ", " : "accepted: ", what,
             (unsigned long long)number);
}

void fuzz_inflated(uint64_t bytes)
{
    seen.inflated = bytes;
}

/* ---- Bounds ------------------------------------------------------------------------------ */

static double processor_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

/* One run of the target; the processor time it took. */
static double run_us(const uint8_t *data, size_t size)
{
    told[0] = 0;
    seen.inflated = 0;
    double before = processor_us();
    fuzz_target.run(data, size);
    return processor_us() - before;
}

static void check_memory(size_t size)
{
    size_t peak = fuzz_memory_peak(), bound = fuzz_target.base + fuzz_target.per_byte * size;
    double share = (double)peak / (double)bound;
    if (share > seen.memory_share)
        seen.memory_share = share;
    if (peak > seen.most_bytes) {
        seen.most_bytes = peak;
        seen.most_bytes_input = size;
    }
    if (peak > bound)
        fprintf(stderr, "%zu bytes allocated for an input of %zu\n", peak, size);
    fuzz_check(peak <= bound);
}

static void check_time(double spent, size_t size)
{
    double share = spent / (fuzz_target.base_us + fuzz_target.per_byte_us * (double)size);
    if (share > seen.time_share)
        seen.time_share = share;
    if (spent > seen.longest_us)
        seen.longest_us = spent;
    if (share > 1)
        fprintf(stderr, "%.0f us for an input of %zu bytes\n", spent, size);
    fuzz_check(share <= 1);
}

static void write_statistics(void)
{
    const char *path = getenv("FUZZ_STATISTICS");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file)
        return;
    fprintf(file,
            "runs %llu\nrefused %llu\naccepted %llu\nlongest_us %.0f\ntime_share %.4f\n"
            "most_bytes %zu\nmost_bytes_input %zu\nmemory_share %.4f\n",
            (unsigned long long)seen.runs, (unsigned long long)seen.refused,
            (unsigned long long)seen.accepted, seen.longest_us, seen.time_share, seen.most_bytes,
            seen.most_bytes_input, seen.memory_share);
    fprintf(file, "base %zu\nper_byte %zu\nbase_us %.0f\nper_byte_us %.2f\n", fuzz_target.base,
            fuzz_target.per_byte, fuzz_target.base_us, fuzz_target.per_byte_us);
    fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (seen.runs++ == 0) {
        fuzz_target.run(data, size); /* what is made once is made here, outside the bounds */
        atexit(write_statistics);
    }
    fuzz_memory_start();
    double spent = run_us(data, size);
    check_memory(size + (size_t)seen.inflated);
    for (int again = 0; again < 3 && spent > fuzz_target.base_us / 10; again++) {
        double other = run_us(data, size); /* the machine may have been busy with something else */
        spent = other < spent ? other : spent;
    }
    check_time(spent, size + (size_t)seen.inflated);
    return 0;
}

const char *fuzz_outcome(const uint8_t *data, size_t size)
{
    LLVMFuzzerTestOneInput(data, size);
    return told[0] ? told : "nothing to tell";
}
