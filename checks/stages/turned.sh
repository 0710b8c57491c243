#!/bin/bash
# turned: what evidence is and costs, found by probe; what claims turned, counted again; learning, epoch by epoch.
source "$(dirname "$0")/lib.bash"
readonly activations=$out/activations/simset-1-dim-plain-document-L2-s1.csv
readonly spans=$out/evidence_token.csv turned=$out/turned.csv learning=$out/learning.csv
need "$spans" "$turned" "$turned.prov" "$learning" "$out/document_token.csv" "$out/corpus.db"
mapfile -t evidence < <(words "$turned" '/evidence/')
mapfile -t predictions < <(words "$turned" '/predictions/')
need "${evidence[@]}" "${predictions[@]}"
model=$(dirname "$(input "${evidence[0]}" model)")

# requests SPANS: the ids of each span, as probe takes them.
requests() {
    awk -F, 'FNR == 1 { next } NR == FNR { id[$1, $2] = $3; next }
        { ids = ""; for (t = $4; t < $5; t++) ids = ids (t > $4 ? "," : "") id[$2, t]; print "{\"ids\":[" ids "]}" }' \
        "$out/document_token.csv" "$1"
}

# told SPANS: each span's tokens are the sentence that the corpus has, of the claim's own page.
told() {
    requests "$1" | "$bin/probe" text "$model" | sed 's/^{"text":" *//; s/"}$//; s/\\\(.\)/\1/g' >"$folder/found"
    { tail -n +2 "$1" | awk -F, '{ printf "SELECT replace(replace(text, %s-LRB-%s, %s(%s), %s-RRB-%s, %s)%s) FROM sentence, prompt WHERE sentence.page = %d AND number = %d AND prompt.claim = %d AND main AND prompt.page = sentence.page;\n", q, q, q, q, q, q, q, q, $2, $3, $1 }' q="'"
    } | sqlite3 -readonly "$out/corpus.db" >"$folder/wanted"
    same "$folder/wanted" "$folder/found"
}

# lost FILE: the losses of evidence on the first pages, token by token by probe, with the memory and without.
lost() {
    local cell page
    cell=$(input "$1" cell)
    for page in 0 1 2; do
        awk -F, -v page=$page 'NR > 1 && $1 == page { ids = ids (ids == "" ? "" : ",") $3 }
            END { print "{\"ids\":[" ids "],\"document\":" page "}" }' "$out/document_token.csv" >"$folder/request"
        for memory in "" "--memory $cell"; do
            # shellcheck disable=SC2086
            "$bin/probe" logits "$model" $memory <"$folder/request" | sed 's/.*"nll":\[\([^]]*\)\].*/\1/' | tr , '\n' |
                awk -v page=$page -v kind="${memory:+nll}" '{ print page "," NR "," (kind == "" ? "without" : kind) "," $1 }'
        done
    done >"$folder/nll"
    awk -F, 'FILENAME ~ /nll$/ { nll[$1, $2, $3] = $4; next } FNR == 1 { next }
        FILENAME ~ /token/ { if ($2 < 3) for (t = $4; t < $5; t++) { n[$1]++; with[$1] += nll[$2, t, "nll"]; bare[$1] += nll[$2, t, "without"] }; next }
        $8 in n { seen++; k = n[$8]
            if ($10 != k || ($11 - with[$8] / k) ^ 2 > 1e-12 || ($12 - bare[$8] / k) ^ 2 > 1e-12)
                print "difference: claim " $8 ": found " $10 "," $11 "," $12 "; wanted " k "," with[$8] / k "," bare[$8] / k }
        END { if (!seen) print "difference: no claim of these pages" }' "$folder/nll" "$spans" "$1" >"$folder/differences"
    ! grep . "$folder/differences"
}

# What a memory's files say, each claim counted and each pair of claims looked at: condition,measure,value.
of_cell() {
    awk -F, '
        function auc(   i, j, sum, pairs) {
            for (i in up) for (j in down) { pairs++; sum += fall[i] > fall[j] ? 1 : fall[i] == fall[j] ? .5 : 0 }
            return pairs ? sum / pairs : .5
        }
        function show(name, value) { printf "%s,%s,%.12g\n", key, name, value }
        FNR == 1 { part++; next }
        part == 1 { if ($7 == 0 && $13 == 1) before[$9] = $14 == $11; next }
        part == 2 { if ($13 == 1 && $7 >= last) { last = $7; key = $1 "," $2 "," $3 "," $4 "," $5; after[$9] = $14 == $11 }; next }
        { fall[$8] = $12 - $11 }
        END {
            for (c in before) { n++; right += !before[c] && after[c]; wrong += before[c] && !after[c] }
            for (c in fall) { held++; sum += fall[c] }
            show("right", right / n); show("wrong", wrong / n); show("gain", (right - wrong) / n); show("fall", sum / held)
            for (c in fall) if (!before[c]) { if (after[c]) up[c]; else down[c] }
            show("right_auc", auc()); split("", up); split("", down)
            for (c in fall) if (before[c]) { if (after[c]) up[c]; else down[c] }
            show("kept_auc", auc()) }' "$first" "$out/predictions/${1##*/}" "$1"
}
first=$(grep -l ',0,0,[0-9]*,[0-9]*,[abc],' "${predictions[@]}" | head -n 1)
for file in "${evidence[@]}"; do of_cell "$file"; done |
    awk -F, '{ value = $NF; sub(/,[^,]*$/, ""); sum[$0] += value; n[$0]++ } END { for (key in sum) print key "," sum[key] / n[key] "," n[key] }' \
        OFMT=%.12g CONVFMT=%.12g >"$folder/recount"

# recounted FILE: that is what the table tells.
recounted() {
    awk -F, 'NR == FNR { key = $1 "," $2 "," $3 "," $4 "," $5 "," $6; found[key] = $7; runs[key] = $11
              if (FNR > 1 && !($8 <= $7 && $7 <= $9)) { print "difference: outside its interval: " $0; bad = 1 }; next }
        { key = $1 "," $2 "," $3 "," $4 "," $5 "," $6 }
        !(key in found) || !((found[key] - $7) ^ 2 < 1e-18) || runs[key] != $8 {
            print "difference: " key ": wanted " $7 " of " $8 ", found " found[key] " of " runs[key]; bad = 1 }
        END { exit bad || NR == FNR }' "$1" "$folder/recount"
}

# like_layers FILE: without structure it is what layer_choice tells of the same layer.
like_layers() {
    same <(awk -F, 'NR > 1 && $1 == "none" { sub(/^[^,]*,/, ""); print }' "$1" | grep -E '^[0-9]' | grep -vE '^-' | sed 's/,[^,]*,[^,]*,\([^,]*\)$/,\1/' | sort) \
        <(grep -E "^$(awk -F, '$1 == "none" && $2 >= 0 { print $2; exit }' "$1")," "$out/layer_choice.csv" | sed 's/,[^,]*,[^,]*,\([^,]*\)$/,\1/' | sort)
}

# held FILE...: at the last epoch other pages lose what controls say, before training what the model has.
held() {
    awk -F, 'FNR == 1 { next } $8 == "other" { if ($7 == 0 && $11 != $12) print "difference: " FILENAME ": epoch 0 is not the model"
            if ($7 > last) { last = $7; sum = n = 0 } if ($7 == last) { sum += $11; n++ } }
        END { printf "%.10f\n", sum / n }' "$@" >"$folder/mean"
    same <(awk -F, '$1 == "document" && $2 == "nll_other" { printf "%.10f\n", $3 }' "$out/controls.csv") "$folder/mean"
}

# owned FILE: no page activates an entry that its mask withholds; some entries answer.
owned() {
    local cell
    cell=$(input "$activations" cell)
    tensor "$cell" allocation.mask >"$folder/mask" || return 1
    awk -F, 'NR == FNR { mask[FNR - 1] = $1; next } FNR == 1 { next }
        !mask[$5 * 128 + $6] || !($7 > 0) { print "difference: " $0; bad = 1 } { rows++ } END { exit bad || !rows }' "$folder/mask" "$1"
}

check 'spans are the sentences of the evidence' told "$spans"
check 'their losses are those that probe finds' lost "$out/evidence/none-plain-document-L2-s1.csv"
check 'with masks, too' lost "$out/evidence/simset-1-dim-plain-document-L2-s1.csv"
check 'the table is what counting again gives' recounted "$turned"
check 'learning without structure is that of layer_choice' like_layers "$learning"
check 'other pages lose what controls say' held "$out"/held/none-*-other.csv
check 'no entry answers that its mask withholds' owned "$activations"
catches 'a span that is a token short' told "$(planted "$spans" '5s/,[^,]*$/,3/')"
catches 'another loss of evidence' lost "$(planted "$out/evidence/none-plain-document-L2-s1.csv" 's/,[0-9.]*,\([0-9.]*\)$/,0.5,\1/')"
catches 'another AUC' recounted "$(planted "$turned" 's/,right_auc,0[.]/&1/')"
catches 'a claim that did not turn' recounted "$(planted "$turned" '0,/,right,0[.]/s/,right,0[.]/&1/')"
catches 'another epoch' like_layers "$(planted "$learning" '0,/^none,2,1,[1-9]/s/^none,2,1,\([1-9]\)/none,2,1,9\1/')"
catches 'an entry of another page' owned "$(planted "$activations" '9s/^\(.*\),[0-9]*,\([^,]*\)$/\1,127,\2/')"
finish
