# A really full file system: every program writes on disks of growing size, until it fits. Sourced by
# checks/audit/faults/run after the runs without faults, whose outputs are the wanted ones.

# on_disk NAME OPTION: the program on a fresh tmpfs of these mount options, in a namespace of its own;
# prints `fits`, `refused`, or what is wrong.
on_disk() {
    local name=$1 disk=$folder/disk-$1
    mkdir -p "$disk"
    job "$name" "$disk" --run
    unshare -rm bash -c '
        disk=$1 good=$2 said=$3 name=$4
        mount -t tmpfs -o "$5" tmpfs "$disk" || exit
        shift 5
        "$@" >"$said.out" 2>"$said" </dev/null
        status=$?
        if [ $status -eq 0 ]; then
            diff -r "$good/target" "$disk/target" >"$said.diff" 2>&1 && [ -s "$disk/target.prov" ] &&
                [ "$(ls -A "$disk" | wc -l)" -eq 2 ] && echo fits || echo "other files than without: $(ls -A "$disk")"
        elif [ $status -ne 1 ]; then echo "status $status: $(cat "$said")"
        elif [ -n "$(ls -A "$disk")" ]; then echo "leaves $(ls -A "$disk")"
        elif [ "$(wc -l <"$said")" -ne 1 ] || ! grep -q "^docmem: $name: $disk/target.*: .*; " "$said"; then
            echo "says $(cat "$said")"
        else echo refused; fi' bash "$disk" "$folder/run-$name.good" "$folder/full-$name" "$name" "$2" "${command[@]}"
}

# full_disk NAME: name, sizes refused, KiB that it takes, refusals for want of files, bad.
full_disk() {
    local name=$1 size files refused=0 without=0 wrong=0 found
    for ((size = 4; size <= 16384; size *= 2)); do
        found=$(on_disk "$name" "size=${size}k")
        [ "$found" = fits ] && break
        if [ "$found" = refused ]; then refused=$((refused + 1)); else
            wrong=$((wrong + 1))
            echo "bad: $name on a disk of $size KiB: $found" >&2
        fi
    done
    for ((files = 1; files <= 16; files++)); do
        found=$(on_disk "$name" "size=16m,nr_inodes=$files")
        [ "$found" = fits ] && break
        if [ "$found" = refused ]; then without=$((without + 1)); else
            wrong=$((wrong + 1))
            echo "bad: $name on a disk of $files files: $found" >&2
        fi
    done
    echo "$name,$refused,$size,$without,$wrong"
}
