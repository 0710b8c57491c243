# traces: what `traces` tells of the paper's numbers, tables and figures, as HTML for the end of the page.
#
# awk -f traces.awk TEXT.org... traces.tsv: of the numbers, those that the texts use.
function safe(text) {
    gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text)
    gsub(/"/, "\\&quot;", text)
    return text
}
# Org's marks are for the text, not for a list.
function bare(text) {
    gsub(/\*/, "", text); text = safe(text)
    while (match(text, /\/[A-Za-z]\//)) text = substr(text, 1, RSTART - 1) "<i>" \
        substr(text, RSTART + 1, 1) "</i>" substr(text, RSTART + 3)
    return text
}
# A file, as a link to where its making is told.
function link(path) {
    return path in listed ? "<a href=\"#file-" listed[path] "\"><code>" safe(path) "</code></a>" \
                          : "<code>" safe(path) "</code>"
}
function first_name(words) {
    sub(/^.*\//, "", words); sub(/\.sql.*/, "", words)
    return words
}
# Of a verdict, what it is; its sentences stand where it is linked from.
function brief(text) { sub(/:.*/, "", text); return text }

FILENAME !~ /\.tsv$/ {
    line = $0
    while (match(line, /\{\{\{[A-Za-z0-9_-]+\}\}\}/)) {
        used[substr(line, RSTART + 3, RLENGTH - 6)]
        line = substr(line, RSTART + RLENGTH)
    }
    next
}
BEGIN { FS = "\t" }
$1 == "result" {
    count++
    kind[count] = $2; name[count] = $3; value[count] = $4; script[count] = $5; rows[count] = 0
    shown[count] = $2 != "number" || $3 in used
}
$1 == "row" && shown[count] {
    n = ++rows[count]
    file[count, n] = $2; from[count, n] = $3; to[count, n] = $4; values[count, n] = $5
    wanted[$2]
}
$1 == "more" { more[count] = 1 }
$1 == "file" && $2 in wanted {
    files++
    path[files] = $2; hash[files] = $3; changed[files] = $4; program[files] = $5; made[files] = $6
    arguments[files] = $7
    listed[$2] = files
}
$1 == "from" && $2 in listed {
    inputs[listed[$2]] = inputs[listed[$2]] (inputs[listed[$2]] ? ", " : "") "<code>" safe($3) "</code>" \
        ($4 > 1 ? " (" $4 " files" ($5 ? ", by " $5 : "") ")" : $5 ? " (by " $5 ")" : "")
}

# The rows of one result, those of one file together; of many files of a folder, how many.
function tell_rows(i,    j, text, last, many, here) {
    for (j = 1; j <= rows[i]; j++) if (!((i, file[i, j]) in counted)) {
        counted[i, file[i, j]]
        many[folder(file[i, j])]++
    }
    for (j = 1; j <= rows[i]; j++) {
        here = folder(file[i, j])
        if (many[here] > 8) {
            if (!((i, here) in counted))
                text = text (text ? "; " : "") "<code>" safe(here) "</code> (" many[here] " files)"
            counted[i, here]
            last = file[i, j]
            continue
        }
        if (file[i, j] != last) text = text (text ? "; " : "") link(file[i, j])
        if (from[i, j] && from[i, j] == to[i, j])
            text = text (file[i, j] != last ? (file[i, j + 1] == file[i, j] ? ", rows " : ", row ") : ", ") from[i, j]
        else if (from[i, j])
            text = text (file[i, j] != last ? ", rows " : ", ") from[i, j] " to " to[i, j]
        sub(/ (rule|test)=.*/, "", values[i, j])
        if (values[i, j] && rows[i] <= 2) text = text " <small>" safe(values[i, j]) "</small>"
        last = file[i, j]
    }
    return (text ? text : "no row of results") (more[i] ? ", and more rows" : "")
}
function tell(i,    id, words) {
    words = kind[i] == "figure" ? "figures/" first_name(script[i]) ".png" : kind[i] == "table" ? \
        first_name(script[i]) : name[i]
    id = (kind[i] == "number" ? "n-" : kind[i] == "table" ? "t-" : "f-") \
        (kind[i] == "number" ? name[i] : first_name(script[i]))
    print "<div class=\"trace\" id=\"" id "\">"
    print "<b>" safe(words) "</b>" (kind[i] == "number" ? " = " bare(brief(value[i])) \
        " <a href=\"#u-" name[i] "\" aria-label=\"back to where it stands\">↩</a>" : "")
    print "<br>Query <code>" safe(script[i]) "</code>; " (kind[i] == "number" ? "rests on " : "reads ") \
        tell_rows(i)
    if (kind[i] != "table")
        print "<br><code class=\"type\">make trace RESULT='" safe(words) "'</code>"
    print "</div>"
}
function section(title, which,    i) {
    print "<h3>" title "</h3>"
    for (i = 1; i <= count; i++) if (shown[i] && kind[i] == which) tell(i)
}
# Predictions of many cells are told in a table that is closed.
function folder(text) { sub(/[^\/]*$/, "", text); return text }
function tell_file(i) {
    print "<div class=\"trace\" id=\"file-" i "\"><b>" safe(path[i]) "</b> <code class=\"hash\">" hash[i] \
        "</code>" (changed[i] ? " <strong>changed since</strong>" : "")
    if (program[i]) print "<br>Made by <b>" program[i] "</b> <code class=\"hash\">" made[i] \
        "</code> with <code>" safe(arguments[i]) "</code>" (inputs[i] ? " from " inputs[i] : "")
    print "</div>"
}
END {
    if (!files) {
        print "docmem: paper: traces.tsv: no file is told of; make it again" > "/dev/stderr"
        exit 1
    }
    print "<div class=\"traces\">"
    section("Numbers", "number")
    section("Tables", "table")
    section("Figures", "figure")
    print "<h3>Files</h3>"
    for (i = 1; i <= files; i++) members[folder(path[i])]++
    for (i = 1; i <= files; i++) {
        here = folder(path[i])
        if (members[here] > 8 && here != last)
            print "<details><summary><code>" safe(here) "</code>, " members[here] " files</summary>"
        tell_file(i)
        if (members[here] > 8 && folder(path[i + 1]) != here) print "</details>"
        last = here
    }
    print "</div>"
}
