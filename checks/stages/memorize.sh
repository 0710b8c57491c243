#!/bin/bash
# memorize: `probe` finds the same losses with a cell's memory and without; the rest adds up.
source "$(dirname "$0")/lib.bash"
readonly encoded=$out/encoded.safetensors cells=("$out"/cells/*.safetensors)
need "$encoded" "${cells[0]}" "${cells[0]}.prov"
readonly model=$(dirname "$(input "${cells[0]}" model)")

# part FILE TENSOR ROW: one row of a (states, documents) tensor.
part() { tensor "$1" "$2" | tail -n +$(($3 * documents + 1)) | head -n "$documents"; }

# states CELL: how many states were saved, the start among them.
states() { ask_header "$1" '$.epochs.shape[0]'; }

# before CELL: losses without the memory are those of probe.
before() {
    part "$1" document_nll 0 >"$folder/found"
    near 1e-5 "$folder/without" "$folder/found"
}

# after CELL LAYER: losses of the last state are those of probe with the memory after LAYER.
after() {
    mean_losses "$model" --memory "$1" --layer "$2" <"$folder/ids" >"$folder/wanted"
    part "$1" document_nll $(($(states "$1") - 1)) >"$folder/found"
    near 1e-5 "$folder/wanted" "$folder/found"
}

# sums CELL: the loss by token is the documents', weighted by their lengths.
sums() {
    paste -d ' ' <(tensor "$1" document_nll) \
        <(for _ in $(seq "$(states "$1")"); do cat "$folder/predicted"; done) |
        awk -v documents="$documents" '{ sum += $1 * $2; all += $2 }
            NR % documents == 0 { printf "%.12f\n", sum / all; sum = all = 0 }' >"$folder/wanted"
    tensor "$1" nll >"$folder/found"
    near 1e-9 "$folder/wanted" "$folder/found"
}

# settled CELL: it is what its provenance says, and its memory was trained.
settled() {
    local name path=$1
    for name in layer seed entries variant target; do
        [ "$(ask_header "$path" "\$.\"__metadata__\".$name")" = \
            "$(argument "$path" $name)" ] || { echo "difference: $name"; return 1; }
    done
    same <(echo 0; argument "$path" save | tr , '\n') <(tensor "$path" epochs) || return 1
    [ "$(tensor "$path" train_loss | wc -l)" = "$(argument "$path" epochs)" ] ||
        { echo 'difference: losses of another number of epochs'; return 1; }
    tensor "$path" train_loss | awk 'NR == 1 { first = $1 } { last = $1; if (!($1 > 0 && $1 < 50))
        { print "difference: loss " $1; bad = 1 } } END { if (NR > 1 && last >= first)
        { print "difference: training raised the loss"; bad = 1 } exit bad }'
}

# planted TENSOR ELEMENT BYTES: a copy of the first cell with one number changed; its path.
planted() {
    cp "${cells[0]}" "$folder/planted"
    cp "${cells[0]}.prov" "$folder/planted.prov"
    plant "$folder/planted" "$@" && echo "$folder/planted"
}

texts "$encoded" document >"$folder/ids"
readonly documents=$(wc -l <"$folder/ids")
awk -F, '{ print NF - 1 }' "$folder/ids" >"$folder/predicted"
mean_losses "$model" <"$folder/ids" >"$folder/without"

for cell in "${cells[@]}"; do
    name=$(basename "$cell" .safetensors)
    need "$cell.prov"
    check "$name: losses without the memory are those of probe" before "$cell"
    check "$name: losses by token are the documents' together" sums "$cell"
    check "$name: settings, epochs and training losses fit" settled "$cell"
done
# One seed of each layer: probe needs seconds for all documents.
for cell in "$out"/cells/*-"$(argument "${cells[0]}" seed)".safetensors; do
    check "$(basename "$cell" .safetensors): losses with the memory are those of probe" \
        after "$cell" "$(argument "$cell" layer)"
done

readonly layer=$(argument "${cells[0]}" layer) one='\x00\x00\x00\x00\x00\x00\xf0\x3f'
readonly final=$(tensor "${cells[0]}" epochs | tail -n 1) saved=$(states "${cells[0]}")
catches 'a changed loss without the memory' before "$(planted document_nll 2 "$one")"
catches 'a changed loss by token' sums "$(planted nll 1 "$one")"
catches 'a changed loss with the memory' after \
    "$(planted document_nll $((saved * documents - 1)) "$one")" "$layer"
catches 'a changed weight of the memory' after \
    "$(planted "epoch.$final.down.bias" 3 '\x00\x00\x80\x3f')" "$layer"
catches 'another saved epoch' settled "$(planted epochs 1 '\x63\x00\x00\x00\x00\x00\x00\x00')"
catches 'a training loss that is no number' settled \
    "$(planted train_loss 0 '\x00\x00\x00\x00\x00\x00\xf8\x7f')"
if [ "$(argument "${cells[-1]}" layer)" != "$layer" ]; then
    catches 'a memory in the place of another layer' after "${cells[-1]}" "$layer"
fi
catches 'a cell that is absent' before "$folder/absent"
finish
