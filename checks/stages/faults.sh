#!/bin/bash
# faults: calls that fail, chosen over programs and kinds: one line, no half file, or the same bytes; the
# driver itself catches what is wrong. All of them: make faults.
# In memory where that can be: the faults are the program's, and each run syncs its files.
shm=$(mktemp -d /dev/shm/docmem-faults.XXXXXX 2>/dev/null) && DOCMEM_SCRATCH=$shm
trap '[ -z "$shm" ] || rm -rf "$shm"' EXIT
case ${BIN-} in *sanitize*)
    echo 'skipped: sanitizers take over the calls of memory that are to fail'
    echo 'ok 1 - calls that fail # SKIP sanitized programs'
    echo 1..1
    exit
    ;;
esac
source "$(dirname "$0")/small_run.bash"
source "$here/../audit/faults/jobs.bash"
source "$here/../audit/faults/full.bash"
prepare >"$folder/prepared" 2>&1
tell $? 'what programs read besides' "$(<"$folder/prepared")"

# survives NAME KIND MOST: a few calls of a kind fail, one by one, and the program is none the worse.
survives() {
    job "$1" "$folder/run-$1" --kinds "$2" --most "$3"
    "${job[@]}" >"$folder/rows"
    local status=$?
    [ $status -ne 3 ] || return 3
    [ $status -eq 0 ] && awk -F, '{ faults += $4 } END { exit !(faults > 0) }' "$folder/rows"
}

job world "$folder/run-world" --kinds none
"${job[@]}" >"$folder/rows" 2>"$folder/said"
if [ $? -eq 3 ]; then
    number=$((number + 1))
    echo "ok $number - calls that fail # SKIP this kernel or container allows no seccomp filter"
    finish
fi
# The driver itself: dd takes a short read for the end, and leaves half a file.
absorbs() {
    "$faults" --kinds read --most 4 dd "$folder/run-dd" /bin/dd if="$good/encoded" of="$folder/run-dd/target" \
        bs=500 count=2 status=none
}
leaves_half() {
    "$faults" --kinds write --most 2 dd "$folder/run-dd" /bin/dd if="$good/encoded" of="$folder/run-dd/target" \
        bs=500 status=none
}
# caught 'words' COMMAND: the driver ends with status 1 and says so.
caught() {
    local said
    said=$("$2" 2>&1)
    [ $? -eq 1 ] && grep -q "^bad: .*$1" <<<"$said" || { echo "$said"; false; }
}
check 'catches a short read that is absorbed' caught 'succeeds with other files' absorbs
check 'catches another message' caught 'does not begin with its name' leaves_half

while read -r name kinds most; do
    check "$name: $kinds" survives "$name" "$kinds" "$most"
done <<TABLE
world write,fsync,rename,folder 2
ingest open,read,write,other,memory 2
encode read,memory 3
pretrain write,close,memory 2
memorize page,mmap,memory 2
answer page,stat 2
drift_landscape write,rename 2
results write,fsync,memory 2
plan write 2
probe read,write,page 2
trace read,write 2
TABLE

if unshare -rm true 2>/dev/null; then
    for name in results world; do
        check "$name: a disk that is really full" test "$(full_disk "$name" 2>&1 | cut -d , -f 5)" = 0
    done
else
    number=$((number + 1))
    echo "ok $number - a disk that is really full # SKIP no user may mount a tmpfs of its own here"
fi
finish
