#!/bin/bash
# smollm2: a corner of the profile, real pages and a really pretrained Llama: a few pages, two layers, two
# epochs. Rows of the first token, halves, what begins a text, and what no cell asks for.
source "$(dirname "$0")/lib.bash"
readonly shared=${DOCMEM_SHARED:-../shared}
readonly model=$shared/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf
if [ ! -r "$model" ] || [ ! -d "$shared/fever-pages/wiki-pages" ]; then
    echo "1..0 # SKIP $shared has no SmolLM2 or no pages (set DOCMEM_SHARED to the folder)"
    exit
fi
readonly run=$folder/smollm2 plain=none-plain-document-L22-s1
readonly bare=none-plain-without-first-document-L22-s1
readonly corner=(PROFILE=smollm2 DATA="$shared" MODELS="$shared/models" OUT="$run" BIN="$bin" THREADS=1
    'INGEST=--top 500 --nei none --seed 1 --train-claims-per-page 1 --dev-claims-per-page 2' MAX_TOKENS=24
    EPOCHS_document=2 'LAYERS=22 26' LAYER_CELLS= SIMSET_CELLS= CONTROL_CELLS= "USE_CELLS=$plain $bare
        none-norm-gate-half-1-L26-s1 none-norm-gate-half-2-L26-s1")
make_corner() {
    env -u MAKEFLAGS -u MAKELEVEL make -s -j1 "$run/scores.csv" "$run/stream_norm.csv" "${corner[@]}" >"$folder/log" 2>&1 ||
        { tail -n 5 "$folder/log"; return 1; }
}

# losses CELL STATE: of its documents, which are all scored.
losses() { tensor "$run/cells/$1.safetensors" document_nll | tail -n +$(($2 * documents + 1)) | head -n "$documents"; }

# fell CELL HALF: the mean loss of the pages of a half, before less after.
fell() {
    paste <(losses "$1" 0) <(losses "$1" 1) <(tensor "$run/encoded.safetensors" document.half) |
        awk -v half="$2" '$3 == half { sum += $1 - $2; n++ } END { printf "%.9f\n", sum / n }'
}
above() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a > b) }' || { echo "difference: $1 is not above $2"; return 1; }; }

# measure TARGET NAME: the mean over seeds, of the file of scores.
measure() { awk -F, -v target="$1" -v name="$2" '$4 == target && $6 < 0 && $8 == name { print $9 }' "$run/scores.csv"; }

# halves_add_up: the use of what is stored, counted from both memories' files.
halves_add_up() {
    awk -F, 'FNR == 1 { file++; next }
        { key = $8; half[key] = $11; change[file, key] = $15 - $14; keys[key] }
        END { for (key in keys) { n++; right = change[half[key] + 1, key]; sum += right - change[2 - half[key], key] }
              printf "%.9f\n", sum / n }' \
        "$run/likelihoods/none-norm-gate-half-1-L26-s1.csv" "$run/likelihoods/none-norm-gate-half-2-L26-s1.csv" \
        >"$folder/wanted"
    measure halves use >"$folder/found"
    near 1e-8 "$folder/wanted" "$folder/found"
}

check 'the corner runs' make_corner
need "$run/scores.csv" "$run/encoded.safetensors"
readonly documents=$(($(tensor "$run/encoded.safetensors" document.offset | wc -l) - 1))
check 'every text begins with token 0' test "$(for kind in document prompt claim; do
    texts "$run/encoded.safetensors" $kind | cut -d , -f 1; done | sort -u)" = 0
check 'the prefix holds what is trained on and asked, and no more' \
    test "$(ask_header "$run/prefix.safetensors" '$.__metadata__.texts')" = document,claim
check "after block 22 the first row is 50 times as long as later ones" above \
    "$(awk -F, '$1 == 22 && $2 == 0 { print $3 / 50 }' "$run/stream_norm.csv")" \
    "$(awk -F, '$1 == 22 && $2 == -1 { print $3 }' "$run/stream_norm.csv")"
first=$(tensor "$run/cells/$plain.safetensors" train_loss | head -n 1)
check 'a plain memory hurts at the start, less without the first row' above "$first" \
    "$(tensor "$run/cells/$bare.safetensors" train_loss | head -n 1)"
check 'the halves are recorded as targets' test "$(cut -d , -f 4 "$run/scores.csv" | sort -u | grep -c half)" -eq 2
for half in 0 1; do
    check "the pages of half $((half + 1)) fall most by the memory that stored them" above \
        "$(fell none-norm-gate-half-$((half + 1))-L26-s1 $half)" "$(fell none-norm-gate-half-$((2 - half))-L26-s1 $half)"
done
check 'use is the change by the right memory less that by the other' halves_add_up
texts "$run/encoded.safetensors" claim | head -n 3 | as_requests | "$bin/probe" logits "$model" \
    --memory "$run/cells/$bare.safetensors" | field nll |
    awk -F, '{ sum = 0; for (i = 1; i <= NF; i++) sum += $i; print sum }' >"$folder/probed"
sed -n 2,4p "$run/likelihoods/$bare.csv" | cut -d , -f 14 >"$folder/told"
check 'losses of claims are those of probe' near 5e-3 "$folder/probed" "$folder/told"
finish
