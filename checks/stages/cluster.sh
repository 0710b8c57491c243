#!/bin/bash
# cluster: programs that RUN starts elsewhere: seen late, lost, failing, interrupted; a corner of the grid on Slurm, where that is.
source "$(dirname "$0")/lib.bash"
unset MAKEFLAGS MAKELEVEL MFLAGS DOCMEM_RUN V PROFILE SANITIZE QUESTION DOCMEM_QUIET RUN
readonly target=$folder/run/encoded.safetensors
if [ "$bin" != build/bin ]; then
    echo '1..1'
    echo 'ok 1 # SKIP the programs are the same'
    exit
fi

# run RUN [WORD...]: a small corpus, its programs started by RUN; what was said is in $folder/said.
run() {
    make OUT="$folder/run" RESULTS="$folder/run.db" 'INGEST=--top 8 --nei title --seed 1' MAX_TOKENS=48 RUN="$1" "${@:2}" \
        "$target" >"$folder/said" 2>&1 </dev/null || { cat "$folder/said"; false; }
}
fails() { ! run "$@" >/dev/null; }
said() { grep -Eq -- "$1" "$folder/said" || { cat "$folder/said"; false; }; }
# starter NAME: a program from standard input that RUN can name.
starter() {
    { echo '#!/bin/bash' && cat; } >"$folder/$1" && chmod +x "$folder/$1"
}

# ---- Programs somewhere else ---------------------------------------------------------------------------
check 'a run here' run ''
wanted=$(sha256sum <"$target")
core=$(sed -n 's/^blas .*(core \(.*\))$/\1/p' "$target.prov")
starter told <<END
for variable in DOCMEM_THREADS DOCMEM_ENGINE OPENBLAS_NUM_THREADS OPENBLAS_CORETYPE LC_ALL; do
    echo "\$variable=\${!variable-none}"
done >$PWD/$folder/environment
[ "\$PWD" = "$PWD" ] && exec "\$@"
END
rm "$target"
check 'by a program that RUN names, in this folder' run "$folder/told" THREADS=3
check 'with the same bits' test "$(sha256sum <"$target")" = "$wanted"
check 'and the environment' test "$(paste -sd' ' "$folder/environment")" = \
    "DOCMEM_THREADS=3 DOCMEM_ENGINE=float32 OPENBLAS_NUM_THREADS=1 OPENBLAS_CORETYPE=$core LC_ALL=C"

# What another machine made is not seen at once.
starter late <<'END'
for word; do [ "${last-}" != --out ] || made=$word; last=$word; done
"$@" || exit
mv "$made" "$made.late"
{ sleep 1 && mv "$made.late" "$made"; } >/dev/null 2>&1 &
END
rm -r "$folder/run"
check 'files that are seen a second late' run "$folder/late"
check 'are waited for' test "$(sha256sum <"$target")" = "$wanted"
rm -r "$folder/run"
check 'but not for ever' fails "$folder/late" WAIT=0
check 'and that is told' said "^ *docmem: $folder/run/world: is not there 0 s after .* ended well; .*make again"
sleep 1.5
# A machine that is lost: srun ends with 0, and what was there before must not pass for new.
rm -rf "$folder/run"
check 'a run again' run ''
check 'a machine lost, the older file being there' fails true WAIT=1 MAX_TOKENS=40
check 'is told' said "docmem: $target: is not there 1 s after true ended well; was its machine lost[?] run make again"
check 'and the older file is not taken for new' run "$folder/told" MAX_TOKENS=40
check 'it is made' test "$(sha256sum <"$target")" != "$wanted"

# A program that fails.
starter fails <<'END'
echo 'disk on fire' >&2
exit 7
END
check 'a step that fails' fails "$folder/fails"
check 'with its status' said 'Error 7'
check 'and the last words of its log' said '^    disk on fire'

# What a lost machine left half-made; its process is alive here.
touch "$target.1.tmp" "$target.prov.1.tmp"
check 'with half-made files of process 1' run "$folder/told"
check 'which go' test ! -e "$target.1.tmp" -a ! -e "$target.prov.1.tmp"

# Ctrl-C: srun goes on at the first.
starter stubborn <<END
trap '' INT
trap 'echo ended >$PWD/$folder/ended; kill \$!; exit 1' TERM
echo begun >$PWD/$folder/begun
sleep 60 & wait
END
interrupted() {
    local pid began=$SECONDS
    rm -f "$target"
    set -m
    run "$folder/stubborn" >/dev/null 2>&1 & pid=$!
    set +m
    until [ -s "$folder/begun" ]; do sleep 0.05; kill -0 $pid || return; done
    kill -INT -- -$pid
    wait $pid
    ((SECONDS - began < 20)) && [ -s "$folder/ended" ]
}
check 'Ctrl-C ends what RUN started' interrupted
check 'a run goes on after it' run ''
check 'to the same bits' test "$(sha256sum <"$target")" = "$wanted"

# ---- Slurm ----------------------------------------------------------------------------------------------
# row 'what' 'number': the table says so.
row() { grep -Eq "^\| $1 \| $2 \|$" "$folder/page" || { cat "$folder/page" "$folder/said"; false; }; }

NODES=3 TIMEOUT=10 JOBS=8 AFTER=30 checks/audit/cluster "$folder/page" small >"$folder/said" 2>&1
status=$?
if [ $status -eq 3 ]; then
    echo "ok $((number += 1)) - steps of Slurm # SKIP $(tail -n 1 "$folder/said")"
    finish
fi
check 'a corner of the grid as steps of Slurm, a node lost midway' row 'other harm' 0
check 'it ends well' test $status -eq 0
check 'steps were under way on the node' row 'steps under way on the node that was lost, after .*' '[1-9][0-9]*'
check 'make tells what failed' row 'targets that make told as failed' '[1-9][0-9]*'
check 'all results are those of a run without Slurm' row 'results equal, bit for bit' '([1-9][0-9]*) of \1'
finish
