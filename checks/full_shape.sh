#!/bin/bash
# full_shape: carries a random checkpoint of a published model's shape through every stage from raw
# files to answers, on a few real claims with the real tokenizer, and measures each stage.
#
#   checks/full_shape.sh SHAPE DTYPE LAYER CLAIMS TOKENIZER OUT
#
# SHAPE names data/shapes/SHAPE.json, CLAIMS a FEVER split, TOKENIZER a tokenizer.json. OUT, an Org
# table, is the result; beside it lies the folder with all that was made: the checkpoint takes as
# much disk as the published one, and is used again if it is there.
set -eu -o pipefail

readonly bin=${BIN:-build/bin} shape=$1 dtype=$2 layer=$3 claims=$4 tokenizer=$5 table=$6
readonly folder=${6%.org} pages=6 claims_a_page=3 epochs=2
readonly model=$folder/model config=data/shapes/$1.json measured=$folder/measured.csv
readonly frozen=(--model "$model" --encoded "$folder/encoded.safetensors")
readonly memory=(--prefix "$folder/prefix.safetensors" --cell "$folder/cell.safetensors")
export DOCMEM_QUIET=${DOCMEM_QUIET-1}

# stage NAME WORD...: runs a stage and notes what it took.
stage() {
    "$bin/measure" "$measured" "$1" "$bin/$1" "${@:2}"
}

# raw CLAIMS: the raw files, in $folder/raw.
raw() {
    rm -rf "$folder/raw" && mkdir -p "$folder/raw/wiki-pages"
    {
        printf '%s\n' 'CREATE TABLE raw(line TEXT);' '.mode ascii' '.separator "\037" "\n"'
        echo ".import '$1' raw"
        sed "s|^\.once |&$folder/raw/|" checks/full_shape.sql
    } | sqlite3 -bail -batch
}

# field NAME DEFAULT: of the shape; 0 where neither is there.
field() { sqlite3 :memory: "SELECT ifnull(readfile('$config') ->> '\$.$1', ${2:-0})"; }

# rows TENSOR: the first size of a tensor of the encoded corpus.
rows() {
    "$bin/probe" tensors "$folder/encoded.safetensors" | grep -F "\"$1\"" |
        sed 's/.*"shape":\[\([0-9]*\).*/\1/'
}

# operations: multiplications and additions of the frozen matrices in prefix and in memorize; those
# of attention and of the memory are far fewer and are not counted.
operations() {
    local width hidden heads kv blocks vocabulary head block
    width=$(field hidden_size) hidden=$(field intermediate_size) heads=$(field num_attention_heads)
    blocks=$(field num_hidden_layers) vocabulary=$(field vocab_size) head=$((width / heads))
    kv=$(field num_key_value_heads "$heads")
    if [ "$(field model_type "''")" = llama ]; then
        block=$((2 * width * heads * head + 2 * width * kv * head + 3 * width * hidden))
    else
        block=$((4 * width * width + 2 * width * hidden))
    fi
    prefix_operations=$((2 * block * (layer + 1) * prefix_rows))
    # Forward before training, after it and at every step; backward at every step.
    memorize_operations=$((2 * (2 + 2 * epochs) * document_rows *
        (block * (blocks - layer - 1) + vocabulary * width)))
}

count_rows() {
    prompts=$(rows prompt.claim) templates=$(rows template.document)
    documents=$(($(rows document.offset) - 1)) document_rows=$(rows document.ids)
    prompt_rows=$(($(rows prompt.ids) + 3 * prompts))
    prefix_rows=$((document_rows + $(rows template.ids) + prompt_rows))
}

# write_table: the measurements as Org.
write_table() {
    count_rows
    operations
    cat <<END
* $shape, $dtype, memory after block $layer of $(field num_hidden_layers)
$(($(du -sb --total "$model"/*.safetensors | tail -n 1 | cut -f 1) >> 20)) MiB in $(ls "$model"/*.safetensors | wc -l) \
file(s). $documents documents, $document_rows tokens; $templates templates and $prompts prompts, \
$((prefix_rows - document_rows)) rows; $epochs epochs. \
Kernels: $(sed -n 's/^blas.*(core \(.*\))/\1/p' "$folder/cell.safetensors.prov"), \
${DOCMEM_THREADS:-1} thread(s), on $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1).

| stage        |   rows | seconds | processor seconds | 10^12 operations | 10^9 a second | own memory, MiB | mapped, MiB |
|--------------+--------+---------+-------------------+------------------+---------------+-----------------+-------------|
END
    awk -F, -v prefix="$prefix_rows $prefix_operations" -v answer="$prompt_rows" \
        -v memorize="$document_rows $memorize_operations" '
        BEGIN { work["prefix"] = prefix; work["memorize"] = memorize; work["answer"] = answer }
        {
            rows = operations = rate = ""
            if (split(work[$1], of, " ")) rows = of[1]
            if (of[2]) { operations = sprintf("%.2f", of[2] / 1e12); rate = sprintf("%.1f", of[2] / 1e9 / $2) }
            printf "| %-12s | %6s | %7.1f | %17.1f | %16s | %13s | %15d | %11d |\n",
                $1, rows, $2, $3, operations, rate, $4, $5
        }' "$measured"
}

mkdir -p "$folder"
rm -f "$measured"
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
