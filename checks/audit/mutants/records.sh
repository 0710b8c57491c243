#!/bin/bash
# records: the results are those that are expected, and the files that their records name. For faults in
# results that only hashes can tell.
source checks/stages/lib.bash
readonly list=$out/settings/VERIFIED verdicts=$out/verdict.csv
need "$list" "$verdicts" "$verdicts.prov"

expected() {
    BIN=$bin checks/audit/verify "$out" "$list" "${out%/*}/results.db" >"$folder/said" && return
    echo "difference: $(sed -n 's/^  file *//p' "$folder/said")" "$(sed -n 's/^  \(wanted\|found\) */ \1 /p' "$folder/said")"
    return 1
}

# traced FILE: all that it was made from is what its makers recorded.
traced() {
    "$bin/trace" --database "${out%/*}/results.db" --profile "${out##*/}" --programs "$bin" --result "$1" >"$folder/said"
    grep -q '^All [0-9]* files whose hash was recorded are the ones that were used' "$folder/said" && return
    echo "difference: $(sed -n '/ are NOT the ones /,$p' "$folder/said" | paste -s -d ' ')"
    return 1
}

check 'results are those expected' expected
check 'records are of the files there are' traced "$verdicts"
finish
