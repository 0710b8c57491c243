# numbers: lines `name TAB value` into Org macros; a name without a value or given twice ends it.
BEGIN { FS = "\t" }
function stop(what) {
    printf "docmem: paper: paper/numbers.sql: number '%s' has %s; correct the query, or make its data\n", \
        $1, what > "/dev/stderr"
    bad = 1
    exit
}
$1 in seen { stop("two values") }
NF > 2 { stop("a tabulator in its value") }
$2 == "" { stop("no value") }
{ seen[$1]; print "#+macro: " $1 " " $2 }
END { exit bad }
