#!/bin/bash
# stage: what every stage shares: the same bits outside make, outputs and their records together.
source "$(dirname "$0")/lib.bash"
unset OPENBLAS_CORETYPE OPENBLAS_NUM_THREADS

# made 'core' VARIABLE=VALUE...: a result made in this environment says that it used these kernels.
made() {
    local core=$1
    shift
    env "$@" "$bin/results" --out "$folder/made.db" &&
        grep -q "^blas .*(core $core)$" "$folder/made.db.prov" ||
        { cat "$folder/made.db.prov"; false; }
}

# asked VARIABLE=VALUE...: the logits of a model in this environment.
asked() { echo '{"ids":[1,7,3,9,4]}' | env "$@" "$bin/probe" logits checks/reference/llama-gqa; }
equal() { [ -n "$1" ] && [ "$1" = "$2" ]; }

# fails FOLDER: a stage whose output cannot take its name fails in one line; nothing of it stays.
fails() {
    local said
    mkdir -p "$1/x.db/kept"
    said=$("$bin/results" --out "$1/x.db" 2>&1)
    [ $? -eq 1 ] && [[ $said == "docmem: results: $1/x.db: could not be written whole ("*\;* ]] &&
        [ "$(ls -A "$1")" = x.db ] && [ -d "$1/x.db/kept" ] || { echo "$said"; ls -A "$1"; false; }
}

mkdir -p "$folder/in" "$folder/out"
if grep -qs avx2 /proc/cpuinfo; then
    check 'kernels are the same without a setting' made Haswell A=1
    check 'and with an empty one' made Haswell OPENBLAS_CORETYPE=
    check 'a setting is obeyed' made Sandybridge OPENBLAS_CORETYPE=Sandybridge
else
    check 'kernels are the same on every run' made '.*' A=1
fi
# Kernels that the processor cannot run are refused, not run into: as QEMU's Haswell, which has no AVX-512.
refuses_kernels() {
    local said
    said=$(OPENBLAS_CORETYPE=SkylakeX qemu-x86_64 -cpu Haswell "$bin/results" --out "$folder/none.db" 2>&1)
    [ $? -eq 1 ] && grep -q '^docmem: results: OPENBLAS_CORETYPE=SkylakeX: this processor has no AVX-512; ' <<<"$said" &&
        [ ! -e "$folder/none.db" ] || { echo "$said"; return 1; }
}
if command -v qemu-x86_64 >/dev/null; then
    check 'kernels that this processor cannot run are refused' refuses_kernels
fi
check 'bits are the same in and outside make' equal "$(asked A=1)" \
    "$(asked OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=1)"
check 'and with many threads asked for' equal "$(asked A=1)" \
    "$(asked OPENBLAS_CORETYPE=Haswell OPENBLAS_NUM_THREADS=4)"
check 'arguments and input survive a start over' equal "$(asked A=1 | wc -l)" 1
check 'a status survives it' bash -c "'$bin/results' --nothing 2>/dev/null; [ \$? -eq 2 ]"
check 'all stages have their arguments in one table, in one style' test -z "$(grep -L '^static const Arg args\[\] = {' stages/*.c)"
check 'no record of an output that was not made' fails "$folder/out"
check 'a record of one that was' bash -c "'$bin/results' --out '$folder/in/y.db' &&
    [ -s '$folder/in/y.db' ] && grep -q '^output ' '$folder/in/y.db.prov'"
finish
