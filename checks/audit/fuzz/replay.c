/* Gives files to a fuzz target one by one and prints what became of each: `name: outcome`. */
#include "base/alloc.h"
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 1 << 24 };

int main(int argc, char **argv)
{
    uint8_t *bytes = alloc_zeroed(LARGEST, 1);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            fprintf(stderr, "replay: %s cannot be read\n", argv[i]);
            return 1;
        }
        size_t size = fread(bytes, 1, LARGEST, file);
        fclose(file);
        uint8_t *exact = malloc(size ? size : 1); /* so that a byte too far is seen */
        if (!exact)
            return 1;
        memcpy(exact, bytes, size);
        printf("%s: %s\n", argv[i], fuzz_outcome(exact, size));
        free(exact);
    }
    free(bytes);
    return 0;
}
