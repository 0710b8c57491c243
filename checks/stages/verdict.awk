# verdict: tests and verdicts recomputed. The first file has the contrasts, not 0, of documents or
# claims: claim, part, value. The second has a row a verdict: claim, part, effect wanted and found,
# low, high, test, p, p_holm, verdict, claims lost and won, units and test wanted. Needs statistics.awk.
NR == FNR { key = $1 FS $2; value[key, ++count[key]] = $3; next }
{
    n = ++rows
    claim[n] = $1; part[n] = $2; effect[n] = $3; found[n] = $4; low[n] = $5; high[n] = $6
    p[n] = $8; p_holm[n] = $9; verdict[n] = $10
    family[n] = $2 == "" ? "claims" : $1
    size[family[n]]++
    if ($13 != $14) print $1 " " $2 ": " $13 " units wanted, found " $14
    if ($15 != $7) print $1 " " $2 ": test " $15 " wanted, found " $7
    if ($7 == "McNemar" && apart(mcnemar($11, $12), $8, 1e-9))
        print $1 " " $2 ": McNemar gives " mcnemar($11, $12) ", found " $8
    if ($7 != "McNemar") { # two estimates from random signs, each with its error
        flipped = sign_flip($1 FS $2, count[$1 FS $2], 0, count[$1 FS $2])
        if (p_apart(flipped, $8))
            print $1 " " $2 ": flipped signs give " flipped ", found " $8
    }
}
END {
    for (r = 1; r <= rows; r++) {
        if (apart(effect[r], found[r], 1e-9)) fault("effect " effect[r] ", found " found[r])
        if (!(low[r] <= found[r] + 1e-12 && found[r] <= high[r] + 1e-12)) fault("outside its interval")
        if (!(p[r] > 0 && p[r] <= 1)) fault("p " p[r])
        corrected = holm(r)
        if (apart(corrected, p_holm[r], 1e-9)) fault("Holm gives " corrected ", found " p_holm[r])
        sure = p_holm[r] < 0.05 && (low[r] > 0 || high[r] < 0)
        wanted = !sure ? "undecided" : high[r] < 0 ? "supported" : "contradicted"
        if (claim[r] == "C15") {
            if (part[r] == "") { whole = r; continue }
            layers++; lower += wanted == "supported"; higher += wanted == "contradicted"
        }
        if (verdict[r] != wanted) fault("is " wanted ", found " verdict[r])
    }
    wanted = 2 * lower > layers && higher ? "supported" : \
        2 * higher >= layers ? "contradicted" : "undecided"
    r = whole
    if (verdict[r] != wanted) fault("is " wanted ", found " verdict[r])
}
