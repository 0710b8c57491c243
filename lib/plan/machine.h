/* What this machine has and does: memory, disk, and how fast it multiplies matrices. */
#ifndef DOCMEM_MACHINE_H
#define DOCMEM_MACHINE_H
#include "base/error.h"
#include <stdbool.h>
#include <stddef.h>

/* Bytes that programs can still take without swapping; bytes free on the disk of an existing
 * `path`. NaN where it cannot be told. */
double machine_memory(void);
double machine_disk(const char *path);

/* *rate = operations a second of one of `jobs` programs that run at once, each with this one's
 * threads and kernels: products of (T,K) by (K,N), T rows of a batch, for about a second. The
 * only function whose result depends on a clock. False with the reason. */
bool machine_rate(double *rate, size_t jobs, size_t N, size_t K, Error *error);

#endif
