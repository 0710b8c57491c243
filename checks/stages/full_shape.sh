#!/bin/bash
# full_shape: a small random checkpoint goes through every stage with real claims and a real tokenizer, and is measured.
source "$(dirname "$0")/lib.bash"
readonly shared=${DOCMEM_SHARED:-../shared}
readonly claims=$shared/fever/paper_dev.jsonl

# shape NAME FIELDS: a small shape of 3 blocks.
shape() {
    echo "{\"hidden_size\": 64, \"intermediate_size\": 96, \"num_hidden_layers\": 3,
        \"num_attention_heads\": 4, $2}" >"$folder/$1.json"
}

# carry NAME DTYPE TOKENIZER: through all stages, memory after block 1.
carry() {
    BIN=$bin checks/audit/full_shape.sh "$folder/$1.json" "$2" 1 "$claims" \
        "$shared/tokenizers/$3/tokenizer.json" "$folder/$1.org"
}

# row NAME STAGE: the numbers of its row, without bars.
row() { sed -n "s/^| $2 //p" "$folder/$1.org" | tr -d '|'; }

# sound NAME WEIGHTS: five stages were measured, 18 prompts answered twice, and prefix did what its shape says: 2
# operations a token for each of the WEIGHTS of two blocks, and less than half as many for attention.
sound() {
    [ "$(grep -cE '^\| (ingest|encode|prefix|memorize|answer) ' "$folder/$1.org")" -eq 5 ] &&
        [ "$(wc -l <"$folder/$1/predictions.csv")" -eq 37 ] || { cat "$folder/$1.org"; return 1; }
    row "$1" prefix | awk -v weights="$2" '
        { least = 2 * weights * 2 * $1 / 1e12
          if (!($1 > 1000 && $2 > 0.99 * least && $2 < 1.5 * least && $6 >= 1)) {
              print "difference: " $0 ", at least " least; exit 1 } }
        END { exit !NR }'
}

measures() {
    rm -f "$folder/measured"
    "$bin/measure" "$folder/measured" nap sh -c 'sleep 0.3; exit 3'
    [ $? -eq 3 ] && awk -F, '{ print } END { exit !(NR == 1 && $1 == "nap" && $2 >= 0.3 && $2 < 5 && $3 < $2) }' \
        "$folder/measured"
}

# Memory of its own: awk fills an array of some megabytes.
weighs() {
    rm -f "$folder/measured"
    "$bin/measure" "$folder/measured" fill awk 'BEGIN { for (i = 0; i < 400000; i++) a[i] = "text " i; system("sleep 0.1") }'
    awk -F, '{ print } END { exit !($4 >= 10 && $4 < 400) }' "$folder/measured"
}

check 'measure gives time and the status' measures
check 'measure weighs memory' weighs
check 'measure names a command that is not there' test \
    "$("$bin/measure" "$folder/measured" no "$folder/none" 2>&1)" = \
    "docmem: measure: $folder/none: No such file or directory; check the path and its permissions"

if [ -r "$claims" ] && [ -r "$shared/tokenizers/llama-2/tokenizer.json" ]; then
    shape llama '"model_type": "llama", "num_key_value_heads": 2, "vocab_size": 32000,
        "rms_norm_eps": 1e-5, "max_position_embeddings": 2048, "hidden_act": "silu"'
    shape neox '"model_type": "gpt_neox", "vocab_size": 50304, "rotary_pct": 0.25, "layer_norm_eps": 1e-5,
        "max_position_embeddings": 2048, "use_parallel_residual": true, "hidden_act": "gelu"'
    check 'a Llama goes through all stages' carry llama BF16 llama-2
    check 'and is measured' sound llama $((2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 96))
    check 'a GPT-NeoX model goes through all stages' carry neox F16 gpt-neox
    check 'and is measured' sound neox $((4 * 64 * 64 + 2 * 64 * 96))
else
    echo "skipped: $shared is absent (set DOCMEM_SHARED to the folder)"
    for what in 'a Llama' 'its measures' 'a GPT-NeoX model' 'its measures'; do
        number=$((number + 1))
        echo "ok $number - $what # SKIP $shared"
    done
fi
finish
