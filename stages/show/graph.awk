# graph.awk: reads what Make knows of the files it makes (make -p) for another awk program, in front of
# which it stands: awk -f stages/show/graph.awk -f stages/show/status.awk.
#
# made[TARGET]: its recipe as it is written; needs[TARGET]: the files it is made from, blanks between;
# todo[TARGET]: the kind of work that `make -n`, told with the rest, would do; value[NAME]: variables.

$1 == "." && $2 == "stages/show/say" && !files { sub(/;$/, "", $4); todo[$4] = $3; next }
/^# Files$/ { files = 1; next }
/^# VPATH Search Paths$/ { files = 0; next }
!files && $2 ~ /^:?=$/ && /^[A-Za-z_]+ :?= / { value[$1] = $0; sub(/^[^=]*= */, "", value[$1]); next }
files && /^# Not a target:$/ { getline; target = ""; next }
files && /^[^#\t ][^=]*:/ && !/^\./ {
    target = $1
    sub(/:+$/, "", target)
    sub(/^[^:]*:+ */, "")
    gsub(/ *\| */, " ")
    needs[target] = $0
    next
}
files && /^\t/ && target != "" { made[target] = made[target] $0 "\n" }
