#!/bin/bash
# answer: predictions fit the corpus and their own probabilities, and are what `probe` finds.
source "$(dirname "$0")/lib.bash"
readonly encoded=$out/encoded.safetensors corpus=$out/corpus.db cells=("$out"/cells/*.safetensors)
readonly sample=8
need "$encoded" "$corpus" "${cells[0]}" "${cells[0]}.prov" "$out"/predictions/*.csv
readonly model=$(dirname "$(input "${cells[0]}" model)")

# load FILE CELL: a database with the predictions and the cell's saved epochs.
load() {
    rm -f "$folder/db"
    sqlite3 -bail "$folder/db" <<SQL
CREATE TABLE prediction(layer INTEGER, seed INTEGER, epoch INTEGER, prompt INTEGER, claim INTEGER,
    page INTEGER, label TEXT, rows INTEGER, main INTEGER, choice TEXT, free TEXT, p_a REAL,
    p_b REAL, p_c REAL);
.mode csv
.import --skip 1 '$1' prediction
CREATE TABLE cell AS SELECT $(argument "$2" layer) AS layer, $(argument "$2" seed) AS seed,
    value AS epoch FROM json_each('[$(tensor "$2" epochs | paste -s -d ,)]');
SQL
}

# fits FILE CELL: rows, labels, choices and probabilities are sound.
fits() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    load "$1" "$2" && sqlite3 -bail "$folder/db" "ATTACH 'file:$corpus?mode=ro' AS made" \
        ".read '$here/answer.sql'" >"$folder/differences" ||
        echo 'the predictions cannot be compared' >>"$folder/differences"
    none "$folder/differences"
}

# pretrained FILE: what the model answers without a memory does not depend on the cell.
pretrained() {
    same "$folder/pretrained" <(awk -F, '$3 == 0 { print $4, $10, $11 }' "$1")
}

# picked [COLUMNS]: a few prompts' ids with commas, spread over all: whole, or before the answer.
picked() {
    paste -d ' ' <(texts "$encoded" prompt) <(tensor "$encoded" prompt.answer_start) |
        awk -v sample="$sample" -v bare="$1" '{ text[NR - 1] = $1; start[NR - 1] = $2 }
            END { for (i = 0; i < sample; i++) {
                n = int(NR * i / sample); count = split(text[n], id, ",")
                if (bare) count = start[n]
                for (t = 1; t <= count; t++) printf "%s%s", id[t], t < count ? "," : "\n" } }'
}

# rows FILE EPOCH: the same prompts' predictions.
rows() {
    awk -F, -v sample="$sample" -v epoch="$2" '$3 == epoch { row[n++] = $0 }
        END { for (i = 0; i < sample; i++) print row[int(n * i / sample)] }' "$1"
}

# probable FILE EPOCH PROBE-ARGUMENT...: the letters' probabilities are those of probe.
probable() {
    local file=$1 epoch=$2
    shift 2
    picked 0 | as_requests | "$bin/probe" logits "$model" "$@" | field logits_last |
        awk -F, -v letters="$(tensor "$encoded" answer.letters | paste -s -d ,)" '{
            split(letters, letter, ","); most = $1; sum = 0
            for (i = 2; i <= NF; i++) if ($i > most) most = $i
            for (i = 1; i <= NF; i++) sum += exp($i - most)
            for (x = 1; x <= 3; x++) printf "%.9f\n", exp($(letter[x] + 1) - most) / sum }' \
            >"$folder/wanted"
    rows "$file" "$epoch" | cut -d , -f 12-14 | tr , '\n' >"$folder/found"
    near 1e-5 "$folder/wanted" "$folder/found"
}

# written FILE EPOCH PROBE-ARGUMENT...: the free answers are the first " (x)" that probe generates.
written() {
    local file=$1 epoch=$2
    shift 2
    picked 1 >"$folder/bare"
    paste -d ' ' "$folder/bare" <(as_requests <"$folder/bare" |
        "$bin/probe" generate "$model" --tokens 16 "$@" | field ids) |
        awk '{ start = split($1, bare, ","); count = split($2, id, ",")
            for (t = start; t <= count; t++) printf "%s%s", id[t], t < count ? "," : "\n" }' |
        as_requests | "$bin/probe" text "$model" |
        awk '{ print match($0, / \([abc]\)/) ? substr($0, RSTART + 2, 1) : "-" }' >"$folder/wanted"
    same "$folder/wanted" <(rows "$file" "$epoch" | cut -d , -f 11)
}

# planted 'sed command': a copy of the first cell's predictions after it; its path.
planted() {
    sed "$1" "$predictions" >"$folder/planted"
    echo "$folder/planted"
}

for cell in "${cells[@]}"; do
    name=$(basename "$cell" .safetensors)
    predictions=$out/predictions/$name.csv
    need "$cell.prov" "$predictions"
    [ -s "$folder/pretrained" ] ||
        awk -F, '$3 == 0 { print $4, $10, $11 }' "$predictions" >"$folder/pretrained"
    check "$name: rows and labels fit the corpus, choices their probabilities" \
        fits "$predictions" "$cell"
    check "$name: the pretrained model answers as in the first cell" pretrained "$predictions"
done

predictions=$out/predictions/$(basename "${cells[0]}" .safetensors).csv
check 'pretrained probabilities are those of probe' probable "$predictions" 0
check 'pretrained free answers are those probe generates' written "$predictions" 0
for cell in "$out"/cells/*-"$(argument "${cells[0]}" seed)".safetensors; do
    name=$(basename "$cell" .safetensors)
    last=$(tensor "$cell" epochs | tail -n 1)
    check "$name: probabilities with its memory are those of probe" \
        probable "$out/predictions/$name.csv" "$last" --memory "$cell"
    check "$name: free answers with its memory are those probe generates" \
        written "$out/predictions/$name.csv" "$last" --memory "$cell"
done

catches 'a swapped label' fits "$(planted '5s/,[abc],/,z,/')" "${cells[0]}"
catches 'a label of another claim' fits \
    "$(planted '7s/,a,/,b,/;t;7s/,[bc],/,a,/')" "${cells[0]}"
catches 'a choice against the probabilities' fits \
    "$(planted '9s/,a,\([abc-]\),0/,b,\1,0/;t;9s/,[bc],\([abc-]\),0/,a,\1,0/')" "${cells[0]}"
catches 'a prompt that is missing' fits "$(planted 11d)" "${cells[0]}"
catches 'a prompt that comes twice' fits "$(planted 11p)" "${cells[0]}"
catches 'a claim that moved by one row' fits \
    "$(planted '12s/^\(.*,.*,.*\),[0-9]*,\([0-9]*,[0-9]*,[abc]\)/\1,13,\2/')" "${cells[0]}"
catches 'the predictions of another cell' fits "$predictions" "${cells[-1]}"
catches 'another answer of the pretrained model' pretrained \
    "$(planted '3s/,a,\([abc-]\),0/,b,\1,0/;t;3s/,[bc],\([abc-]\),0/,a,\1,0/')"
catches 'a changed probability' probable "$(planted '2s/,[0-9.e-]*$/,0.5/')" 0
catches 'another free answer' written "$(planted '2s/,[abc-],0/,z,0/')" 0
catches 'predictions that are absent' fits "$folder/absent" "${cells[0]}"
finish
