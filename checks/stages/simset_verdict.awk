# simset_verdict: the verdicts of simset_vs_unstructured recomputed. The first file has contrasts,
# not 0, of documents or claims: claim, part, value. The second has a row a verdict: claim, part,
# effect wanted and found, low, high, test, p, p_holm, verdict, margin wanted and found, needed,
# units wanted and found. Needs statistics.awk; no sign is flipped where DRAWS is 0.
function begins(text, start) { return substr(text, 1, length(start)) == start }
function root(key) { sub(/ (over|layer) .*/, "", key); return key }
# How a row is decided: differ, not worse, alike, gain (a gain supports), none (a gain contradicts).
function criterion(r) {
    if (claim[r] == "C16" || claim[r] == "mistake") return "alike"
    if (claim[r] == "C17") return margin[r] == "" ? "differ" : "not worse"
    return claim[r] == "C18" ? "none" : claim[r] == "C19" ? "gain" : "differ"
}
function bound_of(r,    how) {
    how = criterion(r)
    if (how == "alike") return found[r] < 0 ? -margin[r] : margin[r]
    return how == "not worse" ? -margin[r] : 0
}
function decide(r,    how, sure, b) {
    how = criterion(r); sure = p_holm[r] < 0.05; b = bound_of(r)
    if (how == "gain" || how == "none") {
        if (sure && low[r] > 0) return how == "gain" ? "supported" : "contradicted"
        return high[r] >= margin[r] ? "undecided" : how == "gain" ? "contradicted" : "supported"
    }
    if (how == "alike")
        return !sure ? "undecided" : low[r] > -margin[r] && high[r] < margin[r] ? "supported" : \
            low[r] > margin[r] || high[r] < -margin[r] ? "contradicted" : "undecided"
    if (!sure || (low[r] <= b && b <= high[r])) return "undecided"
    return low[r] > b ? "supported" : "contradicted"
}
function rank(kind) { return kind == "supported" ? 2 : kind == "undecided" ? 1 : 0 }
# The verdict of a claim that its parts decide.
function from_parts(name,    r, s, k, best, worst, up, down, some, parts) {
    worst = 3
    for (r = 1; r <= rows; r++) if (claim[r] == name && part[r] != "") {
        k = verdict[r]; parts++
        up += k == "supported"; down += k == "contradicted"
        if (name == "C16" || name == "mistake" || name == "C17" && (part[r] == "loss" || part[r] == "accuracy") ||
            name == "C20" && begins(part[r], "over "))
            worst = rank(k) < worst ? rank(k) : worst
        if (name == "C18" && part[r] ~ / over pretrained$/) {
            best = rank(k)
            for (s = 1; s <= rows; s++)
                if (claim[s] == name && part[s] == root(part[r]) " over none" &&
                    rank(verdict[s]) > best)
                    best = rank(verdict[s])
            worst = best < worst ? best : worst
        }
        for (s = 1; s <= rows; s++)
            if (claim[s] == name && part[s] != "" && root(part[s]) == root(part[r]))
                some = some || k == "supported" && verdict[s] == "contradicted"
    }
    if (name == "C19")
        return some ? "supported" : up == parts || down == parts ? "contradicted" : "undecided"
    return worst == 2 ? "supported" : worst == 1 ? "undecided" : "contradicted"
}
NR == FNR { key = $1 FS $2; value[key, ++count[key]] = $3; next }
{
    r = ++rows
    claim[r] = $1; part[r] = $2; effect[r] = $3; found[r] = $4; low[r] = $5; high[r] = $6
    p[r] = $8; p_holm[r] = $9; verdict[r] = $10; margin[r] = $12; needed[r] = $13
    family[r] = $2 != "" ? $1 : $1 == "mistake" ? "none" : "claims"
    size[family[r]]++
    decided = $2 == ""
    if (!decided && $14 != $15) fault($14 " units wanted, found " $15)
    if (!decided && apart($3, $4, 1e-9)) fault("effect " $3 ", found " $4)
    if (claim[r] == "C16" && !decided && apart($11, $12, 1e-6)) fault("margin " $11 ", found " $12)
    if ($7 != (bound_of(r) ? "sign-flip at the margin" : "sign-flip")) fault("test is " $7)
    if (!decided && DRAWS > 0) {
        key = $1 FS $2
        flipped = sign_flip(key, count[key], bound_of(r), $14)
        if (p_apart(flipped, $8)) fault("flipped signs give " flipped ", found " $8)
    }
}
END {
    for (r = 1; r <= rows; r++) {
        if (!(low[r] <= found[r] + 1e-12 && found[r] <= high[r] + 1e-12))
            fault("outside its interval")
        if (!(p[r] > 0 && p[r] <= 1)) fault("p " p[r])
        if (family[r] != "none" && apart(holm(r), p_holm[r], 1e-9)) fault("Holm gives " holm(r) ", found " p_holm[r])
        if ((verdict[r] == "undecided") < (needed[r] != "")) fault("decided, but needs " needed[r])
        if (claim[r] != "C19" || part[r] != "")
            if (verdict[r] != decide(r)) fault("is " decide(r) ", found " verdict[r])
        if (part[r] != "") continue
        # A claim shows one of its parts, and goes no further than they do.
        shows = 0
        for (s = 1; s <= rows; s++)
            shows += claim[s] == claim[r] && part[s] != "" && found[s] == found[r] && \
                low[s] == low[r] && p_holm[s] == p[r]
        if (!shows) fault("shows none of its parts")
        wanted = from_parts(claim[r])
        if (verdict[r] != wanted && (claim[r] == "C19" || verdict[r] != "undecided"))
            fault("is " wanted " by its parts, found " verdict[r])
    }
}
