# lists: makes C of the lists in data/world/*.txt, for lib/world/world_tables.c.
#
#   == words            then a list a line: NAME KEY PATTERN
#   == KIND facts       then a fact a line: NAME KEY PERCENT PATTERN
#   == KIND wordings    then a wording a line; so also under == KIND never
#
# Blank lines, and lines that begin with #, are passed over; a line that begins with a blank goes on with the one before it.

function stop(what) {
    printf "docmem: lists: %s:%d: %s\n", FILENAME, FNR, what >"/dev/stderr"
    failed = 1
    exit 1
}

# Writes the line that was read, in C.
function end_line() {
    if (line != "")
        printf "    %s\"%s\"%s,\n", before, line, before == "" ? "" : "}"
    line = ""
}

function end_list() {
    end_line()
    if (list != "")
        print "    " last[list] ",\n};"
}

BEGIN {
    key = "^(none|nation|era|theme)$"
    type["words"] = "const WorldWords"
    type["facts"] = "static const WorldFact"
    type["wordings"] = type["never"] = "static const char *const"
    last["words"] = "{NULL, KEY_NONE, NULL}"
    last["facts"] = "{NULL, KEY_NONE, 0, NULL}"
    last["wordings"] = last["never"] = "NULL"
    print "/* Made of data/world by lists.awk. */"
}

/["\\]/ { stop("has a quotation mark or a backslash; put it otherwise") }
/^#/ || NF == 0 { next }
/^ / {
    sub(/^ +/, "")
    line = line $0
    next
}
/^== / {
    end_list()
    list = $NF
    name = NF == 2 ? "world" : $2
    if (!(list in type) || NF != (list == "words" ? 2 : 3) || name !~ /^[a-z]+$/)
        stop("is no heading; write == words, or == KIND facts, wordings or never")
    printf "%s %s_%s[] = {\n", type[list], name, list
    next
}
{
    end_line()
    before = ""
    line = $0
}
list == "" { stop("stands under no heading; write one before it, as == film facts") }
list == "words" {
    if (NF < 3 || $1 !~ /^[a-z]+$/ || $2 !~ key)
        stop("is no word list; write NAME, then none, nation, era or theme, and a pattern")
    before = sprintf("{\"%s\", KEY_%s, ", $1, toupper($2))
    sub(/^[^ ]+ [^ ]+ /, "", line)
}
list == "facts" {
    if (NF < 4 || $1 !~ /^[a-z]+$/ || $2 !~ key || $3 !~ /^[0-9]+$/ || $3 > 100)
        stop("is no fact; write NAME, then none, nation, era or theme, a percentage, and a pattern")
    before = sprintf("{\"%s\", KEY_%s, %d, ", $1, toupper($2), $3)
    sub(/^[^ ]+ [^ ]+ [^ ]+ /, "", line)
}
END {
    if (!failed)
        end_list()
}
