/* Mapped files: one that is cut short under way ends the program with one line, and no temporary.
 */
#include "file/mapped.h"
#include "file/out.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "check.h" /* last: cmocka has a macro called fail */

enum { PAGE = 4096, PAGES = 3 };

/* In a process of its own: begins an output, maps the file, cuts it short, reads its last byte. */
_Noreturn static void read_what_is_gone(const char *path, const char *target, int said)
{
    static char zeros[PAGE * PAGES];
    Error error;
    Out out;
    FILE *file = fopen(path, "w+b");
    bool ok = file && fwrite(zeros, 1, sizeof zeros, file) == sizeof zeros && fflush(file) == 0 &&
              dup2(said, STDERR_FILENO) >= 0 && out_open(&out, target, &error);
    const char *map = ok ? mmap(NULL, sizeof zeros, PROT_READ, MAP_PRIVATE, fileno(file), 0) : NULL;
    if (!map || map == MAP_FAILED)
        _exit(3);
    Mapped *other = mapped_watch(zeros, 1, "another");
    mapped_watch(map, sizeof zeros, path);
    mapped_forget(other);
    if (ftruncate(fileno(file), PAGE) != 0)
        _exit(4);
    _exit(*(const volatile char *)(map + sizeof zeros - 1) == 0 ? 5 : 6);
}

static void test_cut_short(void **state)
{
    (void)state;
    char path[512], target[512], temporary[600], said[1024] = "";
    int ends[2], status;
    snprintf(path, sizeof path, "%s", scratch("mapped-file"));
    snprintf(target, sizeof target, "%s", scratch("mapped-target"));
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        read_what_is_gone(path, target, ends[1]);
    close(ends[1]);
    assert_true(read(ends[0], said, sizeof said - 1) > 0);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    assert_non_null(strstr(said, path));
    assert_non_null(strstr(said, "; check the disk"));
    assert_int_equal(said[strlen(said) - 1], '\n');
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
    snprintf(temporary, sizeof temporary, "%s.%ld.tmp", target, (long)child);
    assert_int_not_equal(access(temporary, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
