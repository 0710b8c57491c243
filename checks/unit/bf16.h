/* The bf16 engine in a test: turned on, or the test skipped with the reason. */
#ifndef DOCMEM_BF16_H
#define DOCMEM_BF16_H
#include "tensor/gemm_bf16.h"

#include "check.h"

/* Turn it off again: the next test is another engine's. */
#define BF16_OR_SKIP()                                                                             \
    do {                                                                                           \
        Error why;                                                                                 \
        if (!gemm_bf16_begin(&why)) {                                                              \
            print_message("skipped: %s\n", why.text);                                              \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

#endif
