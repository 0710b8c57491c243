# results_metadata.awk: the comments of results.sql as metadata for Datasette.
#
#   awk -f stages/results_metadata.awk stages/results.sql > build/metadata.json
#   datasette build/results.db --metadata build/metadata.json
#
# The comment below CREATE describes the table or view, one beside or below a column that column; a
# column without one is described as in the first table that has one.

function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
# `text` with one more line of a comment.
function with(text, line) { sub(/.*-- */, "", line); return text (text == "" ? "" : " ") line }

/^CREATE (TABLE|VIEW)/ {
    name = $3
    sub(/\(.*/, "", name)
    table[++tables] = name
    column = ""
    is_view = $2 == "VIEW"
    next
}
/^[^ ]/ { name = ""; next }
name == "" || (is_view && !/^    --/) { next }
/^    --/ && column == "" { about[name] = with(about[name], $0); next }
/^ +--/ { what[name, column] = with(what[name, column], $0); next }
/^    [a-z_]+ (TEXT|INTEGER|REAL)/ {
    column = $1
    columns[name] = columns[name] (columns[name] == "" ? "" : " ") column
    if (/--/) what[name, column] = with("", $0)
    next
}
/^    [A-Z]/ { column = "-" }

END {
    print "{\"title\": \"docmem: results\","
    print " \"description\": \"Everything that was measured, of every profile that was run.\","
    print " \"databases\": {\"results\": {\"tables\": {"
    for (i = 1; i <= tables; i++) {
        name = table[i]
        printf "  %s: {\"description\": %s", quoted(name), quoted(about[name])
        count = split(columns[name], list, " ")
        told = 0
        for (j = 1; j <= count; j++) {
            text = what[name, list[j]]
            if (text == "") text = first[list[j]]
            else if (!(list[j] in first)) first[list[j]] = text
            if (text != "") printf "%s\n    %s: %s", told++ ? "," : ", \"columns\": {", quoted(list[j]), quoted(text)
        }
        print (told ? "}" : "") "}" (i < tables ? "," : "")
    }
    print " }}}}"
}
