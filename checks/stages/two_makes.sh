#!/bin/bash
# two_makes: two makes in one folder take turns, whatever becomes of one; paths with blanks and ä, inputs that are
# read-only, and -j as it was given.
#
# In a copy of the house with such a path; its programs are those of this one.
source "$(dirname "$0")/lib.bash"
unset MAKEFLAGS MAKELEVEL MFLAGS DOCMEM_RUN NO_COLOR V PROFILE SANITIZE QUESTION DOCMEM_QUIET
readonly house="$PWD/$folder/two makes ä"
if [ "$bin" != build/bin ] || ! command -v flock >/dev/null; then
    echo '1..1'
    echo 'ok 1 # SKIP sanitized programs, or no flock (package util-linux)'
    exit
fi

# ---- The copy, and a corner of a run ------------------------------------------------------------
mkdir -p "$house/build" "$house/data" || exit 1
cp -a Makefile README.org checks figures lib paper stages "$house" || exit 1
for path in data/*; do [ "$path" = data/fetched ] || cp -a "$path" "$house/data" || exit 1; done
ln -s "$PWD/build/bin" "$PWD/build/obj" "$house/build"
rm -f "$house"/figures/*.{png,svg,gif} "$house"/paper/*.{html,pdf}
cat >>"$house/Makefile" <<'END'
flags: ; @echo "flags $$MAKEFLAGS"
again: ; @$(MAKE) --no-print-directory flags
END
readonly corner=('INGEST=--top 8 --nei title --seed 1' MAX_TOKENS=48 LAYERS=2 EPOCHS_document=1 SAVE=1)
readonly cell=predictions/none-plain-document-L2-s1.csv

# in_house COMMAND...; run NAME WORD...: the corner there as build/NAME; what was said is in $folder/said-NAME.
in_house() { (cd "$house" && DOCMEM_LOCKED='' "$@"); }
run() {
    local name=$1
    shift
    in_house make "${corner[@]}" OUT="build/$name" RESULTS="build/$name.db" "$@" "build/$name/$cell" >"$folder/said-$name" 2>&1 </dev/null ||
        { cat "$folder/said-$name"; false; }
}
sum() { (cd "$house/build/$1" && find . -name '*.csv' -o -name '*.safetensors' | sort | xargs sha256sum); }
said() { grep -Eq -- "$2" "$folder/said-$1" || { cat "$folder/said-$1"; false; }; }
silent_of() { ! said "$@" >/dev/null; }
# free: whether nobody holds the house's lock; held: until somebody does, and has said so (a look at the lock
# itself would take it for a moment).
free() { in_house flock -n . true; }
held() {
    until [ -s "$house/build/holder" ]; do sleep 0.02; done
}
unheld() { rm -f "$house/build/holder"; }

check 'a path with blanks and ä' run first
wanted=$(sum first)
check 'has results' test "$(wc -l <<<"$wanted")" -ge 4
check 'the lock is free again' free

# ---- Two at once ----------------------------------------------------------------------------------
# A run by slow programs.
cat >"$house/slowly" <<'END'
#!/bin/bash
sleep "${SLOWLY:-0.4}"
exec "$@"
END
chmod +x "$house/slowly"
readonly slow='RUN=./slowly'
together() {
    local first second
    unheld
    in_house make "${corner[@]}" OUT=build/both RESULTS=build/both.db "$slow" "build/both/$cell" >"$folder/said-one" 2>&1 </dev/null & first=$!
    held
    in_house make "${corner[@]}" OUT=build/both RESULTS=build/both.db "$slow" "build/both/$cell" >"$folder/said-two" 2>&1 </dev/null & second=$!
    wait $first && wait $second || { cat "$folder/said-one" "$folder/said-two"; false; }
}
check 'two makes at once' together
check 'the second says whom it waits for' said two "^docmem: $house is at work already, by process [0-9]+; this make waits until it is done [(]Ctrl-C"
check 'in one line' test "$(grep -c '^docmem:' "$folder/said-two")" -eq 1
check 'the first does not' silent_of one 'is at work already'
check 'it makes nothing twice' silent_of two 'memorize|ingest|answer '
check 'nothing is corrupted' test "$(sum both)" = "$wanted"

# ---- What only looks does not wait ------------------------------------------------------------------
unheld
in_house flock . bash -c 'echo $$ >build/holder; exec sleep 60' &
holder=$!
held
for goal in help status results plan 'trace RESULT=build/first/corpus.db' '-n all' ''; do
    # shellcheck disable=SC2086
    in_house timeout 30 make $goal >"$folder/said-look" 2>&1 </dev/null
    status=$?
    check "make $goal does not wait" bash -c "[ $status -ne 124 ] && ! grep -q 'at work already' '$folder/said-look'"
done
in_house timeout -k 1 1 make clean >"$folder/said-clean" 2>&1
check 'make clean does' said clean 'at work already'
check 'and removes nothing meanwhile' test "$(sum first)" = "$wanted"

# Ctrl-C while waiting.
set -m
(cd "$house" && exec env DOCMEM_LOCKED= make distclean) >"$folder/said-wait" 2>&1 </dev/null &
pid=$!
set +m
until grep -q 'at work already' "$folder/said-wait"; do sleep 0.02; done
kill -INT -- -$pid
wait $pid
check 'Ctrl-C ends the wait' test $? -ne 0
check 'with nothing removed' test "$(sum first)" = "$wanted"
kill "$(cat "$house/build/holder")"
wait $holder 2>/dev/null

# ---- A make that was killed, its programs still at work -----------------------------------------------
orphaned() {
    local pid child
    unheld
    set -m
    SLOWLY=4 run orphan "$slow" &
    set +m
    held
    until child=$(pgrep -f '^sleep 4$' | while read -r pid; do
        [ "$(readlink "/proc/$pid/cwd")" = "$house" ] && echo "$pid"; done | head -n 1) && [ -n "$child" ]; do sleep 0.05; done
    for pid in $(pgrep -x make); do
        [ "$(readlink "/proc/$pid/cwd")" = "$house" ] && kill -KILL "$pid"
    done
    ! free || { echo 'the lock is free though a program is still at work'; return 1; }
    run orphan
}
check 'a make killed alone: the next waits for its programs' orphaned
check 'and says so' said orphan 'at work already'
check 'its results are the same' test "$(sum orphan)" = "$wanted"

# ---- make in make, and -j ---------------------------------------------------------------------------------
in_house timeout 30 make -s again >"$folder/said-again" 2>&1
check 'a make that is called by one does not wait for it' said again '^flags'
flags() { in_house make -s "$1" flags >"$folder/said-flags" 2>&1; said flags "$2"; }
for jobs in 1 3; do check "-j$jobs is -j$jobs" flags "-j$jobs" "(^flags|.* )-j$jobs( |$)"; done
check 'JOBS=7 is -j7' flags JOBS=7 '-j7 '
in_house make -s bogus >"$folder/said-bogus" 2>&1
check 'an error is status 2' test $? -eq 2

# ---- Inputs that are read-only --------------------------------------------------------------------------------
chmod -R a-w "$house/data" "$house/lib"
check 'inputs that are read-only' run guarded
check 'the same results' test "$(sum guarded)" = "$wanted"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$house/slowly"; then
    in_house mkdir -m 777 build/other
    DOCMEM_HASHES='' check 'read by another user' run other 'RUN=setpriv --reuid=65534 --regid=65534 --clear-groups'
    check 'the same results again' test "$(sum other)" = "$wanted"
fi
mounted() {
    in_house unshare -m bash -c 'mount --bind data data && mount -o remount,ro,bind data data && ! touch data/x 2>/dev/null && "$@"' - \
        make -s "${corner[@]}" OUT=build/mounted RESULTS=build/mounted.db "build/mounted/$cell" >"$folder/said-mounted" 2>&1
}
if unshare -m true 2>/dev/null; then
    check 'inputs on a read-only mount' mounted
    check 'the same results still' test "$(sum mounted)" = "$wanted"
fi
chmod -R u+w "$house/data" "$house/lib"
finish
