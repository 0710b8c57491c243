# count.awk: branches of each file of lib/, from gcov's text; `file name taken all`, then the lines of
# `file missing PATH:LINE: source` of those never gone.
/^ *-: +0:Source:/ {
    path = $0
    sub(/.*:Source:/, "", path)
    counted = path ~ /^lib\/[^\/]*\.c$/
    next
}
!counted { next }
/^branch / {
    all[path]++
    if ($3 == "taken" && $4 > 0) taken[path]++
    else if (!told[path, line]++) missing[path] = missing[path] "missing " path ":" line ": " source "\n"
    next
}
/^ *[-#=0-9*]+: *[0-9]+:/ {
    split($0, part, ":")
    line = part[2] + 0
    source = $0
    sub(/^[^:]*:[^:]*: */, "", source)
}
END {
    for (path in all) {
        print "file", path, taken[path] + 0, all[path]
        printf "%s", missing[path]
    }
}
