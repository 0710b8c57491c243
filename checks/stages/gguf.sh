#!/bin/bash
# gguf: a model's GGUF file serves as its folder does, and a really pretrained one, where there is one in ../shared,
# gives the ids, losses and logits of tokenizers and transformers (checks/oracle/gguf_files.py).
source "$(dirname "$0")/lib.bash"

readonly reference=checks/reference shared=${DOCMEM_SHARED:-../shared}
readonly real=$shared/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf
readonly expected=$reference/gguf/smollm2.jsonl

# skip 'what' 'why'
skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

# logits MODEL: of one sequence of ids.
logits() { echo '{"ids":[4,3,9,7,6,5,2]}' | "$bin/probe" logits "$1"; }
same_logits() { cmp <(logits "$1") <(logits "$2") || { echo "difference: $1, $2"; return 1; }; }

for model in llama-gqa llama-f16 llama-bf16 neox-f16 neox-bf16 relative-qwen2; do
    check "$model: the file's logits are the folder's" same_logits "$reference/$model" "$reference/gguf/$model.gguf"
done
catches 'another model' same_logits "$reference/llama-mha" "$reference/gguf/llama-gqa.gguf"

# says 'words' COMMAND...: it fails with one line that says so.
says() {
    local words=$1
    shift
    ! "$@" 2>"$folder/said" </dev/null && [ "$(wc -l <"$folder/said")" -eq 1 ] && grep -qF "$words" "$folder/said" &&
        grep -q '; ' "$folder/said" || { cat "$folder/said"; return 1; }
}
check 'a file cut short' says 'pass the file'\''s end' \
    "$bin/probe" logits "$(head -c 20000 $reference/gguf/llama-gqa.gguf >"$folder/cut.gguf" && echo "$folder/cut.gguf")"
check 'a model without a tokenizer' says 'has no tokenizer inside' "$bin/probe" tokens $reference/gguf/llama-gqa.gguf
check 'a tokenizer without a model' says 'llama.block_count' "$bin/probe" logits $reference/gguf/llama.gguf
check 'a file that is none' says 'is not a GGUF file' "$bin/probe" logits $reference/llama-mha/config.json

# A tokenizer.json beside the file goes first, and is told.
cp $reference/gguf/gpt2.gguf $reference/tokenizer-replace/tokenizer.json "$folder"
echo '{"text":"a"}' | "$bin/probe" tokens "$folder/gpt2.gguf" >"$folder/beside" 2>"$folder/said"
echo '{"text":"a"}' | "$bin/probe" tokens $reference/tokenizer-replace >"$folder/alone"
check 'a tokenizer.json beside the file is used' cmp "$folder/beside" "$folder/alone"
check 'and that is told in one line' eval "[ \$(wc -l <'$folder/said') -eq 1 ] && grep -q 'in place of the tokenizer inside' '$folder/said'"
rm "$folder/tokenizer.json"

# ---- A real model ----
if [ ! -r "$real" ]; then
    skip 'a real model' "$real is absent"
    finish
fi

# field NAME: the list of that name of each line, one number a line.
field() { sed -n "s/.*\"$1\": *\\[\\([^]]*\\)\\].*/\\1/p" | tr ',' '\n'; }

# near BOUND A B: two files of numbers, line by line.
near() {
    paste "$2" "$3" | awk -v bound="$1" 'NF && (NF != 2 || ($1 - $2) ^ 2 > bound ^ 2) { print "difference: line " NR ": " $0; bad = 1 }
        END { exit bad || !NR }'
}

field ids <"$expected" | tr -d ' ' >"$folder/ids"
"$bin/probe" tokens "$real" <"$expected" | field ids >"$folder/found"
check 'ids of tokenizers' cmp "$folder/found" "$folder/ids"
"$bin/probe" logits "$real" <"$expected" >"$folder/replies"
field nll <"$expected" >"$folder/nll"
field nll <"$folder/replies" >"$folder/found_nll"
check 'losses of transformers' near 2e-4 "$folder/nll" "$folder/found_nll"
field logits <"$expected" >"$folder/logits"
while read -r line; do field logits_last <<<"$line" | awk 'NR % 97 == 1'; done <"$folder/replies" >"$folder/found_logits"
check 'logits of transformers' near 2e-4 "$folder/logits" "$folder/found_logits"
sed '2s/.*/0/' "$folder/logits" >"$folder/other"
catches 'another logit' near 2e-4 "$folder/other" "$folder/found_logits"
check 'the capital of France' eval "echo '{\"text\":\"The capital of France is\"}' | '$bin/probe' generate '$real' --tokens 1 |
    grep -qF '\"text\":\"The capital of France is Paris\"'"

# The same bits of a memory whichever way the weights are held.
"$bin/world" --pages 3 --others 3 --dev 3 --train 3 --out "$folder/world"
"$bin/ingest" --wiki "$folder/world/wiki-pages" --train "$folder/world/train.jsonl" --dev "$folder/world/paper_dev.jsonl" \
    --top 3 --nei title --out "$folder/corpus"
"$bin/encode" --corpus "$folder/corpus" --tokenizer "$real" --max-tokens 12 --out "$folder/encoded"
for budget in 0 1024; do
    frozen=(--model "$real" --encoded "$folder/encoded" --float-budget "$budget")
    "$bin/prefix" "${frozen[@]}" --layers 28 --texts document --out "$folder/prefix$budget"
    "$bin/memorize" "${frozen[@]}" --prefix "$folder/prefix$budget" --layer 28 --entries 4 --batch 8 --lr 1e-3 \
        --epochs 1 --save 1 --target document --seed 1 --out "$folder/cell$budget"
done
check 'a prefix with weights in the file and held' cmp "$folder/prefix0" "$folder/prefix1024"
check 'a memory with weights in the file and held' cmp "$folder/cell0" "$folder/cell1024"
finish
