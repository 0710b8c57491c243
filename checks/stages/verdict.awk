# verdict: tests and verdicts recomputed. The first file has the contrasts, not 0, of documents or
# claims: claim, part, value. The second has a row a verdict: claim, part, effect wanted and found,
# low, high, test, p, p_holm, verdict, claims lost and won, units and test wanted.
function mcnemar(lost, won,    n, k, term, sum) { # by logarithms: the tail of a fair coin, twice
    n = lost + won
    if (n == 0) return 1
    term = -n * log(2)
    for (k = 0; k <= (lost < won ? lost : won); k++) {
        sum += exp(term)
        term += log(n - k) - log(k + 1)
    }
    return 2 * sum < 1 ? 2 * sum : 1
}
# Share of random signs that give a sum as far from 0; by awk's own generator.
function sign_flip(key,    n, i, k, sum, far, drawn) {
    n = count[key]
    for (i = 1; i <= n; i++) sum += value[key, i]
    sum = (sum < 0 ? -sum : sum) - 1e-9
    for (k = 0; k < DRAWS; k++) {
        drawn = 0
        for (i = 1; i <= n; i++) drawn += rand() < 0.5 ? value[key, i] : -value[key, i]
        far += drawn >= sum || -drawn >= sum
    }
    return (far + 1) / (DRAWS + 1)
}
function apart(a, b, most) { return !((a - b) ^ 2 <= most ^ 2) }
function fault(text) { print claim[r] " " part[r] ": " text }
BEGIN { FS = "\t"; DRAWS = 2000; srand(1) }
NR == FNR { key = $1 FS $2; value[key, ++count[key]] = $3; next }
{
    n = ++rows
    claim[n] = $1; part[n] = $2; effect[n] = $3; found[n] = $4; low[n] = $5; high[n] = $6
    p[n] = $8; holm[n] = $9; verdict[n] = $10
    family[n] = $2 == "" ? "claims" : $1
    size[family[n]]++
    if ($13 != $14) print $1 " " $2 ": " $13 " units wanted, found " $14
    if ($15 != $7) print $1 " " $2 ": test " $15 " wanted, found " $7
    if ($7 == "McNemar" && apart(mcnemar($11, $12), $8, 1e-9))
        print $1 " " $2 ": McNemar gives " mcnemar($11, $12) ", found " $8
    if ($7 != "McNemar") { # two estimates from random signs, each with its error
        flipped = sign_flip($1 FS $2)
        if (apart(flipped, $8, 0.003 + 4.5 * sqrt(2 * flipped * (1 - flipped) / DRAWS)))
            print $1 " " $2 ": flipped signs give " flipped ", found " $8
    }
}
END {
    for (r = 1; r <= rows; r++) {
        if (apart(effect[r], found[r], 1e-9)) fault("effect " effect[r] ", found " found[r])
        if (!(low[r] <= found[r] + 1e-12 && found[r] <= high[r] + 1e-12)) fault("outside its interval")
        if (!(p[r] > 0 && p[r] <= 1)) fault("p " p[r])
        # Holm: the largest of p times the tests that are no smaller, over those up to this one.
        corrected = 0
        for (s = 1; s <= rows; s++) if (family[s] == family[r] && p[s] <= p[r]) {
            smaller = 0
            for (t = 1; t <= rows; t++) smaller += family[t] == family[r] && p[t] < p[s]
            scaled = p[s] * (size[family[r]] - smaller)
            corrected = scaled > corrected ? scaled : corrected
        }
        corrected = corrected < 1 ? corrected : 1
        if (apart(corrected, holm[r], 1e-9)) fault("Holm gives " corrected ", found " holm[r])
        sure = holm[r] < 0.05 && (low[r] > 0 || high[r] < 0)
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
