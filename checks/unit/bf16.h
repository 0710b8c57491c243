/* The bf16 engine in a test: turned on, or the test skipped with the reason. */
#ifndef DOCMEM_BF16_H
#define DOCMEM_BF16_H
#include "tensor/gemm_bf16.h"

#include "check.h"

static const char *const BF16_UNITS[] = {"bf16-amx", "bf16-avx512"};

/* Turns that unit on where it is here. */
static inline bool bf16_begins(const char *unit)
{
    Error why;
    bool here = gemm_bf16_begin(unit, &why);
    if (!here)
        print_message("skipped: %s\n", why.text);
    return here;
}

/* Turns on the first unit that is here. Turn it off again: the next test is another engine's. */
#define BF16_OR_SKIP()                                                                             \
    do {                                                                                           \
        if (!bf16_begins(BF16_UNITS[0]) && !bf16_begins(BF16_UNITS[1]))                            \
            skip();                                                                                \
    } while (0)

#endif
