#!/bin/bash
# fuzz: every seed and every found case through its reader again, twice, with the same outcome; those
# whose name tells it (refused-..., accepted-...) with that one. Promises and bounds are checked by the
# fuzz targets themselves (checks/audit/fuzz/), which end as crashes where one does not hold.
source "$(dirname "$0")/lib.bash"

# replay NAME FILE...: what becomes of the files, `file: outcome` a line.
replay() {
    local name=$1
    shift
    FUZZ_FOLDER=$folder "$bin/fuzz-$name" "$@"
}

# as_named FILE: the outcomes in the file are those that the cases' names tell.
as_named() {
    local wrong
    wrong=$(awk -F': ' '{ n = split($1, part, "/"); split(part[n], word, "-") }
        (word[1] == "refused" || word[1] == "accepted") && index($2, word[1]) != 1' "$1")
    [ -z "$wrong" ] || { echo "difference: $wrong"; return 1; }
}

for seeds in checks/audit/fuzz/seeds/*; do
    name=$(basename "$seeds")
    need "$bin/fuzz-$name"
    cases=("$seeds"/*)
    for case in checks/audit/fuzz/found/"$name"/*; do
        [ ! -f "$case" ] || cases+=("$case")
    done
    check "$name: ${#cases[@]} files keep every promise" eval "replay $name \"\${cases[@]}\" >'$folder/$name'"
    check "$name: the same again" eval "replay $name \"\${cases[@]}\" | cmp - '$folder/$name'"
    check "$name: each with an outcome" test "$(wc -l <"$folder/$name")" = "${#cases[@]}"
    check "$name: found cases end as they are named" as_named "$folder/$name"
done

sed 's,/refused-,/accepted-,' "$folder/zip" >"$folder/changed"
catches 'a case that is not refused any more' as_named "$folder/changed"

# A message that would steer a terminal, as far as a program's standard error.
printf '\x0b\0\0\0\0\0\0\0{"a\xc2\x9b":1}  ' >"$folder/control.safetensors"
"$bin/probe" tensors "$folder/control.safetensors" 2>"$folder/said"
check 'no control character reaches the terminal' eval "! LC_ALL=C grep -q \$'[\\x80-\\x9f]' '$folder/said' && grep -q 'a??' '$folder/said'"
finish
