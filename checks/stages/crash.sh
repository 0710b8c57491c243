#!/bin/bash
# crash: a small run killed at a few moments and resumed ends as one untouched; what writes in place is caught.
source "$(dirname "$0")/lib.bash"
unset DOCMEM_QUIET

# killed MOMENTS SEED: checks/audit/crash on a corner of the grid.
killed() {
    MOMENTS=$1 SEED=$2 LONGEST=2 CRASH_FOLDER=$folder/run checks/audit/crash "$folder/page" small >"$folder/said" 2>&1 ||
        { cat "$folder/said"; tail -n 3 "$folder/run/log"; false; }
}
# row 'what' 'number': the table says so.
row() { grep -Eq "^\| $1 \| $2 \|$" "$folder/page" || { cat "$folder/page"; false; }; }

if [ "$bin" != build/bin ]; then
    echo '1..1'
    echo 'ok 1 # SKIP sanitized programs are too slow'
    exit
fi
check 'a run killed five times' killed 5 3
check 'each time' row 'moments killed' 5
check 'makes nothing twice' row 'complete files made again' 0
check 'leaves nothing broken' row 'of them not whole' 0
check 'compares results' row 'results compared with those of an untouched run' '[1-9][0-9]*'
check 'which are the same' row 'of them differing' 0
check 'and no temporary files' row 'temporary files left in the end' 0

# A stage that writes in place.
mkdir -p "$folder" && cat >"$folder/in_place" <<'END'
#!/bin/bash
for word; do [ "${last-}" != --out ] || { echo half >"$word"; sleep 0.5; }; last=$word; done
exec "$@"
END
chmod +x "$folder/in_place"
caught() { ! RUN="$folder/in_place" killed 5 3 >/dev/null && grep -Eq 'not whole|not those of' "$folder/said"; }
check 'catches a stage that writes in place' caught
finish
