/* What every stage program shares: named arguments, one-line errors, progress, provenance. */
#ifndef DOCMEM_STAGE_H
#define DOCMEM_STAGE_H
#include "base/error.h"
#include "file/csvfile.h"
#include "file/out.h"
#include <stdint.h>

typedef enum {
    ARG_INPUT,  /* const char *: an existing file or folder the result depends on */
    ARG_OUTPUT, /* const char *: the target */
    ARG_TEXT,   /* const char * */
    ARG_INT,    /* int64_t */
    ARG_REAL,   /* double */
    ARG_FLAG    /* bool, true when named */
} ArgKind;

/* One named argument, `--name value`. *value holds its default before stage_begin. */
typedef struct {
    const char *name;
    ArgKind kind;
    void *value;
    const char *help; /* a few words with the unit; at the end in brackets what the value must be:
                       * [from 1 to 4096], [above 0 to 1e6], [0 or more]; [linear or mlp] */
    bool required;
} Arg;

/* Reads the command line of the stage called `name`. `summary` is one sentence for --help; `args`
 * ends with a zeroed entry; both are borrowed. Other words are kept for stage_words. Ends the
 * program: with status 2 on a wrong argument, with 0 after --help, and with 1 on a value that its
 * help does not allow, `--batch: must be from 1 to 4096; choose another value`. Hashes the inputs
 * (stage_commit). Also sets up the process: the C locale, how memory is reused, DOCMEM_THREADS and
 * DOCMEM_ENGINE, one BLAS thread, and the BLAS kernels (Haswell's if OPENBLAS_CORETYPE is not set
 * and the processor has AVX2; the program then executes itself again). Call it first of all. */
void stage_begin(const char *name, const char *summary, const Arg *args, int argc, char **argv);

/* The words that are no named arguments; *count of them. Provenance takes each for an input file.
 * Borrowed. */
char **stage_words(int *count);

/* Prints `docmem: <stage>: <message>` and exits with status 1. */
_Noreturn void stage_die(const Error *error);
_Noreturn void stage_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints to stderr a note about an input that was accepted; nothing if it is empty. */
void stage_note(const Error *note);

/* Fails unless ok: `--<name>: must be <range>; choose another value`. */
void stage_want(bool ok, const char *name, const char *range);

/* Commits the output and writes its provenance, <output>.prov: program and its hash, hashes of
 * inputs and output, arguments, compiler, BLAS. The inputs were hashed by stage_begin, before the
 * stage opened them (a large one may come from the cache in DOCMEM_HASHES, see filehash_kept). Dies
 * if one of them has changed since. Dies on failure, and then leaves no record. At most once a
 * program. */
void stage_commit(Out *out);

/* The same for an output that is a CSV file of these columns. begin opens it and writes the header;
 * commit ends and commits it. Both die on failure. */
void stage_csv_begin(CsvWriter *writer, Out *out, const char *path, const char *const *columns);
void stage_csv_commit(CsvWriter *writer, Out *out);

/* Flushes standard output; dies if something could not be written. For the end of the program. */
void stage_printed(void);

/* Shows on stderr that `done` of `total` units are done: on a terminal a bar with the seconds left,
 * else a line every 30 s. Silent if DOCMEM_QUIET is set, unless to 0. */
void stage_progress(const char *what, double done, double total);

/* Splits the value of argument `name`, a list such as "0,2,4-6", into *numbers, *count of them,
 * which the caller frees. Each lies in low … high; else false with the reason in *error. */
bool stage_list(const char *name, const char *text, int64_t low, int64_t high, int64_t **numbers,
                size_t *count, Error *error);

#endif
