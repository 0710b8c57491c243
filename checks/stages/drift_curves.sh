#!/bin/bash
# drift_curves: what a DocRep memory is trained on, epoch by epoch, found again from its tensors; the reported
# curves beside it; and the rules that make the picture of both.
source "$(dirname "$0")/lib.bash"
readonly cells=("$out"/vectors/tanh-linear-frozen-constant-fixed-k2-n10-a0.1-other-squared-lm-b1-s{1,2}.safetensors)
readonly reported=${DOCMEM_SHARED:-../shared}/reported/guidance_curves.csv
need "${cells[@]}"

# means: of each epoch the loss on the text and what the forgetting loss adds, means over the cells.
means() {
    local cell
    for cell in "${cells[@]}"; do
        paste -d' ' <(tensor "$cell" loss_pos) <(tensor "$cell" loss) | awk '{ print NR, $1, $2 - $1 }'
    done | awk -v cells="${#cells[@]}" '{ text[$1] += $2 / cells; added[$1] += $3 / cells; last = $1 > last ? $1 : last }
        END { for (i = 1; i <= last; i++) printf "%d memorising %.9f\n%d forgetting %.9f\n", i, text[i], i, added[i] }'
}

# found TABLE: epochs, measures and values as the table has them.
found() { awk -F, 'NR > 1 { printf "%s %s %.9f\n", $14, $15, $16 }' "$1"; }

# alike WANTED FOUND: the same epochs and measures, with values that agree to what the tensors' text keeps.
alike() {
    local file
    for file in "$1" "$2"; do
        cut -d' ' -f1,2 "$file" >"$file.names" && cut -d' ' -f3 "$file" >"$file.values" || return 1
    done
    same "$1.names" "$2.names" && near 1e-6 "$1.values" "$2.values"
}

readonly table=$folder/drift_curve.csv
check 'the report of curves' "$bin/representation_drift" --report curves --resamples 100 --out "$table" "${cells[@]}"
means >"$folder/wanted"
found "$table" >"$folder/found"
check 'curves are those of the tensors' alike "$folder/wanted" "$folder/found"
sed 's/,forgetting,0\.0/,forgetting,0.1/' "$table" >"$folder/planted.csv"
found "$folder/planted.csv" >"$folder/planted"
catches 'another curve' alike "$folder/wanted" "$folder/planted"
check 'intervals hold their means, of two seeds' awk -F, 'NR > 1 && ($17 > $16 || $18 < $16 || $19 != 2) { exit 1 }
    END { exit NR < 3 }' "$table"
mkdir -p "$folder/small" && cp "$table" "$folder/small/"
check 'they go into the results' "$bin/results" --schema stages/results.sql --root "$folder" --profile small \
    --out "$folder/results.db" "$folder/small/drift_curve.csv"

# drawn: what the figure's query gives for gnuplot: three columns, with six reported lines and the one of here.
drawn() {
    sqlite3 -bail -readonly -cmd "create temp table the as select 'small' as profile" "$folder/results.db" \
        <figures/drift_curves.sql >"$folder/data" && grep -q '^columns = 3$' "$folder/data" &&
        [ "$(grep -c '^reported	' "$folder/data")/$(grep -c '^here	10	' "$folder/data")" = 6/1 ]
}
check 'its picture has data' drawn
check 'its picture is drawn' env LC_ALL=C.UTF-8 gnuplot --default-settings -e "format = 'svg'; style = 'figures/style.gp'; \
    data = '$folder/data'; output = '$folder/drift_curves.svg'" figures/drift_curves.gp
check 'with its lines' test -s "$folder/drift_curves.svg"

if [ -r "$reported" ]; then
    # What is kept: every epoch to 20, then every tenth.
    check 'reported curves are those handed over' same <(awk -F, 'NR == 1 || $4 <= 20 || $4 % 10 == 0' "$reported") \
        data/reported_curves.csv
else
    number=$((number + 1))
    echo "ok $number - reported curves are those handed over # SKIP ${DOCMEM_SHARED:-../shared} is absent"
fi

# rules WORD...: the commands by which make would draw the picture.
rules() { env -u MAKEFLAGS -u MAKELEVEL make -n BIN="$bin" OUT="$folder/profile" V=1 figures/drift_curves.png "$@" 2>&1; }
check 'a profile that names curves draws them' bash -c "$(declare -f rules); bin=$bin folder=$folder
    rules CURVE_CELLS=tanh-linear-frozen-constant-fixed-k2-n20-a0.5-other-detached-squared-lm-b1-s1 \
        DOCREP_CURVES='--layer 3 --epochs 2 --save 2' |
    grep -qE 'document_vectors .*--start frozen --schedule constant .*--documents 20 .*--layer 3 --epochs 2'"
check 'others do not draw them' bash -c "! env -u MAKEFLAGS -u MAKELEVEL make -pn 2>/dev/null BIN='$bin' |
    grep '^FIGURES := .*drift_curves'"
check 'the profile of the reported model names them' bash -c "env -u MAKEFLAGS -u MAKELEVEL make -pn PROFILE=pythia-1b \
    BIN='$bin' 2>/dev/null | grep '^FIGURES := .*drift_curves'"
finish
