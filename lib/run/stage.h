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

/* One named argument, `--name value`. *value holds the default beforehand. */
typedef struct {
    const char *name;
    ArgKind kind;
    void *value;
    const char *help; /* a few words with the unit; at the end in brackets what the value must be:
                       * [from 1 to 4096], [above 0 to 1e6], [0 or more]; [linear or mlp] */
    bool required;
} Arg;

/* Reads the command line of the stage called `name`. `summary` is one sentence
 * for --help; `args` ends with a zeroed entry. Words that are not named
 * arguments are left over: stage_words. Ends the program with status 2 (usage) on
 * a wrong argument and 0 after --help, and with status 1 on a value that is not as its help says:
 * `--batch: must be from 1 to 4096; choose another value`. Also fixes the C locale, one BLAS
 * thread, the BLAS kernels (Haswell where OPENBLAS_CORETYPE is not set and the processor has AVX2;
 * the program then starts itself over), and how memory is reused. Call it first of all. */
void stage_begin(const char *name, const char *summary, const Arg *args, int argc, char **argv);

/* The words left over after the named arguments; *count of them. Each is
 * treated as an input file by the provenance. */
char **stage_words(int *count);

/* Prints `docmem: <stage>: <message>` and exits with status 1. */
_Noreturn void stage_die(const Error *error);
_Noreturn void stage_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells on stderr what a person should know of an input that was taken; nothing where it is empty.
 */
void stage_note(const Error *note);

/* Fails unless ok: `--<name>: must be <range>; choose another value`. */
void stage_want(bool ok, const char *name, const char *range);

/* Commits the output and writes its provenance, <output>.prov: program and its
 * hash, hashes of inputs and output, arguments, compiler, BLAS. Inputs were hashed by stage_begin,
 * before the stage opened them (large ones that are in the same state are not read again where
 * DOCMEM_HASHES names a folder, see filehash.h); dies if one of them has changed since. Dies on
 * failure, and then leaves no record. Once a program. */
void stage_commit(Out *out);

/* The same for an output that is a CSV file of these columns: opens it; ends and commits it. Both
 * die on failure. */
void stage_csv_begin(CsvWriter *writer, Out *out, const char *path, const char *const *columns);
void stage_csv_commit(CsvWriter *writer, Out *out);

/* Ends what the program prints on standard output; dies if it could not be written. */
void stage_printed(void);

/* Long work: a bar with rate and rest on a terminal, else a line every so
 * often, on stderr; silent under DOCMEM_QUIET=1. `done` of `total` units. */
void stage_progress(const char *what, double done, double total);

/* Splits the value of argument `name`, a list such as "0,2,4-6", into numbers; *count of them,
 * freed by the caller. Each lies in low … high, else false with the reason. */
bool stage_list(const char *name, const char *text, int64_t low, int64_t high, int64_t **numbers,
                size_t *count, Error *error);

#endif
