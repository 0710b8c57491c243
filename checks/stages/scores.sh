#!/bin/bash
# scores: AUC, centred accuracy and changes, counted pair by pair from the files they were made from.
source "$(dirname "$0")/lib.bash"
readonly scores=$out/scores.csv
need "$scores" "$scores.prov"
mapfile -t likelihoods < <(words "$scores" 'likelihoods/')
mapfile -t predictions < <(words "$scores" 'predictions/')
need "${likelihoods[@]}" "${predictions[@]}"

# What a file tells of its last epoch, a number a measure, each pair of claims looked at.
readonly count_auc='
function auc(score,   i, j, pairs, sum) {
    for (i = 0; i < n; i++) if (label[i] == "a")
        for (j = 0; j < n; j++) if (label[j] == "b") {
            pairs++; sum += score[i] > score[j] ? 1 : score[i] == score[j] ? .5 : 0 }
    return sum / pairs
}
function show(name, value) { printf "%s,%s,%.12g\n", key, name, value }
FNR == 1 { next }
$7 != epoch { epoch = $7; n = 0 }'

of_likelihood() {
    awk -F, "$count_auc"'
        { key = $1 "," $2 "," $3 "," $4 "," $5 "," $6 "," $7; label[n] = $12; nll[n] = $14
          less[n] = -$14; change[n] = $15 - $14; n++ }
        END {
            for (i = 0; i < n; i++) { loss += nll[i] / n; gain += change[i] / n }
            show("nll", loss); show("nll_auc", auc(less)); show("change", gain); show("change_auc", auc(change)) }' "$1"
}

of_predictions() {
    awk -F, "$count_auc"'
        $13 == 1 { key = $1 "," $2 "," $3 "," $4 "," $5 "," $6 "," $7; label[n] = $11; there[$11] = 1
          p["a", n] = log($16); p["b", n] = log($17); p["c", n] = log($18); lean[n] = p["a", n] - p["b", n]; n++ }
        END {
            for (i = 0; i < n; i++) { odds += lean[i] / n; for (x in there) mean[x] += p[x, i] / n }
            for (i = 0; i < n; i++) {
                best = ""
                for (x in there) if (best == "" || p[x, i] - mean[x] > p[best, i] - mean[best]) best = x
                right += best == label[i] }
            show("letters_log_odds", odds); show("letters_auc", auc(lean)); show("letters_centred", right / n) }' "$1"
}

# recounted FILE...: the last epochs of these files are told so, within rounding of the logarithm.
recounted() {
    local file
    for file in "${likelihoods[@]:0:3}"; do of_likelihood "$file"; done >"$folder/wanted"
    for file in "${predictions[@]:0:3}"; do of_predictions "$file"; done >>"$folder/wanted"
    awk -F, 'NR == FNR { found[$1 "," $2 "," $3 "," $4 "," $5 "," $6 "," $7 "," $8] = $9; next }
        { key = $1 "," $2 "," $3 "," $4 "," $5 "," $6 "," $7 "," $8 }
        !(key in found) || !((found[key] - $9) ^ 2 < 1e-18) {
            print "difference: " key ": wanted " $9 ", found " found[key]; bad = 1 }
        END { exit bad || NR == FNR }' "$1" "$folder/wanted"
}

# sound FILE: means are those of their seeds, within their intervals; every share is one.
sound() {
    awk -F, 'NR == 1 { next }
        { key = $1 "," $2 "," $3 "," $4 "," $5 "," $7 "," $8 }
        ($8 ~ /_auc$|centred/ && !($9 >= 0 && $9 <= 1)) { print "difference: no share: " $0; bad = 1 }
        $6 >= 0 { sum[key] += $9; seeds[key]++ }
        $6 < 0 && $10 == "" { print "difference: no interval: " $0; bad = 1 }
        $6 < 0 && !($10 <= $9 && $9 <= $11) { print "difference: outside its interval: " $0; bad = 1 }
        $6 < 0 && key in seeds && !(($9 - sum[key] / seeds[key]) ^ 2 < 1e-18) {
            print "difference: not its seeds: " $0; bad = 1 }
        END { exit bad || NR < 2 }' "$1"
}

check 'scores are those of counting pairs' recounted "$scores"
check 'means and intervals are sound' sound "$scores"
catches 'another AUC' recounted "$(planted "$scores" 's/,nll_auc,0[.]/&1/')"
catches 'another centred accuracy' recounted "$(planted "$scores" 's/,letters_centred,0[.]/&1/')"
catches 'another mean' sound "$(planted "$scores" 's/,-1,\([0-9]*\),change,\(-\{0,1\}\)/&9/')"
said=$("$bin/scores" --out "$folder/scores.csv" "${likelihoods[0]}" "$(compgen -G "$out/cells/*.safetensors" | head -n 1)" 2>&1)
[ $? -ne 0 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && [[ $said == 'docmem: scores: --encoded'* ]] && ! [ -e "$folder/scores.csv" ]
tell $? 'memories without their corpus are refused' "$said"
finish
