# table: the rows of the driver (program, kind, calls, faults, refused, unharmed, bad) and of full disks
# (full, program, sizes refused, KiB that it takes, refused for want of files, bad) as an Org page.
function cell(n) { return n ? n : "" }
BEGIN {
    FS = ","
    split("open read write fsync rename mmap close stat folder other memory page", kinds, " ")
    what["open"] = "open: EMFILE, EIO"
    what["read"] = "read, pread: EIO, EINTR, half of the bytes"
    what["write"] = "write, pwrite: ENOSPC once and from then on, EIO, EINTR, half of the bytes"
    what["fsync"] = "fsync, msync: EIO, ENOSPC, EINTR"
    what["rename"] = "rename: ENOSPC, EIO"
    what["mmap"] = "mmap, mremap, brk: ENOMEM once and from then on"
    what["close"] = "close: EIO, EINTR"
    what["stat"] = "stat, fstat, lstat: EIO"
    what["folder"] = "mkdir, unlink, rmdir, listing a folder: ENOSPC, EIO"
    what["other"] = "lseek, fcntl, flock, ftruncate, fallocate, statfs, chmod: ENOSPC, EIO"
    what["memory"] = "malloc, calloc, realloc, aligned: none once and from then on"
    what["page"] = "a mapped file whose pages cannot be read: SIGBUS"
}
$1 == "full" { disks[++disks_count] = $0; disk_faults += $3 + $5; disk_bad += $6; next }
{
    if (!($1 in seen)) { seen[$1] = 1; programs[++count] = $1 }
    faults[$1, $2] = $4; calls[$2] += $3; kind_faults[$2] += $4; refused[$2] += $5
    unharmed[$2] += $6; bad[$2] += $7
    all[$1] += $4; program_refused[$1] += $5; program_unharmed[$1] += $6; program_bad[$1] += $7
    total += $4; total_refused += $5; total_unharmed += $6; total_bad += $7
}
END {
    print "#+title: Faults of files and memory\n"
    print "Every program runs again and again on the small run of the stage checks, and each time another of its"
    print "calls fails, from the start of =main= to its end, those inside the C library, SQLite, libarchive, jansson,"
    print "PCRE2 and OpenBLAS too. A run is /unharmed/ when it succeeds with the same bytes in all its files,"
    print "and /refused/ when it ends with status 1 and one line =docmem: PROGRAM: FILE: what; cure= that names the"
    print "file, and leaves its target absent, or as it was before, and nothing else. All else is /bad/: a crash, no end"
    print "within a minute, other bytes, half a file, a forgotten temporary, another message. fsync, rename, close and"
    print "folders fail with an older target in the way as well. Where memory is wanting the line says =memory= in place"
    print "of a file, and after a failed mmap it may. Standard error is never made to fail. OpenBLAS asks without end for"
    print "a buffer that it does not get: a program has it take its first one at its start, and ends after five seconds"
    print "of that; buffers of further threads (=DOCMEM_THREADS=) are not guarded so. Made by =make faults MOST=" most "=; of"
    print "more than " most " calls of a kind in a program the first half of " most " fail and then an even sample."
    printf "\n%d faults: %d refused, %d unharmed, %d bad; %d full disks: %d bad.\n\n", total, total_refused, \
        total_unharmed, total_bad, disk_faults, disk_bad
    print "| calls that fail, and how | calls | faults | refused | unharmed | bad |\n|-+-+-+-+-+-|"
    for (k = 1; k in kinds; k++) {
        kind = kinds[k]
        printf "| %s | %d | %d | %d | %d | %d |\n", what[kind], calls[kind], kind_faults[kind], refused[kind], \
            unharmed[kind], bad[kind]
    }
    printf "\nFaults by program and kind:\n\n| program |"
    for (k = 1; k in kinds; k++) printf " %s |", kinds[k]
    printf " all | refused | unharmed | bad |\n|-"
    for (k = 1; k <= 16; k++) printf "+-"
    print "|"
    for (i = 1; i <= count; i++) {
        printf "| %s |", programs[i]
        for (k = 1; k in kinds; k++) printf " %s |", cell(faults[programs[i], kinds[k]])
        printf " %d | %d | %d | %d |\n", all[programs[i]], program_refused[programs[i]], \
            program_unharmed[programs[i]], program_bad[programs[i]]
    }
    print "\nDisks that are really full: a tmpfs of 4 KiB, then of twice the size, until the output fits, and one"
    print "of 1 file, then of more. Each must be refused as above.\n"
    if (!disks_count) { print "This machine does not allow a user to mount a tmpfs of its own: not tried."; exit }
    print "| program | sizes refused | fits into KiB | refused for want of files | bad |\n|-+-+-+-+-|"
    for (i = 1; i <= disks_count; i++) {
        split(disks[i], d, ",")
        printf "| %s | %d | %d | %d | %d |\n", d[2], d[3], d[4], d[5], d[6]
    }
}
