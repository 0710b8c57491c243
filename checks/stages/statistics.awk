# statistics: tests by another route than lib/stats.c, for the checks of verdicts.
# McNemar's exact p by logarithms: the tail of a fair coin, twice.
function mcnemar(lost, won,    n, k, term, sum) {
    n = lost + won
    if (n == 0) return 1
    term = -n * log(2)
    for (k = 0; k <= (lost < won ? lost : won); k++) {
        sum += exp(term)
        term += log(n - k) - log(k + 1)
    }
    return 2 * sum < 1 ? 2 * sum : 1
}
# Share of random signs that give value[key, 1 … n] less `bound` a sum as far from 0; zeros that are
# not there, of `all` values, count with the bound. By awk's own generator.
function sign_flip(key, n, bound, all,    i, k, sum, far, drawn, x) {
    for (i = 1; i <= n; i++) sum += value[key, i] - bound
    sum -= (all - n) * bound
    sum = (sum < 0 ? -sum : sum) - 1e-9
    for (k = 0; k < DRAWS; k++) {
        drawn = 0
        for (i = 1; i <= all; i++) {
            x = (i <= n ? value[key, i] : 0) - bound
            if (x != 0) drawn += rand() < 0.5 ? x : -x
        }
        far += drawn >= sum || -drawn >= sum
    }
    return (far + 1) / (DRAWS + 1)
}
# Two estimates of a p-value from random signs differ by more than their errors explain.
function p_apart(a, b) { return apart(a, b, 0.003 + 4.5 * sqrt(2 * a * (1 - a) / DRAWS)) }
function apart(a, b, most) { return !((a - b) ^ 2 <= most ^ 2) }
# Holm's correction of p[r] among the rows 1 … rows of its family: the largest of p times the tests
# that are no smaller, over those up to this one.
function holm(r,    s, t, smaller, scaled, corrected) {
    for (s = 1; s <= rows; s++) if (family[s] == family[r] && p[s] <= p[r]) {
        smaller = 0
        for (t = 1; t <= rows; t++) smaller += family[t] == family[r] && p[t] < p[s]
        scaled = p[s] * (size[family[r]] - smaller)
        corrected = scaled > corrected ? scaled : corrected
    }
    return corrected < 1 ? corrected : 1
}
function fault(text) { print claim[r] " " part[r] ": " text }
BEGIN { FS = "\t"; if (DRAWS == "") DRAWS = 2000; srand(1) }
