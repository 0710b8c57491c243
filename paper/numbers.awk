# numbers: lines `name TAB value` into Org macros; a name without a value or given twice ends it.
BEGIN { FS = "\t" }
NF != 2 || $1 !~ /^[A-Za-z][-A-Za-z0-9_]*$/ || $2 == "" || $1 in seen {
    printf "docmem: paper: paper/numbers.sql: number %s has %s; correct the query, or make its data\n", \
        "'" $1 "'", $1 in seen ? "two values" : NF > 2 ? "a TAB in its value" : "no value" \
        > "/dev/stderr"
    bad = 1
    exit
}
{ seen[$1]; print "#+macro: " $1 " " $2 }
END { exit bad }
