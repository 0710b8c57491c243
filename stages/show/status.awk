# status.awk: after graph.awk and with its data, what is done of each question, as tables.
#
#   awk -v out=build/tiny -v here=FILES -v now=MS -v color=1 -f stages/show/graph.awk -f stages/show/status.awk
#
# here: a file of the paths that exist, and of the lines `running TARGET KIND MS` and `failed TARGET`.

BEGIN {
    while ((getline < here) > 0)
        if ($1 == "running") { running[$2] = $3 " " $4 }
        else if ($1 == "failed") failed[$2] = 1
        else exists[$1] = 1
}
END {
    count = split(value["QUESTIONS"], question, " ")
    for (i = 1; i <= count; i++) walk(value["ANSWERS_" question[i]], i)
    rest = count + 1
    question[rest] = "figures, tables, paper"
    walk("all", "all")
    for (target in state)
        if (!(target in asked)) add(rest, target)
    for (target in state) add("all", target)
    head()
    for (i = 1; i <= rest; i++) row(question[i], i)
    row("all", "all")
    print ""
    tell()
}

# Files of the profile that a recipe makes; settings are no results.
function counted(target) {
    return (target in made) && (index(target, out "/") == 1 || target ~ /^(figures|paper|build\/results)/) && \
        index(target, out "/settings/") != 1
}

# Whether nothing is to be made anew for the target, nor lacks of what it is made from.
function sound(target,    n, name, j) {
    if (target in known) return known[target]
    known[target] = !(target in todo) && !((target in made) && counted(target) && !(target in exists))
    n = split(needs[target], name, " ")
    for (j = 1; j <= n && known[target]; j++)
        if (!sound(name[j])) known[target] = 0
    return known[target]
}

# Follows everything that the targets need; questions are numbers.
function walk(targets, mark,    n, name, j, stack, top, target) {
    top = split(targets, stack, " ")
    while (top > 0) {
        target = stack[top--]
        if ((mark, target) in seen) continue
        seen[mark, target] = 1
        if (counted(target)) {
            state[target] = target in running ? "running" : \
                !(target in exists) ? "missing" : sound(target) ? "done" : "stale"
            if (mark != "all") { asked[target] = 1; add(mark, target) }
        } else if (target in todo)
            programs += !programs_seen[target]++
        n = split(needs[target], name, " ")
        for (j = 1; j <= n; j++) stack[++top] = name[j]
    }
}

function add(mark, target) { total[mark]++; tally[mark, state[target]]++ }

function paint(code, text) { return color ? "\033[" code "m" text "\033[0m" : text }

function head() {
    printf "%s\n", paint(1, sprintf("%-23s%6s%6s%7s%9s%9s", profile, "files", "done", "stale", "running", "missing"))
}

function row(name, mark,    share, bar, i) {
    if (!total[mark]) return
    share = tally[mark, "done"] / total[mark]
    for (i = 0; i < 12; i++) bar = bar (i < int(12 * share) ? "#" : ".")
    printf "%-23s%6d%6d%7s%9s%9s %s %3d %%\n", name, total[mark], tally[mark, "done"],
        some(tally[mark, "stale"]), some(tally[mark, "running"]), some(tally[mark, "missing"]),
        paint(share == 1 ? 32 : 2, bar), int(100 * share)
}

function some(n) { return n ? n : "-" }

function lasted(ms,    s) {
    s = int(ms / 1000)
    return s < 60 ? s " s" : s < 3600 ? sprintf("%d:%02d min", s / 60, s % 60) : \
        sprintf("%d:%02d h", s / 3600, s % 3600 / 60)
}

# What is at work, what failed last, and what to do next.
function tell(    target, part) {
    for (target in running) {
        split(running[target], part, " ")
        printf "running: %s %s, for %s\n", part[1], target, lasted(now - part[2])
    }
    for (target in failed)
        if (target in todo) printf "%s %s; its log: %s\n", paint("1;31", "failed:"), target, log_of(target)
    if (programs) print programs " object files and programs are to be built; what they make counts as stale."
    if (tally["all", "done"] == total["all"]) print "Everything is made: make results, make open."
    else print "make all" (profile == "tiny" ? "" : " PROFILE=" profile) " makes the rest."
}

function log_of(target) {
    return (index(target, out "/") == 1 ? out "/logs" substr(target, length(out) + 1) : \
        "build/logs/" target) ".log"
}
