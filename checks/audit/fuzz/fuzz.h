/* What the fuzz targets share: files in memory, what a refusal must look like, bounds on a run. */
#ifndef DOCMEM_FUZZ_H
#define DOCMEM_FUZZ_H
#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* One reader under test; each checks/audit/fuzz/NAME.c defines `fuzz_target`. */
typedef struct {
    const char *name;
    /* Gives the bytes to the reader and checks what it promises. */
    void (*run)(const uint8_t *data, size_t size);
    /* The most bytes that may be allocated at any moment: base + per_byte × size of the input
     * (of an archive: and of what it inflates to, told by fuzz_inflated). */
    size_t base, per_byte;
    /* The most processor time: base_us + per_byte_us × size, in microseconds. */
    double base_us, per_byte_us;
} FuzzTarget;

extern const FuzzTarget fuzz_target;

/* Ends the run as a crash unless the promise holds. */
#define fuzz_check(holds) ((holds) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #holds))
void fuzz_broken(const char *file, int line, const char *promise) __attribute__((noreturn));

/* File `slot` (from 0) of the FUZZ_FILES in memory now holds these bytes; its path. */
enum { FUZZ_FILES = 4 };
const char *fuzz_file(int slot, const uint8_t *data, size_t size);

/* A folder in which `names[i]` (NULL at the end) leads to file i in memory; made once. */
const char *fuzz_folder(const char *const *names);

/* What became of the input. A refusal is one line that begins with `place`: no control characters,
 * well-formed UTF-8, a fault, "; " and a cure. What was accepted is told by numbers. */
void fuzz_refused(const Error *error, const char *place);
void fuzz_accepted(const char *what, uint64_t number);

/* Bytes that the input inflated to count as input where bounds are checked. */
void fuzz_inflated(uint64_t bytes);

/* Whether a text is well-formed UTF-8. */
int fuzz_is_text(const char *text);

/* The same for replaying: one input, and the line that says what became of it. */
const char *fuzz_outcome(const uint8_t *data, size_t size);

/* Bytes allocated at most at once since fuzz_memory_start, beyond those held then. */
void fuzz_memory_start(void);
size_t fuzz_memory_peak(void);

#endif
