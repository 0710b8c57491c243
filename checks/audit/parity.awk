# From the lines that checks append to the file named by DOCMEM_PARITY to an Org table: of each
# model and quantity the largest error.
BEGIN { FS = ","; add("model,dtype,files,quantity,largest error,bound") }
!($1 in quantities) { models[++count] = $1; kept[$1] = $2 FS $3 }
{
    key = $1 FS $4
    if (!(key in worst)) quantities[$1] = quantities[$1] FS $4
    if (!(key in worst) || $5 + 0 > worst[key] + 0) worst[key] = $5
    bound[key] = $6
}
END {
    if (!count) { print "parity: no check has told anything" >"/dev/stderr"; exit 1 }
    print "# Made by make parity. The largest difference of any element from float64, as a share of the"
    print "# largest element, over both ways a checkpoint is kept: widened to float32, and in its own type."
    for (m = 1; m <= count; m++) {
        n = split(substr(quantities[models[m]], 2), names)
        for (q = 1; q <= n; q++) {
            key = models[m] FS names[q]
            add(models[m] FS kept[models[m]] FS names[q] FS worst[key] FS bound[key])
        }
    }
    for (r = 1; r <= rows; r++) {
        n = split(row[r], cells)
        for (c = 1; c <= n; c++) printf "| %-" width[c] "s ", cells[c]
        print "|"
        if (r == 1) {
            for (c = 1; c <= n; c++) printf "%s%s", (c > 1 ? "+" : "|"), dashes(width[c] + 2)
            print "|"
        }
    }
}
function add(line,    cells, n, c) {
    row[++rows] = line
    n = split(line, cells)
    for (c = 1; c <= n; c++) if (length(cells[c]) > width[c]) width[c] = length(cells[c])
}
function dashes(n,    text) {
    while (n-- > 0) text = text "-"
    return text
}
