#!/bin/bash
# run: checks/run must see through programs that fail, crash, hang, say nothing or lie.
set -u
readonly here=$(cd "$(dirname "$0")/../.." && pwd)
readonly scratch=${DOCMEM_SCRATCH:-build/scratch}/run
number=0

# plant NAME 'shell text': a program called check-NAME.
plant() {
    mkdir -p "$scratch"
    printf '#!/bin/bash\n%s\n' "$2" >"$scratch/check-$1"
    chmod +x "$scratch/check-$1"
}

# expect 'what' 'last line' STATUS 'text somewhere in the output' NAME...
expect() {
    local what=$1 line=$2 wanted=$3 text=$4 programs=()
    shift 4
    for name in "$@"; do programs+=("$scratch/check-$name"); done
    local output status
    output=$(CHECK_LOGS=$scratch/logs CHECK_SECONDS=1 "$here/checks/run" ${programs[@]+"${programs[@]}"} 2>&1)
    status=$?
    number=$((number + 1))
    if [ "${output##*$'\n'}" = "$line" ] && [ $status -eq "$wanted" ] && [[ $output == *"$text"* ]]; then
        echo "ok $number - $what"
    else
        echo "not ok $number - $what"
        echo "# status $status, wanted $wanted and \`$line' with \`$text' in"
        echo "${output//$'\n'/$'\n'# }" | sed '1s/^/# /'
    fi
}

plant good 'printf "1..2\nok 1 - a\nok 2 - b\n"'
plant failing 'printf "1..3\nok 1 - a\nnot ok 2 - b\n# 1 != 2\nok 3 - c\n"; exit 1'
plant silent_failure 'printf "1..1\nnot ok 1 - b\n"'
plant crashing 'printf "1..2\nok 1 - a\n"; kill -SEGV $$'
plant crashed_late 'printf "1..1\nok 1 - a\n"; kill -ABRT $$'
plant leaking 'printf "1..1\nok 1 - a\n"; echo "leaked 8 bytes" >&2; exit 23'
plant short 'printf "1..3\nok 1 - a\nok 2 - b\n"'
plant long 'printf "1..1\nok 1 - a\nok 2 - b\n"'
plant empty ':'
plant planless 'printf "ok 1 - a\n"'
plant none 'printf "1..0\n"'
plant hanging 'printf "1..1\nok 1 - a\n"; sleep 30'
plant skipping 'printf "1..2\nok 1 - a\nok 2 # SKIP no checkpoint here\n"'
plant cmocka 'printf "1..2\nok 1 - a\nskipped: x is absent\nnot ok 2 # SKIP b\n"'
plant only_skips 'printf "1..1\nok 1 # SKIP nothing here\n"'
plant groups 'printf "1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n"'
plant okay 'printf "okay then\nnot okay\n1..1\nok 1\n"'

echo 1..20
expect 'two tests pass' '2 passed, 0 failed, 0 skipped' 0 'ok     good' good
expect 'a failing test counts and is shown' '2 passed, 1 failed, 0 skipped' 1 '# 1 != 2' failing
expect 'a failure with status 0 counts' '0 passed, 2 failed, 0 skipped' 1 'status 0' silent_failure
expect 'a crash counts' '1 passed, 1 failed, 0 skipped' 1 'signal 11' crashing
expect 'a crash after the last test counts' '1 passed, 1 failed, 0 skipped' 1 'signal 6' crashed_late
expect 'a leak after the last test counts' '1 passed, 1 failed, 0 skipped' 1 'leaked 8 bytes' leaking
expect 'too few tests count' '2 passed, 1 failed, 0 skipped' 1 'planned 3 tests' short
expect 'too many tests count' '2 passed, 1 failed, 0 skipped' 1 'planned 1 tests' long
expect 'an empty program counts' '0 passed, 1 failed, 0 skipped' 1 'no plan' empty
expect 'a missing plan counts' '1 passed, 1 failed, 0 skipped' 1 'no plan' planless
expect 'a plan of none counts' '0 passed, 1 failed, 0 skipped' 1 'ran no test' none
expect 'a program that hangs counts' '1 passed, 1 failed, 0 skipped' 1 'stopped after 1 s' hanging
expect 'a missing program counts' '0 passed, 1 failed, 0 skipped' 1 'no plan' absent
expect 'a skip is told' '1 passed, 0 failed, 1 skipped' 0 'no checkpoint here' skipping
expect 'a skip of cmocka is told' '1 passed, 0 failed, 1 skipped' 0 'b: x is absent' cmocka
expect 'skips alone are no success' '0 passed, 0 failed, 1 skipped' 1 'nothing here' only_skips
expect 'plans add up' '3 passed, 0 failed, 0 skipped' 0 'ok     groups' groups
expect 'words that begin with ok are no tests' '1 passed, 0 failed, 0 skipped' 0 'ok     okay' okay
expect 'one bad program does not hide the rest' '5 passed, 2 failed, 0 skipped' 1 FAILED \
    good failing crashing
expect 'nothing to run is no success' '0 passed, 0 failed, 0 skipped' 1 'nothing was given'
