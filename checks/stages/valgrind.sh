#!/bin/bash
# valgrind: the checks of some readers of files use no memory wrongly and lose none; make valgrind asks all.
source "$(dirname "$0")/lib.bash"
if ! command -v valgrind >/dev/null; then
    echo 'skipped: valgrind is not installed (apt-get install valgrind)'
    echo 'ok 1 # SKIP memory'
    echo '1..1'
    exit 0
fi

# watched PROGRAM WORD...: the program under valgrind ends with 0.
watched() {
    DOCMEM_SCRATCH=$folder valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect \
        --error-exitcode=99 --suppressions=checks/audit/coverage/valgrind.supp "$@" </dev/null
}
# Reads a byte behind a block and loses it.
faulty() {
    local program=$folder/faulty
    "${CC:-cc}" -g -O0 -x c -o "$program" - <<<'#include <stdlib.h>
        int main(void) { volatile char *block = malloc(3), got = block[3]; (void)got; return 0; }' || return 0
    watched "$program"
}

case $bin in *sanitize*)
    echo 'skipped: programs built with sanitizers do not run under valgrind'
    echo 'ok 1 # SKIP memory'
    echo '1..1'
    exit 0 ;;
esac
for name in commands csvfile dtype json_lines model_config prediction_rows tokenizer_file trace; do
    check "$name" watched "$bin/check-$name"
done
faulty >"$folder/said" 2>&1
[ $? -eq 99 ] && grep -q 'Invalid read of size 1' "$folder/said" && grep -q 'definitely lost' "$folder/said"
tell $? 'a planted fault is found' "$(cat "$folder/said")"
finish
