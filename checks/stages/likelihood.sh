#!/bin/bash
# likelihood: claims fit the corpus, and their losses, with a memory and without, are those `probe` finds.
source "$(dirname "$0")/lib.bash"
readonly encoded=$out/encoded.safetensors corpus=$out/corpus.db sample=12
need "$out"/likelihoods/*.csv
mapfile -t cells < <(printf '%s\n' "$out"/likelihoods/*.csv | sed 's|likelihoods/\(.*\)csv$|cells/\1safetensors|')
readonly cells
need "$encoded" "$corpus" "${cells[0]}" "${cells[0]}.prov"
readonly model=$(dirname "$(input "${cells[0]}" model)")

told() { echo "$out/likelihoods/$(basename "$1" .safetensors).csv"; }

# epochs CELL: those it was asked for: the last saved, or all saved.
epochs() {
    local saved
    saved=$(tensor "$1" epochs)
    if [ "$(argument "$(told "$1")" epochs)" = last ]; then tail -n 1 <<<"$saved"; else echo "$saved"; fi
}

# wanted CELL: all columns but the losses, from the corpus and the cell's name, in the file's order.
wanted() {
    local epoch
    for epoch in $(epochs "$1"); do
        sed "s/^/$(condition "$1" | sed 's/,1,/,1.0,/'),$epoch,/" "$folder/claims"
    done
}

# fits FILE CELL: it tells of these claims, with losses that are numbers, those of epoch 0 twice the same.
fits() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    same <(wanted "$2") <(tail -n +2 "$1" | cut -d , -f 1-13) &&
        awk -F, 'NR > 1 && ($14 !~ /^[0-9.e-]+$/ || $15 !~ /^[0-9.e-]+$/ || ($7 == 0 && $14 != $15)) {
            print "difference: line " NR ": " $0; bad = 1 } END { exit bad }' "$1"
}

# probed PROBE-ARGUMENT...: summed losses of a few claims, each under its page.
probed() {
    awk -v sample="$sample" '{ line[n++] = $0 }
        END { for (i = 0; i < sample; i++) print line[int(n * i / sample)] }' "$folder/ids" | as_requests |
        "$bin/probe" logits "$model" "$@" | field nll |
        awk -F, '{ sum = 0; for (i = 1; i <= NF; i++) sum += $i; printf "%.9f\n", sum }'
}

# losses FILE EPOCH COLUMN: of the same claims.
losses() {
    awk -F, -v epoch="$2" -v column="$3" -v sample="$sample" '$7 == epoch { loss[n++] = $column }
        END { for (i = 0; i < sample; i++) print loss[int(n * i / sample)] }' "$1"
}

# probable FILE EPOCH COLUMN PROBE-ARGUMENT...: they are those of probe.
probable() {
    local file=$1 epoch=$2 column=$3
    shift 3
    probed "$@" >"$folder/probed"
    losses "$file" "$epoch" "$column" >"$folder/found"
    near 1e-4 "$folder/probed" "$folder/found"
}

planted() {
    sed "$1" "$(told "$first")" >"$folder/planted"
    echo "$folder/planted"
}

sqlite3 -bail -readonly -separator , "$corpus" "
    WITH said AS (SELECT id, replace(replace(replace(text, char(10), ' '), char(13), ' '), char(9), ' ') AS text,
            CASE label WHEN 'SUPPORTS' THEN 'a' WHEN 'REFUTES' THEN 'b' ELSE 'c' END AS letter FROM claim),
        asked AS (SELECT prompt.id, claim, page, letter, text, row_number() OVER (ORDER BY prompt.id) - 1 AS number
            FROM prompt JOIN said ON said.id = claim WHERE main)
    SELECT number, claim, first_value(claim) OVER (PARTITION BY text ORDER BY number), page, letter
    FROM asked ORDER BY number" >"$folder/asked"
texts "$encoded" claim >"$folder/texts"
paste -d , "$folder/asked" <(awk -F, '{ print NF - 1 }' "$folder/texts") |
    awk -F, -v OFS=, 'NR == FNR { half[NR - 1] = $1; next } { print $2, $3, $4, half[$4], $5, $6 }' \
        <(tensor "$encoded" document.half) - >"$folder/claims"
paste -d ' ' "$folder/texts" <(cut -d , -f 4 "$folder/asked") >"$folder/ids"

for cell in "${cells[@]}"; do
    need "$(told "$cell")"
    check "$(basename "$cell" .safetensors): claims fit the corpus" fits "$(told "$cell")" "$cell"
done
# One seed of each condition: probe needs seconds.
for cell in $(firsts "${cells[@]}"); do
    last=$(tensor "$cell" epochs | tail -n 1)
    check "$(basename "$cell" .safetensors): losses with its memory are those of probe" \
        probable "$(told "$cell")" "$last" 14 --memory "$cell"
done
readonly first=${cells[0]} last_of_first=$(tensor "${cells[0]}" epochs | tail -n 1)
check 'losses without a memory are those of probe' probable "$(told "$first")" "$last_of_first" 15


# asks OUT WORD...: the first cell once more.
asks() {
    local to=$1
    shift
    "$bin/likelihood" --model "$model" --encoded "$encoded" --prefix "$out/prefix.safetensors" --cell "$first" \
        --epochs last --out "$to" "$@"
}
# refuses WORDS FILE: as what a run without a cell gave.
refuses() {
    local said
    said=$(asks "$folder/refused" --without "$2" 2>&1) && { echo 'difference: it is taken'; return 1; }
    [[ $said == *"$1"* && ! -e $folder/refused ]] || { echo "difference: $said"; return 1; }
}
readonly brought=$out/claims_without_cell.csv
need "$brought"
asks "$folder/anew"
check 'what a run without a cell gave has the bits of asking anew' asks "$folder/again" --without "$brought"
check 'in every row' cmp "$folder/anew" "$folder/again"
tail -n +3 "$brought" | cat <(head -n 1 "$brought") - >"$folder/other.csv"
head -n 5 "$brought" >"$folder/few.csv"
check 'claims of another corpus are refused' refuses ':2: is not the claim of that place' "$folder/other.csv"
check 'so are too few' refuses 'has 4 of the ' "$folder/few.csv"

catches 'a swapped label' fits "$(planted '5s/,[abc],/,z,/')" "$first"
catches 'another page' fits "$(planted '6s/,\([0-9]*\),\([01]\),\([abc]\),/,9\1,\2,\3,/')" "$first"
catches 'a claim like another' fits "$(planted '3s/^\(\([^,]*,\)\{8\}\)[0-9]*,/\10,/')" "$first"
catches 'a missing claim' fits "$(planted 4d)" "$first"
catches 'another loss' probable "$(planted '2,$s/,\([0-9.]*\)$/,1\1/')" "$last_of_first" 15
catches 'a file that is absent' fits "$folder/absent" "$first"
finish
