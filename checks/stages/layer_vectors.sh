#!/bin/bash
# layer_vectors: the losses of DocRep memories, epoch by epoch, found again from their tensors; and the
# rules that make its picture.
source "$(dirname "$0")/lib.bash"
readonly cells=("$out"/vectors/tanh-linear-k2-n10-a0.1-other-squared-lm-b1-s{1,2}.safetensors)
need "${cells[@]}"

# means TENSOR: of each state of all cells' losses, over documents and seeds, one a line.
means() {
    local cell
    for cell in "${cells[@]}"; do
        tensor "$cell" "$1" | awk -v n="$(ask_header "$cell" '$.base_nll.shape[0]')" \
            '{ sum += $1 } NR % n == 0 { printf "%.12g %d\n", sum / n, NR / n; sum = 0 }'
    done | awk -v cells="${#cells[@]}" '{ sum[$2] += $1 / cells; last = $2 > last ? $2 : last }
        END { for (i = 1; i <= last; i++) printf "%.6f\n", sum[i] }'
}

# found TABLE: epochs and values as the table has them.
found() {
    awk -F, 'NR > 1 { printf "%s %s %.6f\n", $15, $14, $16 }' "$1"
}

readonly table=$folder/layer_vectors.csv
check 'the report of losses' "$bin/representation_drift" --report losses --resamples 100 --out "$table" "${cells[@]}"
{
    echo "nll_base 0 $(means base_nll)"
    paste -d' ' <(tensor "${cells[0]}" epochs | sed 's/^/nll /') <(means document_nll)
} >"$folder/wanted"
found "$table" >"$folder/found"
check 'losses by epoch are those of the tensors' same "$folder/wanted" "$folder/found"
sed 's/,nll,\([0-9.]\{4\}\)/,nll,9\1/' "$table" >"$folder/planted.csv"
found "$folder/planted.csv" >"$folder/planted"
catches 'another loss' same "$folder/wanted" "$folder/planted"
check 'intervals hold their means' awk -F, 'NR > 1 && ($17 > $16 || $18 < $16 || $19 != 10) { exit 1 }
    END { exit NR < 4 }' "$table"
mkdir -p "$folder/small" && cp "$table" "$folder/small/"
check 'it goes into the results' "$bin/results" --schema stages/results.sql --root "$folder" --profile small \
    --out "$folder/results.db" "$folder/small/layer_vectors.csv"

# drawn: what the figure's query gives for gnuplot.
drawn() {
    sqlite3 -batch -bail -readonly -cmd "create temp table the as select 'small' as profile" \
        "$folder/results.db" <figures/layer_vectors.sql >"$folder/data" &&
        grep -q '^pretrained = [0-9]' "$folder/data" && grep -q '^first = 3; last = 3' "$folder/data"
}
check 'its picture has data' drawn

# rules WORD...: the commands by which make would draw the picture.
rules() {
    env -u MAKEFLAGS -u MAKELEVEL make -n BIN="$bin" OUT="$folder/profile" V=1 figures/layer_vectors.png "$@" 2>&1
}
check 'a profile that names layers draws them' bash -c "$(declare -f rules); bin=$bin folder=$folder
    rules LAYER_VECTORS=tanh-linear-k2-n10-a0.1-random-squared-lm-b4-L3-s1 DOCREP_LAYER='--epochs 2 --save 2' |
    grep -qE 'document_vectors .*--phi tanh --selection linear .*--dimension 2 --documents 10 .*--layer 3 --seed 1 .*--epochs 2'"
check 'others do not draw them' bash -c "! env -u MAKEFLAGS -u MAKELEVEL make -pn 2>/dev/null BIN='$bin' |
    grep '^FIGURES := .*layer_vectors'"
finish
