/* How far a long transfer is: a bar with rate and rest on a terminal, plain lines elsewhere. */
#ifndef DOCMEM_METER_H
#define DOCMEM_METER_H
#include <stdint.h>

/* Of one file. Starts with its name and what is done to it, all else zero. */
typedef struct {
    const char *name, *what;
    double began, last; /* seconds */
    int64_t first;      /* bytes that were there when it began */
} Meter;

/* Shows on stderr that `done` of `total` bytes (-1 where nobody knows) are through, a few times a
 * second on a terminal, else every half minute. `meter` is a Meter *, as Progress wants it. */
void meter_show(void *meter, int64_t done, int64_t total);

#endif
