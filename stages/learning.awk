# learning: tables of layer_choice, one an allocation and named by it, become one table, the allocation first.
FNR == 1 {
    name = FILENAME
    gsub(/.*\/|[.]csv$/, "", name)
    if (NR == 1) print "allocation," $0
    next
}
{ print name "," $0 }
