# journal.awk: reads the journal of a run (stages/show/say says what it holds) and tells how the run is.
#
#   awk -v now=MS -f stages/show/journal.awk build/tiny/logs/run.PID.TIME
#
# First `state LINES LAST DONE ALL STOPPED SINCE LEFT`: LAST is the process that ended last, times are
# milliseconds, LEFT -1 where it cannot be told. Then `running TARGET KIND SINCE` and `failed TARGET`,
# and of a failure that was not shown yet `new TARGET`.

$1 == "all" { left[$2] = $3; all += $3 }
$1 == "mean" { mean[$2] = $3 }
$1 == "start" { open[$2] = 1; kind[$2] = $3; target[$2] = $4; at[$2] = $5; if (!since) since = $5 }
$1 == "told" { for (path in failed) failed[path] = "failed" }
$1 == "end" && $2 in open {
    last = $2
    busy += $3
    if ($4 == 0) { done++; left[kind[$2]]--; sum[kind[$2]] += $3; count[kind[$2]]++ }
    else if ($4 ~ /^(129|130|143)$/) stopped++
    else failed[target[$2]] = "new"
    delete open[$2]
}
END {
    printf "state %d %d %d %d %d %.0f %.0f\n", NR, last, done, all, stopped, since, remaining()
    for (pid in open) print "running", target[pid], kind[pid], at[pid]
    for (path in failed) {
        print "failed", path
        if (failed[path] == "new") print "new", path
    }
}

# As many at once as so far; kinds whose time is unknown, if few, take what the others take. What is at
# work saves no more than its kind takes.
function remaining(    pid, name, rest, spent, saved, usual, unknown, known) {
    for (pid in open) {
        name = kind[pid]
        usual = count[name] ? sum[name] / count[name] : name in mean ? mean[name] : 0
        spent += now - at[pid]
        saved += now - at[pid] < usual ? now - at[pid] : usual
    }
    for (name in left)
        if (count[name]) rest += left[name] * sum[name] / count[name]
        else if (name in mean) rest += left[name] * mean[name]
        else unknown += left[name]
    known = all - done - unknown
    if (known <= 5 * unknown || busy + spent <= 0 || now <= since) return -1
    rest = rest > saved ? rest - saved : 0
    return int(rest * (known + unknown) / known * (now - since) / (busy + spent))
}
