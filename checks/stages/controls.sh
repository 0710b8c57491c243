#!/bin/bash
# controls: the table counted again, pair by pair, from the files it was made from; what controls must do.
source "$(dirname "$0")/lib.bash"
readonly controls=$out/controls.csv
need "$controls" "$controls.prov"
mapfile -t answers < <(words "$controls" 'predictions/|answers.csv')
mapfile -t likelihoods < <(words "$controls" 'likelihoods')
mapfile -t losses < <(words "$controls" 'page_losses/')
need "${answers[@]}" "${likelihoods[@]}" "${losses[@]}"

readonly named='
function named(   name) {
    name = ($1 == "none" ? "" : $1 " ") ($3 == "plain" ? "" : $3 " ") $4
    return $7 == 0 ? "pretrained" : name
}
# Log odds that are equal as numbers may differ in the last place by how their logarithms are rounded: `slack`
# is what ranking such pairs otherwise would change.
function auc(score,   i, j, a, b, good, bad, sum, near) {
    for (i = 0; i < n; i++) if (label[i] == "a") good[a++] = score[i]; else if (label[i] == "b") bad[b++] = score[i]
    for (i = 0; i < a; i++)
        for (j = 0; j < b; j++) {
            sum += good[i] > bad[j] ? 1 : good[i] == bad[j] ? .5 : 0
            near += (good[i] - bad[j]) ^ 2 < 1e-24
        }
    slack = near / (2 * a * b)
    return sum / (a * b)
}
FNR == 1 { next }
$7 != epoch { epoch = $7; n = right = sure = decided = 0 }'

# The last epoch of a file of answers, of likelihoods: control,measure,value of its seed.
of_answers() {
    awk -F, "$named"'
        $13 == 1 { key = named(); label[n] = $11; lean[n] = log($16) - log($17)
          if ($11 != "c") { decided++; sure += ($16 >= $17 ? "a" : "b") == $11 }
          if ($11 != "c" || key != "evidence-in-context") right += $14 == $11
          n++ }
        END {
            printf "%s,accuracy,%.12g\n", key, right / (key == "evidence-in-context" ? decided : n)
            printf "%s,true_false,%.12g\n", key, sure / decided
            value = auc(lean); printf "%s,auc,%.12g,%.12g\n", key, value, slack }' "$1"
}
of_likelihood() {
    awk -F, "$named"'{ key = named(); label[n] = $12; less[n++] = -$14 }
        END { value = auc(less); printf "%s,likelihood,%.12g,%.12g\n", key, value, slack }' "$1"
}
of_losses() {
    awk -F, 'FNR == 1 { next }
        { key = ($1 == "none" ? "" : $1 " ") ($3 == "plain" ? "" : $3 " ") $4 "," ($8 == "study" ? "nll" : "nll_other")
          sum += $11; n++ }
        END { printf "%s,%.12g\n", key, sum / n }' "$1"
}

# What counting again gives, the mean over seeds of each, once for all.
recount() {
    local file
    { for file in "${answers[@]}"; do of_answers "$file"; done
      for file in "${likelihoods[@]}"; do of_likelihood "$file"; done
      for file in "${losses[@]}"; do of_losses "$file"; done; } |
        awk -F, '{ key = $1 "," $2; sum[key] += $3; slack[key] += $4; n[key]++ }
            END { for (key in sum) print key "," sum[key] / n[key] "," n[key] "," slack[key] / n[key] }' OFMT=%.12g CONVFMT=%.12g >"$folder/wanted"
}
recount

# recounted FILE: that is what the table tells, within rounding.
recounted() {
    awk -F, 'NR == FNR { found[$1 "," $2] = $3; seeds[$1 "," $2] = $7; next }
        { key = $1 "," $2 }
        !(key in found) || !((found[key] - $3) ^ 2 < (1e-8 + $5) ^ 2) || seeds[key] != $4 {
            print "difference: " key ": wanted " $3 " of " $4 ", found " found[key] " of " seeds[key]; bad = 1 }
        END { exit bad || NR == FNR }' "$1" "$folder/wanted"
}

# behaves FILE: what each control must do, if the instrument is whole.
behaves() {
    awk -F, 'NR > 1 { value[$1, $2] = $3; low[$1, $2] = $4; high[$1, $2] = $5
              if (!($4 <= $3 && $3 <= $5)) { print "difference: outside its interval: " $0; bad = 1 }
              if ($2 !~ /^nll/ && !($3 >= 0 && $3 <= 1)) { print "difference: no share: " $0; bad = 1 } }
        function want(holds, words) { if (!holds) { print "difference: " words; bad = 1 } }
        END {
            want(low["shuffled", "true_false"] < .5 && high["shuffled", "true_false"] > .45, "shuffled labels are chance")
            want((value["shuffled", "auc"] - .5) ^ 2 < 1e-4, "shuffled labels have an AUC of a half")
            want((value["shuffled", "likelihood"] - .5) ^ 2 < 1e-4, "shuffled labels have an AUC of a half, by likelihood")
            want(low["cheat", "true_false"] > .9, "the cheat is near 1")
            want(value["document", "nll"] < value["pretrained", "nll"], "the pages are stored")
            want(value["other", "nll_other"] < value["pretrained", "nll_other"], "the other pages are stored")
            want(value["document", "nll"] < value["other", "nll"], "other pages do not store the pages")
            if (("known", "true_false") in value)
                want(value["known", "true_false"] - value["unknown", "true_false"] >= .1, "what it knows it knows")
            want(value["simset-1-dim document", "nll"] < value["simset-1-dim document-wrong-mask", "nll"],
                 "the wrong mask loses what its own gives")
            exit bad || NR < 2 }' "$1"
}

# known FILE: entities known and not are those of the gates' table that was given.
known() {
    local gates
    gates=$(input "$controls" known)
    [ -n "$gates" ] || return 0
    same <(sed -n 's/^\(known\|unknown\)\( three-way\)*,\([^,]*,[^,]*,[^,]*\),[^,]*,[^,]*,[^,]*,\([^,]*\),.*/\1\2,\3,\4/p' "$gates" |
        sed 's/ three-way,/,accuracy,/; t; s/,/,true_false,/' | awk -F, '{ printf "%s,%s,%.4f,%.4f,%.4f,%d\n", $1, $2, $3, $4, $5, $6 }' | sort) \
        <(awk -F, '/^(known|unknown),/ { printf "%s,%s,%.4f,%.4f,%.4f,%d\n", $1, $2, $3, $4, $5, $6 }' "$1" | sort)
}

check 'the table is what counting again gives' recounted "$controls"
check 'controls do what they must' behaves "$controls"
check 'what the model knows is what its gates say' known "$controls"
catches 'another AUC' recounted "$(planted "$controls" 's/,auc,0[.]/&1/')"
catches 'another loss' recounted "$(planted "$controls" 's/^document,nll,/&1/')"
catches 'a cheat that does not cheat' behaves "$(planted "$controls" 's/^\(cheat,true_false\),.*/\1,0.6,0.5,0.7,500,1/')"
catches 'shuffled labels that tell' behaves "$(planted "$controls" 's/^\(shuffled,auc\),[^,]*/\1,0.6/')"
finish
