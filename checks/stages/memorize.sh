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

# target CELL: what it was trained on, after what the cell it started from was; letters alone and pages of
# another corpus have names of their own.
target() {
    local start told corpus
    start=$(input "$1" start) told=$(argument "$1" target) corpus=$(basename "$(input "$1" encoded)" .safetensors)
    [ "$(argument "$1" answer-weight) $told" != '1 template' ] || told=letter
    [ "$corpus" = encoded ] || told=${corpus#encoded-}
    echo "${start:+$(ask_header "$start" '$."__metadata__".target')-then-}$told"
}

# owned CELL: its allocation is that of the file it was given, or none; and the shared share is that
# of parameters which more than one document uses.
owned() {
    local file kind=none
    file=$(input "$1" allocation)
    [ -z "$file" ] || kind=$(ask_header "$file" '$."__metadata__".allocation')
    [ "$(ask_header "$1" '$."__metadata__".allocation')" = "$kind" ] ||
        { echo 'difference: allocation'; return 1; }
    [ -z "$file" ] || same <(tensor "$file" allocation.mask) <(tensor "$1" allocation.mask) || return 1
    { [ -z "$file" ] || tensor "$1" allocation.mask; } |
        awk -v m="$(argument "$1" entries)" -v d="$(ask_header "$1" '$."__metadata__".width')" \
            -v count="$(ask_header "$1" '$."__metadata__".parameters')" \
            -v hard="$(argument "$1" strength)" '
            { users[(NR - 1) % m] += $1 }
            END { for (j = 0; j < m; j++) if (NR && hard == 1 && users[j] < 2) own += 2 * d + 1
                  printf "%.12f\n", 1 - own / count }' >"$folder/wanted"
    ask_header "$1" '$."__metadata__".shared' >"$folder/found"
    near 1e-9 "$folder/wanted" "$folder/found"
}

# sized CELL: entries as asked; of LoRA the rank nearest to as many parameters as a plain memory of these.
sized() {
    local entries count plain variant
    variant=$(ask_header "$1" '$."__metadata__".variant')
    entries=$(ask_header "$1" '$."__metadata__".entries')
    count=$(ask_header "$1" '$."__metadata__".parameters')
    plain=$((2 * $(argument "$1" entries) * $(ask_header "$1" '$."__metadata__".width') + \
        $(argument "$1" entries) + $(ask_header "$1" '$."__metadata__".width')))
    case $variant in
        mlp) [ "$entries" = "$(ask_header "$1" '$."__metadata__".hidden')" ] ;;
        lora-*) awk -v c="$count" -v r="$entries" -v p="$plain" 'BEGIN { exit !((c - p) ^ 2 <= (c / r / 2) ^ 2) }' ;;
        *) [ "$entries" = "$(argument "$1" entries)" ] ;;
    esac || { echo "difference: $entries entries, $count parameters, where a plain memory has $plain"; return 1; }
}

# settled CELL: it is what its provenance says, and its memory was trained.
settled() {
    local name path=$1
    sized "$path" || return 1
    for name in layer seed variant; do
        [ "$(ask_header "$path" "\$.\"__metadata__\".$name")" = \
            "$(argument "$path" $name)" ] || { echo "difference: $name"; return 1; }
    done
    [ "$(ask_header "$path" '$."__metadata__".target')" = "$(target "$path")" ] ||
        { echo 'difference: target'; return 1; }
    owned "$path" || return 1
    same <(echo 0; argument "$path" save | tr , '\n') <(tensor "$path" epochs) || return 1
    [ "$(tensor "$path" train_loss | wc -l)" = "$(argument "$path" epochs)" ] ||
        { echo 'difference: losses of another number of epochs'; return 1; }
    tensor "$path" train_loss | awk 'NR == 1 { first = $1 } { last = $1; if (!($1 > 0 && $1 < 50))
        { print "difference: loss " $1; bad = 1 } } END { if (NR > 1 && last >= first)
        { print "difference: training raised the loss"; bad = 1 } exit bad }'
}

# named CELL: its name says what it is.
named() {
    local name metadata=()
    for name in allocation strength variant target layer seed; do
        metadata+=("$(ask_header "$1" "\$.\"__metadata__\".$name")")
    done
    same <(condition "$1") <(IFS=,; echo "${metadata[*]}") || return 1
    awk -v a="$(argument "$1" strength)" -v b="${metadata[1]}" 'BEGIN { exit a != b }' ||
        { echo 'difference: strength'; return 1; }
}

# planted TENSOR ELEMENT BYTES: a copy of the cell $first with one number changed; its path.
planted() {
    cp "$first" "$folder/planted"
    cp "$first.prov" "$folder/planted.prov"
    plant "$folder/planted" "$@" && echo "$folder/planted"
}

# look CELL: at the documents it was trained on: `documents`, and in $folder their ids, the tokens predicted and
# the losses without a memory.
look() {
    local corpus name
    corpus=$(input "$1" encoded) name=$(basename "$corpus" .safetensors)
    if ! [ -e "$folder/$name.without" ]; then
        texts "$corpus" document >"$folder/$name.ids"
        mean_losses "$model" <"$folder/$name.ids" >"$folder/$name.without"
    fi
    cp "$folder/$name.ids" "$folder/ids" && cp "$folder/$name.without" "$folder/without"
    awk -F, '{ print NF - 1 }' "$folder/ids" >"$folder/predicted"
    documents=$(wc -l <"$folder/ids")
}

for cell in "${cells[@]}"; do
    name=$(basename "$cell" .safetensors)
    need "$cell.prov"
    look "$cell"
    check "$name: losses without the memory are those of probe" before "$cell"
    check "$name: losses by token are the documents' together" sums "$cell"
    check "$name: settings, epochs and training losses fit" settled "$cell"
    check "$name: it is what it is called" named "$cell"
done
# One seed of each condition: probe needs seconds for all documents.
for cell in $(firsts "${cells[@]}"); do
    look "$cell"
    check "$(basename "$cell" .safetensors): losses with the memory are those of probe" \
        after "$cell" "$(argument "$cell" layer)"
done

first=$out/cells/none-plain-document-L$(argument "$out/prefix.safetensors" layers | sed 's/[^0-9].*//')-s1.safetensors
need "$first"
look "$first"
readonly layer=$(argument "$first" layer) one='\x00\x00\x00\x00\x00\x00\xf0\x3f'
readonly final=$(tensor "$first" epochs | tail -n 1) saved=$(states "$first")
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
for cell in "$out"/cells/simset-[12]-dim-{plain,norm-gate}-document-L*-s1.safetensors; do
    [ -e "$cell" ] || break
    first=$cell
    last=$((documents - 1))
    entries=$(argument "$cell" entries)
    flipped=$(($(tensor "$cell" allocation.mask | tail -n 1) ^ 1))
    catches 'an entry taken or given' owned \
        "$(planted allocation.mask $((documents * entries - 1)) "\x0$flipped")"
    # The last document, with the entries of the first.
    catches "another document's entries" after "$(planted allocation.mask $last \
        "$(tensor "$cell" allocation.mask | head -n "$entries" | awk '{ printf "\\x0%d", $1 }')")" \
        "$(argument "$cell" layer)"
    break
done
cp "$first" "$folder/none-plain-both-L0-s1.safetensors" # a name that lies
cp "$first.prov" "$folder/none-plain-both-L0-s1.safetensors.prov"
catches 'a name that lies' named "$folder/none-plain-both-L0-s1.safetensors"
catches 'a cell that is absent' before "$folder/absent"
finish
