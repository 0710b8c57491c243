#!/bin/bash
# numbers: numbers that no model holds are refused wherever they are planted, and diverging training stops.
source "$(dirname "$0")/lib.bash"

# told [CHECKPOINT...]: checks/audit/numbers on these, by the programs in $programs.
told() {
    BIN=$programs DOCMEM_SCRATCH=$folder checks/audit/numbers "$folder/page" "$@" >"$folder/said" 2>&1 || { cat "$folder/said"; false; }
}
programs=$bin
check 'NaN, infinite, huge and denormal numbers, and training that diverges' told llama-gqa neox-bf16
check 'many cases' test "$(grep -c '^| ' "$folder/page")" -gt 190

# A program that takes what it is given.
mkdir -p "$folder/bin" && ln -s "$PWD/$bin"/* "$folder/bin/" && rm "$folder/bin/probe" || exit 1
printf '#!/bin/bash\nexit 0\n' >"$folder/bin/probe" && chmod +x "$folder/bin/probe"
programs=$folder/bin
caught() { ! STAGES=no told llama-gqa >/dev/null && grep -q 'NaN: is taken' "$folder/said"; }
check 'catches a program that takes a NaN' caught
finish
