# verdicts: tests and verdicts by another route than lib/verdict. -v WHAT=tests: the first file has the tables of
# verdicts.sql (claim, part, seed, unit, value, with tabs), the second the rows of verdicts that have an effect.
# -v WHAT=rules: rows of verdicts alone, of one half. A line a difference.
BEGIN { FS = "\t"; pi = atan2(0, -1) }
# Rows: claim, part, role, effect, low, high, p, p_holm, seeds, n, verdict, bound, rule.

# p of |t| with n degrees of freedom: the tail of cos^(n-1) from atan(t / sqrt n) to a right angle (Simpson).
function area(from, to, power,    i, n, h, sum, x) {
    n = 4000; h = (to - from) / n
    for (i = 0; i <= n; i++) {
        x = cos(from + i * h); if (x < 1e-300) x = 1e-300
        sum += (i == 0 || i == n ? 1 : i % 2 ? 4 : 2) * (power == 0 ? 1 : exp(power * log(x)))
    }
    return sum * h / 3
}
function student(t, n) {
    if (n > 1000) n = 1000
    return area(atan2(t < 0 ? -t : t, sqrt(n)), pi / 2, n - 1) / area(0, pi / 2, n - 1)
}
function test(way, error, n) { return error == 0 ? way == 0 : student(way / error, n) }
function apart(a, b) { return !((a - b) ^ 2 <= (1e-7 + 1e-4 * (b < 0 ? -b : b)) ^ 2) }
function fault(text) { print $1 " " $2 ": " text }

WHAT == "tests" && NR == FNR {
    key = $1 FS $2
    if (!((key, "s", $3) in seen)) { seen[key, "s", $3] = ++seeds[key] }
    if (!((key, "u", $4) in seen)) { seen[key, "u", $4] = ++units[key] }
    s = seen[key, "s", $3]; u = seen[key, "u", $4]
    of_seed[key, s] += $5; of_unit[key, u] += $5; times[key, u]++
    next
}
WHAT == "tests" && ($1 FS $2) in seeds {
    key = $1 FS $2; S = seeds[key]; U = 0; mean = 0; checked++
    for (u = 1; u <= units[key]; u++) if (times[key, u] == S) U++ # units that every seed has
    if (U != units[key]) { fault("seeds of different units"); next }
    a = b = x = y = 0
    for (s = 1; s <= S; s++) mean += of_seed[key, s] / S / U
    for (s = 1; s <= S; s++) a += (of_seed[key, s] / U - mean) ^ 2
    for (u = 1; u <= U; u++) b += (of_unit[key, u] / S - mean) ^ 2
    a = S > 1 ? a / (S - 1) / S : 0; b = U > 1 ? b / (U - 1) / U : 0
    if (S != $9 || U != $10) fault(S " seeds and " U " units, found " $9 " and " $10)
    if (apart(mean, $4)) fault("effect " mean ", found " $4)
    if (!($5 <= $4 + 1e-12 && $4 <= $6 + 1e-12)) fault("outside its interval")
    if (S < 2) next
    # The bounds that it may be tested at: as the rule has it, or 0 of a gain or loss.
    found = 0
    bounds = $13 ~ /want (no-)?(gain|loss)/ ? "0 " $12 " " (-$12) : $13 ~ /want within/ ? $12 " " (-$12) : $12
    for (i = split(bounds, bound, " "); i > 0; i--) {
        way = mean - bound[i]
        chance = test(way, sqrt(a), S - 1)
        if (a + b > 0 && U > 1) {
            n = int((a + b) ^ 2 / (a ^ 2 / (S - 1) + b ^ 2 / (U - 1)) + 1e-9)
            q = test(way, sqrt(a + b), n < 1 ? 1 : n)
            chance = q > chance ? q : chance
        }
        if (!apart($7, chance)) found = 1
        told = told (told ? ", " : "") chance
    }
    if (!found && $7 != 1) fault("p " told ", found " $7)
    told = ""
}
WHAT == "tests" { next }

# ---- Holm, and what follows from the parts ----------------------------------------------------
$3 == "claim" { n = ++claims; name[n] = $1; p[n] = $7; holm[n] = $8; verdict[n] = $11; rule[n] = $13; missing[n] = $4 == "" }
$3 == "decides" || $3 == "control" {
    part = $2; sub(/: .*/, "", part); key = $1 FS $3 FS part
    if (!(key in size)) list[$1, ++groups[$1]] = key
    size[key]++; holds[key] += $11 == "holds"; fails[key] += $11 == "fails"; lost[key] += $11 == "not measured"
    need[key] = $13 ~ /; need at least/ ? $13 : $13 ~ /; need above/ ? $13 : ""
}
$3 == "variant" { turned[$1, $11]++ }
# Members that must hold.
function wanted(key,    words, number) {
    if (need[key] == "") return size[key]
    words = need[key]; sub(/.*; need (at least|above) /, "", words); number = words + 0
    if (need[key] ~ /need above/) return int(number < 1 ? number * size[key] : number) + 1
    return number < 1 ? int(number * size[key] + 0.999999) : number
}
END {
    if (WHAT == "tests") { if (checked < LEAST) print "only " checked + 0 " parts have been compared"; exit }
    for (i = 1; i <= claims; i++) if (tested(i)) family++
    for (i = 1; i <= claims; i++) if (tested(i)) {
        corrected = 0
        for (j = 1; j <= claims; j++) if (tested(j) && p[j] <= p[i]) {
            smaller = 0
            for (k = 1; k <= claims; k++) smaller += tested(k) && (p[k] < p[j])
            scaled = p[j] * (family - smaller)
            corrected = scaled > corrected ? scaled : corrected
        }
        corrected = corrected > 1 ? 1 : corrected
        if (apart(corrected, holm[i])) print name[i] ": Holm gives " corrected ", found " holm[i]
    }
    for (i = 1; i <= claims; i++) judge(i)
    if (claims != CLAIMS) print claims " claims, wanted " CLAIMS
}
function tested(i) { return p[i] != "" && verdict[i] != "not measurable here" && rule[i] !~ /; apart/ }
function judge(i,    g, key, all, any, gone, able, should) {
    all = able = 1; any = gone = 0
    for (g = 1; g <= groups[name[i]]; g++) {
        key = list[name[i], g]
        if (key ~ /\tcontrol\t/) { if (holds[key] < wanted(key)) able = 0; continue }
        gone += lost[key]
        all = all && holds[key] >= wanted(key)
        any = any || fails[key] >= size[key] - wanted(key) + 1
    }
    should = !able ? "not measurable here" : gone || holm[i] == "" || holm[i] >= 0.05 ? "undecided" : \
        all ? "holds here" : any ? "fails here" : "undecided"
    if (able && turned[name[i], "holds here"] + (should == "holds here") && \
        turned[name[i], "fails here"] + (should == "fails here")) should = "depends on"
    if (index(verdict[i], should) != 1) print name[i] ": is " should " by its parts, found " verdict[i]
}
