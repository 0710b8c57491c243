#!/bin/bash
# full_shape: carries a random checkpoint of a published model's shape through every stage from raw
# files to answers, on a few real claims with the real tokenizer, and measures each stage.
#
#   checks/audit/full_shape.sh SHAPE DTYPE LAYER CLAIMS TOKENIZER OUT
#
# SHAPE is a file of data/shapes, CLAIMS a FEVER split, TOKENIZER a tokenizer.json. OUT, an Org
# table, is the result; beside it lies the folder with all that was made: the checkpoint takes as
# much disk as the published one, and is used again if it is there.
set -eu -o pipefail

readonly bin=${BIN:-build/bin} config=$1 dtype=$2 layer=$3 claims=$4 tokenizer=$5 table=$6
readonly folder=${6%.org} pages=6 claims_a_page=3 epochs=2
readonly shape=$(basename "$1" .json) model=$folder/model measured=$folder/measured.csv
readonly frozen=(--model "$model" --encoded "$folder/encoded.safetensors")
readonly memory=(--prefix "$folder/prefix.safetensors" --cell "$folder/cell.safetensors")
export DOCMEM_QUIET=${DOCMEM_QUIET-1}

# stage NAME WORD...: runs a stage, and notes the command and what it took.
stage() {
    echo "$*" >>"$folder/grid"
    "$bin/measure" "$measured" "$1" "$bin/$1" "${@:2}"
}

# raw CLAIMS: the raw files, in $folder/raw.
raw() {
    rm -rf "$folder/raw" && mkdir -p "$folder/raw/wiki-pages"
    {
        printf '%s\n' 'CREATE TABLE raw(line TEXT);' '.mode ascii' '.separator "\037" "\n"'
        echo ".import '$1' raw"
        sed "s|^\.once |&$folder/raw/|" checks/audit/full_shape.sql
    } | sqlite3 -bail -batch
}

# entries TENSOR: of the encoded corpus.
entries() {
    "$bin/probe" tensors "$folder/encoded.safetensors" | sed -n "s/.*\"$1\".*\"shape\":\[\([0-9]*\).*/\1/p"
}

# write_table: the measurements as Org, beside what the plan stage reckons for the same commands.
write_table() {
    local files=("$model"/*.safetensors) bytes
    bytes=$(du -bc "${files[@]}" | tail -n 1 | cut -f 1)
    cat <<END
* $shape, $dtype, memory after block $layer
$((bytes >> 20)) MiB of weights in ${#files[@]} file(s). $(($(entries document.offset) - 1)) documents of \
$(entries document.ids) tokens, $(entries template.document) templates, $(entries prompt.claim) prompts; $epochs epochs. \
Kernels: $(sed -n 's/^blas.*(core \(.*\))/\1/p' "$folder/cell.safetensors.prov"), ${DOCMEM_THREADS:-1} thread(s), on \
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1) with $(nproc --all) cores; load average $(cut -d ' ' -f 2 /proc/loadavg).

| stage    | tokens | 10^12 operations | seconds | processor seconds | 10^9 operations a second | own memory, MiB | planned, MiB | mapped, MiB |
|----------+--------+------------------+---------+-------------------+--------------------------+-----------------+--------------+-------------|
END
    "$bin/plan" --shape "$config" --grid "$folder/grid" --encoded "$folder/encoded.safetensors" \
        --rate 1 --format csv | awk -F, '
        NR == FNR { sub(/ .*/, "", $1); tokens[$1] = $4; operations[$1] = $5; planned[$1] = $9; next }
        !tokens[$1] { printf "| %-8s | %6s | %16s | %7.1f | %17.1f | %24s | %15d | %12s | %11d |\n",
                $1, "", "", $2, $3, "", $4, "", $5; next }
        { printf "| %-8s | %6d | %16.3g | %7.1f | %17.1f | %24.1f | %15d | %12d | %11d |\n",
                $1, tokens[$1], operations[$1] / 1e12, $2, $3, operations[$1] / 1e9 / $2, $4,
                planned[$1] / 1048576, $5 }' - "$measured"
}

mkdir -p "$folder"
rm -f "$measured" "$folder/grid"
raw "$claims"
[ -e "$model.prov" ] || "$bin/random-model" --shape "$config" --dtype "$dtype" --out "$model"
cp "$tokenizer" "$model/tokenizer.json"
stage ingest --wiki "$folder/raw/wiki-pages" --train "$folder/raw/train.jsonl" \
    --dev "$folder/raw/paper_dev.jsonl" --top $pages --train-claims-per-page $claims_a_page \
    --dev-claims-per-page $claims_a_page --out "$folder/corpus.db"
stage encode --corpus "$folder/corpus.db" --tokenizer "$model/tokenizer.json" \
    --out "$folder/encoded.safetensors"
stage prefix "${frozen[@]}" --layers "$layer" --out "$folder/prefix.safetensors"
stage memorize "${frozen[@]}" --prefix "$folder/prefix.safetensors" --layer "$layer" \
    --epochs $epochs --save $epochs --out "$folder/cell.safetensors"
stage answer "${frozen[@]}" "${memory[@]}" --out "$folder/predictions.csv"
write_table >"$table.tmp"
mv "$table.tmp" "$table"
