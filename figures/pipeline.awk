# pipeline.awk: after graph.awk, what Make knows of `all` as a graph in Graphviz's language.
#
#   awk -v out=build/tiny -v bin=build/bin -f stages/show/graph.awk -f figures/pipeline.awk
#
# A program is a filled box, a question's orange, a tool's grey; files of one kind are one plain name, with their number. Settings, objects
# and copies are left out. Colours and font are those of style.gp.

END {
    walk("all")
    for (target in seen)
        if (drawn(target)) place(target)
    print "digraph pipeline {"
    print "    rankdir=TB; nodesep=0.16; ranksep=0.3; bgcolor=white; pad=0.1"
    print "    node [fontname=\"Open Sans\", fontsize=11, fontcolor=\"#222222\", height=0.25, margin=\"0.08,0.04\"]"
    print "    edge [color=\"#6b6b6b\", arrowsize=0.5, penwidth=0.7]"
    fflush()
    count = split(value["QUESTIONS"], name, " ")
    for (i = 1; i <= count; i++) question[name[i]] = 1
    nodes("sort")
    edges("sort")
    print "}"
}

# What is needed for `targets`, into seen[].
function walk(targets,    stack, top, n, name, j, target) {
    top = split(targets, stack, " ")
    while (top > 0) {
        target = stack[top--]
        if (seen[target]++) continue
        n = split(needs[target], name, " ")
        for (j = 1; j <= n; j++) stack[++top] = name[j]
    }
}

# Whether it is a result: not a setting, nor a copy, nor the list of what there is.
function drawn(target) {
    return (target in made) && target !~ "^" out "/(settings/|results.list)" && \
        (index(target, out "/") == 1 || target ~ /^build\/results/)
}

function base(path) { sub(/.*\//, "", path); return path }

# The program of a target: a stage, or the tool its recipe calls.
function program(target,    n, name, j) {
    n = split(needs[target], name, " ")
    for (j = 1; j <= n; j++)
        if (index(name[j], bin "/") == 1) return base(name[j])
    if (made[target] ~ /call draw,/) return "gnuplot"
    if (made[target] ~ /\(ask\)/) return "sqlite3"
    if (made[target] ~ /export_as/) return "emacs"
    if (made[target] ~ /typeset/) return "pdflatex"
    return ""
}

# The kind that a file belongs to; "" for what is not drawn.
function kind(path,    part, n, suffix) {
    if (path ~ "^" out "/settings/" || path ~ /\.(mk|awk|el|css|o|a|list)$/ || path ~ /^build\/(obj|bin)/ || \
        path == "paper/typeset" || path == "figures/style.gp" || path == "Makefile" || path == "FORCE" || \
        path == "paper/preamble.tex")
        return ""
    if (index(path, out "/") == 1) {
        path = substr(path, length(out) + 2)
        n = split(path, part, "/")
        if (n == 1 && path ~ /\.csv$/ && program(out "/" path) != "") return program(out "/" path) " tables"
    } else {
        n = split(path, part, "/")
        if (path ~ /^data\/.*\.csv$/) return path
        if (path ~ /(\.safetensors|\/(config|tokenizer|.*index)\.json)$/) return "checkpoint"
        if (path == "stages/results.sql") return ""
        if (path ~ /^stages\//) return "stages/*.c"
    }
    if (path == "world") return "world/*"
    if (n == 1 || path ~ /^build\/results/) return part[n]
    suffix = part[n]
    if (suffix !~ /\./) return part[1] "/*"
    sub(/^.*\./, "", suffix)
    if (suffix ~ /^(png|svg|gif)$/) return "figures/*.png, .svg, .gif"
    if (suffix == "frames") suffix = "gp"
    if (part[1] == "tables") return "tables/*.txt, .org"
    if (part[1] == "paper" && suffix ~ /^(html|tex)$/) return "paper/*.html, .tex"
    if (path == "paper/numbers.org") return "tables/*.txt, .org"
    if (path ~ /^paper\/methods\//) return "methods/*.org"
    return part[1] "/*." suffix
}

function place(target,    to, tool, n, name, j, from) {
    to = kind(target)
    if (to == "") return
    number[to]++
    tool = program(target)
    if (tool != "") {
        tool = is_stage(tool) ? "program " tool : "program " tool " for " to
        edge[tool "\t" to] = 1
    } else tool = to
    n = split(needs[target], name, " ")
    for (j = 1; j <= n; j++) {
        from = kind(name[j])
        if (from == "" || from == to && tool == to) continue
        if (!(name[j] in made) && !given[name[j]]++) number[from]++
        edge[from "\t" tool] = 1
    }
}

function is_stage(tool) { return tool !~ /^(gnuplot|sqlite3|emacs|pdflatex)$/ }

function quoted(text) { return "\"" text "\"" }

function nodes(sorter,    pair, part, done, i, name, label) {
    for (pair in edge) {
        split(pair, part, "\t")
        for (i = 1; i <= 2; i++) {
            name = part[i]
            if (done[name]++) continue
            if (name ~ /^program /) {
                split(name, label, " ")
                print "    " quoted(name) " [label=" quoted(label[2]) ", shape=box, style=\"filled,rounded\", " \
                    shade(label[2]) "]" | sorter
            } else
                print "    " quoted(name) " [label=" quoted(name (number[name] > 1 ? " (" number[name] ")" : "")) \
                    ", shape=plain]" | sorter
        }
    }
    close(sorter)
}

# Questions, other stages, tools.
function shade(tool) {
    return tool in question ? "color=\"#D55E00\", fillcolor=\"#fbece2\"" : \
        is_stage(tool) ? "color=\"#0072B2\", fillcolor=\"#e6f1f8\"" : "color=\"#6b6b6b\", fillcolor=\"#f2f2f2\""
}

function edges(sorter,    pair, part) {
    for (pair in edge) {
        split(pair, part, "\t")
        # What a stage reads of its own kind lies below it all the same.
        print "    " quoted(part[1]) " -> " quoted(part[2]) \
            (part[2] ~ /^program / && (part[2] "\t" part[1]) in edge ? " [constraint=false]" : "") | sorter
    }
    close(sorter)
}
