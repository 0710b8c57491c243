/* race: two threads that write one number without asking; the thread sanitizer must say so. */
#include "base/parallel.h"

#include <stdio.h>

static void count_all(const void *context, size_t first, size_t end)
{
    size_t *sum = *(size_t *const *)context;
    for (size_t i = first; i < end; i++)
        ++*sum;
}

int main(void)
{
    size_t sum = 0, *place = &sum;
    parallel_begin(3);
    parallel_for(3000000, 1, 3000000, count_all, &place);
    printf("%zu\n", sum);
    return 0;
}
