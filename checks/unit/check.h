/* What every unit test shares: cmocka, the shared folder of real files, a scratch folder. */
#ifndef DOCMEM_CHECK_H
#define DOCMEM_CHECK_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
/* cmocka's fail() has the name of the library's; these end the running test as it does. */
#undef fail
#undef fail_msg
#define check_failed() _fail(__FILE__, __LINE__)
#define fail_msg(...)                                                                              \
    do {                                                                                           \
        print_error(__VA_ARGS__);                                                                  \
        print_error("\n");                                                                         \
        check_failed();                                                                            \
    } while (0)

/* Path of a real file in the folder of shared inputs ($DOCMEM_SHARED, else
 * ../shared). Where it is absent the running test is skipped with a line that
 * says so. */
#define SHARED_OR_SKIP(path, name)                                                                 \
    do {                                                                                           \
        const char *folder = getenv("DOCMEM_SHARED");                                              \
        snprintf(path, sizeof path, "%s/%s", folder ? folder : "../shared", name);                 \
        if (access(path, R_OK) != 0) {                                                             \
            print_message("skipped: %s is absent (set DOCMEM_SHARED to the folder)\n", path);      \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

/* A path inside the tests' own scratch folder, $DOCMEM_SCRATCH, else build/scratch. */
static inline const char *scratch(const char *name)
{
    static char path[4][512];
    static int turn;
    const char *folder = getenv("DOCMEM_SCRATCH");
    turn = (turn + 1) % 4;
    if (!folder)
        mkdir("build/scratch", 0777); /* of one check, run by itself */
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder ? folder : "build/scratch", name);
    return path[turn];
}

#endif
