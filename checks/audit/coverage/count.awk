# count.awk: branches of each file of lib/, from gcov's text; `file PATH taken all`, and for each condition
# with branches never gone `missing PATH:LINE: marks: source`, a mark `-` for each such branch, else `+`.
function tell_condition() {
    if (gone < ways) missing[path] = missing[path] "missing " path ":" line ": " marks ": " source "\n"
    gone = ways = 0
    marks = ""
}
/^ *-: +0:Source:/ {
    tell_condition()
    path = $0
    sub(/.*:Source:/, "", path)
    counted = path ~ /^lib\/[^\/]*\/[^\/]*\.c$/
    next
}
!counted { next }
/^branch / {
    all[path]++
    ways++
    now = $3 == "taken" && $4 > 0
    taken[path] += now
    gone += now
    marks = marks (now ? "+" : "-")
    next
}
/^ *[-#=0-9*]+: *[0-9]+:/ {
    tell_condition()
    split($0, part, ":")
    line = part[2] + 0
    source = $0
    sub(/^[^:]*:[^:]*: */, "", source)
}
END {
    tell_condition()
    for (path in all) {
        print "file", path, taken[path] + 0, all[path]
        printf "%s", missing[path]
    }
}
