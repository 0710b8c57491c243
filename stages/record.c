/* record: run another program for an output, and record how it was made
 *
 * Tables, numbers and pictures of the paper are made by programs that are not docmem's: sqlite3,
 * gnuplot, Emacs. This runs them as stages run: their inputs are hashed beforehand, what they print
 * becomes the output when they have ended well and no input has changed meanwhile, and the record
 * beside it holds the command and the hashes of program, inputs and output. So the way back from a
 * printed number begins at the page it is printed on.
 *
 *   record --program /usr/bin/sqlite3 --run 'sqlite3 -readonly results.db < paper/claims.sql' \
 *     --out claims.txt paper/claims.sql results.db
 */
#include "run/stage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program, *command, *target;

static const Arg args[] = {
    {"program", ARG_INPUT, &program, "the program that makes it", true},
    {"run", ARG_TEXT, &command, "the command, for bash; what it prints is the output", true},
    {"out", ARG_OUTPUT, &target, "what it prints, with its record beside it", true},
    {0},
};

/* Runs the command with its standard output in `file`; its wait status. */
static int run(FILE *file)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (dup2(fileno(file), STDOUT_FILENO) >= 0)
            execlp("bash", "bash", "-eu", "-o", "pipefail", "-c", command, (char *)NULL);
        fprintf(stderr, "docmem: record: bash: cannot be started (%s); install it\n", errno_text());
        _exit(127);
    }
    pid_t ended = child;
    while (child > 0 && (ended = waitpid(child, &status, 0)) < 0 && errno == EINTR)
        ;
    if (ended < 0)
        stage_fail("%s: cannot be run (%s); free some memory or processes", program, errno_text());
    return status;
}

int main(int argc, char **argv)
{
    Error error;
    Out out;
    int count;
    stage_begin("record", "run another program for an output, and record how it was made", args,
                argc, argv);
    char **words = stage_words(&count);
    for (int i = 0; i < count; i++)
        if (access(words[i], R_OK) != 0)
            stage_fail("%s: cannot be read (%s); make it first", words[i], errno_text());
    if (access(program, X_OK) != 0)
        stage_fail("%s: cannot be run (%s); install it", program, errno_text());
    if (!out_open(&out, target, &error))
        stage_die(&error);
    int status = run(out.file);
    if (status != 0) {
        out_abandon(&out);
        stage_fail("%s: %s by %s, status %d; see its message above", target, "was not made",
                   program, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    stage_commit(&out);
    return 0;
}
