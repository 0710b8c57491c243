/* compare: say where two results first differ, and by how many units in the last place
 *
 * Two files that should hold the same bits are compared in what they mean: tensors element by
 * element, tables field by field, all else byte by byte. One line on standard output names the
 * first difference in the order of the first file: the tensor and its element, or the line and its
 * column, what was wanted and what was found, how many numbers of that type lie between them, and
 * how much else differs. Nothing is printed of two files that are the same. The exit status is 0
 * either way, and 1 if a file cannot be read.
 *
 *   compare --wanted other/build/tiny/prefix.safetensors --found build/tiny/prefix.safetensors
 */
#include "file/compare.h"
#include "run/stage.h"

static const char *wanted, *found;

static const Arg args[] = {
    {"wanted", ARG_INPUT, &wanted, "the file as it should be", true},
    {"found", ARG_INPUT, &found, "the file as it is", true},
    {0},
};

int main(int argc, char **argv)
{
    Error error;
    Text said = {0};
    stage_begin("compare", "say where two results first differ", args, argc, argv);
    if (!compare_files(wanted, found, &said, &error))
        stage_die(&error);
    if (said.length && (puts(said.bytes) < 0 || fflush(stdout) != 0))
        stage_fail("standard output: cannot be written; check where it goes");
    text_free(&said);
    return 0;
}
