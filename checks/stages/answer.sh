#!/bin/bash
# answer: predictions fit the corpus and their own probabilities, and are what `probe` finds.
source "$(dirname "$0")/lib.bash"
readonly encoded=$out/encoded.safetensors corpus=$out/corpus.db cells=("$out"/cells/*.safetensors)
readonly sample=8
need "$encoded" "$corpus" "${cells[0]}" "${cells[0]}.prov" "$out"/predictions/*.csv
readonly model=$(dirname "$(input "${cells[0]}" model)")

# answers CELL: its predictions.
answers() { echo "$out/predictions/$(basename "$1" .safetensors).csv"; }

# epochs CELL: those its predictions were asked for: named, the last saved, or all saved.
epochs() {
    local asked saved
    asked=$(argument "$(answers "$1")" epochs) saved=$(tensor "$1" epochs)
    case $asked in '') echo "$saved" ;; last) tail -n 1 <<<"$saved" ;; *) tr , '\n' <<<"$asked" ;; esac
}

# bare_too CELL: whether the pretrained model was asked as well.
bare_too() { grep -qx 0 <<<"$(epochs "$1")"; }

# load FILE CELL: a database with the predictions and the epochs the cell was asked for.
load() {
    rm -f "$folder/db"
    epochs "$2" | sed "s/^/$(condition "$2"),/" >"$folder/cell.csv"
    {
        read_predictions "$1"
        echo "CREATE TABLE cell($run_columns);"
        echo ".import '$folder/cell.csv' cell"
    } | sqlite3 -bail "$folder/db"
}

# fits FILE CELL: rows, labels, choices and probabilities are sound.
fits() {
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    load "$1" "$2" && sqlite3 -bail "$folder/db" "ATTACH 'file:$corpus?mode=ro' AS made" \
        ".read '$here/answer.sql'" >"$folder/differences" ||
        echo 'the predictions cannot be compared' >>"$folder/differences"
    none "$folder/differences"
}

# bare FILE: prompt, choice and free answer of the pretrained model.
bare() { awk -F, '$7 == 0 { print $8, $14, $15 }' "$1"; }

# pretrained FILE: what the model answers without a memory does not depend on the cell.
pretrained() { same "$folder/pretrained" <(bare "$1"); }

# picked [COLUMNS]: a few prompts' ids with commas and their documents, spread over all: whole, or
# before the answer. With $moved, the last document, each is said to be of the next one.
picked() {
    paste -d ' ' <(texts "$encoded" prompt) <(tensor "$encoded" prompt.answer_start) \
        <(tensor "$encoded" prompt.document) |
        awk -v sample="$sample" -v bare="$1" -v documents="${moved:-0}" '
            { text[NR - 1] = $1; start[NR - 1] = $2
              document[NR - 1] = documents ? ($3 + 1) % (documents + 1) : $3 }
            END { for (i = 0; i < sample; i++) {
                n = int(NR * i / sample); count = split(text[n], id, ",")
                if (bare) count = start[n]
                for (t = 1; t <= count; t++) printf "%s%s", id[t], t < count ? "," : " "
                print document[n] } }'
}

# rows FILE EPOCH: the same prompts' predictions.
rows() {
    awk -F, -v sample="$sample" -v epoch="$2" '$7 == epoch { row[n++] = $0 }
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
    rows "$file" "$epoch" | cut -d , -f 16-18 | tr , '\n' >"$folder/found"
    near 1e-5 "$folder/wanted" "$folder/found"
}

# written FILE EPOCH PROBE-ARGUMENT...: the free answers are the first " (x)" that probe generates.
written() {
    local file=$1 epoch=$2
    shift 2
    picked 1 >"$folder/bare"
    paste -d ' ' <(cut -d ' ' -f 1 "$folder/bare") <(as_requests <"$folder/bare" |
        "$bin/probe" generate "$model" --tokens 16 "$@" | field ids) |
        awk '{ start = split($1, bare, ","); count = split($2, id, ",")
            for (t = start; t <= count; t++) printf "%s%s", id[t], t < count ? "," : "\n" }' |
        as_requests | "$bin/probe" text "$model" |
        awk '{ print match($0, / \([abc]\)/) ? substr($0, RSTART + 2, 1) : "-" }' >"$folder/wanted"
    same "$folder/wanted" <(rows "$file" "$epoch" | cut -d , -f 15)
}

# alone CELL: prompts asked three at a time get the same answers, bit for bit.
alone() {
    "$bin/answer" --model "$model" --encoded "$encoded" --prefix "$out/prefix.safetensors" \
        --cell "$1" --epochs last --batch 3 --out "$folder/alone.csv" &&
        same <(tail -n "$(tensor "$encoded" prompt.label | wc -l)" "$(answers "$1")") \
            <(tail -n +2 "$folder/alone.csv")
}

# planted 'sed command': a copy of the predictions after it; its path.
planted() {
    sed "$1" "$predictions" >"$folder/planted"
    echo "$folder/planted"
}

# The pretrained model's answers come from the first cell that was asked for them.
for cell in "${cells[@]}"; do
    need "$cell.prov" "$(answers "$cell")"
    [ -n "${first-}" ] || ! bare_too "$cell" || first=$cell
done
need "${first-a cell that was asked for the pretrained answers}"
readonly first predictions=$(answers "$first")
bare "$predictions" >"$folder/pretrained"

for cell in "${cells[@]}"; do
    name=$(basename "$cell" .safetensors)
    check "$name: rows and labels fit the corpus, choices their probabilities" \
        fits "$(answers "$cell")" "$cell"
    ! bare_too "$cell" || check "$name: the pretrained model answers as in the first cell" \
        pretrained "$(answers "$cell")"
done

check 'pretrained probabilities are those of probe' probable "$predictions" 0
check 'pretrained free answers are those probe generates' written "$predictions" 0
# One seed of each condition: probe needs seconds.
for cell in $(firsts "${cells[@]}"); do
    name=$(basename "$cell" .safetensors) last=$(tensor "$cell" epochs | tail -n 1)
    check "$name: probabilities with its memory are those of probe" \
        probable "$(answers "$cell")" "$last" --memory "$cell"
    check "$name: free answers with its memory are those probe generates" \
        written "$(answers "$cell")" "$last" --memory "$cell"
done
for kind in none simset-1-dim simset-2-token; do
    for cell in "$out"/cells/$kind-{plain,norm-gate}-document-L*.safetensors; do
        [ ! -e "$cell" ] || check "$(basename "$cell" .safetensors): answers do not depend on the batch" \
            alone "$cell"
        break
    done
done

catches 'a swapped label' fits "$(planted '5s/,[abc],/,z,/')" "$first"
catches 'a label of another claim' fits \
    "$(planted '7s/,a,/,b,/;t;7s/,[bc],/,a,/')" "$first"
catches 'a choice against the probabilities' fits \
    "$(planted '9s/,a,\([abc-]\),0/,b,\1,0/;t;9s/,[bc],\([abc-]\),0/,a,\1,0/')" "$first"
catches 'a prompt that is missing' fits "$(planted 11d)" "$first"
catches 'a prompt that comes twice' fits "$(planted 11p)" "$first"
catches 'a claim that moved by one row' fits \
    "$(planted '12s/,\([0-9]*\),\([0-9]*,[0-9]*,[abc],\)/,13,\2/')" "$first"
catches 'another allocation' fits "$(planted '6s/^none/random/')" "$first"
catches 'another strength' fits "$(planted '6s/,1[.]0,plain/,0.5,plain/')" "$first"
catches 'the predictions of another cell' fits "$predictions" "${cells[-1]}"
catches 'another answer of the pretrained model' pretrained \
    "$(planted '3s/,a,\([abc-]\),0/,b,\1,0/;t;3s/,[bc],\([abc-]\),0/,a,\1,0/')"
catches 'a changed probability' probable "$(planted '2s/,[0-9.e-]*$/,0.5/')" 0
catches 'another free answer' written "$(planted '2s/,[abc-],0/,z,0/')" 0
# Asked with the entries of the next document a memory answers otherwise.
for cell in "$out"/cells/{disjoint,random,simset-1-dim,simset-2-dim}-{plain,norm-gate}-*.safetensors; do
    [ -e "$cell" ] || continue
    moved=$(tensor "$encoded" prompt.document | sort -n | tail -n 1)
    catches 'the entries of another document' probable "$(answers "$cell")" \
        "$(tensor "$cell" epochs | tail -n 1)" --memory "$cell"
    break
done
catches 'predictions that are absent' fits "$folder/absent" "$first"
finish
