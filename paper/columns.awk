# columns: an Org table of sqlite3 (-markdown) without the columns that no row has a value in.
BEGIN { FS = "|" }
{ line[NR] = $0 }
NR > 2 { for (i = 2; i < NF; i++) if ($i ~ /[^ ]/) held[i] }
END {
    for (row = 1; row <= NR; row++) {
        n = split(line[row], cell)
        for (i = 2; i < n; i++) if (i in held) printf "|%s", cell[i]
        print "|"
    }
}
