#!/bin/bash
# mutants: every planted fault of the list still applies; a few are planted, and caught. `make mutants`
# plants them all.
source "$(dirname "$0")/lib.bash"
MUTANTS=$(realpath "$folder")/work
export MUTANTS
few=(gate-sign label-swapped corpus-label answer-changed-by-hand predictions-of-another-cell verdict-by-hand)

check 'every fault of the list still applies' checks/audit/mutants/run --applies
if [ "$out" != build/tiny ]; then
    number=$((number + 1))
    echo "ok $number - faults are caught # SKIP they are planted in the default run alone"
    finish
fi
# A fault that nothing sees must be told, and so must one that no longer applies.
cp checks/audit/mutants/faults "$folder/faults"
cat >>"$folder/faults" <<'END'
fault only-a-number: A constant is written otherwise.
file  lib/verdict/measured.c
route by hand
check check-stats student
-enum { FREEDOM_LIMIT = 1000 };        /* more are as good as that many */
+enum { FREEDOM_LIMIT = 0x3e8 };

fault gone: A line that is not there is another.
file  lib/verdict/stats.c
route by hand
check check-stats student
-This line is not there.
+This is.
END
export FAULTS=$folder/faults
checks/audit/mutants/run --jobs 1 only-a-number "${few[@]}" >"$folder/said" 2>&1
told() {
    grep -q "^$1  *$2 " "$folder/said"
    tell $? "$2 is $3" "$(grep " $2 " "$folder/said" || tail -n 3 "$folder/said")"
}
for name in "${few[@]}"; do told caught "$name" caught; done
told SURVIVED only-a-number 'told, for no check sees it'
says() { grep -q "$1" <<<"$("${@:2}" 2>&1)"; }
check 'a fault that no longer applies is told' says '^difference: gone: .* no longer applies' \
    checks/audit/mutants/run --applies
finish
