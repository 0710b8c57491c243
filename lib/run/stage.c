/* Static state, since a process has one command line, one provenance record and one progress
 * bar. */
#include "run/stage.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "run/provenance.h"
#include "tensor/gemm.h"
#include "tensor/gemm_bf16.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

/* The command line as read: set once by stage_begin, read by stage_commit. */
static struct {
    const char *name;
    const Arg *args;
    char **words;
    int words_count;
    Provenance record; /* begun only if the stage has an output */
} stage;

_Noreturn void stage_die(const Error *error)
{
    fprintf(stderr, "docmem: %s: %s\n", stage.name, error->text);
    exit(1);
}

void stage_note(const Error *note)
{
    if (*note->text)
        fprintf(stderr, "docmem: %s: %s\n", stage.name, note->text);
}

_Noreturn void stage_fail(const char *format, ...)
{
    Error error;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error.text, sizeof error.text, format, arguments);
    va_end(arguments);
    stage_die(&error);
}

void stage_printed(void)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        stage_fail("standard output: cannot be written (%s); check where it leads", errno_text());
}

_Noreturn static void usage_error(const char *word, const char *what)
{
    fprintf(stderr, "docmem: %s: %s: %s; see %s --help\n", stage.name, word, what, stage.name);
    exit(2);
}

static void print_help(const char *summary)
{
    static const char *const kinds[] = {"FILE", "FILE", "TEXT", "N", "X", ""};
    printf("%s: %s\n\n", stage.name, summary);
    for (const Arg *arg = stage.args; arg->name; arg++) {
        int width = printf("  --%s %s", arg->name, kinds[arg->kind]);
        printf("%*s%s%s\n", width < 28 ? 28 - width : 1, "", arg->help,
               arg->required ? " (required)" : "");
    }
    stage_printed();
    exit(0);
}

static void read_value(const Arg *arg, const char *text)
{
    char *end;
    errno = 0;
    switch (arg->kind) {
    case ARG_INT:
        *(int64_t *)arg->value = strtoll(text, &end, 10);
        break;
    case ARG_REAL:
        *(double *)arg->value = strtod(text, &end);
        break;
    default:
        *(const char **)arg->value = text;
        return;
    }
    if (errno || end == text || *end)
        usage_error(arg->name, "wants a number");
}

/* The rule in brackets at the end of the argument's help, freed by the caller; NULL if there is
 * none. */
static char *rule_of(const Arg *arg)
{
    size_t length = strlen(arg->help);
    const char *open = strrchr(arg->help, '[');
    return open && arg->help[length - 1] == ']'
               ? alloc_text_n(open + 1, (size_t)(arg->help + length - 1 - (open + 1)))
               : NULL;
}

/* Whether the number obeys the rule: from A to B, above A to B, or A or more. */
static bool number_fits(const char *rule, double value)
{
    double low, high = HUGE_VAL;
    if (sscanf(rule, "above %lf to %lf", &low, &high) == 2)
        return value > low && value <= high;
    return (sscanf(rule, "from %lf to %lf", &low, &high) == 2 || sscanf(rule, "%lf", &low) == 1) &&
           value >= low && value <= high;
}

/* Whether the word is one of the rule's: a, b or c. */
static bool word_fits(const char *rule, const char *word)
{
    for (const char *at = rule; *at;) {
        size_t length = strcspn(at, ", ");
        if (strlen(word) == length && strncmp(word, at, length) == 0)
            return true;
        at += length;
        at += strncmp(at, " or ", 4) == 0 ? 4 : strspn(at, ", ");
    }
    return false;
}

static void check_values(void)
{
    for (const Arg *arg = stage.args; arg->name; arg++) {
        char *rule = rule_of(arg);
        bool fits = !rule || (arg->kind == ARG_TEXT && !*(const char **)arg->value);
        if (!fits && arg->kind == ARG_TEXT)
            fits = word_fits(rule, *(const char **)arg->value);
        else if (!fits)
            fits = number_fits(rule, arg->kind == ARG_INT ? (double)*(int64_t *)arg->value
                                                          : *(double *)arg->value);
        stage_want(fits, arg->name, rule);
        free(rule);
    }
}

static const Arg *find_arg(const char *name)
{
    for (const Arg *arg = stage.args; arg->name; arg++)
        if (strcmp(arg->name, name) == 0)
            return arg;
    return NULL;
}

static void check_required(const bool *seen)
{
    for (const Arg *arg = stage.args; arg->name; arg++)
        if (arg->required && !seen[arg - stage.args])
            usage_error(arg->name, "is required");
}

#ifdef __x86_64__
/* Fails if OPENBLAS_CORETYPE names kernels that this processor cannot run: OpenBLAS would use them
 * all the same, and the program would die of an illegal instruction. */
static void check_kernels(const char *core)
{
    static const char *const avx2[] = {"Haswell", "Zen", "Excavator", NULL};
    static const char *const avx512[] = {"SkylakeX", "Cooperlake", "SapphireRapids", NULL};
    static const char *const avx[] = {"Sandybridge", "Bulldozer", "Piledriver", "Steamroller",
                                      NULL};
    const struct {
        const char *const *cores;
        const char *name;
        bool here;
    } wants[] = {{avx2, "AVX2", __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")},
                 {avx512, "AVX-512", __builtin_cpu_supports("avx512f")},
                 {avx, "AVX", __builtin_cpu_supports("avx")}};
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++)
        for (const char *const *name = wants[i].cores; *name; name++)
            if (strcasecmp(*name, core) == 0 && !wants[i].here)
                stage_fail("OPENBLAS_CORETYPE=%s: this processor has no %s; set Nehalem, or "
                           "CORE=Nehalem for make (verify then reaches tier 2 at most)",
                           core, wants[i].name);
}
#endif

/* The bits of a result depend on OpenBLAS's kernels. It chooses them when it is loaded, before
 * main: by OPENBLAS_CORETYPE or else by the processor. So a program started without the variable
 * sets it and executes itself again, once. A value that the user set stays. */
static void pin_blas(char **argv)
{
#ifdef __x86_64__
    const char *core = getenv("OPENBLAS_CORETYPE");
    if (core)
        check_kernels(core);
    if ((core && *core) || !__builtin_cpu_supports("avx2"))
        return;
    if (setenv("OPENBLAS_CORETYPE", "Haswell", 1) == 0 &&
        setenv("OPENBLAS_NUM_THREADS", "1", 1) == 0)
        execv("/proc/self/exe", argv); /* returns only if it fails */
    stage_fail("/proc/self/exe: cannot be started over (%s); set OPENBLAS_CORETYPE=Haswell",
               errno_text());
#else
    (void)argv;
#endif
}

/* Threads of this program: DOCMEM_THREADS, or one. They never change a result. */
static void begin_threads(void)
{
    const char *text = getenv("DOCMEM_THREADS");
    char *end;
    if (!text || !*text)
        return;
    long count = strtol(text, &end, 10);
    if (*end || count < 1 || count > PARALLEL_LIMIT)
        stage_fail("DOCMEM_THREADS=%s: is not a number of threads from 1 to %d; set another", text,
                   PARALLEL_LIMIT);
    parallel_begin((size_t)count);
}

/* The engine of a model's matrix products: DOCMEM_ENGINE, or float32. */
static void begin_engine(void)
{
    const char *text = getenv("DOCMEM_ENGINE");
    Error error;
    if (!text || !*text || strcmp(text, "float32") == 0)
        return;
    if (!gemm_bf16_begin(text, &error))
        stage_die(&error);
}

/* Hashes the inputs before the stage opens any of them. Without an output there is no record. */
static void begin_record(void)
{
    bool output = false;
    for (const Arg *arg = stage.args; arg->name; arg++)
        output |= arg->kind == ARG_OUTPUT;
    if (!output)
        return;
    provenance_begin(&stage.record, stage.name, getenv("DOCMEM_HASHES"));
    for (const Arg *arg = stage.args; arg->name; arg++)
        if (arg->kind == ARG_INPUT && *(const char **)arg->value)
            provenance_input(&stage.record, arg->name, *(const char **)arg->value);
    for (int i = 0; i < stage.words_count; i++)
        provenance_input(&stage.record, "word", stage.words[i]);
}

void stage_begin(const char *name, const char *summary, const Arg *args, int argc, char **argv)
{
    size_t count = 0;
    while (args[count].name)
        count++;
    bool *seen = alloc_zeroed(count + 1, sizeof *seen);
    stage.name = name;
    setlocale(LC_ALL, "C");
    pin_blas(argv);
    alloc_keep_freed();
    json_set_alloc_funcs(alloc_plain, free);
    gemm_begin();
    begin_threads();
    begin_engine();
    stage.args = args;
    stage.words = alloc_zeroed((size_t)argc + 1, sizeof *stage.words);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0)
            print_help(summary);
        if (strncmp(argv[i], "--", 2) != 0) {
            stage.words[stage.words_count++] = argv[i];
            continue;
        }
        const Arg *arg = find_arg(argv[i] + 2);
        if (!arg)
            usage_error(argv[i], "is not an argument");
        seen[arg - args] = true;
        if (arg->kind == ARG_FLAG)
            *(bool *)arg->value = true;
        else if (i + 1 == argc)
            usage_error(argv[i], "wants a value");
        else
            read_value(arg, argv[++i]);
    }
    check_required(seen);
    free(seen);
    check_values();
    begin_record();
}

char **stage_words(int *count)
{
    *count = stage.words_count;
    return stage.words;
}

/* Adds the arguments' values; begin_record has added the inputs. */
static void add_arguments(Provenance *provenance)
{
    for (const Arg *arg = stage.args; arg->name; arg++) {
        char whole[24];
        if (arg->kind == ARG_TEXT && *(const char **)arg->value)
            provenance_text(provenance, arg->name, *(const char **)arg->value);
        else if (arg->kind == ARG_INT) {
            snprintf(whole, sizeof whole, "%" PRId64, *(int64_t *)arg->value);
            provenance_text(provenance, arg->name, whole);
        } else if (arg->kind == ARG_REAL)
            provenance_number(provenance, arg->name, *(double *)arg->value);
        else if (arg->kind == ARG_FLAG)
            provenance_number(provenance, arg->name, *(bool *)arg->value);
    }
}

void stage_want(bool ok, const char *name, const char *range)
{
    if (!ok)
        stage_fail("--%s: must be %s; choose another value", name, range);
}

void stage_commit(Out *out)
{
    Error error;
    char *path = alloc_text(out->path);
    add_arguments(&stage.record);
    /* The record comes first, so that no output ever has an older one beside it. */
    if (!provenance_unchanged(&stage.record, &error) ||
        !provenance_write(&stage.record, out, path, &error)) {
        out_abandon(out);
        stage_die(&error);
    }
    if (!out_commit(out, &error)) {
        provenance_remove(path); /* no record of an output that was not made */
        stage_die(&error);
    }
    free(path);
}

void stage_csv_begin(CsvWriter *writer, Out *out, const char *path, const char *const *columns)
{
    Error error;
    if (!out_open(out, path, &error))
        stage_die(&error);
    csvfile_begin(writer, out, columns);
}

void stage_csv_commit(CsvWriter *writer, Out *out)
{
    Error error;
    if (!csvfile_finish(writer, &error))
        stage_die(&error);
    stage_commit(out);
}

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void stage_progress(const char *what, double done, double total)
{
    static double began, last;
    static const char *of; /* what was counted last */
    const char *quiet = getenv("DOCMEM_QUIET");
    if (quiet && *quiet && *quiet != '0')
        return;
    double now = clock_seconds(), pause = isatty(2) ? 0.2 : 30;
    if (of != what)
        of = what, began = last = now;
    bool over = done >= total;
    if (now - last < pause && !(over && isatty(2)))
        return;
    last = now;
    double elapsed = now - began, rest = done > 0 ? elapsed * (total - done) / done : 0;
    if (isatty(2)) {
        char bar[31];
        int filled = (int)(30 * done / total);
        for (int i = 0; i < 30; i++)
            bar[i] = i < filled ? '#' : '.';
        bar[30] = 0;
        fprintf(stderr, "\r%s %s [%s] %3.0f %%, %.0f s left  %s", stage.name, what, bar,
                100 * done / total, rest, over ? "\n" : "");
    } else {
        fprintf(stderr, "%s %s: %.0f of %.0f, %.0f s left\n", stage.name, what, done, total, rest);
    }
}

bool stage_list(const char *name, const char *text, int64_t low, int64_t high, int64_t **numbers,
                size_t *count, Error *error)
{
    size_t capacity = 0;
    *numbers = NULL;
    *count = 0;
    for (const char *p = text; *p;) {
        char *end;
        int64_t first = strtoll(p, &end, 10), last = first;
        bool ok = end != p;
        if (ok && *end == '-') {
            p = end + 1;
            last = strtoll(p, &end, 10);
            ok = end != p;
        }
        if (!ok || (*end && *end != ',') || first < low || last > high || last < first) {
            free(*numbers);
            *numbers = NULL;
            return fail(error,
                        "--%s: %s: not a list of numbers from %lld to %lld; write it like 0,2,4-6",
                        name, text, (long long)low, (long long)high);
        }
        for (int64_t n = first; n <= last; n++) {
            *numbers = alloc_grow(*numbers, &capacity, *count + 1, sizeof **numbers);
            (*numbers)[(*count)++] = n;
        }
        p = *end ? end + 1 : end;
    }
    return *count > 0 || fail(error, "--%s: the list is empty; write it like 0,2,4-6", name);
}
