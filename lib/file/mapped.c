/* An unreadable page raises SIGBUS where it is used. Without the handler the program would die of
 * that signal, without naming the file, and leave its half-written output. */
#include "file/mapped.h"

#include "base/alloc.h"
#include "file/out.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Mapped {
    uintptr_t begin, end;
    Mapped *next;
    char *line; /* the message, made beforehand: a signal handler can only write */
};

static Mapped *watched; /* all mappings; static, since the signal handler reads it */

static void on_unreadable_page(int signal_number, siginfo_t *info, void *context)
{
    uintptr_t place = (uintptr_t)info->si_addr;
    (void)context;
    for (const Mapped *mapped = watched; mapped; mapped = mapped->next)
        if (place >= mapped->begin && place < mapped->end) {
            out_remove_pending();
            ssize_t written = write(STDERR_FILENO, mapped->line, strlen(mapped->line));
            _exit(written >= 0 ? 1 : 2);
        }
    signal(signal_number, SIG_DFL); /* not ours: it comes again and ends the program */
}

Mapped *mapped_watch(const void *map, size_t bytes, const char *path)
{
    static const char form[] = "docmem: %s: %s\n";
    Error error;
    struct sigaction action = {.sa_sigaction = on_unreadable_page, .sa_flags = SA_SIGINFO};
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    Mapped *mapped = alloc_zeroed(1, sizeof *mapped);
    mapped->begin = (uintptr_t)map;
    mapped->end = (uintptr_t)map + (bytes + page - 1) / page * page;
    fail(&error,
         "%s: a part of it cannot be read, since the disk failed or the file was cut short; "
         "check the disk, and fetch or make it again",
         path);
    size_t size = sizeof form + strlen(program_invocation_short_name) + strlen(error.text);
    mapped->line = alloc_zeroed(size, 1);
    snprintf(mapped->line, size, form, program_invocation_short_name, error.text);
    if (!watched)
        sigaction(SIGBUS, &action, NULL);
    mapped->next = watched;
    watched = mapped;
    return mapped;
}

void mapped_forget(Mapped *mapped)
{
    for (Mapped **at = &watched; mapped && *at; at = &(*at)->next)
        if (*at == mapped) {
            *at = mapped->next;
            free(mapped->line);
            free(mapped);
            return;
        }
}
