# near.awk: the line of the input that is most like `word`, if any is: a letter missing, too many, changed or swapped.
#
#   printf '%s\n' CANDIDATE... | awk -v word=WORD -f stages/show/near.awk

# Changes that make b of a.
function distance(a, b,    i, j, cost, d) {
    for (i = 0; i <= length(a); i++) d[i, 0] = i
    for (j = 0; j <= length(b); j++) d[0, j] = j
    for (i = 1; i <= length(a); i++)
        for (j = 1; j <= length(b); j++) {
            cost = substr(a, i, 1) != substr(b, j, 1)
            d[i, j] = d[i - 1, j - 1] + cost
            if (d[i - 1, j] + 1 < d[i, j]) d[i, j] = d[i - 1, j] + 1
            if (d[i, j - 1] + 1 < d[i, j]) d[i, j] = d[i, j - 1] + 1
            if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) &&
                substr(a, i - 1, 1) == substr(b, j, 1) && d[i - 2, j - 2] + 1 < d[i, j])
                d[i, j] = d[i - 2, j - 2] + 1
        }
    return d[length(a), length(b)]
}

BEGIN { least = length(word) < 4 ? 2 : length(word) < 8 ? 3 : 4 }
{ away = distance(tolower(word), tolower($0)); if (away < least) { least = away; nearest = $0 } }
END { if (nearest != "") print nearest }
